use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Kind, Piece, Reference};
use crate::path::{ProjectPath, UrlPath};
use crate::source::{Source, Span};

/// A file that discover found, or that a reference led to.
#[derive(Clone, Debug)]
pub struct SourceFile {
    pub path: ProjectPath,
    pub on_disk: PathBuf,
    /// Its place in the output, extension already replaced; `None` for a file outside of every source root.
    pub logical: Option<UrlPath>,
    pub kind: Kind,
    /// Only reachable by import: its name or one of its folders below the source root starts with `_`.
    pub partial: bool,
    /// In bytes; what long jobs are told by.
    pub size: u64,
}

/// Index into [`ModuleGraph::modules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleId(pub usize);

/// A source that was read as far as its references.
#[derive(Debug)]
pub struct Module {
    pub file: SourceFile,
    /// The text, where the kind is read as text.
    pub source: Option<Arc<Source>>,
    pub body: Body,
    pub references: Vec<Reference>,
    /// Modules imported for their types alone: no code of them is needed, but they are no entries either.
    pub type_imports: Vec<ModuleId>,
}

#[derive(Debug)]
pub enum Body {
    Script(Box<Script>),
    /// Parsed for its references; printed when it is bundled with what it imports.
    Style,
    /// An SVG or a web manifest, with holes.
    Text(Piece),
    /// Not read yet: a picture, a font, anything else.
    Binary,
    /// Reported as broken, or left out: nothing is written for it.
    Nothing,
}

/// How a script may be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ScriptFormat {
    /// `<script src>`: its top-level names are globals.
    Classic,
    /// `<script src>` or `<script type="module" src>`: its names do not leak.
    Iife,
    /// `<script type="module" src>` only.
    Esm,
}

/// A compiled script.
#[derive(Debug)]
pub struct Script {
    pub piece: Piece,
    pub format: ScriptFormat,
    pub imports: Vec<ImportedName>,
    pub exports: Exports,
}

/// A name that a module takes from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedName {
    /// Index into the module's references.
    pub reference: usize,
    /// The exported name, `default` included; a namespace import takes no name and is not listed.
    pub name: String,
    pub span: Span,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exports {
    pub names: BTreeSet<String>,
    /// Indices of the references that `export * from` names.
    pub stars: Vec<usize>,
}

#[derive(Debug, Default)]
pub struct ModuleGraph {
    pub modules: Vec<Module>,
    pub by_path: BTreeMap<ProjectPath, ModuleId>,
}

impl ModuleGraph {
    pub fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.0]
    }

    pub fn ids(&self) -> impl Iterator<Item = ModuleId> + use<> {
        (0..self.modules.len()).map(ModuleId)
    }
}
