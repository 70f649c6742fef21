//! Django's fingerprints, and `staticfiles.json`.

use std::collections::BTreeMap;

use super::python_json::string;
use crate::hash::md5_hex;

/// The manifest of Django's `ManifestFilesMixin`.
pub const MANIFEST: &str = "staticfiles.json";

/// Hex digits of a fingerprint (`HashedFilesMixin.file_hash`).
const DIGITS: usize = 12;

/// The fingerprint of some bytes.
pub fn fingerprint(bytes: &[u8]) -> String {
    let mut digits = md5_hex(bytes);
    digits.truncate(DIGITS);
    digits
}

/// `css/app.css` → `css/app.4f3e2a1d9b0c.css`, split as Python's `os.path.splitext` does: dots at the start of the file's name
/// are no extension.
pub fn hashed_name(name: &str, fingerprint: &str) -> String {
    let file = name.rfind('/').map_or(0, |slash| slash + 1);
    let stem_start = file + name[file..].len() - name[file..].trim_start_matches('.').len();
    match name[stem_start..].rfind('.') {
        Some(dot) => format!("{}.{fingerprint}{}", &name[..stem_start + dot], &name[stem_start + dot..]),
        None => format!("{name}.{fingerprint}"),
    }
}

/// What a name is without its fingerprint, and the fingerprint; `None` for a name that has none.
pub fn split_fingerprint(name: &str) -> Option<(String, &str)> {
    let is_fingerprint =
        |part: &str| part.len() == DIGITS && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let file = name.rfind('/').map_or(0, |slash| slash + 1);
    let (stem, last) = name[file..].rsplit_once('.')?;
    if is_fingerprint(last) {
        return Some((name[..file + stem.len()].to_owned(), last));
    }
    let (stem, fingerprint) = stem.rsplit_once('.')?;
    is_fingerprint(fingerprint).then(|| (format!("{}{stem}.{last}", &name[..file]), fingerprint))
}

/// `staticfiles.json` as `ManifestFilesMixin.save_manifest` of Django 6.1 writes it.
pub fn manifest(paths: &BTreeMap<String, String>) -> String {
    let pairs = |between: &str, open: &str, close: &str| {
        let pair = |(name, path): (&String, &String)| format!("{open}{}{between}{}{close}", string(name), string(path));
        paths.iter().map(pair).collect::<Vec<_>>().join(", ")
    };
    let hash = fingerprint(format!("[{}]", pairs(", ", "[", "]")).as_bytes());
    format!("{{\"paths\": {{{}}}, \"version\": \"1.1\", \"hash\": \"{hash}\"}}", pairs(": ", "", ""))
}
