use std::ops::Range;

/// Stands for an entity that the document declares itself.
pub(super) const UNKNOWN: char = char::REPLACEMENT_CHARACTER;

/// XML text with its entities resolved, and where each byte of it stands in the file.
pub(super) struct Decoded {
    pub text: String,
    /// One more than there are bytes: the last is the end.
    offsets: Vec<usize>,
}

impl Decoded {
    pub fn attribute(raw: &str, at: usize) -> Self {
        let mut decoded = Self { text: String::with_capacity(raw.len()), offsets: Vec::with_capacity(raw.len() + 1) };
        let mut rest = raw;
        while let Some(character) = rest.chars().next() {
            let offset = at + raw.len() - rest.len();
            let (character, length) = match entity(rest) {
                Some(found) => found,
                None => (character, character.len_utf8()),
            };
            decoded.text.push(character);
            decoded.offsets.resize(decoded.text.len(), offset);
            rest = &rest[length..];
        }
        decoded.offsets.push(at + raw.len());
        decoded
    }

    /// A text node, which may be a CDATA section.
    pub fn text(raw: &str, at: usize) -> Self {
        if !raw.contains("<![CDATA[") {
            return Self::attribute(raw, at);
        }
        Self { text: raw.to_owned(), offsets: (at..=at + raw.len()).collect() }
    }

    /// A range of the text as a range of the file.
    pub fn raw(&self, range: Range<usize>) -> Range<usize> {
        self.offsets[range.start]..self.offsets[range.end]
    }
}

/// The character that the reference at the start of `text` stands for, and how long it is (XML 1.0, section 4.1).
fn entity(text: &str) -> Option<(char, usize)> {
    let name = text.strip_prefix('&')?;
    let name = &name[..name.find(';')?];
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let code = match name.strip_prefix("#x") {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => name.strip_prefix('#').and_then(|decimal| decimal.parse().ok()),
            };
            code.and_then(char::from_u32).unwrap_or(UNKNOWN)
        }
    };
    Some((character, name.len() + 2))
}
