use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::sealed;
use crate::fs::{self, EntryKind};

/// The folders that hold entries.
const FOLDERS: [&str; 3] = ["packs", "blobs", "records"];

/// Files that are no entries, all written by us.
const FILES: [&str; 4] = ["program", "size", "CACHEDIR.TAG", ".gitignore"];

/// What is left in `tmp` this long is of a process that was killed.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);

/// What emptying a store removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Emptied {
    pub files: usize,
    /// In bytes.
    pub size: u64,
}

struct Entry {
    path: PathBuf,
    size: u64,
    used: SystemTime,
}

/// Adds to the sum of what there is; when that is too much, lets go of what was used longest ago.
///
/// The sum is a guess when several processes write at once; whenever it says too much, it is counted anew.
pub fn note_growth(folder: &Path, scratch: &Path, grown: u64, max_size: u64) {
    let sum = folder.join("size");
    let known = sealed::load(&sum).and_then(|bytes| Some(u64::from_le_bytes(bytes.try_into().ok()?)));
    let size = match known {
        Some(known) if known.saturating_add(grown) <= max_size => known + grown,
        _ => evict(folder, max_size),
    };
    let _ = sealed::save(&sum, scratch, &size.to_le_bytes());
}

/// Down to four fifths of `max_size` if there is more than that, so that not every build has to; how much stays.
fn evict(folder: &Path, max_size: u64) -> u64 {
    sweep_scratch(folder);
    let mut entries: Vec<Entry> = FOLDERS.iter().flat_map(|name| entries(&folder.join(name))).collect();
    let mut size = entries.iter().map(|entry| entry.size).sum();
    if size <= max_size {
        return size;
    }
    entries.sort_by_key(|entry| entry.used);
    for entry in entries {
        if size <= max_size / 5 * 4 {
            break;
        }
        // Another process may have been quicker.
        let _ = fs::remove_file(&entry.path);
        size -= entry.size;
    }
    size
}

fn sweep_scratch(folder: &Path) {
    for entry in entries(&folder.join("tmp")) {
        if entry.used.elapsed().is_ok_and(|since| since > ABANDONED) {
            let _ = fs::remove_file(&entry.path);
        }
    }
}

/// Removes everything that a store wrote, and `folder` if nothing else is in it. Files of other names stay.
///
/// # Errors
/// The first file that cannot be removed, with the reason.
pub fn empty(folder: &Path) -> Result<Emptied, (PathBuf, std::io::Error)> {
    let mut emptied = Emptied::default();
    let folders = FOLDERS.iter().chain(&["tmp"]).map(|name| folder.join(name));
    let own =
        FILES.iter().map(|name| folder.join(name)).filter(|path| fs::is_file(path)).filter_map(|path| entry(&path));
    let own: Vec<Entry> = folders.clone().flat_map(|folder| entries(&folder)).chain(own).collect();
    for entry in own {
        match fs::remove_file(&entry.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err((entry.path, error)),
            _ => {
                emptied.files += 1;
                emptied.size += entry.size;
            }
        }
    }
    for folder in folders.chain([folder.to_owned()]) {
        // Not empty: something of somebody else's is in it.
        let _ = fs::remove_empty_folder(&folder);
    }
    if let Some(own_parent) = super::disk::own_parent(folder)
        && fs::names_in(own_parent) == [".gitignore"]
    {
        let _ = fs::remove_file(&own_parent.join(".gitignore"));
        let _ = fs::remove_empty_folder(own_parent);
    }
    Ok(emptied)
}

fn entries(folder: &Path) -> Vec<Entry> {
    let listed = fs::list(folder).unwrap_or_default().into_iter();
    listed.filter(|(_, kind)| *kind == EntryKind::File).filter_map(|(name, _)| entry(&folder.join(name))).collect()
}

fn entry(path: &Path) -> Option<Entry> {
    let size = fs::size(path).ok()?;
    Some(Entry { path: path.to_owned(), size, used: fs::modified(path).unwrap_or(UNIX_EPOCH) })
}
