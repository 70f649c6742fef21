//! Which names a module writes to after they are declared, and what else must be known of its body.

use std::collections::BTreeSet;

use swc_core::common::{Span, Spanned, SyntaxContext};
use swc_core::ecma::ast::*;
use swc_core::ecma::utils::find_pat_ids;
use swc_core::ecma::visit::{Visit, VisitWith};

/// Facts about the statements of a module's top level, whose identifiers are resolved.
#[derive(Default)]
pub struct Facts {
    /// Every name that is assigned, in the order of the code.
    pub writes: Vec<(Id, Span)>,
    pub globals: BTreeSet<String>,
    /// `await` or `for await` outside of functions.
    pub awaits: bool,
    pub import_meta: bool,
}

pub fn facts(statements: &[Stmt], unresolved: SyntaxContext) -> Facts {
    let mut finder = FactFinder { facts: Facts::default(), unresolved, functions: 0 };
    statements.visit_with(&mut finder);
    finder.facts
}

/// `import.meta.url`
pub fn is_address(member: &MemberExpr) -> bool {
    let is_meta = matches!(&*member.obj, Expr::MetaProp(meta) if meta.kind == MetaPropKind::ImportMeta);
    is_meta && member.prop.is_ident_with("url")
}

struct FactFinder {
    facts: Facts,
    unresolved: SyntaxContext,
    functions: usize,
}

impl FactFinder {
    fn written(&mut self, node: &(impl VisitWith<swc_core::ecma::utils::DestructuringFinder<Ident>> + Spanned)) {
        let span = node.span();
        let names: Vec<Ident> = find_pat_ids(node);
        self.facts.writes.extend(names.into_iter().map(|name| {
            let span = if name.span.is_dummy() { span } else { name.span };
            (name.to_id(), span)
        }));
    }

    fn in_function(&mut self, node: &impl VisitWith<Self>) {
        self.functions += 1;
        node.visit_children_with(self);
        self.functions -= 1;
    }
}

impl Visit for FactFinder {
    fn visit_ident(&mut self, node: &Ident) {
        if node.ctxt == self.unresolved {
            self.facts.globals.insert(node.sym.to_string());
        }
    }

    fn visit_assign_expr(&mut self, node: &AssignExpr) {
        self.written(&node.left);
        node.visit_children_with(self);
    }

    fn visit_update_expr(&mut self, node: &UpdateExpr) {
        if let Expr::Ident(name) = &*node.arg {
            self.facts.writes.push((name.to_id(), name.span));
        }
        node.visit_children_with(self);
    }

    fn visit_for_head(&mut self, node: &ForHead) {
        if let ForHead::Pat(pattern) = node {
            self.written(&**pattern);
        }
        node.visit_children_with(self);
    }

    fn visit_member_expr(&mut self, node: &MemberExpr) {
        if !is_address(node) {
            node.visit_children_with(self);
        }
    }

    fn visit_meta_prop_expr(&mut self, node: &MetaPropExpr) {
        self.facts.import_meta |= node.kind == MetaPropKind::ImportMeta;
    }

    fn visit_await_expr(&mut self, node: &AwaitExpr) {
        self.facts.awaits |= self.functions == 0;
        node.visit_children_with(self);
    }

    fn visit_for_of_stmt(&mut self, node: &ForOfStmt) {
        self.facts.awaits |= self.functions == 0 && node.is_await;
        node.visit_children_with(self);
    }

    fn visit_function(&mut self, node: &Function) {
        self.in_function(node);
    }

    fn visit_arrow_expr(&mut self, node: &ArrowExpr) {
        self.in_function(node);
    }
}
