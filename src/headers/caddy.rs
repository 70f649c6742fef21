use std::fmt::Write;

use super::{IMMUTABLE, REVALIDATED, Served, TYPES, pattern};

/// A `handle_path` for a site block.
pub fn rules(served: &Served) -> String {
    let Served { url, folder, names, siblings, .. } = served;
    let mut out = format!("handle_path {url}* {{\n\troot * {folder}\n");
    let _ = writeln!(out, "\theader Cache-Control \"{REVALIDATED}\"");
    let _ = writeln!(out, "\theader Access-Control-Allow-Origin \"*\"");
    if let Some(names) = names {
        let _ = writeln!(out, "\t@fingerprinted path_regexp {}", pattern(names));
        let _ = writeln!(out, "\theader @fingerprinted Cache-Control \"{IMMUTABLE}\"");
    }
    for (extension, kind) in TYPES {
        let _ = writeln!(out, "\t@{extension} path *.{extension}\n\theader @{extension} Content-Type {kind}");
    }
    let encodings = [(siblings.zstd, "zstd"), (siblings.brotli, "br"), (siblings.gzip, "gzip")];
    let encodings: Vec<_> = encodings.iter().filter(|(there, _)| *there).map(|(_, name)| *name).collect();
    if encodings.is_empty() {
        out.push_str("\tfile_server\n}\n");
    } else {
        let _ = write!(out, "\tfile_server {{\n\t\tprecompressed {}\n\t}}\n}}\n", encodings.join(" "));
    }
    out
}
