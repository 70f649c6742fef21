use std::fmt::Write;

use anstyle::Style;
use unicode_width::UnicodeWidthChar;

use super::{RELATED, plain, visible};
use crate::diagnostic::Place;

/// Columns of source text that a frame shows at most: a minified sheet is one line of half a megabyte.
const WIDTH: usize = 100;
/// Of these, the columns before the marked text when the line is cut.
const BEFORE: usize = 50;
const CUT: &str = "...";

/// How a place is marked.
#[derive(Clone, Copy)]
pub(super) struct Mark<'a> {
    /// `-->` for the fault itself, `:::` for a related place.
    pub arrow: &'a str,
    pub underline: char,
    pub style: Style,
    pub label: &'a str,
}

/// Digits of the line number, to align the frames of one diagnostic.
pub(super) fn gutter(place: &Place) -> usize {
    place.lines_and_columns().map_or(1, |((line, _), _)| line.to_string().len())
}

/// File, line and column, and under them the line with the range marked; a longer range up to the end of the line.
pub(super) fn write_frame(out: &mut String, place: &Place, gutter: usize, mark: Mark<'_>) {
    let Mark { arrow, underline, style, label } = mark;
    let _ = write!(out, "{:gutter$}{RELATED}{arrow}{RELATED:#} {}", "", plain(&place.file));
    let Some((source, span)) = &place.frame else {
        out.push('\n');
        return;
    };
    let (line, column) = source.line_and_column(span.start);
    let excerpt = Excerpt::new(&source.text, span.start, span.end);
    let (indent, width) = (excerpt.indent, excerpt.marked);
    let marks: String = std::iter::repeat_n(underline, width).collect();
    let label = if label.is_empty() { String::new() } else { format!(" {}", plain(label)) };
    let _ = writeln!(out, ":{line}:{column}");
    let _ = writeln!(out, "{:gutter$} {RELATED}|{RELATED:#}", "");
    let _ = writeln!(out, "{RELATED}{line:>gutter$} |{RELATED:#}{}", excerpt.line);
    let _ = writeln!(out, "{:gutter$} {RELATED}|{RELATED:#} {:indent$}{style}{marks}{label}{style:#}", "", "");
}

/// A line of a source as a terminal shows it. Widths are in columns of the terminal.
struct Excerpt {
    /// With a space before it, unless it is empty.
    line: String,
    /// What stands before the marked text.
    indent: usize,
    /// The marked text; at least one column, to point at the end of a line.
    marked: usize,
}

impl Excerpt {
    /// `start..end` are bytes of the text; what does not fit the text is moved to where it does.
    fn new(text: &str, start: usize, end: usize) -> Self {
        let start = floor_boundary(text, start);
        let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |newline| start + newline);
        let end = floor_boundary(text, end).clamp(start, line_end);
        let before = text[line_start..start].trim_start_matches('\u{feff}');
        let (before, indent, cut_before) = fitting(before.chars().rev(), WIDTH - BEFORE);
        let (marked_text, marked, cut_marked) =
            fitting(text[start..end].trim_end_matches('\r').chars(), WIDTH - indent);
        let after = if cut_marked { "" } else { text[end..line_end].trim_end_matches('\r') };
        let (after, _, cut_after) = fitting(after.chars(), WIDTH - indent - marked);
        let mut line = String::from(" ");
        line.push_str(if cut_before { CUT } else { "" });
        line.extend(before.iter().rev().map(String::as_str));
        line.extend(marked_text.iter().chain(&after).map(String::as_str));
        line.push_str(if cut_marked || cut_after { CUT } else { "" });
        let indent = indent + if cut_before { CUT.len() } else { 0 };
        Self { line: line.trim_end().to_owned(), indent, marked: marked.max(1) }
    }
}

/// The characters that fit, as they are shown; how wide they are; whether some did not fit.
fn fitting(characters: impl Iterator<Item = char>, columns: usize) -> (Vec<String>, usize, bool) {
    let (mut shown, mut width) = (Vec::new(), 0);
    for character in characters {
        let (text, wide) = match character {
            '\t' => ("    ".to_owned(), 4),
            _ => {
                let character = visible(character);
                (character.to_string(), character.width().unwrap_or(0))
            }
        };
        if width + wide > columns {
            return (shown, width, true);
        }
        shown.push(text);
        width += wide;
    }
    (shown, width, false)
}

fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}
