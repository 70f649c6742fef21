//! From a tree to text, and to the positions that a source map needs.

use std::io;
use std::sync::Arc;

use swc_core::common::comments::Comments;
use swc_core::common::sync::Lrc;
use swc_core::common::{BytePos, DUMMY_SP, LineCol, SourceMap as SwcSourceMap, Span};
use swc_core::ecma::ast::{EsVersion, Program};
use swc_core::ecma::codegen::text_writer::{JsWriter, WriteJs, omit_trailing_semi};
use swc_core::ecma::codegen::{Config, Emitter, Node};
use swc_core::ecma::visit::{VisitMut, VisitMutWith};

use super::parse::Positions;
use crate::source::{Mapping, Source, SourceMap};

/// How a tree is printed.
pub struct Style<'a> {
    /// Without white space.
    pub compact: bool,
    pub language: EsVersion,
    /// The comments to print.
    pub comments: Option<&'a dyn Comments>,
    /// Whether to keep positions.
    pub mapped: bool,
}

/// The text, and for each generated position where it comes from.
pub type Printed = (String, Vec<(BytePos, LineCol)>);

/// Prints `program`, which is fixed: parentheses stand where they are needed.
pub fn print(program: &mut Program, map: &Lrc<SwcSourceMap>, style: &Style<'_>) -> io::Result<Printed> {
    if style.comments.is_none() {
        program.visit_mut_with(&mut NoPureMarks);
    }
    let (mut text, mut positions) = (Vec::new(), Vec::new());
    let writer = JsWriter::new(Lrc::clone(map), "\n", &mut text, style.mapped.then_some(&mut positions));
    if style.compact {
        emit(program, map, style, omit_trailing_semi(writer))?;
    } else {
        emit(program, map, style, writer)?;
    }
    let text = String::from_utf8(text).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    Ok((text, positions))
}

fn emit(program: &Program, map: &Lrc<SwcSourceMap>, style: &Style<'_>, writer: impl WriteJs) -> io::Result<()> {
    // `inline_script`: the output may be put into a page, where `</script` would end it.
    let config =
        Config::default().with_minify(style.compact).with_target(style.language).with_inline_script(style.compact);
    let mut emitter = Emitter { cfg: config, cm: Lrc::clone(map), comments: style.comments, wr: writer };
    program.emit_with(&mut emitter)
}

/// The printer writes `/*#__PURE__*/` for marks that the compressor has read already.
struct NoPureMarks;

impl VisitMut for NoPureMarks {
    fn visit_mut_span(&mut self, span: &mut Span) {
        if span.is_pure() {
            *span = DUMMY_SP;
        }
    }
}

/// A source map of printed positions, all of one source.
pub fn source_map(source: &Arc<Source>, positions: &Positions, printed: &[(BytePos, LineCol)]) -> SourceMap {
    let mut mappings: Vec<(usize, Mapping)> = printed
        .iter()
        .filter_map(|&(position, LineCol { line, col: column })| {
            let mapping = Mapping { line, column, source: 0, source_line: 0, source_column: 0 };
            Some((positions.offset(position)?, mapping))
        })
        .collect();
    // By source: line and column of all of them are found in one walk through the text.
    mappings.sort_by_key(|(offset, _)| *offset);
    let (mut line, mut column, mut from) = (0, 0, 0);
    for (offset, mapping) in &mut mappings {
        for character in source.text.get(from..*offset).unwrap_or_default().chars() {
            match character {
                '\n' => (line, column) = (line + 1, 0),
                _ => column += character.len_utf16() as u32,
            }
        }
        from = *offset;
        (mapping.source_line, mapping.source_column) = (line, column);
    }
    let mut mappings: Vec<Mapping> = mappings.into_iter().map(|(_, mapping)| mapping).collect();
    // Where one token ends and the next begins, the beginning is what a debugger asks for: it is further in the source.
    mappings.sort_by_key(|at| (at.line, at.column, at.source_line, at.source_column));
    mappings.reverse();
    mappings.dedup_by_key(|at| (at.line, at.column));
    mappings.reverse();
    SourceMap { sources: vec![Arc::clone(source)], mappings }
}
