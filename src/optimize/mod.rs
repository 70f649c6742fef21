//! Prints every chunk and makes it small; all of it in parallel, long jobs first.
//!
//! In: the graph and the chunks. Out: drafts, whose text holds holes where names go. Binary outputs stream into the
//! staging folder; only text stays in memory. Not here: names (`fingerprint`), publishing (`emit`).

mod bundle;
mod bundle_style;
mod copy;
mod derive;
mod entry_facts;
mod facade;
mod inline_small;
mod picture;
mod vector;

use std::collections::{BTreeMap, BTreeSet};

use crate::context::{Context, Stage, Stopped};
use crate::fs::Staging;
use crate::graph::{
    Body, Chunk, ChunkBody, ChunkId, Dimensions, Draft, DraftBody, Fill, Hole, Kind, Load, ModuleGraph, Piece,
    Reference, ScriptFormat, Specifier, Target,
};
use crate::link::Chunks;
use crate::path::UrlPath;
use crate::schedule::longest_first;
use derive::Derive;
use inline_small::inline_small;

pub fn optimize(cx: &Context, graph: &ModuleGraph, chunks: &Chunks, staging: &Staging) -> Result<Vec<Draft>, Stopped> {
    cx.progress.begin(Stage::Optimizing, chunks.chunks.len());
    let length = |chunk: &Chunk| work(cx, graph, chunk);
    // Nothing can be linked while something is missing.
    let mut bundles = match cx.stop_if_errors() {
        Ok(()) => bundle::bundle_scripts(cx, graph, chunks),
        Err(Stopped) => BTreeMap::new(),
    };
    let taken = chunks.chunks.iter().map(|chunk| chunk.logical.clone()).collect();
    let derive = Derive { cx, staging, taken: &taken };
    let printed = longest_first(&chunks.chunks, length, |chunk| {
        let printed = print(&derive, graph, chunks, chunk);
        cx.progress.step();
        printed
    });
    cx.stop_if_errors()?;
    let mut extras = Vec::new();
    let drafts = chunks.chunks.iter().zip(printed).enumerate().filter_map(|(nth, (chunk, printed))| {
        let (printed, format) = match bundles.remove(&ChunkId(nth)) {
            Some((body, format)) => (Some(body.into()), Some(format)),
            None => (printed, None),
        };
        // A chunk without a body was reported as an error, and then the build has stopped.
        let mut printed: Printed = printed?;
        let made = std::mem::take(&mut printed.extras);
        let mut draft = draft(graph, chunks, ChunkId(nth), chunk, printed, format);
        draft.variants = made.iter().map(|extra| extra.logical.clone()).collect();
        draft.variants.sort();
        extras.extend(made.into_iter().map(|extra| draft_of_extra(extra, &draft)));
        Some(draft)
    });
    let mut drafts: Vec<Draft> = drafts.collect();
    // Nothing refers to these, so that chunks and drafts go on sharing their indices.
    drafts.extend(extras);
    inline_small(cx, &mut drafts, cx.settings.styles.inline_limit);
    cx.stop_if_errors()?;
    Ok(drafts)
}

/// A chunk's draft, as far as it is made of its bytes.
struct Printed {
    body: DraftBody,
    dimensions: Option<Dimensions>,
    placeholder: Option<String>,
    /// Other files made of the same source.
    extras: Vec<Extra>,
}

/// A file made of a source, beside the one that has its name.
struct Extra {
    logical: UrlPath,
    kind: Kind,
    body: DraftBody,
    dimensions: Option<Dimensions>,
}

impl From<DraftBody> for Printed {
    fn from(body: DraftBody) -> Self {
        Self { body, dimensions: None, placeholder: None, extras: Vec::new() }
    }
}

/// How long a chunk takes, by its kind's cost a byte. Scripts are compiled already.
fn work(cx: &Context, graph: &ModuleGraph, chunk: &Chunk) -> u64 {
    let file = &graph.module(chunk.module()).file;
    match file.kind {
        Kind::Png | Kind::Svg | Kind::Webp if cx.settings.images.optimize => 20 * file.size,
        Kind::Jpeg if cx.settings.images.optimize => 2 * file.size,
        Kind::Style | Kind::Sass => 4 * file.size,
        Kind::Script | Kind::Svg | Kind::WebManifest => 0,
        Kind::Png
        | Kind::Jpeg
        | Kind::Gif
        | Kind::Webp
        | Kind::Avif
        | Kind::Ico
        | Kind::Font
        | Kind::SourceMap
        | Kind::Opaque => file.size,
    }
}

fn print(derive: &Derive, graph: &ModuleGraph, chunks: &Chunks, chunk: &Chunk) -> Option<Printed> {
    let cx = derive.cx;
    let module = match chunk.body {
        ChunkBody::Facade { of, module } => return Some(facade::facade(graph, module, of).into()),
        ChunkBody::Module(module) => module,
        ChunkBody::Bundle { .. } => return None,
    };
    let at = graph.module(module);
    match &at.body {
        Body::Script(script) => Some(text(graph, chunks, script.piece.clone()).into()),
        Body::Style | Body::CompiledStyle(_) => {
            bundle_style::bundle_style(cx, graph, module).map(|piece| text(graph, chunks, piece).into())
        }
        Body::Text(piece) if at.file.kind == Kind::Svg => {
            let (piece, dimensions) = vector::vector(cx, &at.file, piece);
            Some(Printed { dimensions, ..text(graph, chunks, piece).into() })
        }
        Body::Text(piece) => Some(text(graph, chunks, piece.clone()).into()),
        Body::Binary if at.file.kind.is_raster() => {
            let mut printed = picture::picture(derive.cx, &at.file, derive.staging)?;
            derive.picture(&at.file, &chunk.logical, &mut printed);
            Some(printed)
        }
        Body::Binary if at.file.kind == Kind::Font => {
            let mut printed = copy::copy(derive.cx, &at.file).map(Printed::from)?;
            derive.font(&at.file, &chunk.logical, &mut printed);
            Some(printed)
        }
        Body::Binary => copy::copy(derive.cx, &at.file).map(Printed::from),
        // A module that is linked is printed in its bundle.
        Body::Module(_) | Body::Nothing => None,
    }
}

fn text(graph: &ModuleGraph, chunks: &Chunks, piece: Piece) -> DraftBody {
    let fills = piece.holes.iter().map(|hole| fill(graph, chunks, hole)).collect();
    DraftBody::Text { piece, fills }
}

fn fill(graph: &ModuleGraph, chunks: &Chunks, hole: &Hole) -> Fill {
    fill_of(chunks, &graph.module(hole.module).references[hole.reference])
}

/// What stands where `reference` is written.
fn fill_of(chunks: &Chunks, reference: &Reference) -> Fill {
    match &reference.target {
        Target::Module(id) => match chunks.of_module[id.0] {
            Some(chunk) => Fill::Chunk(chunk),
            None => as_written(&reference.found.specifier),
        },
        Target::Foreign(path) => Fill::Foreign(path.clone()),
        Target::Address(address) => Fill::AsWritten(address.clone()),
        Target::AsWritten | Target::Global(_) | Target::Missing => as_written(&reference.found.specifier),
    }
}

/// The path part of a specifier; its suffix stands in the text behind the hole.
fn as_written(specifier: &str) -> Fill {
    let suffix = match Specifier::parse(specifier) {
        Specifier::Local { suffix, .. } => suffix.len(),
        Specifier::Elsewhere => 0,
    };
    Fill::AsWritten(specifier[..specifier.len() - suffix].to_owned())
}

fn draft(
    graph: &ModuleGraph,
    chunks: &Chunks,
    id: ChunkId,
    chunk: &Chunk,
    printed: Printed,
    format: Option<ScriptFormat>,
) -> Draft {
    let Printed { body, dimensions, placeholder, extras: _ } = printed;
    let module = graph.module(chunk.module());
    let (mut references, mut foreign) = (Vec::new(), BTreeSet::new());
    if let DraftBody::Text { fills, .. } = &body {
        let mut seen = BTreeSet::new();
        for fill in fills {
            match fill {
                Fill::Chunk(chunk) if seen.insert(*chunk) => references.push(*chunk),
                Fill::Foreign(path) => {
                    foreign.insert(path.clone());
                }
                Fill::Chunk(_) | Fill::AsWritten(_) => {}
            }
        }
    }
    // The styles that a script imports are a file of their own, which pages load beside it.
    if chunk.entry && module.file.load == Load::AsKind {
        let styles = graph.by_path.get(&(module.file.path.clone(), Load::Styles));
        references.extend(styles.and_then(|styles| chunks.of_module[styles.0]));
    }
    Draft {
        logical: chunk.logical.clone(),
        source: module.file.path.clone(),
        kind: module.file.kind,
        source_size: source_size(graph, chunk, &body),
        body,
        references,
        foreign: foreign.into_iter().collect(),
        entry: chunk.entry,
        dimensions,
        variants: Vec::new(),
        placeholder,
        script: entry_facts::entry_facts(graph, chunks, id, format),
    }
}

fn draft_of_extra(extra: Extra, of: &Draft) -> Draft {
    Draft {
        logical: extra.logical,
        source: of.source.clone(),
        kind: extra.kind,
        source_size: of.source_size,
        body: extra.body,
        references: Vec::new(),
        foreign: Vec::new(),
        entry: true,
        script: None,
        dimensions: extra.dimensions,
        variants: Vec::new(),
        placeholder: None,
    }
}

/// The bytes of everything that went into a chunk: a stylesheet holds what it imports.
fn source_size(graph: &ModuleGraph, chunk: &Chunk, body: &DraftBody) -> u64 {
    let module = graph.module(chunk.module());
    if let ChunkBody::Bundle { bundle, .. } = &chunk.body
        && !bundle.modules.is_empty()
    {
        let sources = bundle.modules.iter().filter_map(|&id| graph.module(id).source.as_ref());
        return sources.map(|source| source.text.len() as u64).sum();
    }
    match (module.file.kind, body) {
        (Kind::Style | Kind::Sass, _) => bundle_style::sheets(graph, chunk.module())
            .filter_map(|id| graph.module(id).source.as_ref())
            .map(|source| source.text.len() as u64)
            .sum(),
        // The files of packages are not measured before they are read.
        (_, DraftBody::Copy { size, .. }) if module.file.size == 0 => *size,
        _ => module.file.size,
    }
}
