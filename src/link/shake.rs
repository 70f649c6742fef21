//! Which statements are needed: those with effects of modules that run, and those that declare what is used.

use std::collections::{BTreeMap, BTreeSet};

use super::resolve_exports::{Exports, To, binding, lowered, target};
use crate::graph::{Binding, ModuleGraph, ModuleId, Name, StandsFor};

/// What is needed of all modules.
pub struct Needed {
    /// For each module, whether it runs.
    pub runs: Vec<bool>,
    /// For each module, which statements.
    pub included: Vec<Vec<bool>>,
    /// The namespace objects that are needed.
    pub namespaces: BTreeMap<ModuleId, BTreeMap<String, Binding>>,
    /// What the entries export.
    pub exported: BTreeMap<ModuleId, BTreeMap<String, Binding>>,
    /// Names that are no symbols.
    pub made: BTreeSet<Name>,
}

/// Finds what `entries` need, each with all that it exports.
pub fn shake<'g>(
    graph: &'g ModuleGraph,
    exports: &mut Exports<'g>,
    bindings: &[Vec<Binding>],
    node: &[bool],
    entries: &[ModuleId],
) -> Needed {
    let count = graph.modules.len();
    let statements = |id: ModuleId| lowered(graph, id).map_or(0, |lowered| lowered.statements.len());
    let mut shaker = Shaker {
        graph,
        exports,
        bindings,
        node,
        declaring: vec![None; count],
        needed: Needed {
            runs: vec![false; count],
            included: graph.ids().map(|id| vec![false; statements(id)]).collect(),
            namespaces: BTreeMap::new(),
            exported: BTreeMap::new(),
            made: BTreeSet::new(),
        },
        open: Vec::new(),
    };
    for &entry in entries {
        shaker.open.push(Need::Run(entry));
        let exported = shaker.need_exports(entry);
        shaker.needed.exported.insert(entry, exported);
    }
    while let Some(need) = shaker.open.pop() {
        match need {
            Need::Run(module) => shaker.run(module),
            Need::Name(name) => shaker.name(name),
        }
    }
    shaker.needed
}

enum Need {
    Run(ModuleId),
    Name(Name),
}

struct Shaker<'a, 'g> {
    graph: &'g ModuleGraph,
    exports: &'a mut Exports<'g>,
    bindings: &'a [Vec<Binding>],
    node: &'a [bool],
    /// For each module, made when first asked for: the statements that declare each symbol.
    declaring: Vec<Option<Vec<Vec<u32>>>>,
    needed: Needed,
    open: Vec<Need>,
}

impl Shaker<'_, '_> {
    fn run(&mut self, module: ModuleId) {
        if std::mem::replace(&mut self.needed.runs[module.0], true) {
            return;
        }
        let Some(lowered) = lowered(self.graph, module) else { return };
        for (nth, statement) in lowered.statements.iter().enumerate() {
            let calls_pure = statement.pure_if.iter().all(|&symbol| self.is_pure(module, symbol));
            if statement.effects || !calls_pure {
                self.include(module, nth);
            }
        }
        for &reference in &lowered.imports {
            if let To::Module(to, _) = target(self.graph, module, reference)
                && has_effects(self.graph, to)
            {
                self.open.push(Need::Run(to));
            }
        }
    }

    fn is_pure(&self, module: ModuleId, symbol: u32) -> bool {
        match &self.bindings[module.0][symbol as usize] {
            Binding::Name(Name::Symbol(module, symbol)) => lowered(self.graph, *module).is_some_and(|lowered| {
                let symbol = &lowered.symbols[*symbol as usize];
                symbol.pure && !symbol.assigned
            }),
            _ => false,
        }
    }

    fn include(&mut self, module: ModuleId, statement: usize) {
        if std::mem::replace(&mut self.needed.included[module.0][statement], true) {
            return;
        }
        let Some(lowered) = lowered(self.graph, module) else { return };
        // A pattern that is needed for one of its names declares them all.
        for &symbol in &lowered.statements[statement].declares {
            self.open.push(Need::Name(Name::Symbol(module, symbol)));
        }
        for hole in lowered.holes_of(statement) {
            match hole.stands_for {
                StandsFor::Symbol { symbol, .. } => {
                    if let Some(name) = self.bindings[module.0][symbol as usize].name() {
                        self.open.push(Need::Name(name));
                    }
                }
                StandsFor::Require(reference) => {
                    let name = match target(self.graph, module, reference) {
                        To::Module(to, _) => Name::Require(to),
                        To::Outside | To::Global(_) | To::Nothing => Name::OutsideRequire(module, reference),
                    };
                    self.open.push(Need::Name(name));
                }
                StandsFor::Dynamic(reference) => {
                    let name = match target(self.graph, module, reference) {
                        To::Module(to, lowered) => {
                            Name::Dynamic(to, lowered.common_js.is_some() && self.node[module.0])
                        }
                        To::Outside | To::Global(_) | To::Nothing => Name::OutsideDynamic(module, reference),
                    };
                    self.open.push(Need::Name(name));
                }
                StandsFor::Reference { .. } | StandsFor::Address => {}
            }
        }
    }

    fn name(&mut self, name: Name) {
        match name {
            Name::Symbol(module, symbol) => {
                self.open.push(Need::Run(module));
                for statement in self.declaring(module, symbol) {
                    self.include(module, statement as usize);
                }
            }
            Name::Namespace(module) => {
                if self.needed.namespaces.contains_key(&module) {
                    return;
                }
                self.open.push(Need::Run(module));
                let names = self.need_exports(module);
                self.needed.namespaces.insert(module, names);
            }
            Name::Require(module) if self.needed.made.insert(name) => match self.is_common_js(module) {
                true => self.open.push(Need::Run(module)),
                false => self.open.push(Need::Name(Name::Namespace(module))),
            },
            Name::Exports(module) | Name::Interop(module, _) if self.needed.made.insert(name) => {
                self.open.push(Need::Name(Name::Exports(module)));
                self.open.push(Need::Name(Name::Require(module)));
            }
            Name::Dynamic(module, node) if self.needed.made.insert(name) => match self.is_common_js(module) {
                true => self.open.push(Need::Name(Name::Interop(module, node))),
                false => self.open.push(Need::Name(Name::Namespace(module))),
            },
            Name::OutsideDynamic(..) | Name::OutsideRequire(..) | Name::Outside(_) => {
                self.needed.made.insert(name);
            }
            _ => {}
        }
    }

    fn is_common_js(&self, module: ModuleId) -> bool {
        lowered(self.graph, module).is_some_and(|lowered| lowered.common_js.is_some())
    }

    /// All names that a module exports, which are thereby needed.
    fn need_exports(&mut self, module: ModuleId) -> BTreeMap<String, Binding> {
        let node = self.node[module.0];
        let names: BTreeMap<String, Binding> = self
            .exports
            .all(module)
            .into_iter()
            .map(|(name, resolved)| (name, binding(self.graph, &resolved, node)))
            .collect();
        self.open.extend(names.values().filter_map(Binding::name).map(Need::Name));
        names
    }

    /// The statements that declare a symbol.
    fn declaring(&mut self, module: ModuleId, symbol: u32) -> Vec<u32> {
        let graph = self.graph;
        let declaring = self.declaring[module.0].get_or_insert_with(|| {
            let Some(lowered) = lowered(graph, module) else { return Vec::new() };
            let mut declaring = vec![Vec::new(); lowered.symbols.len()];
            for (nth, statement) in lowered.statements.iter().enumerate() {
                statement.declares.iter().for_each(|&symbol| declaring[symbol as usize].push(nth as u32));
            }
            declaring
        });
        declaring.get(symbol as usize).cloned().unwrap_or_default()
    }
}

/// The modules that the code which is needed of `module` loads: statically, by `require`, by `import()`.
pub fn loaded(graph: &ModuleGraph, needed: &Needed, bindings: &[Vec<Binding>], module: ModuleId) -> Loaded {
    let mut loaded = Loaded::default();
    let Some(lowered) = lowered(graph, module) else { return loaded };
    for &reference in &lowered.imports {
        if let To::Module(to, _) = target(graph, module, reference) {
            loaded.imports.push(to);
        }
    }
    for statement in (0..lowered.statements.len()).filter(|&nth| needed.included[module.0][nth]) {
        for hole in lowered.holes_of(statement) {
            let (list, reference) = match hole.stands_for {
                StandsFor::Require(reference) => (&mut loaded.requires, reference),
                StandsFor::Dynamic(reference) => (&mut loaded.dynamic, reference),
                StandsFor::Symbol { symbol, .. } => {
                    loaded.uses.extend(bindings[module.0][symbol as usize].name().and_then(owner));
                    continue;
                }
                StandsFor::Reference { .. } | StandsFor::Address => continue,
            };
            if let To::Module(to, _) = target(graph, module, reference) {
                list.push(to);
            }
        }
    }
    let given = [needed.namespaces.get(&module), needed.exported.get(&module)];
    for binding in given.into_iter().flatten().flat_map(BTreeMap::values) {
        loaded.uses.extend(binding.name().and_then(owner));
    }
    loaded.uses.remove(&module);
    loaded.uses.extend(loaded.requires.iter().copied());
    loaded
}

/// Whether a module runs because another imports it, though it uses nothing of it.
pub fn has_effects(graph: &ModuleGraph, module: ModuleId) -> bool {
    graph.module(module).file.side_effects
}

/// What a module loads.
#[derive(Debug, Default)]
pub struct Loaded {
    /// In the order of the source; also of modules of which nothing is needed.
    pub imports: Vec<ModuleId>,
    pub requires: Vec<ModuleId>,
    pub dynamic: Vec<ModuleId>,
    /// Those of which it uses a name, or which it requires.
    pub uses: BTreeSet<ModuleId>,
}

/// The module that a name comes from.
pub fn owner(name: Name) -> Option<ModuleId> {
    match name {
        Name::Symbol(module, _)
        | Name::Namespace(module)
        | Name::Require(module)
        | Name::Init(module)
        | Name::Exports(module)
        | Name::Interop(module, _)
        | Name::Evaluation(module) => Some(module),
        Name::Dynamic(..)
        | Name::OutsideDynamic(..)
        | Name::OutsideRequire(..)
        | Name::Outside(_)
        | Name::Local(..)
        | Name::Helper(_) => None,
    }
}
