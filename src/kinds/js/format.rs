//! How a lowered script may be loaded, and the wrapper that makes a module without links loadable everywhere.

use swc_core::common::DUMMY_SP;
use swc_core::common::util::take::Take;
use swc_core::ecma::ast::*;
use swc_core::ecma::visit::{Visit, VisitMut, VisitMutWith, VisitWith};

use crate::graph::ScriptFormat;

/// Whether a script, as parsed, is classic: its top-level names are globals.
///
/// `import A = B.C` is TypeScript for a variable: swc keeps it as a module's declaration, though it makes no module.
pub fn is_classic(program: &Program) -> bool {
    match program {
        Program::Script(_) => true,
        Program::Module(module) => {
            let mut declarations = module.body.iter().filter_map(ModuleItem::as_module_decl).peekable();
            declarations.peek().is_some()
                && declarations.all(|declaration| {
                    matches!(declaration, ModuleDecl::TsImportEquals(import)
                        if !import.is_export && matches!(import.module_ref, TsModuleRef::TsEntityName(_)))
                })
        }
    }
}

/// Decides the format of a lowered script and brings the tree into the shape that goes with it.
///
/// A module that neither links nor waits is to be wrapped: its top-level `this` becomes `undefined` here, and
/// [`wrap`] comes last, so that its top level is compressed as a module's.
pub fn settle_format(program: &mut Program, classic: bool) -> ScriptFormat {
    if classic {
        make_script(program);
        return ScriptFormat::Classic;
    }
    if let Program::Module(module) = &mut *program {
        // `export {}` only says that this is a module.
        module.body.retain(|item| {
            !matches!(item, ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(export))
                if export.src.is_none() && export.specifiers.is_empty())
        });
        let links = module.body.iter().any(ModuleItem::is_module_decl);
        if links || needs_module(module) {
            return ScriptFormat::Esm;
        }
    }
    program.visit_mut_with(&mut ThisIsUndefined);
    ScriptFormat::Iife
}

fn make_script(program: &mut Program) {
    let Program::Module(module) = &mut *program else { return };
    let body = module.body.take().into_iter().filter_map(ModuleItem::stmt).collect();
    *program = Program::Script(Script { span: module.span, body, shebang: module.shebang.take() });
}

/// Puts the whole of `program` into a strict function that is called at once.
pub fn wrap(program: &mut Program, has_arrow_functions: bool) {
    make_script(program);
    let Program::Script(script) = program else { return };
    if script.body.is_empty() {
        return;
    }
    let mut stmts = vec![directive("use strict")];
    stmts.extend(script.body.take().into_iter().filter(|stmt| !is_use_strict(stmt)));
    let body = FunctionBody { span: DUMMY_SP, stmts };
    let function: Expr = if has_arrow_functions {
        ArrowExpr { body: Box::new(ArrowFunctionBody::FunctionBody(body)), ..ArrowExpr::dummy() }.into()
    } else {
        Function { body: Some(body), ..Function::dummy() }.into()
    };
    let call = CallExpr { callee: Callee::Expr(Box::new(function)), ..CallExpr::dummy() };
    script.body = vec![ExprStmt { span: DUMMY_SP, expr: Box::new(call.into()) }.into()];
}

fn directive(text: &str) -> Stmt {
    let text = Str { span: DUMMY_SP, value: text.into(), raw: None };
    ExprStmt { span: DUMMY_SP, expr: Box::new(text.into()) }.into()
}

fn is_use_strict(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::Expr(ExprStmt { expr, .. })
        if matches!(&**expr, Expr::Lit(Lit::Str(text)) if text.value.as_str() == Some("use strict")))
}

/// Whether a module uses `import.meta`, or `await` outside of functions.
fn needs_module(module: &Module) -> bool {
    let mut finder = ModuleSyntax { functions: 0, found: false };
    module.visit_with(&mut finder);
    finder.found
}

struct ModuleSyntax {
    functions: usize,
    found: bool,
}

impl ModuleSyntax {
    fn in_function(&mut self, node: &impl VisitWith<Self>) {
        self.functions += 1;
        node.visit_children_with(self);
        self.functions -= 1;
    }
}

impl Visit for ModuleSyntax {
    fn visit_meta_prop_expr(&mut self, node: &MetaPropExpr) {
        self.found |= node.kind == MetaPropKind::ImportMeta;
    }

    fn visit_await_expr(&mut self, node: &AwaitExpr) {
        self.found |= self.functions == 0;
        node.visit_children_with(self);
    }

    fn visit_for_of_stmt(&mut self, node: &ForOfStmt) {
        self.found |= self.functions == 0 && node.is_await;
        node.visit_children_with(self);
    }

    fn visit_function(&mut self, node: &Function) {
        self.in_function(node);
    }

    fn visit_arrow_expr(&mut self, node: &ArrowExpr) {
        self.in_function(node);
    }
}

/// A module's top-level `this`. Functions and parts of classes have a `this` of their own, but not their computed keys.
pub struct ThisIsUndefined;

impl VisitMut for ThisIsUndefined {
    fn visit_mut_expr(&mut self, node: &mut Expr) {
        match node {
            Expr::This(this) => *node = *Expr::undefined(this.span),
            _ => node.visit_mut_children_with(self),
        }
    }

    fn visit_mut_function(&mut self, _: &mut Function) {}

    fn visit_mut_constructor(&mut self, _: &mut Constructor) {}

    fn visit_mut_static_block(&mut self, _: &mut StaticBlock) {}

    fn visit_mut_private_prop(&mut self, _: &mut PrivateProp) {}

    fn visit_mut_class_prop(&mut self, node: &mut ClassProp) {
        node.key.visit_mut_with(self);
    }

    fn visit_mut_auto_accessor(&mut self, node: &mut AutoAccessor) {
        node.key.visit_mut_with(self);
    }

    fn visit_mut_getter_prop(&mut self, node: &mut GetterProp) {
        node.key.visit_mut_with(self);
    }

    fn visit_mut_setter_prop(&mut self, node: &mut SetterProp) {
        node.key.visit_mut_with(self);
    }
}
