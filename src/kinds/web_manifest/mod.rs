//! Web app manifests (W3C Web Application Manifest): finds the pictures that they name, and leaves everything else as it is.
//!
//! In: text. Out: the same text with a hole for each path. Pages (`start_url`, `scope`, `id`, targets of shares) are not
//! files of ours and never touched.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde_json::value::RawValue;

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::graph::{FoundReference, Hole, ModuleId, Piece, ReferenceKind, Specifier};
use crate::source::{Source, Span};

/// The file's text with a hole for each local `src` of `icons`, `screenshots` and `shortcuts[].icons`.
///
/// `strict` is true for `.webmanifest`, where bad JSON is an error (`invalid-web-manifest`), and false for `manifest.json`,
/// which may be anything: `None` then says to copy it as it is.
pub fn scan(
    id: ModuleId,
    source: &Arc<Source>,
    strict: bool,
) -> (Option<(Piece, Vec<FoundReference>)>, Vec<Diagnostic>) {
    let text = source.text.strip_prefix('\u{feff}').unwrap_or(&source.text);
    match serde_json::from_str::<Object<'_>>(text) {
        Ok(manifest) => (Some(cut(id, &source.text, pictures(&manifest))), Vec::new()),
        Err(fault) if strict => (None, vec![invalid(source, &fault)]),
        Err(_) => (None, Vec::new()),
    }
}

type Object<'t> = BTreeMap<String, &'t RawValue>;

fn invalid(source: &Arc<Source>, fault: &serde_json::Error) -> Diagnostic {
    let line = source.text.split_inclusive('\n').take(fault.line().saturating_sub(1)).map(str::len).sum::<usize>();
    let bom = if line == 0 && source.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    // The column counts bytes and is 0 for the end of the line before.
    let mut at = (line + bom + fault.column().saturating_sub(1)).min(source.text.len());
    while !source.text.is_char_boundary(at) {
        at -= 1;
    }
    let what = match fault.classify() {
        serde_json::error::Category::Data => "a web app manifest is a JSON object, and this is none",
        _ => "this web app manifest is not valid JSON",
    };
    let detail = fault.to_string();
    let detail = detail.rsplit_once(" at line ").map_or(&*detail, |(detail, _)| detail);
    Diagnostic::error(Code::InvalidWebManifest, format!("{what}: {detail}"))
        .at(Place::span(source, Span::new(at, at)))
        .hint("correct it, or rename the file if it is no web app manifest")
}

/// The values of all `src`, as they stand in the text. What has another shape than the standard's is passed over.
fn pictures<'t>(manifest: &Object<'t>) -> Vec<&'t RawValue> {
    let mut found = Vec::new();
    for member in ["icons", "screenshots"] {
        sources(manifest.get(member).copied(), &mut found);
    }
    for shortcut in list(manifest.get("shortcuts").copied()) {
        sources(shortcut.get("icons").copied(), &mut found);
    }
    // In the order of the text.
    found.sort_by_key(|raw| raw.get().as_ptr());
    found
}

fn sources<'t>(pictures: Option<&'t RawValue>, found: &mut Vec<&'t RawValue>) {
    found.extend(list(pictures).iter().filter_map(|picture| picture.get("src").copied()));
}

fn list(raw: Option<&RawValue>) -> Vec<Object<'_>> {
    let elements: Vec<&RawValue> = raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
    elements.into_iter().filter_map(|element| serde_json::from_str(element.get()).ok()).collect()
}

fn cut(id: ModuleId, text: &str, sources: Vec<&RawValue>) -> (Piece, Vec<FoundReference>) {
    let mut piece = Piece::plain(String::with_capacity(text.len()));
    let mut references = Vec::new();
    let mut from = 0;
    for raw in sources {
        let Ok(specifier) = serde_json::from_str::<String>(raw.get()) else { continue };
        // A raw value is a slice of the text that it was read from.
        let start = raw.get().as_ptr() as usize - text.as_ptr() as usize;
        let range = start..start + raw.get().len();
        let Some(path) = path_range(text, range.clone(), &specifier) else { continue };
        piece.text.push_str(&text[from..path.start]);
        let hole = Hole { offset: piece.text.len(), module: id, reference: references.len(), dotted: false };
        piece.holes.push(hole);
        let span = Span::new(range.start, range.end);
        references.push(FoundReference::new(specifier, ReferenceKind::Url, span));
        from = path.end;
    }
    piece.text.push_str(&text[from..]);
    (piece, references)
}

/// The range of the path in a JSON string; `None` for what is not ours, and when its suffix is written with escapes.
fn path_range(text: &str, string: Range<usize>, specifier: &str) -> Option<Range<usize>> {
    let Specifier::Local { suffix, .. } = Specifier::parse(specifier) else { return None };
    let content = string.start + 1..string.end - 1;
    text[content.clone()].ends_with(suffix).then(|| content.start..content.end - suffix.len())
}

#[cfg(test)]
mod tests;
