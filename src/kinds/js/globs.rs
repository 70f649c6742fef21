//! Imports of many files at once: `import.meta.glob("./pages/*.js")`, and `import()` of a template with a path in it.
//!
//! Two steps: [`glob_queries`] tells what a script asks for, somebody lists the files, and [`expand`] puts an object with an
//! import for each of them in place. Vite's documentation says what `import.meta.glob` does.

use std::sync::Arc;

use serde::Serialize;
use swc_core::common::{DUMMY_SP, Mark, Span as SwcSpan, Spanned, SyntaxContext};
use swc_core::ecma::ast::*;
use swc_core::ecma::visit::{VisitMut, VisitMutWith};

use super::parse::{self, Positions};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::source::{Source, Span};

/// What a script asks for in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlobQuery {
    /// Globs as written: relative to the script, or with `/` first to the project's folder; those with `!` first take away.
    pub patterns: Vec<String>,
    /// Whether files are named with their extension left out, too.
    pub without_extension: bool,
    /// Whether folders that begin with `.` and `node_modules` are looked into.
    pub exhaustive: bool,
    pub span: Span,
    /// Whether that nothing matches deserves a word.
    pub expects_matches: bool,
}

/// A file that a query matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GlobFile {
    /// By which the script finds it.
    pub key: String,
    /// Relative to the script, with a dot first.
    pub specifier: String,
}

/// The queries of a script, in the order in which [`expand`] wants their files; nothing when it does not parse.
///
/// Cheap for the many scripts without any.
pub fn glob_queries(source: &Arc<Source>) -> (Vec<GlobQuery>, Vec<Diagnostic>) {
    if !may_have_queries(&source.text) {
        return (Vec::new(), Vec::new());
    }
    let Ok(mut parsed) = parse::parse(source) else { return (Vec::new(), Vec::new()) };
    let mut finder = Finder { positions: Some(parsed.positions), source: Some(source), ..Finder::default() };
    parsed.program.visit_mut_with(&mut finder);
    (finder.queries, finder.faults)
}

/// Puts the files of each query in its place. Names that it adds get the mark `top_level`.
pub fn expand(program: &mut Program, files: &[Vec<GlobFile>], top_level: Mark) {
    if files.is_empty() {
        return;
    }
    let context = SyntaxContext::empty().apply_mark(top_level);
    let mut finder = Finder { files: Some((files, context)), ..Finder::default() };
    program.visit_mut_with(&mut finder);
    if let Program::Module(module) = program {
        let imports = finder.imports.into_iter().map(|import| ModuleItem::ModuleDecl(ModuleDecl::Import(import)));
        module.body.splice(0..0, imports);
    }
}

/// Whether the text holds what a query begins with.
fn may_have_queries(text: &str) -> bool {
    text.contains("import.meta.glob")
        || text.match_indices("import").any(|(at, word)| {
            let call = text[at + word.len()..].trim_start();
            call.strip_prefix('(').is_some_and(|argument| {
                let argument = without_comments(argument);
                argument.starts_with('`') || argument.starts_with(['"', '\''])
            })
        })
        || text.contains("URL(`")
}

/// `import(/* webpackChunkName: "x" */ "./x")`
fn without_comments(mut text: &str) -> &str {
    loop {
        text = text.trim_start();
        match text.strip_prefix("/*").and_then(|comment| comment.split_once("*/")) {
            Some((_, rest)) => text = rest,
            None => return text,
        }
    }
}

/// Walks a script in the same order for both steps.
#[derive(Default)]
struct Finder<'a> {
    /// In the first step.
    positions: Option<Positions>,
    source: Option<&'a Arc<Source>>,
    queries: Vec<GlobQuery>,
    faults: Vec<Diagnostic>,
    /// In the second step.
    files: Option<(&'a [Vec<GlobFile>], SyntaxContext)>,
    seen: usize,
    imports: Vec<ImportDecl>,
}

impl<'a> Finder<'a> {
    fn span(&self, span: SwcSpan) -> Span {
        self.positions.map_or(Span::new(0, 0), |positions| positions.span(span))
    }

    fn fault(&mut self, at: SwcSpan, message: &str, hint: &str) {
        if let Some(source) = self.source {
            let place = Place::span(source, self.span(at));
            self.faults.push(Diagnostic::error(Code::InvalidScript, message).at(place).hint(hint));
        }
    }

    /// The files of the next query, in the second step; in the first the query is noted.
    fn next(&mut self, query: GlobQuery) -> Option<(&'a [GlobFile], SyntaxContext)> {
        self.queries.push(query);
        let (files, context) = self.files?;
        self.seen += 1;
        Some((files.get(self.seen - 1)?, context))
    }

    fn glob_call(&mut self, call: &CallExpr) -> Option<Expr> {
        let Callee::Expr(callee) = &call.callee else { return None };
        let Expr::Member(member) = &**callee else { return None };
        let is_meta = matches!(&*member.obj, Expr::MetaProp(meta) if meta.kind == MetaPropKind::ImportMeta);
        if !is_meta || !member.prop.is_ident_with("glob") {
            return None;
        }
        let hint = "patterns are strings that begin with `./`, `../` or `/`, in a list if there are several";
        let Some(patterns) = call.args.first().and_then(|argument| texts(&argument.expr)) else {
            self.fault(call.span, "`import.meta.glob` wants its patterns as they are, not computed", hint);
            return None;
        };
        let begins = |pattern: &String| {
            ["./", "../", "/"].iter().any(|start| pattern.strip_prefix('!').unwrap_or(pattern).starts_with(start))
                || pattern.starts_with("!**")
        };
        if patterns.is_empty() || !patterns.iter().all(begins) {
            self.fault(call.span, "`import.meta.glob` wants patterns of paths", hint);
            return None;
        }
        let options = match call.args.get(1).map(|argument| GlobOptions::of(&argument.expr)) {
            None => GlobOptions::default(),
            Some(Ok(options)) => options,
            Some(Err(key)) => {
                let message = format!("`{key}` is not an option of `import.meta.glob` that can be read");
                self.fault(
                    call.span,
                    &message,
                    "it has `eager`, `import`, `query`, `base` and `exhaustive`, each a plain value",
                );
                return None;
            }
        };
        let patterns = patterns.iter().map(|pattern| options.based(pattern)).collect();
        let query = GlobQuery {
            patterns,
            without_extension: false,
            exhaustive: options.exhaustive,
            span: self.span(call.span),
            expects_matches: true,
        };
        let (files, context) = self.next(query)?;
        Some(self.object(files, context, &options, call.span))
    }

    fn object(&mut self, files: &[GlobFile], context: SyntaxContext, options: &GlobOptions, span: SwcSpan) -> Expr {
        let mut props = Vec::new();
        for (nth, GlobFile { key, specifier }) in files.iter().enumerate() {
            let key = match options.base.as_deref().and_then(|base| key.strip_prefix(base.trim_end_matches('/'))) {
                Some(below) => format!(".{below}"),
                None => key.clone(),
            };
            let source = format!("{specifier}{}", options.query);
            let value = if options.eager {
                let name = format!("glob_{}_{nth}", self.seen);
                let local = Ident::new(name.into(), DUMMY_SP, context);
                self.imports.push(import_of(&source, local.clone(), options.import.as_deref()));
                local.into()
            } else {
                lazily(&source, options.import.as_deref(), span)
            };
            props.push(property(&key, value));
        }
        ObjectLit { span, props }.into()
    }

    /// `import(`./x/${name}.js`)`, `import("./x/" + name)`, `new URL(`./x/${name}.png`, import.meta.url)`.
    fn by_template(
        &mut self,
        argument: &Expr,
        span: SwcSpan,
        value: impl Fn(&str) -> Expr,
    ) -> Option<(Vec<PropOrSpread>, SwcSpan)> {
        let (pattern, computed) = pattern_of(argument)?;
        if !computed || !(pattern.starts_with("./") || pattern.starts_with("../")) {
            return None;
        }
        let name = pattern.rsplit('/').next().unwrap_or_default();
        let query = GlobQuery {
            without_extension: !name.contains('.'),
            patterns: vec![pattern],
            exhaustive: false,
            span: self.span(span),
            expects_matches: false,
        };
        let (files, _) = self.next(query)?;
        if files.is_empty() {
            return None;
        }
        let prototype = PropName::Ident(IdentName::new("__proto__".into(), DUMMY_SP));
        let nothing = Box::new(Null { span: DUMMY_SP }.into());
        let none = Prop::KeyValue(KeyValueProp { key: prototype, value: nothing });
        let props = files.iter().map(|GlobFile { key, specifier }| property(key, value(specifier)));
        Some((std::iter::once(PropOrSpread::Prop(Box::new(none))).chain(props).collect(), span))
    }
}

impl VisitMut for Finder<'_> {
    fn visit_mut_expr(&mut self, node: &mut Expr) {
        let replaced = match node {
            Expr::Call(call) => match (&call.callee, call.args.first()) {
                (Callee::Import(_), Some(argument)) => {
                    let found =
                        self.by_template(&argument.expr, argument.expr.span(), |path| lazily(path, None, DUMMY_SP));
                    found.map(|(props, span)| or_reject(props, (*argument.expr).clone(), span))
                }
                _ => self.glob_call(call),
            },
            Expr::New(new) => {
                let is_url = matches!(&*new.callee, Expr::Ident(name) if name.sym == *"URL");
                match new.args.as_deref() {
                    Some([path, base]) if is_url && is_own_address(&base.expr) => {
                        let base = (*base.expr).clone();
                        let address = |path: &str| arrow(new_url(text(path), base.clone()));
                        let found = self.by_template(&path.expr, path.expr.span(), address);
                        found.map(|(props, span)| or_address(props, (*path.expr).clone(), &base, span))
                    }
                    _ => None,
                }
            }
            _ => None,
        };
        match replaced {
            Some(replaced) => *node = replaced,
            None => node.visit_mut_children_with(self),
        }
    }
}

#[derive(Default)]
struct GlobOptions {
    eager: bool,
    import: Option<String>,
    /// With its `?`, or empty.
    query: String,
    base: Option<String>,
    exhaustive: bool,
}

impl GlobOptions {
    /// The key that cannot be read otherwise.
    fn of(expr: &Expr) -> Result<Self, String> {
        let mut options = Self::default();
        let Expr::Object(object) = expr else { return Err("…".to_owned()) };
        for prop in &object.props {
            let PropOrSpread::Prop(prop) = prop else { return Err("...".to_owned()) };
            let Prop::KeyValue(KeyValueProp { key, value }) = &**prop else { return Err("…".to_owned()) };
            let Some(key) = key_text(key) else { return Err("[…]".to_owned()) };
            let switch = || match &**value {
                Expr::Lit(Lit::Bool(switch)) => Ok(switch.value),
                _ => Err(key.clone()),
            };
            let word = || text_of(value).ok_or_else(|| key.clone());
            match key.as_str() {
                "eager" => options.eager = switch()?,
                "exhaustive" => options.exhaustive = switch()?,
                "import" => options.import = Some(word()?).filter(|name| name != "*"),
                "base" => options.base = Some(word()?),
                "query" => options.query = query_of(value).ok_or_else(|| key.clone())?,
                _ => return Err(key),
            }
        }
        Ok(options)
    }

    /// A pattern from where the script is.
    fn based(&self, pattern: &str) -> String {
        let (not, path) = pattern.strip_prefix('!').map_or(("", pattern), |path| ("!", path));
        match (&self.base, path.strip_prefix("./")) {
            (Some(base), Some(path)) => format!("{not}{}/{path}", base.trim_end_matches('/')),
            _ => pattern.to_owned(),
        }
    }
}

fn query_of(value: &Expr) -> Option<String> {
    if let Some(query) = text_of(value) {
        return Some(if query.starts_with('?') || query.is_empty() { query } else { format!("?{query}") });
    }
    let Expr::Object(object) = value else { return None };
    let pairs = object.props.iter().map(|prop| {
        let PropOrSpread::Prop(prop) = prop else { return None };
        let Prop::KeyValue(KeyValueProp { key, value }) = &**prop else { return None };
        let key = key_text(key)?;
        match &**value {
            Expr::Lit(Lit::Bool(value)) => Some(if value.value { key } else { format!("{key}=false") }),
            Expr::Lit(Lit::Num(number)) => Some(format!("{key}={}", number.value)),
            value => Some(format!("{key}={}", text_of(value)?)),
        }
    });
    Some(format!("?{}", pairs.collect::<Option<Vec<_>>>()?.join("&")))
}

fn key_text(key: &PropName) -> Option<String> {
    match key {
        PropName::Ident(name) => Some(name.sym.to_string()),
        PropName::Str(text) => Some(text.value.as_str()?.to_owned()),
        _ => None,
    }
}

/// A string without anything computed.
fn text_of(expr: &Expr) -> Option<String> {
    match pattern_of(expr)? {
        (text, false) => Some(text),
        _ => None,
    }
}

fn texts(expr: &Expr) -> Option<Vec<String>> {
    match expr {
        Expr::Array(array) => array.elems.iter().map(|item| text_of(&item.as_ref()?.expr)).collect(),
        expr => Some(vec![text_of(expr)?]),
    }
}

/// A string with `*` for what is computed, which is told then. What is computed between slashes may hold some itself.
fn pattern_of(expr: &Expr) -> Option<(String, bool)> {
    let mut parts: Vec<Option<String>> = Vec::new();
    collect(expr, &mut parts)?;
    let mut pattern = String::new();
    let computed = parts.iter().any(Option::is_none);
    for part in parts {
        match part {
            // What the glob itself would take for more than a letter.
            Some(text) if computed => text.chars().for_each(|at| match at {
                '*' | '?' | '[' | ']' | '{' | '}' => pattern.extend(['[', at, ']']),
                at => pattern.push(at),
            }),
            Some(text) => pattern.push_str(&text),
            None if pattern.ends_with('*') => {}
            None if pattern.ends_with('/') => pattern.push_str("**/*"),
            None => pattern.push('*'),
        }
    }
    Some((pattern, computed))
}

fn collect(expr: &Expr, parts: &mut Vec<Option<String>>) -> Option<()> {
    match expr {
        Expr::Paren(inner) => collect(&inner.expr, parts)?,
        Expr::Lit(Lit::Str(text)) => parts.push(Some(text.value.as_str()?.to_owned())),
        Expr::Tpl(template) => {
            for (nth, quasi) in template.quasis.iter().enumerate() {
                parts.push(Some(quasi.cooked.as_ref()?.as_str()?.to_owned()));
                if nth < template.exprs.len() {
                    parts.push(None);
                }
            }
        }
        Expr::Bin(sum) if sum.op == BinaryOp::Add => {
            collect(&sum.left, parts)?;
            collect(&sum.right, parts)?;
        }
        // `a + b` is a text only if it begins with one.
        _ if parts.is_empty() => return None,
        _ => parts.push(None),
    }
    Some(())
}

fn is_own_address(expr: &Expr) -> bool {
    let Expr::Member(member) = expr else { return false };
    matches!(&*member.obj, Expr::MetaProp(meta) if meta.kind == MetaPropKind::ImportMeta)
        && member.prop.is_ident_with("url")
}

// What is put in place.

fn text(value: &str) -> Expr {
    Str { span: DUMMY_SP, value: value.into(), raw: None }.into()
}

fn property(key: &str, value: Expr) -> PropOrSpread {
    let key = PropName::Str(Str { span: DUMMY_SP, value: key.into(), raw: None });
    PropOrSpread::Prop(Box::new(Prop::KeyValue(KeyValueProp { key, value: Box::new(value) })))
}

fn arrow(body: Expr) -> Expr {
    let body = Box::new(ArrowFunctionBody::Expr(Box::new(body)));
    ArrowExpr { span: DUMMY_SP, body, ..Default::default() }.into()
}

fn call(callee: Callee, args: Vec<Expr>) -> Expr {
    let args = args.into_iter().map(Into::into).collect();
    CallExpr { span: DUMMY_SP, callee, args, ..Default::default() }.into()
}

fn member(of: Expr, name: &str) -> Expr {
    let prop = MemberProp::Ident(IdentName::new(name.into(), DUMMY_SP));
    MemberExpr { span: DUMMY_SP, obj: Box::new(of), prop }.into()
}

/// `() => import("source")`, or of one of its names.
fn lazily(source: &str, name: Option<&str>, span: SwcSpan) -> Expr {
    let source = Str { span, value: source.into(), raw: None };
    let import = call(Callee::Import(Import { span: DUMMY_SP, phase: ImportPhase::Evaluation }), vec![source.into()]);
    let Some(name) = name else { return arrow(import) };
    let module = Ident::new_private("module".into(), DUMMY_SP);
    let pick = ArrowExpr {
        params: vec![Pat::Ident(module.clone().into())],
        body: Box::new(ArrowFunctionBody::Expr(Box::new(member(module.into(), name)))),
        ..Default::default()
    };
    arrow(call(Callee::Expr(Box::new(member(import, "then"))), vec![pick.into()]))
}

fn import_of(source: &str, local: Ident, name: Option<&str>) -> ImportDecl {
    let specifier = match name {
        None => ImportSpecifier::Namespace(ImportStarAsSpecifier { span: DUMMY_SP, local }),
        Some("default") => ImportSpecifier::Default(ImportDefaultSpecifier { span: DUMMY_SP, local }),
        Some(name) => {
            let imported = Some(ModuleExportName::Str(Str { span: DUMMY_SP, value: name.into(), raw: None }));
            ImportSpecifier::Named(ImportNamedSpecifier { span: DUMMY_SP, local, imported, is_type_only: false })
        }
    };
    ImportDecl {
        span: DUMMY_SP,
        specifiers: vec![specifier],
        src: Box::new(Str { span: DUMMY_SP, value: source.into(), raw: None }),
        type_only: false,
        with: None,
        phase: ImportPhase::Evaluation,
    }
}

fn new_url(path: Expr, base: Expr) -> Expr {
    let url = Ident::new_no_ctxt("URL".into(), DUMMY_SP);
    NewExpr { callee: Box::new(url.into()), args: Some(vec![path.into(), base.into()]), ..Default::default() }.into()
}

/// `((path) => files[path] ? files[path]() : otherwise)(argument)`
fn choose(props: Vec<PropOrSpread>, argument: Expr, span: SwcSpan, otherwise: impl FnOnce(Expr) -> Expr) -> Expr {
    let path = Ident::new_private("path".into(), DUMMY_SP);
    let files = Ident::new_private("files".into(), DUMMY_SP);
    let entry = || -> Expr {
        let prop = MemberProp::Computed(ComputedPropName { span: DUMMY_SP, expr: Box::new(path.clone().into()) });
        MemberExpr { span: DUMMY_SP, obj: Box::new(files.clone().into()), prop }.into()
    };
    let choice = CondExpr {
        span: DUMMY_SP,
        test: Box::new(entry()),
        cons: Box::new(call(Callee::Expr(Box::new(entry())), Vec::new())),
        alt: Box::new(otherwise(path.clone().into())),
    };
    let function = ArrowExpr {
        params: vec![Pat::Ident(path.clone().into()), Pat::Ident(files.clone().into())],
        body: Box::new(ArrowFunctionBody::Expr(Box::new(choice.into()))),
        ..Default::default()
    };
    let function = ParenExpr { span: DUMMY_SP, expr: Box::new(function.into()) };
    // The path is computed first, and once.
    call(Callee::Expr(Box::new(function.into())), vec![argument, ObjectLit { span, props }.into()])
}

fn or_reject(props: Vec<PropOrSpread>, argument: Expr, span: SwcSpan) -> Expr {
    choose(props, argument, span, |path| {
        let global = |name: &str| -> Expr { Ident::new_no_ctxt(name.into(), DUMMY_SP).into() };
        let words = BinExpr {
            span: DUMMY_SP,
            op: BinaryOp::Add,
            left: Box::new(text("there is no module ")),
            right: Box::new(path),
        };
        let error = NewExpr {
            callee: Box::new(global("Error")),
            args: Some(vec![Expr::from(words).into()]),
            ..Default::default()
        };
        call(Callee::Expr(Box::new(member(global("Promise"), "reject"))), vec![error.into()])
    })
}

fn or_address(props: Vec<PropOrSpread>, argument: Expr, base: &Expr, span: SwcSpan) -> Expr {
    choose(props, argument, span, |path| new_url(path, base.clone()))
}
