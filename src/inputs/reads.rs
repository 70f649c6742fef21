#![expect(clippy::disallowed_types, reason = "looked up by path only; whoever takes the log sorts it")]

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use super::{Names, Seen, Trace, View};
use crate::fs::{self, EntryKind};
use crate::hash::ContentHash;
use crate::path::ProjectPath;
use crate::source::Source;

/// The project's files as one step reads them: every answer is written down. Clones write into the same log.
#[derive(Clone)]
pub struct Reads {
    view: Arc<View>,
    log: Arc<Mutex<Log>>,
}

type Log = HashMap<PathBuf, BTreeSet<Seen>>;

impl Reads {
    pub fn new(view: Arc<View>) -> Self {
        Self { view, log: Arc::default() }
    }

    /// Of a project that was not looked at before, and for one look only.
    pub fn of(root: &Path) -> Self {
        Self::new(Arc::new(View::new(root, root)))
    }

    /// A log of its own over the same disk. [`Reads::absorb`] brings it back.
    pub fn fork(&self) -> Self {
        Self::new(Arc::clone(&self.view))
    }

    pub fn view(&self) -> &View {
        &self.view
    }

    /// The bytes of a file.
    pub fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let read = self.view.read(path);
        self.note(path, Seen::Content(read.as_ref().ok().map(|(_, hash)| *hash)));
        read.map(|(bytes, _)| bytes)
    }

    /// Size and hash of a file; a large one is not kept in memory, a known one is not read.
    pub fn hash(&self, path: &Path) -> io::Result<(u64, ContentHash)> {
        let hashed = self.view.hash(path);
        self.note(path, Seen::Content(hashed.as_ref().ok().map(|(_, hash)| *hash)));
        hashed
    }

    /// The text of a file, the same one as long as it does not change; `Err(Ok(bytes))` when it is not UTF-8.
    pub fn source(&self, path: &Path, name: &ProjectPath) -> Result<Arc<Source>, io::Result<Vec<u8>>> {
        let source = self.view.source(path, name);
        let hash = match &source {
            Ok(source) => Some(source.hash()),
            Err(Ok(bytes)) => Some(ContentHash::of(bytes)),
            Err(Err(_)) => None,
        };
        self.note(path, Seen::Content(hash));
        source
    }

    /// What is there, symbolic links followed.
    pub fn kind(&self, path: &Path) -> Option<EntryKind> {
        let told_by_listing = self.view.is_told_by_listing(path);
        if let (true, Some(folder), Some(name)) = (told_by_listing, path.parent(), path.file_name()) {
            match self.list(folder).map(|names| names.kind_of(name)) {
                // The folder's listing is written down, and tells this.
                Ok(kind @ (None | Some(EntryKind::File | EntryKind::Folder | EntryKind::Other))) => return kind,
                Ok(Some(EntryKind::Link)) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
                // A folder may let itself be entered and not be listed.
                Err(_) => {}
            }
        }
        let kind = self.view.kind(path);
        self.note(path, Seen::Kind(kind));
        kind
    }

    pub fn is_file(&self, path: &Path) -> bool {
        self.kind(path) == Some(EntryKind::File)
    }

    pub fn is_folder(&self, path: &Path) -> bool {
        self.kind(path) == Some(EntryKind::Folder)
    }

    /// What is there, symbolic links not followed.
    pub fn entry(&self, path: &Path) -> Option<EntryKind> {
        if let (true, Some(folder), Some(name)) = (self.view.is_told_by_listing(path), path.parent(), path.file_name())
            && let Ok(names) = self.list(folder)
        {
            return names.kind_of(name);
        }
        let entry = fs::kind_of(path);
        match entry {
            Some(EntryKind::Link) => drop(self.canonicalize(path)),
            _ => self.note(path, Seen::Kind(entry)),
        }
        entry
    }

    /// Where a symbolic link leads, as it is written.
    pub fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        // That it leads elsewhere is all that can change about it.
        let _ = self.canonicalize(path);
        fs::read_link(path)
    }

    /// In bytes; 0 when nothing is there. Not written down: whoever needs the size needs the bytes.
    pub fn size(&self, path: &Path) -> u64 {
        self.view.stat(path).map_or(0, |stat| stat.size)
    }

    /// The names in a folder that are UTF-8, sorted; nothing when it cannot be listed.
    pub fn names(&self, folder: &Path) -> Vec<String> {
        self.list(folder).map(|names| names.in_text().map(str::to_owned).collect()).unwrap_or_default()
    }

    /// What lies in a folder.
    pub fn list(&self, folder: &Path) -> io::Result<Arc<Names>> {
        let names = self.view.list(folder);
        self.note(folder, Seen::Names(names.as_ref().ok().map(|names| names.digest)));
        names
    }

    /// Where a file or folder really lies: absolute, symbolic links resolved.
    pub fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        let real = fs::canonicalize(path);
        self.note(path, Seen::Real(real.as_ref().ok().map(|real| real.to_string_lossy().into_owned())));
        real
    }

    /// Takes over what another step read: this one depends on it too.
    pub fn absorb(&self, trace: &Trace) {
        let mut log = self.lock();
        for (path, seen) in trace.absolute(self.view.root()) {
            log.entry(path).or_default().extend(seen.iter().cloned());
        }
    }

    /// Everything that was read so far.
    pub fn trace(&self) -> Trace {
        Trace::new(&self.view, &*self.lock())
    }

    /// Takes `path` to be a file with these bytes, which the caller has just written.
    pub fn trust(&self, path: &Path, hash: ContentHash) {
        self.view.trust(path, hash);
        self.note(path, Seen::Content(Some(hash)));
    }

    fn note(&self, path: &Path, seen: Seen) {
        let mut log = self.lock();
        match log.get_mut(path) {
            Some(known) => drop(known.insert(seen)),
            None => drop(log.insert(path.to_owned(), BTreeSet::from([seen]))),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Log> {
        // One insertion at a time: a panic elsewhere leaves nothing half done.
        self.log.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
