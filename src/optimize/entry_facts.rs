use std::collections::BTreeSet;

use crate::graph::{Body, ChunkBody, ChunkId, EntryFacts, ModuleGraph, ModuleId, ReferenceKind, ScriptFormat, Target};
use crate::link::Chunks;

/// How a page loads the script that `chunk` is; `None` when it is none.
pub fn entry_facts(
    graph: &ModuleGraph,
    chunks: &Chunks,
    chunk: ChunkId,
    format: Option<ScriptFormat>,
) -> Option<EntryFacts> {
    let at = &chunks.chunks[chunk.0];
    if let (ChunkBody::Bundle { .. }, Some(format)) = (&at.body, format) {
        return Some(bundle_facts(graph, chunks, chunk, format));
    }
    let Body::Script(script) = &graph.module(at.module()).body else { return None };
    let mut walk = Walk { graph, chunks, seen: BTreeSet::new(), imports: Vec::new(), dynamic: BTreeSet::new() };
    walk.visit(at.module());
    let Walk { mut imports, dynamic, .. } = walk;
    imports.retain(|&import| import != chunk);
    let facade = matches!(at.body, ChunkBody::Facade { .. });
    Some(EntryFacts {
        format: if facade { ScriptFormat::Esm } else { script.format },
        imports,
        dynamic: dynamic.into_iter().filter(|&import| import != chunk).collect(),
    })
}

/// What a bundle loads: chunks that it imports, in the order in which they run, and those that it may load later.
fn bundle_facts(graph: &ModuleGraph, chunks: &Chunks, chunk: ChunkId, format: ScriptFormat) -> EntryFacts {
    let mut imports: Vec<ChunkId> = Vec::new();
    let mut seen = BTreeSet::from([chunk]);
    let mut open = vec![(chunk, 0)];
    while let Some((at, next)) = open.pop() {
        let ChunkBody::Bundle { bundle, .. } = &chunks.chunks[at.0].body else { continue };
        match bundle.imports.get(next) {
            Some(&import) => {
                open.push((at, next + 1));
                if seen.insert(import) {
                    open.push((import, 0));
                }
            }
            None if at != chunk => imports.push(at),
            None => {}
        }
    }
    let mut dynamic = BTreeSet::new();
    for &at in std::iter::once(&chunk).chain(&imports) {
        let ChunkBody::Bundle { bundle, .. } = &chunks.chunks[at.0].body else { continue };
        for &module in &bundle.modules {
            for reference in &graph.module(module).references {
                if let (ReferenceKind::DynamicImport, Target::Module(to)) = (reference.found.kind, &reference.target) {
                    dynamic.extend(chunks.linkage(bundle).chunk_of[to.0].or(chunks.of_module[to.0]));
                }
            }
        }
    }
    dynamic.remove(&chunk);
    imports.iter().for_each(|import| _ = dynamic.remove(import));
    EntryFacts { format, imports, dynamic: dynamic.into_iter().collect() }
}

struct Walk<'a> {
    graph: &'a ModuleGraph,
    chunks: &'a Chunks,
    seen: BTreeSet<ModuleId>,
    /// In the order in which they run: what a module imports runs before it.
    imports: Vec<ChunkId>,
    dynamic: BTreeSet<ChunkId>,
}

impl Walk<'_> {
    fn visit(&mut self, start: ModuleId) {
        // A stack of our own: a chain of imports may be longer than a thread's stack is deep.
        let mut open = vec![(start, 0)];
        self.seen.insert(start);
        while let Some((module, next)) = open.pop() {
            let Some(reference) = self.graph.module(module).references.get(next) else {
                self.imports.extend(self.chunks.of_module[module.0]);
                continue;
            };
            open.push((module, next + 1));
            match (reference.found.kind, &reference.target) {
                (ReferenceKind::Import, Target::Module(to)) if self.seen.insert(*to) => open.push((*to, 0)),
                (ReferenceKind::DynamicImport, Target::Module(to)) => self.dynamic.extend(self.chunks.of_module[to.0]),
                _ => {}
            }
        }
    }
}
