//! Brings the statements of a module's top level into forms that linking can cut apart.
//!
//! Afterwards a declaration declares one name or one pattern, and no other statement declares a variable: the `var`s of
//! blocks and loops stand before them. So each statement can be dropped alone, and each can be moved into a function that
//! leaves its names outside.

use swc_core::common::DUMMY_SP;
use swc_core::common::util::take::Take;
use swc_core::ecma::ast::*;
use swc_core::ecma::utils::find_pat_ids;
use swc_core::ecma::visit::{VisitMut, VisitMutWith};

pub fn flatten(statements: Vec<Stmt>) -> Vec<Stmt> {
    let mut flat = Vec::with_capacity(statements.len());
    let mut directives = true;
    for statement in statements {
        directives &= statement.can_precede_directive();
        match statement {
            // A module is strict without saying so, and other directives speak of files.
            Stmt::Expr(ExprStmt { expr, .. }) if directives && matches!(*expr, Expr::Lit(Lit::Str(_))) => {}
            Stmt::Empty(_) => {}
            Stmt::Decl(Decl::Var(variables)) => split(*variables, &mut flat),
            Stmt::Decl(_) => flat.push(statement),
            mut other => {
                let mut hoister = Hoister::default();
                other.visit_mut_with(&mut hoister);
                flat.extend(hoister.hoisted.into_iter().map(|name| variable(VarDeclKind::Var, name.into(), None)));
                flat.push(other);
            }
        }
    }
    flat
}

fn split(variables: VarDecl, flat: &mut Vec<Stmt>) {
    let VarDecl { span, kind, decls, .. } = variables;
    for (nth, declarator) in decls.into_iter().enumerate() {
        // Comments stand before the first.
        let span = if nth == 0 { span } else { declarator.span };
        flat.push(Stmt::Decl(Decl::Var(Box::new(VarDecl {
            span,
            kind,
            decls: vec![declarator],
            ..VarDecl::default()
        }))));
    }
}

fn variable(kind: VarDeclKind, name: Pat, init: Option<Box<Expr>>) -> Stmt {
    let declarator = VarDeclarator { span: DUMMY_SP, name, init, definite: false };
    Stmt::Decl(Decl::Var(Box::new(VarDecl { kind, decls: vec![declarator], ..VarDecl::default() })))
}

/// Turns the `var`s of a statement into assignments and lists their names.
#[derive(Default)]
struct Hoister {
    hoisted: Vec<Ident>,
}

impl Hoister {
    fn hoist(&mut self, pattern: &Pat) {
        for name in find_pat_ids::<_, Ident>(pattern) {
            if !self.hoisted.iter().any(|known| known.to_id() == name.to_id()) {
                self.hoisted.push(name);
            }
        }
    }

    /// The declaration as an expression; `None` when it only declares.
    fn assignments(&mut self, variables: &mut VarDecl) -> Option<Box<Expr>> {
        let mut assignments = Vec::new();
        for declarator in variables.decls.take() {
            self.hoist(&declarator.name);
            let Some(right) = declarator.init else { continue };
            let Ok(left) = AssignTarget::try_from(declarator.name) else { continue };
            assignments.push(Box::new(Expr::Assign(AssignExpr { span: declarator.span, op: op!("="), left, right })));
        }
        match assignments.len() {
            0 => None,
            1 => assignments.pop(),
            _ => Some(Box::new(Expr::Seq(SeqExpr { span: variables.span, exprs: assignments }))),
        }
    }
}

impl VisitMut for Hoister {
    fn visit_mut_stmt(&mut self, node: &mut Stmt) {
        node.visit_mut_children_with(self);
        if let Stmt::Decl(Decl::Var(variables)) = node
            && variables.kind == VarDeclKind::Var
        {
            let span = variables.span;
            *node = match self.assignments(variables) {
                Some(expr) => Stmt::Expr(ExprStmt { span, expr }),
                None => Stmt::Empty(EmptyStmt { span }),
            };
        }
    }

    fn visit_mut_for_stmt(&mut self, node: &mut ForStmt) {
        node.visit_mut_children_with(self);
        if let Some(VarDeclOrExpr::VarDecl(variables)) = &mut node.init
            && variables.kind == VarDeclKind::Var
        {
            node.init = self.assignments(variables).map(VarDeclOrExpr::Expr);
        }
    }

    fn visit_mut_for_head(&mut self, node: &mut ForHead) {
        node.visit_mut_children_with(self);
        if let ForHead::VarDecl(variables) = node
            && variables.kind == VarDeclKind::Var
            && let Some(declarator) = variables.decls.pop()
        {
            self.hoist(&declarator.name);
            *node = ForHead::Pat(Box::new(declarator.name));
        }
    }

    // What functions and classes declare is theirs.

    fn visit_mut_function(&mut self, _: &mut Function) {}
    fn visit_mut_arrow_expr(&mut self, _: &mut ArrowExpr) {}
    fn visit_mut_class(&mut self, _: &mut Class) {}
}
