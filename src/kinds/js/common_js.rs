//! What is known of a CommonJS module without running it: the names that it exports.
//!
//! Node finds them with a lexer (`cjs-module-lexer`), and what it finds are the named exports that an `import` may take;
//! the same forms are looked for here, on the tree.

use std::collections::BTreeSet;

use swc_core::common::SyntaxContext;
use swc_core::ecma::ast::*;
use swc_core::ecma::visit::{Visit, VisitWith};

/// What Node's lexer would find.
#[derive(Default)]
pub struct Found {
    pub exports: BTreeSet<String>,
    /// The arguments of the `require`s that all names are exported of.
    pub reexports: Vec<String>,
    /// `__esModule` occurs.
    pub es_module: bool,
    /// `this` or `arguments` of the module's own function.
    pub uses_this: bool,
}

/// Whether a script without `import` and `export` is a CommonJS module: it mentions what only those have.
pub fn is_common_js(program: &Program, unresolved: SyntaxContext) -> bool {
    let mut mentions = Mentions { unresolved, found: false };
    program.visit_with(&mut mentions);
    mentions.found
}

struct Mentions {
    unresolved: SyntaxContext,
    found: bool,
}

impl Visit for Mentions {
    fn visit_ident(&mut self, node: &Ident) {
        let name = matches!(&*node.sym, "require" | "module" | "exports" | "__filename" | "__dirname");
        self.found |= name && node.ctxt == self.unresolved;
    }
}

pub fn lex(statements: &[Stmt]) -> Found {
    let mut lexer = Lexer { found: Found::default(), functions: 0, own_this: 0 };
    statements.visit_with(&mut lexer);
    lexer.found
}

struct Lexer {
    found: Found,
    functions: usize,
    own_this: usize,
}

impl Lexer {
    /// By its name alone, as Node's lexer does: the factory of a UMD module has a parameter `exports`.
    fn is_global(&self, expr: &Expr, name: &str) -> bool {
        matches!(expr, Expr::Ident(ident) if ident.sym == *name)
    }

    /// `exports` or `module.exports`.
    fn is_exports(&self, expr: &Expr) -> bool {
        self.is_global(expr, "exports")
            || matches!(expr, Expr::Member(member) if self.is_global(&member.obj, "module") && property(member) == Some("exports"))
    }

    fn is_module_exports(&self, expr: &Expr) -> bool {
        !self.is_global(expr, "exports") && self.is_exports(expr)
    }

    fn export(&mut self, name: &str) {
        self.found.exports.insert(name.to_owned());
    }

    /// `require("x")`
    fn required(&self, expr: &Expr) -> Option<String> {
        let Expr::Call(call) = expr else { return None };
        let Callee::Expr(callee) = &call.callee else { return None };
        let [only] = &call.args[..] else { return None };
        match &*only.expr {
            Expr::Lit(Lit::Str(specifier)) if self.is_global(callee, "require") => {
                specifier.value.as_str().map(str::to_owned)
            }
            _ => None,
        }
    }

    fn reexport(&mut self, expr: &Expr) -> bool {
        // `__toESM(require("x"))`, `_interopRequireWildcard(require("x"))`
        let inner = match expr {
            Expr::Call(call) if self.required(expr).is_none() => call.args.first().map(|first| &*first.expr),
            _ => None,
        };
        match self.required(expr).or_else(|| inner.and_then(|inner| self.required(inner))) {
            Some(specifier) => {
                self.found.reexports.push(specifier);
                true
            }
            None => false,
        }
    }

    /// `module.exports = …`
    fn assigned_whole(&mut self, value: &Expr) {
        match value {
            Expr::Object(object) => {
                for item in &object.props {
                    match item {
                        PropOrSpread::Spread(spread) => _ = self.reexport(&spread.expr),
                        PropOrSpread::Prop(item) => match &**item {
                            Prop::Shorthand(name) => self.export(&name.sym),
                            Prop::KeyValue(pair) => {
                                let Some(name) = key(&pair.key) else { return };
                                self.export(&name);
                                if !matches!(&*pair.value, Expr::Ident(_) | Expr::Lit(_)) {
                                    return; // Where the lexer gives up.
                                }
                            }
                            Prop::Getter(getter) => {
                                if let Some(name) = key(&getter.key) {
                                    self.export(&name);
                                }
                                return;
                            }
                            Prop::Method(method) => {
                                if let Some(name) = key(&method.key) {
                                    self.export(&name);
                                }
                                return;
                            }
                            Prop::Setter(_) | Prop::Assign(_) => return,
                        },
                    }
                }
            }
            _ => {
                // Only the last one counts.
                let before = std::mem::take(&mut self.found.reexports);
                if !self.reexport(value) {
                    self.found.reexports = before;
                }
            }
        }
    }

    /// `Object.defineProperty(exports, "name", …)`
    fn defined(&mut self, call: &CallExpr) {
        let Callee::Expr(callee) = &call.callee else { return };
        let Expr::Member(member) = &**callee else { return };
        if !self.is_global(&member.obj, "Object") || property(member) != Some("defineProperty") {
            return;
        }
        let [target, name, descriptor] = &call.args[..] else { return };
        if let (true, Expr::Lit(Lit::Str(name)), Expr::Object(descriptor)) =
            (self.is_exports(&target.expr), &*name.expr, &*descriptor.expr)
        {
            let names: Vec<String> = descriptor
                .props
                .iter()
                .filter_map(|item| match item {
                    PropOrSpread::Prop(item) => match &**item {
                        Prop::KeyValue(pair) => key(&pair.key),
                        Prop::Getter(getter) => key(&getter.key),
                        Prop::Method(method) => key(&method.key),
                        Prop::Shorthand(name) => Some(name.sym.to_string()),
                        Prop::Setter(_) | Prop::Assign(_) => None,
                    },
                    PropOrSpread::Spread(_) => None,
                })
                .collect();
            let has = |wanted: &str| names.iter().any(|name| name == wanted);
            if (has("value") || has("enumerable") && has("get"))
                && let Some(name) = name.value.as_str()
            {
                self.export(name);
            }
        }
    }

    /// `__exportStar(require("x"), exports)`, `__export(require("x"))`
    fn star(&mut self, call: &CallExpr) {
        let Callee::Expr(callee) = &call.callee else { return };
        let name = match &**callee {
            Expr::Ident(name) => Some(&*name.sym),
            Expr::Member(member) => property(member),
            _ => None,
        };
        if matches!(name, Some("__exportStar" | "__export" | "_export_star" | "__reExport"))
            && let Some(specifier) = call.args.iter().find_map(|argument| self.required(&argument.expr))
        {
            self.found.reexports.push(specifier);
        }
    }
}

impl Visit for Lexer {
    fn visit_str(&mut self, node: &Str) {
        self.found.es_module |= node.value.as_str() == Some("__esModule");
    }

    fn visit_ident_name(&mut self, node: &IdentName) {
        self.found.es_module |= node.sym == *"__esModule";
    }

    fn visit_ident(&mut self, node: &Ident) {
        self.found.uses_this |= self.functions == 0 && node.sym == *"arguments";
    }

    fn visit_this_expr(&mut self, _: &ThisExpr) {
        self.found.uses_this |= self.own_this == 0;
    }

    fn visit_assign_expr(&mut self, node: &AssignExpr) {
        if node.op == op!("=")
            && let AssignTarget::Simple(SimpleAssignTarget::Member(target)) = &node.left
        {
            if self.is_exports(&target.obj) {
                if let Some(name) = property(target) {
                    let name = name.to_owned();
                    self.export(&name);
                }
            } else if self.is_module_exports(&Expr::Member(target.clone())) {
                self.assigned_whole(&node.right);
            }
        }
        node.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, node: &CallExpr) {
        self.defined(node);
        self.star(node);
        node.visit_children_with(self);
    }

    fn visit_function(&mut self, node: &Function) {
        self.functions += 1;
        self.own_this += 1;
        node.visit_children_with(self);
        self.functions -= 1;
        self.own_this -= 1;
    }

    fn visit_class(&mut self, node: &Class) {
        self.own_this += 1;
        node.visit_children_with(self);
        self.own_this -= 1;
    }
}

/// The name of `object.name` or `object["name"]`.
pub fn property(member: &MemberExpr) -> Option<&str> {
    match &member.prop {
        MemberProp::Ident(name) => Some(&name.sym),
        MemberProp::Computed(computed) => match &*computed.expr {
            Expr::Lit(Lit::Str(name)) => name.value.as_str(),
            _ => None,
        },
        MemberProp::PrivateName(_) => None,
    }
}

fn key(name: &PropName) -> Option<String> {
    match name {
        PropName::Ident(name) => Some(name.sym.to_string()),
        PropName::Str(name) => name.value.as_str().map(str::to_owned),
        PropName::Num(_) | PropName::BigInt(_) | PropName::Computed(_) => None,
    }
}
