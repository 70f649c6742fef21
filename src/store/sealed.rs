//! Small files that are replaced as a whole and believed only if they are whole.

use std::path::Path;

use crate::fs;
use crate::hash::ContentHash;

/// Hashed too, so that a file of another form never passes.
const MAGIC: &[u8] = b"assetc sealed 1\n";

/// The bytes that [`save`] wrote to `path`; `None` when they are not there, or not whole.
pub fn load(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = fs::read(path).ok()?;
    let body = bytes.split_off(bytes.len().min(MAGIC.len() + 32));
    let digest = bytes.strip_prefix(MAGIC)?;
    (digest == ContentHash::of(&body).as_bytes()).then_some(body)
}

/// Replaces `path` by way of `scratch`, a path of its own in the same file system.
pub fn save(path: &Path, scratch: &Path, body: &[u8]) -> Option<()> {
    let bytes = [MAGIC, ContentHash::of(body).as_bytes(), body].concat();
    let saved = fs::write(scratch, &bytes).and_then(|()| fs::move_over(scratch, path));
    if saved.is_err() {
        let _ = fs::remove_file(scratch);
    }
    saved.ok()
}
