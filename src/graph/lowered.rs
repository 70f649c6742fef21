use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::source::Span;

/// A script that is to be linked: its text after lowering, with holes for every name that linking gives, and the record of
/// what linking must know of it. Everything else about it is settled, so it depends on the source and the options alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lowered {
    /// Readable; its statements stand one after the other, each on lines of its own.
    pub text: String,
    /// Sorted by offset.
    pub holes: Vec<NameHole>,
    /// Sorted by offset; empty when no source map is wanted.
    pub origins: Vec<Origin>,
    /// The statements of the top level, in order. A CommonJS module has one, which is its whole body.
    pub statements: Vec<Statement>,
    /// The names of the top level: what the module declares and what it imports.
    pub symbols: Vec<Symbol>,
    /// The references of its static imports and re-exports, in the order of the source, without repeats.
    pub imports: Vec<usize>,
    pub exports: BTreeMap<String, Export>,
    /// `export * from`, with the place of each.
    pub stars: Vec<(usize, Span)>,
    /// `None` for an ECMAScript module.
    pub common_js: Option<CommonJs>,
    /// Names that are bound in nested scopes: no other name may be put there that one of them would capture.
    pub nested: BTreeSet<String>,
    /// Globals that it uses, which no top-level name of a bundle may hide.
    pub globals: BTreeSet<String>,
    /// It waits at its top level.
    pub awaits: bool,
    /// It uses `import.meta` otherwise than for its address; only a module may.
    pub import_meta: bool,
    /// It has a direct `eval`, which may see any of its names.
    pub evals: bool,
    /// Comments that licences want to be kept.
    pub legal_comments: Vec<String>,
}

/// Where a byte of a text comes from; line and column (in UTF-16 units) from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    pub offset: u32,
    pub line: u32,
    pub column: u32,
}

/// A place of a text where something is put that is not known yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameHole {
    pub offset: u32,
    pub stands_for: StandsFor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StandsFor {
    /// An index into [`Lowered::symbols`]. `called`: a call stands here, which must not gain a `this`.
    Symbol { symbol: u32, called: bool },
    /// The function that gives what `require` of the reference gives; it is called here.
    Require(usize),
    /// The function that does what `import()` of the reference does; it is called here.
    Dynamic(usize),
    /// `import.meta.url`
    Address,
    /// The path of an output, in a string.
    Reference { reference: usize, dotted: bool },
}

/// A statement of the top level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// Range of bytes of [`Lowered::text`], line end included.
    pub start: u32,
    pub end: u32,
    /// Where the code begins, behind comments.
    pub code: u32,
    pub form: Form,
    /// Indices of symbols.
    pub declares: Vec<u32>,
    /// Whether running it may do more than give its names their values. If it only calls `pure_if`, it has effects unless
    /// all of them turn out to have none.
    pub effects: bool,
    pub pure_if: Vec<u32>,
    /// Whether it means the same at whatever time it runs.
    pub timeless: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// `function f() {}`, which exists before the module runs.
    Function,
    /// `class C {}`
    Class,
    /// One declarator.
    Variable { keyword: Keyword, pattern: bool, initialized: bool },
    /// Declares nothing.
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Keyword {
    Var,
    Let,
    Const,
}

impl Keyword {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Var => "var",
            Self::Let => "let",
            Self::Const => "const",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Symbol {
    /// As the source names it.
    pub name: String,
    /// `None`: the module declares it.
    pub import: Option<Import>,
    /// It may change after its declaration has run.
    pub assigned: bool,
    /// A `const` with this short literal.
    pub literal: Option<String>,
    /// A function whose calls may be dropped when nobody uses what they give.
    pub pure: bool,
}

/// What an imported symbol is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Import {
    pub reference: usize,
    pub name: ImportName,
    pub span: Span,
    /// `ns.name` of a namespace: when there is no such name, it is `undefined` and no error.
    pub member: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ImportName {
    /// `default` included.
    Named(String),
    Namespace,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Export {
    /// An index into [`Lowered::symbols`].
    Symbol(u32),
    /// `export { name } from`, `export * as name from`
    From { reference: usize, name: ImportName, span: Span },
}

/// What is known of a CommonJS module without running it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CommonJs {
    /// The names that Node's lexer finds.
    pub exports: BTreeSet<String>,
    /// References that it exports all names of.
    pub reexports: Vec<usize>,
    /// Whether the text says `__esModule` anywhere.
    pub es_module: bool,
    /// Whether its body uses `this` or `arguments` of the function that it becomes.
    pub uses_this: bool,
}

impl Lowered {
    /// The holes of a statement.
    pub fn holes_of(&self, statement: usize) -> &[NameHole] {
        let Statement { start, end, .. } = self.statements[statement];
        self.holes_between(start, end)
    }

    /// The holes at or behind `start` and before `end`.
    pub fn holes_between(&self, start: u32, end: u32) -> &[NameHole] {
        let from = self.holes.partition_point(|hole| hole.offset < start);
        let to = self.holes.partition_point(|hole| hole.offset < end);
        &self.holes[from..to.max(from)]
    }
}
