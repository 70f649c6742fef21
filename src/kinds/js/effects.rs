//! Whether running a statement does more than give its names their values.
//!
//! Calls marked `/*#__PURE__*/` do not, nor do the built-in functions that only make something. Reading a property may run a
//! getter, reading a global may fail. What only a function's body does happens when it is called.

use swc_core::common::comments::{Comments, SingleThreadedComments};
use swc_core::common::{Span, Spanned, SyntaxContext};
use swc_core::ecma::ast::*;

/// What running something does.
#[derive(Default)]
pub struct Effects {
    pub effects: bool,
    /// It calls these functions; unless all of them are pure, it has effects.
    pub calls: Vec<Id>,
    /// It gives the same at whatever time it runs.
    pub timeless: bool,
}

/// The effects of a statement of a module's top level.
pub fn effects(statement: &Stmt, comments: &SingleThreadedComments, unresolved: SyntaxContext) -> Effects {
    let found = Effects { timeless: true, ..Effects::default() };
    let mut judge = Judge { comments, unresolved, found };
    judge.statement(statement);
    judge.found
}

/// Whether a function is marked `/*#__NO_SIDE_EFFECTS__*/`.
pub fn is_marked_pure(statement: &Stmt, comments: &SingleThreadedComments) -> bool {
    let marked = |span: Span| comments.has_flag(span.lo, "NO_SIDE_EFFECTS");
    match statement {
        Stmt::Decl(Decl::Fn(function)) => marked(function.function.span),
        Stmt::Decl(Decl::Var(variables)) => {
            let function = |init: &Expr| matches!(init, Expr::Fn(_) | Expr::Arrow(_)) && marked(init.span());
            marked(variables.span) || variables.decls.iter().any(|at| at.init.as_deref().is_some_and(function))
        }
        _ => false,
    }
}

struct Judge<'a> {
    comments: &'a SingleThreadedComments,
    unresolved: SyntaxContext,
    found: Effects,
}

impl Judge<'_> {
    fn effect(&mut self) {
        self.found.effects = true;
        self.found.timeless = false;
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Empty(_) | Stmt::Decl(Decl::Fn(_)) => {}
            Stmt::Decl(Decl::Class(class)) => self.class(&class.class),
            Stmt::Decl(Decl::Var(variables)) => {
                for declarator in &variables.decls {
                    // A pattern reads properties.
                    if !declarator.name.is_ident() {
                        self.effect();
                    }
                    if let Some(init) = &declarator.init {
                        self.expr(init);
                    }
                }
            }
            Stmt::Expr(statement) => self.expr(&statement.expr),
            Stmt::Block(block) => block.stmts.iter().for_each(|statement| self.statement(statement)),
            Stmt::If(branch) => {
                self.expr(&branch.test);
                self.statement(&branch.cons);
                if let Some(alt) = &branch.alt {
                    self.statement(alt);
                }
            }
            _ => self.effect(),
        }
    }

    fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Box<Expr>>) {
        exprs.into_iter().for_each(|expr| self.expr(expr));
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Lit(_) | Expr::Fn(_) | Expr::Arrow(_) => {}
            Expr::This(_) | Expr::MetaProp(_) => {}
            Expr::Ident(ident) => {
                if ident.ctxt == self.unresolved {
                    self.found.timeless &= &*ident.sym == "undefined";
                    if !is_known_global(&ident.sym) {
                        self.effect();
                    }
                }
            }
            Expr::Paren(inner) => self.expr(&inner.expr),
            Expr::Seq(sequence) => self.exprs(&sequence.exprs),
            Expr::Cond(choice) => self.exprs([&choice.test, &choice.cons, &choice.alt]),
            Expr::Tpl(template) => match template.exprs.iter().all(|expr| is_primitive(expr)) {
                true => self.exprs(&template.exprs),
                false => self.effect(),
            },
            Expr::Array(array) => {
                for element in array.elems.iter().flatten() {
                    match element.spread.is_some() && !element.expr.is_array() {
                        true => self.effect(),
                        false => self.expr(&element.expr),
                    }
                }
            }
            Expr::Object(object) => object.props.iter().for_each(|property| self.property(property)),
            Expr::Unary(unary) => match unary.op {
                op!("typeof") if unary.arg.is_ident() => self.found.timeless = false,
                op!("typeof") | op!("!") | op!("void") => self.expr(&unary.arg),
                op!("delete") => self.effect(),
                op!(unary, "-") | op!(unary, "+") | op!("~") => match is_primitive(&unary.arg) {
                    true => self.expr(&unary.arg),
                    false => self.effect(),
                },
            },
            Expr::Bin(binary) => {
                let converts = !matches!(binary.op, op!("===") | op!("!==") | op!("&&") | op!("||") | op!("??"));
                let fails = matches!(binary.op, op!("in") | op!("instanceof"));
                if fails || converts && !(is_primitive(&binary.left) && is_primitive(&binary.right)) {
                    return self.effect();
                }
                self.exprs([&binary.left, &binary.right]);
            }
            Expr::Member(member) => {
                if !self.is_known_member(member) {
                    self.effect();
                }
            }
            Expr::Class(class) => self.class(&class.class),
            Expr::Call(call) => self.call(call),
            Expr::New(new) => {
                let arguments = new.args.as_deref().unwrap_or_default();
                if !self.is_marked(new.span) && !self.makes_a_collection(&new.callee, arguments) {
                    self.effect();
                }
                self.found.timeless = false;
                self.arguments(arguments);
            }
            Expr::TaggedTpl(tagged) if self.is_marked(tagged.span) => {
                self.found.timeless = false;
                self.exprs(&tagged.tpl.exprs);
            }
            _ => self.effect(),
        }
    }

    fn call(&mut self, call: &CallExpr) {
        self.found.timeless = false;
        let Callee::Expr(callee) = &call.callee else { return self.effect() };
        if !self.is_marked(call.span) && !self.is_known_call(callee, &call.args) {
            match &**callee {
                Expr::Ident(function) if function.ctxt != self.unresolved => self.found.calls.push(function.to_id()),
                // `(() => { … })()` of which the body has no effects.
                Expr::Paren(_) | Expr::Arrow(_) | Expr::Fn(_) if call.args.is_empty() && self.is_quiet(callee) => {}
                _ => return self.effect(),
            }
        }
        self.arguments(&call.args);
    }

    fn is_quiet(&self, function: &Expr) -> bool {
        match function {
            Expr::Paren(inner) => self.is_quiet(&inner.expr),
            Expr::Arrow(arrow) => {
                arrow.params.is_empty()
                    && match &*arrow.body {
                        ArrowFunctionBody::FunctionBody(body) => body.stmts.is_empty(),
                        ArrowFunctionBody::Expr(_) => false,
                    }
            }
            Expr::Fn(function) => {
                function.function.params.is_empty()
                    && function.function.body.as_ref().is_some_and(|body| body.stmts.is_empty())
            }
            _ => false,
        }
    }

    fn arguments(&mut self, arguments: &[ExprOrSpread]) {
        for argument in arguments {
            match argument.spread {
                Some(_) if !argument.expr.is_array() => self.effect(),
                _ => self.expr(&argument.expr),
            }
        }
    }

    fn property(&mut self, property: &PropOrSpread) {
        let PropOrSpread::Prop(property) = property else { return self.effect() };
        match &**property {
            Prop::Shorthand(name) => self.expr(&Expr::Ident(name.clone())),
            Prop::KeyValue(pair) => {
                self.key(&pair.key);
                self.expr(&pair.value);
            }
            Prop::Getter(getter) => self.key(&getter.key),
            Prop::Setter(setter) => self.key(&setter.key),
            Prop::Method(method) => self.key(&method.key),
            Prop::Assign(_) => self.effect(),
        }
    }

    fn key(&mut self, key: &PropName) {
        if let PropName::Computed(computed) = key {
            let symbol = matches!(&*computed.expr, Expr::Member(member) if self.is_known_member(member));
            if !symbol && !is_primitive(&computed.expr) {
                self.effect();
            }
        }
    }

    fn class(&mut self, class: &Class) {
        if let Some(parent) = &class.super_class {
            self.expr(parent);
        }
        if !class.decorators.is_empty() {
            self.effect();
        }
        for member in &class.body {
            match member {
                ClassMember::Method(method) => self.key(&method.key),
                ClassMember::ClassProp(property) => {
                    self.key(&property.key);
                    if let Some(value) = property.value.as_ref().filter(|_| property.is_static) {
                        self.expr(value);
                    }
                }
                ClassMember::PrivateProp(property) => {
                    if let Some(value) = property.value.as_ref().filter(|_| property.is_static) {
                        self.expr(value);
                    }
                }
                ClassMember::StaticBlock(block) => {
                    if !block.body.stmts.is_empty() {
                        self.effect();
                    }
                }
                ClassMember::AutoAccessor(_) => self.effect(),
                ClassMember::Constructor(_)
                | ClassMember::PrivateMethod(_)
                | ClassMember::TsIndexSignature(_)
                | ClassMember::Empty(_) => {}
            }
        }
    }

    fn is_marked(&self, span: Span) -> bool {
        span.is_pure() || self.comments.has_flag(span.lo, "PURE")
    }

    fn global<'e>(&self, expr: &'e Expr) -> Option<&'e str> {
        match expr {
            Expr::Ident(ident) if ident.ctxt == self.unresolved => Some(&ident.sym),
            _ => None,
        }
    }

    /// `new Map()`, `new Set([a])`: no iterator but an array's runs.
    fn makes_a_collection(&self, callee: &Expr, arguments: &[ExprOrSpread]) -> bool {
        let name = self.global(callee);
        matches!(name, Some("Map" | "Set" | "WeakMap" | "WeakSet"))
            && match arguments {
                [] => true,
                [only] => {
                    only.spread.is_none()
                        && match &*only.expr {
                            Expr::Lit(Lit::Null(_)) => true,
                            Expr::Array(array) if name == Some("Set") => array.elems.iter().all(Option::is_some),
                            Expr::Array(array) => {
                                array.elems.iter().flatten().all(|pair| pair.spread.is_none() && pair.expr.is_array())
                            }
                            _ => false,
                        }
                }
                _ => false,
            }
    }

    /// Calls of built-in functions that only make something of arguments like these.
    fn is_known_call(&self, callee: &Expr, arguments: &[ExprOrSpread]) -> bool {
        let plain = arguments.iter().all(|argument| argument.spread.is_none());
        let all = |test: fn(&Expr) -> bool| plain && arguments.iter().all(|argument| test(&argument.expr));
        match callee {
            Expr::Ident(_) => {
                matches!(self.global(callee), Some("Symbol" | "Boolean" | "String" | "Number")) && all(is_primitive)
            }
            Expr::Member(member) => {
                let MemberProp::Ident(property) = &member.prop else { return false };
                match (self.global(&member.obj), &*property.sym) {
                    (Some("Symbol"), "for") => all(is_primitive),
                    (Some("Object"), "create") => all(|at| matches!(at, Expr::Lit(Lit::Null(_)))),
                    (Some("Object"), "freeze" | "seal" | "preventExtensions") => {
                        all(|at| at.is_object() || at.is_array() || at.is_fn_expr() || at.is_arrow())
                    }
                    (Some("Array"), "isArray") => true,
                    _ => false,
                }
            }
            _ => false,
        }
    }

    /// `Math.PI`, `Symbol.iterator`, `Object.prototype.hasOwnProperty`: there in every browser, and no getters.
    fn is_known_member(&mut self, member: &MemberExpr) -> bool {
        self.found.timeless = false;
        let MemberProp::Ident(property) = &member.prop else { return false };
        match &*member.obj {
            Expr::Ident(_) => match (self.global(&member.obj), &*property.sym) {
                (Some("Math" | "Number" | "Symbol" | "Object" | "Array" | "Reflect" | "JSON" | "Promise"), name) => {
                    name != "caller" && name != "arguments"
                }
                (Some("Function" | "String" | "Date" | "RegExp" | "Map" | "Set"), "prototype") => true,
                _ => false,
            },
            Expr::Member(inner) => {
                matches!(&inner.prop, MemberProp::Ident(inner) if &*inner.sym == "prototype")
                    && matches!(self.global(&inner.obj), Some("Object" | "Array" | "Function" | "String"))
                    && !matches!(&*property.sym, "caller" | "arguments" | "__proto__")
            }
            Expr::MetaProp(meta) => meta.kind == MetaPropKind::ImportMeta && &*property.sym == "url",
            _ => false,
        }
    }
}

/// Whether an expression gives a primitive value, so that an operator runs no code of an object.
fn is_primitive(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(literal) => !matches!(literal, Lit::Regex(_) | Lit::BigInt(_) | Lit::JSXText(_)),
        Expr::Paren(inner) => is_primitive(&inner.expr),
        Expr::Tpl(template) => template.exprs.iter().all(|expr| is_primitive(expr)),
        Expr::Unary(unary) => {
            matches!(unary.op, op!("typeof") | op!("!") | op!("void")) || {
                matches!(unary.op, op!(unary, "-") | op!(unary, "+") | op!("~")) && is_primitive(&unary.arg)
            }
        }
        Expr::Bin(binary) => match binary.op {
            op!("===") | op!("!==") => true,
            op!("in") | op!("instanceof") => false,
            _ => is_primitive(&binary.left) && is_primitive(&binary.right),
        },
        Expr::Cond(choice) => is_primitive(&choice.cons) && is_primitive(&choice.alt),
        _ => false,
    }
}

/// Globals of the language, which every browser has, so that reading them does not fail.
fn is_known_global(name: &str) -> bool {
    matches!(
        name,
        "undefined"
            | "NaN"
            | "Infinity"
            | "globalThis"
            | "Object"
            | "Function"
            | "Array"
            | "String"
            | "Number"
            | "Boolean"
            | "Symbol"
            | "BigInt"
            | "Math"
            | "JSON"
            | "Reflect"
            | "Proxy"
            | "Promise"
            | "Date"
            | "RegExp"
            | "Map"
            | "Set"
            | "WeakMap"
            | "WeakSet"
            | "WeakRef"
            | "Error"
            | "TypeError"
            | "RangeError"
            | "SyntaxError"
            | "ReferenceError"
            | "EvalError"
            | "URIError"
            | "AggregateError"
            | "ArrayBuffer"
            | "DataView"
            | "Int8Array"
            | "Uint8Array"
            | "Uint8ClampedArray"
            | "Int16Array"
            | "Uint16Array"
            | "Int32Array"
            | "Uint32Array"
            | "Float32Array"
            | "Float64Array"
            | "BigInt64Array"
            | "BigUint64Array"
            | "Intl"
            | "parseInt"
            | "parseFloat"
            | "isNaN"
            | "isFinite"
            | "encodeURIComponent"
            | "decodeURIComponent"
            | "encodeURI"
            | "decodeURI"
            | "console"
            | "setTimeout"
            | "clearTimeout"
            | "setInterval"
            | "clearInterval"
            | "queueMicrotask"
            | "URL"
            | "URLSearchParams"
            | "TextEncoder"
            | "TextDecoder"
    )
}
