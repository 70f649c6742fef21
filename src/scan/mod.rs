//! Reads every source as far as its references, and follows them.
//!
//! In: the sources that discover found. Out: the module graph, every reference resolved or reported. Files that only a
//! reference leads to (ignored ones, sheets outside the roots) join the graph on the way.
//! Not here: which modules are entries (`link`).

mod compile_sass;
mod find_sheet;
mod load_module;
mod resolve;
mod sass_loader;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::context::{Context, Stage};
use crate::diagnostic::{Diagnostic, Place};
use crate::discover::Sources;
use crate::graph::{
    Body, CompiledStyle, FoundReference, Kind, Module, ModuleGraph, ModuleId, Reference, SourceFile, Target,
};
use crate::kinds::sass::{Warning, describe_warnings};
use crate::ledger::Ledger;
use crate::schedule::longest_first;
use crate::source::Source;
use compile_sass::{CompiledSheet, compile_sass, sheets_to_compile};
use load_module::{Loaded, load_module};
use resolve::{Resolution, Resolver};
use sass_loader::SheetFiles;

/// Loads all sources in parallel, then what they refer to, until nothing new turns up.
pub fn scan(cx: &Context, sources: Sources, ledger: &Ledger) -> ModuleGraph {
    let resolver = Resolver::new(cx.settings, &sources, ledger);
    let mut graph = ModuleGraph::default();
    let mut found = Vec::new();
    // A partial that nobody imports is nobody's fault: it is not even read.
    for file in sources.files.iter().filter(|file| !file.partial || is_named_entry(cx, file)) {
        number(&mut graph, &mut found, file.clone());
    }
    let files = SheetFiles::new(cx.settings);
    let (mut compiled, mut warnings) = (BTreeSet::new(), Vec::new());
    loop {
        load_all(cx, &resolver, &files, &mut graph, &mut found);
        let sheets = sheets_to_compile(&graph, |file| is_named_entry(cx, file));
        let sheets: Vec<ModuleId> = sheets.into_iter().filter(|id| compiled.insert(*id)).collect();
        if sheets.is_empty() {
            break;
        }
        compile_all(cx, &resolver, &files, &mut graph, &mut found, &mut warnings, &sheets);
    }
    cx.report_all(describe_warnings(warnings.iter(), &files));
    graph
}

/// Loads what was found, and what that refers to, until nothing new turns up.
fn load_all(
    cx: &Context,
    resolver: &Resolver,
    files: &SheetFiles,
    graph: &mut ModuleGraph,
    found: &mut Vec<(ModuleId, SourceFile)>,
) {
    while !found.is_empty() {
        let round = std::mem::take(found);
        cx.progress.begin(Stage::Reading, round.len());
        let loaded = longest_first(
            &round,
            |(_, file)| work(file),
            |(id, file)| {
                let loaded = load_module(cx, files, *id, file);
                cx.progress.step();
                loaded
            },
        );
        for ((_, file), loaded) in round.into_iter().zip(loaded) {
            let module = follow_references(cx, resolver, graph, found, file, loaded);
            graph.modules.push(module);
        }
    }
}

/// Compiles Sass sheets, whose modules get the CSS and what it refers to.
fn compile_all(
    cx: &Context,
    resolver: &Resolver,
    files: &SheetFiles,
    graph: &mut ModuleGraph,
    found: &mut Vec<(ModuleId, SourceFile)>,
    warnings: &mut Vec<Warning>,
    sheets: &[ModuleId],
) {
    cx.progress.begin(Stage::Reading, sheets.len());
    let compiled = longest_first(
        sheets,
        |id| graph.module(*id).file.size,
        |id| {
            let module = graph.module(*id);
            // Only sheets that were read are compiled.
            let compiled = module.source.as_ref().map(|source| compile_sass(cx, files, &module.file, source));
            cx.progress.step();
            compiled
        },
    );
    for (id, compiled) in sheets.iter().zip(compiled) {
        let Some(CompiledSheet { style, references, warnings: heard }) = compiled else { continue };
        warnings.extend(heard);
        let Some(style) = style else { continue };
        let entry = graph.module(*id).file.clone();
        for reference in references {
            let target = target_of_compiled(cx, resolver, graph, found, &entry, &style, &reference);
            graph.modules[id.0].references.push(Reference { found: reference, target });
        }
        graph.modules[id.0].body = Body::CompiledStyle(Box::new(style));
    }
}

/// What a reference of compiled CSS leads to: from the sheet that wrote it, else from the entry, which is where browsers would
/// start from.
fn target_of_compiled(
    cx: &Context,
    resolver: &Resolver,
    graph: &mut ModuleGraph,
    found: &mut Vec<(ModuleId, SourceFile)>,
    entry: &SourceFile,
    style: &CompiledStyle,
    reference: &FoundReference,
) -> Target {
    let original = style.original(reference.span);
    let writer = original.as_ref().and_then(|(source, _)| graph.by_path.get(&source.path));
    let writer = writer.map_or(entry, |id| &graph.module(*id).file).clone();
    let mut resolution = resolver.resolve(&writer, reference);
    if matches!(resolution, Resolution::Fault(_)) && writer.path != entry.path {
        let from_entry = resolver.resolve(entry, reference);
        if !matches!(from_entry, Resolution::Fault(_)) {
            resolution = from_entry;
        }
    }
    match resolution {
        Resolution::Source(file) => Target::Module(number(graph, found, *file)),
        Resolution::Foreign(path) => Target::Foreign(path),
        Resolution::AsWritten => Target::AsWritten,
        Resolution::Fault(fault) => {
            cx.report(fault.at(match original {
                Some((source, span)) => Place::span(&source, span),
                None => Place::file(entry.path.as_str()),
            }));
            Target::AsWritten
        }
    }
}

/// Whether `[entries]` may mean this file; `link` finds out.
fn is_named_entry(cx: &Context, file: &SourceFile) -> bool {
    cx.settings.entries.iter().any(|entry| file.path.as_str().ends_with(&entry.source))
}

/// Gives a file its id; a file that has none yet is to be loaded in the next round.
fn number(graph: &mut ModuleGraph, found: &mut Vec<(ModuleId, SourceFile)>, file: SourceFile) -> ModuleId {
    let next = ModuleId(graph.by_path.len());
    *graph.by_path.entry(file.path.clone()).or_insert_with(|| {
        found.push((next, file));
        next
    })
}

/// How long loading takes: only what is read as text is read here.
fn work(file: &SourceFile) -> u64 {
    match file.kind {
        Kind::Script => 10 * file.size,
        Kind::Style | Kind::Sass | Kind::Svg | Kind::WebManifest => file.size,
        Kind::Png
        | Kind::Jpeg
        | Kind::Gif
        | Kind::Webp
        | Kind::Avif
        | Kind::Ico
        | Kind::Font
        | Kind::SourceMap
        | Kind::Opaque => 0,
    }
}

fn follow_references(
    cx: &Context,
    resolver: &Resolver,
    graph: &mut ModuleGraph,
    found: &mut Vec<(ModuleId, SourceFile)>,
    file: SourceFile,
    loaded: Loaded,
) -> Module {
    let Loaded { source, body, references, type_references, sheets } = loaded;
    let mut target = |reference: &FoundReference, resolution| match resolution {
        Resolution::Source(file) => Target::Module(number(graph, found, *file)),
        Resolution::Foreign(path) => Target::Foreign(path),
        Resolution::AsWritten => Target::AsWritten,
        Resolution::Fault(fault) => {
            cx.report(place(*fault, &file, source.as_ref(), reference));
            Target::AsWritten
        }
    };
    let references = references.into_iter().map(|found| (resolver.resolve(&file, &found), found));
    let sheets = sheets.into_iter().filter_map(|(found, path)| Some((resolver.at(path)?.into(), found)));
    let references = references
        .chain(sheets)
        .map(|(resolution, found)| {
            let target = target(&found, resolution);
            Reference { found, target }
        })
        .collect();
    let type_imports = type_references
        .iter()
        .filter_map(|found| match resolver.resolve(&file, found) {
            // Types leave no trace in the output, so nobody misses a file that is not there.
            Resolution::Fault(_) => None,
            resolution => match target(found, resolution) {
                Target::Module(id) => Some(id),
                Target::Foreign(_) | Target::AsWritten => None,
            },
        })
        .collect();
    Module { file, source, body, references, type_imports }
}

fn place(fault: Diagnostic, file: &SourceFile, source: Option<&Arc<Source>>, found: &FoundReference) -> Diagnostic {
    fault.at(match source {
        Some(source) => Place::span(source, found.span),
        None => Place::file(file.path.as_str()),
    })
}
