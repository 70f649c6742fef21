use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::ModuleId;
use crate::source::SourceMap;

/// Printed text with holes where the names of other outputs go. The text itself holds nothing there, so the
/// same piece can be filled for the plain and for the fingerprinted twin, in whatever folder it lies.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Piece {
    pub text: String,
    /// Sorted by offset.
    pub holes: Vec<Hole>,
    /// Positions are those of `text`, holes empty.
    pub map: Option<SourceMap>,
}

/// Where a relative URL goes. Only the path: a query or fragment stands in the text behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hole {
    /// Byte offset in [`Piece::text`].
    pub offset: usize,
    /// The module that wrote the reference, and its index there.
    pub module: ModuleId,
    pub reference: usize,
    /// An ECMAScript module specifier: a path in the same folder needs `./` before it.
    pub dotted: bool,
}

impl Piece {
    pub fn plain(text: String) -> Self {
        Self { text, ..Self::default() }
    }

    /// The text with its holes filled by what `url` gives for each, asked in order, and the map moved along.
    pub fn fill<'u>(&self, url: impl FnMut(&Hole) -> Cow<'u, str>) -> (String, Option<SourceMap>) {
        let urls: Vec<Cow<str>> = self.holes.iter().map(url).collect();
        let mut text = String::with_capacity(self.text.len() + urls.iter().map(|url| url.len()).sum::<usize>());
        let mut from = 0;
        for (hole, url) in self.holes.iter().zip(&urls) {
            text.push_str(&self.text[from..hole.offset]);
            text.push_str(url);
            from = hole.offset;
        }
        text.push_str(&self.text[from..]);

        let mut map = self.map.clone();
        if let Some(map) = &mut map {
            // From the last to the first, so that the columns of earlier holes still hold.
            let positions = line_and_utf16_columns(&self.text, self.holes.iter().map(|hole| hole.offset));
            for ((line, column), url) in positions.into_iter().zip(&urls).rev() {
                map.shift_columns(line, column, url.encode_utf16().count() as i64);
            }
        }
        (text, map)
    }
}

/// Line and column (UTF-16 units) of each offset; both from 0, offsets sorted.
fn line_and_utf16_columns(text: &str, offsets: impl Iterator<Item = usize>) -> Vec<(u32, u32)> {
    let (mut line, mut column, mut from) = (0, 0, 0);
    offsets
        .map(|offset| {
            let passed = &text[from..offset];
            line += passed.matches('\n').count() as u32;
            let tail = passed.rfind('\n').map(|at| &passed[at + 1..]);
            column = tail.map_or(column, |_| 0) + tail.unwrap_or(passed).encode_utf16().count() as u32;
            from = offset;
            (line, column)
        })
        .collect()
}

/// Stand-ins that go through a printer in place of a reference's path and are cut out of its text again.
///
/// A stand-in is made of letters, digits and `_`, so that every language prints it as it is.
pub struct Placeholders {
    stem: String,
}

/// Digits of the number in a stand-in: its length must not depend on how many there are.
const DIGITS: usize = 8;

impl Placeholders {
    /// Stand-ins that occur in none of `texts`.
    pub fn unused_in<'t>(texts: impl IntoIterator<Item = &'t str> + Clone) -> Self {
        let stem = (0u32..)
            .map(|salt| format!("assetc_ref{salt}_"))
            .find(|stem| !texts.clone().into_iter().any(|text| text.contains(stem.as_str())))
            // Some salt below 2^32 is free: the texts are shorter than all of them together.
            .unwrap_or_default();
        Self { stem }
    }

    pub fn token(&self, index: usize) -> String {
        format!("{}{index:0DIGITS$}", self.stem)
    }

    /// Cuts every stand-in out of `text` and leaves a hole, made by `hole` from the number and the offset.
    pub fn cut(&self, text: &str, mut map: Option<SourceMap>, hole: impl Fn(usize, usize) -> Hole) -> Piece {
        let found: Vec<usize> = text.match_indices(&self.stem).map(|(at, _)| at).collect();
        let length = self.stem.len() + DIGITS;
        if let Some(map) = &mut map {
            let positions = line_and_utf16_columns(text, found.iter().copied());
            for (line, column) in positions.into_iter().rev() {
                map.shift_columns(line, column + 1, -(length as i64));
            }
        }
        let mut piece = Piece { text: String::with_capacity(text.len()), holes: Vec::new(), map };
        let mut from = 0;
        for at in found {
            piece.text.push_str(&text[from..at]);
            // Only `token` writes the stem, and it writes the digits behind it.
            let index = text[at + self.stem.len()..at + length].parse().unwrap_or(usize::MAX);
            piece.holes.push(hole(index, piece.text.len()));
            from = at + length;
        }
        piece.text.push_str(&text[from..]);
        piece
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Mapping;

    fn at(line: u32, column: u32) -> Mapping {
        Mapping { line, column, source: 0, source_line: 0, source_column: 0 }
    }

    #[test]
    fn a_cut_and_filled_text_keeps_its_positions() {
        let placeholders = Placeholders::unused_in(["assetc_ref0_ is taken"]);
        let token = placeholders.token(7);
        assert_eq!(token, "assetc_ref1_00000007");
        let text = format!("a\né({token})b({token})c");
        let b = 3 + token.len() as u32;
        let c = b + 3 + token.len() as u32;
        let map = SourceMap { sources: vec![], mappings: vec![at(0, 0), at(1, 1), at(1, b), at(1, c)] };
        let hole = |reference, offset| Hole { offset, module: ModuleId(0), reference, dotted: false };
        let piece = placeholders.cut(&text, Some(map), hole);
        assert_eq!(piece.text, "a\né()b()c");
        assert_eq!(piece.holes.iter().map(|hole| hole.offset).collect::<Vec<_>>(), [5, 8]);

        let (filled, map) = piece.fill(|_| "xyz".into());
        assert_eq!(filled, "a\né(xyz)b(xyz)c");
        assert_eq!(map.unwrap().mappings, [at(0, 0), at(1, 1), at(1, 6), at(1, 12)]);
    }
}
