//! Names that a person recognises: those of the sources, as far as they do not collide.

use std::collections::{BTreeMap, BTreeSet};

use super::helpers;
use super::part::{Part, Put, is_identifier};
use crate::graph::{Linkage, ModuleGraph, ModuleId, Name};

/// A name for everything in the holes of `parts`, and for `also`.
pub fn readable_names(
    graph: &ModuleGraph,
    linkage: &Linkage,
    modules: &[ModuleId],
    parts: &[Part],
    also: impl Iterator<Item = Name>,
) -> BTreeMap<Name, String> {
    let mut users: BTreeMap<Name, BTreeSet<ModuleId>> = BTreeMap::new();
    for name in also {
        users.entry(name).or_default();
    }
    for part in parts {
        for (_, put) in &part.holes {
            if let Put::Name(name) = put {
                users.entry(*name).or_default().extend(part.module);
            }
        }
    }
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for lowered in modules.iter().filter_map(|&module| graph.lowered(module)) {
        taken.extend(lowered.globals.iter().cloned());
    }
    let mut names = BTreeMap::new();
    for (name, users) in users {
        let hint = hint(graph, linkage, name);
        let is_free = |candidate: &str| {
            !taken.contains(candidate)
                && !is_reserved(candidate)
                && users.iter().all(|&user| {
                    // In its own module its own name is captured where the source has it so, and nowhere else.
                    let own = matches!(name, Name::Symbol(module, symbol)
                        if module == user && graph.lowered(module).is_some_and(|at| at.symbols[symbol as usize].name == candidate));
                    own || graph.lowered(user).is_none_or(|lowered| !lowered.nested.contains(candidate))
                })
        };
        let mut candidate = hint.clone();
        for nth in 1.. {
            if is_free(&candidate) {
                break;
            }
            candidate = format!("{hint}${nth}");
        }
        taken.insert(candidate.clone());
        names.insert(name, candidate);
    }
    names
}

fn hint(graph: &ModuleGraph, linkage: &Linkage, name: Name) -> String {
    let stem = |module: ModuleId| stem(graph.module(module).file.path.as_str());
    match name {
        Name::Symbol(module, symbol) => {
            let symbol = graph.lowered(module).map(|lowered| lowered.symbols[symbol as usize].name.clone());
            symbol.filter(|name| name != "default" && is_identifier(name)).unwrap_or_else(|| stem(module))
        }
        Name::Namespace(module) => format!("{}_namespace", stem(module)),
        Name::Require(module) => format!("require_{}", stem(module)),
        Name::Init(module) => format!("init_{}", stem(module)),
        Name::Exports(module) => format!("{}_exports", stem(module)),
        Name::Interop(module, _) => format!("{}_interop", stem(module)),
        Name::Dynamic(module, _) | Name::OutsideDynamic(module, _) => format!("import_{}", stem(module)),
        Name::OutsideRequire(module, _) => format!("require_from_{}", stem(module)),
        Name::Outside(id) => {
            let outside = &linkage.outside[id];
            match outside.name.as_deref() {
                Some(name) if name != "default" && is_identifier(name) => name.to_owned(),
                _ => self::stem(&outside.specifier),
            }
        }
        Name::Evaluation(module) => format!("evaluation_{}", stem(module)),
        Name::Local(unit, number) => format!("local_{unit}_{number}"),
        Name::Helper(helper) => helpers::hint(helper).to_owned(),
    }
}

/// A name made of a file's: `js/date-picker.ts` gives `date_picker`, `js/cart/index.js` gives `cart`.
pub fn stem(path: &str) -> String {
    let mut segments = path.rsplit('/').filter(|segment| !segment.is_empty());
    let name = segments.next().unwrap_or("module");
    let stem = name.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or("module");
    let stem = if stem == "index" { segments.next().unwrap_or(stem) } else { stem };
    let mut word: String = stem.chars().map(|at| if at.is_ascii_alphanumeric() { at } else { '_' }).collect();
    if word.starts_with(|first: char| first.is_ascii_digit()) {
        word.insert(0, '_');
    }
    word
}

/// Words that are no names in strict code, and names that mean something at the top of a script.
pub fn is_reserved(word: &str) -> bool {
    matches!(
        word,
        "arguments" | "as" | "async" | "await" | "break" | "case" | "catch" | "class" | "const" | "continue"
            | "debugger" | "default" | "delete" | "do" | "else" | "enum" | "eval" | "export" | "extends" | "false"
            | "finally" | "for" | "from" | "function" | "get" | "if" | "implements" | "import" | "in" | "instanceof"
            | "interface" | "let" | "new" | "null" | "of" | "package" | "private" | "protected" | "public" | "return"
            | "set" | "static" | "super" | "switch" | "this" | "throw" | "true" | "try" | "typeof" | "undefined"
            | "var" | "void" | "while" | "with" | "yield" | "NaN" | "Infinity"
            // What wrappers and helpers use.
            | "exports" | "module" | "require" | "chunk" | "Object" | "Symbol" | "Promise"
    )
}
