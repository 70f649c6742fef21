//! Drops branches that can never run, so that what they import is never looked for.
//!
//! Knows as much of constants as conditions on the mode of a build need: literals, comparisons of them, `!`, `&&`, `||`, `??`
//! and `typeof`. The minifier does the rest.

use std::collections::BTreeSet;

use swc_core::atoms::Atom;
use swc_core::common::util::take::Take;
use swc_core::common::{DUMMY_SP, Spanned, SyntaxContext};
use swc_core::ecma::ast::*;
use swc_core::ecma::utils::find_pat_ids;
use swc_core::ecma::visit::{Visit, VisitMut, VisitMutWith, VisitWith};

/// Folds constant conditions. What a dropped branch would have declared for the function around it stays declared.
pub fn fold(program: &mut Program) {
    let strict = match program {
        Program::Module(_) => true,
        Program::Script(script) => script.body.first().is_some_and(is_use_strict),
    };
    program.visit_mut_with(&mut Folder { strict });
}

/// A value that is known, as far as conditions ask.
#[derive(Clone, Debug, PartialEq)]
enum Known {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
}

impl Known {
    /// The value of an expression that has no effects.
    fn of(expr: &Expr) -> Option<Self> {
        match expr {
            Expr::Paren(inner) => Self::of(&inner.expr),
            Expr::Lit(Lit::Null(_)) => Some(Self::Null),
            Expr::Lit(Lit::Bool(value)) => Some(Self::Bool(value.value)),
            Expr::Lit(Lit::Num(number)) => Some(Self::Number(number.value)),
            Expr::Lit(Lit::Str(text)) => Some(Self::Text(text.value.as_str()?.to_owned())),
            Expr::Tpl(template) if template.exprs.is_empty() => {
                Some(Self::Text(template.quasis.first()?.cooked.as_ref()?.as_str()?.to_owned()))
            }
            Expr::Unary(unary) => {
                let argument = Self::of(&unary.arg)?;
                match unary.op {
                    UnaryOp::Bang => Some(Self::Bool(!argument.is_true())),
                    UnaryOp::Void => Some(Self::Undefined),
                    UnaryOp::TypeOf => Some(Self::Text(argument.type_name().to_owned())),
                    _ => None,
                }
            }
            Expr::Bin(binary) => {
                let equal = || Some(Self::of(&binary.left)?.equals(&Self::of(&binary.right)?));
                // Of different types `==` converts, so only equal types are compared by it.
                let loosely = || {
                    let (left, right) = (Self::of(&binary.left)?, Self::of(&binary.right)?);
                    (left.type_name() == right.type_name()).then(|| left.equals(&right))
                };
                match binary.op {
                    BinaryOp::EqEqEq => equal().map(Self::Bool),
                    BinaryOp::NotEqEq => equal().map(|equal| Self::Bool(!equal)),
                    BinaryOp::EqEq => loosely().map(Self::Bool),
                    BinaryOp::NotEq => loosely().map(|equal| Self::Bool(!equal)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn equals(&self, other: &Self) -> bool {
        // Of numbers NaN is none, and both zeros are equal, here as in JavaScript.
        self == other
    }

    fn is_true(&self) -> bool {
        match self {
            Self::Undefined | Self::Null => false,
            Self::Bool(value) => *value,
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Text(text) => !text.is_empty(),
        }
    }

    fn type_name(&self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::Null => "object",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::Text(_) => "string",
        }
    }
}

struct Folder {
    /// Whether the whole program is strict: then the functions of a block are its own.
    strict: bool,
}

impl Folder {
    /// What is left of `expr` when one of its sides never runs.
    fn folded(expr: &mut Expr) -> Option<Expr> {
        match expr {
            Expr::Cond(choice) => {
                let taken = if Known::of(&choice.test)?.is_true() { &mut choice.cons } else { &mut choice.alt };
                Some(*taken.take())
            }
            Expr::Bin(binary) => {
                let left = Known::of(&binary.left)?;
                let right_counts = match binary.op {
                    BinaryOp::LogicalAnd => left.is_true(),
                    BinaryOp::LogicalOr => !left.is_true(),
                    BinaryOp::NullishCoalescing => matches!(left, Known::Undefined | Known::Null),
                    _ => return None,
                };
                Some(match left {
                    _ if right_counts => *binary.right.take(),
                    Known::Bool(value) => Bool { span: binary.left.span(), value }.into(),
                    _ => *binary.left.take(),
                })
            }
            _ => None,
        }
    }
}

/// Whether `expr` is folded to something else if it is known.
fn may_be_folded(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(inner) => may_be_folded(&inner.expr),
        Expr::Cond(_) | Expr::Bin(_) => true,
        _ => false,
    }
}

impl Folder {
    /// Folds what is called, deleted or asked for its type: `(true && a.b)()` calls without a `this`, `a.b()` with one.
    fn fold_operand(&mut self, operand: &mut Box<Expr>) {
        let is_value = may_be_folded(operand);
        operand.visit_mut_with(self);
        let refers = matches!(unparenthesized(operand), Expr::Ident(_) | Expr::Member(_) | Expr::SuperProp(_));
        if is_value && refers {
            let zero = Number { span: DUMMY_SP, value: 0.0, raw: None };
            let sequence = SeqExpr { span: operand.span(), exprs: vec![Box::new(zero.into()), operand.take()] };
            **operand = ParenExpr { span: DUMMY_SP, expr: Box::new(sequence.into()) }.into();
        }
    }
}

fn unparenthesized(mut expr: &Expr) -> &Expr {
    while let Expr::Paren(inner) = expr {
        expr = &inner.expr;
    }
    expr
}

impl VisitMut for Folder {
    fn visit_mut_callee(&mut self, node: &mut Callee) {
        match node {
            Callee::Expr(callee) => self.fold_operand(callee),
            _ => node.visit_mut_children_with(self),
        }
    }

    fn visit_mut_tagged_tpl(&mut self, node: &mut TaggedTpl) {
        self.fold_operand(&mut node.tag);
        node.tpl.visit_mut_with(self);
    }

    fn visit_mut_unary_expr(&mut self, node: &mut UnaryExpr) {
        match node.op {
            UnaryOp::Delete | UnaryOp::TypeOf => self.fold_operand(&mut node.arg),
            _ => node.visit_mut_children_with(self),
        }
    }

    fn visit_mut_expr(&mut self, node: &mut Expr) {
        // The condition first: what never runs need not be looked at.
        match node {
            Expr::Cond(choice) => choice.test.visit_mut_with(self),
            Expr::Bin(binary) => binary.left.visit_mut_with(self),
            _ => {}
        }
        match Self::folded(node) {
            Some(left) => {
                *node = left;
                self.visit_mut_expr(node);
            }
            None => node.visit_mut_children_with(self),
        }
    }

    fn visit_mut_stmts(&mut self, node: &mut Vec<Stmt>) {
        node.visit_mut_children_with(self);
        node.retain(|stmt| !stmt.is_empty());
    }

    fn visit_mut_module_items(&mut self, node: &mut Vec<ModuleItem>) {
        node.visit_mut_children_with(self);
        node.retain(|item| !matches!(item, ModuleItem::Stmt(Stmt::Empty(_))));
    }

    fn visit_mut_stmt(&mut self, node: &mut Stmt) {
        if let Stmt::If(choice) = node {
            choice.test.visit_mut_with(self);
            if let Some(known) = Known::of(&choice.test) {
                let dropped = if known.is_true() { choice.alt.as_deref() } else { Some(&*choice.cons) };
                let hoisted = dropped.map(Hoisted::of).unwrap_or_default();
                // A function there may be one of the function around it (ECMA-262, B.3.2), which nobody can tell here.
                if self.strict || !hoisted.functions {
                    let taken = if known.is_true() { Some(choice.cons.take()) } else { choice.alt.take() };
                    *node = without(hoisted.names, taken);
                    self.visit_mut_stmt(node);
                    return;
                }
            }
        }
        node.visit_mut_children_with(self);
    }
}

/// The branch that runs, after what the other one declared.
fn without(names: BTreeSet<(Atom, SyntaxContext)>, taken: Option<Box<Stmt>>) -> Stmt {
    let taken = taken.map(|taken| *taken);
    // A function or class must not come to stand where the branch had no block.
    let taken = match taken {
        Some(taken @ Stmt::Decl(_)) => Some(BlockStmt { stmts: vec![taken], ..BlockStmt::dummy() }.into()),
        taken => taken,
    };
    if names.is_empty() {
        return taken.unwrap_or_else(|| EmptyStmt { span: DUMMY_SP }.into());
    }
    let decls = names
        .into_iter()
        .map(|(name, context)| VarDeclarator {
            span: DUMMY_SP,
            name: Pat::Ident(Ident::new(name, DUMMY_SP, context).into()),
            init: None,
            definite: false,
        })
        .collect();
    let declared = VarDecl { kind: VarDeclKind::Var, decls, ..VarDecl::dummy() };
    let stmts = std::iter::once(Stmt::Decl(Decl::Var(Box::new(declared)))).chain(taken).collect();
    BlockStmt { stmts, ..BlockStmt::dummy() }.into()
}

/// What a statement declares beyond itself.
#[derive(Default)]
struct Hoisted {
    /// By `var`, for the function around.
    names: BTreeSet<(Atom, SyntaxContext)>,
    /// Whether it holds functions of blocks.
    functions: bool,
}

impl Hoisted {
    fn of(stmt: &Stmt) -> Self {
        let mut hoisted = Self::default();
        stmt.visit_with(&mut hoisted);
        hoisted
    }
}

fn is_use_strict(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::Expr(ExprStmt { expr, .. })
        if matches!(&**expr, Expr::Lit(Lit::Str(text)) if text.value.as_str() == Some("use strict")))
}

impl Visit for Hoisted {
    fn visit_var_decl(&mut self, node: &VarDecl) {
        if node.kind == VarDeclKind::Var {
            self.names.extend(find_pat_ids::<_, Id>(&node.decls));
        }
    }

    fn visit_fn_decl(&mut self, _: &FnDecl) {
        self.functions = true;
    }

    // What functions and classes declare is theirs.

    fn visit_function(&mut self, _: &Function) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
    fn visit_class(&mut self, _: &Class) {}
}
