//! What the disk holds, as far as it was looked at.
#![expect(
    clippy::disallowed_types,
    reason = "looked up by path only, and the order of a listing never leaves this file"
)]

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::SystemTime;

use super::{Names, Seen, Trace};
use crate::fs::{self, EntryKind, Stat};
use crate::hash::ContentHash;
use crate::path::ProjectPath;
use crate::source::Source;

/// The disk as one build sees it, or as many builds do that are told what changed between them.
///
/// Nothing is read twice: what is known of a path counts until [`View::forget`] is told of it, and what was known of it in an
/// earlier process counts where its [`Stat`] is the same.
pub struct View {
    root: PathBuf,
    /// Its coming and going is no change of the project.
    output_root: PathBuf,
    /// By the hash of the path, so that threads seldom wait for each other. Never locked while the disk is asked.
    shards: Vec<Mutex<HashMap<PathBuf, Known>>>,
    hasher: RandomState,
}

#[derive(Clone, Default)]
struct Known {
    /// Whether `stat` is what the disk says now.
    current: bool,
    stat: Option<Stat>,
    /// Whether what follows was learned when `stat` was settled, so that it holds as long as `stat` does.
    settled: bool,
    content: Option<ContentHash>,
    names_digest: Option<ContentHash>,
    names: Option<Arc<Names>>,
    source: Option<Arc<Source>>,
}

impl View {
    /// Nothing known yet.
    pub fn new(root: &Path, output_root: &Path) -> Self {
        let shards = (0..64).map(|_| Mutex::default()).collect();
        Self { root: root.to_owned(), output_root: output_root.to_owned(), shards, hasher: RandomState::new() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Takes over what an earlier build learned; each of it counts only if the path's [`Stat`] is still the same.
    pub fn remember(&self, trace: &Trace) {
        for (path, seen, stat) in trace.hints() {
            let mut known = Known { stat: Some(stat), settled: true, ..Known::default() };
            for seen in seen {
                match seen {
                    Seen::Content(content) => known.content = *content,
                    Seen::Names(names) => known.names_digest = *names,
                    Seen::Kind(_) | Seen::Real(_) => {}
                }
            }
            let path = self.root.join(path);
            self.shard(&path).entry(path).or_insert(known);
        }
    }

    /// `path` may have changed, and so may the listing of its folder.
    pub fn forget(&self, path: &Path) {
        for path in [Some(path), path.parent()].into_iter().flatten() {
            if let Some(known) = self.shard(path).get_mut(path) {
                known.current = false;
            }
        }
    }

    /// `path` may have changed, and if it is or was a folder, everything in it.
    pub fn forget_below(&self, path: &Path) {
        self.forget(path);
        if self.knows_file(path) {
            return;
        }
        for shard in &self.shards {
            let mut shard = lock(shard);
            shard.iter_mut().filter(|(known, _)| known.starts_with(path)).for_each(|(_, known)| known.current = false);
        }
    }

    /// Whether a file was there when last looked.
    pub fn knows_file(&self, path: &Path) -> bool {
        let is_file = |known: &Known| known.stat.is_some_and(|stat| stat.kind == EntryKind::File);
        self.shard(path).get(path).is_some_and(is_file)
    }

    /// Anything may have changed.
    pub fn forget_all(&self) {
        for shard in &self.shards {
            lock(shard).values_mut().for_each(|known| known.current = false);
        }
    }

    /// Symbolic links followed; `None` when nothing is there, or nothing that can be reached.
    pub fn stat(&self, path: &Path) -> Option<Stat> {
        self.known(path).stat
    }

    /// The state of `path`, where everything that is known of it will hold as long as that does.
    pub(super) fn settled_stat(&self, path: &Path) -> Option<Stat> {
        self.shard(path).get(path).filter(|known| known.current && known.settled).and_then(|known| known.stat)
    }

    pub fn kind(&self, path: &Path) -> Option<EntryKind> {
        // The listing of the folder knows it, and is asked for more names later. Behind a symbolic link anything may lie.
        if let (Some(folder), Some(name)) = (path.parent(), path.file_name())
            && let Some(names) = self.shard(folder).get(folder).filter(|at| at.current).and_then(|at| at.names.clone())
        {
            match names.kind_of(name) {
                Some(EntryKind::Link) => {}
                kind => return kind,
            }
        }
        self.stat(path).map(|stat| stat.kind)
    }

    /// The bytes of a file and their hash.
    pub fn read(&self, path: &Path) -> io::Result<(Vec<u8>, ContentHash)> {
        let (bytes, stat) = fs::read_steady(path)?;
        let hash = ContentHash::of(&bytes);
        self.learn(path, stat, |known| known.content = Some(hash));
        Ok((bytes, hash))
    }

    /// The hash of a file; it is read only if that is not known.
    pub fn hash(&self, path: &Path) -> io::Result<(u64, ContentHash)> {
        if let Known { stat: Some(stat), content: Some(hash), .. } = self.known(path) {
            return Ok((stat.size, hash));
        }
        let (size, hash, stat) = fs::hash_steady(path)?;
        self.learn(path, stat, |known| known.content = Some(hash));
        Ok((size, hash))
    }

    /// Takes `path` to be a file with these bytes as long as its state is what it is now.
    pub(super) fn trust(&self, path: &Path, hash: ContentHash) {
        if self.known(path).content != Some(hash) {
            self.learn(path, fs::stat(path).ok(), |known| known.content = Some(hash));
        }
    }

    /// The text of a file; `Err(Ok(bytes))` when it is not UTF-8.
    pub fn source(&self, path: &Path, name: &ProjectPath) -> Result<Arc<Source>, io::Result<Vec<u8>>> {
        if let Some(source) = self.known(path).source.filter(|source| source.path == *name) {
            return Ok(source);
        }
        let (bytes, hash) = self.read(path).map_err(Err)?;
        let text = String::from_utf8(bytes).map_err(|error| Ok(error.into_bytes()))?;
        let source = Source::hashed(name.clone(), text, hash);
        if let Some(known) = self.shard(path).get_mut(path).filter(|known| known.content == Some(hash)) {
            known.source = Some(Arc::clone(&source));
        }
        Ok(source)
    }

    /// What lies in a folder.
    pub fn list(&self, folder: &Path) -> io::Result<Arc<Names>> {
        if let Known { names: Some(names), .. } = self.known(folder) {
            return Ok(names);
        }
        let before = fs::stat(folder)?;
        let names = Arc::new(Names::new(folder, fs::list(folder)?, &self.output_root));
        let after = fs::stat(folder).ok().filter(|after| *after == before);
        self.learn(folder, after, |known| {
            known.names_digest = Some(names.digest);
            known.names = Some(Arc::clone(&names));
        });
        Ok(names)
    }

    /// [`Names::digest`] of a folder; it is listed only if that is not known.
    pub(super) fn names_digest(&self, folder: &Path) -> Option<ContentHash> {
        let known = self.known(folder);
        known.names_digest.or_else(|| self.list(folder).ok().map(|names| names.digest))
    }

    /// Whether a look at `path` is answered by the listing of its folder, and a change of the answer changes that.
    pub(super) fn is_told_by_listing(&self, path: &Path) -> bool {
        // Folders above the project's are full of what comes and goes.
        path.file_name().is_some_and(super::names::is_telling)
            && path.starts_with(&self.root)
            && !path.starts_with(&self.output_root)
    }

    /// What is known of a path, once it is sure that this still counts.
    fn known(&self, path: &Path) -> Known {
        if let Some(known) = self.shard(path).get(path).filter(|known| known.current) {
            return known.clone();
        }
        let stat = fs::stat(path).ok();
        let mut shard = self.shard(path);
        let known = shard.entry(path.to_owned()).or_default();
        if known.stat != stat || !known.settled {
            *known = Known { stat, ..Known::default() };
        }
        known.current = true;
        known.clone()
    }

    /// `stat` was the state before and after; `None` if that changed, and then what was learned may be of neither.
    fn learn(&self, path: &Path, stat: Option<Stat>, learned: impl FnOnce(&mut Known)) {
        let settled = stat.is_some_and(|stat| stat.is_settled(SystemTime::now()));
        let mut shard = self.shard(path);
        let known = shard.entry(path.to_owned()).or_default();
        if !known.current || known.stat != stat {
            *known = Known { stat, ..Known::default() };
        }
        learned(known);
        known.current = stat.is_some();
        known.settled = settled;
    }

    fn shard(&self, path: &Path) -> MutexGuard<'_, HashMap<PathBuf, Known>> {
        let hash = self.hasher.hash_one(path);
        lock(&self.shards[hash as usize % self.shards.len()])
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Each change is one assignment, so a panic elsewhere leaves nothing half done.
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
