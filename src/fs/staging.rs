use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{EntryKind, OutputError, OutputLock};

const PREFIX: &str = ".assetc-staging";

/// Where a build writes before anything of it is visible: a folder in the output root, so that publishing is renaming.
///
/// `collectstatic` skips it for its dot. Whoever has it holds the output folder's lock. Dropping it removes it with
/// all that is still in it: a build that publishes nothing leaves the output folder as it was.
#[derive(Debug)]
pub struct Staging {
    output_root: PathBuf,
    folder: PathBuf,
    next: AtomicUsize,
    // Given back last: fields are dropped after `drop`.
    _lock: Arc<OutputLock>,
}

impl Staging {
    /// Takes the lock and sweeps what killed builds left.
    pub fn begin(output_root: &Path) -> Result<Self, OutputError> {
        Self::begin_under(Arc::new(OutputLock::take(output_root)?), output_root)
    }

    /// Sweeps what killed builds left; `lock` is that of `output_root`.
    pub fn begin_under(lock: Arc<OutputLock>, output_root: &Path) -> Result<Self, OutputError> {
        let folder = output_root.join(PREFIX);
        sweep(output_root).and_then(|()| fs::create_dir(&folder)).map_err(OutputError::unwritable(output_root))?;
        Ok(Self { output_root: output_root.to_owned(), folder, next: AtomicUsize::new(0), _lock: lock })
    }

    /// A path that nobody else is given; nothing is there yet. From any thread.
    pub fn file(&self) -> PathBuf {
        self.folder.join(self.next.fetch_add(1, Ordering::Relaxed).to_string())
    }

    pub fn output_root(&self) -> &Path {
        &self.output_root
    }

    /// Ends as a killed process does: the lock is given back, every file stays.
    #[cfg(test)]
    pub fn abandon(self) {
        let this = std::mem::ManuallyDrop::new(self);
        this._lock.unlock_only();
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // What cannot be removed now is swept by the next build.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn sweep(output_root: &Path) -> std::io::Result<()> {
    for (name, kind) in super::list(output_root)? {
        if !name.as_encoded_bytes().starts_with(PREFIX.as_bytes()) {
            continue;
        }
        let path = output_root.join(name);
        // Symbolic links are removed, never followed.
        let removed = if kind == EntryKind::Folder { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        match removed {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
