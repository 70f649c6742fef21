use std::path::Path;

use super::Subject;
use super::catalog::Catalog;
use super::survey::Found;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::fs;

/// Names that two files have, of which Django takes the first that it finds.
pub fn overlapping(catalog: &Catalog, diagnostics: &mut Vec<Diagnostic>) {
    for (name, files) in catalog.files.iter().filter(|(_, files)| files.len() > 1) {
        let mut hashes = files.iter().filter_map(|file| fs::hash_file(file).ok());
        let first = hashes.next();
        if hashes.all(|hash| Some(hash) == first) {
            continue;
        }
        let mut shown = files.iter().map(|file| catalog.shown(file));
        let (Some(winner), Some(other)) = (shown.next(), shown.next()) else { continue };
        diagnostics.push(
            Diagnostic::warning(Code::OverlappingPaths, format!("two files are called `{name}` for templates"))
                .at(Place::file(&other))
                .related("Django takes the first that it finds", Place::file(&winner))
                .hint("put the files of each app into a folder with the app's name"),
        );
    }
}

/// Folders that say what is in them, not whose it is.
const GENERIC: [&str; 12] =
    ["assets", "css", "fonts", "icons", "images", "img", "js", "scripts", "scss", "style", "styles", "vendor"];

/// Files of an app that another app's could take the place of.
pub fn not_namespaced(subject: &Subject, found: &Found, diagnostics: &mut Vec<Diagnostic>) {
    for (folder, name) in &found.app_files {
        report(&format!("{folder}/{name}"), folder.as_str(), name, diagnostics);
    }
    for (logical, file) in &subject.manifest.files {
        // The source's path is that of its root and the logical name, but for the extension.
        let (stem, _) = logical.split_extension();
        let source = file.source.as_str();
        let (source_stem, _) = source.rsplit_once('.').unwrap_or((source, ""));
        let Some(root) = source_stem.strip_suffix(stem).and_then(|root| root.strip_suffix('/')) else { continue };
        report(source, root, logical.as_str(), diagnostics);
    }
}

fn report(file: &str, folder: &str, name: &str, diagnostics: &mut Vec<Diagnostic>) {
    // A folder of the whole project is nobody's app.
    let Some(app) = Path::new(folder).parent().and_then(Path::file_name).and_then(|app| app.to_str()) else { return };
    let top = name.split_once('/').map(|(top, _)| top);
    if top.is_some_and(|top| !GENERIC.contains(&top)) || top == Some(app) {
        return;
    }
    diagnostics.push(
        Diagnostic::warning(Code::NotNamespaced, format!("`{name}` of the app `{app}` is not in a folder of its own"))
            .at(Place::file(file))
            .note("a file of another app with the same name would take its place")
            .hint(format!("move it to `{folder}/{app}/{name}` and name it `{app}/{name}`")),
    );
}
