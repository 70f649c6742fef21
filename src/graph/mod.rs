//! The nouns that travel between the stages. Data and small accessors only.

mod chunk;
mod dimensions;
mod kind;
mod linkage;
mod lowered;
mod module;
mod output;
mod piece;
mod reference;
mod report;

pub use chunk::{Chunk, ChunkBody, ChunkId};
pub use dimensions::Dimensions;
pub use kind::Kind;
pub use linkage::{Binding, Bundle, Helper, Linkage, Name, Outside, Shape, Step};
pub use lowered::{
    CommonJs, Export, Form, Import, ImportName, Keyword, Lowered, NameHole, Origin, StandsFor, Statement, Symbol,
};
pub use module::{
    Body, CompiledStyle, Exports, ImportedName, Load, Module, ModuleGraph, ModuleId, PackageType, Script, ScriptFormat,
    SourceFile,
};
pub use output::{Draft, DraftBody, EntryFacts, Fill, Output, OutputBody, OutputEntry, OutputFile, Sibling};
pub use piece::{Hole, Piece, Placeholders};
pub use reference::{FoundReference, Reference, ReferenceKind, Specifier, Target};
pub use report::{OutputReport, Report};
