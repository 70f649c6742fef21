//! `@custom-media` that is used and nowhere defined. Browsers take such a query for one that they do not know, which never
//! matches; the minifier would refuse the whole sheet.

use std::collections::BTreeSet;

use lightningcss::media_query::MediaList;
use lightningcss::rules::custom_media::CustomMediaRule;
use lightningcss::rules::{CssRule, Location};
use lightningcss::stylesheet::{ParserFlags, ParserOptions, PrinterOptions, StyleSheet};
use lightningcss::traits::ToCss;
use lightningcss::values::ident::DashedIdent;

/// Defines what is missing as never matching; the names, and where each is used first.
pub(super) fn define_missing(rules: &mut Vec<CssRule<'_>>) -> Vec<(String, Location)> {
    let defined = rules.iter().filter_map(|rule| match rule {
        CssRule::CustomMedia(custom) => Some(custom.name.0.to_string()),
        _ => None,
    });
    let mut known: BTreeSet<String> = defined.collect();
    let mut missing = Vec::new();
    each_media(rules, &mut |query, loc| {
        for name in names(query) {
            if known.insert(name.clone()) {
                missing.push((name, loc));
            }
        }
    });
    if let Some(never) = never().filter(|_| !missing.is_empty()) {
        let definition = |(name, loc): &(String, Location)| {
            CssRule::CustomMedia(CustomMediaRule {
                name: DashedIdent(name.clone().into()),
                query: never.clone(),
                loc: *loc,
            })
        };
        rules.splice(0..0, missing.iter().map(definition).collect::<Vec<_>>());
    }
    missing
}

/// A query that never matches. It is a condition, since only those can be parts of others.
fn never() -> Option<MediaList<'static>> {
    let options = ParserOptions { flags: ParserFlags::CUSTOM_MEDIA, ..ParserOptions::default() };
    let sheet = StyleSheet::parse("@custom-media --never (width < 0px);", options).ok()?;
    sheet.rules.0.into_iter().find_map(|rule| match rule {
        CssRule::CustomMedia(custom) => Some(custom.query),
        _ => None,
    })
}

/// Those that a query asks for, as `(--name)`.
fn names(query: &MediaList<'_>) -> Vec<String> {
    // A query cannot fail to be written.
    let text = query.to_css_string(PrinterOptions::default()).unwrap_or_default();
    let found = text.match_indices("(--").filter_map(|(at, _)| text[at + 1..].split_once(')'));
    found.map(|(name, _)| name.to_owned()).filter(|name| !name.contains([':', ' '])).collect()
}

fn each_media<'i>(rules: &[CssRule<'i>], visit: &mut impl FnMut(&MediaList<'i>, Location)) {
    for rule in rules {
        let inner = match rule {
            CssRule::CustomMedia(custom) => {
                visit(&custom.query, custom.loc);
                continue;
            }
            CssRule::Media(media) => {
                visit(&media.query, media.loc);
                &media.rules
            }
            CssRule::Style(style) => &style.rules,
            CssRule::Nesting(nesting) => &nesting.style.rules,
            CssRule::Supports(supports) => &supports.rules,
            CssRule::LayerBlock(layer) => &layer.rules,
            CssRule::Container(container) => &container.rules,
            CssRule::Scope(scope) => &scope.rules,
            CssRule::StartingStyle(starting) => &starting.rules,
            CssRule::MozDocument(document) => &document.rules,
            _ => continue,
        };
        each_media(&inner.0, visit);
    }
}
