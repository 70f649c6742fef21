//! Changes of the tree that should not show: each is drawn before it is believed.

use super::number::Number;
use super::tree::{Element, Node, Tree};
use super::values::{declarations, print_declarations};

/// What an element must not have to be changed into another, merged or dropped: somebody may look for it by these.
fn is_named(element: &Element) -> bool {
    element.attributes.iter().any(|(name, _)| {
        matches!(name.as_str(), "id" | "class" | "role" | "tabindex" | "lang" | "xml:lang" | "focusable")
            || name.starts_with("aria-")
            || name.starts_with("data-")
    })
}

/// Properties of text, without effect where there is none.
const OF_TEXT: [&str; 34] = [
    "-webkit-text-stroke",
    "alignment-baseline",
    "baseline-shift",
    "block-progression",
    "direction",
    "dominant-baseline",
    "font",
    "font-family",
    "font-feature-settings",
    "font-kerning",
    "font-size",
    "font-size-adjust",
    "font-stretch",
    "font-style",
    "font-variant",
    "font-variant-alternates",
    "font-variant-caps",
    "font-variant-east-asian",
    "font-variant-ligatures",
    "font-variant-numeric",
    "font-variant-position",
    "font-variation-settings",
    "font-weight",
    "glyph-orientation-vertical",
    "inline-size",
    "letter-spacing",
    "line-height",
    "shape-padding",
    "text-align",
    "text-anchor",
    "text-indent",
    "text-transform",
    "word-spacing",
    "writing-mode",
];

/// Properties and the values that they have when nobody sets them (SVG 2, appendix on properties). Without `fill`, `stroke` and `color`, which
/// a page that holds the picture may set for all of it.
const DEFAULTS: [(&str, &str); 36] = [
    ("clip-path", "none"),
    ("clip-rule", "nonzero"),
    ("color-interpolation", "sRGB"),
    ("color-interpolation-filters", "linearRGB"),
    ("color-rendering", "auto"),
    ("display", "inline"),
    ("fill-opacity", "1"),
    ("fill-rule", "nonzero"),
    ("filter", "none"),
    ("flood-opacity", "1"),
    ("image-rendering", "auto"),
    ("isolation", "auto"),
    ("marker", "none"),
    ("marker-end", "none"),
    ("marker-mid", "none"),
    ("marker-start", "none"),
    ("mask", "none"),
    ("mix-blend-mode", "normal"),
    ("opacity", "1"),
    ("paint-order", "normal"),
    ("shape-rendering", "auto"),
    ("solid-color", "#000"),
    ("solid-opacity", "1"),
    ("stop-opacity", "1"),
    ("stroke-dasharray", "none"),
    ("stroke-dashoffset", "0"),
    ("stroke-linecap", "butt"),
    ("stroke-linejoin", "miter"),
    ("stroke-miterlimit", "4"),
    ("stroke-opacity", "1"),
    ("stroke-width", "1"),
    ("text-rendering", "auto"),
    ("vector-effect", "none"),
    ("visibility", "visible"),
    ("preserveAspectRatio", "xMidYMid"),
    ("preserveAspectRatio", "xMidYMid meet"),
];

/// Drops properties that say what holds anyway: those of text, and those that have their first value wherever they are set.
pub fn drop_defaults(tree: &mut Tree) {
    let mut set_to_other = std::collections::BTreeSet::new();
    let is_default = |name: &str, value: &str| DEFAULTS.contains(&(name, value));
    tree.root.walk(&mut |element| {
        for (name, value) in properties(element) {
            if !is_default(&name, &value) {
                set_to_other.insert(name);
            }
        }
    });
    let goes = |name: &str, value: &str| {
        OF_TEXT.contains(&name)
            || name.starts_with("text-decoration")
            || name.starts_with("text-emphasis")
            || (is_default(name, value) && !set_to_other.contains(name))
    };
    tree.root.walk_mut(&mut |element| {
        element.attributes.retain(|(name, value)| !goes(name, value));
        let style = element.attributes.iter_mut().find(|(name, _)| name == "style");
        if let Some((_, style)) = style
            && let Some(mut declarations) = declarations(style)
        {
            declarations.retain(|(name, value)| !goes(name, value));
            *style = print_declarations(&declarations);
        }
        element.attributes.retain(|(name, value)| name != "style" || !value.is_empty());
    });
}

fn properties(element: &Element) -> Vec<(String, String)> {
    let style = element.attribute("style").and_then(declarations).unwrap_or_default();
    element.attributes.iter().cloned().chain(style).collect()
}

/// Drops empty groups, unwraps groups that say nothing, and gives the attributes of a group to its only child.
pub fn flatten(element: &mut Element) {
    let children = std::mem::take(&mut element.children);
    for child in children {
        let Node::Element(mut child) = child else {
            element.children.push(child);
            continue;
        };
        flatten(&mut child);
        match child.name.as_str() {
            "g" | "defs" if child.children.is_empty() && !is_named(&child) => {}
            "g" if child.attributes.is_empty() && element.name != "switch" => {
                element.children.append(&mut child.children)
            }
            "g" => element.children.push(Node::Element(given_to_only_child(child))),
            _ => element.children.push(Node::Element(child)),
        }
    }
}

fn given_to_only_child(mut group: Element) -> Element {
    let [Node::Element(child)] = group.children.as_slice() else { return group };
    let makes_a_layer = |element: &Element| {
        ["clip-path", "mask", "filter", "opacity", "style"].iter().any(|name| element.attribute(name).is_some())
    };
    let drawn = ["g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "use"];
    let separate = is_named(&group) || is_named(child) || makes_a_layer(&group) || makes_a_layer(child);
    if separate || !drawn.contains(&child.name.as_str()) {
        return group;
    }
    let Some(Node::Element(mut child)) = group.children.pop() else { return group };
    for (name, value) in group.attributes {
        match child.attributes.iter_mut().find(|(found, _)| *found == name) {
            Some((_, inner)) if name == "transform" => *inner = format!("{value}{inner}"),
            // What the child says of itself holds.
            Some(_) => {}
            None => child.attributes.push((name, value)),
        }
    }
    child
}

/// Turns shapes of straight lines into paths, where that is shorter.
pub fn shapes_to_paths(element: &mut Element) {
    if element.name == "clipPath" || element.name == "pattern" {
        // Their children may be meant by other attributes.
        return;
    }
    for child in &mut element.children {
        let Node::Element(child) = child else { continue };
        shapes_to_paths(child);
        if is_named(child) || !child.children.is_empty() {
            continue;
        }
        if let Some((path, used)) = path_of(child) {
            child.name = "path".to_owned();
            child.attributes.retain(|(name, _)| !used.contains(&name.as_str()));
            child.attributes.push(("d".to_owned(), path));
        }
    }
}

/// Path data, and the attributes that it stands for.
fn path_of(element: &Element) -> Option<(String, &'static [&'static str])> {
    let number = |name: &str| element.attribute(name).map_or(Some(Number::ZERO), Number::parse);
    let text = |number: Number| {
        let mut out = String::new();
        number.print(&mut out);
        out
    };
    match element.name.as_str() {
        "rect" if element.attribute("rx").is_none() && element.attribute("ry").is_none() => {
            let (x, y, width, height) = (number("x")?, number("y")?, number("width")?, number("height")?);
            if width <= Number::ZERO || height <= Number::ZERO {
                return None;
            }
            let (right, bottom) = (text(x.plus(width)), text(y.plus(height)));
            let (x, y) = (text(x), text(y));
            Some((format!("M{x} {y}H{right}V{bottom}H{x}z"), &["x", "y", "width", "height"]))
        }
        "line" => {
            let points = [number("x1")?, number("y1")?, number("x2")?, number("y2")?].map(text);
            let [x1, y1, x2, y2] = points;
            Some((format!("M{x1} {y1}L{x2} {y2}"), &["x1", "y1", "x2", "y2"]))
        }
        "polygon" | "polyline" => {
            let points = super::number::read_list(element.attribute("points")?)?;
            if points.len() < 4 || points.len() % 2 == 1 {
                return None;
            }
            let close = if element.name == "polygon" { "z" } else { "" };
            let points: Vec<String> = points.into_iter().map(text).collect();
            Some((format!("M{}{close}", points.join(" ")), &["points"]))
        }
        _ => None,
    }
}

/// Joins paths that follow each other and differ in nothing but their data.
pub fn merge_paths(element: &mut Element) {
    let children = std::mem::take(&mut element.children);
    for child in children {
        let Node::Element(mut child) = child else {
            element.children.push(child);
            continue;
        };
        merge_paths(&mut child);
        if let Some(Node::Element(last)) = element.children.last_mut()
            && can_be_merged(last, &child)
        {
            let more = child.attribute("d").unwrap_or_default().to_owned();
            if let Some((_, data)) = last.attributes.iter_mut().find(|(name, _)| name == "d") {
                data.push_str(&more);
                continue;
            }
        }
        element.children.push(Node::Element(child));
    }
}

fn can_be_merged(left: &Element, right: &Element) -> bool {
    let others = |element: &Element| -> Vec<(String, String)> {
        let mut others: Vec<_> = element.attributes.iter().filter(|(name, _)| name != "d").cloned().collect();
        others.sort();
        others
    };
    let is_path = |element: &Element| element.name == "path" && element.children.is_empty() && !is_named(element);
    // A path that does not begin with an absolute move would begin where the other ended.
    let absolute = right.attribute("d").is_some_and(|data| data.trim_start().starts_with('M'));
    is_path(left) && is_path(right) && absolute && left.attribute("d").is_some() && others(left) == others(right)
}
