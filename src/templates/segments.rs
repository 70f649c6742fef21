use super::Language;
use crate::source::Span;

/// A part of a template. Comments are in none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Between marks, without them.
    Code {
        start: usize,
        end: usize,
    },
    Text {
        start: usize,
        end: usize,
    },
}

/// The parts in order, and the opening of a comment or block that is never closed: what follows it is passed over.
pub fn segments(text: &str, language: Language) -> (Vec<Segment>, Option<Span>) {
    let mut parts = Vec::new();
    let (mut at, mut text_start) = (0, 0);
    while let Some(opening) = next_opening(text, at, language) {
        push_text(&mut parts, text_start, opening.start);
        let inside = opening.start + opening.open.len();
        let Some(length) = closing(text, inside, &opening, language) else {
            // Code without an end is text, as the template engines have it; an open comment hides the rest.
            if !opening.comment {
                at = inside;
                text_start = opening.start;
                continue;
            }
            return (parts, Some(Span::new(opening.start, inside)));
        };
        let end = inside + length;
        at = end + opening.close.len();
        if !opening.comment {
            parts.push(Segment::Code { start: inside, end });
            if let Some(close) = block_of(&text[inside..end], opening.open, language) {
                match end_of_block(text, at, close) {
                    Some(after) => at = after,
                    None => return (parts, Some(Span::new(opening.start, at))),
                }
            }
        }
        text_start = at;
    }
    push_text(&mut parts, text_start, text.len());
    (parts, None)
}

fn push_text(parts: &mut Vec<Segment>, start: usize, end: usize) {
    if start < end {
        parts.push(Segment::Text { start, end });
    }
}

struct Opening {
    start: usize,
    open: &'static str,
    close: &'static str,
    comment: bool,
}

/// The next mark; of two at one place the longer one, so that `{{--` is not `{{`.
fn next_opening(text: &str, from: usize, language: Language) -> Option<Opening> {
    let bytes = text.as_bytes();
    let first = |byte: u8| byte == b'{' || byte == b'<';
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|&byte| first(byte))?;
        let marks = language.comments().iter().map(|marks| (marks, true));
        let marks = marks.chain(language.code().iter().map(|marks| (marks, false)));
        let here = marks.filter(|((open, _), _)| text[at..].starts_with(open));
        if let Some(((open, close), comment)) = here.max_by_key(|((open, _), _)| open.len()) {
            return Some(Opening { start: at, open, close, comment });
        }
        at += 1;
    }
}

/// How far it is to the end mark. Django's `{# #}` ends on its line, and so do its tags.
fn closing(text: &str, inside: usize, opening: &Opening, language: Language) -> Option<usize> {
    let length = text[inside..].find(opening.close)?;
    let one_line = language == Language::Django && opening.open.starts_with('{');
    (!one_line || !text[inside..inside + length].contains('\n')).then_some(length)
}

/// The tag that ends a block, where `code` begins one.
fn block_of(code: &str, open: &str, language: Language) -> Option<&'static str> {
    if open != "{%" {
        return None;
    }
    let name = code.trim_start_matches(['-', '+', '~', ' ', '\t', '\n']).split_whitespace().next()?;
    language.blocks().iter().find(|(begin, _)| *begin == name).map(|(_, end)| *end)
}

/// Behind the tag with this name.
fn end_of_block(text: &str, from: usize, name: &str) -> Option<usize> {
    let mut at = from;
    loop {
        let open = at + text[at..].find("{%")?;
        let close = open + text[open..].find("%}")? + "%}".len();
        let code = text[open + 2..close - 2].trim_start_matches(['-', '+', '~', ' ', '\t', '\n']);
        if code.split_whitespace().next().is_some_and(|word| word.trim_end_matches('-') == name) {
            return Some(close);
        }
        at = open + 2;
    }
}
