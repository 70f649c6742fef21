//! What a sheet refers to.

use std::collections::BTreeSet;
use std::sync::Arc;

use lightningcss::rules::CssRule;
use lightningcss::stylesheet::PrinterOptions;

use super::masked::Masked;
use super::parse::{Parsed, drop_more, guarded, parse, unprintable, warn_of_skipped};
use super::reading::Reading;
use super::stand_ins::StandIns;
use crate::diagnostic::Diagnostic;
use crate::graph::{FoundReference, ReferenceKind, Specifier};
use crate::source::{Source, Span};

/// Parses a sheet as far as its references: [`StyleImport`](ReferenceKind::StyleImport), [`Url`](ReferenceKind::Url) and
/// [`SourceMap`](ReferenceKind::SourceMap), in the order in which they stand in it.
///
/// Only what is ours to follow is listed, and only what browsers read: no URL in a comment, or in a declaration that
/// they skip. Those are warnings (`skipped-style`). A sheet with something unclosed is an error (`invalid-style`) and has
/// no references, and so is one that nests too deep (`nested-too-deep`).
pub fn scan(source: &Arc<Source>) -> (Vec<FoundReference>, Vec<Diagnostic>) {
    let reading = match Reading::new(source) {
        Ok(reading) => reading,
        Err(fault) => return (Vec::new(), vec![fault]),
    };
    guarded(source, || references(&reading)).unwrap_or_else(|faults| (Vec::new(), faults))
}

fn references(reading: &Reading) -> Result<(Vec<FoundReference>, Vec<Diagnostic>), Vec<Diagnostic>> {
    let stand_ins = StandIns::unused_in(std::iter::once(reading.source.text.as_str()));
    let mut warnings: Vec<_> = warn_of_skipped(reading).collect();
    let mut dropped = Vec::new();
    loop {
        let masked = Masked::new(reading, &dropped, |nth| stand_ins.name(nth));
        let parsed = parse(reading, &masked, 0).map_err(|fault| vec![fault])?;
        warnings.extend(parsed.warnings.iter().cloned());
        if drop_more(&mut dropped, &parsed.costly) {
            continue;
        }
        let mut found = imports(reading, &masked, &parsed);
        found.extend(urls(reading, &stand_ins, &parsed)?);
        found.extend(source_map(reading));
        found.sort_by_key(|reference| reference.span);
        return Ok((found, warnings));
    }
}

fn imports(reading: &Reading, masked: &Masked, parsed: &Parsed<'_>) -> Vec<FoundReference> {
    let rules = parsed.sheet.rules.0.iter();
    let parsed = rules.filter_map(|rule| match rule {
        CssRule::Import(import) => reading.import_at(masked.source_offset(import.loc.line, import.loc.column)),
        _ => None,
    });
    parsed.filter_map(|import| local(&import.value, ReferenceKind::StyleImport, import.span)).collect()
}

/// Those that the parser kept: their stand-ins are printed.
fn urls(reading: &Reading, stand_ins: &StandIns, parsed: &Parsed<'_>) -> Result<Vec<FoundReference>, Vec<Diagnostic>> {
    let locals = reading.urls.iter().map(|url| local(&url.value, ReferenceKind::Url, url.span));
    let locals: Vec<Option<FoundReference>> = locals.collect();
    if locals.iter().all(Option::is_none) {
        return Ok(Vec::new());
    }
    let printed =
        parsed.sheet.to_css(PrinterOptions::default()).map_err(|fault| vec![unprintable(&reading.source, &fault)])?;
    let kept: BTreeSet<usize> = stand_ins.find(&printed.code).map(|(_, index)| index).collect();
    Ok(locals.into_iter().enumerate().filter(|(nth, _)| kept.contains(nth)).filter_map(|(_, url)| url).collect())
}

fn source_map(reading: &Reading) -> Option<FoundReference> {
    let range = reading.source_map.clone()?;
    let span = Span::new(range.start, range.end);
    local(&reading.source.text[range], ReferenceKind::SourceMap, span)
}

fn local(specifier: &str, kind: ReferenceKind, span: Span) -> Option<FoundReference> {
    // The scheme by which Sass names packages, in CSS too.
    let of_package = kind == ReferenceKind::StyleImport && specifier.starts_with("pkg:");
    let ours = of_package || matches!(Specifier::parse(specifier), Specifier::Local { .. });
    ours.then(|| FoundReference::new(specifier, kind, span))
}
