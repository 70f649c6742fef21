use std::collections::BTreeSet;
use std::sync::Arc;

use crate::context::Context;
use crate::graph::{ModuleGraph, ModuleId, Piece, Reference, ReferenceKind, Target};
use crate::kinds::css::{self, Sheets, StyleOptions};
use crate::source::Source;

/// The sheet with everything that it imports.
pub fn bundle_style(cx: &Context, graph: &ModuleGraph, entry: ModuleId) -> Option<Piece> {
    let settings = cx.settings;
    let options =
        StyleOptions { minify: settings.minify, source_map: settings.source_maps, targets: &settings.targets };
    let (piece, diagnostics) = css::bundle(entry, &Graph(graph), &options);
    cx.report_all(diagnostics);
    piece
}

/// The sheets that a bundle of `entry` holds, `entry` included.
pub fn sheets(graph: &ModuleGraph, entry: ModuleId) -> impl Iterator<Item = ModuleId> {
    let mut reached = BTreeSet::new();
    let mut open = vec![entry];
    while let Some(id) = open.pop() {
        if reached.insert(id) {
            open.extend(graph.module(id).references.iter().filter_map(|reference| match reference.target {
                Target::Module(to) if reference.found.kind == ReferenceKind::StyleImport => Some(to),
                _ => None,
            }));
        }
    }
    reached.into_iter()
}

struct Graph<'a>(&'a ModuleGraph);

impl Sheets for Graph<'_> {
    fn source(&self, module: ModuleId) -> Option<Arc<Source>> {
        self.0.module(module).source.clone()
    }

    fn references(&self, module: ModuleId) -> &[Reference] {
        &self.0.module(module).references
    }
}
