use std::fmt::Write;

use super::{IMMUTABLE, REVALIDATED, Served, TYPES, pattern};

/// A `map` for the `http` block and a `location` for the `server` block.
pub fn rules(served: &Served) -> String {
    let Served { url, folder, names, siblings, .. } = served;
    let mut out = String::from("# In the http block:\nmap $uri $assetc_cache_control {\n");
    let _ = writeln!(out, "    default \"{REVALIDATED}\";");
    if let Some(names) = names {
        let _ = writeln!(out, "    \"~{}\" \"{IMMUTABLE}\";", pattern(names));
    }
    let _ = write!(out, "}}\n\n# In the server block:\nlocation {url} {{\n    alias {folder}/;\n");
    let _ = writeln!(out, "    add_header Cache-Control $assetc_cache_control;");
    let _ = writeln!(out, "    add_header Access-Control-Allow-Origin \"*\";");
    if siblings.gzip {
        let _ = writeln!(out, "    gzip_static on;");
    }
    if siblings.brotli {
        let _ = writeln!(out, "    brotli_static on; # Debian: libnginx-mod-http-brotli-static");
    }
    if siblings.gzip || siblings.brotli {
        let _ = writeln!(out, "    add_header Vary Accept-Encoding;");
    }
    // A `types` block here would hide all that nginx knows.
    let types = TYPES.iter().map(|(extension, _)| *extension).collect::<Vec<_>>().join("|");
    let _ = write!(out, "\n    location ~ \\.({types})$ {{\n        types {{\n");
    for (extension, kind) in TYPES {
        let _ = writeln!(out, "            {kind} {extension};");
    }
    out.push_str("        }\n    }\n}\n");
    out
}
