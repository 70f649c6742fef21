//! Remembers what costly steps gave, by the hash of all that they depend on.
//!
//! In: the name of a step, what it depends on, and the step. Out: its value, computed or remembered. Knows bytes and keys, not
//! assets. Not here: what a build reads of the project (`inputs`), the output folder.
//!
//! Two tiers. Memory keeps values as they are, for a process that builds again and again. The disk keeps them as bytes in
//! packs, and whole files as blobs. Both are bounded. No entry is believed without its digest; one that is damaged, cut off or
//! of another assetc is computed again. Losing any of it costs time and changes no output.

mod disk;
mod evict;
mod identity;
mod memory;
mod pack;
mod sealed;

use std::any::Any;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::fs;
use crate::hash::{ContentHash, FieldHasher};
use crate::inputs::{Reads, Trace};
use crate::source::{Source, with_known};
use disk::Disk;
pub use evict::empty;
use memory::Memory;

/// What remembers. Cheap to make; used from all threads.
#[derive(Default)]
pub struct Store {
    memory: Option<Memory>,
    disk: Option<Disk>,
}

/// What a step can give: plain data, its diagnostics included.
pub trait Value: Serialize + DeserializeOwned + Any + Send + Sync {}

impl<V: Serialize + DeserializeOwned + Any + Send + Sync> Value for V {}

/// What a step that makes a file gave.
pub struct Made<V> {
    pub value: V,
    /// `None` if the step made no file.
    pub file: Option<MadeFile>,
}

/// A file that a step made.
#[derive(Clone, Debug)]
pub struct MadeFile {
    pub path: PathBuf,
    pub hash: ContentHash,
    pub size: u64,
    /// Whether the file may be moved away: it lies where `scratch` said. Else it is the store's, and may be copied.
    pub movable: bool,
}

/// States of the inputs that a step is remembered for: more than the branches that people switch between.
const STATES: usize = 8;

impl Store {
    /// Remembers nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds the tier in memory, for a process that builds more than once.
    pub fn with_memory(self) -> Self {
        Self { memory: Some(Memory::default()), ..self }
    }

    /// Adds the tier on the disk. Where `folder` cannot be used, it remembers nothing, and builds are only slower.
    ///
    /// `max_size` is in bytes.
    pub fn with_disk(self, folder: &Path, max_size: u64) -> Self {
        Self { disk: Disk::open(folder, max_size), ..self }
    }

    /// The value of a pure step: what it was the last time that `parts` were the same, else what `make` gives.
    ///
    /// `step` and `parts` name everything that the value depends on, options included; the version of assetc is added.
    /// `sources` are the texts that the value refers to (in diagnostics, in source maps): they are not stored but taken from
    /// here again, so their hashes belong into `parts`.
    pub fn memo<V: Value>(
        &self,
        step: &str,
        parts: &impl Serialize,
        sources: &[Arc<Source>],
        make: impl FnOnce() -> V,
    ) -> Arc<V> {
        let Some(key) = self.key(step, parts) else { return Arc::new(make()) };
        if let Some(value) = self.get(key, sources) {
            return value;
        }
        let value = Arc::new(make());
        self.put(key, &value, sources);
        value
    }

    /// The value of a step that reads more of the project than is known before.
    ///
    /// What it read the last times that `parts` were the same is remembered, what it looked for in vain included; if all of
    /// that still holds, so does the value. `make` must read through the [`Reads`] that it is given.
    pub fn memo_reading<V: Value>(
        &self,
        step: &str,
        parts: &impl Serialize,
        reads: &Reads,
        make: impl FnOnce(&Reads) -> V,
    ) -> Arc<V> {
        let Some(key) = self.key(step, parts) else { return Arc::new(make(reads)) };
        let known: Arc<Vec<Trace>> = self.get(key, &[]).unwrap_or_default();
        for trace in known.iter() {
            if trace.holds(reads.view())
                && let Some(value) = self.get(state_key(key, trace), &[])
            {
                reads.absorb(trace);
                return value;
            }
        }
        let own = reads.fork();
        let value = Arc::new(make(&own));
        let trace = own.trace();
        reads.absorb(&trace);
        // A file that changed while the step read it: the value may belong to no state of the files at all.
        if trace.is_sound() {
            self.put(state_key(key, &trace), &value, &[]);
            let digest = trace.digest();
            let older = known.iter().filter(|older| older.digest() != digest).take(STATES - 1).cloned();
            let traces: Vec<Trace> = std::iter::once(trace).chain(older).collect();
            self.put(key, &Arc::new(traces), &[]);
        }
        value
    }

    /// The file that a pure step makes, which never need be in memory as a whole, and a value beside it.
    ///
    /// `make` writes to the path that it is given, or writes nothing there. Without a tier on the disk that path is
    /// what `scratch` gives, and nothing is remembered.
    pub fn memo_file<V: Value + Clone, E>(
        &self,
        step: &str,
        parts: &impl Serialize,
        scratch: impl FnOnce() -> PathBuf,
        make: impl FnOnce(&Path) -> Result<V, E>,
    ) -> Result<Made<V>, E> {
        let place = self.disk.as_ref().and_then(|disk| Some((disk, self.key(step, parts)?, disk.scratch()?)));
        let Some((disk, key, own_scratch)) = place else { return make_file(scratch(), true, make) };
        if let Some(known) = self.get::<FileEntry<V>>(key, &[]) {
            let value = known.value.clone();
            match known.file {
                None => return Ok(Made { value, file: None }),
                Some((hash, size)) => {
                    if let Some(path) = disk.find_blob(hash) {
                        return Ok(Made { value, file: Some(MadeFile { path, hash, size, movable: false }) });
                    }
                }
            }
        }
        let mut made = make_file(own_scratch, false, make)?;
        let mut keepable = true;
        if let Some(file) = &mut made.file {
            match disk.keep_blob(&file.path, file.hash, file.size) {
                Some(path) => file.path = path,
                None => keepable = false,
            }
        }
        if keepable {
            let file = made.file.as_ref().map(|file| (file.hash, file.size));
            self.put(key, &Arc::new(FileEntry { value: made.value.clone(), file }), &[]);
        }
        Ok(made)
    }

    /// Whether [`Store::save_record`] saves anything.
    pub fn keeps_records(&self) -> bool {
        self.disk.is_some()
    }

    /// Bytes that a caller keeps under a name of its own and replaces each time; `None` if there are none to believe.
    pub fn load_record(&self, step: &str, parts: &impl Serialize) -> Option<Vec<u8>> {
        let key = self.key(step, parts)?;
        self.disk.as_ref()?.load_record(key)
    }

    /// See [`Store::load_record`].
    pub fn save_record(&self, step: &str, parts: &impl Serialize, bytes: &[u8]) {
        if let (Some(disk), Some(key)) = (&self.disk, self.key(step, parts)) {
            disk.save_record(key, bytes);
        }
    }

    /// Ends a build: brings what it computed to the disk, unless there is a tier in memory, and lets go of what no build has used for long.
    ///
    /// `done` tells whether the build was: one that failed creates no store where there is none, which may be no place
    /// for one, and does not reach all that a build uses.
    pub fn end_build(&self, done: bool) {
        if let Some(memory) = self.memory.as_ref().filter(|_| done) {
            memory.end_build();
        }
        // A process that builds again does this when it has nothing else to do.
        if self.memory.is_none() {
            self.flush(done);
        }
    }

    /// Brings what was computed to the disk; see [`Store::end_build`].
    pub fn flush(&self, done: bool) {
        if let Some(disk) = self.disk.as_ref().filter(|disk| done || disk.exists()) {
            disk.flush();
        }
    }

    fn get<V: Value>(&self, key: ContentHash, sources: &[Arc<Source>]) -> Option<Arc<V>> {
        if let Some(value) = self.memory.as_ref().and_then(|memory| memory.get(key)) {
            return Some(value);
        }
        let bytes = self.disk.as_ref()?.get(key)?;
        // The bytes are those that were written, by this very program: only a value with an error in it fails here.
        let value = with_known(sources, || postcard::from_bytes(&bytes)).ok().map(Arc::new)?;
        if let Some(memory) = &self.memory {
            memory.put(key, Arc::clone(&value));
        }
        Some(value)
    }

    fn put<V: Value>(&self, key: ContentHash, value: &Arc<V>, sources: &[Arc<Source>]) {
        if let Some(memory) = &self.memory {
            memory.put(key, Arc::clone(value));
        }
        if let Some(disk) = &self.disk
            && let Ok(bytes) = with_known(sources, || postcard::to_stdvec(&**value))
        {
            disk.put(key, bytes);
        }
    }

    /// `None` where nothing is remembered.
    fn key(&self, step: &str, parts: &impl Serialize) -> Option<ContentHash> {
        if self.memory.is_none() && self.disk.is_none() {
            return None;
        }
        let mut hasher = FieldHasher::default();
        // In memory there is only this program.
        hasher.field(self.disk.as_ref().map_or(&[][..], |disk| disk.identity()));
        hasher.field(step.as_bytes());
        hasher.field(&postcard::to_stdvec(parts).ok()?);
        Some(hasher.finish())
    }
}

#[derive(Serialize, Deserialize)]
struct FileEntry<V> {
    value: V,
    /// Hash and size of the blob.
    file: Option<(ContentHash, u64)>,
}

fn make_file<V, E>(path: PathBuf, movable: bool, make: impl FnOnce(&Path) -> Result<V, E>) -> Result<Made<V>, E> {
    let value = make(&path)?;
    let file = fs::hash_file(&path).ok().map(|(size, hash)| MadeFile { path, hash, size, movable });
    Ok(Made { value, file })
}

/// The key of a value that belongs to one state of what a step read.
fn state_key(key: ContentHash, trace: &Trace) -> ContentHash {
    let mut hasher = FieldHasher::default();
    hasher.field(key.as_bytes());
    hasher.field(trace.digest().as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests;
