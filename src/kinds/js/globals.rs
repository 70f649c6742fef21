//! The names that a classic script makes global from inside of its blocks.

use swc_core::atoms::Atom;
use swc_core::ecma::ast::*;
use swc_core::ecma::utils::find_pat_ids;
use swc_core::ecma::visit::{Visit, VisitMut, VisitMutWith, VisitWith};

/// Makes a script's global names plain to swc's mangler, and lists those that it would still take for locals.
pub fn take_globals(script: &mut Program) -> Vec<Atom> {
    script.visit_mut_with(&mut Longhand);
    globals_of_blocks(script)
}

/// Every `var`, and every function of a block (ECMA-262, B.3.2), outside of functions: `if (x) { var y }` makes a global
/// `y` as much as `var y` does. swc's mangler takes them for locals.
fn globals_of_blocks(script: &Program) -> Vec<Atom> {
    let mut finder = Globals(Vec::new());
    script.visit_with(&mut finder);
    finder.0.sort();
    finder.0.dedup();
    finder.0
}

struct Globals(Vec<Atom>);

impl Visit for Globals {
    fn visit_var_decl(&mut self, node: &VarDecl) {
        if node.kind == VarDeclKind::Var {
            for declarator in &node.decls {
                self.0.extend(find_pat_ids::<_, Id>(&declarator.name).into_iter().map(|(name, _)| name));
            }
        }
        node.visit_children_with(self);
    }

    fn visit_fn_decl(&mut self, node: &FnDecl) {
        self.0.push(node.ident.sym.clone());
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
