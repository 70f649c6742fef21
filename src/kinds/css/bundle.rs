use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

use super::inline::{Inlinable, inline};
use super::masked::Masked;
use super::parse::{drop_more, guarded, parse};
use super::print::print;
use super::reading::Reading;
use super::stand_ins::StandIns;
use super::urls::Urls;
use crate::config::Targets;
use crate::diagnostic::Diagnostic;
use crate::graph::{ModuleId, Piece, Reference, ReferenceKind, Target};
use crate::source::{Source, SourceMap};

#[derive(Serialize)]
pub struct StyleOptions<'a> {
    pub minify: bool,
    pub source_map: bool,
    /// What is prefixed and lowered, in both modes.
    pub targets: &'a Targets,
}

/// Gives the bundler the sheets and what their references lead to.
pub trait Sheets: Sync {
    /// `None` for a sheet that was reported as broken; imports of it are dropped.
    fn source(&self, module: ModuleId) -> Option<Arc<Source>>;
    /// The references that [`scan`](super::scan) found in `module`, resolved, in the order in which it gave them; before them may
    /// stand what the sheet was compiled from ([`SassLoad`](ReferenceKind::SassLoad)).
    fn references(&self, module: ModuleId) -> &[Reference];
    /// From the source to what it was compiled from, if it was.
    fn origin(&self, module: ModuleId) -> Option<&SourceMap>;
}

/// The entry with every local `@import` inlined, minified or readable, with a hole for each local URL.
///
/// Imports of sheets elsewhere stay, at the top. Every URL is written `url("…")`. `None`, with errors, for sheets that
/// cannot become one (`invalid-import`); what [`scan`](super::scan) has said of a sheet is not said again.
pub fn bundle(entry: ModuleId, sheets: &dyn Sheets, options: &StyleOptions<'_>) -> (Option<Piece>, Vec<Diagnostic>) {
    let Some(source) = sheets.source(entry) else { return (None, Vec::new()) };
    match guarded(&source, || bundle_sheets(entry, sheets, options)) {
        Ok((piece, warnings)) => (Some(piece), warnings),
        Err(faults) => (None, faults),
    }
}

/// The bundle and warnings, or errors.
fn bundle_sheets(
    entry: ModuleId,
    sheets: &dyn Sheets,
    options: &StyleOptions<'_>,
) -> Result<(Piece, Vec<Diagnostic>), Vec<Diagnostic>> {
    let sheets = load(entry, sheets)?;
    let texts = sheets.iter().map(|sheet| sheet.reading.source.text.as_str());
    let stand_ins = StandIns::unused_in(texts);
    let urls = Urls::of(&sheets);
    let mut dropped: Vec<Vec<Range<usize>>> = vec![Vec::new(); sheets.len()];
    loop {
        let masked = sheets.iter().enumerate().map(|(index, sheet)| {
            Masked::new(&sheet.reading, &dropped[index], |nth| stand_ins.name(urls.of_sheet(index, nth)))
        });
        let masked: Vec<Masked> = masked.collect();
        let mut inlinable = Vec::with_capacity(sheets.len());
        let mut again = false;
        for (index, (sheet, masked)) in sheets.iter().zip(&masked).enumerate() {
            let parsed = parse(&sheet.reading, masked, index as u32).map_err(|fault| vec![fault])?;
            again |= drop_more(&mut dropped[index], &parsed.costly);
            inlinable.push(Inlinable::new(sheet, masked, parsed.sheet.rules.0));
        }
        if !again {
            let rules = inline(&inlinable, |sheet, reference| stand_ins.name(urls.of_import(sheet, reference)))?;
            return print(rules, &sheets, &masked, &urls, &stand_ins, options);
        }
    }
}

/// A sheet of the bundle. Its index is the source index of its rules.
pub(super) struct Sheet<'a> {
    pub module: ModuleId,
    pub reading: Reading,
    pub references: &'a [Reference],
    pub origin: Option<&'a SourceMap>,
    /// Indices of the references by where they stand.
    by_start: BTreeMap<usize, usize>,
    /// What each of the reading's imports leads to, in the same order.
    pub imports: Vec<ImportTarget>,
}

/// What becomes of an `@import`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ImportTarget {
    /// Inlined; an index into the sheets of the bundle.
    Sheet(usize),
    /// Kept as it was written.
    Written,
    /// Kept, with a hole; an index into the references.
    Foreign(usize),
    /// Of a sheet that was reported as broken.
    Broken,
}

impl Sheet<'_> {
    /// Whether browsers are told that it is UTF-8, wherever it is served: by itself, or as Sass does.
    pub fn says_charset(&self) -> bool {
        self.origin.is_some() || self.reading.source.text.trim_start_matches('\u{feff}').starts_with("@charset ")
    }

    /// Whether it may declare `color-scheme` anywhere.
    pub fn sets_color_scheme(&self) -> bool {
        self.reading.source.text.contains("color-scheme")
    }

    /// The index of the reference that stands at `start`.
    pub fn reference_at(&self, start: usize) -> Option<usize> {
        self.by_start.get(&start).copied()
    }
}

/// The entry and all that it imports, directly or not.
fn load<'a>(entry: ModuleId, sheets: &'a dyn Sheets) -> Result<Vec<Sheet<'a>>, Vec<Diagnostic>> {
    let mut loaded: Vec<Sheet<'a>> = Vec::new();
    let mut indices = BTreeMap::from([(entry, 0)]);
    let mut waiting = std::collections::VecDeque::from([entry]);
    let mut faults = Vec::new();
    while let Some(module) = waiting.pop_front() {
        // Only what has a source is waiting.
        let Some(source) = sheets.source(module) else { continue };
        let reading = match Reading::new(&source) {
            Ok(reading) => reading,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        let references = sheets.references(module);
        let own = references.iter().enumerate().filter(|(_, at)| at.found.kind != ReferenceKind::SassLoad);
        let by_start: BTreeMap<usize, usize> =
            own.map(|(index, reference)| (reference.found.span.start, index)).collect();
        let imports = reading.imports.iter().map(|import| {
            let Some(&index) = by_start.get(&import.span.start) else { return ImportTarget::Written };
            match &references[index].target {
                _ if references[index].found.kind != ReferenceKind::StyleImport => ImportTarget::Written,
                Target::AsWritten | Target::Global(_) | Target::Address(_) | Target::Missing => ImportTarget::Written,
                Target::Foreign(_) => ImportTarget::Foreign(index),
                Target::Module(module) if sheets.source(*module).is_none() => ImportTarget::Broken,
                Target::Module(module) => {
                    let next = indices.len();
                    ImportTarget::Sheet(*indices.entry(*module).or_insert_with(|| {
                        waiting.push_back(*module);
                        next
                    }))
                }
            }
        });
        let imports = imports.collect();
        loaded.push(Sheet { module, reading, references, origin: sheets.origin(module), by_start, imports });
    }
    if faults.is_empty() { Ok(loaded) } else { Err(faults) }
}
