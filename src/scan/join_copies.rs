use std::collections::BTreeSet;

use super::resolve::Resolver;
use crate::graph::{Load, ModuleGraph, ModuleId, ReferenceKind, Target};

/// Lets imports have the file of a package that others `require`, where both would have a copy of their own.
///
/// A package without `exports` names one file for each in `module` and `main`. An import can take either, `require` only the
/// latter; two copies would be two states and two of each class.
pub fn join_copies(resolver: &Resolver, graph: &mut ModuleGraph) {
    let required: BTreeSet<ModuleId> = graph
        .modules
        .iter()
        .flat_map(|module| &module.references)
        .filter_map(|reference| match (reference.found.kind, &reference.target) {
            (ReferenceKind::Require, Target::Module(to)) => Some(*to),
            _ => None,
        })
        .collect();
    if required.is_empty() {
        return;
    }
    for at in 0..graph.modules.len() {
        for nth in 0..graph.modules[at].references.len() {
            let module = &graph.modules[at];
            let reference = &module.references[nth];
            let imports = matches!(reference.found.kind, ReferenceKind::Import | ReferenceKind::DynamicImport);
            let Target::Module(to) = reference.target else { continue };
            if !imports || required.contains(&to) || graph.module(to).file.load != Load::AsKind {
                continue;
            }
            let instead = resolver
                .required_instead(&module.file, &reference.found.specifier)
                .and_then(|path| graph.by_path.get(&(path, Load::AsKind)).copied())
                .filter(|id| required.contains(id));
            if let Some(instead) = instead {
                graph.modules[at].references[nth].target = Target::Module(instead);
            }
        }
    }
}
