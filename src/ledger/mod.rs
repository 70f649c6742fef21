//! What assetc wrote into the output folder, so that it never overwrites or deletes what others wrote there.
//!
//! In: `.assetc-ledger.json`, or `assetc.json` where that is missing. Out: whether a file is ours, and which releases
//! are still kept. Not here: changing the output folder (`emit`).

mod adopt;
mod file;
mod releases;

pub use releases::{Release, first_expiry, release};

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::Path;
use std::time::SystemTime;

use crate::fs::{self, OutputError};
use crate::hash::ContentHash;
use crate::path::UrlPath;

/// The ledger's name in the output root.
pub const LEDGER: &str = ".assetc-ledger.json";

/// The manifest's name in the output root.
pub const MANIFEST: &str = "assetc.json";

/// [`MANIFEST`] as a path of the output tree.
pub fn manifest_path() -> UrlPath {
    // A plain file name is always a path of the output tree.
    UrlPath::new(Path::new(MANIFEST)).expect("a plain file name")
}

/// The files of the output folder that are ours, and the releases they belong to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// What we wrote under each name. Several hashes after a publish that was cut short: the file then holds the bytes
    /// of before or those of after.
    pub files: BTreeMap<UrlPath, BTreeSet<ContentHash>>,
    /// Oldest first; the last is the one that the manifest shows. Empty in development.
    pub releases: Vec<Release>,
}

impl Ledger {
    /// Reads the ledger of an output folder whose lock is held.
    ///
    /// Where it is missing, damaged, or of a later version of assetc, what `assetc.json` names is taken for ours, with the
    /// bytes that it says or, where it does not say, the bytes that the file has now. `now` is the date of the release
    /// that this makes. Fails only when a file that is there cannot be read.
    pub fn load(output_root: &Path, now: SystemTime) -> Result<Self, OutputError> {
        match read_if_there(&output_root.join(LEDGER))?.as_deref().and_then(file::parse) {
            Some((ledger, None)) => Ok(ledger),
            // The last publish was cut short. Whether it became visible is told by the manifest, which it wrote last.
            Some((mut ledger, Some(pending))) => {
                let manifest = read_if_there(&output_root.join(MANIFEST))?;
                if manifest.is_some_and(|bytes| ContentHash::of(&bytes).to_hex() == pending.manifest) {
                    ledger.releases = pending.releases;
                }
                Ok(ledger)
            }
            None => match read_if_there(&output_root.join(MANIFEST))? {
                Some(manifest) => adopt::adopt(output_root, &manifest, now),
                None => Ok(Self::default()),
            },
        }
    }

    /// Whether we wrote a file of this name, whatever it holds now.
    pub fn owns(&self, path: &UrlPath) -> bool {
        self.files.contains_key(path)
    }

    /// Whether we wrote these bytes under this name.
    pub fn wrote(&self, path: &UrlPath, hash: ContentHash) -> bool {
        self.files.get(path).is_some_and(|hashes| hashes.contains(&hash))
    }

    /// The bytes of the ledger's file.
    pub fn to_bytes(&self) -> Vec<u8> {
        file::print(self, None)
    }

    /// The bytes of the ledger's file while `next` is being published over this: it knows every file of both, and can
    /// tell, by the hash of the manifest's bytes, whether `next` became visible.
    pub fn intent(&self, next: &Self, manifest: ContentHash) -> Vec<u8> {
        let mut both = self.clone();
        for (path, hashes) in &next.files {
            both.files.entry(path.clone()).or_default().extend(hashes);
        }
        let pending = file::Pending { manifest: manifest.to_hex(), releases: next.releases.clone() };
        file::print(&both, Some(pending))
    }
}

fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, OutputError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(OutputError::Unreadable { path: path.to_owned(), error }),
    }
}

#[cfg(test)]
mod tests;
