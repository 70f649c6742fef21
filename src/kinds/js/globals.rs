//! The names that a classic script makes global from inside of its blocks.

use swc_core::atoms::Atom;
use swc_core::ecma::ast::*;
use swc_core::ecma::utils::find_pat_ids;
use swc_core::ecma::visit::{Visit, VisitMut, VisitMutWith, VisitWith};

/// What swc must be told of the top level of a classic script.
#[derive(Default)]
pub struct Globals {
    /// Names of globals that its mangler takes for locals.
    pub names: Vec<Atom>,
    /// Whether a block holds a function, which is local to it in strict code: the compressor flattens the block, and
    /// the function would become a global.
    pub functions_in_blocks: bool,
}

/// Makes a script's global names plain to swc's mangler, and lists those that it would still take for locals.
pub fn take_globals(script: &mut Program) -> Globals {
    script.visit_mut_with(&mut Longhand);
    let mut finder = Finder::default();
    script.visit_with(&mut finder);
    finder.globals.names.sort();
    finder.globals.names.dedup();
    finder.globals
}

/// Finds every `var`, and every function of a block (ECMA-262, B.3.2), outside of functions: `if (x) { var y }` makes a
/// global `y` as much as `var y` does.
#[derive(Default)]
struct Finder {
    globals: Globals,
    in_block: bool,
}

impl Visit for Finder {
    fn visit_var_decl(&mut self, node: &VarDecl) {
        if node.kind == VarDeclKind::Var {
            for declarator in &node.decls {
                self.globals.names.extend(find_pat_ids::<_, Id>(&declarator.name).into_iter().map(|(name, _)| name));
            }
        }
        node.visit_children_with(self);
    }

    fn visit_fn_decl(&mut self, node: &FnDecl) {
        self.globals.names.push(node.ident.sym.clone());
        self.globals.functions_in_blocks |= self.in_block;
    }

    fn visit_block_stmt(&mut self, node: &BlockStmt) {
        let outer = std::mem::replace(&mut self.in_block, true);
        node.visit_children_with(self);
        self.in_block = outer;
    }

    fn visit_switch_case(&mut self, node: &SwitchCase) {
        let outer = std::mem::replace(&mut self.in_block, true);
        node.visit_children_with(self);
        self.in_block = outer;
    }

    // What functions and classes declare is theirs.

    fn visit_function(&mut self, _: &Function) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
    fn visit_class(&mut self, _: &Class) {}
}

/// `var { a } = b` as `var { a: a } = b`: the mangler looks for the names it must keep among whole patterns, and finds
/// none in the short form.
struct Longhand;

impl VisitMut for Longhand {
    fn visit_mut_object_pat_prop(&mut self, node: &mut ObjectPatProp) {
        node.visit_mut_children_with(self);
        let ObjectPatProp::Assign(AssignPatProp { span, key, value }) = node else { return };
        let name = Pat::Ident(key.clone());
        let value = match value.take() {
            Some(default) => Pat::Assign(AssignPat { span: *span, left: Box::new(name), right: default }),
            None => name,
        };
        let key = PropName::Ident(key.id.clone().into());
        *node = ObjectPatProp::KeyValue(KeyValuePatProp { key, value: Box::new(value) });
    }

    fn visit_mut_function(&mut self, _: &mut Function) {}
    fn visit_mut_arrow_expr(&mut self, _: &mut ArrowExpr) {}
    fn visit_mut_class(&mut self, _: &mut Class) {}
}
