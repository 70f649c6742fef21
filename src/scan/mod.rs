//! Reads every source as far as its references, and follows them.
//!
//! In: the sources that discover found. Out: the module graph, every reference resolved or reported. Files that only a
//! reference leads to (ignored ones, sheets outside the roots, what packages hold) join the graph on the way.
//! Not here: which modules are entries (`link`).

mod as_module;
mod collect_styles;
mod compile_sass;
mod defines;
mod find_sheet;
mod join_copies;
mod load_module;
mod read_text;
mod resolve;
mod sass_loader;
mod typescript_options;
mod walk;

use std::collections::BTreeSet;

use crate::context::{Context, Stage};
use crate::diagnostic::{Diagnostic, Place};
use crate::discover::Sources;
use crate::graph::{
    Body, CompiledStyle, FoundReference, Kind, Load, ModuleGraph, ModuleId, Reference, SourceFile, Target,
};
use crate::kinds::sass::{Warning, describe_warnings};
use crate::ledger::Ledger;
use crate::schedule::longest_first;
use crate::source::Span;
use collect_styles::collect_styles;
use compile_sass::{CompiledSheet, compile_sass, sheets_to_compile};
use defines::DefinesOfBuild;
use join_copies::join_copies;
use load_module::{Loaded, load_imported_script, load_module};
use resolve::{Resolution, Resolver};
use sass_loader::SheetFiles;
use walk::{Read, Walk};

/// What all reading needs. The finders know the folders that they were asked for before.
#[derive(Clone, Copy)]
struct Finders<'a> {
    resolver: &'a Resolver<'a>,
    sheets: &'a SheetFiles<'a>,
    defines: &'a DefinesOfBuild,
}

/// Loads all sources in parallel, then what they refer to, until nothing new turns up.
pub fn scan(cx: &Context, sources: Sources, ledger: &Ledger) -> ModuleGraph {
    let resolver = Resolver::new(cx.settings, &sources, ledger, &cx.reads);
    let sheets = SheetFiles::new(cx.settings, &cx.reads);
    let defines = DefinesOfBuild::new(cx.settings);
    let finders = Finders { resolver: &resolver, sheets: &sheets, defines: &defines };
    let mut walk = Walk::default();
    // A partial that nobody imports is nobody's fault: it is not even read.
    for file in sources.files.iter().filter(|file| !file.partial || is_named_entry(cx, file)) {
        walk.number(None, file.clone());
    }
    let (mut compiled, mut warnings) = (BTreeSet::new(), Vec::new());
    loop {
        load_all(cx, finders, &mut walk);
        let to_compile = sheets_to_compile(&walk.graph, |file| is_named_entry(cx, file));
        let to_compile: Vec<ModuleId> = to_compile.into_iter().filter(|id| compiled.insert(*id)).collect();
        let imported = imported_scripts(&walk.graph);
        if to_compile.is_empty() && imported.is_empty() {
            break;
        }
        for ((id, _), read) in imported.iter().zip(read_all(cx, finders, &imported, load_imported_script)) {
            walk.follow_anew(cx, *id, read);
        }
        compile_all(cx, finders, &mut walk, &mut warnings, &to_compile);
    }
    join_copies(&resolver, &mut walk.graph);
    collect_styles(&mut walk, |file| is_named_entry(cx, file));
    cx.report_all(describe_warnings(warnings.iter(), &sheets));
    walk.graph
}

/// Loads what was found, and what that refers to, until nothing new turns up.
fn load_all(cx: &Context, finders: Finders<'_>, walk: &mut Walk) {
    while !walk.found.is_empty() {
        let round = std::mem::take(&mut walk.found);
        let loaded = read_all(cx, finders, &round, load_module);
        for ((id, _), read) in round.into_iter().zip(loaded) {
            walk.follow(cx, id, read);
        }
    }
}

/// How a file is loaded.
type LoadFile = fn(&Context, Finders<'_>, ModuleId, &SourceFile) -> Loaded;

fn read_all(cx: &Context, finders: Finders<'_>, round: &[(ModuleId, SourceFile)], load: LoadFile) -> Vec<Read> {
    cx.progress.begin(Stage::Reading, round.len());
    longest_first(
        round,
        |(_, file)| work(file),
        |(id, file)| {
            let read = read(cx, finders, *id, file.clone(), load);
            cx.progress.step();
            read
        },
    )
}

/// Reads and resolves: all that can be done on any thread.
fn read(cx: &Context, finders: Finders<'_>, id: ModuleId, mut file: SourceFile, load: LoadFile) -> Read {
    let resolver = finders.resolver;
    resolver.add_facts(&mut file);
    let Loaded { source, body, references, type_references, sheets } = load(cx, finders, id, &file);
    let resolve = |found: FoundReference| {
        let resolution = resolver.resolve(&file, &found);
        (found, resolution)
    };
    let sheets = sheets.into_iter().filter_map(|(found, path)| Some((found, resolver.sheet(path)?.into())));
    let references = references.into_iter().map(resolve).chain(sheets).collect();
    let type_references = type_references.iter().map(|found| resolver.resolve(&file, found)).collect();
    Read { file, source, body, references, type_references }
}

/// Compiles Sass sheets, whose modules get the CSS and what it refers to.
fn compile_all(cx: &Context, finders: Finders<'_>, walk: &mut Walk, warnings: &mut Vec<Warning>, sheets: &[ModuleId]) {
    cx.progress.begin(Stage::Reading, sheets.len());
    let compiled = longest_first(
        sheets,
        |id| walk.graph.module(*id).file.size,
        |id| {
            let module = walk.graph.module(*id);
            // Only sheets that were read are compiled.
            let compiled = module.source.as_ref().map(|source| compile_sass(cx, finders.sheets, &module.file, source));
            cx.progress.step();
            compiled
        },
    );
    for (&id, compiled) in sheets.iter().zip(compiled) {
        let Some(CompiledSheet { style, references, warnings: heard }) = compiled else { continue };
        warnings.extend(heard);
        let Some(style) = style else { continue };
        let mut faults = Vec::new();
        for reference in references {
            let target =
                target_of_compiled(cx, finders.resolver, walk, id, &style, &reference).unwrap_or_else(|fault| {
                    faults.push((reference.specifier.clone(), fault));
                    Target::AsWritten
                });
            walk.graph.modules[id.0].references.push(Reference { found: reference, target });
        }
        cx.report_all(one_for_each_place(faults));
        walk.graph.modules[id.0].body = Body::CompiledStyle(Box::new(style));
    }
}

/// What a reference of compiled CSS leads to: from the sheet that wrote it, else from the entry, which is where browsers would
/// start from.
fn target_of_compiled(
    cx: &Context,
    resolver: &Resolver,
    walk: &mut Walk,
    id: ModuleId,
    style: &CompiledStyle,
    reference: &FoundReference,
) -> Result<Target, Diagnostic> {
    let entry = walk.graph.module(id).file.clone();
    let original = style.original(reference.span);
    let writer = original.as_ref().and_then(|(source, _)| walk.graph.by_path.get(&(source.path.clone(), Load::AsKind)));
    let writer = writer.map_or(&entry, |id| &walk.graph.module(*id).file).clone();
    let mut resolution = resolver.resolve(&writer, reference);
    if matches!(resolution, Resolution::Fault(_)) && writer.path != entry.path {
        let from_entry = resolver.resolve(&entry, reference);
        if !matches!(from_entry, Resolution::Fault(_)) {
            resolution = from_entry;
        }
    }
    let place = || match original {
        Some((source, span)) => Place::span(&source, span),
        None => Place::file(entry.path.as_str()),
    };
    match resolution {
        Resolution::Fault(fault) => Err(fault.at(place())),
        resolution => Ok(walk.target(cx, id, resolution, place)),
    }
}

/// A mixin or a loop writes many URLs at one place: the first that leads nowhere is told, with the names of the others.
fn one_for_each_place(faults: Vec<(String, Diagnostic)>) -> Vec<Diagnostic> {
    const NAMED: usize = 3;
    struct Told {
        place: Option<(String, Span)>,
        fault: Diagnostic,
        others: Vec<String>,
    }
    let mut told: Vec<Told> = Vec::new();
    for (specifier, fault) in faults {
        let place = fault.place.as_ref().and_then(|place| Some((place.file.clone(), place.frame.as_ref()?.1)));
        match told.iter_mut().find(|known| place.is_some() && known.place == place) {
            Some(known) if !known.others.contains(&specifier) && !known.fault.message.contains(&*specifier) => {
                known.others.push(specifier);
            }
            Some(_) => {}
            None => told.push(Told { place, fault, others: Vec::new() }),
        }
    }
    let with_others = |Told { fault, others, .. }: Told| {
        let named: Vec<String> = others.iter().take(NAMED).map(|specifier| format!("`{specifier}`")).collect();
        let more = if others.len() > NAMED { format!(" and {} more", others.len() - NAMED) } else { String::new() };
        if named.is_empty() { fault } else { fault.note(format!("nor {}{more}", named.join(", "))) }
    };
    told.into_iter().map(with_others).collect()
}

/// Scripts that look as if they were for a `<script>` of their own, but that modules import.
fn imported_scripts(graph: &ModuleGraph) -> Vec<(ModuleId, SourceFile)> {
    let modules = graph.modules.iter().filter(|module| matches!(module.body, Body::Module(_)));
    let imported: BTreeSet<ModuleId> = modules
        .flat_map(|module| &module.references)
        .filter(|reference| reference.found.kind.imports())
        .filter_map(|reference| match reference.target {
            Target::Module(to) => Some(to),
            _ => None,
        })
        .collect();
    let scripts = imported.into_iter().filter(|id| matches!(graph.module(*id).body, Body::Script(_)));
    scripts.map(|id| (id, graph.module(id).file.clone())).collect()
}

/// Whether `[entries]` may mean this file; `link` finds out.
fn is_named_entry(cx: &Context, file: &SourceFile) -> bool {
    cx.settings.entries.iter().any(|entry| file.path.as_str().ends_with(&entry.source))
}

/// How long loading takes: only what is read as text is read here.
fn work(file: &SourceFile) -> u64 {
    match file.kind {
        Kind::Script => 10 * file.size,
        Kind::Style | Kind::Sass | Kind::Svg | Kind::WebManifest => file.size,
        Kind::Png
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
