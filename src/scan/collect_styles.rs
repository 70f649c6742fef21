//! The stylesheet of a script: what the script imports, and what its modules import, of CSS.

use std::collections::BTreeSet;

use super::walk::Walk;
use crate::graph::{
    Body, FoundReference, Kind, Load, Module, ModuleGraph, ModuleId, Reference, ReferenceKind, SourceFile, Target,
};
use crate::kinds::css;
use crate::source::Source;

/// Adds a stylesheet beside every script that pages load and that imports sheets, directly or not: `js/main.css` beside
/// `js/main.js`. It imports them in the order in which the modules run; those of modules that are loaded later come last.
///
/// Pages load scripts that nothing imports, and those that `is_named` says.
pub fn collect_styles(walk: &mut Walk, is_named: impl Fn(&SourceFile) -> bool) {
    let graph = &walk.graph;
    if !graph.modules.iter().any(|module| sheets_of(graph, module).next().is_some()) {
        return;
    }
    let imported: BTreeSet<ModuleId> = graph
        .ids()
        .flat_map(|id| targets(graph.module(id)).filter(move |(_, to)| *to != id))
        // A worker has no page to style.
        .filter_map(|(kind, to)| (kind.is_of_module() || kind.needs_address()).then_some(to))
        .collect();
    let stands_alone = |id: &ModuleId| {
        let file = &graph.module(*id).file;
        let alone = !file.partial && !imported.contains(id) || is_named(file);
        file.kind == Kind::Script && file.logical.is_some() && alone
    };
    let scripts: Vec<ModuleId> = graph.ids().filter(stands_alone).collect();
    for script in scripts {
        let sheets = sheets_in_order(&walk.graph, script);
        if !sheets.is_empty() {
            let module = stylesheet(&walk.graph, script, &sheets);
            walk.add(script, module);
        }
    }
}

fn targets(module: &Module) -> impl Iterator<Item = (ReferenceKind, ModuleId)> {
    module.references.iter().filter_map(|reference| match reference.target {
        Target::Module(to) => Some((reference.found.kind, to)),
        _ => None,
    })
}

/// The sheets that a module itself imports.
fn sheets_of(graph: &ModuleGraph, module: &Module) -> impl Iterator<Item = ModuleId> {
    let is_sheet = |id: &ModuleId| matches!(graph.module(*id).file.kind, Kind::Style | Kind::Sass);
    targets(module).filter(|(kind, _)| kind.is_of_module()).map(|(_, to)| to).filter(is_sheet)
}

fn sheets_in_order(graph: &ModuleGraph, script: ModuleId) -> Vec<ModuleId> {
    let (mut sheets, mut seen, mut later) = (Vec::new(), BTreeSet::new(), vec![script]);
    // What is loaded later: the first that is met comes first.
    let mut next = 0;
    while let Some(&start) = later.get(next) {
        next += 1;
        if !seen.insert(start) {
            continue;
        }
        // A stack of our own: a chain of imports may be longer than a thread's stack is deep.
        let mut open = vec![(start, 0)];
        while let Some((at, nth)) = open.pop() {
            let module = graph.module(at);
            let Some(reference) = module.references.get(nth) else {
                if matches!(module.file.kind, Kind::Style | Kind::Sass) {
                    sheets.push(at);
                }
                continue;
            };
            open.push((at, nth + 1));
            match (reference.found.kind, &reference.target) {
                (ReferenceKind::Import | ReferenceKind::Require, Target::Module(to)) if seen.insert(*to) => {
                    open.push((*to, 0));
                }
                (ReferenceKind::DynamicImport, Target::Module(to)) => later.push(*to),
                _ => {}
            }
        }
    }
    sheets
}

/// A sheet of nothing but imports.
fn stylesheet(graph: &ModuleGraph, script: ModuleId, sheets: &[ModuleId]) -> Module {
    let script = &graph.module(script).file;
    let specifier = |id: &ModuleId| {
        let path = graph.module(*id).file.path.relative_from(&script.path);
        if path.starts_with("../") { path } else { format!("./{path}") }
    };
    let quoted = |path: String| path.replace('\\', "\\\\").replace('"', "\\\"");
    let text: String = sheets.iter().map(|id| format!("@import \"{}\";\n", quoted(specifier(id)))).collect();
    let source = Source::new(script.path.clone(), text);
    // Made here, it is as it should be: one import after the other, in the order of the sheets.
    let (found, _) = css::scan(&source);
    let imports = found.into_iter().filter(|found: &FoundReference| found.kind == ReferenceKind::StyleImport);
    let references = imports.zip(sheets).map(|(found, id)| Reference { found, target: Target::Module(*id) }).collect();
    let file = SourceFile {
        kind: Kind::Style,
        load: Load::Styles,
        logical: script.logical.as_ref().map(|logical| logical.with_extension("css")),
        partial: false,
        size: 0,
        ..script.clone()
    };
    Module { file, source: Some(source), body: Body::Style, references, type_imports: Vec::new() }
}
