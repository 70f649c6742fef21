use roxmltree::{Document, ParsingOptions};

use super::MOST_NODES;
use crate::graph::Dimensions;

/// The natural size: `width` and `height` where they are lengths, else those of `viewBox` (CSS Images 3, section 5.1; SVG 2, section
/// 8.12). A length that follows from the other keeps the shape. `None` where nothing is said.
pub fn dimensions(text: &str) -> Option<Dimensions> {
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).ok()?;
    let root = document.root_element();
    let side = |name| root.attribute(name).and_then(pixels);
    let of_box = root.attribute("viewBox").and_then(view_box);
    let (width, height) = match (side("width"), side("height"), of_box) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some((w, h))) => (width, width * h / w),
        (None, Some(height), Some((w, h))) => (height * w / h, height),
        (None, None, Some(of_box)) => of_box,
        _ => return None,
    };
    let whole = |length: f64| {
        (length.is_finite() && length > 0.0).then(|| length.round().clamp(1.0, f64::from(u32::MAX)) as u32)
    };
    Some(Dimensions { width: whole(width)?, height: whole(height)? })
}

fn view_box(text: &str) -> Option<(f64, f64)> {
    let numbers: Option<Vec<f64>> = text
        .split([' ', ',', '\t', '\n', '\r'])
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok())
        .collect();
    match numbers?[..] {
        [_, _, width, height] if width > 0.0 && height > 0.0 => Some((width, height)),
        _ => None,
    }
}

/// An absolute length in CSS pixels (CSS Values 4, section 6.2); `None` for others, such as `100%` and `2em`.
fn pixels(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = text.find(|at: char| at.is_ascii_alphabetic() || at == '%').unwrap_or(text.len());
    let per_unit = match &text[digits..] {
        "" | "px" => 1.0,
        "pt" => 4.0 / 3.0,
        "pc" => 16.0,
        "in" => 96.0,
        "cm" => 96.0 / 2.54,
        "mm" => 9.6 / 2.54,
        "Q" => 2.4 / 2.54,
        _ => return None,
    };
    text[..digits].parse::<f64>().ok().map(|number| number * per_unit)
}
