//! Many small values in one file.
//!
//! ```text
//! values, one after the other │ rows, sorted by key │ number of rows, digest of all rows, magic
//! ```
//!
//! A pack is written once and never changed.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::fs::{self, OpenFile};
use crate::hash::ContentHash;

const MAGIC: &[u8; 16] = b"assetc pack 1\n\0\0";
/// Number of rows, digest, magic.
const FOOTER: usize = 8 + 32 + 16;
/// Key, offset, length, digest of the value.
const ROW: usize = 32 + 8 + 8 + 32;

/// An open pack; another process may delete its file, and it stays readable.
pub struct Pack {
    pub path: PathBuf,
    pub size: u64,
    file: OpenFile,
    rows: Vec<u8>,
    /// Whether this process took a value from it.
    pub used: AtomicBool,
}

#[derive(Clone, Copy)]
pub struct Row {
    pub key: ContentHash,
    offset: u64,
    length: u64,
    digest: ContentHash,
}

impl Pack {
    /// `None` for what is no whole pack.
    pub fn open(path: &Path) -> Option<Self> {
        let (file, size) = fs::open(path).ok()?;
        let footer = file.read_at(size.checked_sub(FOOTER as u64)?, FOOTER).ok()?;
        let (count, rest) = footer.split_first_chunk::<8>()?;
        let (digest, magic) = rest.split_first_chunk::<32>()?;
        let length = u64::from_le_bytes(*count).checked_mul(ROW as u64)?;
        let start = (size - FOOTER as u64).checked_sub(length)?;
        if magic != MAGIC {
            return None;
        }
        let rows = file.read_at(start, usize::try_from(length).ok()?).ok()?;
        let whole = ContentHash::of(&rows).as_bytes() == digest;
        whole.then(|| Self { path: path.to_owned(), size, file, rows, used: AtomicBool::new(false) })
    }

    /// The value of `key`, if it is here and undamaged.
    pub fn get(&self, key: ContentHash) -> Option<Vec<u8>> {
        let (mut low, mut high) = (0, self.rows.len() / ROW);
        while low < high {
            let middle = (low + high) / 2;
            match self.row(middle) {
                row if row.key == key => return self.value(row),
                row if row.key < key => low = middle + 1,
                _ => high = middle,
            }
        }
        None
    }

    pub fn rows(&self) -> impl Iterator<Item = Row> {
        (0..self.rows.len() / ROW).map(|nth| self.row(nth))
    }

    pub fn value(&self, row: Row) -> Option<Vec<u8>> {
        if row.offset.checked_add(row.length)? > self.size {
            return None;
        }
        let bytes = self.file.read_at(row.offset, usize::try_from(row.length).ok()?).ok()?;
        let undamaged = ContentHash::of(&bytes) == row.digest;
        self.used.fetch_or(undamaged, Ordering::Relaxed);
        undamaged.then_some(bytes)
    }

    fn row(&self, nth: usize) -> Row {
        let row = &self.rows[nth * ROW..][..ROW];
        let number = |at: usize| u64::from_le_bytes(std::array::from_fn(|nth| row[at + nth]));
        let hash = |at: usize| ContentHash::from_bytes(std::array::from_fn(|nth| row[at + nth]));
        Row { key: hash(0), offset: number(32), length: number(40), digest: hash(48) }
    }
}

/// The bytes of a pack that holds `entries`; of several with one key the first counts.
pub fn to_bytes(mut entries: Vec<(ContentHash, Vec<u8>)>) -> Vec<u8> {
    entries.sort_by_key(|(key, _)| *key);
    entries.dedup_by_key(|(key, _)| *key);
    let mut bytes = Vec::with_capacity(entries.iter().map(|(_, value)| value.len() + ROW).sum::<usize>() + FOOTER);
    let mut rows = Vec::with_capacity(entries.len() * ROW);
    for (key, value) in &entries {
        rows.extend_from_slice(key.as_bytes());
        rows.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        rows.extend_from_slice(&(value.len() as u64).to_le_bytes());
        rows.extend_from_slice(ContentHash::of(value).as_bytes());
        bytes.extend_from_slice(value);
    }
    bytes.extend_from_slice(&rows);
    bytes.extend_from_slice(&(entries.len() as u64).to_le_bytes());
    bytes.extend_from_slice(ContentHash::of(&rows).as_bytes());
    bytes.extend_from_slice(MAGIC);
    bytes
}
