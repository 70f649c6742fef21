//! Joins the parts of a bundle into one text: imports, parts with their names put in, exports, and the map of it all.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::part::{Part, Put, Syntax, export_name, key};
use crate::graph::{ChunkId, DraftBody, Fill, Hole, Linkage, ModuleGraph, ModuleId, Name, Piece, ScriptFormat};
use crate::source::{Mapping, Source, SourceMap};

/// Everything that goes into the text of a bundle.
pub struct Joined<'a> {
    pub graph: &'a ModuleGraph,
    pub linkage: &'a Linkage,
    pub parts: &'a [Part],
    pub names: &'a BTreeMap<Name, String>,
    /// What is imported of other chunks, in the order in which they run: (exported name, name here).
    pub imports: Vec<(ChunkId, Vec<(String, Name)>)>,
    /// Names of scripts outside, as indices into the linkage.
    pub outside: Vec<usize>,
    /// Outside scripts of which everything is exported.
    pub stars: Vec<usize>,
    pub exports: BTreeMap<String, Name>,
    pub format: ScriptFormat,
    /// The global that a classic script gives its exports to.
    pub global: Option<&'a str>,
    pub syntax: Syntax,
    pub compact: bool,
    pub mapped: bool,
    pub legal_comments: String,
}

impl Joined<'_> {
    pub fn join(&self, mut fill: impl FnMut(ModuleId, usize) -> Fill) -> DraftBody {
        let mut text = Text::default();
        text.push(&self.legal_comments);
        let iife = self.format == ScriptFormat::Iife;
        if iife {
            if let Some(global) = self.global {
                text.push(&format!(
                    "var {global}{}={}",
                    if self.compact { "" } else { " " },
                    if self.compact { "" } else { " " }
                ));
            }
            text.push(match (self.syntax.arrows, self.compact) {
                (true, true) => "(()=>{\"use strict\";",
                (true, false) => "(() => {\n\"use strict\";\n",
                (false, true) => "(function(){\"use strict\";",
                (false, false) => "(function() {\n\"use strict\";\n",
            });
        }
        self.imports(&mut text, &mut fill);
        for part in self.parts {
            self.part(part, &mut text, &mut fill);
        }
        self.exports(&mut text, &mut fill);
        if iife {
            text.push(if self.compact { "})();" } else { "})();\n" });
        }
        let map = self.mapped.then(|| text.source_map());
        DraftBody::Text { piece: Piece { text: text.text, holes: text.holes, map }, fills: text.fills }
    }

    fn name(&self, name: Name) -> &str {
        // Every name in a hole was given one.
        self.names.get(&name).map_or("undefined", String::as_str)
    }

    fn imports(&self, text: &mut Text, fill: &mut impl FnMut(ModuleId, usize) -> Fill) {
        let (space, end) = if self.compact { ("", ";") } else { (" ", ";\n") };
        let mut by_specifier: BTreeMap<(&str, ModuleId, usize), Vec<usize>> = BTreeMap::new();
        for &id in &self.outside {
            let outside = &self.linkage.outside[id];
            by_specifier.entry((&outside.specifier, outside.module, outside.reference)).or_default().push(id);
        }
        for ((_, module, reference), ids) in by_specifier {
            let (all, some): (Vec<usize>, Vec<usize>) =
                ids.into_iter().partition(|&id| self.linkage.outside[id].name.is_none());
            for id in all {
                text.push(&format!("import *{space}as {} from{space}\"", self.name(Name::Outside(id))));
                text.hole(module, reference, fill(module, reference));
                text.push(&format!("\"{end}"));
            }
            let list: Vec<String> = some
                .into_iter()
                .map(|id| {
                    let name = self.linkage.outside[id].name.as_deref().unwrap_or_default();
                    renamed(&export_name(name), self.name(Name::Outside(id)))
                })
                .collect();
            if !list.is_empty() {
                text.push(&format!(
                    "import{space}{{{space}{}{space}}}{space}from{space}\"",
                    list.join(&format!(",{space}"))
                ));
                text.hole(module, reference, fill(module, reference));
                text.push(&format!("\"{end}"));
            }
        }
        for (chunk, taken) in &self.imports {
            let list: Vec<String> = taken.iter().map(|(alias, name)| renamed(alias, self.name(*name))).collect();
            match list.is_empty() {
                true => text.push(&format!("import{space}\"")),
                false => text.push(&format!(
                    "import{space}{{{space}{}{space}}}{space}from{space}\"",
                    list.join(&format!(",{space}"))
                )),
            }
            text.chunk(*chunk);
            text.push(&format!("\"{end}"));
        }
    }

    fn exports(&self, text: &mut Text, fill: &mut impl FnMut(ModuleId, usize) -> Fill) {
        let (space, end) = if self.compact { ("", ";") } else { (" ", ";\n") };
        for &id in &self.stars {
            let outside = &self.linkage.outside[id];
            text.push(&format!("export *{space}from{space}\""));
            text.hole(outside.module, outside.reference, fill(outside.module, outside.reference));
            text.push(&format!("\"{end}"));
        }
        if self.global.is_some() {
            let list: Vec<String> = self
                .exports
                .iter()
                .map(|(alias, name)| format!("{}:{space}{}", key(alias), self.name(*name)))
                .collect();
            text.push(&format!("return{space}{{{space}{}{space}}}{end}", list.join(&format!(",{space}"))));
        } else if !self.exports.is_empty() {
            let list: Vec<String> = self
                .exports
                .iter()
                .map(|(alias, name)| match self.name(*name) {
                    name if name == alias => name.to_owned(),
                    name => format!("{name} as {}", export_name(alias)),
                })
                .collect();
            text.push(&format!("export{space}{{{space}{}{space}}}{end}", list.join(&format!(",{space}"))));
        }
    }

    fn part(&self, part: &Part, text: &mut Text, fill: &mut impl FnMut(ModuleId, usize) -> Fill) {
        let mut origins = part.origins.iter().filter(|_| self.mapped).peekable();
        let mut from = 0;
        let mut copy_up_to = |text: &mut Text, from: u32, to: u32| {
            let base = text.text.len() as u32;
            while let Some((origin, module)) = origins.next_if(|(origin, _)| origin.offset <= to) {
                if let Some(source) = text.source(self.graph, *module) {
                    text.mappings.push((base + origin.offset - from, source, origin.line, origin.column));
                }
            }
            text.push(&part.text[from as usize..to as usize]);
        };
        for &(offset, put) in &part.holes {
            copy_up_to(text, from, offset);
            from = offset;
            match put {
                Put::Name(name) => text.push(self.name(name)),
                Put::Reference { module, reference, dotted } => {
                    text.dotted(module, reference, dotted, fill(module, reference));
                }
                Put::Chunk(chunk) => text.chunk(chunk),
            }
        }
        copy_up_to(text, from, part.text.len() as u32);
    }
}

fn renamed(alias: &str, name: &str) -> String {
    if alias == name { name.to_owned() } else { format!("{} as {name}", export_name(alias)) }
}

/// The text that grows.
#[derive(Default)]
struct Text {
    text: String,
    holes: Vec<Hole>,
    fills: Vec<Fill>,
    sources: Vec<Arc<Source>>,
    by_module: BTreeMap<ModuleId, u32>,
    /// Offset, source, line, column.
    mappings: Vec<(u32, u32, u32, u32)>,
}

impl Text {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn chunk(&mut self, chunk: ChunkId) {
        // The hole stands for the chunk in `fills`; no reference of a module asked for it.
        self.holes.push(Hole { offset: self.text.len(), module: ModuleId(0), reference: usize::MAX, dotted: true });
        self.fills.push(Fill::Chunk(chunk));
    }

    fn hole(&mut self, module: ModuleId, reference: usize, fill: Fill) {
        self.dotted(module, reference, true, fill);
    }

    fn dotted(&mut self, module: ModuleId, reference: usize, dotted: bool, fill: Fill) {
        self.holes.push(Hole { offset: self.text.len(), module, reference, dotted });
        self.fills.push(fill);
    }

    fn source(&mut self, graph: &ModuleGraph, module: ModuleId) -> Option<u32> {
        if let Some(&known) = self.by_module.get(&module) {
            return Some(known);
        }
        let source = graph.module(module).source.as_ref()?;
        let next = self.sources.len() as u32;
        self.sources.push(Arc::clone(source));
        self.by_module.insert(module, next);
        Some(next)
    }

    fn source_map(&mut self) -> SourceMap {
        let (mut line, mut column, mut from) = (0, 0, 0);
        let mut mappings: Vec<Mapping> = Vec::with_capacity(self.mappings.len());
        for &(offset, source, source_line, source_column) in &self.mappings {
            for character in self.text[from..offset as usize].chars() {
                match character {
                    '\n' => (line, column) = (line + 1, 0),
                    _ => column += character.len_utf16() as u32,
                }
            }
            from = offset as usize;
            mappings.push(Mapping { line, column, source, source_line, source_column });
        }
        SourceMap { sources: std::mem::take(&mut self.sources), mappings }
    }
}
