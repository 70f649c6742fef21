//! Which other files a lowered script refers to, what it takes from them and what it offers.

use swc_core::common::{Span as SwcSpan, SyntaxContext};
use swc_core::ecma::ast::*;
use swc_core::ecma::utils::find_pat_ids;
use swc_core::ecma::visit::{VisitMut, VisitMutWith};

use super::parse::Positions;
use crate::graph::{Exports, FoundReference, ImportedName, Placeholders, ReferenceKind, Specifier};
use crate::source::Span;

/// What a script asks of others and gives to them.
#[derive(Default)]
pub struct Links {
    pub references: Vec<FoundReference>,
    pub imports: Vec<ImportedName>,
    pub exports: Exports,
}

/// Lists the links of `program` and puts a placeholder in place of the path of each local specifier: the reference's index.
///
/// `synthetic` is where an import stands that a transform added.
pub fn take_links(
    program: &mut Program,
    positions: &Positions,
    unresolved: SyntaxContext,
    synthetic: SwcSpan,
    placeholders: &Placeholders,
) -> Links {
    let mut taker = LinkTaker { links: Links::default(), positions, unresolved, synthetic, placeholders };
    program.visit_mut_with(&mut taker);
    taker.links
}

/// The local modules that a script imports as it is written, types included.
pub fn written_imports(program: &Program, positions: &Positions) -> Vec<FoundReference> {
    let Program::Module(module) = program else { return Vec::new() };
    let specifier = |item: &ModuleItem| match item {
        ModuleItem::ModuleDecl(ModuleDecl::Import(import)) => Some((*import.src).clone()),
        ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(export)) => export.src.as_deref().cloned(),
        ModuleItem::ModuleDecl(ModuleDecl::ExportAll(export)) => Some((*export.src).clone()),
        _ => None,
    };
    let local = |literal: Str| {
        let specifier = literal.value.as_str()?.to_owned();
        let span = positions.span(literal.span);
        let is_local = Specifier::parse(&specifier) != Specifier::Elsewhere;
        is_local.then_some(FoundReference::new(specifier, ReferenceKind::Import, span))
    };
    module.body.iter().filter_map(specifier).filter_map(local).collect()
}

/// Collects the references of a module that is to be linked.
pub struct Finder<'a> {
    pub references: Vec<FoundReference>,
    pub positions: &'a Positions,
    pub unresolved: SyntaxContext,
    /// Where an import stands that a transform added.
    pub synthetic: SwcSpan,
}

impl Finder<'_> {
    pub fn place(&self, span: SwcSpan) -> Span {
        self.positions.span(if span.is_dummy() { self.synthetic } else { span })
    }

    /// The index of the reference; `None` for a text with a lone surrogate, which names nothing.
    pub fn find(&mut self, literal: &Str, kind: ReferenceKind) -> Option<usize> {
        self.find_with(literal, kind, None)
    }

    /// As [`Self::find`], with the attributes of an import.
    pub fn find_with(&mut self, literal: &Str, kind: ReferenceKind, attributes: Option<&ObjectLit>) -> Option<usize> {
        let specifier = literal.value.as_str()?.to_owned();
        let found = FoundReference {
            attribute: attributes.and_then(type_attribute),
            ..FoundReference::new(specifier, kind, self.place(literal.span))
        };
        let same = |known: &FoundReference| {
            known.specifier == found.specifier && known.kind == kind && known.attribute == found.attribute
        };
        if let Some(known) = self.references.iter().position(same).filter(|_| kind == ReferenceKind::Import) {
            return Some(known);
        }
        self.references.push(found);
        Some(self.references.len() - 1)
    }

    /// As [`Self::find`], of a string or of a template without expressions.
    pub fn find_in_expr(&mut self, expr: &mut Expr, kind: ReferenceKind) -> Option<usize> {
        if let Expr::Tpl(template) = expr
            && let ([], [text]) = (&template.exprs[..], &template.quasis[..])
            && let Some(value) = &text.cooked
        {
            *expr = Str { span: template.span, value: value.clone(), raw: None }.into();
        }
        match expr {
            Expr::Lit(Lit::Str(literal)) => self.find(literal, kind),
            _ => None,
        }
    }

    /// The reference of `new URL("…", import.meta.url)`, and what stands behind its path.
    pub fn find_url(&mut self, expr: &mut Expr, kind: ReferenceKind) -> Option<(usize, String)> {
        let mut literal = expr.clone();
        if let Expr::Tpl(_) = literal {
            let found = self.references.len();
            self.find_in_expr(&mut literal, kind);
            self.references.truncate(found);
        }
        let Expr::Lit(Lit::Str(text)) = &literal else { return None };
        let Specifier::Local { path, suffix } = Specifier::parse(text.value.as_str()?) else { return None };
        if names_a_folder(&path) {
            return None;
        }
        let suffix = suffix.to_owned();
        Some((self.find(text, kind)?, suffix))
    }

    /// The global `URL` with the module's own address as base.
    pub fn resolves_beside_this_module(&self, node: &NewExpr) -> bool {
        resolves_beside_this_module(node, self.unresolved)
    }
}

struct LinkTaker<'a> {
    links: Links,
    positions: &'a Positions,
    unresolved: SyntaxContext,
    synthetic: SwcSpan,
    placeholders: &'a Placeholders,
}

impl LinkTaker<'_> {
    /// The index of the reference, if the specifier is local.
    fn refer(&mut self, literal: &mut Str, kind: ReferenceKind) -> Option<usize> {
        // A text with a lone surrogate names no file.
        let written = literal.value.as_str()?.to_owned();
        let Specifier::Local { path, suffix } = Specifier::parse(&written) else { return None };
        if kind == ReferenceKind::Url && names_a_folder(&path) {
            return None;
        }
        let index = self.links.references.len();
        let span = if literal.span.is_dummy() { self.synthetic } else { literal.span };
        let span = self.positions.span(span);
        literal.value = format!("{}{suffix}", self.placeholders.token(index)).into();
        literal.raw = None;
        self.links.references.push(FoundReference::new(written, kind, span));
        Some(index)
    }

    fn refer_in_expr(&mut self, expr: &mut Expr, kind: ReferenceKind) {
        if let Expr::Tpl(template) = expr
            && let ([], [text]) = (&template.exprs[..], &template.quasis[..])
            && let Some(value) = &text.cooked
        {
            *expr = Str { span: template.span, value: value.clone(), raw: None }.into();
        }
        if let Expr::Lit(Lit::Str(literal)) = expr {
            self.refer(literal, kind);
        }
    }

    fn import_name(&mut self, reference: usize, name: String, span: SwcSpan) {
        let span = if span.is_dummy() { self.synthetic } else { span };
        let span: Span = self.positions.span(span);
        self.links.imports.push(ImportedName { reference, name, span });
    }

    fn export_name(&mut self, name: impl Into<String>) {
        self.links.exports.names.insert(name.into());
    }
}

/// `new URL("…", import.meta.url)`
fn resolves_beside_this_module(node: &NewExpr, unresolved: SyntaxContext) -> bool {
    let is_url = matches!(&*node.callee, Expr::Ident(url) if url.sym == *"URL" && url.ctxt == unresolved);
    let base = node.args.as_ref().and_then(|arguments| arguments.get(1));
    is_url && base.is_some_and(|base| is_import_meta_url(&base.expr))
}

impl VisitMut for LinkTaker<'_> {
    fn visit_mut_import_decl(&mut self, node: &mut ImportDecl) {
        let Some(reference) = self.refer(&mut node.src, ReferenceKind::Import) else { return };
        for specifier in &node.specifiers {
            match specifier {
                ImportSpecifier::Named(named) => {
                    let name = named.imported.as_ref().map_or_else(|| named.local.sym.to_string(), export_name);
                    self.import_name(reference, name, named.span);
                }
                ImportSpecifier::Default(default) => self.import_name(reference, "default".to_owned(), default.span),
                ImportSpecifier::Namespace(_) => {}
            }
        }
    }

    fn visit_mut_named_export(&mut self, node: &mut NamedExport) {
        let reference = node.src.as_mut().and_then(|source| self.refer(source, ReferenceKind::Import));
        for specifier in &node.specifiers {
            match specifier {
                ExportSpecifier::Named(named) => {
                    self.export_name(export_name(named.exported.as_ref().unwrap_or(&named.orig)));
                    if let Some(reference) = reference {
                        self.import_name(reference, export_name(&named.orig), named.span);
                    }
                }
                ExportSpecifier::Namespace(namespace) => self.export_name(export_name(&namespace.name)),
                // `export x from "y"` is a proposal that the parser is not asked to know.
                ExportSpecifier::Default(default) => self.export_name(&*default.exported.sym),
            }
        }
    }

    fn visit_mut_export_all(&mut self, node: &mut ExportAll) {
        if let Some(reference) = self.refer(&mut node.src, ReferenceKind::Import) {
            self.links.exports.stars.push(reference);
        }
    }

    fn visit_mut_export_decl(&mut self, node: &mut ExportDecl) {
        match &node.decl {
            Decl::Class(class) => self.export_name(&*class.ident.sym),
            Decl::Fn(function) => self.export_name(&*function.ident.sym),
            Decl::Var(variables) => {
                for (name, _) in find_pat_ids::<_, Id>(&variables.decls) {
                    self.export_name(&*name);
                }
            }
            // A `using` declaration cannot be exported; the others are types.
            Decl::Using(_) | Decl::TsInterface(_) | Decl::TsTypeAlias(_) | Decl::TsEnum(_) | Decl::TsModule(_) => {}
        }
        node.visit_mut_children_with(self);
    }

    fn visit_mut_export_default_decl(&mut self, node: &mut ExportDefaultDecl) {
        self.export_name("default");
        node.visit_mut_children_with(self);
    }

    fn visit_mut_export_default_expr(&mut self, node: &mut ExportDefaultExpr) {
        self.export_name("default");
        node.visit_mut_children_with(self);
    }

    fn visit_mut_call_expr(&mut self, node: &mut CallExpr) {
        if let (Callee::Import(_), Some(specifier)) = (&node.callee, node.args.first_mut()) {
            self.refer_in_expr(&mut specifier.expr, ReferenceKind::DynamicImport);
        }
        node.visit_mut_children_with(self);
    }

    fn visit_mut_new_expr(&mut self, node: &mut NewExpr) {
        if resolves_beside_this_module(node, self.unresolved)
            && let Some(specifier) = node.args.as_mut().and_then(|arguments| arguments.first_mut())
        {
            self.refer_in_expr(&mut specifier.expr, ReferenceKind::Url);
        }
        node.visit_mut_children_with(self);
    }
}

fn export_name(name: &ModuleExportName) -> String {
    name.atom().to_string()
}

pub fn is_import_meta_url(expr: &Expr) -> bool {
    let Expr::Member(member) = expr else { return false };
    let is_meta = matches!(&*member.obj, Expr::MetaProp(meta) if meta.kind == MetaPropKind::ImportMeta);
    is_meta && member.prop.is_ident_with("url")
}

/// `new URL(".", import.meta.url)` asks for a folder, which is no source.
fn names_a_folder(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("" | "." | ".."))
}

/// `type` of `with { type: "json" }`.
pub fn type_attribute(attributes: &ObjectLit) -> Option<String> {
    attributes.props.iter().find_map(|property| {
        let PropOrSpread::Prop(property) = property else { return None };
        let Prop::KeyValue(pair) = &**property else { return None };
        let is_type = match &pair.key {
            PropName::Ident(name) => name.sym == *"type",
            PropName::Str(name) => name.value.as_str() == Some("type"),
            PropName::Num(_) | PropName::BigInt(_) | PropName::Computed(_) => false,
        };
        match &*pair.value {
            Expr::Lit(Lit::Str(value)) if is_type => value.value.as_str().map(str::to_owned),
            _ => None,
        }
    })
}
