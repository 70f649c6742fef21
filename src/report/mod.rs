//! Puts what a build found and did into words, for people and for tools.
//!
//! In: diagnostics and the [`Report`](crate::graph::Report) of a build. Out: text with ANSI styles (the terminal's
//! stream drops them where they do not belong), one JSON document, a progress bar.
//! Not here: deciding what is a fault, or which of these a user wants to see (`cli`).

mod frame;
mod github;
mod json;
mod progress;
mod sarif;
mod summary;
mod text;
mod watch;

pub use github::github;
pub use json::{Document, document, findings_document};
pub use progress::ProgressBar;
pub use sarif::sarif;
pub use summary::{emptied, summary};
pub use text::diagnostics;
pub use watch::{WatchLine, rebuilt};

use anstyle::{AnsiColor, Style};

/// How much to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// The most telling rows and warnings, and how many more there are.
    Short,
    Full,
}

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const ERROR: Style = AnsiColor::BrightRed.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const RELATED: Style = AnsiColor::BrightBlue.on_default().bold();
const HINT: Style = AnsiColor::BrightCyan.on_default().bold();
const LESS: Style = AnsiColor::Green.on_default();

/// `1 file`, `2 files`.
fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Stands for a character in a terminal: control characters would move the cursor or change colors, and those that
/// turn the direction of writing would make text look like other text.
fn visible(character: char) -> char {
    match character {
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(character)).unwrap_or(' '),
        '\x7f' => '␡',
        '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
        character => character,
    }
}

/// A sentence or a name with nothing in it that a terminal would obey.
fn plain(text: &str) -> String {
    text.chars().map(|character| if character == '\n' { ' ' } else { visible(character) }).collect()
}

#[cfg(test)]
mod tests;
