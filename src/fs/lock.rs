use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use super::OutputError;

/// The name of the lock file in the output folder.
pub const LOCK: &str = ".assetc-lock";

/// The right to change an output folder, held by one process at a time.
///
/// An advisory lock of the system on `.assetc-lock`, which holds the process's id in decimal. The system gives the lock
/// back when the process ends in whatever way, so a file left behind by a kill stops nobody.
/// Dropping it removes the file, and the folders that [`OutputLock::take`] created if nothing was put into them.
#[derive(Debug)]
pub struct OutputLock {
    path: PathBuf,
    file: File,
    // Dropped, and so removed, after the lock file.
    _created: CreatedFolders,
}

impl OutputLock {
    /// Creates the folder where it is missing.
    pub fn take(output_root: &Path) -> Result<Self, OutputError> {
        let path = output_root.join(LOCK);
        let mut created = CreatedFolders::default();
        loop {
            created.create(output_root)?;
            let mut file = match open(&path) {
                Ok(file) => file,
                // Another process removed its lock and the folder just now.
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(OutputError::unwritable(output_root)(error)),
            };
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    let pid = read_pid(&mut file);
                    return Err(OutputError::Locked { output_root: output_root.to_owned(), pid });
                }
                // Some network and container file systems have no locks. A build there is better than none.
                Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {}
                Err(TryLockError::Error(error)) => return Err(OutputError::unwritable(&path)(error)),
            }
            // Between opening and locking, the previous holder may have removed the file, and a third process may have
            // made and locked a new one: what we hold is then a lock on nothing.
            if is_at(&file, &path) {
                write_pid(&mut file).map_err(OutputError::unwritable(&path))?;
                return Ok(Self { path, file, _created: created });
            }
        }
    }
}

impl OutputLock {
    /// Whether it still keeps others out: nobody has deleted its file, alone or with the output folder.
    pub fn is_in_place(&self) -> bool {
        is_at(&self.file, &self.path)
    }
}

#[cfg(test)]
impl OutputLock {
    /// Gives the lock back and leaves its file, as the end of a killed process does.
    pub fn unlock_only(&self) {
        let _ = self.file.unlock();
    }
}

impl Drop for OutputLock {
    fn drop(&mut self) {
        // While still locked, else it could be another process's by now. A file that stays does no harm.
        if is_at(&self.file, &self.path) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    // Through a symbolic link we would write our pid into somebody's file.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, rustix::fs::OFlags::NOFOLLOW.bits() as i32);
    options.open(path)
}

fn is_at(file: &File, path: &Path) -> bool {
    let (Ok(held), Ok(named)) = (file.metadata(), fs::symlink_metadata(path)) else { return false };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        (held.dev(), held.ino()) == (named.dev(), named.ino())
    }
    #[cfg(not(unix))]
    {
        held.created().ok() == named.created().ok()
    }
}

fn read_pid(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn write_pid(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.write_all(format!("{}\n", std::process::id()).as_bytes())
}

/// Folders that were not there before, outermost first. Dropping removes those that are still empty.
#[derive(Debug, Default)]
struct CreatedFolders(Vec<PathBuf>);

impl CreatedFolders {
    fn create(&mut self, folder: &Path) -> Result<(), OutputError> {
        let missing: Vec<_> = folder.ancestors().take_while(|folder| !super::is_folder(folder)).collect();
        for folder in missing.into_iter().rev() {
            match super::create_folder(folder) {
                Ok(true) => self.0.push(folder.to_owned()),
                Ok(false) => {}
                Err(error) if matches!(error.kind(), ErrorKind::AlreadyExists | ErrorKind::NotADirectory) => {
                    return Err(OutputError::NotAFolder { path: folder.to_owned() });
                }
                Err(error) => return Err(OutputError::unwritable(folder)(error)),
            }
        }
        Ok(())
    }
}

impl Drop for CreatedFolders {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}
