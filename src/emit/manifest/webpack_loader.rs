//! django-webpack-loader.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Manifest, entry_name};
use crate::graph::Kind;
use crate::path::UrlPath;

/// What `webpack-bundle-tracker` writes. A chunk has the files that a page loads for it: `{% render_bundle "js/main" %}`. A style
/// and a script of one name are one chunk.
pub fn stats(manifest: &Manifest) -> Value {
    let mut chunks: BTreeMap<&str, Vec<&UrlPath>> = BTreeMap::new();
    for (name, entry) in &manifest.entries {
        let styles = entry.css.iter().filter(|_| entry.format.is_some());
        let files = styles.chain([name]).filter_map(|name| manifest.files.get(name)).map(|file| &file.path);
        chunks.entry(entry_name(name)).or_default().extend(files);
    }
    let asset = |(_, file): (&UrlPath, &super::ManifestFile)| {
        let mut asset = Map::from_iter([
            ("name".to_owned(), json!(file.path)),
            // The reader then asks Django's storage for the URL.
            ("publicPath".to_owned(), json!("auto")),
            ("sourceFilename".to_owned(), json!(file.source)),
        ]);
        if let Some(integrity) = &file.integrity {
            asset.insert("integrity".to_owned(), json!(integrity));
        }
        (file.path.to_string(), Value::from(asset))
    };
    let files = manifest.files.iter().filter(|(_, file)| file.kind != Kind::SourceMap);
    let assets: Map<String, Value> = files.map(asset).collect();
    json!({ "status": "done", "chunks": chunks, "assets": assets })
}
