use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Kind, Lowered, Piece, Reference};
use crate::diagnostic::Place;
use crate::path::{ProjectPath, UrlPath};
use crate::source::{Source, SourceMap, Span};

/// A file that discover found, or that a reference led to.
#[derive(Clone, Debug)]
pub struct SourceFile {
    pub path: ProjectPath,
    pub on_disk: PathBuf,
    /// Its place in the output, extension already replaced; `None` for a file outside of every source root.
    pub logical: Option<UrlPath>,
    pub kind: Kind,
    /// Only reachable by import: its name or one of its folders below the source root starts with `_`, or it is a package's.
    pub partial: bool,
    /// In bytes; what long jobs are told by. 0 where that is not known before it is read.
    pub size: u64,
    pub load: Load,
    /// What package.json says: whether running the module does anything besides giving its exports. `true` when unsaid.
    pub side_effects: bool,
    /// What the nearest package.json says, which counts for `.js`, `.jsx`, `.ts` and `.tsx` alone; see [`Self::package_type`].
    pub declared_type: Option<PackageType>,
}

impl SourceFile {
    /// A file of which nothing is known but where it is.
    pub fn new(path: ProjectPath, on_disk: PathBuf) -> Self {
        Self {
            kind: Kind::of(path.as_str()),
            path,
            on_disk,
            logical: None,
            partial: false,
            size: 0,
            load: Load::AsKind,
            side_effects: true,
            declared_type: None,
        }
    }

    /// Which kind of module the file is in Node.js, where that is said: by its extension, else by package.json.
    pub fn package_type(&self) -> Option<PackageType> {
        match self.path.as_str().rsplit_once('.').map(|(_, extension)| extension) {
            Some("mjs" | "mts") => Some(PackageType::Module),
            Some("cjs" | "cts") => Some(PackageType::CommonJs),
            _ => self.declared_type,
        }
    }
}

/// How a file becomes a module. All but the first and [`Self::Styles`] are scripts, whose text is made from the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Load {
    /// What its [`Kind`] says.
    #[default]
    AsKind,
    /// The value is the default export; its keys that are identifiers are exports too.
    Json,
    /// The value is `module.exports`: what `require` gives.
    RequiredJson,
    /// The text is the default export: `?raw`, `with { type: "text" }`.
    Text,
    /// The bytes are the default export, a `Uint8Array`: `with { type: "bytes" }`.
    Bytes,
    /// The address of the output is the default export: `?url`, and every import of a picture or font.
    Address,
    /// A `data:` address is the default export: `?inline`.
    DataUrl,
    /// The stylesheet of what the script imports of CSS: no script.
    Styles,
    /// A CommonJS module without anything: `"browser": {"fs": false}` in package.json. There may be no such file.
    Nothing,
}

/// `type` of package.json.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum PackageType {
    Module,
    CommonJs,
}

/// Index into [`ModuleGraph::modules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    /// A script that is written on its own.
    Script(Box<Script>),
    /// A script that is linked with what it imports.
    Module(Arc<Lowered>),
    /// Parsed for its references; printed when it is bundled with what it imports.
    Style,
    /// A Sass sheet that became CSS, which is from there on treated as [`Body::Style`] is.
    CompiledStyle(Box<CompiledStyle>),
    /// An SVG or a web manifest, with holes.
    Text(Piece),
    /// Not read yet: a picture, a font, anything else.
    Binary,
    /// Reported as broken, or left out: nothing is written for it.
    Nothing,
}

/// CSS that was compiled from sheets in another language.
#[derive(Debug)]
pub struct CompiledStyle {
    /// Under the path of the entry that it was compiled from.
    pub css: Arc<Source>,
    /// From `css` to the sheets that were written by hand.
    pub map: SourceMap,
}

impl CompiledStyle {
    /// Where a range of `css` was written: the same text there if it stands there, else the rest of the line.
    pub fn original(&self, span: Span) -> Option<(Arc<Source>, Span)> {
        let (line, column) = self.css.line_and_utf16_column(span.start);
        let mapping = self.map.original(line, column)?;
        let source = self.map.sources.get(mapping.source as usize)?;
        let start = source.offset_of_utf16(mapping.source_line, mapping.source_column);
        let rest = &source.text[start..];
        let line_end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let written = &self.css.text[span.start..span.end];
        let span = match rest[..line_end].find(written).filter(|_| !written.is_empty()) {
            Some(at) => Span::new(start + at, start + at + written.len()),
            None => Span::new(start, start + rest[..line_end].trim_end().len()),
        };
        Some((Arc::clone(source), span))
    }

    /// `place`, in what was written by hand if it is a place of `css`.
    pub fn original_place(&self, place: Place) -> Place {
        let original = match &place.frame {
            Some((source, span)) if source.path == self.css.path && source.hash() == self.css.hash() => {
                self.original(*span)
            }
            _ => None,
        };
        original.map_or(place, |(source, span)| Place::span(&source, span))
    }
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
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Script {
    pub piece: Piece,
    pub format: ScriptFormat,
    pub imports: Vec<ImportedName>,
    pub exports: Exports,
}

/// A name that a module takes from another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedName {
    /// Index into the module's references.
    pub reference: usize,
    /// The exported name, `default` included; a namespace import takes no name and is not listed.
    pub name: String,
    pub span: Span,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exports {
    pub names: BTreeSet<String>,
    /// Indices of the references that `export * from` names.
    pub stars: Vec<usize>,
}

#[derive(Debug, Default)]
pub struct ModuleGraph {
    pub modules: Vec<Module>,
    pub by_path: BTreeMap<(ProjectPath, Load), ModuleId>,
}

impl ModuleGraph {
    pub fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.0]
    }

    /// The module as it is to be linked, if it is.
    pub fn lowered(&self, id: ModuleId) -> Option<&Lowered> {
        match &self.module(id).body {
            Body::Module(lowered) => Some(lowered),
            Body::Script(_) | Body::Style | Body::CompiledStyle(_) | Body::Text(_) | Body::Binary | Body::Nothing => {
                None
            }
        }
    }

    pub fn ids(&self) -> impl Iterator<Item = ModuleId> + use<> {
        (0..self.modules.len()).map(ModuleId)
    }
}
