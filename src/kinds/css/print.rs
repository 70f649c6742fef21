//! Prints the rules of a bundle, and puts its URLs back.

use std::collections::BTreeSet;
use std::ops::Range;

use lightningcss::error::{Error, MinifyErrorKind};
use lightningcss::rules::{CssRuleList, Location};
use lightningcss::stylesheet::{MinifyOptions, ParserFlags, ParserOptions, PrinterOptions, StyleSheet};
use lightningcss::targets::{Browsers, Features};

use super::bundle::{Sheet, StyleOptions};
use super::custom_media::define_missing;
use super::guard::{guard, unguard};
use super::guard_layers::guard_layers;
use super::hoist::Hoisted;
use super::masked::Masked;
use super::parse::unprintable;
use super::source_map::source_map;
use super::stand_ins::StandIns;
use super::urls::Urls;
use crate::config::Targets;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::graph::{Hole, Piece};
use crate::source::Span;

pub(super) fn print(
    rules: Hoisted<'_>,
    sheets: &[Sheet<'_>],
    masked: &[Masked],
    urls: &Urls,
    stand_ins: &StandIns,
    options: &StyleOptions<'_>,
) -> Result<(Piece, Vec<Diagnostic>), Vec<Diagnostic>> {
    let fault = |fault: &dyn std::fmt::Display| vec![unprintable(&sheets[0].reading.source, &fault)];
    let names = sheets.iter().map(|sheet| sheet.reading.source.path.to_string()).collect();
    let Hoisted { head, rest } = rules;
    let parsed = ParserOptions { flags: ParserFlags::CUSTOM_MEDIA, ..ParserOptions::default() };
    let mut sheet = StyleSheet::new(names, CssRuleList(rest), parsed);
    sheet.license_comments = licenses(sheets).into_iter().map(Into::into).collect();
    let missing = define_missing(&mut sheet.rules.0);
    let warnings = missing.iter().map(|(name, loc)| {
        let message = format!("no `@custom-media` defines `{name}`, so this query never matches");
        Diagnostic::warning(Code::SkippedStyle, message)
            .at(place_of(*loc, sheets, masked))
            .hint("define it at the top level of this sheet, or of one that the same entry imports")
    });
    let warnings = warnings.collect();
    let targets = targets(options.targets, sheets.iter().any(Sheet::sets_color_scheme));
    let hidden = guard(&mut sheet.rules.0, targets.browsers.is_some(), stand_ins);
    let layers = guard_layers(&mut sheet.rules.0, stand_ins);
    // Prefixes and lowering are part of this, so it is done in both modes. The head stays as it is: layers named behind
    // an import would be moved before it.
    let minify = MinifyOptions { targets, ..MinifyOptions::default() };
    sheet.minify(minify).map_err(|error| vec![not_minified(&error, sheets, masked)])?;
    layers.show(&mut sheet.rules.0);
    unguard(&mut sheet.rules.0, &hidden);
    sheet.rules.0.splice(0..0, head);

    let mut map = options.source_map.then(|| parcel_sourcemap::SourceMap::new("/"));
    let printer =
        PrinterOptions { minify: options.minify, source_map: map.as_mut(), targets, ..PrinterOptions::default() };
    let printed = sheet.to_css(printer).map_err(|error| fault(&error))?.code;

    let (text, edits) = put_urls_back(&printed, urls, stand_ins);
    let map = map.map(|map| source_map(&map, &printed, &text, &edits, sheets, masked));
    let mut piece = stand_ins.placeholders.cut(&text, map, |index, offset| {
        // Only the stand-ins of URLs with a hole were left, and no sheet holds one of its own.
        let (module, reference) = urls.all[index].hole.unwrap_or((sheets[0].module, 0));
        Hole { offset, module, reference, dotted: false }
    });
    // What only escapes said is read right wherever it is served; printed as it is, it needs as much.
    let safe = || sheets.iter().all(|sheet| sheet.reading.source.text.is_ascii());
    if !piece.text.is_ascii() && (safe() || sheets.iter().any(Sheet::says_charset)) {
        declare_charset(&mut piece, options.minify);
    }
    Ok((piece, warnings))
}

/// Nothing may stand before `@charset`, not even a comment (CSS Syntax, section 3.2).
fn declare_charset(piece: &mut Piece, minify: bool) {
    let rule = if minify { "@charset \"UTF-8\";" } else { "@charset \"UTF-8\";\n" };
    piece.text.insert_str(0, rule);
    piece.holes.iter_mut().for_each(|hole| hole.offset += rule.len());
    if let Some(map) = &mut piece.map {
        if minify { map.shift_columns(0, 0, rule.len() as i64) } else { map.shift_lines(1) }
    }
}

/// What the minifier finds out last: `@custom-media` that cannot be put in place.
fn not_minified(error: &Error<MinifyErrorKind>, sheets: &[Sheet<'_>], masked: &[Masked]) -> Diagnostic {
    let (message, hint) = match &error.kind {
        MinifyErrorKind::CircularCustomMedia { name } => {
            (format!("the `@custom-media` rule `{name}` uses itself"), "write out what it stands for")
        }
        MinifyErrorKind::UnsupportedCustomMediaBooleanLogic { .. } => (
            "a `@custom-media` rule with a media type cannot be combined with other conditions here".to_owned(),
            "write the media type where the rule is used, as `@media screen and (--name)`",
        ),
        MinifyErrorKind::CustomMediaNotDefined { .. } | MinifyErrorKind::ImpureCSSModuleSelector => {
            return unprintable(&sheets[0].reading.source, error);
        }
    };
    let fault = Diagnostic::error(Code::InvalidStyle, message).hint(hint);
    let Some(loc) = &error.loc else { return fault };
    match sheets.iter().position(|sheet| sheet.reading.source.path.as_str() == loc.filename) {
        Some(sheet) => {
            let loc = Location { source_index: sheet as u32, line: loc.line, column: loc.column };
            fault.at(place_of(loc, sheets, masked))
        }
        None => fault.at(Place::file(loc.filename.clone())),
    }
}

/// The head of the rule at `loc`.
fn place_of(loc: Location, sheets: &[Sheet<'_>], masked: &[Masked]) -> Place {
    let sheet = loc.source_index as usize;
    let source = &sheets[sheet].reading.source;
    let start = masked[sheet].source_offset(loc.line, loc.column);
    let rest = source.text.get(start..).unwrap_or_default();
    let length = rest.find([';', '{', '\n', '\r']).unwrap_or(rest.len());
    Place::span(source, Span::new(start, start + rest[..length].trim_end().len()))
}

fn targets(targets: &Targets, sets_color_scheme: bool) -> lightningcss::targets::Targets {
    let version = |version: Option<(u8, u8, u8)>| {
        version.map(|(major, minor, patch)| u32::from(major) << 16 | u32::from(minor) << 8 | u32::from(patch))
    };
    let Targets { android, chrome, edge, firefox, ie, ios, opera, safari, samsung } = *targets;
    let browsers = Browsers {
        android: version(android),
        chrome: version(chrome),
        edge: version(edge),
        firefox: version(firefox),
        ie: version(ie),
        ios_saf: version(ios),
        opera: version(opera),
        safari: version(safari),
        samsung: version(samsung),
    };
    lightningcss::targets::Targets {
        browsers: Some(browsers).filter(|browsers| *browsers != Browsers::default()),
        // `light-dark()` is lowered to variables that are only set where the same sheet sets `color-scheme`; a page may
        // set it elsewhere, and then every browser would lose the color.
        exclude: if sets_color_scheme { Features::empty() } else { Features::LightDark },
        // No browser knows it.
        include: Features::CustomMediaQueries,
    }
}

/// The distinct license comments of all sheets, without `/*` and `*/`.
///
/// Django 5.2 follows references in comments, and fails when they lead nowhere, so those are broken up.
fn licenses(sheets: &[Sheet<'_>]) -> Vec<String> {
    let mut known = BTreeSet::new();
    let all = sheets.iter().flat_map(|sheet| {
        let text = &sheet.reading.source.text;
        sheet.reading.licenses.iter().map(|range| &text[range.start + 2..range.end - 2])
    });
    all.filter(|license| known.insert(*license)).map(without_references).collect()
}

fn without_references(comment: &str) -> String {
    let mut text = comment.replace("\r\n", "\n").replace(['\r', '\x0c'], "\n");
    for (reference, at) in [("url(", 3), ("@import", 1), ("sourcemappingurl", 6)] {
        let found: Vec<usize> =
            text.to_ascii_lowercase().match_indices(reference).map(|(found, _)| found + at).collect();
        for at in found.into_iter().rev() {
            text.insert(at, ' ');
        }
    }
    text
}

/// A range of the printed text, and how long what replaced it is.
pub(super) struct Edit {
    pub range: Range<usize>,
    pub length: usize,
}

/// Writes the URLs where their stand-ins were printed: always `url("…")`, as Django 6.1 loses count of apostrophes that
/// stand outside of quotes. The stand-ins of those with a hole stay, in front of the rest of the URL.
fn put_urls_back(printed: &str, urls: &Urls, stand_ins: &StandIns) -> (String, Vec<Edit>) {
    let mut text = String::with_capacity(printed.len());
    let mut edits = Vec::new();
    let mut from = 0;
    for (range, index) in stand_ins.find(printed) {
        let Some(url) = urls.all.get(index) else { continue };
        let range = around(printed, range, if url.import { &[("\"", "\"")] } else { &FORMS });
        text.push_str(&printed[from..range.start]);
        let start = text.len();
        text.push_str(if url.import { "\"" } else { "url(\"" });
        if url.hole.is_some() {
            text.push_str(&stand_ins.name(index));
        }
        push_escaped(&mut text, &url.text);
        text.push_str(if url.import { "\"" } else { "\")" });
        from = range.end;
        edits.push(Edit { range, length: text.len() - start });
    }
    text.push_str(&printed[from..]);
    (text, edits)
}

/// How a URL is printed; the last in `image-set()`.
const FORMS: [(&str, &str); 3] = [("url(\"", "\")"), ("url(", ")"), ("\"", "\"")];

fn around(printed: &str, range: Range<usize>, forms: &[(&str, &str)]) -> Range<usize> {
    let (before, behind) = (&printed[..range.start], &printed[range.end..]);
    let form = forms.iter().find(|(open, close)| before.ends_with(open) && behind.starts_with(close));
    form.map_or(range.clone(), |(open, close)| range.start - open.len()..range.end + close.len())
}

/// The content of a string in double quotes (CSSOM, section 2.1).
fn push_escaped(text: &mut String, value: &str) {
    for character in value.chars() {
        match character {
            '"' | '\\' => text.extend(['\\', character]),
            '\0'..='\x1f' | '\x7f' => *text += &format!("\\{:x} ", u32::from(character)),
            _ => text.push(character),
        }
    }
}
