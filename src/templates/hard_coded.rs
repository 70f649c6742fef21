use std::ops::Range;

use super::{How, Use};
use crate::source::Span;

/// Adds the URLs of static files that are written out in `range` of the text: as a whole attribute, in a `srcset`, or in the `url()`
/// of a style.
pub fn find(text: &str, range: Range<usize>, static_url: &str, uses: &mut Vec<Use>) {
    for (at, _) in text[range.clone()].match_indices(static_url) {
        let start = range.start + at;
        if begins_a_url(&text[..start]) {
            push(text, start, start + static_url.len(), uses);
        }
    }
    // `static/…` is right on the front page alone.
    let relative = static_url.trim_start_matches('/');
    for (at, _) in text[range.clone()].match_indices(relative) {
        let start = range.start + at;
        if ["src=\"", "src='", "href=\"", "href='"].iter().any(|before| text[..start].ends_with(before)) {
            push(text, start, start + relative.len(), uses);
        }
    }
}

fn begins_a_url(before: &str) -> bool {
    if let Some(before) = before.strip_suffix(['"', '\'']) {
        return before.ends_with('=') || before.to_ascii_lowercase().ends_with("url(");
    }
    if before.len() >= 4
        && before.is_char_boundary(before.len() - 4)
        && before[before.len() - 4..].eq_ignore_ascii_case("url(")
    {
        return true;
    }
    // A further candidate of a `srcset`.
    let Some(list) = before.trim_end().strip_suffix(',') else { return false };
    let value = list.rfind(['"', '\'']).map_or("", |quote| &list[..quote]);
    value.to_ascii_lowercase().ends_with("srcset=")
}

fn push(text: &str, start: usize, name_start: usize, uses: &mut Vec<Use>) {
    let rest = &text[name_start..];
    let length = rest.find(['"', '\'', ')', ' ', ',', '?', '#', '\n', '<', '>', '{']).unwrap_or(rest.len());
    let name = &rest[..length];
    // A name that a variable goes on with, and the folder itself, name no file.
    if name.is_empty() || name.ends_with('/') || rest[length..].starts_with('{') {
        return;
    }
    let span = Span::new(start, name_start + length);
    uses.push(Use { how: How::HardCoded, name: name.to_owned(), span, plain_script: false });
}
