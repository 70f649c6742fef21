use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;

/// What a folder's entry is, symbolic links not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
