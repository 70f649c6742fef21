//! Prints bundles of linked modules.
//!
//! In: what linking found out, and the lowered modules. Out: a draft for each bundle. The parts of a bundle are put
//! together with holes for names; in production they are minified in units, all in parallel; then names are given for the
//! whole bundle, and all is joined.

mod compose;
mod helpers;
mod join;
mod part;
mod readable_names;
mod short_names;
mod units;

use std::collections::{BTreeMap, BTreeSet};

use self::compose::{Composed, Composer, names};
use self::join::Joined;
use self::part::{Part, Syntax};
use self::readable_names::readable_names;
use self::short_names::short_names;
use self::units::{Large, minify_bundles};
use crate::config::Format;
use crate::context::Context;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::graph::{Binding, Bundle, ChunkBody, ChunkId, DraftBody, ModuleGraph, Name, ScriptFormat, StandsFor};
use crate::kinds::js;
use crate::link::{Chunks, owner};
use crate::schedule::longest_first;

/// The bundles among `chunks`, printed, each with how it may be loaded.
pub fn bundle_scripts(
    cx: &Context,
    graph: &ModuleGraph,
    chunks: &Chunks,
) -> BTreeMap<ChunkId, (DraftBody, ScriptFormat)> {
    let bundles: Vec<(ChunkId, &Bundle)> = chunks
        .chunks
        .iter()
        .enumerate()
        .filter_map(|(nth, chunk)| match &chunk.body {
            ChunkBody::Bundle { bundle, .. } => Some((ChunkId(nth), &**bundle)),
            ChunkBody::Module(_) | ChunkBody::Facade { .. } => None,
        })
        .collect();
    let syntax = Syntax { arrows: js::knows_arrow_functions(&cx.settings.targets) };
    let length = |(_, bundle): &(ChunkId, &Bundle)| bundle.modules.len() as u64;
    let composed: Vec<Composed> = longest_first(&bundles, length, |(chunk, bundle)| {
        let commented = !cx.settings.minify;
        Composer { graph, linkage: chunks.linkage(bundle), chunk: *chunk, bundle, syntax, commented }.compose()
    });
    let composed: BTreeMap<ChunkId, (&Bundle, Composed)> = bundles
        .iter()
        .map(|(chunk, bundle)| (*chunk, *bundle))
        .zip(composed)
        .map(|((chunk, bundle), composed)| (chunk, (bundle, composed)))
        .collect();
    let crossing = cross(chunks, &composed);
    let mut texts: Vec<Exported> = composed
        .iter()
        .map(|(chunk, (bundle, composed))| {
            let dropped = chunks.linkage(bundle).classic && cx.settings.scripts.global_name.is_none();
            let exports = if dropped { BTreeMap::new() } else { bundle.exports.clone() };
            with_exports(&exports, composed, &crossing[chunk])
        })
        .collect();
    let small = match cx.settings.minify {
        true => {
            let large = texts.iter().zip(composed.values()).map(|(at, (bundle, _))| Large {
                linkage: chunks.linkage(bundle),
                parts: &at.parts,
                exported: at.exports.values().copied().collect(),
            });
            let large: Vec<Large<'_>> = large.collect();
            minify_bundles(cx, graph, &large)
        }
        false => Vec::new(),
    };
    let mut small = small.into_iter();
    composed
        .iter()
        .zip(&mut texts)
        .map(|((&chunk, (bundle, composed)), text)| {
            let crossing = &crossing[&chunk];
            let format = format(cx, graph, chunks, chunk, bundle, composed, crossing);
            let outside: Vec<usize> = composed.outside.iter().copied().collect();
            let also = text.exports.values().copied().chain(outside.iter().map(|&id| Name::Outside(id)));
            let (parts, names) = match small.next() {
                Some(small) => {
                    let names = short_names(&small, &globals(graph, bundle), also);
                    (small.parts, names)
                }
                None => {
                    let parts = std::mem::take(&mut text.parts);
                    let names = readable_names(graph, chunks.linkage(bundle), &bundle.modules, &parts, also);
                    (parts, names)
                }
            };
            // An entry that exports nothing would only take the global from another.
            let global = cx.settings.scripts.global_name.as_deref();
            let global = global.filter(|_| chunks.linkage(bundle).classic && !text.exports.is_empty());
            let joined = Joined {
                graph,
                linkage: chunks.linkage(bundle),
                parts: &parts,
                imports: still_used(&crossing.imports, &names),
                names: &names,
                outside,
                stars: bundle.stars.clone(),
                exports: std::mem::take(&mut text.exports),
                format,
                global,
                syntax,
                compact: cx.settings.minify,
                mapped: cx.settings.source_maps,
                legal_comments: if cx.settings.minify { legal_comments(graph, bundle) } else { String::new() },
            };
            let fill = |module, reference: usize| super::fill_of(chunks, &graph.module(module).references[reference]);
            (chunk, (joined.join(fill), format))
        })
        .collect()
}

/// The globals that modules use, which no name of theirs may hide.
fn globals(graph: &ModuleGraph, bundle: &Bundle) -> BTreeSet<String> {
    let lowered = bundle.modules.iter().filter_map(|&module| graph.lowered(module));
    lowered.flat_map(|lowered| lowered.globals.iter().cloned()).collect()
}

/// Every legal comment once.
fn legal_comments(graph: &ModuleGraph, bundle: &Bundle) -> String {
    let mut seen = BTreeSet::new();
    let lowered = bundle.modules.iter().filter_map(|&module| graph.lowered(module));
    let comments = lowered.flat_map(|lowered| &lowered.legal_comments);
    comments.filter(|comment| seen.insert(*comment)).map(String::as_str).collect()
}

/// The imports without names that the minifier found a way without.
fn still_used(
    imports: &[(ChunkId, Vec<(String, Name)>)],
    names: &BTreeMap<Name, String>,
) -> Vec<(ChunkId, Vec<(String, Name)>)> {
    let used = |taken: &[(String, Name)]| {
        taken.iter().filter(|(_, name)| names.contains_key(name)).cloned().collect::<Vec<_>>()
    };
    imports.iter().map(|(chunk, taken)| (*chunk, used(taken))).collect()
}

/// The text of a bundle, and under which names it exports what.
struct Exported {
    parts: Vec<Part>,
    exports: BTreeMap<String, Name>,
}

/// What is exported has to be a name; what is none gets one.
fn with_exports(named: &BTreeMap<String, Binding>, composed: &Composed, crossing: &Crossing) -> Exported {
    let mut parts: Vec<Part> = composed.parts.clone();
    let mut exports: BTreeMap<String, Name> = crossing.exports.clone();
    let mut extra = Part::default();
    for (nth, (alias, binding)) in named.iter().enumerate() {
        match binding {
            Binding::Name(name) => _ = exports.insert(alias.clone(), *name),
            Binding::Member { .. } | Binding::Literal(_) => {
                let name = Name::Local(usize::MAX, nth as u32);
                extra.declares.insert(name);
                extra.push("var ");
                extra.name(name);
                extra.push(" = ");
                extra.binding(binding, false);
                extra.push(";\n");
                exports.insert(alias.clone(), name);
            }
            Binding::Undefined => {}
        }
    }
    if !extra.text.is_empty() {
        parts.push(extra);
    }
    Exported { parts, exports }
}

/// What chunks give each other.
#[derive(Debug, Default)]
struct Crossing {
    /// In the order in which the chunks run.
    imports: Vec<(ChunkId, Vec<(String, Name)>)>,
    exports: BTreeMap<String, Name>,
}

/// Finds the names that a chunk uses of another, and gives each one under which it is exported there.
fn cross(chunks: &Chunks, composed: &BTreeMap<ChunkId, (&Bundle, Composed)>) -> BTreeMap<ChunkId, Crossing> {
    let mut used: BTreeMap<ChunkId, BTreeMap<ChunkId, BTreeSet<Name>>> = BTreeMap::new();
    let mut exported: BTreeMap<ChunkId, BTreeSet<Name>> = BTreeMap::new();
    let mut crossing: BTreeMap<ChunkId, Crossing> =
        composed.keys().map(|&chunk| (chunk, Crossing::default())).collect();
    for (&chunk, (bundle, composed)) in composed {
        let all = names(&composed.parts).chain(bundle.exports.values().filter_map(Binding::name));
        for name in all.filter(|name| !composed.declared.contains(name)) {
            let Some(from) = owner(name).and_then(|module| chunks.linkage(bundle).chunk_of[module.0]) else { continue };
            if from != chunk {
                used.entry(chunk).or_default().entry(from).or_default().insert(name);
                exported.entry(from).or_default().insert(name);
            }
        }
        for &(from, name) in &composed.taken {
            let Some(alias) = chunks.linkage(bundle).aliases.get(&name) else { continue };
            if let Some(from) = crossing.get_mut(&from) {
                from.exports.insert(alias.clone(), name);
            }
        }
    }
    let mut aliases: BTreeMap<Name, String> = BTreeMap::new();
    for (chunk, names) in exported {
        let exports = &mut crossing.entry(chunk).or_default().exports;
        for (nth, name) in names.into_iter().enumerate() {
            let alias = short(nth);
            exports.insert(alias.clone(), name);
            aliases.insert(name, alias);
        }
    }
    for (chunk, (bundle, _)) in composed {
        let mut of_chunk = used.remove(chunk).unwrap_or_default();
        let mut imports: Vec<(ChunkId, Vec<(String, Name)>)> = Vec::new();
        let alias = |name: &Name| (aliases.get(name).cloned().unwrap_or_default(), *name);
        for &from in &bundle.imports {
            let names = of_chunk.remove(&from).unwrap_or_default();
            imports.push((from, names.iter().map(alias).collect()));
        }
        for (from, names) in of_chunk {
            imports.push((from, names.iter().map(alias).collect()));
        }
        crossing.entry(*chunk).or_default().imports = imports;
    }
    crossing
}

/// `a`, `b`, … `z`, `aa`, …; never a name that means something, nor one of those that `import()` takes, which have digits.
fn short(mut nth: usize) -> String {
    let mut name = String::new();
    loop {
        name.insert(0, char::from(b'a' + (nth % 26) as u8));
        nth /= 26;
        if nth == 0 {
            // An object with a `then` is taken for a promise.
            return if name == "then" || name == "default" { name + "$" } else { name };
        }
        nth -= 1;
    }
}

/// A script works in every tag unless it needs what only modules have.
fn format(
    cx: &Context,
    graph: &ModuleGraph,
    chunks: &Chunks,
    chunk: ChunkId,
    bundle: &Bundle,
    composed: &Composed,
    crossing: &Crossing,
) -> ScriptFormat {
    let classic = chunks.linkage(bundle).classic;
    let meta = bundle.modules.iter().filter_map(|&module| graph.lowered(module)).any(|lowered| {
        let address = lowered.holes.iter().any(|hole| hole.stands_for == StandsFor::Address);
        lowered.import_meta || address && !classic
    });
    let links = !crossing.imports.is_empty()
        || !crossing.exports.is_empty()
        || !composed.outside.is_empty()
        || !bundle.exports.is_empty()
        || !bundle.stars.is_empty();
    if classic {
        if meta || composed.waits || !composed.outside.is_empty() {
            let path = graph.module(chunks.chunks[chunk.0].module()).file.path.as_str();
            let why = match () {
                () if composed.waits => "it waits at its top level",
                () if meta => "it asks for `import.meta`",
                () => "it imports what is not linked with it",
            };
            let message = format!("`{}` cannot be a classic script: {why}", chunks.chunks[chunk.0].logical);
            cx.report(Diagnostic::error(Code::NotClassic, message).at(Place::file(path)).hint(
                "take that out of it, or let it be a module (`format = \"auto\"`; for a worker, `type: \"module\"`)",
            ));
        }
        return ScriptFormat::Iife;
    }
    let asked = cx.settings.scripts.format == Format::Esm;
    if asked || meta || links || composed.waits || !chunks.chunks[chunk.0].entry {
        ScriptFormat::Esm
    } else {
        ScriptFormat::Iife
    }
}
