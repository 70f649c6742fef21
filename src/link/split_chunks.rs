//! Which chunk holds which module, and in which order everything runs.
//!
//! Modules that the same entries reach share a chunk. Where the chunks, each run as a whole, would run modules in another
//! order than the sources do, the modules of the shared chunks become lazy: functions that are called where the sources
//! run them.

use std::collections::{BTreeMap, BTreeSet};

use super::order::{Imports, Visit, circles};
use super::resolve_exports::lowered;
use super::shake::{Loaded, Needed};
use crate::graph::{ModuleGraph, ModuleId, Name, Shape, Step};

/// Where a program begins: a page's script, a worker, or what `import()` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryPoint {
    pub module: ModuleId,
    pub dynamic: bool,
}

/// A chunk to be.
#[derive(Debug, Default)]
pub struct Split {
    /// The entry points that reach it, as indices.
    pub reached_by: BTreeSet<usize>,
    /// In the order in which they run.
    pub modules: Vec<ModuleId>,
    pub steps: Vec<Step>,
    /// Other chunks that run before, as indices, in order.
    pub imports: Vec<usize>,
    /// The entry point that this chunk alone belongs to.
    pub entry: Option<usize>,
}

pub struct Splitting {
    pub splits: Vec<Split>,
    pub split_of: Vec<Option<usize>>,
    pub shapes: Vec<Shape>,
}

/// Splits what the entry points reach.
pub fn split_chunks(
    graph: &ModuleGraph,
    needed: &Needed,
    loaded: &[Loaded],
    entry_points: &[EntryPoint],
    classic: bool,
) -> Splitting {
    let imports = Imports { loaded, runs: &needed.runs };
    let mut splitter = Splitter { classic, ..Splitter::new(graph, needed, loaded, entry_points, imports) };
    splitter.gather();
    splitter.make_lazy_what_is_required();
    loop {
        splitter.sequence();
        if !splitter.make_lazy_what_runs_out_of_order() {
            break;
        }
    }
    splitter.finish()
}

struct Splitter<'a> {
    graph: &'a ModuleGraph,
    needed: &'a Needed,
    loaded: &'a [Loaded],
    entry_points: &'a [EntryPoint],
    imports: Imports<'a>,
    /// For each entry point, what it runs, in order.
    native: Vec<Vec<ModuleId>>,
    splits: Vec<Split>,
    split_of: Vec<Option<usize>>,
    lazy: Vec<bool>,
    circle: Vec<usize>,
    waits: Vec<bool>,
    /// Modules that a module which runs imports, or an entry point is: they run at a place that is known.
    imported: Vec<bool>,
    /// All goes into one chunk, what `import()` asks for too.
    classic: bool,
}

impl<'a> Splitter<'a> {
    fn new(
        graph: &'a ModuleGraph,
        needed: &'a Needed,
        loaded: &'a [Loaded],
        entry_points: &'a [EntryPoint],
        imports: Imports<'a>,
    ) -> Self {
        let count = graph.modules.len();
        let mut imported = vec![false; count];
        for (_, loaded) in loaded.iter().enumerate().filter(|(at, _)| needed.runs[*at]) {
            loaded.imports.iter().for_each(|import| imported[import.0] = true);
        }
        entry_points.iter().for_each(|entry| imported[entry.module.0] = true);
        Self {
            graph,
            needed,
            loaded,
            entry_points,
            imports,
            native: Vec::new(),
            splits: Vec::new(),
            split_of: vec![None; count],
            lazy: vec![false; count],
            circle: circles(loaded),
            waits: Vec::new(),
            imported,
            classic: false,
        }
    }

    fn is_common_js(&self, module: ModuleId) -> bool {
        lowered(self.graph, module).is_some_and(|lowered| lowered.common_js.is_some())
    }

    /// What `start` needs at once, itself included.
    fn closure(&self, start: impl IntoIterator<Item = ModuleId>) -> BTreeSet<ModuleId> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<ModuleId> = start.into_iter().collect();
        while let Some(module) = open.pop() {
            if self.needed.runs[module.0] && reached.insert(module) {
                let loaded = &self.loaded[module.0];
                open.extend(loaded.imports.iter().filter(|at| super::shake::has_effects(self.graph, **at)));
                open.extend(&loaded.uses);
                if self.classic {
                    open.extend(&loaded.dynamic);
                }
            }
        }
        reached
    }

    /// Puts modules that the same entry points reach together.
    fn gather(&mut self) {
        let count = self.graph.modules.len();
        let mut reached_by: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); count];
        for (nth, entry) in self.entry_points.iter().enumerate() {
            let reached = self.closure([entry.module]);
            reached.iter().for_each(|module| _ = reached_by[module.0].insert(nth));
            let mut native = self.imports.evaluation_order(entry.module);
            native.retain(|module| reached.contains(module));
            // What is only required runs when it is asked for.
            let listed: BTreeSet<ModuleId> = native.iter().copied().collect();
            native.extend(reached.difference(&listed));
            self.native.push(native);
        }
        let mut by_reach: BTreeMap<&BTreeSet<usize>, usize> = BTreeMap::new();
        for native in &self.native {
            for &module in native {
                let reach = &reached_by[module.0];
                let next = self.splits.len();
                let split = *by_reach.entry(reach).or_insert(next);
                if split == next {
                    self.splits.push(Split { reached_by: reach.clone(), ..Split::default() });
                }
                if self.split_of[module.0].is_none() {
                    self.split_of[module.0] = Some(split);
                    self.splits[split].modules.push(module);
                }
            }
        }
        for (nth, entry) in self.entry_points.iter().enumerate() {
            let Some(split) = self.split_of[entry.module.0] else { continue };
            if self.splits[split].reached_by.len() == 1 {
                self.splits[split].entry = Some(nth);
            }
        }
        self.waits = self.waiting();
    }

    /// Modules that wait, or import one that does.
    fn waiting(&self) -> Vec<bool> {
        let count = self.graph.modules.len();
        let mut waits: Vec<bool> =
            self.graph.ids().map(|id| lowered(self.graph, id).is_some_and(|lowered| lowered.awaits)).collect();
        if !waits.contains(&true) {
            return waits;
        }
        let mut importers: Vec<Vec<usize>> = vec![Vec::new(); count];
        for (importer, loaded) in self.loaded.iter().enumerate() {
            loaded.imports.iter().for_each(|import| importers[import.0].push(importer));
        }
        let mut open: Vec<usize> = (0..count).filter(|&at| waits[at]).collect();
        while let Some(at) = open.pop() {
            for &importer in &importers[at] {
                if !std::mem::replace(&mut waits[importer], true) {
                    open.push(importer);
                }
            }
        }
        waits
    }

    /// A module that `require` may ask for runs when it is asked for, and so does what it imports.
    fn make_lazy_what_is_required(&mut self) {
        let required = self.needed.made.iter().filter_map(|name| match name {
            Name::Require(module) if !self.is_common_js(*module) => Some(*module),
            Name::Dynamic(module, _) if self.classic => Some(*module),
            _ => None,
        });
        let required: Vec<ModuleId> = required.collect();
        self.make_lazy(required);
    }

    fn make_lazy(&mut self, modules: Vec<ModuleId>) {
        let mut open = modules;
        while let Some(module) = open.pop() {
            if !std::mem::replace(&mut self.lazy[module.0], true) {
                open.extend(self.imports.direct(module));
            }
        }
    }

    /// Decides what each chunk imports and runs.
    fn sequence(&mut self) {
        for at in 0..self.splits.len() {
            let split = &self.splits[at];
            let steps = self.steps(split);
            let Some(&first) = split.reached_by.first() else { continue };
            let needs = self.closure(split.modules.iter().copied());
            let mut imports: Vec<usize> = Vec::new();
            for module in self.native[first].iter().filter(|module| needs.contains(module)) {
                if let Some(other) = self.split_of[module.0].filter(|&other| other != at)
                    && !imports.contains(&other)
                {
                    imports.push(other);
                }
            }
            self.splits[at].imports = imports;
            self.splits[at].steps = steps;
        }
    }

    /// The steps that run the modules of `split`, and what is lazy of their imports.
    fn steps(&self, split: &Split) -> Vec<Step> {
        let here = split.modules.first().and_then(|module| self.split_of[module.0]);
        let roots: Vec<ModuleId> = match split.entry.map(|entry| self.entry_points[entry]) {
            Some(EntryPoint { module, dynamic: false }) => vec![module],
            // What `import()` asks for and cannot run at once is asked to run by it.
            Some(EntryPoint { module, dynamic: true }) if self.lazy[module.0] => Vec::new(),
            Some(EntryPoint { module, dynamic: true }) => vec![module],
            // Modules that something only requires wait until then.
            None => {
                let runs = |module: &ModuleId| !self.is_common_js(*module) || self.imported[module.0];
                split.modules.iter().copied().filter(|module| runs(module) && !self.lazy[module.0]).collect()
            }
        };
        let (mut steps, mut seen) = (Vec::new(), BTreeSet::new());
        for root in roots {
            self.imports.visit(
                root,
                &mut seen,
                |module| match () {
                    () if !self.needed.runs[module.0] => Visit::Enter,
                    () if self.lazy[module.0] || self.is_common_js(module) => Visit::Leave,
                    () if self.split_of[module.0] == here => Visit::Enter,
                    () => Visit::Skip,
                },
                |module| {
                    if !self.needed.runs[module.0] {
                        return;
                    }
                    steps.push(match () {
                        () if self.lazy[module.0] => Step::Init(module),
                        () if self.is_common_js(module) => Step::Evaluate(module),
                        () => Step::Run(module),
                    });
                },
            );
        }
        // A CommonJS module of another chunk runs there, unless it runs only when asked.
        steps.retain(|step| match step {
            Step::Evaluate(module) => self.split_of[module.0] == here,
            _ => true,
        });
        steps
    }

    /// Runs every entry point as the chunks would, and makes lazy what runs out of order; whether there was anything.
    fn make_lazy_what_runs_out_of_order(&mut self) -> bool {
        for (nth, entry) in self.entry_points.iter().enumerate() {
            let mut run = Simulation { splitter: self, done: BTreeSet::new(), ran: BTreeSet::new(), trace: Vec::new() };
            let Some(split) = self.split_of[entry.module.0] else { continue };
            run.chunk(split);
            run.step(&if self.lazy[entry.module.0] { Step::Init(entry.module) } else { Step::Run(entry.module) });
            let trace = run.trace;
            let in_order = self.native[nth].iter().filter(|module| self.is_noticed(**module)).eq(&trace);
            if in_order {
                continue;
            }
            let shared: Vec<ModuleId> = self.native[nth]
                .iter()
                .copied()
                .filter(|module| {
                    let split = self.split_of[module.0].map(|split| &self.splits[split]);
                    split.is_some_and(|split| split.entry.is_none()) && !self.lazy[module.0]
                })
                .collect();
            if shared.is_empty() || shared.iter().any(|module| self.waits[module.0]) {
                continue;
            }
            self.make_lazy(shared);
            return true;
        }
        false
    }

    /// Whether it matters when a module runs.
    fn is_noticed(&self, module: ModuleId) -> bool {
        let Some(lowered) = lowered(self.graph, module) else { return false };
        if lowered.common_js.is_some() {
            return self.imported[module.0];
        }
        let changes = |statement: usize| {
            lowered.holes_of(statement).iter().any(|hole| match hole.stands_for {
                crate::graph::StandsFor::Symbol { symbol, .. } => lowered.symbols[symbol as usize].assigned,
                _ => true,
            })
        };
        lowered.statements.iter().enumerate().any(|(nth, statement)| {
            self.needed.included[module.0][nth]
                && (!statement.timeless || statement.form != crate::graph::Form::Function && changes(nth))
        })
    }

    fn finish(mut self) -> Splitting {
        let mut shapes = vec![Shape::Absent; self.graph.modules.len()];
        let evaluated: BTreeSet<ModuleId> = self
            .splits
            .iter()
            .flat_map(|split| &split.steps)
            .filter_map(|step| match step {
                Step::Evaluate(module) => Some(*module),
                _ => None,
            })
            .collect();
        for module in self.graph.ids().filter(|module| self.split_of[module.0].is_some()) {
            shapes[module.0] = match (self.is_common_js(module), self.lazy[module.0]) {
                (true, false) if evaluated.contains(&module) => Shape::CommonJs,
                (true, _) => Shape::LazyCommonJs,
                (false, true) => Shape::Lazy,
                (false, false) => Shape::Inline,
            };
        }
        for at in 0..self.splits.len() {
            let steps = std::mem::take(&mut self.splits[at].steps);
            self.splits[at].steps = self.with_waiting(at, steps, &mut shapes);
        }
        Splitting { splits: self.splits, split_of: self.split_of, shapes }
    }

    /// Lets modules that wait do so at once, as far as they do not wait for each other.
    fn with_waiting(&self, here: usize, steps: Vec<Step>, shapes: &mut [Shape]) -> Vec<Step> {
        let mut begun: BTreeMap<ModuleId, Vec<ModuleId>> = BTreeMap::new();
        let mut last_of_circle: BTreeMap<usize, ModuleId> = BTreeMap::new();
        for step in &steps {
            let Step::Run(module) = step else { continue };
            let circle = self.circle[module.0];
            let mut waits_for: Vec<ModuleId> = self
                .imports
                .direct(*module)
                .into_iter()
                .filter(|import| self.split_of[import.0] == Some(here) && begun.contains_key(import))
                .map(|import| match self.circle[import.0] == circle {
                    true => import,
                    false => last_of_circle.get(&self.circle[import.0]).copied().unwrap_or(import),
                })
                .collect();
            waits_for.sort();
            waits_for.dedup();
            let awaits = lowered(self.graph, *module).is_some_and(|lowered| lowered.awaits);
            if awaits || !waits_for.is_empty() {
                begun.insert(*module, waits_for);
                last_of_circle.insert(circle, *module);
            }
        }
        let first = steps.iter().position(|step| matches!(step, Step::Run(module) if begun.contains_key(module)));
        let Some(first) = first else { return steps };
        // Each waits for the one before: they may as well stand one after the other.
        let one_by_one = steps[first..].windows(2).all(|pair| match pair {
            [Step::Run(before), Step::Run(after)] => begun.get(after).is_some_and(|waits| waits.contains(before)),
            _ => false,
        });
        if one_by_one {
            return steps;
        }
        let mut waiting: Vec<Step> = Vec::with_capacity(steps.len() + 1);
        let mut last = None;
        for step in steps {
            waiting.push(match step {
                Step::Run(module) => match begun.remove(&module) {
                    Some(waits_for) => {
                        shapes[module.0] = Shape::Waiting;
                        last = Some(module);
                        Step::Begin(module, waits_for)
                    }
                    None => Step::Run(module),
                },
                other => other,
            });
        }
        // The modules that nothing waits for: the entry's, as a rule alone.
        let mut awaited: BTreeSet<ModuleId> = waiting
            .iter()
            .filter_map(|step| match step {
                Step::Begin(module, _) => Some(*module),
                _ => None,
            })
            .collect();
        for step in &waiting {
            if let Step::Begin(_, waits_for) = step {
                waits_for.iter().for_each(|module| _ = awaited.remove(module));
            }
        }
        debug_assert!(last.is_some());
        waiting.extend(awaited.into_iter().map(Step::Await));
        waiting
    }
}

/// Runs chunks as a browser does, and notes in which order modules run.
struct Simulation<'a, 's> {
    splitter: &'s Splitter<'a>,
    done: BTreeSet<usize>,
    ran: BTreeSet<ModuleId>,
    trace: Vec<ModuleId>,
}

impl Simulation<'_, '_> {
    fn chunk(&mut self, at: usize) {
        if !self.done.insert(at) {
            return;
        }
        let split = &self.splitter.splits[at];
        for &import in &split.imports {
            self.chunk(import);
        }
        for step in &split.steps {
            self.step(step);
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Run(module) | Step::Evaluate(module) | Step::Begin(module, _) => self.ran(*module),
            Step::Init(module) => self.init(*module),
            Step::Await(_) => {}
        }
    }

    fn init(&mut self, root: ModuleId) {
        let splitter = self.splitter;
        let mut order = Vec::new();
        let mut seen = std::mem::take(&mut self.ran);
        splitter.imports.visit(
            root,
            &mut seen,
            |module| match () {
                () if splitter.is_common_js(module) => Visit::Leave,
                () if splitter.needed.runs[module.0] && !splitter.lazy[module.0] => Visit::Leave,
                () => Visit::Enter,
            },
            |module| order.push(module),
        );
        self.ran = seen;
        for module in order {
            if splitter.needed.runs[module.0] && splitter.is_noticed(module) {
                self.trace.push(module);
            }
        }
    }

    fn ran(&mut self, module: ModuleId) {
        if self.ran.insert(module) && self.splitter.is_noticed(module) {
            self.trace.push(module);
        }
    }
}
