//! Keeps the minifier from changing the order within a cascade layer.
//!
//! It brings all blocks of a layer together where the layer is named first. That is only right where nothing of the same layer
//! stands between them: not as `@layer a.b`, and not within `@media` or `@supports`. Blocks behind such rules get names of
//! their own while it works.

use std::collections::{BTreeMap, BTreeSet};

use lightningcss::rules::CssRule;
use lightningcss::rules::layer::LayerName;

use super::stand_ins::StandIns;

/// The names of the layers that have another for a while.
pub(super) struct HiddenLayers<'s, 'i> {
    layers: Vec<LayerName<'i>>,
    names: &'s StandIns,
}

/// Before minifying.
pub(super) fn guard_layers<'s, 'i>(rules: &mut [CssRule<'i>], names: &'s StandIns) -> HiddenLayers<'s, 'i> {
    let mut hidden = HiddenLayers { layers: Vec::new(), names };
    hidden.hide(rules);
    hidden
}

/// What of a list of rules was seen.
#[derive(Default)]
struct Seen {
    /// The first name of a layer, and the whole name that it was part of.
    whole: BTreeMap<String, String>,
    /// First names of layers that rules stand in which the minifier does not move along.
    mixed: BTreeSet<String>,
}

impl Seen {
    fn note(&mut self, name: &LayerName<'_>) {
        let (first, whole) = (first(name), name.0.join("."));
        match self.whole.get(&first) {
            Some(known) if *known != whole => drop(self.mixed.insert(first)),
            Some(_) => {}
            None => drop(self.whole.insert(first, whole)),
        }
    }
}

impl<'i> HiddenLayers<'_, 'i> {
    fn hide(&mut self, rules: &mut [CssRule<'i>]) {
        let mut seen = Seen::default();
        for rule in rules {
            match rule {
                CssRule::LayerStatement(statement) => statement.names.iter().for_each(|name| seen.note(name)),
                CssRule::LayerBlock(block) => {
                    if let Some(name) = &mut block.name {
                        seen.note(name);
                        if seen.mixed.contains(&first(name)) {
                            let stand_in = LayerName([self.names.name(self.layers.len()).into()].into_iter().collect());
                            self.layers.push(std::mem::replace(name, stand_in));
                        }
                    }
                }
                _ => layers_in(inner(rule), &mut seen.mixed),
            }
            self.hide(inner(rule));
        }
    }

    /// After minifying.
    pub fn show(&self, rules: &mut [CssRule<'i>]) {
        if self.layers.is_empty() {
            return;
        }
        for rule in rules {
            match rule {
                CssRule::LayerBlock(block) => block.name.iter_mut().for_each(|name| self.show_name(name)),
                CssRule::LayerStatement(statement) => statement.names.iter_mut().for_each(|name| self.show_name(name)),
                _ => {}
            }
            self.show(inner(rule));
        }
    }

    fn show_name(&self, name: &mut LayerName<'i>) {
        let number = name.0.first().and_then(|name| self.names.find(name).next()).map(|(_, number)| number);
        if let Some(layer) = number.and_then(|number| self.layers.get(number)) {
            *name = layer.clone();
        }
    }
}

fn first(name: &LayerName<'_>) -> String {
    name.0.first().map(ToString::to_string).unwrap_or_default()
}

/// The first names of the layers that rules below a condition stand in.
fn layers_in(rules: &mut [CssRule<'_>], layers: &mut BTreeSet<String>) {
    for rule in rules {
        match rule {
            CssRule::LayerBlock(block) => layers.extend(block.name.iter().map(first)),
            CssRule::LayerStatement(statement) => layers.extend(statement.names.iter().map(first)),
            _ => layers_in(inner(rule), layers),
        }
    }
}

/// The rules within a rule.
fn inner<'r, 'i>(rule: &'r mut CssRule<'i>) -> &'r mut [CssRule<'i>] {
    match rule {
        CssRule::Media(rule) => &mut rule.rules.0,
        CssRule::Supports(rule) => &mut rule.rules.0,
        CssRule::LayerBlock(rule) => &mut rule.rules.0,
        CssRule::Container(rule) => &mut rule.rules.0,
        CssRule::Scope(rule) => &mut rule.rules.0,
        CssRule::StartingStyle(rule) => &mut rule.rules.0,
        CssRule::MozDocument(rule) => &mut rule.rules.0,
        CssRule::Style(rule) => &mut rule.rules.0,
        _ => &mut [],
    }
}
