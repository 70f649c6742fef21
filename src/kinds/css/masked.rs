//! A sheet's text as the parser gets it: every URL replaced by a stand-in, comments emptied, on as few lines as possible.
//!
//! A URL may stand wherever tokens may, custom properties and unknown rules included, so it is replaced before the parser
//! sees it and looked for in what it prints. Places in the masked text can be told in the source.

use std::borrow::Cow;
use std::ops::Range;

use super::reading::Reading;

pub(super) struct Masked {
    pub text: String,
    /// Where the masked text is not the source's: range there, range in the source; in order.
    edits: Vec<(Range<usize>, Range<usize>)>,
    lines: LineIndex,
}

impl Masked {
    /// `stand_in` gives an identifier for the URL with that index; `dropped` are ranges of the source to leave out.
    pub fn new(reading: &Reading, dropped: &[Range<usize>], stand_in: impl Fn(usize) -> String) -> Self {
        let source = &reading.source.text;
        let urls = reading.urls.iter().enumerate();
        let urls = urls.map(|(nth, url)| (url.whole.clone(), Cow::Owned(format!("url({})", stand_in(nth)))));
        let simplified = reading.simplified.iter().map(|(range, text)| (range.clone(), Cow::Borrowed(*text)));
        let skipped = reading.declarations.skipped.iter().map(|skipped| skipped.range.clone());
        let skipped = skipped.chain(dropped.iter().cloned()).map(|range| (range, Cow::Borrowed("")));
        let mut replacements: Vec<_> = urls.chain(simplified).chain(skipped).collect();
        // Of two that overlap the outer comes first, and then wins.
        replacements.sort_by_key(|(range, _)| (range.start, usize::MAX - range.end));

        let mut text = String::with_capacity(source.len());
        let mut edits = Vec::with_capacity(replacements.len());
        let mut from = 0;
        for (range, replacement) in replacements {
            if range.start < from {
                continue;
            }
            text.push_str(&source[from..range.start]);
            edits.push((text.len()..text.len() + replacement.len(), range.clone()));
            text.push_str(&replacement);
            from = range.end;
        }
        text.push_str(&source[from..]);
        let lines = LineIndex::new(&text);
        Self { text, edits, lines }
    }

    /// The offset in the source of a line (from 0) and a column in UTF-16 units (from 1) of the masked text: how the
    /// parser tells places.
    pub fn source_offset(&self, line: u32, column: u32) -> usize {
        let offset = self.lines.offset(line as usize, column.saturating_sub(1) as usize).min(self.text.len());
        let behind = self.edits.partition_point(|(masked, _)| masked.start <= offset);
        match behind.checked_sub(1).map(|last| &self.edits[last]) {
            Some((masked, source)) if offset < masked.end => source.start,
            Some((masked, source)) => source.end + (offset - masked.end),
            None => offset,
        }
    }
}

/// Finds places by line and UTF-16 column without walking over the line: a minified sheet has but one.
///
/// Lines end as the CSS parser sees it (CSS Syntax, section 3.3).
pub(super) struct LineIndex {
    starts: Vec<usize>,
    /// For each character beyond ASCII the offset behind it, and by how much bytes up to there outnumber UTF-16 units.
    wide: Vec<(usize, usize)>,
}

impl LineIndex {
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends_line = |&(at, &byte): &(usize, &u8)| match byte {
            b'\n' | b'\x0c' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let starts = std::iter::once(0).chain(bytes.iter().enumerate().filter(ends_line).map(|(at, _)| at + 1));
        let mut surplus = 0;
        let wide = text.char_indices().filter(|(_, character)| !character.is_ascii()).map(|(at, character)| {
            surplus += character.len_utf8() - character.len_utf16();
            (at + character.len_utf8(), surplus)
        });
        Self { starts: starts.collect(), wide: wide.collect() }
    }

    /// Line and column, both from 0, of an offset.
    pub fn position(&self, offset: usize) -> (u32, u32) {
        let line = self.starts.partition_point(|&start| start <= offset) - 1;
        let column = self.units(offset) - self.units(self.starts[line]);
        (line as u32, column as u32)
    }

    /// The offset of a line and a column, both from 0.
    pub fn offset(&self, line: usize, column: usize) -> usize {
        let start = self.starts.get(line).or(self.starts.last()).copied().unwrap_or(0);
        let units = self.units(start) + column;
        let passed = self.wide.partition_point(|(behind, surplus)| behind - surplus <= units);
        units + passed.checked_sub(1).map_or(0, |last| self.wide[last].1)
    }

    /// How many UTF-16 units stand before an offset.
    fn units(&self, offset: usize) -> usize {
        let passed = self.wide.partition_point(|&(behind, _)| behind <= offset);
        offset - passed.checked_sub(1).map_or(0, |last| self.wide[last].1)
    }
}
