//! The map of a printed bundle: where its rules and declarations were written.
//!
//! The printer tells where rules come from, not declarations, so those are looked up by their names in the rule that they
//! stand in. What the minifier made of several, or of something else, keeps the place of its rule.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bundle::Sheet;
use super::declarations::Declarations;
use super::masked::{LineIndex, Masked};
use super::print::Edit;
use crate::kinds::style_tokens::{TokenKind, Tokens};
use crate::path::ProjectPath;
use crate::source::{Mapping, Source, SourceMap};

/// Where a byte of the printed text was written.
struct Written {
    printed: usize,
    sheet: usize,
    /// In the sheet's text.
    source: usize,
}

/// The printer's map, whose columns count bytes of `printed` and of the masked sheets, as one of `text` and the sources.
pub(super) fn source_map(
    map: &parcel_sourcemap::SourceMap,
    printed: &str,
    text: &str,
    edits: &[Edit],
    sheets: &[Sheet<'_>],
    masked: &[Masked],
) -> SourceMap {
    let starts: Vec<usize> = std::iter::once(0).chain(printed.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let rules = map.get_mappings().into_iter().filter_map(|mapping| {
        let original = mapping.original?;
        let printed = starts.get(mapping.generated_line as usize)? + mapping.generated_column as usize;
        let sheet = original.source as usize;
        let source = masked.get(sheet)?.source_offset(original.original_line, original.original_column + 1);
        Some(Written { printed, sheet, source })
    });
    let mut written: Vec<Written> = rules.collect();
    written.sort_by_key(|at| at.printed);
    let declarations = declarations(printed, &written, sheets);
    written.extend(declarations);

    let lines = LineIndex::new(text);
    let lines_of: Vec<LineIndex> = sheets.iter().map(|sheet| LineIndex::new(&sheet.reading.source.text)).collect();
    let shifts = shifts(edits);
    let mut sources = Sources::default();
    written.sort_by_key(|at| at.printed);
    let mappings = written.into_iter().filter_map(|at| {
        let passed = shifts.partition_point(|(end, _)| *end <= at.printed);
        let offset = at.printed.checked_add_signed(passed.checked_sub(1).map_or(0, |last| shifts[last].1))?;
        let (line, column) = lines.position(offset.min(text.len()));
        let sheet = &sheets[at.sheet];
        let (source_line, source_column) = lines_of[at.sheet].position(at.source);
        let (source, source_line, source_column) = match sheet.origin {
            None => (&sheet.reading.source, source_line, source_column),
            Some(origin) => {
                let from = origin.original(source_line, source_column)?;
                (origin.sources.get(from.source as usize)?, from.source_line, from.source_column)
            }
        };
        Some(Mapping { line, column, source: sources.index(source), source_line, source_column })
    });
    let mappings = mappings.collect();
    SourceMap { sources: sources.list, mappings }
}

/// The sources that mappings name, in the order of first use.
#[derive(Default)]
struct Sources {
    list: Vec<Arc<Source>>,
    indices: BTreeMap<ProjectPath, u32>,
}

impl Sources {
    fn index(&mut self, source: &Arc<Source>) -> u32 {
        *self.indices.entry(source.path.clone()).or_insert_with(|| {
            self.list.push(Arc::clone(source));
            self.list.len() as u32 - 1
        })
    }
}

/// The places of printed declarations; `rules` are those of what they stand in, sorted.
fn declarations(printed: &str, rules: &[Written], sheets: &[Sheet<'_>]) -> Vec<Written> {
    let of_sheets: Vec<Vec<Declaration<'_>>> =
        sheets.iter().map(|sheet| Declaration::all(&sheet.reading.source.text, &sheet.reading.declarations)).collect();
    let found = Declarations::of(printed);
    let mut places = Vec::new();
    let mut block = (usize::MAX, 0);
    for declaration in Declaration::all(printed, &found) {
        let Some(nth) = rules.partition_point(|at| at.printed <= declaration.start).checked_sub(1) else { continue };
        let rule = &rules[nth];
        let sheet = &sheets[rule.sheet];
        let of_sheet = &of_sheets[rule.sheet];
        if block.0 != nth {
            block = (nth, end_of_block(&sheet.reading.source.text, rule.source));
        }
        let first = of_sheet.partition_point(|at| at.start < rule.source);
        let inside = || {
            let own = move |at: &&Declaration<'_>| at.within.is_none_or(|within| within <= rule.source);
            of_sheet[first..].iter().take_while(|at| at.start < block.1).filter(own)
        };
        // Of several the last counts; a shorthand may stand for its parts.
        let same = inside().filter(|at| at.plain_name() == declaration.plain_name()).last();
        let part =
            || inside().filter(|at| at.plain_name().starts_with(&format!("{}-", declaration.plain_name()))).last();
        if let Some(source) = same.or_else(part) {
            places.push(Written { printed: declaration.start, sheet: rule.sheet, source: source.start });
        }
    }
    places
}

struct Declaration<'t> {
    start: usize,
    /// Where the nested rule begins that it stands in, if it does.
    within: Option<usize>,
    name: &'t str,
}

impl<'t> Declaration<'t> {
    /// Sorted by place.
    fn all(text: &'t str, declarations: &Declarations) -> Vec<Self> {
        let mut kept: Vec<_> = declarations.kept.iter().collect();
        kept.sort_by_key(|item| (item.start, usize::MAX - item.end));
        let mut open: Vec<&std::ops::Range<usize>> = Vec::new();
        let items = kept.into_iter().filter_map(|item| {
            open.retain(|rule| rule.end > item.start);
            let within = open.last().map(|rule| rule.start);
            if text[item.clone()].ends_with('}') {
                open.push(item);
            }
            let (name, _) = text[item.clone()].split_once(':')?;
            let name = name.trim_end();
            let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
            is_name.then_some(Self { start: item.start, within, name })
        });
        items.collect()
    }

    /// Without the prefix of a vendor.
    fn plain_name(&self) -> &'t str {
        let prefixes = ["-webkit-", "-moz-", "-ms-", "-o-"];
        prefixes.iter().find_map(|prefix| self.name.strip_prefix(prefix)).unwrap_or(self.name)
    }
}

/// Where the block of the rule at `start` ends.
fn end_of_block(text: &str, start: usize) -> usize {
    let mut depth = 0usize;
    for token in Tokens::new(text.get(start..).unwrap_or_default()) {
        match token.kind {
            TokenKind::Open(b'}') => depth += 1,
            TokenKind::Close(b'}') if depth <= 1 => return start + token.end,
            TokenKind::Close(b'}') => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// By how much what stands behind each edit moved.
fn shifts(edits: &[Edit]) -> Vec<(usize, isize)> {
    let mut shift = 0;
    let after = edits.iter().map(|edit| {
        shift += edit.length as isize - edit.range.len() as isize;
        (edit.range.end, shift)
    });
    after.collect()
}
