use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Ledger, Release};
use crate::hash::ContentHash;
use crate::path::UrlPath;

/// Raised when an older assetc could no longer understand the file. It then adopts what the manifest names.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct LedgerFile {
    version: u32,
    /// Hex SHA-256, sorted.
    files: BTreeMap<UrlPath, Vec<String>>,
    releases: Vec<Release>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pending: Option<Pending>,
}

/// The publish that is going on.
#[derive(Serialize, Deserialize)]
pub struct Pending {
    /// Hex SHA-256 of the manifest's bytes once it is done.
    pub manifest: String,
    /// The releases once it is done.
    pub releases: Vec<Release>,
}

/// `None` for what is no ledger, or one of another version.
pub fn parse(bytes: &[u8]) -> Option<(Ledger, Option<Pending>)> {
    let file: LedgerFile = serde_json::from_slice(bytes).ok().filter(|file: &LedgerFile| file.version == VERSION)?;
    let parse = |hashes: Vec<String>| hashes.iter().map(|hex| ContentHash::from_hex(hex)).collect::<Option<_>>();
    let files = file.files.into_iter().map(|(path, hashes)| Some((path, parse(hashes)?))).collect::<Option<_>>()?;
    Some((Ledger { files, releases: file.releases }, file.pending))
}

pub fn print(ledger: &Ledger, pending: Option<Pending>) -> Vec<u8> {
    let print = |hashes: &BTreeSet<ContentHash>| hashes.iter().map(|hash| hash.to_hex()).collect();
    let files = ledger.files.iter().map(|(path, hashes)| (path.clone(), print(hashes))).collect();
    let file = LedgerFile { version: VERSION, files, releases: ledger.releases.clone(), pending };
    // Strings, numbers and maps keyed by strings: there is nothing that JSON could not hold.
    let mut bytes = serde_json::to_vec_pretty(&file).expect("plain data");
    bytes.push(b'\n');
    bytes
}
