use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;

use crate::context::Context;
use crate::graph::{
    Body, CompiledStyle, FoundReference, Module, ModuleGraph, ModuleId, Piece, Reference, ReferenceKind, Target,
};
use crate::hash::ContentHash;
use crate::kinds::css::{self, Sheets, StyleOptions};
use crate::path::{ProjectPath, UrlPath};
use crate::source::{Source, SourceMap};

/// The sheet with everything that it imports.
pub fn bundle_style(cx: &Context, graph: &ModuleGraph, entry: ModuleId) -> Option<Piece> {
    let settings = cx.settings;
    let options =
        StyleOptions { minify: settings.minify, source_map: settings.source_maps, targets: &settings.targets };
    // The numbers of modules change with the files beside them. Those of the bundle's sheets, sorted by path, do not.
    let mut sheets: Vec<ModuleId> = sheets(graph, entry).collect();
    sheets.sort_by_key(|&id| &graph.module(id).file.path);
    let number = |id: ModuleId| sheets.iter().position(|&sheet| sheet == id);
    let parts: Vec<_> = sheets.iter().map(|&id| Dependencies::of(graph, id)).collect();
    let sources: Vec<Arc<Source>> = sheets.iter().flat_map(|&id| sources(graph.module(id))).collect();
    let remembered = cx.store.memo("style", &(&graph.module(entry).file.path, &options, parts), &sources, || {
        let (mut piece, diagnostics) = css::bundle(entry, &Graph(graph), &options);
        for hole in piece.iter_mut().flat_map(|piece| &mut piece.holes) {
            // Only a sheet of the bundle writes into it.
            hole.module = ModuleId(number(hole.module).unwrap_or_default());
        }
        (piece, diagnostics)
    });
    let (piece, diagnostics) = &*remembered;
    let original = |place| match compiled(graph.module(entry)) {
        Some(style) => style.original_place(place),
        None => place,
    };
    cx.report_all(diagnostics.iter().cloned().map(|diagnostic| diagnostic.map_places(original)));
    let mut piece = piece.clone();
    for hole in piece.iter_mut().flat_map(|piece| &mut piece.holes) {
        hole.module = sheets[hole.module.0];
    }
    piece
}

/// What a bundle depends on of one of its sheets: its texts, and what its references lead to.
#[derive(Serialize)]
struct Dependencies<'g> {
    path: &'g ProjectPath,
    source: Option<ContentHash>,
    /// The CSS that was compiled from it, and the map to what it was compiled from.
    compiled: Option<(ContentHash, &'g SourceMap)>,
    references: Vec<(&'g FoundReference, Lead<'g>)>,
}

impl<'g> Dependencies<'g> {
    fn of(graph: &'g ModuleGraph, id: ModuleId) -> Self {
        let module = graph.module(id);
        let references = module.references.iter().map(|reference| {
            let lead = match &reference.target {
                Target::Module(id) => Lead::Module(&graph.module(*id).file.path, graph.module(*id).source.is_some()),
                Target::Foreign(path) => Lead::Foreign(path),
                Target::AsWritten => Lead::AsWritten,
                Target::Global(text) | Target::Address(text) => Lead::Elsewhere(text),
                Target::Missing => Lead::Missing,
            };
            (&reference.found, lead)
        });
        Self {
            path: &module.file.path,
            source: module.source.as_ref().map(|source| source.hash()),
            compiled: compiled(module).map(|style| (style.css.hash(), &style.map)),
            references: references.collect(),
        }
    }
}

/// The texts that a bundle's map and messages can refer to.
fn sources(module: &Module) -> impl Iterator<Item = Arc<Source>> {
    let compiled = compiled(module).into_iter();
    let of_compiled = compiled.flat_map(|style| std::iter::once(&style.css).chain(&style.map.sources));
    module.source.iter().chain(of_compiled).cloned()
}

/// A [`Target`] without the number of a module.
#[derive(Serialize)]
enum Lead<'g> {
    /// And whether it could be read as text.
    Module(&'g ProjectPath, bool),
    Foreign(&'g UrlPath),
    AsWritten,
    /// An expression or an address.
    Elsewhere(&'g str),
    Missing,
}

/// The sheets that a bundle of `entry` holds, `entry` included.
pub fn sheets(graph: &ModuleGraph, entry: ModuleId) -> impl Iterator<Item = ModuleId> {
    let mut reached = BTreeSet::new();
    let mut open = vec![entry];
    while let Some(id) = open.pop() {
        if reached.insert(id) {
            open.extend(graph.module(id).references.iter().filter_map(|reference| match reference.target {
                Target::Module(to) if is_part(reference.found.kind) => Some(to),
                _ => None,
            }));
        }
    }
    reached.into_iter()
}

fn is_part(kind: ReferenceKind) -> bool {
    matches!(kind, ReferenceKind::StyleImport | ReferenceKind::SassLoad)
}

struct Graph<'a>(&'a ModuleGraph);

impl Sheets for Graph<'_> {
    fn source(&self, module: ModuleId) -> Option<Arc<Source>> {
        let module = self.0.module(module);
        match compiled(module) {
            Some(style) => Some(Arc::clone(&style.css)),
            None => module.source.clone(),
        }
    }

    fn references(&self, module: ModuleId) -> &[Reference] {
        &self.0.module(module).references
    }

    fn origin(&self, module: ModuleId) -> Option<&SourceMap> {
        compiled(self.0.module(module)).map(|style| &style.map)
    }
}

fn compiled(module: &Module) -> Option<&CompiledStyle> {
    match &module.body {
        Body::CompiledStyle(style) => Some(style),
        Body::Script(_) | Body::Module(_) | Body::Style | Body::Text(_) | Body::Binary | Body::Nothing => None,
    }
}
