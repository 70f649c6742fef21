//! What must be known of a script as it was written.

use swc_core::common::{Span, Spanned, SyntaxContext};
use swc_core::ecma::ast::*;
use swc_core::ecma::visit::{Visit, VisitWith};

/// Facts about a script whose identifiers are resolved.
#[derive(Default)]
pub struct Survey {
    /// It has a `with` or a direct `eval`: any name may be read by what only the browser sees.
    pub dynamic_scope: bool,
    /// The first JSX element.
    pub jsx: Option<Span>,
    /// The first `require("…")`, `module.exports =` or `exports.x =` that runs with the script and that nothing guards.
    pub common_js: Option<Span>,
}

pub fn survey(program: &Program, unresolved: SyntaxContext) -> Survey {
    let mut surveyor = Surveyor { unresolved, survey: Survey::default(), functions: 0, guarded: false };
    program.visit_with(&mut surveyor);
    if surveyor.guarded {
        surveyor.survey.common_js = None;
    }
    surveyor.survey
}

struct Surveyor {
    unresolved: SyntaxContext,
    survey: Survey,
    /// Functions around the current node.
    functions: usize,
    /// `typeof module` and the like: the script asks where it is.
    guarded: bool,
}

impl Surveyor {
    fn is_global(&self, expr: &Expr, names: &[&str]) -> bool {
        matches!(expr, Expr::Ident(ident) if ident.ctxt == self.unresolved && names.contains(&&*ident.sym))
    }

    /// `exports`, `exports.x`, `module.exports`, `module.exports.x`.
    fn is_exports(&self, target: &MemberExpr) -> bool {
        self.is_global(&target.obj, &["exports"])
            || self.is_global(&target.obj, &["module"]) && target.prop.is_ident_with("exports")
            || matches!(&*target.obj, Expr::Member(inner) if self.is_exports(inner))
    }

    fn in_function(&mut self, node: &impl VisitWith<Self>) {
        self.functions += 1;
        node.visit_children_with(self);
        self.functions -= 1;
    }

    fn found_common_js(&mut self, span: Span) {
        if self.functions == 0 {
            self.survey.common_js.get_or_insert(span);
        }
    }
}

impl Visit for Surveyor {
    fn visit_with_stmt(&mut self, node: &WithStmt) {
        self.survey.dynamic_scope = true;
        node.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, node: &CallExpr) {
        if let Callee::Expr(callee) = &node.callee {
            let callee = unparenthesized(callee);
            if matches!(callee, Expr::Ident(ident) if ident.sym == *"eval") {
                self.survey.dynamic_scope = true;
            }
            // With another argument than one text it is RequireJS's.
            if self.is_global(callee, &["require"])
                && matches!(&node.args[..], [only] if matches!(*only.expr, Expr::Lit(Lit::Str(_))))
            {
                self.found_common_js(node.span);
            }
        }
        node.visit_children_with(self);
    }

    fn visit_assign_expr(&mut self, node: &AssignExpr) {
        if let AssignTarget::Simple(SimpleAssignTarget::Member(target)) = &node.left
            && self.is_exports(target)
        {
            self.found_common_js(target.span);
        }
        node.visit_children_with(self);
    }

    fn visit_unary_expr(&mut self, node: &UnaryExpr) {
        let asked = unparenthesized(&node.arg);
        if node.op == UnaryOp::TypeOf && self.is_global(asked, &["module", "exports", "require", "define"]) {
            self.guarded = true;
        }
        node.visit_children_with(self);
    }

    fn visit_try_stmt(&mut self, node: &TryStmt) {
        // A failure there is expected.
        self.in_function(&node.block);
        node.handler.visit_with(self);
        node.finalizer.visit_with(self);
    }

    fn visit_function(&mut self, node: &Function) {
        self.in_function(node);
    }

    fn visit_arrow_expr(&mut self, node: &ArrowExpr) {
        self.in_function(node);
    }

    fn visit_jsx_element(&mut self, node: &JSXElement) {
        self.survey.jsx.get_or_insert(node.span());
        node.visit_children_with(self);
    }

    fn visit_jsx_fragment(&mut self, node: &JSXFragment) {
        self.survey.jsx.get_or_insert(node.span());
        node.visit_children_with(self);
    }
}

fn unparenthesized(mut expr: &Expr) -> &Expr {
    while let Expr::Paren(inner) = expr {
        expr = &inner.expr;
    }
    expr
}
