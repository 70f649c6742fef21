//! In which order modules run, as ECMA-262 says it (InnerModuleEvaluation).

use std::collections::BTreeSet;

use super::shake::Loaded;
use crate::graph::ModuleId;

/// The imports of all modules, and what of them runs.
pub struct Imports<'a> {
    pub loaded: &'a [Loaded],
    pub runs: &'a [bool],
}

impl Imports<'_> {
    /// `root` and everything that it imports, directly or not, each behind what it imports.
    pub fn evaluation_order(&self, root: ModuleId) -> Vec<ModuleId> {
        let mut order = Vec::new();
        self.visit(root, &mut BTreeSet::new(), |_| Visit::Enter, |module| order.push(module));
        order
    }

    /// Walks the imports from `root`, depth first. `enter` says of each module, when it is first met, what to do with it;
    /// `leave` is called behind what it imports.
    pub fn visit(
        &self,
        root: ModuleId,
        seen: &mut BTreeSet<ModuleId>,
        mut enter: impl FnMut(ModuleId) -> Visit,
        mut leave: impl FnMut(ModuleId),
    ) {
        // A stack of our own: a chain of imports may be longer than a thread's stack is deep.
        let mut open: Vec<(ModuleId, usize)> = Vec::new();
        let mut next = Some(root);
        loop {
            if let Some(module) = next.take()
                && seen.insert(module)
            {
                match enter(module) {
                    Visit::Enter => open.push((module, 0)),
                    Visit::Leave => leave(module),
                    Visit::Skip => {}
                }
            }
            let Some((module, at)) = open.last_mut() else { return };
            match self.loaded[module.0].imports.get(*at) {
                Some(&import) => {
                    *at += 1;
                    next = Some(import);
                }
                None => {
                    let module = *module;
                    open.pop();
                    leave(module);
                }
            }
        }
    }

    /// The modules that `module` imports and that run; those that do not run are looked through.
    pub fn direct(&self, module: ModuleId) -> Vec<ModuleId> {
        let (mut direct, mut seen) = (Vec::new(), BTreeSet::from([module]));
        for &import in &self.loaded[module.0].imports {
            let enter = |at: ModuleId| if self.runs[at.0] { Visit::Leave } else { Visit::Enter };
            self.visit(import, &mut seen, enter, |at| {
                if self.runs[at.0] {
                    direct.push(at);
                }
            });
        }
        direct
    }
}

/// What to do with a module that is met.
pub enum Visit {
    Enter,
    /// Pass over what it imports.
    Leave,
    /// Pass over it and what it imports.
    Skip,
}

/// The strongly connected components of the imports: for each module the number of its own.
pub fn circles(loaded: &[Loaded]) -> Vec<usize> {
    const UNSEEN: usize = usize::MAX;
    let count = loaded.len();
    let (mut index, mut lowest, mut circle) = (vec![UNSEEN; count], vec![UNSEEN; count], vec![UNSEEN; count]);
    let (mut stack, mut next_index, mut next_circle) = (Vec::new(), 0, 0);
    for start in 0..count {
        if index[start] != UNSEEN {
            continue;
        }
        let mut open = vec![(start, 0)];
        while let Some((at, edge)) = open.pop() {
            if edge == 0 {
                (index[at], lowest[at]) = (next_index, next_index);
                next_index += 1;
                stack.push(at);
            }
            if let Some(&ModuleId(to)) = loaded[at].imports.get(edge) {
                open.push((at, edge + 1));
                if index[to] == UNSEEN {
                    open.push((to, 0));
                } else if circle[to] == UNSEEN {
                    lowest[at] = lowest[at].min(index[to]);
                }
                continue;
            }
            if let Some(&(parent, _)) = open.last() {
                lowest[parent] = lowest[parent].min(lowest[at]);
            }
            if lowest[at] == index[at] {
                while let Some(member) = stack.pop() {
                    circle[member] = next_circle;
                    if member == at {
                        break;
                    }
                }
                next_circle += 1;
            }
        }
    }
    circle
}
