//! Reads one source with the craft of its kind.

use std::sync::Arc;

use super::Finders;
use super::as_module::as_module;
use super::read_text::read_text;
use super::resolve::is_in_packages;
use super::sass_loader::{SheetFiles, SheetPath};
use super::typescript_options::typescript_options;
use crate::context::Context;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::graph::{Body, FoundReference, Kind, Load, ModuleId, SourceFile};
use crate::kinds::js::{Compiled, GlobFile, LoweredModule, Read, Reading};
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
pub fn load_module(cx: &Context, finders: Finders<'_>, id: ModuleId, file: &SourceFile) -> Loaded {
    match file.kind {
        Kind::Script => load_script(cx, finders, id, file, reading(cx, file)),
        Kind::Style => match read_text(cx, file, Code::InvalidUtf8) {
            Some(source) => {
                let parts = (&source.path, source.hash());
                let scan = || css::scan(&source);
                let remembered = cx.store.memo("style-scan", &parts, std::slice::from_ref(&source), scan);
                let (references, diagnostics) = (*remembered).clone();
                cx.report_all(diagnostics);
                Loaded::new(Some(source), Body::Style, references)
            }
            None => Loaded::new(None, Body::Nothing, Vec::new()),
        },
        Kind::Svg => load_text(cx, id, file, Code::InvalidSvg, |source| svg::scan(ModuleId(0), source)),
        Kind::WebManifest => {
            let strict = file.path.as_str().ends_with(".webmanifest");
            let code = if strict { Code::InvalidUtf8 } else { Code::InvalidWebManifest };
            load_text(cx, id, file, code, |source| web_manifest::scan(ModuleId(0), source, strict))
        }
        Kind::Sass => load_sass(cx, finders.sheets, file),
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

/// A file of the source roots may be meant for a `<script>` of its own; any other is there because something imports it.
fn reading(cx: &Context, file: &SourceFile) -> Reading {
    let of_a_root = file.logical.is_some() && !is_in_packages(&file.on_disk) && file.load == Load::AsKind;
    match (cx.settings.scripts.bundle, of_a_root) {
        (false, _) => Reading::Alone,
        (true, true) => Reading::Linked,
        (true, false) => Reading::Imported,
    }
}

/// The script once more, as a module: something imports it.
pub fn load_imported_script(cx: &Context, finders: Finders<'_>, id: ModuleId, file: &SourceFile) -> Loaded {
    load_script(cx, finders, id, file, Reading::Imported)
}

fn load_script(cx: &Context, finders: Finders<'_>, id: ModuleId, file: &SourceFile, reading: Reading) -> Loaded {
    let source = match file.load {
        Load::AsKind => read_text(cx, file, Code::InvalidUtf8),
        load => as_module(cx, file, load),
    };
    let Some(source) = source else {
        return Loaded::new(None, Body::Nothing, Vec::new());
    };
    let tsconfig = match finders.resolver.tsconfig(file) {
        Ok(tsconfig) => tsconfig,
        Err(fault) => {
            cx.report(fault);
            return Loaded::new(Some(source), Body::Nothing, Vec::new());
        }
    };
    let typescript = typescript_options(&cx.settings.scripts, tsconfig.as_deref());
    let settings = cx.settings;
    let (queries, faults) = js::glob_queries(&source);
    cx.report_all(faults);
    let globs: Vec<Vec<GlobFile>> =
        queries.iter().map(|query| finders.resolver.glob(cx, file, &source, query)).collect();
    let options = js::ScriptOptions {
        minify: settings.minify,
        source_map: settings.source_maps,
        targets: &settings.targets,
        jsx: &typescript.jsx,
        types: &typescript.types,
        defines: finders.defines.of(file),
        globs: &globs,
        reading,
        package_type: file.package_type(),
    };
    // The number of a module changes with the files beside it, so what is remembered holds another.
    let read = || js::read(ModuleId(0), &source, &options);
    let parts = (&source.path, source.hash(), &options);
    let remembered = cx.store.memo("script", &parts, std::slice::from_ref(&source), read);
    let (read, diagnostics) = &*remembered;
    cx.report_all(diagnostics.iter().cloned());
    match read.clone() {
        Some(Read::Script(Compiled { mut script, references, type_references })) => {
            script.piece.holes.iter_mut().for_each(|hole| hole.module = id);
            let body = Body::Script(Box::new(script));
            Loaded { type_references, ..Loaded::new(Some(source), body, references) }
        }
        Some(Read::Module(LoweredModule { lowered, references, type_references })) => {
            let body = Body::Module(Arc::new(lowered));
            Loaded { type_references, ..Loaded::new(Some(source), body, references) }
        }
        None => Loaded::new(Some(source), Body::Nothing, Vec::new()),
    }
}

/// As far as the sheets that it loads. Which sheets become CSS is known when all are read.
fn load_sass(cx: &Context, files: &SheetFiles, file: &SourceFile) -> Loaded {
    let source = match files.read(&file.on_disk, &cx.reads) {
        Ok(Some(source)) => source,
        Ok(None) => {
            cx.report(Diagnostic::unreadable(file.path.as_str(), "it is gone"));
            return Loaded::new(None, Body::Nothing, Vec::new());
        }
        Err((code, message)) => {
            cx.report(Diagnostic::error(code, message).at(Place::file(file.path.as_str())));
            return Loaded::new(None, Body::Nothing, Vec::new());
        }
    };
    let sheets = files.loads(&file.on_disk, &source);
    Loaded { sheets, ..Loaded::new(Some(source), Body::Nothing, Vec::new()) }
}

type Scanned = (Option<(crate::graph::Piece, Vec<FoundReference>)>, Vec<Diagnostic>);

/// An SVG or a web manifest: what cannot be read as one is copied as it is.
fn load_text(
    cx: &Context,
    id: ModuleId,
    file: &SourceFile,
    not_utf8: Code,
    scan: impl FnOnce(&Arc<Source>) -> Scanned,
) -> Loaded {
    let Some(source) = read_text(cx, file, not_utf8) else {
        return Loaded::new(None, Body::Binary, Vec::new());
    };
    // The kind is told by the path.
    let parts = (&source.path, source.hash());
    let remembered = cx.store.memo("text", &parts, std::slice::from_ref(&source), || scan(&source));
    let (scanned, diagnostics) = (*remembered).clone();
    cx.report_all(diagnostics);
    match scanned {
        Some((mut piece, references)) => {
            piece.holes.iter_mut().for_each(|hole| hole.module = id);
            Loaded::new(Some(source), Body::Text(piece), references)
        }
        None => Loaded::new(Some(source), Body::Binary, Vec::new()),
    }
}
