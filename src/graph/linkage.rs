use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{ChunkId, ModuleGraph, ModuleId};

/// A top-level name of a bundle, told apart from all others by what it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    /// The symbol with this index, which the module declares.
    Symbol(ModuleId, u32),
    /// The module's namespace object.
    Namespace(ModuleId),
    /// The function that gives what `require` of the module gives.
    Require(ModuleId),
    /// The function that runs a module that does not run by itself.
    Init(ModuleId),
    /// What a CommonJS module exported, once it has run.
    Exports(ModuleId),
    /// The namespace object that a CommonJS module has for those that import it; `true` for those that Node reads as
    /// ECMAScript modules, to which `__esModule` means nothing.
    Interop(ModuleId, bool),
    /// The function that does what `import()` of the module does.
    Dynamic(ModuleId, bool),
    /// As `Dynamic` and `Require`, for a reference that leads to no module.
    OutsideDynamic(ModuleId, usize),
    OutsideRequire(ModuleId, usize),
    /// A name of a script outside: an index into [`Linkage::outside`].
    Outside(usize),
    /// The evaluation of a module that waits, or of one that waits for such a module.
    Evaluation(ModuleId),
    /// A name that the minifier made: its unit, and a number there.
    Local(usize, u32),
    Helper(Helper),
}

/// A function that bundles call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Helper {
    CommonJs,
    Lazy,
    Namespace,
    Interop,
    Required,
    Evaluate,
    /// Not a function but the address of the script, as a text.
    Address,
}

/// What stands where a symbol is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Binding {
    Name(Name),
    Member {
        object: Name,
        property: String,
    },
    Literal(String),
    /// There is no such name, which is no fault here.
    Undefined,
}

impl Binding {
    /// The name that must be there for it.
    pub fn name(&self) -> Option<Name> {
        match self {
            Self::Name(name) | Self::Member { object: name, .. } => Some(*name),
            Self::Literal(_) | Self::Undefined => None,
        }
    }
}

/// An import of something that is not linked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outside {
    /// Who wrote the first such import: where the specifier is to be had.
    pub module: ModuleId,
    pub reference: usize,
    /// As written; what tells one outside script from another.
    pub specifier: String,
    /// `None`: the whole namespace.
    pub name: Option<String>,
}

/// How a module becomes part of its bundle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// Nothing of it is needed.
    #[default]
    Absent,
    /// Its statements stand among those of the others.
    Inline,
    /// Its statements stand in a function that is called where it is to run; its names stay outside.
    Lazy,
    /// Its statements stand in a function that runs when all that it imports has run, and that may wait.
    Waiting,
    /// Its body is a function with `exports` and `module`.
    CommonJs,
    /// As `CommonJs`, and it runs only when something asks for it.
    LazyCommonJs,
}

/// What linking found out about all modules; one entry a module.
#[derive(Debug, Default)]
pub struct Linkage {
    /// For each symbol.
    pub bindings: Arc<Vec<Vec<Binding>>>,
    /// For each statement, whether it is needed.
    pub included: Vec<Vec<bool>>,
    pub shapes: Vec<Shape>,
    /// The names of each module whose namespace object is needed, sorted.
    pub namespaces: BTreeMap<ModuleId, BTreeMap<String, Binding>>,
    /// Names that are needed beside the symbols: what a bundle has to make.
    pub made: BTreeSet<Name>,
    pub outside: Arc<Vec<Outside>>,
    /// For each module, whether Node reads it as an ECMAScript module.
    pub node: Arc<Vec<bool>>,
    /// For each module, whether it imports itself, directly or not.
    pub circular: Vec<bool>,
    /// For each module the chunk that holds it.
    pub chunk_of: Vec<Option<ChunkId>>,
    /// The names that `import` may take of a CommonJS module.
    pub common_js_names: BTreeMap<ModuleId, BTreeSet<String>>,
    /// What lazy modules import and must run first, in order.
    pub imports: BTreeMap<ModuleId, Vec<ModuleId>>,
    /// Modules that something asks to run.
    pub begun: BTreeSet<ModuleId>,
    /// Under which names chunks export what `import()` takes of them.
    pub aliases: BTreeMap<Name, String>,
    /// The chunks whose exports are just those of the module that `import()` asks for.
    pub natural: BTreeMap<ModuleId, ChunkId>,
    /// It becomes one classic script.
    pub classic: bool,
}

impl Linkage {
    /// Whether `module` gets of `to`, by `import()`, what Node gives; only of CommonJS modules there are two opinions.
    pub fn asks_as_node(&self, graph: &ModuleGraph, module: ModuleId, to: ModuleId) -> bool {
        self.node[module.0] && graph.lowered(to).is_some_and(|lowered| lowered.common_js.is_some())
    }
}

/// What a chunk of linked modules is made of.
#[derive(Debug, Default)]
pub struct Bundle {
    /// In the order in which they first run.
    pub modules: Vec<ModuleId>,
    pub steps: Vec<Step>,
    /// The chunks that run before it, in order.
    pub imports: Vec<ChunkId>,
    /// What a page, or `import()`, gets of it.
    pub exports: BTreeMap<String, Binding>,
    /// `export * from` scripts outside: indices into [`Linkage::outside`].
    pub stars: Vec<usize>,
    /// Which linkage its modules are linked by.
    pub linkage: usize,
}

/// What happens when a bundle runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The module's statements run here.
    Run(ModuleId),
    /// A lazy module is asked to run.
    Init(ModuleId),
    /// A CommonJS module runs.
    Evaluate(ModuleId),
    /// A module that waits is begun, when those have run that it waits for.
    Begin(ModuleId, Vec<ModuleId>),
    /// The bundle waits for a module.
    Await(ModuleId),
}
