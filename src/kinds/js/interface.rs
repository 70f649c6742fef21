//! What a module imports and exports, taken out of its tree: plain statements remain.

use std::collections::BTreeMap;

use swc_core::common::util::take::Take;
use swc_core::common::{DUMMY_SP, Span as SwcSpan, Spanned};
use swc_core::ecma::ast::*;
use swc_core::ecma::utils::find_pat_ids;

use super::parse::Positions;
use super::references::Finder;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::graph::{Import, ImportName, ReferenceKind};
use crate::source::Span;

/// The declarations of a module that are no statements.
#[derive(Default)]
pub struct Interface {
    pub imported: Vec<(Id, Import)>,
    pub exports: BTreeMap<String, Exported>,
    pub stars: Vec<(usize, Span)>,
    /// References in the order in which they are evaluated.
    pub requested: Vec<usize>,
    pub faults: Vec<Diagnostic>,
}

pub enum Exported {
    Id(Id, Span),
    From { reference: usize, name: ImportName, span: Span },
}

/// Takes the interface of `program`, a module, and leaves its statements.
///
/// `keyword` declares what `export default` of an expression gives: `const`, or `var` for browsers that do not know it.
pub fn take_interface(
    module: &mut Module,
    finder: &mut Finder<'_>,
    keyword: VarDeclKind,
    source: &std::sync::Arc<crate::source::Source>,
) -> (Vec<Stmt>, Interface) {
    let mut taker = Taker { interface: Interface::default(), finder, keyword, source, statements: Vec::new() };
    for item in module.body.take() {
        match item {
            ModuleItem::Stmt(stmt) => taker.statements.push(stmt),
            ModuleItem::ModuleDecl(declaration) => taker.declaration(declaration),
        }
    }
    (taker.statements, taker.interface)
}

struct Taker<'a, 'f> {
    interface: Interface,
    finder: &'a mut Finder<'f>,
    keyword: VarDeclKind,
    source: &'a std::sync::Arc<crate::source::Source>,
    statements: Vec<Stmt>,
}

impl Taker<'_, '_> {
    fn declaration(&mut self, declaration: ModuleDecl) {
        match declaration {
            ModuleDecl::Import(import) => self.import(import),
            ModuleDecl::ExportDecl(export) => {
                let span = export.decl.span();
                for id in declared(&export.decl) {
                    self.export(id.0.to_string(), id.clone(), span);
                }
                self.statements.push(Stmt::Decl(with_span(export.decl, export.span)));
            }
            ModuleDecl::ExportNamed(export) => self.export_named(export),
            ModuleDecl::ExportDefaultDecl(export) => self.export_default(export),
            ModuleDecl::ExportDefaultExpr(export) => {
                let name = default_name();
                self.export("default".to_owned(), name.to_id(), export.span);
                self.statements.push(constant(self.keyword, name, export.expr, export.span));
            }
            ModuleDecl::ExportAll(export) => {
                if let Some(reference) = self.request(&export.src, export.with.as_deref()) {
                    let span = self.positions().span(export.span);
                    self.interface.stars.push((reference, span));
                }
            }
            // Types, which are stripped.
            ModuleDecl::TsImportEquals(_) | ModuleDecl::TsExportAssignment(_) | ModuleDecl::TsNamespaceExport(_) => {}
        }
    }

    fn positions(&self) -> &Positions {
        self.finder.positions
    }

    fn request(&mut self, literal: &Str, attributes: Option<&ObjectLit>) -> Option<usize> {
        let reference = self.finder.find_with(literal, ReferenceKind::Import, attributes)?;
        self.interface.requested.push(reference);
        Some(reference)
    }

    fn import(&mut self, import: ImportDecl) {
        let Some(reference) = self.request(&import.src, import.with.as_deref()) else { return };
        for specifier in import.specifiers {
            let (local, name, span) = match specifier {
                ImportSpecifier::Named(named) => {
                    let name = named.imported.as_ref().map_or_else(|| named.local.sym.to_string(), exported_name);
                    (named.local, ImportName::Named(name), named.span)
                }
                ImportSpecifier::Default(default) => {
                    (default.local, ImportName::Named("default".to_owned()), default.span)
                }
                ImportSpecifier::Namespace(namespace) => (namespace.local, ImportName::Namespace, namespace.span),
            };
            let span = self.finder.place(span);
            self.interface.imported.push((local.to_id(), Import { reference, name, span, member: false }));
        }
    }

    fn export_named(&mut self, export: NamedExport) {
        let reference = match &export.src {
            Some(source) => match self.request(source, export.with.as_deref()) {
                Some(reference) => Some(reference),
                None => return,
            },
            None => None,
        };
        for specifier in export.specifiers {
            match (specifier, reference) {
                (ExportSpecifier::Named(named), Some(reference)) => {
                    let exported = exported_name(named.exported.as_ref().unwrap_or(&named.orig));
                    let name = ImportName::Named(exported_name(&named.orig));
                    self.export_from(exported, reference, name, named.span);
                }
                (ExportSpecifier::Named(named), None) => {
                    let exported = exported_name(named.exported.as_ref().unwrap_or(&named.orig));
                    if let ModuleExportName::Ident(local) = &named.orig {
                        self.export(exported, local.to_id(), named.span);
                    }
                }
                (ExportSpecifier::Namespace(namespace), Some(reference)) => {
                    let exported = exported_name(&namespace.name);
                    self.export_from(exported, reference, ImportName::Namespace, namespace.span);
                }
                // `export x from "y"` is a proposal that the parser is not asked to know.
                (ExportSpecifier::Namespace(_), None) | (ExportSpecifier::Default(_), _) => {}
            }
        }
    }

    fn export_default(&mut self, export: ExportDefaultDecl) {
        let name = |ident: Option<Ident>| ident.unwrap_or_else(default_name);
        let declaration = match export.decl {
            DefaultDecl::Fn(function) => Decl::Fn(FnDecl {
                ident: name(function.ident),
                declare: false,
                function: Box::new(Function { span: export.span, ..*function.function }),
            }),
            DefaultDecl::Class(class) => Decl::Class(ClassDecl {
                ident: name(class.ident),
                declare: false,
                class: Box::new(Class { span: export.span, ..*class.class }),
            }),
            DefaultDecl::TsInterfaceDecl(_) => return,
        };
        for id in declared(&declaration) {
            self.export("default".to_owned(), id, export.span);
        }
        self.statements.push(Stmt::Decl(declaration));
    }

    fn export(&mut self, name: String, id: Id, span: SwcSpan) {
        let span = self.finder.place(span);
        self.add(name, Exported::Id(id, span), span);
    }

    fn export_from(&mut self, exported: String, reference: usize, name: ImportName, span: SwcSpan) {
        let span = self.finder.place(span);
        self.add(exported, Exported::From { reference, name, span }, span);
    }

    fn add(&mut self, name: String, exported: Exported, span: Span) {
        if let Some(Exported::Id(_, first) | Exported::From { span: first, .. }) = self.interface.exports.get(&name) {
            self.interface.faults.push(
                Diagnostic::error(Code::InvalidScript, format!("`{name}` is exported twice"))
                    .at(Place::span(self.source, span))
                    .related("exported first here", Place::span(self.source, *first))
                    .hint("Remove one of the exports, or rename it with `as`"),
            );
            return;
        }
        self.interface.exports.insert(name, exported);
    }
}

/// The names that a declaration declares.
pub fn declared(declaration: &Decl) -> Vec<Id> {
    match declaration {
        Decl::Class(class) => vec![class.ident.to_id()],
        Decl::Fn(function) => vec![function.ident.to_id()],
        Decl::Var(variables) => find_pat_ids(&variables.decls),
        // A `using` declaration is lowered; the others are types.
        Decl::Using(_) | Decl::TsInterface(_) | Decl::TsTypeAlias(_) | Decl::TsEnum(_) | Decl::TsModule(_) => vec![],
    }
}

/// Comments are kept beside the position of what they stand before.
fn with_span(declaration: Decl, span: SwcSpan) -> Decl {
    match declaration {
        Decl::Class(class) => Decl::Class(ClassDecl { class: Box::new(Class { span, ..*class.class }), ..class }),
        Decl::Fn(function) => {
            Decl::Fn(FnDecl { function: Box::new(Function { span, ..*function.function }), ..function })
        }
        Decl::Var(variables) => Decl::Var(Box::new(VarDecl { span, ..*variables })),
        other => other,
    }
}

fn default_name() -> Ident {
    Ident::new_private("default".into(), DUMMY_SP)
}

fn constant(keyword: VarDeclKind, name: Ident, value: Box<Expr>, span: SwcSpan) -> Stmt {
    let declarator = VarDeclarator { span, name: Pat::Ident(name.into()), init: Some(value), definite: false };
    Stmt::Decl(Decl::Var(Box::new(VarDecl { span, kind: keyword, decls: vec![declarator], ..VarDecl::default() })))
}

fn exported_name(name: &ModuleExportName) -> String {
    name.atom().to_string()
}
