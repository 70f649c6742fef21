//! Text of a bundle in the making: pieces of modules and what is put between them, with holes for names.

use std::collections::BTreeSet;

use crate::graph::{
    Binding, ChunkId, Helper, Keyword, Linkage, Lowered, ModuleGraph, ModuleId, Name, Origin, StandsFor, Target,
};

/// A run of statements of a bundle, all of one module or none of them.
#[derive(Clone, Debug, Default)]
pub struct Part {
    pub text: String,
    /// Sorted by offset.
    pub holes: Vec<(u32, Put)>,
    /// Sorted by offset, each with the module that it is a place of.
    pub origins: Vec<(Origin, ModuleId)>,
    pub declares: BTreeSet<Name>,
    /// How many statements, about.
    pub statements: usize,
    /// Whose text it is.
    pub module: Option<ModuleId>,
}

/// What is put into a hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    Name(Name),
    /// The path of what a reference leads to, in a string.
    Reference {
        module: ModuleId,
        reference: usize,
        dotted: bool,
    },
    /// The path of another chunk, in a string.
    Chunk(ChunkId),
}

/// The syntax that the browsers know.
#[derive(Clone, Copy, Debug)]
pub struct Syntax {
    pub arrows: bool,
}

impl Part {
    pub fn of(module: ModuleId) -> Self {
        Self { module: Some(module), ..Self::default() }
    }

    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub fn put(&mut self, what: Put) {
        self.holes.push((self.text.len() as u32, what));
    }

    pub fn name(&mut self, name: Name) {
        self.put(Put::Name(name));
    }

    /// What `binding` stands for, as an expression.
    pub fn binding(&mut self, binding: &Binding, called: bool) {
        match binding {
            Binding::Name(name) => self.name(*name),
            Binding::Member { object, property } => {
                if called {
                    self.push("(0, ");
                }
                self.name(*object);
                self.push(&member(property));
                if called {
                    self.push(")");
                }
            }
            // A number before `.name` needs the brackets.
            Binding::Literal(text) if called => self.push(&format!("(0, {text})")),
            Binding::Literal(text) => self.push(&format!("({text})")),
            Binding::Undefined => self.push("(void 0)"),
        }
    }

    /// A function without parameters; `body` writes the expression that it gives.
    pub fn thunk(&mut self, syntax: Syntax, body: impl FnOnce(&mut Self)) {
        self.push(if syntax.arrows { "() => " } else { "function() { return " });
        body(self);
        if !syntax.arrows {
            self.push("; }");
        }
    }

    /// The head of a function whose body in braces follows.
    pub fn function(&mut self, syntax: Syntax, parameters: &str) {
        if syntax.arrows {
            self.push(&format!("({parameters}) => {{\n"));
        } else {
            self.push(&format!("function({parameters}) {{\n"));
        }
    }
}

/// Copies text of one module with its holes filled as they are known.
pub struct Copier<'a> {
    pub graph: &'a ModuleGraph,
    pub linkage: &'a Linkage,
    pub module: ModuleId,
    pub lowered: &'a Lowered,
}

impl Copier<'_> {
    /// Appends bytes `start` to `end` of the module's text.
    pub fn copy(&self, part: &mut Part, start: u32, end: u32) {
        let Self { lowered, .. } = self;
        let mut from = start;
        let mut next = lowered.origins.partition_point(|origin| origin.offset < start);
        // The shift is told anew behind each hole, which may be filled with text.
        let mut copy_up_to = |part: &mut Part, from: u32, to: u32, last: bool| {
            let base = part.text.len() as u32;
            while let Some(origin) = lowered.origins.get(next)
                && (origin.offset < to || !last && origin.offset == to)
            {
                part.origins.push((Origin { offset: origin.offset - from + base, ..*origin }, self.module));
                next += 1;
            }
            part.text.push_str(&lowered.text[from as usize..to as usize]);
        };
        for hole in lowered.holes_between(start, end) {
            copy_up_to(part, from, hole.offset, false);
            from = hole.offset;
            self.fill(part, hole.stands_for);
        }
        copy_up_to(part, from, end, true);
    }

    fn fill(&self, part: &mut Part, stands_for: StandsFor) {
        match stands_for {
            StandsFor::Symbol { symbol, called } => {
                part.binding(&self.linkage.bindings[self.module.0][symbol as usize], called);
            }
            StandsFor::Require(reference) => part.name(match self.target(reference) {
                Some(to) => Name::Require(to),
                None => Name::OutsideRequire(self.module, reference),
            }),
            StandsFor::Dynamic(reference) => part.name(match self.target(reference) {
                Some(to) => Name::Dynamic(to, self.linkage.asks_as_node(self.graph, self.module, to)),
                None => Name::OutsideDynamic(self.module, reference),
            }),
            StandsFor::Address if self.linkage.classic => part.name(Name::Helper(Helper::Address)),
            StandsFor::Address => part.push("import.meta.url"),
            StandsFor::Reference { reference, dotted } => {
                part.put(Put::Reference { module: self.module, reference, dotted });
            }
        }
    }

    /// The linked module that a reference leads to.
    fn target(&self, reference: usize) -> Option<ModuleId> {
        match self.graph.module(self.module).references.get(reference)?.target {
            Target::Module(to) => self.graph.lowered(to).map(|_| to),
            _ => None,
        }
    }
}

/// `.name`, or `["na me"]`.
pub fn member(property: &str) -> String {
    if is_identifier(property) { format!(".{property}") } else { format!("[{}]", quoted(property)) }
}

/// The name as the key of an object literal.
pub fn key(name: &str) -> String {
    match name {
        // As a plain key it would set the prototype.
        "__proto__" => "[\"__proto__\"]".to_owned(),
        name if is_identifier(name) => name.to_owned(),
        name => quoted(name),
    }
}

/// The name in an `import` or `export` list.
pub fn export_name(name: &str) -> String {
    if is_identifier(name) { name.to_owned() } else { quoted(name) }
}

pub fn quoted(text: &str) -> String {
    // Strings always serialise; JSON's are strings of JavaScript too.
    serde_json::to_string(text).unwrap_or_default()
}

/// Whether a text is a name without escapes, of letters that every version of the language knows. Reserved words are,
/// too: they may follow a dot.
pub fn is_identifier(text: &str) -> bool {
    let mut bytes = text.bytes();
    let starts = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$';
    bytes.next().is_some_and(starts) && bytes.all(|byte| starts(byte) || byte.is_ascii_digit())
}

/// The word with which made names are declared.
pub const DECLARE: &str = Keyword::Var.as_str();
