//! Puts values in place of names that a build knows: `process.env.NODE_ENV`, `import.meta.env.PROD`, `[js.define]`.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use swc_core::common::util::take::Take;
use swc_core::common::{DUMMY_SP, Span, SyntaxContext};
use swc_core::ecma::ast::*;
use swc_core::ecma::visit::{VisitMut, VisitMutWith};

/// What the names stand for.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Defines {
    /// By name or by names joined by dots, such as `process.env.NODE_ENV`.
    pub values: BTreeMap<String, Value>,
    /// The members of `import.meta.env`; any other is `undefined`. `None`: it is left alone.
    pub import_meta_env: Option<BTreeMap<String, Value>>,
    /// Whether `global`, which Node.js has, is taken for `globalThis`: what packages expect of bundlers.
    pub global: bool,
}

/// Replaces what is defined. Names that the script declares, and what is assigned to, stay. Whether anything was replaced.
pub fn define(program: &mut Program, unresolved: SyntaxContext, defines: &Defines) -> bool {
    let mut definer = Definer { defines, unresolved, found: false };
    program.visit_mut_with(&mut definer);
    definer.found
}

struct Definer<'a> {
    defines: &'a Defines,
    unresolved: SyntaxContext,
    found: bool,
}

impl Definer<'_> {
    fn replacement(&self, expr: &Expr) -> Option<Expr> {
        let span = match expr {
            Expr::Ident(ident) => ident.span,
            Expr::Member(member) => member.span,
            Expr::OptChain(chain) => chain.span,
            _ => return None,
        };
        if let Expr::Ident(ident) = expr
            && self.defines.global
            && ident.sym == *"global"
            && ident.ctxt == self.unresolved
        {
            return Some(Ident::new("globalThis".into(), ident.span, self.unresolved).into());
        }
        let mut path = self.path(expr)?;
        path.reverse();
        let path = path.join(".");
        if let Some(value) = self.defines.values.get(&path) {
            return Some(literal(value, span));
        }
        let env = self.defines.import_meta_env.as_ref()?;
        if path == "import.meta.hot" {
            return Some(*Expr::undefined(span));
        }
        match path.strip_prefix("import.meta.env")? {
            "" => Some(literal(&env.iter().map(|(name, value)| (name.clone(), value.clone())).collect(), span)),
            member => {
                let value = env.get(member.strip_prefix('.')?);
                Some(value.map_or_else(|| *Expr::undefined(span), |value| literal(value, span)))
            }
        }
    }

    /// The names of a chain of members that begins with a global or `import.meta`, the last first.
    fn path<'e>(&self, expr: &'e Expr) -> Option<Vec<&'e str>> {
        let mut path = Vec::new();
        let mut at = expr;
        loop {
            at = match at {
                Expr::Ident(ident) => {
                    path.push(&*ident.sym);
                    return (ident.ctxt == self.unresolved).then_some(path);
                }
                Expr::MetaProp(meta) if meta.kind == MetaPropKind::ImportMeta => {
                    path.extend(["meta", "import"]);
                    return Some(path);
                }
                Expr::Member(member) => {
                    path.push(member_name(&member.prop)?);
                    &member.obj
                }
                Expr::OptChain(chain) => match &*chain.base {
                    OptChainBase::Member(member) => {
                        path.push(member_name(&member.prop)?);
                        &member.obj
                    }
                    OptChainBase::Call(_) => return None,
                },
                Expr::Paren(inner) => &inner.expr,
                _ => return None,
            }
        }
    }
}

fn member_name(prop: &MemberProp) -> Option<&str> {
    match prop {
        MemberProp::Ident(name) => Some(&name.sym),
        MemberProp::Computed(computed) => match &*computed.expr {
            Expr::Lit(Lit::Str(text)) => text.value.as_str(),
            _ => None,
        },
        MemberProp::PrivateName(_) => None,
    }
}

impl VisitMut for Definer<'_> {
    fn visit_mut_expr(&mut self, node: &mut Expr) {
        if let Some(replacement) = self.replacement(node) {
            self.found = true;
            *node = replacement;
        } else {
            node.visit_mut_children_with(self);
        }
    }

    fn visit_mut_prop(&mut self, node: &mut Prop) {
        if let Prop::Shorthand(name) = node
            && let Some(value) = self.replacement(&Expr::Ident(name.clone()))
        {
            self.found = true;
            let key = PropName::Ident(name.take().into());
            *node = Prop::KeyValue(KeyValueProp { key, value: Box::new(value) });
        } else {
            node.visit_mut_children_with(self);
        }
    }

    // A place that is written to is not its value; but what leads to it is looked at.

    fn visit_mut_simple_assign_target(&mut self, node: &mut SimpleAssignTarget) {
        match node {
            SimpleAssignTarget::Ident(_) => {}
            SimpleAssignTarget::Member(member) => self.visit_place(member),
            _ => node.visit_mut_children_with(self),
        }
    }

    fn visit_mut_update_expr(&mut self, node: &mut UpdateExpr) {
        self.visit_operand(&mut node.arg);
    }

    fn visit_mut_unary_expr(&mut self, node: &mut UnaryExpr) {
        match node.op {
            UnaryOp::Delete => self.visit_operand(&mut node.arg),
            _ => node.visit_mut_children_with(self),
        }
    }

    fn visit_mut_for_head(&mut self, node: &mut ForHead) {
        if let ForHead::VarDecl(_) | ForHead::UsingDecl(_) = node {
            node.visit_mut_children_with(self);
        }
    }
}

impl Definer<'_> {
    fn visit_operand(&mut self, node: &mut Expr) {
        match node {
            Expr::Ident(_) => {}
            Expr::Member(member) => self.visit_place(member),
            _ => node.visit_mut_children_with(self),
        }
    }

    fn visit_place(&mut self, member: &mut MemberExpr) {
        // `process.env.X = 1`: `process.env` is no place, but nothing stands for it unless somebody says so.
        member.obj.visit_mut_with(self);
        if let MemberProp::Computed(computed) = &mut member.prop {
            computed.visit_mut_with(self);
        }
    }
}

/// A value of JSON as an expression.
fn literal(value: &Value, span: Span) -> Expr {
    match value {
        Value::Null => Null { span }.into(),
        Value::Bool(value) => Bool { span, value: *value }.into(),
        // Every number of JSON is one of JavaScript, as near as it goes; a sign is an operator there.
        Value::Number(number) => match number.as_f64().unwrap_or(f64::NAN) {
            value if value.is_sign_negative() => {
                let arg = Box::new(Number { span: DUMMY_SP, value: -value, raw: None }.into());
                UnaryExpr { span, op: UnaryOp::Minus, arg }.into()
            }
            value => Number { span, value, raw: None }.into(),
        },
        Value::String(text) => Str { span, value: text.as_str().into(), raw: None }.into(),
        Value::Array(items) => {
            let elems = items.iter().map(|item| Some(Box::new(literal(item, DUMMY_SP)).into())).collect();
            ArrayLit { span, elems }.into()
        }
        Value::Object(members) => {
            let member = |(key, value): (&String, &Value)| {
                let text = Str { span: DUMMY_SP, value: key.as_str().into(), raw: None };
                // `__proto__: x` would set the prototype.
                let key = match key.as_str() {
                    "__proto__" => PropName::Computed(ComputedPropName { span: DUMMY_SP, expr: Box::new(text.into()) }),
                    _ => PropName::Str(text),
                };
                let value = Box::new(literal(value, DUMMY_SP));
                PropOrSpread::Prop(Box::new(Prop::KeyValue(KeyValueProp { key, value })))
            };
            ObjectLit { span, props: members.iter().map(member).collect() }.into()
        }
    }
}
