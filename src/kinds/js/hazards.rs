//! What a script must not hold for swc's compressor to be trusted with it.
//!
//! The compressor was run on 3,661 programs that other minifiers keep as tests, and on some hundred of our own, each
//! executed before and after. Classes of fault that an option avoids cheaply are dealt with by [`super::minify`]; those
//! below are not, so a script that shows one is minified with less, told by [`Hazards`].

use std::collections::BTreeSet;

use swc_core::atoms::Atom;
use swc_core::common::SyntaxContext;
use swc_core::ecma::ast::*;
use swc_core::ecma::utils::find_pat_ids;
use swc_core::ecma::visit::{Visit, VisitWith};

use super::early_reads::reads_early;

/// Findings about a script, just before it is minified.
#[derive(Default)]
pub struct Hazards {
    /// A sloppy function in a block: it is also a variable of the function around it, or a global, and gets its value
    /// when the block runs (ECMA-262, B.3.2). The compressor flattens the block, and the mangler renames the function.
    pub block_functions: BTreeSet<Atom>,
    /// `(0, a?.b)()`, which loses its comma and so gains a `this`; `a?.b(c = 1)`, which assigns though `a` is absent.
    pub optional_chains: bool,
    /// A global is assigned by its bare name: the compressor moves `app = {}` behind a read of `window.app`.
    pub bare_globals: bool,
    /// A sloppy function assigns a parameter and uses `arguments`, which changes with it.
    pub shared_arguments: bool,
    /// A function may read a variable before it has its value.
    pub early_reads: bool,
}

/// Looks through `program`, whose identifiers are resolved, for what the compressor gets wrong.
pub fn find_hazards(program: &Program, unresolved: SyntaxContext) -> Hazards {
    let mut finder =
        Finder { unresolved, hazards: Hazards::default(), strict: false, in_block: false, functions: vec![] };
    program.visit_with(&mut finder);
    finder.hazards
}

/// A function that is not an arrow.
#[derive(Default)]
struct Scope {
    /// Empty if any of them is a pattern or has a default: `arguments` is a copy then.
    parameters: BTreeSet<Id>,
    assigned: bool,
    uses_arguments: bool,
}

struct Finder {
    unresolved: SyntaxContext,
    hazards: Hazards,
    strict: bool,
    /// Whether the nearest body around is a block and not a function's or the script's.
    in_block: bool,
    functions: Vec<Scope>,
}

impl Finder {
    fn assigned(&mut self, name: Id) {
        self.hazards.bare_globals |= name.1 == self.unresolved;
        for function in &mut self.functions {
            function.assigned |= function.parameters.contains(&name);
        }
    }

    /// Visits a body in which strictness and blocks begin anew.
    fn in_body(&mut self, strict: bool, visit: impl FnOnce(&mut Self)) {
        let outer = (self.strict, self.in_block);
        (self.strict, self.in_block) = (self.strict || strict, false);
        visit(self);
        (self.strict, self.in_block) = outer;
    }

    fn in_block(&mut self, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.in_block, true);
        visit(self);
        self.in_block = outer;
    }
}

impl Visit for Finder {
    fn visit_module(&mut self, node: &Module) {
        self.hazards.early_reads |= reads_early(node.body.iter().filter_map(ModuleItem::as_stmt));
        self.in_body(true, |this| node.visit_children_with(this));
    }

    fn visit_script(&mut self, node: &Script) {
        self.in_body(has_use_strict(&node.body), |this| node.visit_children_with(this));
    }

    fn visit_class(&mut self, node: &Class) {
        self.in_body(true, |this| node.visit_children_with(this));
    }

    fn visit_function(&mut self, node: &Function) {
        let simple = node.params.iter().all(|param| param.pat.is_ident());
        let parameters = if simple { find_pat_ids(&node.params) } else { Vec::new() };
        self.functions.push(Scope { parameters: parameters.into_iter().collect(), ..Scope::default() });
        let body = node.body.as_ref().map_or(&[][..], |body| &body.stmts);
        self.hazards.early_reads |= reads_early(body.iter());
        let strict = has_use_strict(body);
        self.in_body(strict, |this| {
            node.visit_children_with(this);
            let sloppy = !this.strict;
            if let Some(scope) = this.functions.pop() {
                this.hazards.shared_arguments |= sloppy && scope.assigned && scope.uses_arguments;
            }
        });
    }

    fn visit_arrow_expr(&mut self, node: &ArrowExpr) {
        if let ArrowFunctionBody::FunctionBody(body) = &*node.body {
            self.hazards.early_reads |= reads_early(body.stmts.iter());
        }
        self.in_body(false, |this| node.visit_children_with(this));
    }

    fn visit_block_stmt(&mut self, node: &BlockStmt) {
        self.in_block(|this| node.visit_children_with(this));
    }

    fn visit_switch_stmt(&mut self, node: &SwitchStmt) {
        self.in_block(|this| node.visit_children_with(this));
    }

    fn visit_if_stmt(&mut self, node: &IfStmt) {
        self.in_block(|this| node.visit_children_with(this));
    }

    fn visit_labeled_stmt(&mut self, node: &LabeledStmt) {
        self.in_block(|this| node.visit_children_with(this));
    }

    fn visit_fn_decl(&mut self, node: &FnDecl) {
        if self.in_block && !self.strict {
            self.hazards.block_functions.insert(node.ident.sym.clone());
        }
        node.visit_children_with(self);
    }

    fn visit_ident(&mut self, node: &Ident) {
        if node.sym == *"arguments"
            && let Some(function) = self.functions.last_mut()
        {
            function.uses_arguments = true;
        }
    }

    fn visit_assign_expr(&mut self, node: &AssignExpr) {
        find_pat_ids::<_, Id>(&node.left).into_iter().for_each(|name| self.assigned(name));
        node.visit_children_with(self);
    }

    fn visit_update_expr(&mut self, node: &UpdateExpr) {
        if let Expr::Ident(name) = &*node.arg {
            self.assigned(name.to_id());
        }
        node.visit_children_with(self);
    }

    fn visit_for_head(&mut self, node: &ForHead) {
        find_pat_ids::<_, Id>(node).into_iter().for_each(|name| self.assigned(name));
        node.visit_children_with(self);
    }

    fn visit_var_declarator(&mut self, node: &VarDeclarator) {
        // `var a = …` of a parameter `a` assigns it.
        if node.init.is_some() {
            find_pat_ids::<_, Id>(&node.name).into_iter().for_each(|name| self.assigned(name));
        }
        node.visit_children_with(self);
    }

    fn visit_callee(&mut self, node: &Callee) {
        if let Callee::Expr(callee) = node
            && let Expr::Seq(sequence) = unparenthesized(callee)
            && sequence.exprs.last().is_some_and(|last| unparenthesized(last).is_opt_chain())
        {
            self.hazards.optional_chains = true;
        }
        node.visit_children_with(self);
    }

    fn visit_opt_chain_expr(&mut self, node: &OptChainExpr) {
        let mut assignments = HasAssignment(false);
        match &*node.base {
            OptChainBase::Call(call) => call.args.visit_with(&mut assignments),
            OptChainBase::Member(member) => member.prop.visit_with(&mut assignments),
        }
        self.hazards.optional_chains |= assignments.0;
        node.visit_children_with(self);
    }
}

/// Whether an expression assigns when it is evaluated: not in the functions that it makes.
struct HasAssignment(bool);

impl Visit for HasAssignment {
    fn visit_assign_expr(&mut self, _: &AssignExpr) {
        self.0 = true;
    }

    fn visit_update_expr(&mut self, _: &UpdateExpr) {
        self.0 = true;
    }

    fn visit_function(&mut self, _: &Function) {}

    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
}

fn has_use_strict(body: &[Stmt]) -> bool {
    body.iter().take_while(|stmt| stmt.can_precede_directive()).any(Stmt::is_use_strict)
}

fn unparenthesized(mut expr: &Expr) -> &Expr {
    while let Expr::Paren(inner) = expr {
        expr = &inner.expr;
    }
    expr
}
