//! What a finished script loads, for tools that change the names of files and nothing else.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use swc_core::common::Span as SwcSpan;
use swc_core::ecma::ast::*;
use swc_core::ecma::visit::{Visit, VisitWith};

use super::nesting;
use super::parse::{Positions, parse};
use crate::source::{Source, Span};

/// Every specifier that is written out in an import, an export, an `import()` or a `new URL(…, import.meta.url)`, in order, and
/// where it stands with its quotes. Nothing for a text that is no script.
pub fn imported_paths(source: &Arc<Source>) -> Vec<(String, Span)> {
    // Parsing what loads nothing would take most of the time.
    if !source.text.contains("import") && !source.text.contains("export") || nesting::check_nesting(source).is_some() {
        return Vec::new();
    }
    let read = || {
        let parsed = parse(source).ok()?;
        let mut reader = Reader { found: Vec::new(), positions: &parsed.positions };
        parsed.program.visit_with(&mut reader);
        Some(reader.found)
    };
    let mut found = catch_unwind(AssertUnwindSafe(read)).ok().flatten().unwrap_or_default();
    found.sort_by_key(|(_, span)| *span);
    found
}

struct Reader<'a> {
    found: Vec<(String, Span)>,
    positions: &'a Positions,
}

impl Reader<'_> {
    fn add(&mut self, specifier: Option<&str>, span: SwcSpan) {
        self.found.extend(specifier.map(|specifier| (specifier.to_owned(), self.positions.span(span))));
    }

    fn add_expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Lit(Lit::Str(literal)) => self.add(literal.value.as_str(), literal.span),
            Expr::Tpl(template) if template.exprs.is_empty() => {
                let text = template.quasis.first().and_then(|text| text.cooked.as_ref());
                self.add(text.and_then(|text| text.as_str()), template.span);
            }
            _ => {}
        }
    }
}

impl Visit for Reader<'_> {
    fn visit_import_decl(&mut self, node: &ImportDecl) {
        self.add(node.src.value.as_str(), node.src.span);
    }

    fn visit_named_export(&mut self, node: &NamedExport) {
        if let Some(source) = &node.src {
            self.add(source.value.as_str(), source.span);
        }
    }

    fn visit_export_all(&mut self, node: &ExportAll) {
        self.add(node.src.value.as_str(), node.src.span);
    }

    fn visit_call_expr(&mut self, node: &CallExpr) {
        if let (Callee::Import(_), Some(specifier)) = (&node.callee, node.args.first()) {
            self.add_expr(&specifier.expr);
        }
        node.visit_children_with(self);
    }

    fn visit_new_expr(&mut self, node: &NewExpr) {
        let is_url = matches!(&*node.callee, Expr::Ident(name) if name.sym == *"URL");
        if let (true, Some([specifier, base])) = (is_url, node.args.as_deref())
            && super::references::is_import_meta_url(&base.expr)
        {
            self.add_expr(&specifier.expr);
        }
        node.visit_children_with(self);
    }
}
