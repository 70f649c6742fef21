//! Decides which outputs there are.
//!
//! In: the module graph. Out: chunks, each with its logical name, and for every module the chunk that stands for it.
//! Works on records alone; no text is touched. Not here: final names (`fingerprint`).

mod bundle_modules;
mod check_exports;
mod choose_entries;
mod name_chunks;
mod order;
mod resolve_exports;
mod shake;
mod split_chunks;

use std::collections::BTreeSet;

use crate::context::Context;
use crate::graph::{Bundle, Chunk, ChunkId, Linkage, Module, ModuleGraph, ModuleId, ReferenceKind, Target};
use bundle_modules::bundle_modules;
use check_exports::check_exports;
use choose_entries::{Entries, choose_entries};
use name_chunks::name_chunks;
pub use shake::owner;

/// The outputs to be.
#[derive(Debug, Default)]
pub struct Chunks {
    pub chunks: Vec<Chunk>,
    /// For each module the chunk that a reference to it leads to.
    pub of_module: Vec<Option<ChunkId>>,
    /// What modules are to each other, as often as they are linked: once for all that share their code, and once for each
    /// script that stands alone.
    pub linkages: Vec<Linkage>,
}

pub fn link(cx: &Context, graph: &ModuleGraph) -> Chunks {
    check_exports(cx, graph);
    let entries = choose_entries(cx, graph);
    let mut chunks = name_chunks(cx, graph, &entries);
    bundle_modules(cx, graph, &mut chunks);
    chunks
}

impl Chunks {
    /// How the modules of a bundle are linked.
    pub fn linkage(&self, bundle: &Bundle) -> &Linkage {
        &self.linkages[bundle.linkage]
    }
}

/// The modules that `module` imports: what its own code needs.
fn imports(module: &Module, follow: impl Fn(ReferenceKind) -> bool) -> impl Iterator<Item = ModuleId> {
    module.references.iter().filter(move |reference| follow(reference.found.kind)).filter_map(|reference| {
        match reference.target {
            Target::Module(id) => Some(id),
            Target::Foreign(_) | Target::AsWritten | Target::Global(_) | Target::Address(_) | Target::Missing => None,
        }
    })
}

/// Everything that is referred to in one of the ways of `kinds`.
fn targets(graph: &ModuleGraph, kinds: impl Fn(ReferenceKind) -> bool + Copy) -> BTreeSet<ModuleId> {
    graph.modules.iter().flat_map(|module| imports(module, kinds)).collect()
}
