//! Symfony: the Encore bundle and AssetMapper.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Document, Manifest, ManifestEntry, entry_name};
use crate::config::ManifestFormat;
use crate::path::UrlPath;

/// `entrypoints.json` of Encore: for `encore_entry_link_tags('css/app')` and `encore_entry_script_tags('js/main')`. A style
/// and a script of one name are one entry.
pub fn entrypoints(manifest: &Manifest, prefix: &str) -> Value {
    let url = |name: &UrlPath| Some(format!("{prefix}{}", manifest.files.get(name)?.path));
    let mut entries: BTreeMap<&str, Entrypoint> = BTreeMap::new();
    for (name, entry) in &manifest.entries {
        let entrypoint = entries.entry(entry_name(name)).or_default();
        if entry.format.is_none() {
            entrypoint.css.extend(url(name));
        } else {
            entrypoint.css.extend(entry.css.iter().filter_map(url));
            // What the script imports it loads itself: a tag for each would run modules as classic scripts.
            entrypoint.js.extend(url(name));
        }
    }
    let integrity = manifest.files.values().filter_map(|file| {
        let integrity = file.integrity.as_ref().filter(|_| file.kind.is_code())?;
        Some((format!("{prefix}{}", file.path), json!(integrity)))
    });
    let integrity: Map<String, Value> = integrity.collect();
    json!({ "entrypoints": entries, "integrity": integrity })
}

#[derive(Default, Serialize)]
struct Entrypoint {
    js: Vec<String>,
    css: Vec<String>,
}

/// What `asset-map:compile` of AssetMapper writes, which the compiled asset mapper reads instead of looking for files.
pub fn asset_mapper(manifest: &Manifest, prefix: &str) -> Vec<Document> {
    let import = |(name, entry): (&UrlPath, &ManifestEntry)| {
        let kind = if entry.format.is_some() { "js" } else { "css" };
        let path = format!("{prefix}{}", manifest.files.get(name)?.path);
        Some((import_name(name, kind), json!({ "path": path, "type": kind })))
    };
    let imports: Map<String, Value> = manifest.entries.iter().filter_map(import).collect();
    // What an entry imports it names itself, by final names: there is nothing to map.
    let scripts = manifest.entries.iter().filter(|(_, entry)| entry.format.is_some());
    let entrypoints =
        scripts.map(|(name, _)| Document::new(format!("entrypoint.{}.json", entry_name(name)), json!([])));
    let mut documents = vec![
        Document::new(ManifestFormat::AssetMapper.file(), super::flat::rooted(manifest, "", prefix)),
        Document::new("importmap.json", Value::from(imports)),
    ];
    documents.extend(entrypoints);
    documents
}

/// A script is imported by its name, a style by its file, as Symfony's own documents do.
fn import_name(name: &UrlPath, kind: &str) -> String {
    if kind == "js" { entry_name(name).to_owned() } else { name.to_string() }
}
