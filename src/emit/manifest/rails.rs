//! Ruby on Rails.

use serde_json::{Map, Value, json};

use super::Manifest;

/// `.manifest.json` of Propshaft, as `Propshaft::Manifest.from_path` reads it.
pub fn propshaft(manifest: &Manifest) -> Value {
    let file = |file: &super::ManifestFile| {
        let mut value = Map::from_iter([("digested_path".to_owned(), json!(file.path))]);
        if let Some(integrity) = &file.integrity {
            value.insert("integrity".to_owned(), json!(integrity));
        }
        Value::from(value)
    };
    manifest.files.iter().map(|(logical, entry)| (logical.to_string(), file(entry))).collect()
}

/// The manifest of Sprockets 3 and 4 (`Sprockets::Manifest`).
///
/// It wants a time for each file, by which `assets:clean` knows old ones. assetc removes those itself, and the same
/// sources must give the same bytes, so it is always the same.
pub fn sprockets(manifest: &Manifest) -> Value {
    let files = manifest.files.iter().map(|(logical, file)| {
        let value = json!({
            "logical_path": logical,
            "mtime": "2000-01-01T00:00:00+00:00",
            "size": file.size,
            "digest": file.sha256,
            "integrity": file.integrity,
        });
        (file.path.to_string(), value)
    });
    let files: Map<String, Value> = files.collect();
    let assets: Map<String, Value> =
        manifest.files.iter().map(|(logical, file)| (logical.to_string(), json!(file.path))).collect();
    json!({ "files": files, "assets": assets })
}
