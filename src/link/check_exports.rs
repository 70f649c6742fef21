//! Whether every imported name is exported: a browser refuses the whole module otherwise.

use std::collections::BTreeSet;

use crate::context::Context;
use crate::diagnostic::{Code, Diagnostic, Place, did_you_mean};
use crate::graph::{Body, ModuleGraph, ModuleId, Script, Target};

pub fn check_exports(cx: &Context, graph: &ModuleGraph) {
    for module in &graph.modules {
        let (Body::Script(script), Some(source)) = (&module.body, &module.source) else { continue };
        for import in &script.imports {
            let Some(Target::Module(from)) = module.references.get(import.reference).map(|at| &at.target) else {
                continue;
            };
            let Names::Known(names) = exported(graph, *from, &mut BTreeSet::new()) else { continue };
            // `export *` never passes `default` on; `exported` leaves it out.
            if names.contains(import.name.as_str()) {
                continue;
            }
            let exporter = &graph.module(*from).file.path;
            let fault =
                Diagnostic::error(Code::MissingExport, format!("`{exporter}` does not export `{}`", import.name))
                    .at(Place::span(source, import.span))
                    .related("the imported module", Place::file(exporter.as_str()));
            cx.report(match did_you_mean(&import.name, names.iter().copied()) {
                Some(near) => fault.hint(format!("did you mean `{near}`?")),
                None if names.is_empty() => fault.hint("add `export` before its declaration"),
                None => fault.hint(format!(
                    "export it there (a type needs `import type` or `export type`), or import one of: {}",
                    names.iter().copied().collect::<Vec<_>>().join(", ")
                )),
            });
        }
    }
}

enum Names<'a> {
    Known(BTreeSet<&'a str>),
    /// It re-exports everything of something that is not ours to read.
    Unknown,
}

fn exported<'a>(graph: &'a ModuleGraph, id: ModuleId, seen: &mut BTreeSet<ModuleId>) -> Names<'a> {
    let module = graph.module(id);
    let Body::Script(script) = &module.body else { return Names::Unknown };
    let Script { exports, .. } = &**script;
    let mut names: BTreeSet<&str> = exports.names.iter().map(String::as_str).collect();
    if !seen.insert(id) {
        return Names::Known(names);
    }
    for &star in &exports.stars {
        match module.references.get(star).map(|reference| &reference.target) {
            Some(Target::Module(from)) => match exported(graph, *from, seen) {
                Names::Known(more) => names.extend(more.into_iter().filter(|name| *name != "default")),
                Names::Unknown => return Names::Unknown,
            },
            _ => return Names::Unknown,
        }
    }
    Names::Known(names)
}
