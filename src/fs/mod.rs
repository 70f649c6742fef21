//! The only room that touches the disk. Thin: what it adds to `std::fs` is said at each function.
#![expect(clippy::disallowed_methods, reason = "this is where the ban is lifted")]

mod change;
mod list;
mod lock;
mod open_file;
mod output_error;
mod staging;
mod stat;

pub use change::{
    copy_time, create_folder, duplicate, move_new, move_over, remove_empty_folder, remove_file, stand_in, sync, touch,
};
pub use list::{EntryKind, kind_of, list, listing_digest};
pub use lock::{LOCK, OutputLock};
pub use open_file::{OpenFile, open};
pub use output_error::{OutputError, reason};
pub use staging::Staging;
pub use stat::{Stat, stat};

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use crate::hash::{ContentHash, StreamHasher};

/// The bytes read at a time from a file that is not kept in memory.
const BLOCK: usize = 256 * 1024;

pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    fs::read(path)
}

/// The bytes of a file, and its state if that was the same before and after reading: then these are its bytes.
pub fn read_steady(path: &Path) -> io::Result<(Vec<u8>, Option<Stat>)> {
    let mut file = File::open(path)?;
    let before = Stat::of(&file.metadata()?);
    let mut bytes = Vec::with_capacity(usize::try_from(before.size).unwrap_or(0));
    file.read_to_end(&mut bytes)?;
    let after = Stat::of(&file.metadata()?);
    Ok((bytes, Some(after).filter(|after| *after == before)))
}

/// [`hash_file`], and the file's state as [`read_steady`] gives it.
pub fn hash_steady(path: &Path) -> io::Result<(u64, ContentHash, Option<Stat>)> {
    let mut file = File::open(path)?;
    let before = Stat::of(&file.metadata()?);
    let (size, hash) = copy_hashed(&mut file, &mut io::sink())?;
    let after = Stat::of(&file.metadata()?);
    Ok((size, hash, Some(after).filter(|after| *after == before)))
}

/// Size and hash of a file, read block by block.
pub fn hash_file(path: &Path) -> io::Result<(u64, ContentHash)> {
    let mut sink = io::sink();
    copy_hashed(&mut File::open(path)?, &mut sink)
}

/// Copies a file block by block; size and hash of what was copied.
pub fn copy_file(from: &Path, to: &Path) -> io::Result<(u64, ContentHash)> {
    copy_hashed(&mut File::open(from)?, &mut File::create(to)?)
}

fn copy_hashed(from: &mut impl Read, to: &mut impl Write) -> io::Result<(u64, ContentHash)> {
    let mut block = vec![0; BLOCK];
    let (mut size, mut hasher) = (0, StreamHasher::default());
    loop {
        match from.read(&mut block) {
            Ok(0) => return Ok((size, hasher.finish())),
            Ok(read) => {
                hasher.update(&block[..read]);
                to.write_all(&block[..read])?;
                size += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Writes a file; the folder must exist.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::write(path, bytes)
}

/// Whether a file (not a folder) is there, symbolic links followed.
pub fn is_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}

pub fn is_folder(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

/// Whether everybody may read a file, or read and enter a folder. Always so where there are no such permissions.
pub fn is_readable_by_all(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::metadata(path).is_ok_and(|metadata| {
            let wanted = if metadata.is_dir() { 0o005 } else { 0o004 };
            metadata.permissions().mode() & wanted == wanted
        })
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        true
    }
}

pub fn size(path: &Path) -> io::Result<u64> {
    Ok(fs::metadata(path)?.len())
}

/// Where a symbolic link leads, as it is written.
pub fn read_link(path: &Path) -> io::Result<std::path::PathBuf> {
    fs::read_link(path)
}

/// The number by which the kernel knows the kind of the file system that `path` lies in (statfs(2)).
pub fn file_system_kind(path: &Path) -> Option<i64> {
    #[cfg(target_os = "linux")]
    {
        // Some architectures have it in 32 bits, and the highest of those is part of it.
        #[allow(clippy::unnecessary_cast, reason = "its type differs between architectures")]
        rustix::fs::statfs(path).ok().map(|at| at.f_type as i64 & 0xffff_ffff)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = path;
        None
    }
}

/// When the bytes of a file last changed, or when [`touch`] last said so.
pub fn modified(path: &Path) -> io::Result<std::time::SystemTime> {
    fs::metadata(path)?.modified()
}

/// Creates a folder and those above it that are missing.
pub fn create_folders(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// Absolute, symbolic links resolved.
pub fn canonicalize(path: &Path) -> io::Result<std::path::PathBuf> {
    fs::canonicalize(path)
}

/// The names in a folder that are UTF-8, sorted; nothing when it cannot be listed.
pub fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        list(folder).unwrap_or_default().into_iter().filter_map(|(name, _)| name.into_string().ok()).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests;
