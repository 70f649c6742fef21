//! From a lowered tree to a text with holes and the record that linking reads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use swc_core::common::comments::{Comment, SingleThreadedComments};
use swc_core::common::{DUMMY_SP, Mark, Span as SwcSpan, SyntaxContext};
use swc_core::ecma::ast::*;
use swc_core::ecma::transforms::base::fixer::fixer;
use swc_core::ecma::transforms::base::hygiene::hygiene;
use swc_core::ecma::visit::{Visit, VisitMut, VisitMutWith, VisitWith};

use super::common_js;
use super::effects::{effects, is_marked_pure};
use super::interface::{Exported, take_interface};
use super::parse::Parsed;
use super::references::Finder;
use super::stand_ins::{Names, Slot, StandIns, origins};
use super::writes::{Facts, facts};
use super::{Failure, comments, flatten, format, print};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::graph::{CommonJs, Export, Form, FoundReference, Keyword, Lowered, NameHole, ReferenceKind, Statement};
use crate::source::Source;

/// A module to be linked and the references that its holes index.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LoweredModule {
    pub lowered: Lowered,
    pub references: Vec<FoundReference>,
    /// Imports that are gone with the types for which alone they were.
    pub type_references: Vec<FoundReference>,
}

/// How a tree becomes a module.
pub struct Lowering<'a> {
    pub source: &'a Arc<Source>,
    pub unresolved: Mark,
    /// Where an import stands that a transform added.
    pub synthetic: SwcSpan,
    pub common_js: bool,
    /// Whether the browsers know `let`, `const` and classes.
    pub has_lexical_names: bool,
    pub evals: bool,
    pub mapped: bool,
}

/// Prints what was parsed and lowered, and records what linking must know of it.
pub fn into_module(
    parsed: Parsed,
    written: Vec<FoundReference>,
    lowering: &Lowering<'_>,
) -> Result<(LoweredModule, Vec<Diagnostic>), Failure> {
    let Parsed { program, comments, positions, map, .. } = parsed;
    let Lowering { source, common_js, .. } = *lowering;
    let unresolved = SyntaxContext::empty().apply_mark(lowering.unresolved);
    let mut finder =
        Finder { references: Vec::new(), positions: &positions, unresolved, synthetic: lowering.synthetic };
    let mut module = as_module(program);
    let keyword = if lowering.has_lexical_names { VarDeclKind::Const } else { VarDeclKind::Var };
    let (statements, interface) = take_interface(&mut module, &mut finder, keyword, source);
    let mut statements = if common_js { statements } else { flatten::flatten(statements) };
    let lexed = if common_js { Some(common_js::lex(&statements)) } else { None };
    if !common_js {
        statements.iter_mut().for_each(|statement| statement.visit_mut_with(&mut format::ThisIsUndefined));
    }
    let mut faults = interface.faults;
    let Facts { writes, globals, awaits, import_meta } = facts(&statements, unresolved);

    let mut names = Names::new(source, &mut finder, unresolved);
    for (id, import) in interface.imported {
        names.declare(id, Some(import));
    }
    let mut records: Vec<Statement> = Vec::with_capacity(statements.len());
    if !common_js {
        for statement in &statements {
            records.push(record(statement, &mut names, &comments, unresolved));
        }
        mark_writes(&statements, &writes, &mut names, source, &positions, &mut faults);
    }
    let exports = exports(interface.exports, &names, source, &mut faults);
    if !faults.is_empty() {
        return Err(Failure::Broken(faults));
    }

    let legal_comments = comments::all_legal(&comments);
    drop_trailing(&comments);
    let mut marked: Vec<Stmt> = Vec::with_capacity(2 * statements.len());
    for mut statement in statements {
        statement.visit_mut_with(&mut names);
        if !common_js {
            let token = names.stand_ins.stand_for(Slot::Statement);
            let token = Expr::Ident(Ident::new_no_ctxt(token.into(), DUMMY_SP));
            marked.push(Stmt::Expr(ExprStmt { span: DUMMY_SP, expr: Box::new(token) }));
        }
        marked.push(statement);
    }
    let Names { stand_ins, symbols, .. } = names;

    let body = marked.into_iter().map(ModuleItem::Stmt).collect();
    let mut program = Program::Module(Module { span: module.span, body, shebang: None });
    program.visit_mut_with(&mut PlainNumbers);
    program.mutate(hygiene());
    let nested = nested_names(&program, &stand_ins, &globals);
    program.mutate(fixer(Some(&comments)));
    let style = print::Style {
        compact: false,
        language: EsVersion::EsNext, // Lowered already; the printer must not think for itself.
        comments: Some(&comments),
        mapped: lowering.mapped,
    };
    let (printed, printed_positions) = print::print(&mut program, &map, &style).map_err(|_| Failure::Misprinted)?;
    let origins = origins(&printed, source, &positions, &printed_positions);
    let behind_a_mark = |slot, rest: &str| match slot {
        Slot::Statement => rest.find('\n').map_or(rest.len(), |at| at + 1),
        Slot::Hole(_) => 0,
    };
    let (text, slots, origins) = stand_ins.cut(&printed, &origins, behind_a_mark);
    place(&mut records, &text, &slots, common_js);

    let references = finder.references;
    let type_references = written
        .into_iter()
        .filter(|import| !references.iter().any(|kept| kept.specifier == import.specifier))
        .collect();
    let mut seen = BTreeSet::new();
    let lowered = Lowered {
        text,
        holes: slots.iter().filter_map(|&(offset, slot)| slot.hole(offset)).collect::<Vec<NameHole>>(),
        origins,
        statements: records,
        symbols,
        imports: interface.requested.into_iter().filter(|reference| seen.insert(*reference)).collect(),
        exports,
        stars: interface.stars,
        common_js: lexed.map(|found| CommonJs {
            exports: found.exports,
            reexports: required(&references, &found.reexports),
            es_module: found.es_module,
            uses_this: found.uses_this,
        }),
        nested,
        globals,
        awaits,
        import_meta,
        evals: lowering.evals,
        legal_comments,
    };
    Ok((LoweredModule { lowered, references, type_references }, Vec::new()))
}

fn as_module(program: Program) -> Module {
    match program {
        Program::Module(module) => module,
        Program::Script(script) => {
            Module { span: script.span, body: script.body.into_iter().map(ModuleItem::Stmt).collect(), shebang: None }
        }
    }
}

/// What is known of a statement before it is printed.
fn record(
    statement: &Stmt,
    names: &mut Names<'_, '_>,
    comments: &SingleThreadedComments,
    unresolved: SyntaxContext,
) -> Statement {
    let found = effects(statement, comments, unresolved);
    let form = match statement {
        Stmt::Decl(Decl::Fn(_)) => Form::Function,
        Stmt::Decl(Decl::Class(_)) => Form::Class,
        Stmt::Decl(Decl::Var(variables)) => {
            let declarator = variables.decls.first();
            Form::Variable {
                keyword: match variables.kind {
                    VarDeclKind::Var => Keyword::Var,
                    VarDeclKind::Let => Keyword::Let,
                    VarDeclKind::Const => Keyword::Const,
                },
                pattern: declarator.is_some_and(|declarator| !declarator.name.is_ident()),
                initialized: declarator.is_some_and(|declarator| declarator.init.is_some()),
            }
        }
        _ => Form::Other,
    };
    let declared = match statement {
        Stmt::Decl(declaration) => super::interface::declared(declaration),
        _ => Vec::new(),
    };
    let pure = is_marked_pure(statement, comments);
    let literal = literal(statement);
    let declares: Vec<u32> = declared.into_iter().map(|id| names.declare(id, None)).collect();
    for &symbol in &declares {
        let symbol = &mut names.symbols[symbol as usize];
        // Declared twice: `var a = 1; var a = 2`.
        symbol.assigned |= symbol.literal.is_some();
        symbol.pure |= pure;
        symbol.literal.clone_from(&literal);
    }
    let mut unknown = false;
    let pure_if = found.calls.iter().filter_map(|id| {
        let symbol = names.symbol(id);
        unknown |= symbol.is_none();
        symbol
    });
    let pure_if: Vec<u32> = pure_if.collect();
    Statement {
        start: 0,
        end: 0,
        code: 0,
        form,
        declares,
        effects: found.effects || unknown,
        pure_if,
        timeless: found.timeless,
    }
}

/// The text of a `const` that is a short literal.
fn literal(statement: &Stmt) -> Option<String> {
    const LONGEST: usize = 40;
    let Stmt::Decl(Decl::Var(variables)) = statement else { return None };
    let [VarDeclarator { name: Pat::Ident(_), init: Some(init), .. }] = &variables.decls[..] else { return None };
    if variables.kind != VarDeclKind::Const {
        return None;
    }
    let text = match &**init {
        Expr::Lit(Lit::Num(number)) if number.value.fract() == 0.0 && number.value.abs() < 1e15 => {
            format!("{}", number.value)
        }
        Expr::Lit(Lit::Bool(boolean)) => boolean.value.to_string(),
        Expr::Lit(Lit::Str(text)) => serde_json::to_string(text.value.as_str()?).ok()?,
        _ => return None,
    };
    (text.len() <= LONGEST && text != "-0").then_some(text)
}

/// Notes which symbols change, and refuses writes to imports.
fn mark_writes(
    statements: &[Stmt],
    writes: &[(Id, SwcSpan)],
    names: &mut Names<'_, '_>,
    source: &Arc<Source>,
    positions: &super::parse::Positions,
    faults: &mut Vec<Diagnostic>,
) {
    let mut initialized = BTreeSet::new();
    for statement in statements {
        if let Stmt::Decl(Decl::Var(variables)) = statement {
            for id in swc_core::ecma::utils::find_pat_ids::<_, Id>(&variables.decls) {
                let again = !initialized.insert(id.clone());
                if let Some(symbol) = names.symbol(&id).filter(|_| again) {
                    names.symbols[symbol as usize].assigned = true;
                }
            }
        }
    }
    for (id, span) in writes {
        let Some(symbol) = names.symbol(id) else { continue };
        let symbol = &mut names.symbols[symbol as usize];
        symbol.assigned = true;
        if symbol.import.is_some() {
            let message = format!("`{}` is imported and cannot be assigned", symbol.name);
            faults.push(
                Diagnostic::error(Code::AssignedImport, message)
                    .at(Place::span(source, positions.span(*span)))
                    .hint("Let the module that declares it export a function that assigns it"),
            );
        }
    }
}

fn exports(
    exported: BTreeMap<String, Exported>,
    names: &Names<'_, '_>,
    source: &Arc<Source>,
    faults: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Export> {
    let mut exports = BTreeMap::new();
    for (name, exported) in exported {
        let export = match exported {
            Exported::Id(id, span) => match names.symbol(&id) {
                Some(symbol) => Export::Symbol(symbol),
                None => {
                    faults.push(
                        Diagnostic::error(Code::InvalidScript, format!("`{}` is exported but not declared", id.0))
                            .at(Place::span(source, span))
                            .hint("Declare it in this module, or remove it from the export"),
                    );
                    continue;
                }
            },
            Exported::From { reference, name, span } => Export::From { reference, name, span },
        };
        exports.insert(name, export);
    }
    exports
}

/// The references that these specifiers, arguments of `require`, became.
fn required(references: &[FoundReference], specifiers: &[String]) -> Vec<usize> {
    let reference = |specifier: &String| {
        references.iter().position(|at| at.kind == ReferenceKind::Require && at.specifier == *specifier)
    };
    specifiers.iter().filter_map(reference).collect()
}

/// Gives the statements their places in the printed text.
fn place(records: &mut Vec<Statement>, text: &str, slots: &[(u32, Slot)], common_js: bool) {
    let end = text.len() as u32;
    if common_js {
        records.push(Statement {
            start: 0,
            end,
            code: 0,
            form: Form::Other,
            declares: Vec::new(),
            effects: true,
            pure_if: Vec::new(),
            timeless: false,
        });
        return;
    }
    let starts: Vec<u32> =
        slots.iter().filter(|(_, slot)| *slot == Slot::Statement).map(|(offset, _)| *offset).collect();
    for (nth, record) in records.iter_mut().enumerate() {
        record.start = starts.get(nth).copied().unwrap_or(end);
        record.end = starts.get(nth + 1).copied().unwrap_or(end);
        record.code = record.start + comments_at(&text[record.start as usize..record.end as usize]) as u32;
    }
}

/// How many bytes of white space and comments `text` begins with.
fn comments_at(text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        at += rest.len() - rest.trim_start().len();
        let rest = &text[at..];
        let length = if rest.starts_with("//") {
            rest.find('\n')
        } else if rest.starts_with("/*") {
            rest.find("*/").map(|end| end + 2)
        } else {
            None
        };
        match length {
            Some(length) => at += length,
            None => return at,
        }
    }
}

/// Only comments before something stay: then a statement ends where its code does.
fn drop_trailing(comments: &SingleThreadedComments) {
    let (mut leading, mut trailing) = comments.borrow_all_mut();
    trailing.clear();
    leading.values_mut().for_each(|comments: &mut Vec<Comment>| {
        comments.retain(|comment| !comment.text.starts_with("# sourceMappingURL="));
    });
    leading.retain(|_, comments| !comments.is_empty());
}

/// Names that scopes below the top level bind, and some that they only use.
fn nested_names(program: &Program, stand_ins: &StandIns<Slot>, globals: &BTreeSet<String>) -> BTreeSet<String> {
    struct All(BTreeSet<swc_core::atoms::Atom>);
    impl Visit for All {
        fn visit_ident(&mut self, node: &Ident) {
            if !self.0.contains(&node.sym) {
                self.0.insert(node.sym.clone());
            }
        }
    }
    let mut all = All(BTreeSet::new());
    program.visit_with(&mut all);
    let names = all.0.into_iter().map(|name| name.to_string());
    names.filter(|name| stand_ins.read(name).is_none() && !globals.contains(name)).collect()
}

/// Numbers and strings in the form of strict code: `010` becomes `8`.
struct PlainNumbers;

impl VisitMut for PlainNumbers {
    fn visit_mut_number(&mut self, node: &mut Number) {
        let octal = |raw: &swc_core::atoms::Atom| {
            let mut digits = raw.bytes();
            digits.next() == Some(b'0') && digits.next().is_some_and(|digit| digit.is_ascii_digit())
        };
        if node.raw.as_ref().is_some_and(octal) {
            node.raw = None;
        }
    }

    fn visit_mut_str(&mut self, node: &mut Str) {
        // An octal escape.
        if node.raw.as_ref().is_some_and(|raw| raw.contains('\\')) {
            node.raw = None;
        }
    }
}
