//! The parser: lightningcss, told to go on behind a fault as browsers do, and without what it loses on the way.

use std::fmt;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, RwLock};

use lightningcss::error::{Error, ParserError, SelectorError};
use lightningcss::media_query::{MediaQuery, MediaType};
use lightningcss::stylesheet::{ParserFlags, ParserOptions, StyleSheet};
use lightningcss::visit_types;
use lightningcss::visitor::{Visit, VisitTypes, Visitor};

use super::masked::Masked;
use super::nesting::find_explosion;
use super::reading::Reading;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::kinds::style_tokens::Tokens;
use crate::source::{Source, Span};

/// A parsed sheet, and what of its faults costs more than the faulty place.
pub(super) struct Parsed<'i> {
    pub sheet: StyleSheet<'i>,
    pub warnings: Vec<Diagnostic>,
    /// Declarations and rules to leave out of a second try: the parser drops what stands before them.
    pub costly: Vec<Range<usize>>,
}

/// `index` is what the sheet's rules carry as their source.
pub(super) fn parse<'i>(reading: &Reading, masked: &'i Masked, index: u32) -> Result<Parsed<'i>, Diagnostic> {
    let warnings = Arc::new(RwLock::new(Vec::new()));
    let options = ParserOptions {
        source_index: index,
        error_recovery: true,
        flags: ParserFlags::CUSTOM_MEDIA,
        warnings: Some(Arc::clone(&warnings)),
        ..ParserOptions::default()
    };
    let sheet = StyleSheet::parse(&masked.text, options);
    let mut parsed = match sheet {
        Ok(sheet) => Parsed { sheet, warnings: Vec::new(), costly: Vec::new() },
        Err(fault) => {
            let at = offset(&fault, masked);
            let message = format!("this sheet cannot be parsed: {}", fault.kind);
            return Err(Diagnostic::error(Code::InvalidStyle, message).at(place(&reading.source, at)));
        }
    };
    if let Some(loc) = find_explosion(&parsed.sheet.rules.0) {
        let at = masked.source_offset(loc.line, loc.column);
        return Err(Diagnostic::error(
            Code::NestedTooDeep,
            "the nested rules around this one stand for too many selectors",
        )
        .at(place(&reading.source, at))
        .hint("nest lists of selectors less deep: each level multiplies the selectors"));
    }
    let Ok(()) = parsed.sheet.visit(&mut EscapeMediaTypes);
    let warnings = warnings.read().map(|warnings| warnings.clone()).unwrap_or_default();
    for fault in &warnings {
        let at = offset(fault, masked);
        let place = match fault.kind {
            ParserError::AtRuleInvalid(_)
            | ParserError::UnexpectedImportRule
            | ParserError::UnexpectedNamespaceRule => at_keyword(&reading.source, at),
            _ => place(&reading.source, at),
        };
        parsed.warnings.extend(warning(&fault.kind, place));
        if !is_kept(&fault.kind) {
            parsed.costly.extend(reading.declarations.item_at(at));
        }
    }
    Ok(parsed)
}

/// Adds what a parse lost to what the next one leaves out; false when there is nothing new.
pub(super) fn drop_more(dropped: &mut Vec<Range<usize>>, costly: &[Range<usize>]) -> bool {
    let known = dropped.len();
    for item in costly {
        if !dropped.contains(item) {
            dropped.push(item.clone());
        }
    }
    dropped.len() > known
}

pub(super) fn unprintable(source: &Arc<Source>, fault: &impl fmt::Display) -> Diagnostic {
    Diagnostic::error(Code::InvalidStyle, format!("this sheet cannot be printed: {fault}"))
        .at(Place::file(source.path.to_string()))
        .hint("please report it, with the sheet and what it imports")
}

/// What the grammar alone says is skipped.
pub(super) fn warn_of_skipped(reading: &Reading) -> impl Iterator<Item = Diagnostic> {
    reading.declarations.skipped.iter().map(|skipped| {
        let written = reading.source.text[skipped.range.clone()].split_whitespace().collect::<Vec<_>>().join(" ");
        let shown: String = written.chars().take(60).collect();
        let more = if shown.len() < written.len() { "…" } else { "" };
        Diagnostic::warning(Code::SkippedStyle, format!("browsers skip `{shown}{more}`: it {}", skipped.why))
            .at(Place::span(&reading.source, Span::new(skipped.range.start, skipped.range.end)))
            .hint("correct or delete it; it is left out of the output")
    })
}

/// Runs `work`, and makes an error of a panic in the parser or the printer.
pub(super) fn guarded<T>(
    source: &Arc<Source>,
    work: impl FnOnce() -> Result<T, Vec<Diagnostic>>,
) -> Result<T, Vec<Diagnostic>> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(vec![
            Diagnostic::error(
                Code::InvalidStyle,
                "assetc could not process this sheet, which is a fault of assetc's own",
            )
            .at(Place::file(source.path.to_string()))
            .hint("please report it, with the sheet and what it imports"),
        ])
    })
}

fn offset(fault: &Error<ParserError<'_>>, masked: &Masked) -> usize {
    fault.loc.as_ref().map_or(0, |at| masked.source_offset(at.line, at.column))
}

/// The first token from `at` on that is not blank.
fn place(source: &Arc<Source>, at: usize) -> Place {
    let token = Tokens::new(source.text.get(at..).unwrap_or_default()).find(|token| !token.is_blank());
    let range = token.map_or(0..0, |token| token.start..token.end);
    Place::span(source, Span::new(at + range.start, at + range.end))
}

/// The at-keyword before `at`.
fn at_keyword(source: &Arc<Source>, at: usize) -> Place {
    let start = source.text.get(..at).and_then(|text| text.rfind('@')).unwrap_or(at);
    place(source, start)
}

/// Whether what was found is printed nevertheless.
fn is_kept(fault: &ParserError<'_>) -> bool {
    matches!(
        fault,
        ParserError::AtRuleInvalid(_)
            | ParserError::InvalidMediaQuery
            | ParserError::DeprecatedNestRule
            | ParserError::SelectorError(
                SelectorError::UnsupportedPseudoClass(_) | SelectorError::UnsupportedPseudoElement(_)
            )
    )
}

fn warning(fault: &ParserError<'_>, place: Place) -> Option<Diagnostic> {
    let skipped = |message: String| Diagnostic::warning(Code::SkippedStyle, message).at(place);
    Some(match fault {
        // Some browser knows what begins with its prefix.
        ParserError::AtRuleInvalid(name) if name.starts_with('-') => return None,
        ParserError::SelectorError(
            SelectorError::UnsupportedPseudoClass(name) | SelectorError::UnsupportedPseudoElement(name),
        ) if name.starts_with('-') => return None,
        ParserError::AtRuleInvalid(name) => skipped(format!("browsers skip `@{name}`: they know no such rule"))
            .hint("check the name; it was kept as it is"),
        ParserError::SelectorError(SelectorError::UnsupportedPseudoClass(name)) => {
            skipped(format!("browsers skip a rule with `:{name}`: they know no such pseudo-class"))
                .hint("check the name; the rule was kept as it is")
        }
        ParserError::SelectorError(SelectorError::UnsupportedPseudoElement(name)) => {
            skipped(format!("browsers skip a rule with `::{name}`: they know no such pseudo-element"))
                .hint("check the name; the rule was kept as it is")
        }
        ParserError::SelectorError(_) => skipped("browsers skip this rule: its selector is not valid".to_owned())
            .note(fault.to_string())
            .hint("correct the selector; the rule is left out of the output"),
        ParserError::InvalidMediaQuery => {
            skipped("browsers cannot read this media query, so it never matches".to_owned())
                .hint("correct it; it was kept as it is")
        }
        ParserError::UnexpectedImportRule => {
            skipped("browsers skip this `@import`: it stands behind other rules".to_owned())
                .hint("move it to the top of the file")
        }
        ParserError::UnexpectedNamespaceRule => {
            skipped("browsers skip this `@namespace`: it stands behind other rules".to_owned())
                .hint("move it to the top of the file, behind the imports")
        }
        ParserError::DeprecatedNestRule => skipped("browsers skip `@nest`: it was dropped from CSS".to_owned())
            .hint("write the nested rule without it"),
        _ => skipped("browsers skip what stands here: it is not valid CSS".to_owned())
            .note(fault.to_string())
            .hint("correct or delete it; it is left out of the output"),
    })
}

/// The printer writes the names of unknown media types without their escapes, and so makes `screen\9`, which matches
/// nowhere but in old browsers, a `screen` that matches everywhere.
struct EscapeMediaTypes;

impl<'i> Visitor<'i> for EscapeMediaTypes {
    type Error = std::convert::Infallible;

    fn visit_types(&self) -> VisitTypes {
        visit_types!(MEDIA_QUERIES)
    }

    fn visit_media_query(&mut self, query: &mut MediaQuery<'i>) -> Result<(), Self::Error> {
        if let MediaType::Custom(name) = &mut query.media_type {
            let plain = |character: char| {
                character.is_alphanumeric() || matches!(character, '-' | '_') || !character.is_ascii()
            };
            if !name.chars().all(plain) {
                let escape = |character: char| match plain(character) {
                    true => character.to_string(),
                    false => format!("\\{:x} ", u32::from(character)),
                };
                *name = name.chars().map(escape).collect::<String>().into();
            }
        }
        query.visit_children(self)
    }
}
