//! Gives every chunk its logical name and refuses names claimed twice.

use std::collections::{BTreeMap, BTreeSet};

use super::{Chunks, Entries, imports, targets};
use crate::context::Context;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::graph::{Body, Chunk, ChunkBody, ChunkId, Kind, ModuleGraph, ModuleId, ReferenceKind};
use crate::path::UrlPath;

/// What assetc writes for itself.
const MANIFEST: &str = "assetc.json";

pub fn name_chunks(cx: &Context, graph: &ModuleGraph, entries: &Entries) -> Chunks {
    let claims = claims(cx, graph, entries);
    let mut chunks = Chunks { of_module: vec![None; graph.modules.len()], ..Chunks::default() };
    let mut by_name: BTreeMap<UrlPath, ChunkId> = BTreeMap::new();
    for Claim { logical, module, entry } in claims {
        if let Some(&first) = by_name.get(&logical) {
            let holder = chunks.chunks[first.0].module();
            if !same_bytes(cx, graph, holder, module) {
                report_claimed_twice(cx, graph, &logical, holder, module);
            }
            chunks.of_module[module.0] = Some(first);
            continue;
        }
        let id = ChunkId(chunks.chunks.len());
        by_name.insert(logical.clone(), id);
        chunks.chunks.push(Chunk { logical, body: ChunkBody::Module(module), entry });
        chunks.of_module[module.0] = Some(id);
    }
    split_imported_entries(graph, entries, &mut chunks, &by_name);
    report_unusable_names(cx, graph, &chunks);
    chunks
}

struct Claim {
    logical: UrlPath,
    module: ModuleId,
    entry: bool,
}

/// Which names are asked for, in the order of the modules' paths, so that the first holder is always the same.
fn claims(cx: &Context, graph: &ModuleGraph, entries: &Entries) -> Vec<Claim> {
    let by_url = targets(graph, ReferenceKind::needs_address);
    let by_scripts = loaded_by_scripts(graph);
    let mut ids: Vec<ModuleId> = graph.ids().collect();
    ids.sort_by_key(|&id| &graph.module(id).file.path);
    let mut claims: Vec<Claim> = ids
        .into_iter()
        .filter_map(|module| {
            let at = graph.module(module);
            let configured = entries.entries.get(&module);
            // A worker, or a style that a script loads: its URL is all that anyone has of it.
            let page_may_name_it = configured.is_some() || !at.file.kind.is_code() || by_url.contains(&module);
            let written = match (at.file.kind, &at.body) {
                (_, Body::Nothing) => false,
                (Kind::Script, Body::Module(_)) => page_may_name_it || by_scripts.contains(&module),
                (Kind::Script, _) => page_may_name_it || entries.reached_by_code.contains(&module),
                // An imported sheet is part of the importing one.
                (Kind::Style | Kind::Sass, _) => page_may_name_it,
                (
                    Kind::Png
                    | Kind::Jpeg
                    | Kind::Gif
                    | Kind::Webp
                    | Kind::Avif
                    | Kind::Ico
                    | Kind::Svg
                    | Kind::Font
                    | Kind::WebManifest
                    | Kind::SourceMap
                    | Kind::Opaque,
                    _,
                ) => true,
            };
            let logical = configured.cloned().flatten().or_else(|| at.file.logical.clone())?;
            written.then_some(Claim { logical, module, entry: page_may_name_it })
        })
        .collect();
    if cx.settings.source_maps {
        drop_replaced_maps(graph, &mut claims);
    }
    claims
}

/// Modules that a script loads which is not linked itself: they need an output of their own.
fn loaded_by_scripts(graph: &ModuleGraph) -> BTreeSet<ModuleId> {
    let alone = graph.modules.iter().filter(|module| matches!(module.body, Body::Script(_)));
    alone.flat_map(|module| imports(module, ReferenceKind::imports)).collect()
}

/// A map that lies beside its script or style describes a text that is rewritten here, and gives way to the map of that.
fn drop_replaced_maps(graph: &ModuleGraph, claims: &mut Vec<Claim>) {
    let code = |claim: &&Claim| graph.module(claim.module).file.kind.is_code();
    let replaced: BTreeSet<UrlPath> =
        claims.iter().filter(code).map(|claim| claim.logical.with_suffix(".map")).collect();
    claims.retain(|claim| !replaced.contains(&claim.logical));
}

/// No output imports an entry: a page that loads `main.js` and a chunk that imports `main.HASH.js` would run it twice.
/// The code of an entry that others import moves to a chunk of its own.
fn split_imported_entries(
    graph: &ModuleGraph,
    entries: &Entries,
    chunks: &mut Chunks,
    by_name: &BTreeMap<UrlPath, ChunkId>,
) {
    let imported = targets(graph, ReferenceKind::is_of_module);
    let alone = |module: &&ModuleId| matches!(graph.module(**module).body, Body::Script(_));
    for &module in entries.entries.keys().filter(|module| imported.contains(module)).filter(alone) {
        let Some(entry) = chunks.of_module[module.0] else { continue };
        let code = ChunkId(chunks.chunks.len());
        let (stem, _) = chunks.chunks[entry.0].logical.split_extension();
        let name = (0..).map(|nth| match nth {
            0 => format!("{stem}.module.js"),
            nth => format!("{stem}.module{nth}.js"),
        });
        let free = name.filter_map(|name| UrlPath::new(name.as_ref())).find(|name| !by_name.contains_key(name));
        let Some(logical) = free else { continue };
        chunks.chunks.push(Chunk { logical, body: ChunkBody::Module(module), entry: false });
        chunks.chunks[entry.0].body = ChunkBody::Facade { of: code, module };
        chunks.of_module[module.0] = Some(code);
    }
}

fn same_bytes(cx: &Context, graph: &ModuleGraph, a: ModuleId, b: ModuleId) -> bool {
    let (a, b) = (&graph.module(a).file, &graph.module(b).file);
    a.kind == b.kind
        && a.size == b.size
        && matches!((cx.reads.hash(&a.on_disk), cx.reads.hash(&b.on_disk)), (Ok(a), Ok(b)) if a == b)
}

fn report_claimed_twice(cx: &Context, graph: &ModuleGraph, logical: &UrlPath, first: ModuleId, second: ModuleId) {
    let (first, second) = (&graph.module(first).file.path, &graph.module(second).file.path);
    cx.report(
        Diagnostic::error(
            Code::NameClaimedTwice,
            format!("`{first}` and `{second}` would both be written to `{logical}`"),
        )
        .at(Place::file(second.as_str()))
        .related("also claimed by", Place::file(first.as_str()))
        .hint("rename one of them, put it into a folder of its own, or let `ignore` in assetc.toml name it"),
    );
}

fn report_unusable_names(cx: &Context, graph: &ModuleGraph, chunks: &Chunks) {
    let mut by_folded: BTreeMap<String, &Chunk> = BTreeMap::new();
    for chunk in &chunks.chunks {
        let path = &graph.module(chunk.module()).file.path;
        if chunk.logical.as_str() == MANIFEST {
            cx.report(
                Diagnostic::error(
                    Code::NameClaimedTwice,
                    format!("`{path}` has the name of the manifest that assetc writes"),
                )
                .at(Place::file(path.as_str()))
                .hint("rename the file"),
            );
        }
        let Some(other) = by_folded.insert(chunk.logical.as_str().to_lowercase(), chunk) else { continue };
        let other = &graph.module(other.module()).file.path;
        cx.report(
            Diagnostic::error(
                Code::NamesDifferOnlyByCase,
                format!("`{other}` and `{path}` differ only in upper and lower case; on macOS and Windows one would replace the other"),
            )
            .at(Place::file(path.as_str()))
            .related("the other one", Place::file(other.as_str()))
            .hint("rename one of them"),
        );
    }
    for (folded, chunk) in &by_folded {
        let folders = folded.match_indices('/').map(|(at, _)| &folded[..at]);
        for file in folders.filter_map(|folder| by_folded.get(folder)) {
            let (file, path) = (&graph.module(file.module()).file.path, &graph.module(chunk.module()).file.path);
            cx.report(
                Diagnostic::error(
                    Code::NameClaimedTwice,
                    format!("`{file}` would be a file where `{path}` needs a folder"),
                )
                .at(Place::file(file.as_str()))
                .related("needs the folder", Place::file(path.as_str()))
                .hint("rename one of them"),
            );
        }
    }
}
