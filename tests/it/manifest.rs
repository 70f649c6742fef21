//! `assetc.json` as other programs read it.

#![expect(clippy::disallowed_methods, reason = "tests look at what was written")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

#[derive(Deserialize)]
pub struct Manifest {
    pub files: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
pub struct Entry {
    pub path: String,
    pub plain: Option<String>,
    pub source: String,
    pub kind: String,
    pub size: u64,
    pub sha256: String,
    #[serde(default)]
    pub circle: bool,
}

impl Manifest {
    /// Of an output folder; `None` when there is none yet.
    #[track_caller]
    pub fn read(output: &Path) -> Option<Self> {
        let bytes = fs::read(output.join("assetc.json")).ok()?;
        Some(serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("assetc.json: {error}")))
    }

    /// What is wrong with the files that the manifest names: missing, or not the bytes that it states.
    pub fn faults(&self, output: &Path) -> Vec<String> {
        self.files.values().filter_map(|file| fault(file, output)).collect()
    }
}

fn fault(file: &Entry, output: &Path) -> Option<String> {
    let Ok(bytes) = fs::read(output.join(&file.path)) else { return Some(format!("`{}` is missing", file.path)) };
    if bytes.len() as u64 != file.size {
        return Some(format!("`{}` has {} bytes, not {}", file.path, bytes.len(), file.size));
    }
    if sha256(&bytes) != file.sha256 {
        return Some(format!("`{}` has other bytes", file.path));
    }
    let plain = file.plain.as_ref()?;
    (!output.join(plain).is_file()).then(|| format!("`{plain}` is missing"))
}

/// In lowercase hex digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
