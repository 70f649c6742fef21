//! Minifies the parts of bundles in units: runs of parts that are neither so long that swc takes the square of their time
//! nor so short that it sees too little.

use std::collections::{BTreeMap, BTreeSet};

use super::part::{Part, Put};
use crate::context::Context;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::graph::{Linkage, ModuleGraph, ModuleId, Name, Origin, Shape};
use crate::hash::ContentHash;
use crate::kinds::js::{Minified, Unit, UnitHole, UnitName, minify_unit};
use crate::schedule::longest_first;

/// A bundle's parts after minifying.
#[derive(Debug, Default)]
pub struct Small {
    pub parts: Vec<Part>,
    /// For each name, those that would capture it somewhere.
    pub captures: BTreeMap<Name, BTreeSet<String>>,
    pub globals: BTreeSet<String>,
}

/// A bundle to be minified, and the names that others use of it.
pub struct Large<'a> {
    pub linkage: &'a Linkage,
    pub parts: &'a [Part],
    pub exported: BTreeSet<Name>,
}

/// What a unit is at least and at most, in bytes; in between it ends where the content of a part says so.
const LEAST: usize = 32 << 10;
const MOST: usize = 96 << 10;
/// swc's compressor takes time with the square of the statements.
const MOST_STATEMENTS: usize = 400;

/// A job: the bundle, its parts from and to.
struct Cut {
    bundle: usize,
    from: usize,
    to: usize,
    size: usize,
}

/// Minifies all bundles, every unit of all of them on its own.
pub fn minify_bundles(cx: &Context, graph: &ModuleGraph, bundles: &[Large<'_>]) -> Vec<Small> {
    let mut cuts: Vec<Cut> = Vec::new();
    for (bundle, large) in bundles.iter().enumerate() {
        cut(graph, bundle, large.parts, &mut cuts);
    }
    // How many units use each name of a bundle: what only its own uses may go.
    let users: Vec<BTreeMap<Name, usize>> = bundles.iter().map(|_| BTreeMap::new()).collect();
    let users = cuts.iter().fold(users, |mut users, cut| {
        let names: BTreeSet<Name> = names(&bundles[cut.bundle].parts[cut.from..cut.to]);
        names.into_iter().for_each(|name| *users[cut.bundle].entry(name).or_default() += 1);
        users
    });
    let units = longest_first(
        &cuts,
        |cut| cut.size as u64,
        |cut| {
            let large = &bundles[cut.bundle];
            let parts = &large.parts[cut.from..cut.to];
            minify(cx, graph, large.linkage, parts, |name| {
                large.exported.contains(&name) || users[cut.bundle].get(&name).is_some_and(|users| *users > 1)
            })
        },
    );
    let mut small: Vec<Small> = bundles.iter().map(|_| Small::default()).collect();
    for (nth, (cut, unit)) in cuts.iter().zip(units).enumerate() {
        unit.put_into(nth, &mut small[cut.bundle]);
    }
    small
}

/// Cuts a bundle into units. Where a unit ends depends on the parts near it, so that a new module moves few borders.
fn cut(graph: &ModuleGraph, bundle: usize, parts: &[Part], cuts: &mut Vec<Cut>) {
    let (mut from, mut size, mut statements) = (0, 0, 0);
    for (at, part) in parts.iter().enumerate() {
        let evals = |part: &Part| part.module.and_then(|module| graph.lowered(module)).is_some_and(|at| at.evals);
        let is_border = || {
            let path = part.module.map_or("", |module| graph.module(module).file.path.as_str());
            ContentHash::of(path.as_bytes()).to_hex().starts_with(['0', '4', '8', 'c'])
        };
        let full = size + part.text.len() > MOST || statements + part.statements > MOST_STATEMENTS;
        let alone = evals(part) || at > 0 && evals(&parts[at - 1]);
        if at > from && (full || alone || size > LEAST && is_border()) {
            cuts.push(Cut { bundle, from, to: at, size });
            (from, size, statements) = (at, 0, 0);
        }
        size += part.text.len();
        statements += part.statements.max(1);
    }
    if from < parts.len() {
        cuts.push(Cut { bundle, from, to: parts.len(), size });
    }
}

fn names(parts: &[Part]) -> BTreeSet<Name> {
    let puts = parts.iter().flat_map(|part| &part.holes);
    puts.filter_map(|(_, put)| match put {
        Put::Name(name) => Some(*name),
        Put::Reference { .. } | Put::Chunk(_) => None,
    })
    .collect()
}

/// A minified unit and what its numbers stand for.
struct Shrunk {
    names: Vec<Name>,
    paths: Vec<Put>,
    minified: Minified,
    origins: Vec<(Origin, ModuleId)>,
}

fn minify(
    cx: &Context,
    graph: &ModuleGraph,
    linkage: &Linkage,
    parts: &[Part],
    exported: impl Fn(Name) -> bool,
) -> Shrunk {
    let declared: BTreeSet<Name> = parts.iter().flat_map(|part| part.declares.iter().copied()).collect();
    let mut unit = Unit { mapped: cx.settings.source_maps, ..Unit::default() };
    let (mut names, mut by_name): (Vec<Name>, BTreeMap<Name, u32>) = (Vec::new(), BTreeMap::new());
    let mut paths: Vec<Put> = Vec::new();
    let mut origins: Vec<(Origin, ModuleId)> = Vec::new();
    for part in parts {
        let base = unit.text.len() as u32;
        unit.text.push_str(&part.text);
        origins.extend(
            part.origins.iter().map(|(origin, module)| (Origin { offset: origin.offset + base, ..*origin }, *module)),
        );
        for &(offset, put) in &part.holes {
            let hole = match put {
                Put::Name(name) => UnitHole::Name(*by_name.entry(name).or_insert_with(|| {
                    names.push(name);
                    unit.names.push(UnitName {
                        declared: declared.contains(&name),
                        exported: exported(name),
                        changes: changes(graph, linkage, name),
                    });
                    names.len() as u32 - 1
                })),
                Put::Reference { .. } | Put::Chunk(_) => {
                    let path = paths.iter().position(|known| *known == put).unwrap_or_else(|| {
                        paths.push(put);
                        paths.len() - 1
                    });
                    UnitHole::Path(path as u32)
                }
            };
            unit.holes.push((base + offset, hole));
        }
    }
    let evals =
        parts.iter().filter_map(|part| part.module).any(|module| graph.lowered(module).is_some_and(|at| at.evals));
    // Names are numbered in the order in which the unit uses them, so nothing that happens elsewhere changes it.
    let targets = &cx.settings.targets;
    let minified = match evals {
        true => None,
        false => (*cx.store.memo("unit", &(&unit, targets), &[], || minify_unit(&unit, targets))).clone(),
    };
    let minified = minified.unwrap_or_else(|| {
        if !evals {
            cx.report(not_minified(graph, parts));
        }
        as_it_is(graph, &unit, parts)
    });
    Shrunk { names, paths, minified, origins }
}

/// Whether a name may mean one thing now and another later.
fn changes(graph: &ModuleGraph, linkage: &Linkage, name: Name) -> bool {
    let shape = |module: ModuleId| linkage.shapes[module.0];
    match name {
        Name::Symbol(module, symbol) => {
            matches!(shape(module), Shape::Lazy | Shape::Waiting)
                || graph
                    .lowered(module)
                    .is_none_or(|lowered| lowered.symbols[symbol as usize].assigned || linkage.circular[module.0])
        }
        Name::Exports(module) | Name::Interop(module, _) => shape(module) == Shape::LazyCommonJs,
        // Scripts outside may change what they export.
        Name::Outside(_) => true,
        _ => false,
    }
}

fn not_minified(graph: &ModuleGraph, parts: &[Part]) -> Diagnostic {
    let modules = parts.iter().filter_map(|part| part.module).map(|module| &graph.module(module).file.path);
    let names: BTreeSet<String> = modules.map(|path| format!("`{path}`")).collect();
    let place = names.first().map_or(String::new(), |path| path.trim_matches('`').to_owned());
    let message = "the minifier failed on linked modules, so they were written as they are";
    Diagnostic::warning(Code::NotMinified, message)
        .at(Place::file(place))
        .note(format!("modules: {}", names.into_iter().collect::<Vec<_>>().join(", ")))
        .hint("The script works as it is; please report it to assetc, with the modules if you can share them")
}

/// The unit without being minified.
fn as_it_is(graph: &ModuleGraph, unit: &Unit, parts: &[Part]) -> Minified {
    let modules: BTreeSet<ModuleId> = parts.iter().filter_map(|part| part.module).collect();
    let mut nested: BTreeSet<String> = BTreeSet::new();
    let mut globals: BTreeSet<String> = BTreeSet::new();
    for lowered in modules.into_iter().filter_map(|module| graph.lowered(module)) {
        nested.extend(lowered.nested.iter().cloned());
        globals.extend(lowered.globals.iter().cloned());
    }
    // What the functions around modules bind.
    nested.extend(["exports", "module", "chunk"].map(str::to_owned));
    Minified {
        text: unit.text.clone(),
        holes: unit.holes.clone(),
        origins: if unit.mapped { (0..unit.text.len() as u32).map(|at| (at, at)).collect() } else { Vec::new() },
        captures: (0..unit.names.len() as u32).map(|name| (name, nested.clone())).collect(),
        globals,
        ends_with_declaration: true,
    }
}

impl Shrunk {
    fn put_into(self, unit: usize, bundle: &mut Small) {
        let Self { names, paths, minified, origins } = self;
        let name = |number: u32| match names.get(number as usize) {
            Some(name) => *name,
            None => Name::Local(unit, number),
        };
        let mut part = Part { text: minified.text, ..Part::default() };
        part.holes = minified
            .holes
            .iter()
            .map(|&(offset, hole)| {
                let put = match hole {
                    UnitHole::Name(number) => Put::Name(name(number)),
                    UnitHole::Path(path) => paths[path as usize],
                };
                (offset, put)
            })
            .collect();
        let mut last = None;
        for (offset, from) in minified.origins {
            let at = origins.partition_point(|(origin, _)| origin.offset <= from);
            let Some((origin, module)) = at.checked_sub(1).map(|at| origins[at]) else { continue };
            let place = (origin.line, origin.column, module);
            if last != Some(place) {
                part.origins.push((Origin { offset, ..origin }, module));
                last = Some(place);
            }
        }
        if !minified.ends_with_declaration && !part.text.ends_with(';') {
            part.text.push(';');
        }
        for (number, captures) in minified.captures {
            bundle.captures.entry(name(number)).or_default().extend(captures);
        }
        bundle.globals.extend(minified.globals);
        bundle.parts.push(part);
    }
}
