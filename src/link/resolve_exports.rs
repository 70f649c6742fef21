//! What every imported name stands for, through chains of re-exports.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::context::Context;
use crate::diagnostic::{Code, Diagnostic, Place, did_you_mean};
use crate::graph::{
    Binding, Body, Export, Import, ImportName, Lowered, ModuleGraph, ModuleId, Name, Outside, ReferenceKind, Target,
};

/// What a name of a module leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    Symbol(ModuleId, u32),
    Namespace(ModuleId),
    /// A name of a CommonJS module, asked for by a module.
    CommonJs {
        module: ModuleId,
        name: String,
    },
    Outside(usize),
    /// An expression.
    Global(String),
    Missing,
    /// Two `export *` lead to different things.
    Ambiguous(Vec<ModuleId>),
}

/// Finds what names lead to; remembers what it found.
pub struct Exports<'a> {
    graph: &'a ModuleGraph,
    known: BTreeMap<(ModuleId, String), Resolved>,
    outside: Vec<Outside>,
    outside_ids: BTreeMap<(String, Option<String>), usize>,
}

impl<'a> Exports<'a> {
    pub fn new(graph: &'a ModuleGraph) -> Self {
        Self { graph, known: BTreeMap::new(), outside: Vec::new(), outside_ids: BTreeMap::new() }
    }

    pub fn into_outside(self) -> Vec<Outside> {
        self.outside
    }

    /// What `import { name } from` a reference of `module` leads to.
    pub fn imported(&mut self, module: ModuleId, reference: usize, name: &ImportName) -> Resolved {
        match (target(self.graph, module, reference), name) {
            (To::Module(to, lowered), ImportName::Named(name)) if lowered.common_js.is_some() => {
                Resolved::CommonJs { module: to, name: name.clone() }
            }
            (To::Module(to, _), ImportName::Named(name)) => self.exported(to, name),
            (To::Module(to, _), ImportName::Namespace) => Resolved::Namespace(to),
            (To::Nothing, ImportName::Named(name)) if name == "default" => Resolved::Missing,
            (To::Nothing, _) => Resolved::Missing,
            (To::Global(expression), ImportName::Named(name)) if name != "default" => {
                Resolved::Global(format!("{expression}{}", member_text(name)))
            }
            (To::Global(expression), _) => Resolved::Global(expression.to_owned()),
            (To::Outside, name) => {
                let name = match name {
                    ImportName::Named(name) => Some(name.clone()),
                    ImportName::Namespace => None,
                };
                Resolved::Outside(self.outside(module, reference, name))
            }
        }
    }

    /// The number of a name of a script outside.
    pub fn outside(&mut self, module: ModuleId, reference: usize, name: Option<String>) -> usize {
        let specifier = self.graph.module(module).references[reference].found.specifier.clone();
        // A path means something beside the module that wrote it alone.
        let key = if specifier.starts_with('.') { format!("{}\0{specifier}", module.0) } else { specifier.clone() };
        let next = self.outside.len();
        let id = *self.outside_ids.entry((key, name.clone())).or_insert(next);
        if id == next {
            self.outside.push(Outside { module, reference, specifier, name });
        }
        id
    }

    /// What a name leads to that an ECMAScript module exports (ECMA-262, ResolveExport).
    pub fn exported(&mut self, module: ModuleId, name: &str) -> Resolved {
        if let Some(known) = self.known.get(&(module, name.to_owned())) {
            return known.clone();
        }
        let resolved = match self.resolve(module, name, &mut BTreeSet::new()) {
            Some(Resolved::Missing) | None => self.perhaps(module, name).unwrap_or(Resolved::Missing),
            Some(resolved) => resolved,
        };
        self.known.insert((module, name.to_owned()), resolved.clone());
        resolved
    }

    /// `None` when the chain comes back to where it was.
    fn resolve(&mut self, module: ModuleId, name: &str, seen: &mut BTreeSet<(ModuleId, String)>) -> Option<Resolved> {
        if let Some(known) = self.known.get(&(module, name.to_owned())) {
            return Some(known.clone());
        }
        if !seen.insert((module, name.to_owned())) {
            return None;
        }
        let graph = self.graph;
        let lowered = lowered(graph, module)?;
        match lowered.exports.get(name) {
            Some(Export::Symbol(symbol)) => match &lowered.symbols[*symbol as usize].import {
                Some(import) => self.resolve_import(module, import.reference, &import.name, seen),
                None => Some(Resolved::Symbol(module, *symbol)),
            },
            Some(Export::From { reference, name, .. }) => self.resolve_import(module, *reference, name, seen),
            None if name == "default" => Some(Resolved::Missing),
            None => self.resolve_star(module, lowered, name, seen),
        }
    }

    fn resolve_import(
        &mut self,
        module: ModuleId,
        reference: usize,
        name: &ImportName,
        seen: &mut BTreeSet<(ModuleId, String)>,
    ) -> Option<Resolved> {
        match (target(self.graph, module, reference), name) {
            (To::Module(to, lowered), ImportName::Named(name)) if lowered.common_js.is_none() => {
                self.resolve(to, name, seen)
            }
            _ => Some(self.imported(module, reference, name)),
        }
    }

    fn resolve_star(
        &mut self,
        module: ModuleId,
        lowered: &Lowered,
        name: &str,
        seen: &mut BTreeSet<(ModuleId, String)>,
    ) -> Option<Resolved> {
        let mut found: Option<(ModuleId, Resolved)> = None;
        for &(reference, _) in &lowered.stars {
            let (from, resolved) = match target(self.graph, module, reference) {
                To::Module(to, lowered) if lowered.common_js.is_some() => {
                    match names_of_common_js(self.graph, to).contains(name) {
                        true => (to, Resolved::CommonJs { module: to, name: name.to_owned() }),
                        false => continue,
                    }
                }
                To::Module(to, _) => match self.resolve(to, name, seen) {
                    Some(Resolved::Missing) | None => continue,
                    Some(resolved) => (to, resolved),
                },
                To::Nothing | To::Global(_) | To::Outside => continue,
            };
            match &found {
                None => found = Some((from, resolved)),
                Some((_, first)) if *first == resolved => {}
                Some((first, _)) => return Some(Resolved::Ambiguous(vec![*first, from])),
            }
        }
        Some(found.map_or(Resolved::Missing, |(_, resolved)| resolved))
    }

    /// Where a name may come from that nothing is known to export: all of something that only running it tells.
    fn perhaps(&mut self, module: ModuleId, name: &str) -> Option<Resolved> {
        if name == "default" {
            return None;
        }
        let (mut seen, mut open) = (BTreeSet::new(), vec![module]);
        while let Some(module) = open.pop() {
            let Some(lowered) = lowered(self.graph, module).filter(|_| seen.insert(module)) else { continue };
            for &(reference, _) in &lowered.stars {
                match target(self.graph, module, reference) {
                    To::Module(to, lowered) if lowered.common_js.is_some() => {
                        return Some(Resolved::CommonJs { module: to, name: name.to_owned() });
                    }
                    To::Module(to, _) => open.push(to),
                    To::Outside => {
                        return Some(Resolved::Outside(self.outside(module, reference, Some(name.to_owned()))));
                    }
                    To::Nothing | To::Global(_) => {}
                }
            }
        }
        None
    }

    /// Every name that a module exports, sorted; ambiguous ones are left out, as a namespace leaves them out.
    pub fn all(&mut self, module: ModuleId) -> BTreeMap<String, Resolved> {
        let mut names = BTreeSet::new();
        self.names(module, &mut names, &mut BTreeSet::new());
        let resolve = |name: String| {
            let resolved = self.exported(module, &name);
            (!matches!(resolved, Resolved::Missing | Resolved::Ambiguous(_))).then_some((name, resolved))
        };
        names.into_iter().filter_map(resolve).collect()
    }

    /// ECMA-262, GetExportedNames.
    fn names(&self, module: ModuleId, names: &mut BTreeSet<String>, seen: &mut BTreeSet<ModuleId>) {
        if !seen.insert(module) {
            return;
        }
        let Some(lowered) = lowered(self.graph, module) else { return };
        names.extend(lowered.exports.keys().cloned());
        for &(reference, _) in &lowered.stars {
            let To::Module(to, target) = target(self.graph, module, reference) else { continue };
            let mut more = BTreeSet::new();
            match target.common_js {
                Some(_) => more = names_of_common_js(self.graph, to),
                None => self.names(to, &mut more, seen),
            }
            more.remove("default");
            names.append(&mut more);
        }
    }
}

/// What a reference leads to, as linking sees it.
pub enum To<'a> {
    Module(ModuleId, &'a Arc<Lowered>),
    /// Something that is not linked and stays an import.
    Outside,
    /// The value of an expression.
    Global(&'a str),
    /// A stylesheet, or a file that is reported as broken.
    Nothing,
}

pub fn target(graph: &ModuleGraph, module: ModuleId, reference: usize) -> To<'_> {
    match graph.module(module).references.get(reference).map(|reference| &reference.target) {
        Some(Target::Module(to)) => match &graph.module(*to).body {
            Body::Module(lowered) => To::Module(*to, lowered),
            _ => To::Nothing,
        },
        Some(Target::Global(expression)) => To::Global(expression),
        _ => To::Outside,
    }
}

/// `.name`, or `["na me"]`.
fn member_text(name: &str) -> String {
    let plain = |at: char| at.is_ascii_alphanumeric() || matches!(at, '_' | '$');
    if name.chars().all(plain) && !name.starts_with(|at: char| at.is_ascii_digit()) {
        format!(".{name}")
    } else {
        format!("[{}]", serde_json::Value::from(name))
    }
}

pub fn lowered(graph: &ModuleGraph, module: ModuleId) -> Option<&Lowered> {
    match &graph.module(module).body {
        Body::Module(lowered) => Some(lowered),
        _ => None,
    }
}

/// The names that Node lets `import` take of a CommonJS module, `default` left out.
pub fn names_of_common_js(graph: &ModuleGraph, module: ModuleId) -> BTreeSet<String> {
    let (mut names, mut seen, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![module]);
    while let Some(module) = open.pop() {
        let Some(lowered) = lowered(graph, module).filter(|_| seen.insert(module)) else { continue };
        match &lowered.common_js {
            Some(found) => {
                names.extend(found.exports.iter().cloned());
                open.extend(found.reexports.iter().filter_map(|&reference| match target(graph, module, reference) {
                    To::Module(to, _) => Some(to),
                    To::Outside | To::Global(_) | To::Nothing => None,
                }));
            }
            None => names.extend(lowered.exports.keys().cloned()),
        }
    }
    names.remove("default");
    names
}

/// What is known of how a CommonJS module wants to be imported.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Convention {
    /// It says `__esModule`: its default export is a property.
    EsModule,
    /// It cannot say so: its default export is all that it exports.
    Plain,
    /// Only running it tells.
    Unknown,
}

fn convention(graph: &ModuleGraph, module: ModuleId) -> Convention {
    let Some(found) = lowered(graph, module).and_then(|lowered| lowered.common_js.as_ref()) else {
        return Convention::Unknown;
    };
    // What it requires may say so, and become what it exports.
    let requires = graph.module(module).references.iter().any(|at| at.found.kind == ReferenceKind::Require);
    if found.exports.contains("__esModule") && found.reexports.is_empty() {
        Convention::EsModule
    } else if !found.es_module && !requires {
        Convention::Plain
    } else {
        Convention::Unknown
    }
}

/// What stands where something is used that a module asked for; `node` says whether Node reads that module as an
/// ECMAScript module.
pub fn binding(graph: &ModuleGraph, resolved: &Resolved, node: bool) -> Binding {
    match resolved {
        Resolved::Symbol(module, symbol) => Binding::Name(Name::Symbol(*module, *symbol)),
        Resolved::Namespace(module) => match lowered(graph, *module) {
            Some(lowered) if lowered.common_js.is_some() => Binding::Name(Name::Interop(*module, node)),
            _ => Binding::Name(Name::Namespace(*module)),
        },
        Resolved::CommonJs { module, name } if name == "default" => match (node, convention(graph, *module)) {
            (true, _) | (false, Convention::Plain) => Binding::Name(Name::Exports(*module)),
            (false, Convention::EsModule) => member(Name::Exports(*module), name),
            (false, Convention::Unknown) => member(Name::Interop(*module, false), name),
        },
        Resolved::CommonJs { module, name } => member(Name::Exports(*module), name),
        Resolved::Outside(id) => Binding::Name(Name::Outside(*id)),
        Resolved::Global(expression) => Binding::Literal(expression.clone()),
        Resolved::Missing | Resolved::Ambiguous(_) => Binding::Undefined,
    }
}

fn member(object: Name, property: &str) -> Binding {
    Binding::Member { object, property: property.to_owned() }
}

/// The text of a constant that is no longer than a name for it would be.
fn short_literal(graph: &ModuleGraph, resolved: &Resolved) -> Option<String> {
    const LONGEST: usize = 5;
    let Resolved::Symbol(module, symbol) = resolved else { return None };
    let symbol = &lowered(graph, *module)?.symbols[*symbol as usize];
    symbol.literal.clone().filter(|text| !symbol.assigned && text.len() <= LONGEST)
}

/// What each symbol of `module` stands for; names that lead nowhere are reported.
pub fn bind(
    cx: &Context,
    graph: &ModuleGraph,
    exports: &mut Exports<'_>,
    module: ModuleId,
    node: bool,
) -> Vec<Binding> {
    let Some(lowered) = lowered(graph, module) else { return Vec::new() };
    let bindings = lowered.symbols.iter().enumerate().map(|(symbol, at)| {
        let Some(import) = &at.import else { return Binding::Name(Name::Symbol(module, symbol as u32)) };
        let resolved = exports.imported(module, import.reference, &import.name);
        report(cx, graph, exports, module, import, &resolved);
        let literal = if cx.settings.minify { short_literal(graph, &resolved) } else { None };
        literal.map_or_else(|| binding(graph, &resolved, node), Binding::Literal)
    });
    let bindings = bindings.collect();
    for export in lowered.exports.values() {
        if let Export::From { reference, name, span } = export {
            let resolved = exports.imported(module, *reference, name);
            let import = Import { reference: *reference, name: name.clone(), span: *span, member: false };
            report(cx, graph, exports, module, &import, &resolved);
        }
    }
    bindings
}

fn report(
    cx: &Context,
    graph: &ModuleGraph,
    exports: &mut Exports<'_>,
    module: ModuleId,
    import: &Import,
    resolved: &Resolved,
) {
    let ImportName::Named(name) = &import.name else { return };
    let (Some(source), To::Module(from, _)) = (&graph.module(module).source, target(graph, module, import.reference))
    else {
        return;
    };
    let exporter = &graph.module(from).file.path;
    match resolved {
        Resolved::Missing => {
            let names: Vec<String> = exports.all(from).into_keys().collect();
            let fault = if import.member {
                Diagnostic::warning(
                    Code::MissingExport,
                    format!("`{exporter}` does not export `{name}`, so that this is `undefined`"),
                )
            } else {
                Diagnostic::error(Code::MissingExport, format!("`{exporter}` does not export `{name}`"))
            };
            let fault = fault
                .at(Place::span(source, import.span))
                .related("the imported module", Place::file(exporter.as_str()));
            cx.report(match did_you_mean(name, names.iter().map(String::as_str)) {
                Some(near) => fault.hint(format!("did you mean `{near}`?")),
                None if names.is_empty() => fault.hint("add `export` before its declaration"),
                None => fault.hint(format!(
                    "export it there (a type needs `import type` or `export type`), or import one of: {}",
                    first_names(&names)
                )),
            });
        }
        Resolved::Ambiguous(modules) => {
            let paths: Vec<String> =
                modules.iter().map(|&module| format!("`{}`", graph.module(module).file.path)).collect();
            let mut fault = Diagnostic::error(
                Code::AmbiguousExport,
                format!("`{exporter}` exports `{name}` of {}, so that it means neither", paths.join(" and of ")),
            )
            .at(Place::span(source, import.span))
            .hint(format!("export the one that is meant by its name: `export {{ {name} }} from …`"));
            if let (Some(source), Some(lowered)) = (&graph.module(from).source, lowered(graph, from)) {
                for (_, span) in &lowered.stars {
                    fault = fault.related("all names are exported here", Place::span(source, *span));
                }
            }
            cx.report(fault);
        }
        _ => {}
    }
}

/// As many as can be read.
fn first_names(names: &[String]) -> String {
    const MOST: usize = 20;
    let more = names.len().saturating_sub(MOST);
    let shown = names[..names.len() - more].join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}
