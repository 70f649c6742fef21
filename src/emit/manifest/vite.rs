//! Vite's manifest, which django-vite, vite_ruby and Laravel read.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Manifest, ManifestFile, entry_name};
use crate::graph::Kind;
use crate::path::UrlPath;

/// One record, as Vite's `ManifestChunk` has it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    file: &'a UrlPath,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    src: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_entry: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_dynamic_entry: bool,
    /// Keys.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    imports: Vec<&'a str>,
    /// Keys.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dynamic_imports: Vec<&'a str>,
    /// Files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    css: Vec<&'a UrlPath>,
    /// Files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    assets: Vec<&'a UrlPath>,
    #[serde(skip_serializing_if = "Option::is_none")]
    integrity: Option<&'a str>,
}

/// Keyed by source, relative to the project's folder; what no page names is keyed by its file with a `_` before it, so that
/// every key of `imports` is there.
pub fn manifest(manifest: &Manifest) -> Value {
    let dynamic: BTreeSet<&UrlPath> = manifest.entries.values().flat_map(|entry| &entry.dynamic).collect();
    let keys = keys(manifest, &dynamic);
    let keys_of = |names: &[UrlPath]| names.iter().filter_map(|name| keys.get(name)).map(String::as_str).collect();
    let files_of =
        |names: &[UrlPath]| names.iter().filter_map(|name| manifest.files.get(name)).map(|file| &file.path).collect();
    let record = |(logical, key): (&&UrlPath, &String)| {
        let file = &manifest.files[*logical];
        let entry = manifest.entries.get(*logical);
        let record = Record {
            file: &file.path,
            name: file.kind.is_code().then(|| entry_name(logical)),
            src: (!key.starts_with('_')).then_some(key.as_str()),
            is_entry: entry.is_some(),
            is_dynamic_entry: entry.is_none() && dynamic.contains(logical),
            imports: entry.map_or(Vec::new(), |entry| keys_of(&entry.imports)),
            dynamic_imports: entry.map_or(Vec::new(), |entry| keys_of(&entry.dynamic)),
            css: entry.filter(|entry| entry.format.is_some()).map_or(Vec::new(), |entry| files_of(&entry.css)),
            assets: entry.map_or(Vec::new(), |entry| files_of(&entry.assets)),
            integrity: file.integrity.as_deref(),
        };
        // Strings and lists: there is nothing that JSON could not hold.
        (key.clone(), serde_json::to_value(record).expect("plain data"))
    };
    keys.iter().map(record).collect::<Map<_, _>>().into()
}

/// A source is the key of one output only: a second one, as of two entries from one source, goes by its file.
fn keys<'a>(manifest: &'a Manifest, dynamic: &BTreeSet<&UrlPath>) -> BTreeMap<&'a UrlPath, String> {
    let mut taken = BTreeSet::new();
    let key = |logical: &UrlPath, file: &'a ManifestFile| {
        let named = file.plain.is_some() || manifest.entries.contains_key(logical) || dynamic.contains(logical);
        if named && taken.insert(file.source.as_str()) {
            return file.source.to_string();
        }
        format!("_{}", file.path)
    };
    let mut key = key;
    let files = manifest.files.iter().filter(|(_, file)| file.kind != Kind::SourceMap);
    files.map(|(logical, file)| (logical, key(logical, file))).collect()
}
