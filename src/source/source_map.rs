//! Source maps (ECMA-426), kept as positions until the text around them is final.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Source;

/// One generated position and where it comes from. Lines and columns from 0, columns in UTF-16 units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    pub line: u32,
    pub column: u32,
    /// Index into [`SourceMap::sources`].
    pub source: u32,
    pub source_line: u32,
    pub source_column: u32,
}

/// The mappings of one generated text, sorted by generated position.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SourceMap {
    #[serde(with = "super::serde_sources")]
    pub sources: Vec<Arc<Source>>,
    pub mappings: Vec<Mapping>,
}

/// Sources are named below this, not by a relative path: the same bytes come out wherever the output lies,
/// and a browser shows them as one tree.
const SOURCE_SCHEME: &str = "assetc:///";

impl SourceMap {
    /// Reads `mappings` (ECMA-426, section 6); names are passed over. `None` when they are no mappings of `sources`.
    pub fn decode(mappings: &str, sources: Vec<Arc<Source>>) -> Option<Self> {
        let mut map = Self { sources, mappings: Vec::new() };
        let mut last = Mapping { line: 0, column: 0, source: 0, source_line: 0, source_column: 0 };
        for (line, segments) in mappings.split(';').enumerate() {
            last = Mapping { line: line as u32, column: 0, ..last };
            for segment in segments.split(',').filter(|segment| !segment.is_empty()) {
                let fields = decode_vlq(segment)?;
                let moved = |from: u32, field: usize| u32::try_from(i64::from(from) + fields[field]).ok();
                last.column = moved(last.column, 0)?;
                if fields.len() < 4 {
                    continue;
                }
                last.source = moved(last.source, 1)?;
                last.source_line = moved(last.source_line, 2)?;
                last.source_column = moved(last.source_column, 3)?;
                map.sources.get(last.source as usize)?;
                map.mappings.push(last);
            }
        }
        map.mappings.sort_by_key(|at| (at.line, at.column));
        Some(map)
    }

    /// The mapping that a generated position belongs to: the last one up to there.
    pub fn original(&self, line: u32, column: u32) -> Option<&Mapping> {
        let behind = self.mappings.partition_point(|at| (at.line, at.column) <= (line, column));
        self.mappings.get(behind.checked_sub(1)?)
    }

    /// Moves every mapping at or behind `column` of `line` by `by` columns.
    ///
    /// To fill several holes of one line call it once for each, from the last to the first, with columns of
    /// the text that still has its holes.
    pub fn shift_columns(&mut self, line: u32, column: u32, by: i64) {
        if by == 0 {
            return;
        }
        let first = self.mappings.partition_point(|at| (at.line, at.column) < (line, column));
        for mapping in self.mappings[first..].iter_mut().take_while(|at| at.line == line) {
            mapping.column = (i64::from(mapping.column) + by).max(0) as u32;
        }
    }

    /// Moves everything down by `lines`: text was put above.
    pub fn shift_lines(&mut self, lines: u32) {
        self.mappings.iter_mut().for_each(|mapping| mapping.line += lines);
    }

    /// The map as JSON, one line, without a `file` field: a map is named before its script and must not depend on its name.
    pub fn to_json(&self) -> String {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Json<'a> {
            version: u8,
            sources: Vec<String>,
            sources_content: Vec<&'a str>,
            names: [&'a str; 0],
            mappings: String,
        }
        let json = Json {
            version: 3,
            sources: self.sources.iter().map(|source| format!("{SOURCE_SCHEME}{}", source.path)).collect(),
            sources_content: self.sources.iter().map(|source| source.text.as_str()).collect(),
            names: [],
            mappings: self.encode_mappings(),
        };
        // Strings and one number cannot fail to serialise.
        serde_json::to_string(&json).unwrap_or_default()
    }

    fn encode_mappings(&self) -> String {
        let mut text = String::with_capacity(self.mappings.len() * 6);
        let mut line = 0;
        let mut last = Mapping { line: 0, column: 0, source: 0, source_line: 0, source_column: 0 };
        let mut first_of_line = true;
        for mapping in &self.mappings {
            while line < mapping.line {
                text.push(';');
                line += 1;
                last.column = 0;
                first_of_line = true;
            }
            if !first_of_line {
                text.push(',');
            }
            first_of_line = false;
            for (now, before) in [
                (mapping.column, last.column),
                (mapping.source, last.source),
                (mapping.source_line, last.source_line),
                (mapping.source_column, last.source_column),
            ] {
                push_vlq(&mut text, i64::from(now) - i64::from(before));
            }
            last = *mapping;
        }
        text
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The numbers of a segment: at least one.
fn decode_vlq(segment: &str) -> Option<Vec<i64>> {
    let mut values = Vec::with_capacity(4);
    let (mut bits, mut shift) = (0u64, 0);
    for byte in segment.bytes() {
        let digit = ALPHABET.iter().position(|&at| at == byte)? as u64;
        if shift > 32 {
            return None;
        }
        bits |= (digit & 31) << shift;
        shift += 5;
        if digit & 32 == 0 {
            let value = (bits >> 1) as i64;
            values.push(if bits & 1 == 1 { -value } else { value });
            (bits, shift) = (0, 0);
        }
    }
    (!values.is_empty() && shift == 0).then_some(values)
}

/// Base 64 VLQ (ECMA-426, section 6.2).
fn push_vlq(text: &mut String, value: i64) {
    let mut bits = value.unsigned_abs() << 1 | u64::from(value < 0);
    loop {
        let digit = bits & 31;
        bits >>= 5;
        let more = if bits > 0 { 32 } else { 0 };
        text.push(char::from(ALPHABET[(digit | more) as usize]));
        if bits == 0 {
            return;
        }
    }
}
