use std::fmt::Write;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::{IMMUTABLE, Served};

/// A rule ends with its line, a path with a space.
const SPACES: &AsciiSet = &CONTROLS.add(b' ');

/// A `_headers` file. Its patterns cannot say what a fingerprint is, so every fingerprinted file is named. All others are
/// revalidated without a rule, and Netlify compresses by itself.
pub fn rules(served: &Served) -> String {
    let Served { url, fingerprinted, .. } = served;
    let mut out = format!("{url}*\n  Access-Control-Allow-Origin: *\n");
    for path in fingerprinted {
        let path = utf8_percent_encode(path.as_str(), SPACES);
        let _ = write!(out, "{url}{path}\n  Cache-Control: {IMMUTABLE}\n");
    }
    out
}
