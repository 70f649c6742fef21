//! The tier on the disk.
//!
//! ```text
//! packs/NAME   small values, one pack a build that computed any
//! blobs/HASH   whole files, named by their own SHA-256
//! records/KEY  what callers keep under names of their own
//! tmp/         what is being written; a rename brings it to its place
//! program      the hash of the program that wrote last
//! size         about how much there is
//! ```

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::identity::identity;
use super::pack::{self, Pack};
use super::{evict, sealed};
use crate::fs;
use crate::hash::ContentHash;

/// What is used more often than this is not marked as used again: reading should not write.
const MARK_EVERY: Duration = Duration::from_secs(60 * 60);

/// More packs than this are brought together: each is looked into for a value that is in none.
const MANY_PACKS: usize = 12;

/// A pack of this size stays as it is.
const LARGE_PACK: u64 = 16 << 20;

pub struct Disk {
    folder: PathBuf,
    /// In bytes.
    max_size: u64,
    identity: ContentHash,
    /// The newest first; `None` until the first value is asked for.
    packs: Mutex<Option<Arc<Vec<Arc<Pack>>>>>,
    /// Computed, not written yet.
    pending: Mutex<Vec<(ContentHash, Vec<u8>)>>,
    /// Bytes of blobs and records written since the last flush.
    grown: AtomicU64,
}

impl Disk {
    /// Creates nothing: a build that fails at once leaves no folder behind.
    pub fn open(folder: &Path, max_size: u64) -> Option<Self> {
        let mut disk = Self {
            folder: folder.to_owned(),
            max_size,
            identity: ContentHash::of(b""),
            packs: Mutex::default(),
            pending: Mutex::default(),
            grown: AtomicU64::new(0),
        };
        disk.identity = identity(&folder.join("program"), &disk.scratch_name())?;
        Some(disk)
    }

    /// Whether anything was ever kept.
    pub fn exists(&self) -> bool {
        fs::is_folder(&self.folder)
    }

    pub fn identity(&self) -> &[u8] {
        self.identity.as_bytes()
    }

    pub fn get(&self, key: ContentHash) -> Option<Vec<u8>> {
        self.packs().iter().find_map(|pack| pack.get(key))
    }

    pub fn put(&self, key: ContentHash, value: Vec<u8>) {
        lock(&self.pending).push((key, value));
    }

    /// A path in the store's own file system where nothing is yet; `None` if the store cannot be written.
    pub fn scratch(&self) -> Option<PathBuf> {
        self.create_folder("tmp")?;
        Some(self.scratch_name())
    }

    fn scratch_name(&self) -> PathBuf {
        self.folder.join("tmp").join(unique_name())
    }

    /// The blob with this hash, if it is there and undamaged.
    pub fn find_blob(&self, hash: ContentHash) -> Option<PathBuf> {
        let path = self.blob(hash);
        let (_, found) = fs::hash_file(&path).ok()?;
        if found != hash {
            let _ = fs::remove_file(&path);
            return None;
        }
        mark_used(&path);
        Some(path)
    }

    /// Moves a scratch file to its place; where it is then.
    pub fn keep_blob(&self, scratch: &Path, hash: ContentHash, size: u64) -> Option<PathBuf> {
        self.create_folder("blobs")?;
        let path = self.blob(hash);
        fs::move_over(scratch, &path).ok()?;
        self.grown.fetch_add(size, Ordering::Relaxed);
        Some(path)
    }

    fn blob(&self, hash: ContentHash) -> PathBuf {
        self.folder.join("blobs").join(hash.to_hex())
    }

    pub fn load_record(&self, key: ContentHash) -> Option<Vec<u8>> {
        let path = self.folder.join("records").join(key.to_hex());
        let bytes = sealed::load(&path)?;
        mark_used(&path);
        Some(bytes)
    }

    pub fn save_record(&self, key: ContentHash, bytes: &[u8]) {
        let saved = self.scratch().and_then(|scratch| {
            self.create_folder("records")?;
            sealed::save(&self.folder.join("records").join(key.to_hex()), &scratch, bytes)
        });
        if saved.is_some() {
            self.grown.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        }
    }

    /// Writes what was computed. What cannot be written is computed again next time.
    pub fn flush(&self) {
        self.mark_packs();
        let pending = std::mem::take(&mut *lock(&self.pending));
        let mut grown = self.grown.swap(0, Ordering::Relaxed);
        if !pending.is_empty() {
            grown += self.add_pack(pending).unwrap_or(0);
            self.merge_packs();
        }
        if grown > 0 {
            // Where the program's hash could not be kept before there was a folder.
            let _ = identity(&self.folder.join("program"), &self.scratch_name());
            evict::note_growth(&self.folder, &self.scratch_name(), grown, self.max_size);
        }
    }

    fn add_pack(&self, entries: Vec<(ContentHash, Vec<u8>)>) -> Option<u64> {
        let scratch = self.scratch()?;
        self.create_folder("packs")?;
        let bytes = pack::to_bytes(entries);
        let path = self.folder.join("packs").join(unique_name());
        if fs::write(&scratch, &bytes).and_then(|()| fs::move_over(&scratch, &path)).is_err() {
            let _ = fs::remove_file(&scratch);
            return None;
        }
        let mut packs = lock(&self.packs);
        if let (Some(packs), Some(pack)) = (&mut *packs, Pack::open(&path)) {
            *packs = Arc::new(std::iter::once(Arc::new(pack)).chain(packs.iter().cloned()).collect());
        }
        Some(bytes.len() as u64)
    }

    /// Makes one pack of the small ones when there are many.
    fn merge_packs(&self) {
        let packs = self.packs();
        let (small, large): (Vec<_>, Vec<_>) = packs.iter().cloned().partition(|pack| pack.size < LARGE_PACK);
        if small.len() <= MANY_PACKS {
            return;
        }
        *lock(&self.packs) = Some(Arc::new(large));
        let entries = small.iter().flat_map(|pack| pack.rows().filter_map(|row| Some((row.key, pack.value(row)?))));
        if self.add_pack(entries.collect()).is_some() {
            for pack in small {
                // Whoever has it open can still read it.
                let _ = fs::remove_file(&pack.path);
            }
        }
    }

    fn mark_packs(&self) {
        let opened = lock(&self.packs).clone();
        for pack in opened.iter().flat_map(|packs| packs.iter()) {
            if pack.used.swap(false, Ordering::Relaxed) {
                mark_used(&pack.path);
            }
        }
    }

    fn packs(&self) -> Arc<Vec<Arc<Pack>>> {
        let mut packs = lock(&self.packs);
        let opened = packs.get_or_insert_with(|| {
            let folder = self.folder.join("packs");
            let mut names = fs::names_in(&folder);
            names.reverse();
            Arc::new(names.iter().filter_map(|name| Pack::open(&folder.join(name)).map(Arc::new)).collect())
        });
        Arc::clone(opened)
    }

    /// Creates a folder of the store, and the store where it is missing.
    fn create_folder(&self, name: &str) -> Option<()> {
        let path = self.folder.join(name);
        if !fs::is_folder(&path) {
            fs::create_folders(&path).ok()?;
            label(&self.folder);
        }
        Some(())
    }
}

/// Tells git, and whoever makes backups, that nothing here is worth keeping. Where it cannot be told, nothing breaks.
fn label(folder: &Path) {
    let gitignore = own_parent(folder).unwrap_or(folder).join(".gitignore");
    if !fs::is_file(&gitignore) {
        let _ = fs::write(&gitignore, b"*\n");
    }
    let tag = folder.join("CACHEDIR.TAG");
    if !fs::is_file(&tag) {
        // The signature of https://bford.info/cachedir/.
        let _ = fs::write(
            &tag,
            b"Signature: 8a477f597d28d172789f06886806bc55\n# The memory of assetc; `assetc clean` empties it.\n",
        );
    }
}

/// A name that no other process uses, nor another thread of this one; by age when sorted. Processes in containers that share
/// the store may have equal ids, so the time is part of it.
fn unique_name() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{:020x}-{}-{}", since.as_nanos(), std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The `.assetc` folder of the default place.
pub fn own_parent(folder: &Path) -> Option<&Path> {
    folder.parent().filter(|parent| parent.ends_with(".assetc"))
}

/// What was used last goes last when the store is full.
fn mark_used(path: &Path) {
    let long_ago = |time: SystemTime| time.elapsed().is_ok_and(|since| since > MARK_EVERY);
    if fs::modified(path).is_ok_and(long_ago) {
        // A store that cannot be written is used all the same.
        let _ = fs::touch(path);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Each change is one assignment, so a panic elsewhere leaves nothing half done.
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
