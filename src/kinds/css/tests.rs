use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::config::Targets;
use crate::diagnostic::{Code, Diagnostic};
use crate::graph::{Hole, ModuleId, Piece, Reference, ReferenceKind, Specifier, Target};
use crate::path::{ProjectPath, UrlPath};
use crate::source::{Source, SourceMap};

mod bundling;
mod faults;
mod guarding;
mod scanning;
mod urls;

/// The sheets of a test, the entry first. Other files are taken to exist, but for those in `gone/`; those in `foreign/`
/// are not ours.
struct Site {
    sheets: Vec<(Arc<Source>, Vec<Reference>)>,
}

const OTHERS: usize = 1000;

impl Site {
    fn new(sheets: &[(&str, &str)]) -> Self {
        let resolve = |specifier: &str| {
            let Specifier::Local { path, .. } = Specifier::parse(specifier) else { panic!("{specifier} is not ours") };
            let path = path.trim_start_matches("./");
            if path.starts_with("gone/") {
                return Target::AsWritten;
            }
            if path.starts_with("foreign/") {
                return Target::Foreign(UrlPath::new(Path::new(path)).unwrap());
            }
            let sheet = sheets.iter().position(|(name, _)| *name == path);
            Target::Module(ModuleId(
                sheet.unwrap_or_else(|| path.bytes().fold(OTHERS, |id, byte| id * 31 % 999_983 + usize::from(byte))),
            ))
        };
        let sheets = sheets.iter().map(|(name, text)| {
            let source = source(name, text);
            let (found, _) = scan(&source);
            let references = found.into_iter().map(|found| Reference { target: resolve(&found.specifier), found });
            let references = references.collect();
            (source, references)
        });
        Self { sheets: sheets.collect() }
    }

    fn piece(&self, options: &StyleOptions<'_>) -> Piece {
        let (piece, diagnostics) = bundle(ModuleId(0), self, options);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        piece.unwrap()
    }

    /// What fills a hole: `<` the path `>`.
    fn fill(&self, hole: &Hole) -> std::borrow::Cow<'_, str> {
        let reference = &self.sheets[hole.module.0].1[hole.reference];
        let Specifier::Local { path, .. } = Specifier::parse(&reference.found.specifier) else { panic!() };
        format!("<{path}>").into()
    }
}

impl Sheets for Site {
    fn source(&self, module: ModuleId) -> Option<Arc<Source>> {
        self.sheets.get(module.0).map(|(source, _)| Arc::clone(source))
    }

    fn references(&self, module: ModuleId) -> &[Reference] {
        &self.sheets[module.0].1
    }

    fn origin(&self, _: ModuleId) -> Option<&SourceMap> {
        None
    }
}

fn source(name: &str, text: &str) -> Arc<Source> {
    Source::new(ProjectPath::new(Path::new(name)).unwrap(), text.to_owned())
}

fn minified(sheets: &[(&str, &str)]) -> String {
    let targets = Targets::default();
    let site = Site::new(sheets);
    let piece = site.piece(&StyleOptions { minify: true, source_map: false, targets: &targets });
    piece.fill(|hole| site.fill(hole)).0
}

/// One sheet, minified.
fn min(text: &str) -> String {
    minified(&[("a.css", text)])
}

fn readable(sheets: &[(&str, &str)]) -> String {
    let targets = Targets::default();
    let site = Site::new(sheets);
    let piece = site.piece(&StyleOptions { minify: false, source_map: false, targets: &targets });
    piece.fill(|hole| site.fill(hole)).0
}

fn bundle_faults(sheets: &[(&str, &str)]) -> Vec<Diagnostic> {
    let targets = Targets::default();
    let site = Site::new(sheets);
    let (piece, faults) =
        bundle(ModuleId(0), &site, &StyleOptions { minify: true, source_map: false, targets: &targets });
    assert!(piece.is_none());
    faults
}

/// What `scan` finds, as the text at the span and the specifier.
fn found(text: &str) -> Vec<(ReferenceKind, String, String)> {
    let source = source("a.css", text);
    let (found, _) = scan(&source);
    let shown = found
        .into_iter()
        .map(|found| (found.kind, source.text[found.span.start..found.span.end].to_owned(), found.specifier));
    shown.collect()
}

/// Codes, and the text at the place.
fn faults(text: &str) -> Vec<(Code, String)> {
    let source = source("a.css", text);
    let (_, diagnostics) = scan(&source);
    diagnostics.iter().map(|diagnostic| (diagnostic.code, text_at(diagnostic))).collect()
}

fn text_at(diagnostic: &Diagnostic) -> String {
    let (source, span) = diagnostic.place.as_ref().unwrap().frame.as_ref().unwrap();
    source.text[span.start..span.end].to_owned()
}
