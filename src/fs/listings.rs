use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use super::{EntryKind, kind_of, list};

/// Folders as they were when they were first asked for.
///
/// Whoever looks for a file by guessing asks for many that are not there. Here a folder is listed once, and every further
/// question about it costs no call of the system; a folder that its parent does not name is not asked for at all.
/// Names count as they are written, also where the file system ignores case. All paths are absolute, without `.` and `..`.
#[derive(Default)]
pub struct Listings {
    folders: RwLock<BTreeMap<OsString, Listing>>,
}

#[derive(Clone)]
enum Listing {
    Listed(Arc<BTreeMap<OsString, EntryKind>>),
    Absent,
    /// It may be entered, but not listed.
    Closed,
}

impl Listings {
    fn listing(&self, folder: &Path) -> Listing {
        let known = self.folders.read().unwrap_or_else(PoisonError::into_inner).get(folder.as_os_str()).cloned();
        if let Some(known) = known {
            return known;
        }
        let listing = if self.may_be_folder(folder) { read_listing(folder) } else { Listing::Absent };
        // Another thread may have been quicker: then its listing counts, so that all see the same.
        let mut folders = self.folders.write().unwrap_or_else(PoisonError::into_inner);
        folders.entry(folder.as_os_str().to_owned()).or_insert(listing).clone()
    }

    fn may_be_folder(&self, path: &Path) -> bool {
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else { return true };
        match self.listing(parent) {
            Listing::Listed(entries) => matches!(entries.get(name), Some(EntryKind::Folder | EntryKind::Link)),
            Listing::Absent => false,
            Listing::Closed => true,
        }
    }

    /// What `path` is, without following it if it is a symbolic link; `None` when nothing is there.
    pub fn kind(&self, path: &Path) -> Option<EntryKind> {
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else { return Some(EntryKind::Folder) };
        match self.listing(parent) {
            Listing::Listed(entries) => entries.get(name).copied(),
            Listing::Absent => None,
            Listing::Closed => kind_of(path),
        }
    }

    /// Whether a file is there, symbolic links followed.
    pub fn is_file(&self, path: &Path) -> bool {
        match self.kind(path) {
            Some(EntryKind::File) => true,
            Some(EntryKind::Link) => super::is_file(path),
            Some(EntryKind::Folder | EntryKind::Other) | None => false,
        }
    }

    /// Whether a folder is there, symbolic links followed.
    pub fn is_folder(&self, path: &Path) -> bool {
        match self.kind(path) {
            Some(EntryKind::Folder) => true,
            Some(EntryKind::Link) => super::is_folder(path),
            Some(EntryKind::File | EntryKind::Other) | None => false,
        }
    }

    /// The names in a folder that are UTF-8, sorted; nothing when it cannot be listed.
    pub fn names(&self, folder: &Path) -> Vec<String> {
        match self.listing(folder) {
            Listing::Listed(entries) => entries.keys().filter_map(|name| Some(name.to_str()?.to_owned())).collect(),
            Listing::Absent | Listing::Closed => Vec::new(),
        }
    }
}

fn read_listing(folder: &Path) -> Listing {
    match list(folder) {
        Ok(entries) => Listing::Listed(Arc::new(entries.into_iter().collect())),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Listing::Closed,
        Err(_) => Listing::Absent,
    }
}
