//! Links modules: what is needed of them, which chunk holds them, what each chunk runs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Chunks;
use super::order::{Imports, circles};
use super::resolve_exports::{Exports, To, bind, binding, names_of_common_js, target};
use super::shake::{Loaded, Needed, loaded, shake};
use super::split_chunks::{EntryPoint, Split, Splitting, split_chunks};
use crate::config::Format;
use crate::context::Context;
use crate::graph::{
    Binding, Bundle, Chunk, ChunkBody, ChunkId, Linkage, ModuleGraph, ModuleId, Name, PackageType, ReferenceKind,
    Shape, Step, Target,
};
use crate::path::UrlPath;

/// Fills `chunks` with the bundles of the modules that it names, and of what those need.
pub fn bundle_modules(cx: &Context, graph: &ModuleGraph, chunks: &mut Chunks) {
    let node: Arc<Vec<bool>> = Arc::new(graph.ids().map(|id| is_node_module(graph, id)).collect());
    let mut exports = Exports::new(graph);
    let bindings = graph.ids().map(|id| bind(cx, graph, &mut exports, id, node[id.0])).collect();
    let known = Known { graph, node, bindings: Arc::new(bindings) };
    let linked: Vec<ChunkId> = (0..chunks.chunks.len())
        .map(ChunkId)
        .filter(|id| graph.lowered(chunks.chunks[id.0].module()).is_some())
        .collect();
    let alone = |id: &ChunkId| stands_alone(cx, graph, &chunks.chunks[id.0]);
    let (alone, together): (Vec<ChunkId>, Vec<ChunkId>) = linked.into_iter().partition(alone);
    link_together(&known, &mut exports, chunks, &together, false);
    for chunk in alone {
        link_together(&known, &mut exports, chunks, &[chunk], true);
    }
    let outside = Arc::new(exports.into_outside());
    chunks.linkages.iter_mut().for_each(|linkage| linkage.outside = Arc::clone(&outside));
}

/// What is known of all modules, whatever they are linked into.
struct Known<'a> {
    graph: &'a ModuleGraph,
    node: Arc<Vec<bool>>,
    bindings: Arc<Vec<Vec<Binding>>>,
}

/// Whether a chunk has to be one classic script: it was asked for, or it is a worker that is no module.
fn stands_alone(cx: &Context, graph: &ModuleGraph, chunk: &Chunk) -> bool {
    let worker = || {
        let references = graph.modules.iter().flat_map(|module| &module.references);
        references
            .filter(|at| at.found.kind == ReferenceKind::Worker { module: false })
            .any(|at| at.target == Target::Module(chunk.module()))
    };
    chunk.entry && (cx.settings.scripts.format == Format::Iife || worker())
}

/// Links some chunks, so that they share what they have in common; a classic script shares nothing and loads nothing later.
fn link_together<'g>(
    known: &Known<'g>,
    exports: &mut Exports<'g>,
    chunks: &mut Chunks,
    together: &[ChunkId],
    classic: bool,
) {
    let Known { graph, node, bindings } = known;
    let mut entry_points: Vec<EntryPoint> = together
        .iter()
        .map(|id| &chunks.chunks[id.0])
        // What only scripts load is there as `import()` wants it.
        .map(|chunk| EntryPoint { module: chunk.module(), dynamic: !chunk.entry })
        .collect();
    let entries: Vec<ModuleId> = entry_points.iter().map(|entry| entry.module).collect();
    let needed = shake(graph, exports, bindings, node, &entries);
    let loaded: Vec<Loaded> = graph.ids().map(|id| loaded(graph, &needed, bindings, id)).collect();
    let dynamic: BTreeSet<ModuleId> = needed.made.iter().filter_map(dynamic_target).collect();
    if !classic {
        let asked = dynamic.iter().map(|&module| EntryPoint { module, dynamic: true });
        let asked: Vec<EntryPoint> = asked.filter(|entry| !entry_points.contains(entry)).collect();
        entry_points.extend(asked);
    }
    let splitting = split_chunks(graph, &needed, &loaded, &entry_points, classic);

    let number = chunks.linkages.len();
    let mut builder = Builder { graph, exports, node, entry_points: &entry_points, chunks, linkage: number };
    let of_split = builder.name_splits(&splitting);
    builder.fill_splits(&splitting, &of_split);
    builder.fill_facades(&splitting, &of_split);
    let natural = builder.natural(&splitting, &of_split);

    let begun = begun(&needed, &loaded, &splitting, &dynamic, &entry_points);
    let imports = Imports { loaded: &loaded, runs: &needed.runs };
    let lazy = graph.ids().filter(|id| splitting.shapes[id.0] == Shape::Lazy);
    let aliases = dynamic.iter().enumerate().flat_map(|(nth, &module)| {
        [
            (Name::Namespace(module), format!("n{nth}")),
            (Name::Interop(module, false), format!("c{nth}")),
            (Name::Interop(module, true), format!("m{nth}")),
            (Name::Init(module), format!("i{nth}")),
        ]
    });
    let common_js = graph.ids().filter(|id| graph.lowered(*id).is_some_and(|lowered| lowered.common_js.is_some()));
    let linkage = Linkage {
        imports: lazy.map(|id| (id, imports.direct(id))).collect(),
        aliases: aliases.collect(),
        common_js_names: common_js.map(|id| (id, names_of_common_js(graph, id))).collect(),
        chunk_of: splitting.split_of.iter().map(|split| split.map(|split| of_split[split])).collect(),
        shapes: splitting.shapes,
        bindings: Arc::clone(bindings),
        included: needed.included,
        namespaces: needed.namespaces,
        made: needed.made,
        outside: Arc::default(),
        circular: circular(&loaded),
        node: Arc::clone(node),
        begun,
        natural,
        classic,
    };
    for (module, chunk) in linkage.chunk_of.iter().enumerate() {
        // A reference leads to the output that pages name, if there is one.
        if let (None, Some(chunk)) = (chunks.of_module[module], chunk) {
            chunks.of_module[module] = Some(*chunk);
        }
    }
    chunks.linkages.push(linkage);
}

/// Whether Node would read the file as it is, so that a CommonJS module's `default` is all that it exports. Other files were
/// written for bundlers, which go by `__esModule`.
fn is_node_module(graph: &ModuleGraph, id: ModuleId) -> bool {
    match graph.module(id).file.package_type() {
        Some(PackageType::Module) => true,
        Some(PackageType::CommonJs) => graph.lowered(id).is_some_and(|lowered| lowered.common_js.is_some()),
        None => false,
    }
}

fn dynamic_target(name: &Name) -> Option<ModuleId> {
    match name {
        Name::Dynamic(module, _) => Some(*module),
        _ => None,
    }
}

/// Modules that some code asks to run.
fn begun(
    needed: &Needed,
    loaded: &[Loaded],
    splitting: &Splitting,
    dynamic: &BTreeSet<ModuleId>,
    entry_points: &[EntryPoint],
) -> BTreeSet<ModuleId> {
    let mut begun: BTreeSet<ModuleId> = dynamic.clone();
    begun.extend(entry_points.iter().map(|entry| entry.module));
    for step in splitting.splits.iter().flat_map(|split| &split.steps) {
        if let Step::Init(module) = step {
            begun.insert(*module);
        }
    }
    let imports = Imports { loaded, runs: &needed.runs };
    for (module, _) in splitting.shapes.iter().enumerate().filter(|(_, shape)| **shape == Shape::Lazy) {
        begun.extend(imports.direct(ModuleId(module)));
    }
    begun
}

fn circular(loaded: &[Loaded]) -> Vec<bool> {
    let circle = circles(loaded);
    let mut members: BTreeMap<usize, usize> = BTreeMap::new();
    circle.iter().for_each(|circle| *members.entry(*circle).or_default() += 1);
    circle.iter().map(|circle| members[circle] > 1).collect()
}

struct Builder<'a, 'g> {
    graph: &'g ModuleGraph,
    exports: &'a mut Exports<'g>,
    /// The number of the linkage that is made.
    linkage: usize,
    node: &'a [bool],
    entry_points: &'a [EntryPoint],
    chunks: &'a mut Chunks,
}

impl Builder<'_, '_> {
    /// Gives each split its chunk: that of the page's script where it belongs to one alone, else a new one.
    fn name_splits(&mut self, splitting: &Splitting) -> Vec<ChunkId> {
        let mut taken: BTreeSet<UrlPath> = self.chunks.chunks.iter().map(|chunk| chunk.logical.clone()).collect();
        let mut of_split = Vec::with_capacity(splitting.splits.len());
        for split in &splitting.splits {
            let entry = split.entry.map(|entry| self.entry_points[entry]);
            let entry = entry.filter(|entry| !entry.dynamic || is_natural(splitting, entry.module));
            let id = match entry.and_then(|entry| self.chunks.of_module[entry.module.0]) {
                Some(id) => id,
                None => {
                    let module = self.names(split);
                    let logical = free_name(self.graph, module, split, &mut taken);
                    let body = ChunkBody::Bundle { module, bundle: Box::default() };
                    self.chunks.chunks.push(Chunk { logical, body, entry: false });
                    ChunkId(self.chunks.chunks.len() - 1)
                }
            };
            of_split.push(id);
        }
        of_split
    }

    /// The module that a chunk is named after: what `import()` asks for, else the last to run.
    fn names(&self, split: &Split) -> ModuleId {
        let asked = split.entry.map(|entry| self.entry_points[entry].module);
        let any =
            split.modules.iter().copied().find(|module| self.entry_points.iter().any(|entry| entry.module == *module));
        asked.or(any).or(split.modules.last().copied()).unwrap_or(ModuleId(0))
    }

    fn fill_splits(&mut self, splitting: &Splitting, of_split: &[ChunkId]) {
        for (split, &id) in splitting.splits.iter().zip(of_split) {
            let mut bundle = Bundle {
                modules: split.modules.clone(),
                steps: split.steps.clone(),
                imports: split.imports.iter().map(|&other| of_split[other]).collect(),
                linkage: self.linkage,
                ..Bundle::default()
            };
            if let Some(entry) = split.entry.map(|entry| self.entry_points[entry])
                && (!entry.dynamic || is_natural(splitting, entry.module))
            {
                self.export_all(entry.module, &mut bundle);
            }
            let module = self.chunks.chunks[id.0].module();
            let module = if split.entry.is_some() { module } else { self.names(split) };
            self.chunks.chunks[id.0].body = ChunkBody::Bundle { module, bundle: Box::new(bundle) };
        }
    }

    /// Everything that `module` exports becomes an export of the bundle.
    fn export_all(&mut self, module: ModuleId, bundle: &mut Bundle) {
        let node = self.node[module.0];
        let names = self.exports.all(module);
        bundle.exports =
            names.into_iter().map(|(name, resolved)| (name, binding(self.graph, &resolved, node))).collect();
        if self.graph.lowered(module).is_some_and(|lowered| lowered.common_js.is_some()) {
            bundle.exports.clear();
        }
        let stars = self.graph.lowered(module).map(|lowered| lowered.stars.clone()).unwrap_or_default();
        for (reference, _) in stars {
            if let To::Outside = target(self.graph, module, reference) {
                bundle.stars.push(self.exports.outside(module, reference, None));
            }
        }
    }

    /// Pages' scripts whose code lies in a chunk that others need too.
    fn fill_facades(&mut self, splitting: &Splitting, of_split: &[ChunkId]) {
        for entry in self.entry_points {
            let Some(split) = splitting.split_of[entry.module.0] else { continue };
            let Some(page) = self.chunks.of_module[entry.module.0].filter(|page| *page != of_split[split]) else {
                continue;
            };
            let steps = match splitting.shapes[entry.module.0] {
                Shape::Lazy | Shape::LazyCommonJs => vec![Step::Init(entry.module)],
                Shape::Absent | Shape::Inline | Shape::Waiting | Shape::CommonJs => Vec::new(),
            };
            let imports = vec![of_split[split]];
            let mut bundle = Bundle { steps, imports, linkage: self.linkage, ..Bundle::default() };
            self.export_all(entry.module, &mut bundle);
            self.chunks.chunks[page.0].body = ChunkBody::Bundle { module: entry.module, bundle: Box::new(bundle) };
        }
    }

    fn natural(&self, splitting: &Splitting, of_split: &[ChunkId]) -> BTreeMap<ModuleId, ChunkId> {
        let dynamic = splitting.splits.iter().enumerate().filter_map(|(split, at)| {
            let entry = self.entry_points[at.entry?];
            (entry.dynamic && is_natural(splitting, entry.module)).then_some((entry.module, of_split[split]))
        });
        dynamic.collect()
    }
}

/// Whether a chunk that `import()` asks for can export just what its module exports.
fn is_natural(splitting: &Splitting, module: ModuleId) -> bool {
    matches!(splitting.shapes[module.0], Shape::Inline | Shape::Waiting)
}

/// A name for a chunk that no page names.
fn free_name(graph: &ModuleGraph, module: ModuleId, split: &Split, taken: &mut BTreeSet<UrlPath>) -> UrlPath {
    let natural = graph.module(module).file.logical.clone();
    let natural = natural.or_else(|| UrlPath::new(format!("{}.js", stem(graph, module)).as_ref()));
    // Modules that belong to one `import()` are named after it; what several share says so.
    let (stem, _) = natural.as_ref().map_or(("chunk", None), UrlPath::split_extension);
    let stem = if split.entry.is_some() { stem.to_owned() } else { format!("{stem}.shared") };
    let names = (0..).map(|nth: u32| match nth {
        0 => format!("{stem}.js"),
        nth => format!("{stem}{nth}.js"),
    });
    let free = names.filter_map(|name| UrlPath::new(name.as_ref())).find(|name| !taken.contains(name));
    let logical = free.expect("a name with a number that no chunk has");
    taken.insert(logical.clone());
    logical
}

/// A name for a file outside of the source roots, which may be called anything.
fn stem(graph: &ModuleGraph, module: ModuleId) -> String {
    let path = graph.module(module).file.path.as_str();
    let name = path.rsplit('/').next().unwrap_or(path);
    let plain = |at: &char| at.is_ascii_alphanumeric() || matches!(at, '-' | '_');
    let stem: String = name.split('.').next().unwrap_or(name).chars().filter(plain).collect();
    if stem.is_empty() { "chunk".to_owned() } else { stem }
}
