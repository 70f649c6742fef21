//! Drops what no browser shows and no page can mean: white space between elements, and attributes without effect.

use super::survey::Survey;
use super::tree::{Element, Node, Tree};

/// Elements in which white space counts, or whose text somebody reads.
const TEXT: [&str; 8] = ["text", "tspan", "textPath", "tref", "title", "desc", "style", "foreignObject"];

pub fn clean(tree: &mut Tree, survey: &Survey) {
    tree.prologue.retain(|node| !is_blank(node));
    let root = &mut tree.root;
    root.attributes.retain(|(name, value)| match name.as_str() {
        "version" | "baseProfile" | "contentScriptType" | "contentStyleType" => false,
        // The outermost element has no position.
        "x" | "y" => !matches!(value.as_str(), "0" | "0px"),
        _ => true,
    });
    if survey.script {
        // It may count its neighbors.
        return;
    }
    root.walk_mut(&mut |element| {
        element.attributes.retain(|(name, _)| name != "enable-background" && (name != "xml:space" || survey.text));
    });
    drop_blanks(root);
}

fn drop_blanks(element: &mut Element) {
    if TEXT.contains(&element.name.as_str()) || element.name == "script" {
        return;
    }
    element.children.retain(|node| !is_blank(node));
    for child in &mut element.children {
        if let Node::Element(child) = child {
            drop_blanks(child);
        }
    }
}

fn is_blank(node: &Node) -> bool {
    matches!(node, Node::Text(text) if text.chars().all(|at| at.is_ascii_whitespace()))
}
