use std::fmt::Write;

use super::{IMMUTABLE, REVALIDATED, Served, TYPES, pattern};

/// An `Alias` and a `<Directory>`; needs `mod_headers`, and `mod_rewrite` where there are compressed siblings.
pub fn rules(served: &Served) -> String {
    let Served { url, folder, names, siblings, .. } = served;
    let mut out = String::from("# a2enmod headers rewrite\n");
    let _ = write!(out, "Alias \"{url}\" \"{folder}/\"\n<Directory \"{folder}\">\n    Require all granted\n");
    out.push_str("    Options -Indexes -MultiViews\n");
    for (extension, kind) in TYPES {
        let _ = writeln!(out, "    AddType {kind} .{extension}");
    }
    let _ = writeln!(out, "    Header set Cache-Control \"{REVALIDATED}\"");
    let _ = writeln!(out, "    Header set Access-Control-Allow-Origin \"*\"");
    if let Some(names) = names {
        let pattern = pattern(names);
        let pattern = pattern.strip_suffix('$').unwrap_or(&pattern);
        let _ = writeln!(out, "    <FilesMatch \"{pattern}(\\.(br|gz|zst))?$\">");
        let _ = write!(out, "        Header set Cache-Control \"{IMMUTABLE}\"\n    </FilesMatch>\n");
    }
    let encodings = [(siblings.zstd, "zstd", "zst"), (siblings.brotli, "br", "br"), (siblings.gzip, "gzip", "gz")];
    let encodings: Vec<_> = encodings.into_iter().filter(|(there, ..)| *there).collect();
    if !encodings.is_empty() {
        out.push_str("    Header append Vary Accept-Encoding\n    RewriteEngine On\n");
    }
    for (_, name, extension) in encodings {
        let _ = writeln!(out, "    RewriteCond %{{HTTP:Accept-Encoding}} \\b{name}\\b");
        let _ = writeln!(out, "    RewriteCond %{{REQUEST_FILENAME}}.{extension} -f");
        let _ = writeln!(out, "    RewriteRule ^(.+)$ $1.{extension} [L]");
        // Apache's own configuration calls .gz a type of its own and .br the Breton language.
        let _ = writeln!(out, "    RemoveType .{extension}\n    RemoveLanguage .{extension}");
        let _ = writeln!(out, "    AddEncoding {name} .{extension}");
    }
    out.push_str("</Directory>\n");
    out
}
