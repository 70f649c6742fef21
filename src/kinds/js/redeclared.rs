//! Names declared twice in one scope, which every browser refuses (ECMA-262, "Static Semantics: Early Errors" of blocks,
//! function bodies, scripts and modules). swc's parser knows no scopes and lets them pass.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use swc_core::common::Span;
use swc_core::ecma::ast::*;
use swc_core::ecma::utils::find_pat_ids;
use swc_core::ecma::visit::{Visit, VisitWith};

/// A name, the declaration that came first, and the one too many.
pub struct Redeclared {
    pub name: String,
    pub first: Span,
    pub second: Span,
}

/// Every name of a resolved program that is declared twice in one scope, where one of the two is `let`, `const`, `class` or
/// an import.
pub fn redeclared(program: &Program) -> Vec<Redeclared> {
    let mut declared = Declared::default();
    program.visit_with(&mut declared);
    declared.twice
}

/// The resolver gives one context to all declarations of one scope, so equal ids are equal names in one scope.
#[derive(Default)]
struct Declared {
    first: BTreeMap<Id, (Span, Manner)>,
    twice: Vec<Redeclared>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// `let`, `const`, `class`, imports: once in their scope.
    Lexical,
    /// `var`, functions, parameters: as often as one likes, beside each other.
    Shared,
}

impl Declared {
    fn declare(&mut self, ident: &Ident, manner: Manner) {
        match self.first.entry(ident.to_id()) {
            Entry::Vacant(free) => {
                free.insert((ident.span, manner));
            }
            Entry::Occupied(taken) => {
                let (first, other) = *taken.get();
                if manner == Manner::Lexical || other == Manner::Lexical {
                    self.twice.push(Redeclared { name: ident.sym.to_string(), first, second: ident.span });
                }
            }
        }
    }

    fn declare_all(&mut self, pattern: &Pat, manner: Manner) {
        for ident in find_pat_ids::<_, Ident>(pattern) {
            self.declare(&ident, manner);
        }
    }
}

impl Visit for Declared {
    fn visit_var_decl(&mut self, node: &VarDecl) {
        let manner = if node.kind == VarDeclKind::Var { Manner::Shared } else { Manner::Lexical };
        if !node.declare {
            for declarator in &node.decls {
                self.declare_all(&declarator.name, manner);
            }
        }
        node.visit_children_with(self);
    }

    fn visit_import_decl(&mut self, node: &ImportDecl) {
        for specifier in &node.specifiers {
            let type_only = node.type_only
                || matches!(specifier, ImportSpecifier::Named(ImportNamedSpecifier { is_type_only: true, .. }));
            if !type_only {
                self.declare(specifier.local(), Manner::Lexical);
            }
        }
    }

    fn visit_class_decl(&mut self, node: &ClassDecl) {
        if !node.declare {
            self.declare(&node.ident, Manner::Lexical);
        }
        node.visit_children_with(self);
    }

    fn visit_fn_decl(&mut self, node: &FnDecl) {
        if !node.declare && node.function.body.is_some() {
            self.declare(&node.ident, Manner::Shared);
        }
        node.visit_children_with(self);
    }

    fn visit_function(&mut self, node: &Function) {
        for parameter in &node.params {
            self.declare_all(&parameter.pat, Manner::Shared);
        }
        node.visit_children_with(self);
    }

    fn visit_arrow_expr(&mut self, node: &ArrowExpr) {
        for parameter in &node.params {
            self.declare_all(parameter, Manner::Shared);
        }
        node.visit_children_with(self);
    }

    fn visit_catch_clause(&mut self, node: &CatchClause) {
        if let Some(parameter) = &node.param {
            self.declare_all(parameter, Manner::Shared);
        }
        node.visit_children_with(self);
    }

    // Types may share names with values and with each other.
    fn visit_ts_module_decl(&mut self, _: &TsModuleDecl) {}
}
