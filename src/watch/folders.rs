use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use notify::{Config, RecommendedWatcher, RecursiveMode, Watcher};

use crate::fs;

/// The folders that the system watches for us: each alone, since a recursive watch misses files in new folders.
pub struct Folders {
    watcher: RecommendedWatcher,
    wanted: BTreeSet<PathBuf>,
    /// By where they really are: what they were when they were watched, and how the build names them.
    watched: BTreeMap<PathBuf, Watched>,
}

struct Watched {
    identity: (u64, u64),
    names: BTreeSet<PathBuf>,
}

impl Folders {
    pub fn new(handler: impl notify::EventHandler) -> notify::Result<Self> {
        let watcher = RecommendedWatcher::new(handler, Config::default().with_follow_symlinks(false))?;
        Ok(Self { watcher, wanted: BTreeSet::new(), watched: BTreeMap::new() })
    }

    /// Watches these folders, or for one that is not there the nearest above it, and no others. `moved` tells that
    /// folders may have come, gone or been renamed. Returns those that were not watched before: whatever happened in them
    /// until now has caused no event.
    pub fn watch_exactly(&mut self, wanted: BTreeSet<PathBuf>, moved: bool) -> notify::Result<Vec<PathBuf>> {
        if wanted == self.wanted && !moved {
            return Ok(Vec::new());
        }
        let mut targets: BTreeMap<PathBuf, Watched> = BTreeMap::new();
        for folder in &wanted {
            let Some(there) = folder.ancestors().find(|folder| fs::is_folder(folder)) else { continue };
            let (Ok(real), Ok(stat)) = (fs::canonicalize(there), fs::stat(there)) else { continue };
            let target = Watched { identity: stat.identity(), names: BTreeSet::new() };
            targets.entry(real).or_insert(target).names.insert(there.to_owned());
        }
        let stays = |folder: &PathBuf, watched: &Watched| {
            targets.get(folder).is_some_and(|target| target.identity == watched.identity)
        };
        // First these: a folder that took the name of another is reported under that name only if the other is let go.
        self.watched.retain(|folder, watched| {
            let stays = stays(folder, watched);
            if !stays {
                // It may be gone already, and its watch with it.
                let _ = self.watcher.unwatch(folder);
            }
            stays
        });
        let mut new = Vec::new();
        for (folder, target) in targets {
            if let Some(watched) = self.watched.get_mut(&folder) {
                watched.names = target.names;
                continue;
            }
            match self.watcher.watch(&folder, RecursiveMode::NonRecursive) {
                Ok(()) => {}
                // Gone between looking and watching: its parent's event brings us back.
                Err(error) if matches!(error.kind, notify::ErrorKind::PathNotFound) => continue,
                Err(error) => return Err(error),
            }
            new.extend(target.names.iter().cloned());
            self.watched.insert(folder, target);
        }
        self.wanted = wanted;
        Ok(new)
    }

    /// The names by which a build may know the path of an event.
    pub fn names_of(&self, path: &Path) -> Vec<PathBuf> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return vec![path.to_owned()] };
        let mut names = vec![path.to_owned()];
        let by_folder = self.watched.get(folder).into_iter().flat_map(|watched| &watched.names);
        names.extend(by_folder.map(|folder| folder.join(name)).filter(|name| name != path));
        // An event about a watched folder itself.
        names.extend(self.watched.get(path).into_iter().flat_map(|watched| watched.names.iter().cloned()));
        names
    }

    /// Whether the path is a folder that is watched.
    pub fn is_watched(&self, path: &Path) -> bool {
        self.watched.contains_key(path)
    }

    pub fn len(&self) -> usize {
        self.watched.len()
    }
}
