//! The values of attributes, written as short as they go: numbers, lists, path data, transforms, colors, styles.

use super::color;
use super::number::{Number, is_blank, print_list, read_list};
use super::path_data;
use super::tree::Element;

/// Attributes that hold one number, perhaps with a unit.
const NUMBERS: [&str; 28] = [
    "cx",
    "cy",
    "fill-opacity",
    "flood-opacity",
    "fx",
    "fy",
    "height",
    "markerHeight",
    "markerWidth",
    "offset",
    "opacity",
    "r",
    "refX",
    "refY",
    "rx",
    "ry",
    "stop-opacity",
    "stroke-dashoffset",
    "stroke-miterlimit",
    "stroke-opacity",
    "stroke-width",
    "width",
    "x",
    "x1",
    "x2",
    "y",
    "y1",
    "y2",
];

const TRANSFORMS: [&str; 3] = ["transform", "gradientTransform", "patternTransform"];
const COLORS: [&str; 6] = ["color", "fill", "flood-color", "lighting-color", "stop-color", "stroke"];

/// Coordinates, of which rounding moves a point; others are shares of one or widths.
const SHARES: [&str; 7] =
    ["fill-opacity", "flood-opacity", "offset", "opacity", "stop-opacity", "stroke-opacity", "stroke-miterlimit"];

/// Elements whose attributes are the text's own affair.
const TEXT: [&str; 4] = ["text", "tspan", "textPath", "tref"];

/// What becomes of coordinates.
#[derive(Clone, Copy)]
pub enum Digits {
    /// Each number stays what it is.
    All,
    /// So do numbers, but parts of paths that draw nothing go.
    Simplified,
    /// To so many digits behind the point, and simplified.
    Rounded(u32),
}

/// Shortens the values of one element.
pub fn shorten(element: &mut Element, precision: Digits) {
    if TEXT.contains(&element.name.as_str()) {
        return;
    }
    let is_path = element.name == "path";
    let digits = match precision {
        Digits::All | Digits::Simplified => None,
        Digits::Rounded(digits) => Some(digits),
    };
    for (name, value) in &mut element.attributes {
        let shorter = match name.as_str() {
            "d" if is_path => match precision {
                Digits::All => path_data::shorten(value),
                Digits::Simplified => path_data::simplified(value, super::number::DIGITS),
                Digits::Rounded(digits) => path_data::simplified(value, digits),
            },
            "points" => list(value, digits),
            "viewBox" => list(value, None),
            "style" => Some(style(value, digits)),
            name if TRANSFORMS.contains(&name) => transform(value, digits),
            name if COLORS.contains(&name) => color::shorten(value),
            name if NUMBERS.contains(&name) => length(value, digits_of(name, digits)),
            _ => None,
        };
        if let Some(shorter) = shorter.filter(|shorter| shorter.len() < value.len()) {
            *value = shorter;
        }
    }
}

fn digits_of(name: &str, digits: Option<u32>) -> Option<u32> {
    digits.map(|digits| if SHARES.contains(&name) { digits.max(2) + 1 } else { digits + 1 })
}

fn list(value: &str, digits: Option<u32>) -> Option<String> {
    let mut numbers = read_list(value)?;
    if let Some(digits) = digits {
        numbers.iter_mut().for_each(|number| *number = number.rounded(digits));
    }
    let mut out = String::new();
    print_list(&numbers, &mut out);
    Some(out)
}

/// A number; `px` is what a number without unit means.
fn length(value: &str, digits: Option<u32>) -> Option<String> {
    let (number, unit) = Number::read(value.trim_matches(is_blank))?;
    let unit = match unit {
        "" | "px" => "",
        "%" => "%",
        _ => return None,
    };
    let mut out = String::new();
    digits.map_or(number, |digits| number.rounded(digits)).print(&mut out);
    Some(out + unit)
}

fn transform(value: &str, digits: Option<u32>) -> Option<String> {
    let mut out = String::new();
    let mut rest = value.trim_matches(is_blank);
    while !rest.is_empty() {
        let (name, after) = rest.split_once('(')?;
        let (arguments, after) = after.split_once(')')?;
        let name = name.trim_matches(is_blank);
        let mut numbers = read_list(arguments)?;
        if let Some(digits) = digits {
            for (nth, number) in numbers.iter_mut().enumerate() {
                *number = number.rounded(digits_in_transform(name, nth, digits));
            }
        }
        print_function(name, &numbers, &mut out)?;
        rest = after.trim_start_matches(|at| is_blank(at) || at == ',');
    }
    Some(out)
}

/// Factors are multiplied by coordinates, so they need more digits.
fn digits_in_transform(name: &str, nth: usize, digits: u32) -> u32 {
    match (name, nth) {
        ("translate", _) | ("matrix", 4..) => digits + 1,
        _ => digits + 3,
    }
}

fn print_function(name: &str, numbers: &[Number], out: &mut String) -> Option<()> {
    let (name, numbers) = match (name, numbers) {
        ("matrix", [Number::ONE, Number::ZERO, Number::ZERO, Number::ONE, to @ ..]) if to.len() == 2 => {
            ("translate", to)
        }
        ("matrix", [x, Number::ZERO, Number::ZERO, y, Number::ZERO, Number::ZERO]) => {
            return print_function("scale", &[*x, *y], out);
        }
        other => other,
    };
    let numbers = match (name, numbers) {
        ("translate", [x, Number::ZERO]) => std::slice::from_ref(x),
        ("scale", [x, y]) if x == y => std::slice::from_ref(x),
        ("rotate", [angle, Number::ZERO, Number::ZERO]) => std::slice::from_ref(angle),
        ("translate", [_] | [_, _])
        | ("scale", [_] | [_, _])
        | ("rotate", [_] | [_, _, _])
        | ("skewX" | "skewY", [_]) => numbers,
        ("matrix", [_, _, _, _, _, _]) => numbers,
        _ => return None,
    };
    let does_nothing = match (name, numbers) {
        ("translate" | "rotate" | "skewX" | "skewY", [only]) => *only == Number::ZERO,
        ("scale", [only]) => *only == Number::ONE,
        _ => false,
    };
    if !does_nothing {
        out.push_str(name);
        out.push('(');
        print_list(numbers, out);
        out.push(')');
    }
    Some(())
}

/// The declarations of a `style` attribute; `None` in place of one that is not understood is never: it stays as it is.
pub fn declarations(style: &str) -> Option<Vec<(String, String)>> {
    // A comment, a quoted string or an escape may hold what looks like an end.
    if style.contains(['"', '\'', '\\', '{', '}']) || style.contains("/*") {
        return None;
    }
    let mut found = Vec::new();
    let mut depth = 0;
    for part in style.split(|at: char| {
        depth += i32::from(at == '(') - i32::from(at == ')');
        at == ';' && depth == 0
    }) {
        if part.trim().is_empty() {
            continue;
        }
        let (name, value) = part.split_once(':')?;
        found.push((name.trim().to_owned(), value.trim().to_owned()));
    }
    Some(found)
}

pub fn print_declarations(declarations: &[(String, String)]) -> String {
    declarations.iter().map(|(name, value)| format!("{name}:{value}")).collect::<Vec<_>>().join(";")
}

fn style(value: &str, digits: Option<u32>) -> String {
    let Some(mut declarations) = declarations(value) else { return value.to_owned() };
    // What editors note for themselves; browsers skip it.
    declarations.retain(|(name, _)| !name.starts_with("-inkscape-"));
    for (name, value) in &mut declarations {
        let shorter = match name.as_str() {
            name if COLORS.contains(&name) => color::shorten(value),
            // In CSS, a length of these may have no unit; elsewhere it must.
            "stroke-width" | "stroke-dashoffset" => length(value, digits_of(name, digits)),
            name if NUMBERS.contains(&name) && SHARES.contains(&name) => length(value, digits_of(name, digits)),
            _ => None,
        };
        if let Some(shorter) = shorter {
            *value = shorter;
        }
    }
    print_declarations(&declarations)
}
