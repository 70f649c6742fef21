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
        let kind = entry.file_type()?;
        let kind = match (kind.is_symlink(), kind.is_dir(), kind.is_file()) {
            (true, _, _) => EntryKind::Link,
            (_, true, _) => EntryKind::Folder,
            (_, _, true) => EntryKind::File,
            _ => EntryKind::Other,
        };
        Ok((entry.file_name(), kind))
    };
    fs::read_dir(folder)?.map(entry).collect()
}
