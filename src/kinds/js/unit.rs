//! Minifies a run of linked statements on its own: compresses it, shortens the names inside of its functions, and leaves
//! holes for the names of its top level, which are given when the whole bundle is known.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};
use swc_core::atoms::Atom;
use swc_core::common::SyntaxContext;
use swc_core::ecma::ast::*;
use swc_core::ecma::transforms::base::fixer::fixer;
use swc_core::ecma::transforms::base::hygiene;
use swc_core::ecma::transforms::base::rename::{Renamer, rename, renamer};
use swc_core::ecma::utils::find_pat_ids;
use swc_core::ecma::visit::{Visit, VisitMutWith, VisitWith};

use super::stand_ins::{StandIns, offsets_in};
use super::{in_scope, lower::Browsers, minify, parse, print};
use crate::config::Targets;
use crate::graph::Origin;

/// A text to minify. It has holes for top-level names and for parts of strings.
#[derive(Debug, Default, Serialize)]
pub struct Unit {
    pub text: String,
    /// Sorted by offset.
    pub holes: Vec<(u32, UnitHole)>,
    /// What is known of each name.
    pub names: Vec<UnitName>,
    /// Whether to keep positions.
    pub mapped: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum UnitHole {
    /// An index into [`Unit::names`]; in what was minified, numbers behind those are new names.
    Name(u32),
    /// A number that is kept.
    Path(u32),
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct UnitName {
    /// The unit declares it.
    pub declared: bool,
    /// Something outside of the unit uses it.
    pub exported: bool,
    /// Declared elsewhere, and it may change.
    pub changes: bool,
}

/// A minified text.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Minified {
    pub text: String,
    pub holes: Vec<(u32, UnitHole)>,
    /// Offsets in this text, each with the offset in the unit's text that it comes from.
    pub origins: Vec<(u32, u32)>,
    /// For each name, those that would capture it where it stands.
    pub captures: BTreeMap<u32, BTreeSet<String>>,
    pub globals: BTreeSet<String>,
    /// It ends with a declaration, behind which no `;` is needed.
    pub ends_with_declaration: bool,
}

/// Minifies a unit; `None` if swc fails on it, so that it has to be used as it is.
///
/// Needs a stack of at least 256 MB.
pub fn minify_unit(unit: &Unit, targets: &Targets) -> Option<Minified> {
    catch_unwind(AssertUnwindSafe(|| in_scope(|| minify_in_scope(unit, targets)))).ok().flatten()
}

fn minify_in_scope(unit: &Unit, targets: &Targets) -> Option<Minified> {
    let browsers = Browsers::new(targets);
    let mut stand_ins: StandIns<UnitHole> = StandIns::unused_in(&unit.text);
    let words: Vec<String> =
        (0..unit.names.len() as u32).map(|name| stand_ins.stand_for(UnitHole::Name(name))).collect();
    let mut paths: BTreeMap<u32, String> = BTreeMap::new();
    let (mut text, mut places) = (String::with_capacity(unit.text.len() * 2), Vec::new());
    let list = |wanted: fn(&UnitName) -> bool| {
        let some = words.iter().zip(&unit.names).filter(|(_, name)| wanted(name)).map(|(word, _)| word.as_str());
        some.collect::<Vec<_>>().join(",")
    };
    text.push_str(&format!("import{{{}}}from\"linked\";", list(|name| !name.declared && !name.changes)));
    let mut from = 0;
    for &(offset, hole) in &unit.holes {
        places.push((text.len(), from));
        text.push_str(&unit.text[from as usize..offset as usize]);
        from = offset;
        // What stands behind the hole comes from there.
        places.push((text.len(), offset));
        match hole {
            UnitHole::Name(name) => text.push_str(&words[name as usize]),
            UnitHole::Path(path) => text.push_str(paths.entry(path).or_insert_with(|| stand_ins.stand_for(hole))),
        }
    }
    places.push((text.len(), from));
    text.push_str(&unit.text[from as usize..]);
    text.push_str(&format!("\nexport{{{}}};", list(|name| name.declared && name.exported)));

    let parsed = parse::parse_printed(text)?;
    let comments = parsed.comments;
    let mut program = Program::Module(parsed.module);
    let marks = minify::compress_linked(&mut program, browsers.language, &comments);
    let Program::Module(module) = &mut program else { return None };
    module.body.retain(|item| match item {
        ModuleItem::ModuleDecl(ModuleDecl::Import(_)) => false,
        ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(export)) => export.src.is_some(),
        _ => true,
    });
    if module.body.iter().any(ModuleItem::is_module_decl) {
        return None;
    }
    let globals = name_top_level(&mut program, &mut stand_ins, unit.names.len() as u32, marks);
    program.mutate(renamer(hygiene::Config::default(), Short { stand_ins: &stand_ins }));
    let captures = captures(&program, &stand_ins, &globals);
    let ends_with_declaration = match &program {
        Program::Module(module) => {
            matches!(module.body.last(), Some(ModuleItem::Stmt(Stmt::Decl(Decl::Fn(_) | Decl::Class(_)))) | None)
        }
        Program::Script(_) => false,
    };
    program.mutate(fixer(None));
    let style = print::Style { compact: true, language: browsers.language, comments: None, mapped: unit.mapped };
    let (printed, positions) = print::print(&mut program, &parsed.map, &style).ok()?;
    if !parse::parses(&printed, true) {
        return None;
    }
    let offsets = offsets_in(&printed, positions.iter().map(|(_, at)| (at.line, at.col)));
    // As lines, which are moved along with what is cut out, go the offsets in the unit's text.
    let mut origins: Vec<Origin> = positions
        .iter()
        .zip(offsets)
        .filter_map(|((position, _), offset)| {
            let at = parsed.positions.offset(*position)?;
            let place = places.partition_point(|(start, _)| *start <= at).checked_sub(1)?;
            let (start, origin) = places[place];
            let end = places.get(place + 1).map_or(u32::MAX, |(_, next)| *next);
            Some(Origin { offset, line: (origin + (at - start) as u32).min(end), column: 0 })
        })
        .collect();
    origins.sort_by_key(|at| (at.offset, std::cmp::Reverse(at.line)));
    origins.dedup_by_key(|at| at.offset);
    let (text, holes, origins) = stand_ins.cut(&printed, &origins, |_, _| 0);
    let origins = origins.into_iter().map(|origin| (origin.offset, origin.line)).collect();
    Some(Minified { text, holes, origins, captures, globals, ends_with_declaration })
}

/// Gives stand-ins to the names that the compressor made at the top level; lists the globals that are used.
fn name_top_level(
    program: &mut Program,
    stand_ins: &mut StandIns<UnitHole>,
    first_new: u32,
    marks: minify::Marks,
) -> BTreeSet<String> {
    let mut finder = TopLevel { declared: Vec::new(), in_block: false };
    program.visit_with(&mut finder);
    let mut next = first_new;
    let mut seen = BTreeSet::new();
    let mut map = Default::default();
    fn insert(map: &mut impl Extend<(Id, Atom)>, id: Id, word: Atom) {
        map.extend([(id, word)]);
    }
    for id in finder.declared {
        if stand_ins.read(&id.0).is_none() && seen.insert(id.clone()) {
            let word = stand_ins.stand_for(UnitHole::Name(next));
            next += 1;
            insert(&mut map, id, word.into());
        }
    }
    let unresolved = SyntaxContext::empty().apply_mark(marks.unresolved);
    let mut globals = Globals { unresolved, found: BTreeSet::new() };
    program.visit_with(&mut globals);
    program.visit_mut_with(&mut rename(&map));
    globals.found.into_iter().filter(|name| stand_ins.read(name).is_none()).collect()
}

struct Globals {
    unresolved: SyntaxContext,
    found: BTreeSet<String>,
}

impl Visit for Globals {
    fn visit_ident(&mut self, node: &Ident) {
        if node.ctxt == self.unresolved && !self.found.contains(&*node.sym) {
            self.found.insert(node.sym.to_string());
        }
    }
}

/// The names that a module declares at its top level.
struct TopLevel {
    declared: Vec<Id>,
    in_block: bool,
}

impl TopLevel {
    fn in_block(&mut self, node: &impl VisitWith<Self>) {
        let outer = std::mem::replace(&mut self.in_block, true);
        node.visit_children_with(self);
        self.in_block = outer;
    }
}

impl Visit for TopLevel {
    fn visit_var_decl(&mut self, node: &VarDecl) {
        if node.kind == VarDeclKind::Var || !self.in_block {
            self.declared.extend(find_pat_ids::<_, Id>(&node.decls));
        }
        node.visit_children_with(self);
    }

    fn visit_fn_decl(&mut self, node: &FnDecl) {
        if !self.in_block {
            self.declared.push(node.ident.to_id());
        }
    }

    fn visit_class_decl(&mut self, node: &ClassDecl) {
        if !self.in_block {
            self.declared.push(node.ident.to_id());
        }
    }

    fn visit_block_stmt(&mut self, node: &BlockStmt) {
        self.in_block(node);
    }

    fn visit_switch_stmt(&mut self, node: &SwitchStmt) {
        self.in_block(node);
    }

    fn visit_for_stmt(&mut self, node: &ForStmt) {
        self.in_block(node);
    }

    fn visit_for_in_stmt(&mut self, node: &ForInStmt) {
        self.in_block(node);
    }

    fn visit_for_of_stmt(&mut self, node: &ForOfStmt) {
        self.in_block(node);
    }

    // What functions and classes declare is theirs.

    fn visit_function(&mut self, _: &Function) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
    fn visit_class(&mut self, _: &Class) {}
}

/// The order in which letters are given: that of their frequency in minified code.
const LETTERS: &[u8; 64] = b"etnrisaolcudpfmhgvybwxkSETCNMALRIPODBFVjqzUGHWXKYQJZ$_0123456789";

/// The name with this number; the first 54 are single letters.
pub fn short_name(mut number: usize) -> String {
    let mut name = vec![LETTERS[number % 54]];
    number /= 54;
    while number > 0 {
        number -= 1;
        name.push(LETTERS[number % 64]);
        number /= 64;
    }
    name.into_iter().map(char::from).collect()
}

/// Whether a name that [`short_name`] may give is a word of the language.
pub fn is_word_of_the_language(name: &str) -> bool {
    matches!(
        name,
        "do" | "if"
            | "in"
            | "of"
            | "as"
            | "is"
            | "for"
            | "let"
            | "new"
            | "try"
            | "var"
            | "get"
            | "set"
            | "case"
            | "else"
            | "enum"
            | "eval"
            | "null"
            | "this"
            | "true"
            | "void"
            | "with"
            | "from"
            | "then"
    )
}

/// Names for what functions declare; the top level keeps its stand-ins.
struct Short<'a> {
    stand_ins: &'a StandIns<UnitHole>,
}

impl Renamer for Short<'_> {
    type Target = Atom;

    const MANGLE: bool = true;
    const RESET_N: bool = false;

    fn new_name_for(&self, _: &Id, n: &mut usize) -> Atom {
        loop {
            let name = short_name(*n);
            *n += 1;
            if !is_word_of_the_language(&name) {
                return name.into();
            }
        }
    }

    fn preserve_name(&self, id: &Id) -> bool {
        self.stand_ins.read(&id.0).is_some()
    }
}

/// For each top-level name, the names that occur directly in the functions around its uses.
fn captures(
    program: &Program,
    stand_ins: &StandIns<UnitHole>,
    globals: &BTreeSet<String>,
) -> BTreeMap<u32, BTreeSet<String>> {
    let mut finder = Capturing { stand_ins, functions: vec![Scope::default()], open: vec![0], uses: BTreeMap::new() };
    program.visit_with(&mut finder);
    let Capturing { functions, uses, .. } = finder;
    uses.into_iter()
        .map(|(name, within)| {
            let mut around: BTreeSet<usize> = BTreeSet::new();
            for mut function in within {
                while around.insert(function) {
                    function = functions[function].outer;
                }
            }
            let names = around.into_iter().flat_map(|function| &functions[function].names);
            (name, names.map(|name| name.to_string()).filter(|name| !globals.contains(name)).collect())
        })
        .collect()
}

/// A function, or the top level, which is its own outer one.
#[derive(Default)]
struct Scope {
    outer: usize,
    names: BTreeSet<Atom>,
}

struct Capturing<'a> {
    stand_ins: &'a StandIns<UnitHole>,
    functions: Vec<Scope>,
    open: Vec<usize>,
    uses: BTreeMap<u32, BTreeSet<usize>>,
}

impl Capturing<'_> {
    fn in_function(&mut self, node: &impl VisitWith<Self>) {
        let outer = self.open.last().copied().unwrap_or(0);
        self.open.push(self.functions.len());
        self.functions.push(Scope { outer, ..Scope::default() });
        node.visit_children_with(self);
        self.open.pop();
    }
}

impl Visit for Capturing<'_> {
    fn visit_ident(&mut self, node: &Ident) {
        let function = self.open.last().copied().unwrap_or(0);
        match self.stand_ins.read(&node.sym) {
            Some(UnitHole::Name(name)) => _ = self.uses.entry(name).or_default().insert(function),
            Some(UnitHole::Path(_)) => {}
            None => {
                let names = &mut self.functions[function].names;
                if !names.contains(&node.sym) {
                    names.insert(node.sym.clone());
                }
            }
        }
    }

    fn visit_function(&mut self, node: &Function) {
        self.in_function(node);
    }

    fn visit_arrow_expr(&mut self, node: &ArrowExpr) {
        self.in_function(node);
    }

    fn visit_constructor(&mut self, node: &Constructor) {
        self.in_function(node);
    }
}
