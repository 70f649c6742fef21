use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::Subject;
use super::survey::Found;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::emit::manifest::ManifestFile;
use crate::fs;
use crate::graph::Kind;
use crate::path::UrlPath;

/// Assets that nothing names: no output, no template, no code of the project.
///
/// A text names an asset when its file name stands in it, or the folder it is in where a string goes on with a variable. That
/// misses some that are not used, and says of none that it is unused when it is named.
pub fn unused(subject: &Subject, found: &Found, diagnostics: &mut Vec<Diagnostic>) {
    let manifest = subject.manifest;
    let referred: BTreeSet<&UrlPath> = manifest.files.values().flat_map(|file| &file.references).collect();
    let asked = manifest.files.iter().filter(|(logical, file)| {
        is_asked_for_by_name(logical, file)
            && !referred.contains(logical)
            && !subject.settings.used.is_match(logical.as_str())
    });
    let mut open: BTreeMap<&UrlPath, &ManifestFile> = asked.collect();
    for path in named_in_texts(subject, found, &open) {
        open.remove(&path);
    }
    for (logical, file) in open {
        diagnostics.push(
            Diagnostic::warning(Code::UnusedAsset, format!("nothing names `{logical}`"))
                .at(Place::file(file.source.as_str()))
                .hint("delete it, or add its name to `check.used` in `assetc.toml` if it is put together while the site runs"),
        );
    }
}

/// Kinds that do nothing unless a page or another file names them. What browsers and robots ask for by themselves counts as
/// named.
fn is_asked_for_by_name(logical: &UrlPath, file: &ManifestFile) -> bool {
    let name = logical.file_name();
    let by_itself = ["favicon", "apple-touch-icon"].iter().any(|known| name.starts_with(known));
    let is_font = logical.split_extension().1.is_some_and(|end| ["woff", "woff2", "ttf", "otf"].contains(&end));
    let is_copied = matches!(file.kind, Kind::Opaque | Kind::WebManifest | Kind::SourceMap);
    file.plain.is_some() && !by_itself && (is_font || !is_copied)
}

fn named_in_texts(subject: &Subject, found: &Found, open: &BTreeMap<&UrlPath, &ManifestFile>) -> BTreeSet<UrlPath> {
    let named: Vec<BTreeSet<UrlPath>> = found
        .texts
        .par_iter()
        .map(|path| {
            let Ok(bytes) = fs::read(&path.on_disk(&subject.settings.root)) else { return BTreeSet::new() };
            let text = String::from_utf8_lossy(&bytes);
            // A source does not make itself used by naming itself in a comment.
            let others = open.iter().filter(|(_, file)| file.source != *path);
            others.filter(|(logical, _)| names(&text, logical)).map(|(logical, _)| (*logical).clone()).collect()
        })
        .collect();
    named.into_iter().flatten().collect()
}

fn names(text: &str, logical: &UrlPath) -> bool {
    let name = logical.file_name();
    let (stem, _) = logical.split_extension();
    let stem = stem.rsplit('/').next().unwrap_or(stem);
    if contains_word(text, name) || (logical.as_str().ends_with(".js") && contains_word(text, &format!("{stem}.ts"))) {
        return true;
    }
    let folder = logical.folder();
    !folder.is_empty() && ["{", "\"", "'"].iter().any(|after| text.contains(&format!("{folder}/{after}")))
}

/// Whether `word` stands in the text, not as the end of a longer name.
fn contains_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        !text[..at].chars().next_back().is_some_and(|before| before.is_alphanumeric() || before == '-' || before == '_')
    })
}
