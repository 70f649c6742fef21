use std::borrow::Cow;
use std::ops::Range;

use crate::graph::Placeholders;
use crate::kinds::style_tokens::unescape;

/// Identifiers that stand for URLs while a sheet is parsed and printed.
pub(super) struct StandIns {
    pub placeholders: Placeholders,
    /// What all of them begin with.
    stem: String,
    length: usize,
}

impl StandIns {
    /// Such that none of `sheets` holds one, not even written with escapes.
    pub fn unused_in<'t>(sheets: impl Iterator<Item = &'t str> + Clone) -> Self {
        let escaped = sheets.clone().filter(|text| text.contains('\\')).map(|text| Cow::Owned(unescape(text)));
        let texts: Vec<Cow<'_, str>> = sheets.clone().map(Cow::Borrowed).chain(escaped).collect();
        let placeholders = Placeholders::unused_in(texts.iter().map(|text| &**text));
        let first = placeholders.token(0);
        Self { stem: first.trim_end_matches('0').to_owned(), length: first.len(), placeholders }
    }

    pub fn name(&self, index: usize) -> String {
        self.placeholders.token(index)
    }

    /// Where they stand in a text, and which.
    pub fn find<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (Range<usize>, usize)> + 't {
        text.match_indices(&self.stem).filter_map(|(at, _)| {
            let range = at..at + self.length;
            let index = text.get(at + self.stem.len()..range.end)?.parse().ok()?;
            Some((range, index))
        })
    }
}
