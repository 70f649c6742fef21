//! Variables that a function reads before they have their value.
//!
//! In `init(); var speed = 300; function init() { … speed … }` the variable is `undefined` when `init` runs. The
//! compressor does not see that and puts 300 there.

use std::collections::{BTreeMap, BTreeSet};

use swc_core::ecma::ast::*;
use swc_core::ecma::utils::find_pat_ids;
use swc_core::ecma::visit::{Visit, VisitWith};

/// Whether, in one function's body (or a module's), something is called that may read a `var` initialised further down.
/// Errs to the side of yes.
pub fn reads_early<'a>(body: impl Iterator<Item = &'a Stmt> + Clone) -> bool {
    let mut functions = BTreeMap::new();
    for stmt in body.clone() {
        if let Stmt::Decl(Decl::Fn(function)) = stmt {
            let mut mentions = Mentions { ids: BTreeSet::new(), only_in_calls: false };
            function.function.visit_with(&mut mentions);
            functions.insert(function.ident.to_id(), mentions.ids);
        }
    }
    if functions.is_empty() {
        return false;
    }
    let mut reached = BTreeSet::new();
    for stmt in body {
        match stmt {
            Stmt::Decl(Decl::Fn(_)) => {}
            Stmt::Decl(Decl::Var(variables)) => {
                for declarator in &variables.decls {
                    reach(declarator, &functions, &mut reached);
                    let names: Vec<Id> = find_pat_ids(&declarator.name);
                    let is_var = variables.kind == VarDeclKind::Var && declarator.init.is_some();
                    if is_var && names.iter().any(|name| reached.contains(name)) {
                        return true;
                    }
                }
            }
            _ => reach(stmt, &functions, &mut reached),
        }
    }
    false
}

/// Adds what the functions mention that `node` calls or hands to a call, and the functions that those mention.
fn reach(node: &impl VisitWith<Mentions>, functions: &BTreeMap<Id, BTreeSet<Id>>, reached: &mut BTreeSet<Id>) {
    let mut mentions = Mentions { ids: BTreeSet::new(), only_in_calls: true };
    node.visit_with(&mut mentions);
    let mut open: Vec<&Id> = mentions.ids.iter().filter(|id| functions.contains_key(id)).collect();
    let mut seen = BTreeSet::new();
    while let Some(function) = open.pop() {
        let Some(mentioned) = functions.get(function) else { continue };
        if seen.insert(function) {
            open.extend(mentioned);
            reached.extend(mentioned.iter().cloned());
        }
    }
}

/// The identifiers that occur in a node, or only those in its calls.
struct Mentions {
    ids: BTreeSet<Id>,
    only_in_calls: bool,
}

impl Mentions {
    fn in_call(&mut self, node: &impl VisitWith<Self>) {
        let outer = std::mem::replace(&mut self.only_in_calls, false);
        node.visit_children_with(self);
        self.only_in_calls = outer;
    }
}

impl Visit for Mentions {
    fn visit_ident(&mut self, node: &Ident) {
        if !self.only_in_calls {
            self.ids.insert(node.to_id());
        }
    }

    fn visit_call_expr(&mut self, node: &CallExpr) {
        self.in_call(node);
    }

    fn visit_new_expr(&mut self, node: &NewExpr) {
        self.in_call(node);
    }

    fn visit_tagged_tpl(&mut self, node: &TaggedTpl) {
        self.in_call(node);
    }
}
