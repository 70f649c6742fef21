//! Makes an SVG smaller without changing how it looks, or what a page can say of it.
//!
//! A ladder. On the first step stands only what cannot change anything: comments, notes of editors, white space; on the next, numbers
//! and colors in fewer characters. Whatever goes further is drawn at two sizes, beside the original: fewer elements are taken only when
//! every sample is the same; rounded coordinates, when no point moved by as much as could be seen and no pixel changed by more than the
//! rasteriser's noise. What cannot be judged by a drawing (text, style sheets, scripts, animations, sprites)
//! stays on the first steps. Ids, classes, roles, titles, descriptions and `viewBox` are never touched.

mod clean;
mod color;
mod draw;
mod number;
mod path_data;
mod round;
mod structure;
mod survey;
mod tree;
mod values;

use roxmltree::{Document, ParsingOptions};

use super::MOST_NODES;
use draw::{Drawing, Noise};
use survey::Survey;
use tree::Tree;
use values::Digits;

/// Larger files are left alone: they are drawings of another sort.
const LARGEST: usize = 4 << 20;

/// The SVG in fewer bytes; `None` when it is as small as it gets, or cannot be understood.
pub fn shrink(text: &str) -> Option<String> {
    if text.len() > LARGEST {
        return None;
    }
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).ok()?;
    let mut tree = Tree::of(&document)?;
    let survey = Survey::of(&tree);
    clean::clean(&mut tree, &survey);
    let cleaned = tree.print();
    let original = if survey.can_be_drawn() { Drawing::of(text) } else { None };
    let looks_the_same = |candidate: &str, noise| match &original {
        Some(original) => original.is_shown_by(candidate, noise),
        None => true,
    };
    let mut best = Best { text: cleaned, tree, rounded: false };
    if !survey.is_read_by_others() {
        climb(&mut best, survey.can_be_judged() && original.is_some(), &looks_the_same);
    }
    let shorter = best.text.len() < text.len();
    // The first steps are safe by construction. Should they not be, the drawing tells.
    let same = looks_the_same(&best.text, if best.rounded { Noise::OneLineOfSamples } else { Noise::None });
    (shorter && same).then_some(best.text)
}

/// The smallest that looks the same so far.
struct Best {
    tree: Tree,
    text: String,
    rounded: bool,
}

#[derive(PartialEq)]
enum Step {
    Taken,
    NotShorter,
    LooksDifferent,
}

impl Best {
    /// Takes a step if it makes the text shorter and nothing look different.
    fn step(&mut self, change: impl FnOnce(&mut Tree), looks_the_same: impl Fn(&str) -> bool) -> Step {
        let mut tree = self.tree.clone();
        change(&mut tree);
        let text = tree.print();
        if text.len() >= self.text.len() {
            return Step::NotShorter;
        }
        if !looks_the_same(&text) {
            return Step::LooksDifferent;
        }
        (self.tree, self.text) = (tree, text);
        Step::Taken
    }
}

fn climb(best: &mut Best, judged: bool, looks_the_same: &dyn Fn(&str, Noise) -> bool) {
    let shorten = |tree: &mut Tree| tree.root.walk_mut(&mut |element| values::shorten(element, Digits::All));
    if !judged {
        best.step(shorten, |_| true);
        return;
    }
    let equal = |text: &str| looks_the_same(text, Noise::None);
    best.step(shorten, equal);
    let restructure = |tree: &mut Tree| {
        structure::drop_defaults(tree);
        structure::flatten(&mut tree.root);
        structure::shapes_to_paths(&mut tree.root);
        tree.root.walk_mut(&mut |element| values::shorten(element, Digits::Simplified));
    };
    if best.step(restructure, equal) == Step::LooksDifferent {
        best.step(structure::drop_defaults, equal);
        best.step(|tree| structure::flatten(&mut tree.root), equal);
    }
    let merge = |tree: &mut Tree| {
        structure::merge_paths(&mut tree.root);
        shorten(tree);
    };
    best.step(merge, equal);
    round(best, &|text| looks_the_same(text, Noise::OneLineOfSamples));
}

/// Rounds as far as nobody sees, if a drawing agrees.
fn round(best: &mut Best, looks_the_same: &dyn Fn(&str) -> bool) {
    let Some(digits) = round::digits(&best.tree) else { return };
    for digits in digits..digits + 2 {
        match best.step(|tree| round::round(tree, digits), looks_the_same) {
            Step::LooksDifferent => {}
            step => {
                best.rounded = step == Step::Taken;
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests;
