//! How far coordinates can be rounded.

use super::number::{Number, read_list};
use super::tree::{Element, Node, Tree};
use super::values::{self, Digits};

/// No point moves by more than this share of a pixel ...
const FARTHEST: f64 = 1.0 / 64.0;

/// ... of a drawing whose longest side has so many pixels: for an icon, a magnifying glass.
const SIDE: f64 = 256.0;

/// Elements whose coordinates may be shares of something, or are drawn at a scale that is set elsewhere.
const OTHER_SCALE: [&str; 8] =
    ["clipPath", "mask", "pattern", "marker", "linearGradient", "radialGradient", "filter", "symbol"];

/// The digits behind the point that are enough; `None` when the scale is not known.
pub fn digits(tree: &Tree) -> Option<u32> {
    let root = &tree.root;
    let of_box = root.attribute("viewBox").and_then(read_list).and_then(|numbers| match numbers[..] {
        [_, _, width, height] => Some(width.max(height).to_f64()),
        _ => None,
    });
    let side = |name| root.attribute(name).and_then(Number::parse).map(Number::to_f64);
    let units = of_box.or_else(|| Some(side("width")?.max(side("height")?))).filter(|units| *units > 0.0)?;
    let mut uses = 1.0f64;
    root.walk(&mut |element| {
        if element.name == "use" {
            uses = uses.max(scale_of(element).unwrap_or(f64::INFINITY));
        }
    });
    let scale = SIDE / units * largest_scale(root, true)? * uses;
    // Both coordinates may be wrong by half a unit of the last digit.
    let digits = (scale * std::f64::consts::SQRT_2 / 2.0 / FARTHEST).log10().ceil();
    (digits <= 6.0).then(|| digits.max(0.0) as u32)
}

/// The largest scale at which anything below an element is drawn; `None` when it is not known.
fn largest_scale(element: &Element, is_root: bool) -> Option<f64> {
    if element.name == "svg" && !is_root {
        return None;
    }
    let own = scale_of(element)?;
    let mut largest = own;
    for child in element.elements().filter(|child| !OTHER_SCALE.contains(&child.name.as_str())) {
        largest = largest.max(own * largest_scale(child, false)?);
    }
    Some(largest)
}

/// By how much an element's `transform` enlarges, at most; `None` when it is not understood.
fn scale_of(element: &Element) -> Option<f64> {
    if element.attribute("style").is_some_and(|style| style.contains("transform")) {
        return None;
    }
    let mut scale = 1.0;
    let mut rest = element.attribute("transform").unwrap_or_default().trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('(')?;
        let (arguments, after) = after.split_once(')')?;
        let numbers: Vec<f64> = read_list(arguments)?.into_iter().map(Number::to_f64).collect();
        scale *= match (name.trim(), &numbers[..]) {
            ("translate" | "rotate", _) => 1.0,
            ("scale", [x]) => x.abs(),
            ("scale", [x, y]) => x.abs().max(y.abs()),
            // The Frobenius norm is no less than any factor.
            ("matrix", [a, b, c, d, _, _]) => (a * a + b * b + c * c + d * d).sqrt(),
            _ => return None,
        };
        rest = after.trim_start_matches([' ', ',', '\n', '\t', '\r']);
    }
    Some(scale)
}

/// Rounds what is drawn at the scale of the document.
pub fn round(tree: &mut Tree, digits: u32) {
    round_below(&mut tree.root, digits);
}

fn round_below(element: &mut Element, digits: u32) {
    for child in &mut element.children {
        if let Node::Element(child) = child
            && !OTHER_SCALE.contains(&child.name.as_str())
        {
            values::shorten(child, Digits::Rounded(digits));
            round_below(child, digits);
        }
    }
}
