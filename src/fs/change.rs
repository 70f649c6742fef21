//! The single steps of which a publish is made. Each either happens whole or not at all.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::SystemTime;

/// Moves a file over another, or to where nothing is. Both must be on one file system.
pub fn move_over(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

/// Moves a file to where nothing is: a file that came there since we looked is an error, not lost.
pub fn move_new(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            // The file system or the kernel does not know the flag.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
            result => return Ok(result?),
        }
    }
    match fs::symlink_metadata(to) {
        Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::rename(from, to),
        Err(error) => Err(error),
    }
}

/// Makes `backup` hold what `path` holds, so that `path` can be replaced and put back: a hard link, or a copy
/// where the file system has none.
pub fn stand_in(path: &Path, backup: &Path) -> io::Result<()> {
    fs::hard_link(path, backup).or_else(|_| duplicate(path, backup))
}

/// Copies a file within a file system, sharing its blocks where the file system can.
pub fn duplicate(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to).map(drop)
}

/// Gives a file the time of modification that another has.
pub fn copy_time(from: &Path, to: &Path) -> io::Result<()> {
    File::options().write(true).open(to)?.set_modified(fs::metadata(from)?.modified()?)
}

/// Sets the time of modification to the present.
pub fn touch(path: &Path) -> io::Result<()> {
    File::options().write(true).open(path)?.set_modified(SystemTime::now())
}

pub fn remove_file(path: &Path) -> io::Result<()> {
    fs::remove_file(path)
}

/// Creates one folder; whether it was not there before.
pub fn create_folder(path: &Path) -> io::Result<bool> {
    match fs::create_dir(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && super::is_folder(path) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Fails when something is in it.
pub fn remove_empty_folder(path: &Path) -> io::Result<()> {
    fs::remove_dir(path)
}

/// Waits until the bytes of `files`, all on the file system of `folder`, are on the disk.
pub fn sync(folder: &Path, files: &[&Path]) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        let _ = files;
        Ok(rustix::fs::syncfs(File::open(folder)?)?)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = folder;
        files.iter().try_for_each(|file| File::options().write(true).open(file)?.sync_all())
    }
}
