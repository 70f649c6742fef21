//! Reads every source as far as its references, and follows them.
//!
//! In: the sources that discover found. Out: the module graph, every reference resolved or reported. Files that only a
//! reference leads to (ignored ones, sheets outside the roots) join the graph on the way.
//! Not here: which modules are entries (`link`).

mod load_module;
mod resolve;

use std::sync::Arc;

use crate::context::{Context, Stage};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::discover::Sources;
use crate::graph::{Body, FoundReference, Kind, Module, ModuleGraph, ModuleId, Reference, SourceFile, Target};
use crate::ledger::Ledger;
use crate::schedule::longest_first;
use crate::source::Source;
use load_module::{Loaded, load_module};
use resolve::{Resolution, Resolver};

/// Loads all sources in parallel, then what they refer to, until nothing new turns up.
pub fn scan(cx: &Context, sources: Sources, ledger: &Ledger) -> ModuleGraph {
    let resolver = Resolver::new(cx.settings, &sources, ledger);
    let mut graph = ModuleGraph::default();
    let mut found = Vec::new();
    // A partial that nobody imports is nobody's fault: it is not even read.
    for file in sources.files.iter().filter(|file| !file.partial || is_named_entry(cx, file)) {
        number(&mut graph, &mut found, file.clone());
    }
    while !found.is_empty() {
        let round = std::mem::take(&mut found);
        cx.progress.begin(Stage::Reading, round.len());
        let loaded = longest_first(
            &round,
            |(_, file)| work(file),
            |(id, file)| {
                let loaded = load_module(cx, *id, file);
                cx.progress.step();
                loaded
            },
        );
        for ((_, file), loaded) in round.into_iter().zip(loaded) {
            let module = follow_references(cx, &resolver, &mut graph, &mut found, file, loaded);
            graph.modules.push(module);
        }
    }
    report_left_out_sass(cx, &graph);
    graph
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
        Kind::Style | Kind::Svg | Kind::WebManifest => file.size,
        Kind::Sass
        | Kind::Png
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
    let Loaded { source, body, references, type_references } = loaded;
    let mut target = |reference: &FoundReference, resolution| match resolution {
        Resolution::Source(file) => Target::Module(number(graph, found, *file)),
        Resolution::Foreign(path) => Target::Foreign(path),
        Resolution::AsWritten => Target::AsWritten,
        Resolution::Fault(fault) => {
            cx.report(place(*fault, &file, source.as_ref(), reference));
            Target::AsWritten
        }
    };
    let references = references
        .into_iter()
        .map(|found| {
            let target = target(&found, resolver.resolve(&file, &found));
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

fn report_left_out_sass(cx: &Context, graph: &ModuleGraph) {
    for module in &graph.modules {
        if module.file.kind == Kind::Sass && !module.file.partial && matches!(module.body, Body::Nothing) {
            cx.report(
                Diagnostic::warning(
                    Code::SassLeftOut,
                    format!("`{}` was left out: Sass is not compiled yet", module.file.path),
                )
                .at(Place::file(module.file.path.as_str()))
                .hint("compile it to CSS with another tool for now, or let `ignore` in assetc.toml name it"),
            );
        }
    }
}
