//! Templates of server-rendered pages: which static files they name, and where.
//!
//! In: a text and its language. Out: the uses in it. Templates are searched, not run: comments and verbatim blocks are
//! passed over, and what is put together from variables is counted, not guessed. Nothing is ever refused.
//! Not here: whether the files exist (`check`).

mod calls;
mod hard_coded;
mod language;
mod segments;

pub use language::Language;

use crate::source::Span;
use segments::{Segment, segments};

/// What a template says about static files.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// In the order of the text.
    pub uses: Vec<Use>,
    /// Django: the libraries that the template loads.
    pub loads: Vec<String>,
    /// Uses of names that are put together while the page is rendered.
    pub dynamic: usize,
    /// A comment or verbatim block that is never closed: its opening.
    pub unclosed: Option<Span>,
    /// Where a `{% load %}` tag can be put in: at the start, or behind `{% extends %}`.
    pub load_at: usize,
}

/// One static file that a template names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    pub how: How,
    /// The name as it is written, without quotes; of a URL without what stands before the name, `?` and `#` and what follows.
    pub name: String,
    /// Of the name, or of the whole URL.
    pub span: Span,
    /// Whether it is the source of a script tag that says nothing of its type.
    pub plain_script: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// By a function or tag that gives the URL of a static file.
    Static,
    /// By `{% asset %}`, which wants an entry.
    Asset,
    /// By a helper that adds the extension: Rails' `stylesheet_link_tag "app"`.
    Extended(&'static str),
    /// A URL that is written out.
    HardCoded,
}

/// Reads a template. `static_url` is the URL of the static files, with `/` at both ends.
pub fn read(text: &str, language: Language, static_url: &str) -> Template {
    let mut template = Template::default();
    let (segments, unclosed) = segments(text, language);
    template.unclosed = unclosed;
    for segment in &segments {
        match *segment {
            Segment::Code { start, end } => {
                let code = &text[start..end];
                calls::find(code, start, language, &mut template);
                if language == Language::Django && code.trim_start().starts_with("extends") {
                    template.load_at = end + "%}".len();
                }
            }
            Segment::Text { start, end } => hard_coded::find(text, start..end, static_url, &mut template.uses),
        }
    }
    for found in &mut template.uses {
        found.plain_script = is_plain_script(text, found.span);
    }
    template
}

/// Whether `span` lies in a `<script>` tag that has no type, and whose other attributes are written out.
fn is_plain_script(text: &str, span: Span) -> bool {
    let Some(open) = text[..span.start].rfind('<') else { return false };
    let (before, after) = (&text[open + 1..span.start], &text[span.end..]);
    let after = &after[..after.find('>').unwrap_or(after.len())];
    let tags = |part: &str| part.matches("{{").count() + part.matches("{%").count();
    starts_with_word(before, "script")
        && !before.contains('>')
        && tags(before) + tags(after) <= 1
        && !before.contains("type=")
        && !after.contains("type=")
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
        && text[word.len()..].starts_with([' ', '\n', '\t', '\r'])
}

#[cfg(test)]
mod tests;
