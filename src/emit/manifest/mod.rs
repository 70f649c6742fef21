//! What is written for others to read: which file stands for which name.
//!
//! `assetc.json` is the model; the manifests for other frameworks are functions of it.

mod assetc;
mod flat;
mod phoenix;
mod rails;
mod symfony;
mod vite;
mod webpack_loader;

pub use assetc::{Manifest, ManifestEntry, ManifestFile};

use serde_json::Value;

use crate::config::{ManifestFormat, Settings};
use crate::graph::Output;

/// A JSON document of the output folder.
pub struct Document {
    /// Below the output folder.
    pub path: String,
    pub json: Value,
}

impl Document {
    fn new(path: impl Into<String>, json: Value) -> Self {
        Self { path: path.into(), json }
    }

    /// Pretty-printed, with a final newline.
    pub fn to_bytes(&self) -> Vec<u8> {
        format!("{:#}\n", self.json).into_bytes()
    }
}

/// The manifests that the settings ask for; `outputs` are those that `manifest` is of.
pub fn documents(settings: &Settings, manifest: &Manifest, outputs: &[Output]) -> Vec<Document> {
    let prefix = settings.prefix.as_str();
    let write = |format: &ManifestFormat| {
        let one = |json| vec![Document::new(format.file(), json)];
        match format {
            ManifestFormat::Vite | ManifestFormat::Laravel => one(vite::manifest(manifest)),
            ManifestFormat::Mix => one(flat::rooted(manifest, prefix, prefix)),
            ManifestFormat::Propshaft => one(rails::propshaft(manifest)),
            ManifestFormat::Sprockets => one(rails::sprockets(manifest)),
            ManifestFormat::Phoenix => one(phoenix::cache_manifest(manifest, outputs)),
            // `asset('build/app.css')` looks up its argument, which has no slash before it.
            ManifestFormat::Symfony => one(flat::rooted(manifest, prefix.trim_start_matches('/'), prefix)),
            ManifestFormat::Encore => one(symfony::entrypoints(manifest, prefix)),
            ManifestFormat::AssetMapper => symfony::asset_mapper(manifest, prefix),
            ManifestFormat::WebpackLoader => one(webpack_loader::stats(manifest)),
            ManifestFormat::Flat => one(flat::rooted(manifest, "", "")),
        }
    };
    settings.manifests.iter().flat_map(write).collect()
}

/// The name of an entry without its extension: what readers that know only names of entries call it.
fn entry_name(logical: &crate::path::UrlPath) -> &str {
    logical.split_extension().0
}

#[cfg(test)]
mod tests;
