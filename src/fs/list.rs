use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// What a folder's entry is, symbolic links not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EntryKind {
    File,
    Folder,
    Link,
    /// A socket, a pipe, a device.
    Other,
}

/// What lies in a folder, in no order.
pub fn list(folder: &Path) -> io::Result<Vec<(OsString, EntryKind)>> {
    let entry = |entry: io::Result<fs::DirEntry>| {
        let entry = entry?;
        Ok((entry.file_name(), of_type(entry.file_type()?)))
    };
    fs::read_dir(folder)?.map(entry).collect()
}

/// What `path` is, without following it; `None` when nothing is there.
pub fn kind_of(path: &Path) -> Option<EntryKind> {
    fs::symlink_metadata(path).ok().map(|metadata| of_type(metadata.file_type()))
}

fn of_type(kind: fs::FileType) -> EntryKind {
    match (kind.is_symlink(), kind.is_dir(), kind.is_file()) {
        (true, _, _) => EntryKind::Link,
        (_, true, _) => EntryKind::Folder,
        (_, _, true) => EntryKind::File,
        _ => EntryKind::Other,
    }
}

/// Tells whether a folder has the same entries: their names, kinds and, where the system tells them without asking for
/// each, their inodes, so that a file that was replaced is noticed. Names with a dot are passed over.
pub fn listing_digest(folder: &Path) -> io::Result<u64> {
    let mut sum = 0u64;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        entry.file_type()?.hash(&mut hasher);
        #[cfg(unix)]
        std::os::unix::fs::DirEntryExt::ino(&entry).hash(&mut hasher);
        // A sum does not depend on the order, which is the file system's.
        sum = sum.wrapping_add(hasher.finish());
    }
    Ok(sum)
}
