use std::fs::File;
use std::io;
use std::path::Path;

/// A file from which many threads read at places of their own.
pub struct OpenFile(#[cfg(unix)] File, #[cfg(not(unix))] std::sync::Mutex<File>);

/// The file and its size.
pub fn open(path: &Path) -> io::Result<(OpenFile, u64)> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    #[cfg(not(unix))]
    let file = std::sync::Mutex::new(file);
    Ok((OpenFile(file), metadata.len()))
}

impl OpenFile {
    /// Exactly `length` bytes; the caller knows that the file is that long.
    pub fn read_at(&self, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        #[cfg(unix)]
        std::os::unix::fs::FileExt::read_exact_at(&self.0, &mut bytes, offset)?;
        #[cfg(not(unix))]
        {
            use std::io::{Read, Seek, SeekFrom};
            let mut file = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            file.seek(SeekFrom::Start(offset))?;
            file.read_exact(&mut bytes)?;
        }
        Ok(bytes)
    }
}
