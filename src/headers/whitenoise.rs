use std::fmt::Write;

use super::{Served, TYPES, pattern};

/// Django settings.
pub fn rules(served: &Served) -> String {
    let mut out = String::from("# settings.py\n");
    if let Some(names) = &served.names {
        let _ = writeln!(out, "WHITENOISE_IMMUTABLE_FILE_TEST = r\"{}\"", pattern(names));
    }
    out.push_str("WHITENOISE_MIMETYPES = {\n");
    for (extension, kind) in TYPES {
        let _ = writeln!(out, "    \".{extension}\": \"{kind}\",");
    }
    out.push_str("}\n");
    out
}
