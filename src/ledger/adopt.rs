use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use rayon::prelude::*;
use serde::Deserialize;

use super::{Ledger, Release, manifest_path};
use crate::config::Mode;
use crate::fs::{self, OutputError};
use crate::graph::Kind;
use crate::hash::ContentHash;
use crate::path::UrlPath;

/// What of the manifest tells which files are ours.
#[derive(Deserialize)]
struct Named {
    version: u32,
    mode: Mode,
    files: BTreeMap<UrlPath, NamedFile>,
    #[serde(default)]
    retained: Vec<UrlPath>,
}

#[derive(Deserialize)]
struct NamedFile {
    path: UrlPath,
    plain: Option<UrlPath>,
    kind: Kind,
    sha256: String,
    #[serde(default)]
    compressed: BTreeMap<String, NamedSibling>,
}

#[derive(Deserialize)]
struct NamedSibling {
    path: UrlPath,
}

impl NamedFile {
    /// Whether the bytes under the plain name are those under the fingerprinted one.
    fn has_equal_twins(&self) -> bool {
        match self.kind {
            Kind::Script
            | Kind::Png
            | Kind::Jpeg
            | Kind::Gif
            | Kind::Webp
            | Kind::Avif
            | Kind::Ico
            | Kind::Font
            | Kind::Opaque => true,
            // Each of the two refers to others by names of its own sort.
            Kind::Style | Kind::Sass | Kind::Svg | Kind::WebManifest | Kind::SourceMap => false,
        }
    }
}

/// A ledger of what the manifest names; empty when `manifest` is none of ours.
pub fn adopt(output_root: &Path, manifest: &[u8], now: SystemTime) -> Result<Ledger, OutputError> {
    let Some(named) = serde_json::from_slice::<Named>(manifest).ok().filter(|named| named.version == 1) else {
        return Ok(Ledger::default());
    };

    let mut files = BTreeMap::new();
    // Of these the manifest does not give the hash.
    let mut to_hash: Vec<_> = named.retained.iter().collect();
    for file in named.files.values() {
        let Some(hash) = ContentHash::from_hex(&file.sha256) else { continue };
        files.insert(file.path.clone(), BTreeSet::from([hash]));
        to_hash.extend(file.compressed.values().map(|sibling| &sibling.path));
        match &file.plain {
            Some(plain) if *plain != file.path && file.has_equal_twins() => {
                files.insert(plain.clone(), BTreeSet::from([hash]));
            }
            Some(plain) if *plain != file.path => to_hash.push(plain),
            _ => {}
        }
    }
    let hash = |path: &UrlPath| {
        hash_if_file(output_root, path).map(|hash| hash.map(|hash| (path.clone(), BTreeSet::from([hash]))))
    };
    files.par_extend(to_hash.into_par_iter().map(hash).filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()?);
    files.insert(manifest_path(), BTreeSet::from([ContentHash::of(manifest)]));

    let fingerprinted = named.files.values().filter(|file| file.plain.as_ref() != Some(&file.path));
    let paths = fingerprinted
        .flat_map(|file| std::iter::once(&file.path).chain(file.compressed.values().map(|sibling| &sibling.path)));
    let fingerprinted: BTreeSet<_> = paths.chain(&named.retained).cloned().collect();
    let mut ledger = Ledger { files, releases: Vec::new() };
    // In development nothing is kept.
    if named.mode == Mode::Production && !fingerprinted.is_empty() {
        let date = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        ledger.releases.push(Release { number: 1, date, manifest: String::new(), files: fingerprinted });
    }
    Ok(ledger)
}

fn hash_if_file(output_root: &Path, path: &UrlPath) -> Result<Option<ContentHash>, OutputError> {
    let on_disk = path.on_disk(output_root);
    if !fs::is_file(&on_disk) {
        return Ok(None);
    }
    match fs::hash_file(&on_disk) {
        Ok((_, hash)) => Ok(Some(hash)),
        Err(error) => Err(OutputError::Unreadable { path: on_disk, error }),
    }
}
