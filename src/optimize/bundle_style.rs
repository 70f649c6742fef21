use std::collections::BTreeSet;
use std::sync::Arc;

use crate::context::Context;
use crate::graph::{Body, CompiledStyle, Module, ModuleGraph, ModuleId, Piece, Reference, ReferenceKind, Target};
use crate::kinds::css::{self, Sheets, StyleOptions};
use crate::source::{Source, SourceMap};

/// The sheet with everything that it imports.
pub fn bundle_style(cx: &Context, graph: &ModuleGraph, entry: ModuleId) -> Option<Piece> {
    let settings = cx.settings;
    let options =
        StyleOptions { minify: settings.minify, source_map: settings.source_maps, targets: &settings.targets };
    let (piece, diagnostics) = css::bundle(entry, &Graph(graph), &options);
    let original = |place| match compiled(graph.module(entry)) {
        Some(style) => style.original_place(place),
        None => place,
    };
    cx.report_all(diagnostics.into_iter().map(|diagnostic| diagnostic.map_places(original)));
    piece
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
        Body::Script(_) | Body::Style | Body::Text(_) | Body::Binary | Body::Nothing => None,
    }
}
