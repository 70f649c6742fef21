//! Which modules a page may name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{imports, targets};
use crate::config::EntrySetting;
use crate::context::Context;
use crate::diagnostic::{Code, Diagnostic, Place, did_you_mean};
use crate::graph::{Module, ModuleGraph, ModuleId, ReferenceKind};
use crate::path::{ProjectPath, UrlPath};

/// The entries, and which other modules they need.
pub struct Entries {
    /// With the name that `[entries]` gives, if it does.
    pub entries: BTreeMap<ModuleId, Option<UrlPath>>,
    /// Everything that the code of an entry, or of a worker, needs at run time, itself included.
    pub reached_by_code: BTreeSet<ModuleId>,
}

/// A script or style is an entry when nothing imports it and it is no partial, or when `[entries]` names it.
pub fn choose_entries(cx: &Context, graph: &ModuleGraph) -> Entries {
    let mut entries = configured(cx, graph);
    let candidates: BTreeSet<ModuleId> = graph
        .ids()
        .filter(|&id| {
            let file = &graph.module(id).file;
            file.kind.is_code() && !file.partial && file.logical.is_some()
        })
        .collect();

    let imported_by_all = imported(graph, graph.ids());
    for &id in candidates.difference(&imported_by_all) {
        entries.entry(id).or_insert(None);
    }
    loop {
        let reached = reach(graph, entries.keys().copied(), |module| &module.type_imports);
        let left: BTreeSet<ModuleId> = candidates.difference(&reached).copied().collect();
        if left.is_empty() {
            break;
        }
        // What only partials that nobody uses import stands on its own.
        let imported_by_left = imported(graph, left.iter().copied());
        let more: Vec<ModuleId> = left.difference(&imported_by_left).copied().collect();
        if more.is_empty() {
            report_circle(cx, graph, &left);
            break;
        }
        entries.extend(more.into_iter().map(|id| (id, None)));
    }
    let loaded_by_url = targets(graph, ReferenceKind::needs_address);
    let reached_by_code = reach(graph, entries.keys().copied().chain(loaded_by_url), |_| &[]);
    Entries { entries, reached_by_code }
}

fn configured(cx: &Context, graph: &ModuleGraph) -> BTreeMap<ModuleId, Option<UrlPath>> {
    let mut entries = BTreeMap::new();
    for setting in &cx.settings.entries {
        let wanted = ProjectPath::new(Path::new(&setting.source));
        let found = graph.ids().find(|&id| {
            let path = &graph.module(id).file.path;
            wanted.as_ref().is_some_and(|wanted| {
                path == wanted || below_a_root(graph, id).is_some_and(|below| below == wanted.as_str())
            })
        });
        match found {
            Some(id) => {
                check_extension(cx, graph, setting, id);
                entries.insert(id, Some(setting.logical.clone()));
            }
            None => {
                let known: Vec<&str> = graph.ids().filter_map(|id| below_a_root(graph, id)).collect();
                let fault = Diagnostic::error(
                    Code::MissingEntry,
                    format!("the entry `{}` names `{}`, which is no source", setting.logical, setting.source),
                )
                .at(setting.place.clone());
                cx.report(match did_you_mean(&setting.source, known) {
                    Some(near) => fault.hint(format!("did you mean `{near}`?")),
                    None => fault.hint("name a file by its path below a source root"),
                });
            }
        }
    }
    entries
}

/// Browsers and servers tell a file's kind by its extension.
fn check_extension(cx: &Context, graph: &ModuleGraph, setting: &EntrySetting, id: ModuleId) {
    let extension = |path: &UrlPath| path.split_extension().1.map(str::to_owned);
    let natural = graph.module(id).file.logical.as_ref().and_then(extension);
    let given = extension(&setting.logical);
    if natural != given {
        let wanted = natural.map_or("no extension".to_owned(), |natural| format!("`.{natural}`"));
        cx.report(
            Diagnostic::error(
                Code::MissingEntry,
                format!("`{}` becomes a file with {wanted}, which `{}` has not", setting.source, setting.logical),
            )
            .at(setting.place.clone())
            .hint("the name on the left is that of the output: give it the output's extension"),
        );
    }
}

/// The module's path below its source root: its path ends with it, as its logical name does but for the extension.
fn below_a_root(graph: &ModuleGraph, id: ModuleId) -> Option<&str> {
    let file = &graph.module(id).file;
    let segments = file.logical.as_ref()?.as_str().matches('/').count() + 1;
    let path = file.path.as_str();
    let start = path.rmatch_indices('/').nth(segments - 1).map_or(0, |(at, _)| at + 1);
    Some(&path[start..])
}

fn imported(graph: &ModuleGraph, importers: impl Iterator<Item = ModuleId>) -> BTreeSet<ModuleId> {
    importers
        .flat_map(|id| {
            let module = graph.module(id);
            // A module that imports itself is not thereby needed by another.
            let by_code = imports(module, ReferenceKind::imports).chain(module.type_imports.iter().copied());
            by_code.filter(move |&imported| imported != id).collect::<Vec<_>>()
        })
        .collect()
}

/// What is imported, directly or not, by code that starts at `entries`; `also` adds to what a module imports.
fn reach(
    graph: &ModuleGraph,
    entries: impl Iterator<Item = ModuleId>,
    also: impl Fn(&Module) -> &[ModuleId],
) -> BTreeSet<ModuleId> {
    let mut reached: BTreeSet<ModuleId> = BTreeSet::new();
    let mut open: Vec<ModuleId> = entries.collect();
    while let Some(id) = open.pop() {
        if reached.insert(id) {
            let module = graph.module(id);
            open.extend(imports(module, ReferenceKind::imports).chain(also(module).iter().copied()));
        }
    }
    reached
}

fn report_circle(cx: &Context, graph: &ModuleGraph, left: &BTreeSet<ModuleId>) {
    // Every one of `left` is imported by another of them: walking back from any must come round.
    let Some(&start) = left.first() else { return };
    let importer =
        |of: ModuleId| left.iter().copied().find(|&id| id != of && imported(graph, std::iter::once(id)).contains(&of));
    let mut walked = vec![start];
    let mut at = start;
    while let Some(next) = importer(at) {
        if let Some(begin) = walked.iter().position(|&id| id == next) {
            walked.drain(..begin);
            break;
        }
        walked.push(next);
        at = next;
    }
    walked.reverse();
    let first = walked.iter().enumerate().min_by_key(|(_, id)| **id).map_or(0, |(at, _)| at);
    walked.rotate_left(first);
    let name = |id: &ModuleId| format!("`{}`", graph.module(*id).file.path);
    let mut names: Vec<String> = walked.iter().map(name).collect();
    names.extend(walked.first().map(name));
    let path = &graph.module(walked[0]).file;
    let entry = path.logical.as_ref().map_or(String::new(), ToString::to_string);
    cx.report(
        Diagnostic::error(
            Code::UnreachableCircle,
            format!("sources import each other in a circle: {}", names.join(" → ")),
        )
        .at(Place::file(path.path.as_str()))
        .note("nothing outside the circle imports them, so none of them is an entry")
        .hint(format!(
            "name the one that pages load in assetc.toml: [entries] \"{entry}\" = \"{}\"",
            below_a_root(graph, walked[0]).unwrap_or(path.path.as_str())
        )),
    );
}
