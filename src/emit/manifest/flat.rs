use serde_json::Value;

use super::Manifest;

/// The file to serve for each name, with something before both: Laravel Mix's `mix-manifest.json`, what Symfony's
/// `JsonManifestVersionStrategy` reads, and with nothing before them what any code can read.
pub fn rooted(manifest: &Manifest, before_name: &str, before_path: &str) -> Value {
    let files = manifest.files.iter();
    files.map(|(logical, file)| (format!("{before_name}{logical}"), format!("{before_path}{}", file.path))).collect()
}
