//! The graph as far as it is known, and the ids of its modules.

use std::sync::Arc;

use super::resolve::{Resolution, is_in_packages};
use crate::context::Context;
use crate::diagnostic::{Diagnostic, Place};
use crate::graph::{Body, FoundReference, Module, ModuleGraph, ModuleId, Reference, SourceFile, Target};
use crate::path::ProjectPath;
use crate::source::Source;

/// Ids are given in the order of the sources, then of the references in what was read: never in that of the threads.
#[derive(Default)]
pub struct Walk {
    pub graph: ModuleGraph,
    /// To be loaded in the next round.
    pub found: Vec<(ModuleId, SourceFile)>,
    /// For each module the first that led to it; itself for the sources that discover found.
    importers: Vec<ModuleId>,
}

/// A file that was read, and where its references lead.
pub struct Read {
    pub file: SourceFile,
    pub source: Option<Arc<Source>>,
    pub body: Body,
    pub references: Vec<(FoundReference, Resolution)>,
    pub type_references: Vec<Resolution>,
}

impl Walk {
    /// The id of a file; one that has none yet is to be loaded in the next round.
    pub fn number(&mut self, importer: Option<ModuleId>, file: SourceFile) -> ModuleId {
        let next = ModuleId(self.importers.len());
        *self.graph.by_path.entry((file.path.clone(), file.load)).or_insert_with(|| {
            self.found.push((next, file));
            self.importers.push(importer.unwrap_or(next));
            next
        })
    }

    /// Adds the module `id`, whose turn it is, and numbers what it refers to.
    pub fn follow(&mut self, cx: &Context, id: ModuleId, read: Read) {
        let module = self.module(cx, id, read);
        self.graph.modules.push(module);
    }

    /// Replaces the module `id`, which was read in another way, and numbers what it refers to.
    pub fn follow_anew(&mut self, cx: &Context, id: ModuleId, read: Read) {
        self.graph.modules[id.0] = self.module(cx, id, read);
    }

    /// Adds a module that no file holds. Nothing may be waiting to be loaded.
    pub fn add(&mut self, importer: ModuleId, module: Module) {
        let id = ModuleId(self.graph.modules.len());
        self.graph.by_path.insert((module.file.path.clone(), module.file.load), id);
        self.importers.push(importer);
        self.graph.modules.push(module);
    }

    fn module(&mut self, cx: &Context, id: ModuleId, read: Read) -> Module {
        let Read { file, source, body, references, type_references } = read;
        let references = references
            .into_iter()
            .map(|(found, resolution)| {
                let place = || match &source {
                    Some(source) => Place::span(source, found.span),
                    None => Place::file(file.path.as_str()),
                };
                Reference { target: self.target(cx, id, resolution, place), found }
            })
            .collect();
        let type_imports = type_references
            .into_iter()
            .filter_map(|resolution| match resolution {
                Resolution::Source(file) if !is_in_packages(&file.on_disk) => Some(self.number(Some(id), *file)),
                // Types leave no trace in the output, so nobody misses a file that is not there.
                _ => None,
            })
            .collect();
        Module { file, source, body, references, type_imports }
    }

    /// What a reference of the module `id` leads to; a fault is reported, at `place` if it has none of its own.
    pub fn target(
        &mut self,
        cx: &Context,
        id: ModuleId,
        resolution: Resolution,
        place: impl FnOnce() -> Place,
    ) -> Target {
        match resolution {
            Resolution::Source(file) => Target::Module(self.number(Some(id), *file)),
            Resolution::Foreign(path) => Target::Foreign(path),
            Resolution::AsWritten => Target::AsWritten,
            Resolution::Global(expression) => Target::Global(expression),
            Resolution::Address(address) => Target::Address(address),
            Resolution::Missing => Target::Missing,
            Resolution::Left(fault) | Resolution::Fault(fault) => {
                let fault = if fault.place.is_some() { *fault } else { fault.at(place()) };
                cx.report(with_importers(fault, &self.chain(id)));
                Target::AsWritten
            }
        }
    }

    /// Who imports a module, who imports that one, and so on up to a source that nobody led to.
    fn chain(&self, of: ModuleId) -> Vec<&ProjectPath> {
        let mut chain = Vec::new();
        let mut at = of;
        // Importers come before what they import, so this ends, and all of them are in the graph.
        while self.importers[at.0] != at {
            at = self.importers[at.0];
            chain.push(&self.graph.module(at).file.path);
        }
        chain
    }
}

/// Says who imports the file, where the reader may not know how the build came to it.
fn with_importers(fault: Diagnostic, chain: &[&ProjectPath]) -> Diagnostic {
    /// More than that tells a reader nothing.
    const SHOWN: usize = 8;
    if chain.is_empty() {
        return fault;
    }
    let mut names: Vec<String> = chain.iter().map(|path| format!("`{path}`")).collect();
    if names.len() > SHOWN {
        names.splice(SHOWN / 2..names.len() - SHOWN / 2, ["…".to_owned()]);
    }
    fault.note(format!("imported by {}", names.join(", which is imported by ")))
}
