//! Phoenix.

use serde_json::{Map, Value, json};

use super::Manifest;
use crate::graph::{Output, OutputBody};
use crate::hash::sha512_base64;

/// Seconds from year 0 to the first of January 2000. `mix phx.digest.clean` knows old files by it; assetc removes those
/// itself, and the same sources must give the same bytes.
const MTIME: u64 = 63_113_904_000;

/// `cache_manifest.json` of Phoenix, as `Phoenix.Endpoint` reads it: without `sha512` there is no `integrity`.
pub fn cache_manifest(manifest: &Manifest, outputs: &[Output]) -> Value {
    let latest: Map<String, Value> =
        manifest.files.iter().map(|(logical, file)| (logical.to_string(), json!(file.path))).collect();
    let digests = outputs.iter().map(|output| {
        let mut digest = Map::from_iter([
            ("logical_path".to_owned(), json!(output.logical)),
            ("mtime".to_owned(), json!(MTIME)),
            ("size".to_owned(), json!(output.size)),
            ("digest".to_owned(), json!(output.hash.fingerprint(32))),
        ]);
        // Scripts and styles, which alone have an `integrity` attribute, are in memory.
        let file = output.files.iter().find(|file| file.path == output.path);
        if let Some(OutputBody::Bytes(bytes)) = file.map(|file| &file.body) {
            digest.insert("sha512".to_owned(), json!(sha512_base64(bytes)));
        }
        (output.path.to_string(), Value::from(digest))
    });
    let digests: Map<String, Value> = digests.collect();
    json!({ "version": 1, "latest": latest, "digests": digests })
}
