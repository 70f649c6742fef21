//! A text and the places in it.
//!
//! In: the bytes of a file. Out: line and column numbers, and source maps whose columns can be shifted
//! when a placeholder is filled. Not here: reading files (`fs`), printing frames (`report`).

mod known;
mod source_map;

pub use known::{serde_source, serde_sources, with_known};
pub use source_map::{Mapping, SourceMap};

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use crate::hash::ContentHash;
use crate::path::ProjectPath;

/// A source file's text, with an index of its lines.
#[derive(Debug)]
pub struct Source {
    pub path: ProjectPath,
    pub text: String,
    /// Byte offset of the start of each line.
    lines: Vec<u32>,
    hash: OnceLock<ContentHash>,
}

/// A range of bytes of a [`Source`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }
}

impl Source {
    pub fn new(path: ProjectPath, text: String) -> Arc<Self> {
        let lines = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n').map(|(at, _)| at as u32 + 1))
            .collect();
        Arc::new(Self { path, text, lines, hash: OnceLock::new() })
    }

    /// [`Source::new`] for a text whose hash is known.
    pub fn hashed(path: ProjectPath, text: String, hash: ContentHash) -> Arc<Self> {
        let source = Self::new(path, text);
        // Nobody else has the source yet, so it has no hash.
        let _ = source.hash.set(hash);
        source
    }

    /// Of the text's bytes.
    pub fn hash(&self) -> ContentHash {
        *self.hash.get_or_init(|| ContentHash::of(self.text.as_bytes()))
    }

    /// Line and column of a byte offset, both from 0; the column counts UTF-16 units, as source maps do
    /// (ECMA-426, section 4).
    pub fn line_and_utf16_column(&self, offset: usize) -> (u32, u32) {
        let (line, start) = self.line_at(offset);
        let column = self.text.get(start..offset).map_or(0, |text| text.encode_utf16().count());
        (line as u32, column as u32)
    }

    /// Line and column of a byte offset, both from 1; the column counts characters, as editors do.
    pub fn line_and_column(&self, offset: usize) -> (usize, usize) {
        let (line, start) = self.line_at(offset);
        let column = self.text.get(start..offset).map_or(0, |text| text.chars().count());
        (line + 1, column + 1)
    }

    /// The byte offset of a line (from 0) and a column in UTF-16 units (from 0), clamped to the text.
    pub fn offset_of_utf16(&self, line: u32, column: u32) -> usize {
        let Some(&start) = self.lines.get(line as usize) else { return self.text.len() };
        let mut units = 0;
        for (at, character) in self.text[start as usize..].char_indices() {
            if units >= column || character == '\n' {
                return start as usize + at;
            }
            units += character.len_utf16() as u32;
        }
        self.text.len()
    }

    fn line_at(&self, offset: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|&start| start as usize <= offset) - 1;
        (line, self.lines[line] as usize)
    }
}

#[cfg(test)]
mod tests;
