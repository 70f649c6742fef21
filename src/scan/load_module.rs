//! Reads one source with the craft of its kind.

use std::sync::Arc;

use super::sass_loader::{SheetFiles, SheetPath};
use crate::context::Context;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::fs;
use crate::graph::{Body, FoundReference, Kind, ModuleId, SourceFile};
use crate::kinds::{css, js, svg, web_manifest};
use crate::source::Source;

/// What loading gives: the unit and what it refers to.
pub struct Loaded {
    pub source: Option<Arc<Source>>,
    pub body: Body,
    pub references: Vec<FoundReference>,
    /// Imports of types alone.
    pub type_references: Vec<FoundReference>,
    /// What a Sass sheet loads, and where that is: by rules that only Sass has.
    pub sheets: Vec<(FoundReference, SheetPath)>,
}

impl Loaded {
    fn new(source: Option<Arc<Source>>, body: Body, references: Vec<FoundReference>) -> Self {
        Self { source, body, references, type_references: Vec::new(), sheets: Vec::new() }
    }
}

/// Faults are reported; a file that is broken gives [`Body::Nothing`], a picture that is broken is copied.
pub fn load_module(cx: &Context, files: &SheetFiles, id: ModuleId, file: &SourceFile) -> Loaded {
    match file.kind {
        Kind::Script => load_script(cx, id, file),
        Kind::Style => match read_text(cx, file, Code::InvalidUtf8) {
            Some(source) => {
                let (references, diagnostics) = css::scan(&source);
                cx.report_all(diagnostics);
                Loaded::new(Some(source), Body::Style, references)
            }
            None => Loaded::new(None, Body::Nothing, Vec::new()),
        },
        Kind::Svg => load_text(cx, file, Code::InvalidSvg, |source| svg::scan(id, source)),
        Kind::WebManifest => {
            let strict = file.path.as_str().ends_with(".webmanifest");
            let code = if strict { Code::InvalidUtf8 } else { Code::InvalidWebManifest };
            load_text(cx, file, code, |source| web_manifest::scan(id, source, strict))
        }
        Kind::Sass => load_sass(cx, files, file),
        Kind::Png
        | Kind::Jpeg
        | Kind::Gif
        | Kind::Webp
        | Kind::Avif
        | Kind::Ico
        | Kind::Font
        | Kind::SourceMap
        | Kind::Opaque => Loaded::new(None, Body::Binary, Vec::new()),
    }
}

fn load_script(cx: &Context, id: ModuleId, file: &SourceFile) -> Loaded {
    let Some(source) = read_text(cx, file, Code::InvalidUtf8) else {
        return Loaded::new(None, Body::Nothing, Vec::new());
    };
    let settings = cx.settings;
    let options = js::ScriptOptions {
        minify: settings.minify,
        source_map: settings.source_maps,
        targets: &settings.targets,
        jsx: &settings.scripts.jsx,
    };
    let (compiled, diagnostics) = js::compile(id, &source, &options);
    cx.report_all(diagnostics);
    match compiled {
        Some(js::Compiled { script, references, type_references }) => {
            let body = Body::Script(Box::new(script));
            Loaded { type_references, ..Loaded::new(Some(source), body, references) }
        }
        None => Loaded::new(Some(source), Body::Nothing, Vec::new()),
    }
}

/// As far as the sheets that it loads. Which sheets become CSS is known when all are read.
fn load_sass(cx: &Context, files: &SheetFiles, file: &SourceFile) -> Loaded {
    let source = match files.read(&file.on_disk) {
        Ok(Some(source)) => source,
        Ok(None) => {
            cx.report(Diagnostic::unreadable(file.path.as_str(), "it is gone"));
            return Loaded::new(None, Body::Nothing, Vec::new());
        }
        Err(message) => {
            cx.report(Diagnostic::error(Code::UnreadableFile, message).at(Place::file(file.path.as_str())));
            return Loaded::new(None, Body::Nothing, Vec::new());
        }
    };
    let sheets = files.loads(&file.on_disk, &source);
    Loaded { sheets, ..Loaded::new(Some(source), Body::Nothing, Vec::new()) }
}

type Scanned = (Option<(crate::graph::Piece, Vec<FoundReference>)>, Vec<Diagnostic>);

/// An SVG or a web manifest: what cannot be read as one is copied as it is.
fn load_text(cx: &Context, file: &SourceFile, not_utf8: Code, scan: impl FnOnce(&Arc<Source>) -> Scanned) -> Loaded {
    let Some(source) = read_text(cx, file, not_utf8) else {
        return Loaded::new(None, Body::Binary, Vec::new());
    };
    let (scanned, diagnostics) = scan(&source);
    cx.report_all(diagnostics);
    match scanned {
        Some((piece, references)) => Loaded::new(Some(source), Body::Text(piece), references),
        None => Loaded::new(Some(source), Body::Binary, Vec::new()),
    }
}

/// The file as text; otherwise says what is wrong with it, under `not_utf8` when that is it.
fn read_text(cx: &Context, file: &SourceFile, not_utf8: Code) -> Option<Arc<Source>> {
    let bytes = match fs::read(&file.on_disk) {
        Ok(bytes) => bytes,
        Err(error) => {
            cx.report(Diagnostic::unreadable(file.path.as_str(), &fs::reason(&error)));
            return None;
        }
    };
    match String::from_utf8(bytes) {
        Ok(text) => Some(Source::new(file.path.clone(), text)),
        Err(error) => {
            cx.report(describe_not_utf8(file, not_utf8, &error));
            None
        }
    }
}

fn describe_not_utf8(file: &SourceFile, code: Code, error: &std::string::FromUtf8Error) -> Diagnostic {
    let at = error.utf8_error().valid_up_to();
    let line = error.as_bytes()[..at].iter().filter(|&&byte| byte == b'\n').count() + 1;
    let message = format!("`{}` is not UTF-8: byte 0x{:02x} in line {line}", file.path, error.as_bytes()[at]);
    let diagnostic = match file.kind {
        // Decision 17: a picture never fails a build.
        Kind::Svg => Diagnostic::warning(code, format!("{message}; it was copied as it is")),
        Kind::WebManifest if code == Code::InvalidWebManifest => {
            Diagnostic::warning(code, format!("{message}; it was copied as it is"))
        }
        _ => Diagnostic::error(code, message),
    };
    diagnostic.at(Place::file(file.path.as_str())).hint("save the file in the encoding UTF-8")
}
