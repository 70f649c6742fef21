//! CSS in an SVG: `url(…)` and `@import`.

use std::ops::Range;

use super::decoded::Decoded;
use super::{FoundPath, found_path};
use crate::graph::Specifier;
use crate::kinds::style_tokens::{Token, TokenKind, Tokens, quoted_url, value};

pub(super) fn find(style: &Decoded, found: &mut Vec<FoundPath>) {
    let mut tokens = Tokens::new(&style.text);
    // The at-rule whose prelude this is: only `@import` refers to a file there.
    let mut prelude: Option<String> = None;
    while let Some(token) = tokens.next() {
        let url = match token.kind {
            TokenKind::AtKeyword => {
                prelude.get_or_insert(token.name(&style.text).to_ascii_lowercase());
                continue;
            }
            TokenKind::Semicolon | TokenKind::Open(b'}') | TokenKind::Close(b'}') => {
                prelude = None;
                continue;
            }
            TokenKind::Url { closed: true } => Some(token),
            TokenKind::String { closed: true } if prelude.as_deref() == Some("import") => Some(token),
            TokenKind::Function => quoted_url(token, &tokens).map(|(string, _)| string),
            _ => None,
        };
        let Some(url) = url else { continue };
        tokens.skip_to(url.end);
        if prelude.as_deref().is_none_or(|name| name == "import") {
            found.extend(found_url(style, url));
        }
        if prelude.is_some() {
            // What follows are conditions.
            prelude = Some(String::new());
        }
    }
}

fn found_url(style: &Decoded, url: Token) -> Option<FoundPath> {
    let (specifier, span) = value(url, &style.text);
    let quotes = usize::from(matches!(url.kind, TokenKind::String { .. }));
    let content = span.start + quotes..span.end - quotes;
    let path = path_range(&style.text, content, &specifier)?;
    found_path(&specifier, style.raw(span), style.raw(path))
}

/// The range of the path in the range of a URL; `None` when its suffix is written with escapes.
fn path_range(text: &str, url: Range<usize>, specifier: &str) -> Option<Range<usize>> {
    let suffix = match Specifier::parse(specifier) {
        Specifier::Local { suffix, .. } => suffix,
        Specifier::Elsewhere => return None,
    };
    text[url.clone()].ends_with(suffix).then(|| url.start..url.end - suffix.len())
}
