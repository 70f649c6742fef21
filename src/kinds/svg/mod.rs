//! SVG: finds what a picture refers to, measures it, and makes it smaller.
//!
//! In: text. Out: the same text with a hole for each path; its natural size; a shorter text that looks the same.

mod decoded;
mod dimensions;
mod shrink;
mod styles;

pub use dimensions::dimensions;
pub use shrink::shrink;

use std::ops::Range;
use std::sync::Arc;

use roxmltree::{Attribute, Document, Node, NodeType, ParsingOptions};

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::graph::{FoundReference, Hole, ModuleId, Piece, ReferenceKind, Specifier};
use crate::source::{Source, Span};
use decoded::Decoded;

const SVG: &str = "http://www.w3.org/2000/svg";
const XLINK: &str = "http://www.w3.org/1999/xlink";

/// More elements than any picture has; entities can make many of few bytes.
const MOST_NODES: u32 = 5_000_000;

/// Attributes whose value may be a `url(…)` (SVG 2, section 6.6), and `style`.
const STYLED: [&str; 11] = [
    "style",
    "fill",
    "stroke",
    "filter",
    "mask",
    "clip-path",
    "marker",
    "marker-start",
    "marker-mid",
    "marker-end",
    "cursor",
];

/// The file's text with a hole for each local path that it refers to.
///
/// `None`, with a warning (`invalid-svg`), when it is not well-formed XML.
pub fn scan(id: ModuleId, source: &Arc<Source>) -> (Option<(Piece, Vec<FoundReference>)>, Vec<Diagnostic>) {
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    match Document::parse_with_options(&source.text, options) {
        Ok(document) => (Some(cut(id, &source.text, paths(&document))), Vec::new()),
        Err(fault) => (None, vec![malformed(source, &fault)]),
    }
}

fn malformed(source: &Arc<Source>, fault: &roxmltree::Error) -> Diagnostic {
    let at = fault.pos();
    let line = source.text.split_inclusive('\n').take(at.row.saturating_sub(1) as usize).map(str::len).sum::<usize>();
    let rest = &source.text[line..];
    let offset = rest.char_indices().nth(at.col.saturating_sub(1) as usize).map_or(rest.len(), |(offset, _)| offset);
    let offset = line + offset.min(rest.find('\n').unwrap_or(rest.len()));
    Diagnostic::warning(Code::InvalidSvg, format!("this SVG is not well-formed XML: {fault}"))
        .at(Place::span(source, Span::new(offset, offset)))
        .hint("correct it; it was copied as it is, without looking at what it refers to")
}

/// A reference, and the range of its path, which becomes a hole.
struct FoundPath {
    reference: FoundReference,
    path: Range<usize>,
}

fn paths(document: &Document<'_>) -> Vec<FoundPath> {
    let mut found = Vec::new();
    for node in document.descendants() {
        match node.node_type() {
            NodeType::Element => find_in_element(node, &mut found),
            NodeType::Text
                if node.parent().is_some_and(|parent| is_svg(parent) && parent.tag_name().name() == "style") =>
            {
                let range = node.range();
                if let Some(raw) = document.input_text().get(range.clone()) {
                    styles::find(&Decoded::text(raw, range.start), &mut found);
                }
            }
            NodeType::PI => find_in_instruction(node, &mut found),
            NodeType::Text | NodeType::Comment | NodeType::Root => {}
        }
    }
    // What stands in an entity is seen each time that the entity is used.
    found.sort_by_key(|path| path.reference.span);
    found.dedup_by_key(|path| path.reference.span);
    found
}

fn is_svg(node: Node<'_, '_>) -> bool {
    node.tag_name().namespace().is_none_or(|namespace| namespace == SVG)
}

fn find_in_element(node: Node<'_, '_>, found: &mut Vec<FoundPath>) {
    if !is_svg(node) {
        return;
    }
    for attribute in node.attributes() {
        let name = attribute.name();
        let is_href = name == "href" && matches!(attribute.namespace(), None | Some(XLINK));
        let is_styled = attribute.namespace().is_none() && STYLED.contains(&name);
        if !is_styled && (!is_href || node.tag_name().name() == "a") {
            continue;
        }
        let Some(range) = value_range(node, attribute) else { continue };
        let value = Decoded::attribute(&node.document().input_text()[range.clone()], range.start);
        if is_href {
            found.extend(whole(&value));
        } else {
            styles::find(&value, found);
        }
    }
}

/// Where the value of an attribute stands. The parser tells it wrong behind hundreds of spaces; then `None`.
fn value_range(node: Node<'_, '_>, attribute: Attribute<'_, '_>) -> Option<Range<usize>> {
    let range = attribute.range_value();
    let text = node.document().input_text().as_bytes();
    let quote = text.get(range.start.checked_sub(1)?)?;
    (matches!(quote, b'"' | b'\'') && text.get(range.end) == Some(quote) && range.start <= range.end).then_some(range)
}

/// `<?xml-stylesheet href="…"?>` (W3C Associating Style Sheets with XML documents).
fn find_in_instruction(node: Node<'_, '_>, found: &mut Vec<FoundPath>) {
    if node.pi().is_none_or(|instruction| instruction.target != "xml-stylesheet") {
        return;
    }
    let Some(raw) = node.document().input_text().get(node.range()) else { return };
    for (at, name) in raw.match_indices("href") {
        let rest = raw[at + name.len()..].trim_start();
        let Some(quoted) = rest.strip_prefix('=').map(str::trim_start) else { continue };
        let Some(quote) = quoted.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else { continue };
        let Some(length) = quoted[1..].find(quote) else { continue };
        let start = raw.len() - quoted.len() + 1;
        found.extend(whole(&Decoded::attribute(&raw[start..start + length], node.range().start + start)));
        return;
    }
}

/// The reference that a whole attribute is; white space around a URL does not count (WHATWG URL, section 4.4).
fn whole(value: &Decoded) -> Option<FoundPath> {
    let url = value.text.trim();
    let start = value.text.len() - value.text.trim_start().len();
    let path = url.find(['?', '#']).unwrap_or(url.len());
    found_path(url, value.raw(start..start + url.len()), value.raw(start..start + path))
}

/// `None` for what is not ours to follow.
fn found_path(specifier: &str, span: Range<usize>, path: Range<usize>) -> Option<FoundPath> {
    // The parser knows more entities than we do here.
    let readable = !specifier.contains(decoded::UNKNOWN);
    let ours = readable && matches!(Specifier::parse(specifier), Specifier::Local { .. });
    ours.then(|| FoundPath {
        reference: FoundReference::new(specifier, ReferenceKind::Url, Span::new(span.start, span.end)),
        path,
    })
}

fn cut(id: ModuleId, text: &str, paths: Vec<FoundPath>) -> (Piece, Vec<FoundReference>) {
    let mut piece = Piece::plain(String::with_capacity(text.len()));
    let mut references = Vec::with_capacity(paths.len());
    let mut from = 0;
    for found in paths {
        piece.text.push_str(&text[from..found.path.start]);
        let hole = Hole { offset: piece.text.len(), module: id, reference: references.len(), dotted: false };
        piece.holes.push(hole);
        references.push(found.reference);
        from = found.path.end;
    }
    piece.text.push_str(&text[from..]);
    (piece, references)
}

#[cfg(test)]
mod tests;
