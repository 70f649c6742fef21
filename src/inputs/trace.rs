use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Names, Seen, View};
use crate::fs::{self, EntryKind, Stat};
use crate::hash::{ContentHash, FieldHasher};

/// Everything that some work read, with what it found: sorted, and below the project's folder relative to that, so that it
/// holds in any folder.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Trace {
    observations: Vec<Observation>,
    /// Whether a path was not UTF-8, so that it could not be written down. Then the trace never holds.
    incomplete: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Observation {
    path: String,
    /// Two answers of one sort contradict each other: the file changed in between.
    seen: Vec<Seen>,
    /// If the path's state is this, all of `seen` but [`Seen::Real`] holds. Only a state that had settled.
    stat: Option<Stat>,
}

impl Trace {
    pub(super) fn new<'l>(view: &View, log: impl IntoIterator<Item = (&'l PathBuf, &'l BTreeSet<Seen>)>) -> Self {
        let mut trace = Self::default();
        for (path, seen) in log {
            let relative = path.strip_prefix(view.root()).unwrap_or(path);
            match relative.to_str() {
                Some(relative) => trace.observations.push(Observation {
                    path: relative.to_owned(),
                    seen: seen.iter().cloned().collect(),
                    stat: view.settled_stat(path),
                }),
                None => trace.incomplete = true,
            }
        }
        trace.observations.sort_by(|a, b| a.path.cmp(&b.path));
        trace
    }

    /// Whether everything is as it was found. What is known to `view` is not looked at again.
    pub fn holds(&self, view: &View) -> bool {
        !self.incomplete && self.observations.par_iter().with_min_len(256).all(|observation| observation.holds(view))
    }

    /// [`Trace::holds`] for a process that knows nothing yet: metadata alone is read, and `false` may mean that more must be.
    pub fn holds_by_metadata(&self, root: &Path, output_root: &Path) -> bool {
        let holds = |observation: &Observation| observation.holds_by_metadata(root, output_root);
        !self.incomplete && self.observations.par_iter().with_min_len(256).all(holds)
    }

    /// Tells apart what different states of the same files gave.
    pub fn digest(&self) -> ContentHash {
        let mut hasher = FieldHasher::default();
        for observation in &self.observations {
            hasher.field(observation.path.as_bytes());
            for seen in &observation.seen {
                hasher.field(format!("{seen:?}").as_bytes());
            }
        }
        hasher.finish()
    }

    /// Whether it can be true of any one moment.
    pub fn is_sound(&self) -> bool {
        let of_one_sort = |pair: &[Seen]| std::mem::discriminant(&pair[0]) == std::mem::discriminant(&pair[1]);
        !self.incomplete && self.observations.iter().all(|at| !at.seen.windows(2).any(of_one_sort))
    }

    /// Every path that was read, and what was seen there.
    pub(super) fn absolute<'t>(&'t self, root: &'t Path) -> impl Iterator<Item = (PathBuf, &'t [Seen])> {
        self.observations.iter().map(|observation| (observation.on_disk(root), observation.seen.as_slice()))
    }

    /// What settled states tell; paths below the project's folder relative to that.
    pub(super) fn hints(&self) -> impl Iterator<Item = (&str, &[Seen], Stat)> {
        self.observations.iter().filter_map(|at| Some((at.path.as_str(), at.seen.as_slice(), at.stat?)))
    }

    /// The folders in which a change could make it hold no longer: those that were listed, and those of the files.
    pub fn folders(&self, root: &Path) -> BTreeSet<PathBuf> {
        let mut folders = BTreeSet::new();
        // Neighbours in the list are often neighbours in a folder.
        let mut last = PathBuf::new();
        for observation in &self.observations {
            let path = observation.on_disk(root);
            if let Some(parent) = path.parent().filter(|parent| *parent != last) {
                last = parent.to_owned();
                folders.insert(last.clone());
            }
            if observation.seen.iter().any(|seen| matches!(seen, Seen::Names(Some(_)))) {
                folders.insert(path);
            }
        }
        folders
    }
}

impl Observation {
    fn on_disk(&self, root: &Path) -> PathBuf {
        match self.path.as_str() {
            // Joining nothing would leave a slash behind.
            "" => root.to_owned(),
            // An absolute path replaces the root.
            path => root.join(path),
        }
    }

    fn holds(&self, view: &View) -> bool {
        let path = self.on_disk(view.root());
        self.seen.iter().all(|seen| match seen {
            Seen::Kind(kind) => view.kind(&path) == *kind,
            Seen::Content(content) => view.hash(&path).ok().map(|(_, hash)| hash) == *content,
            Seen::Names(names) => view.names_digest(&path) == *names,
            Seen::Real(real) => real_path(&path) == *real,
        })
    }

    fn holds_by_metadata(&self, root: &Path, output_root: &Path) -> bool {
        let path = self.on_disk(root);
        let stat = fs::stat(&path).ok();
        let same = self.stat.is_some() && stat == self.stat;
        self.seen.iter().all(|seen| match seen {
            Seen::Real(real) => real_path(&path) == *real,
            Seen::Kind(kind) => stat.map(|stat| stat.kind) == *kind,
            Seen::Content(None) => stat.is_none() || same,
            Seen::Names(None) => stat.is_none_or(|stat| stat.kind != EntryKind::Folder) || same,
            Seen::Content(Some(_)) => same,
            Seen::Names(Some(names)) => {
                let listed = || fs::list(&path).map(|entries| Names::new(&path, entries, output_root).digest);
                same || listed().is_ok_and(|listed| listed == *names)
            }
        })
    }
}

fn real_path(path: &Path) -> Option<String> {
    fs::canonicalize(path).ok().map(|real| real.to_string_lossy().into_owned())
}
