//! The comments that mean something: licences, and where a source map lies.

use std::collections::BTreeSet;

use swc_core::common::comments::{Comment, CommentKind, SingleThreadedComments};

use super::parse::Positions;
use crate::graph::{FoundReference, ReferenceKind, Specifier};
use crate::source::Span;

/// Every legal comment once, in the order of the source, each with a line end behind it.
pub fn legal_comments(comments: &SingleThreadedComments) -> String {
    let mut seen = BTreeSet::new();
    let mut text = String::new();
    for comment in in_order(comments).into_iter().filter(is_legal) {
        if seen.insert((comment.kind == CommentKind::Line, comment.text.clone())) {
            let (open, close) = match comment.kind {
                CommentKind::Line => ("//", ""),
                CommentKind::Block => ("/*", "*/"),
            };
            // The output may be put into a page; there only this would end the script.
            let body = comment.text.replace("\r\n", "\n").replace("</script", "<\\/script");
            text.extend([open, &body, close, "\n"]);
        }
    }
    text
}

/// Every legal comment once, as it is to be printed, in the order of the source.
pub fn all_legal(comments: &SingleThreadedComments) -> Vec<String> {
    let text = legal_comments(comments);
    if text.is_empty() { Vec::new() } else { vec![text] }
}

fn is_legal(comment: &Comment) -> bool {
    comment.text.starts_with('!') || ["@license", "@preserve"].iter().any(|tag| comment.text.contains(tag))
}

/// Removes every `sourceMappingURL` comment and returns the reference that the last one made, if it is local.
pub fn take_source_map(comments: &SingleThreadedComments, positions: &Positions) -> Option<FoundReference> {
    let last = in_order(comments).into_iter().rfind(|comment| mapping_url(&comment.text).is_some());
    let (mut leading, mut trailing) = comments.borrow_all_mut();
    for comments in leading.values_mut().chain(trailing.values_mut()) {
        comments.retain(|comment| mapping_url(&comment.text).is_none());
    }
    // Else the printer would take the position for one that has comments.
    leading.retain(|_, comments| !comments.is_empty());
    trailing.retain(|_, comments| !comments.is_empty());

    let comment = last?;
    let url = mapping_url(&comment.text)?;
    let Specifier::Local { .. } = Specifier::parse(url) else { return None };
    let opening = "//".len();
    let start = positions.offset(comment.span.lo)? + opening + comment.text.find(url)?;
    let span = Span::new(start, start + url.len());
    Some(FoundReference::new(url, ReferenceKind::SourceMap, span))
}

/// ECMA-426, section 11.1.2: `# sourceMappingURL=`, or `@` for `#`, and one word.
fn mapping_url(comment: &str) -> Option<&str> {
    let rest = comment.strip_prefix(['#', '@'])?.trim_start().strip_prefix("sourceMappingURL=")?;
    let url = rest.trim();
    (!url.is_empty() && !url.contains(char::is_whitespace)).then_some(url)
}

fn in_order(comments: &SingleThreadedComments) -> Vec<Comment> {
    let (leading, trailing) = comments.borrow_all();
    let mut all: Vec<Comment> = leading.values().chain(trailing.values()).flatten().cloned().collect();
    all.sort_by_key(|comment| comment.span.lo);
    all
}

/// Whether a comment asks for the automatic JSX runtime, as `@jsxImportSource preact` does.
pub fn ask_for_automatic_jsx(comments: &SingleThreadedComments) -> bool {
    in_order(comments)
        .iter()
        .any(|comment| comment.text.contains("@jsxImportSource") || comment.text.contains("@jsxRuntime automatic"))
}
