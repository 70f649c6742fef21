use std::path::Path;

use super::sealed;
use crate::fs::{self, Stat};
use crate::hash::ContentHash;

/// The hash of the running program's file: a program that was built anew never reads what another wrote.
///
/// Hashing takes a while, so `record` keeps the result as long as the file's state is the same. `None` where the program
/// cannot be read.
pub fn identity(record: &Path, scratch: &Path) -> Option<ContentHash> {
    let program = std::env::current_exe().ok()?;
    let stat = fs::stat(&program).ok()?;
    let name = program.to_str()?;
    if let Some(bytes) = sealed::load(record)
        && let Ok((known, state, hash)) = postcard::from_bytes::<(&str, Stat, ContentHash)>(&bytes)
        && (known, state) == (name, stat)
    {
        return Some(hash);
    }
    let (_, hash) = fs::hash_file(&program).ok()?;
    if let Ok(bytes) = postcard::to_stdvec(&(name, stat, hash)) {
        // Where it cannot be kept, the program is hashed again next time.
        let _ = sealed::save(record, scratch, &bytes);
    }
    Some(hash)
}
