//! Keeps the minifier from what it gets wrong.
//!
//! - It drops a rule when a later one has the same selectors and properties, although the earlier one may be `!important`
//!   or the later value one that not every browser knows (`100vh`, then `100dvh`). It leaves rules with nested rules alone,
//!   so such a rule gets a nested rule that is none.
//! - It divides a list of selectors, or puts it into `:is()`, when some browsers do not know one of them. Of a pseudo-class that
//!   no browser knows, browsers skip the whole rule; divided, the rest of the list would come to life. So while it works such a
//!   pseudo is a class, in a rule that is not merged with others either.
//! - It reads `transition: -webkit-transform 1s, transform 1s, opacity 2s` as two properties, but three durations, and
//!   gives the opacity one second. Here the prefixed name is left out, or made one that it does not know.
//! - It makes one `monospace` of two. Browsers set a lone `monospace` smaller, which the second is there to prevent
//!   (normalize.css), so it gets quotes.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use lightningcss::declaration::DeclarationBlock;
use lightningcss::properties::custom::CustomPropertyName;
use lightningcss::properties::font::{FontFamily, GenericFontFamily};
use lightningcss::properties::{Property, PropertyId};
use lightningcss::rules::CssRule;
use lightningcss::rules::style::StyleRule;
use lightningcss::selector::{Component, PseudoClass, PseudoElement, Selector};
use lightningcss::stylesheet::PrinterOptions;
use lightningcss::traits::{Parse, ToCss};
use lightningcss::values::ident::Ident;
use lightningcss::vendor_prefix::VendorPrefix;

use super::stand_ins::StandIns;

/// Pseudo-classes and pseudo-elements that are classes for a while.
pub(super) struct Hidden<'s, 'i> {
    pseudos: Vec<Component<'i>>,
    /// Names that no sheet has.
    names: &'s StandIns,
}

/// Before minifying; `prefixing` says that there are targets.
pub(super) fn guard<'s, 'i>(rules: &mut [CssRule<'i>], prefixing: bool, names: &'s StandIns) -> Hidden<'s, 'i> {
    let mut hidden = Hidden { pseudos: Vec::new(), names };
    let mut places: BTreeMap<u64, Places> = BTreeMap::new();
    let mut nth = 0;
    each_style(rules, &mut |style| {
        nth += 1;
        let places = places.entry(key(style)).or_insert(Places { first: nth, last: nth, number: 0 });
        places.last = nth;
        places.number += 1;
    });
    each_style(rules, &mut |style| {
        if style.rules.0.is_empty() && places.get(&key(style)).is_some_and(Places::are_apart) {
            style.rules.0.push(CssRule::Ignored);
        }
        if style.selectors.0.len() > 1 {
            let before = hidden.pseudos.len();
            style.selectors.0.iter_mut().for_each(|selector| hidden.hide(selector));
            if hidden.pseudos.len() > before && style.rules.0.is_empty() {
                style.rules.0.push(CssRule::Ignored);
            }
        }
        for property in declarations(&mut style.declarations) {
            match property {
                Property::Transition(transitions, _) => {
                    let names: Vec<_> = transitions.iter().map(|transition| transition.property.clone()).collect();
                    if prefixing {
                        // The minifier adds those again that the targets need.
                        transitions.retain(|transition| !is_prefixed_twin(&transition.property, &names));
                    }
                    transitions.iter_mut().for_each(|transition| hide_twin(&mut transition.property, &names));
                }
                Property::TransitionProperty(properties, _) => {
                    let names = properties.to_vec();
                    properties.iter_mut().for_each(|property| hide_twin(property, &names));
                }
                Property::FontFamily(families) => mend_families(families),
                Property::Font(font) => mend_families(&mut font.family),
                _ => {}
            }
        }
    });
    hidden
}

impl<'i> Hidden<'_, 'i> {
    fn hide(&mut self, selector: &mut Selector<'i>) {
        each_component(selector, &mut |component| {
            let unknown = matches!(
                component,
                Component::NonTSPseudoClass(PseudoClass::Custom { .. } | PseudoClass::CustomFunction { .. })
                    | Component::PseudoElement(PseudoElement::Custom { .. } | PseudoElement::CustomFunction { .. })
            );
            if unknown {
                let class = Component::Class(Ident(self.names.name(self.pseudos.len()).into()));
                self.pseudos.push(std::mem::replace(component, class));
            }
        });
    }

    fn show(&self, selector: &mut Selector<'i>) {
        each_component(selector, &mut |component| {
            let Component::Class(class) = &*component else { return };
            let number = self.names.find(&class.0).next().map(|(_, number)| number);
            if let Some(pseudo) = number.and_then(|number| self.pseudos.get(number)) {
                *component = pseudo.clone();
            }
        });
    }
}

fn each_component<'i>(selector: &mut Selector<'i>, visit: &mut impl FnMut(&mut Component<'i>)) {
    for component in selector.iter_mut_raw_match_order() {
        match component {
            Component::Is(list) | Component::Where(list) | Component::Negation(list) | Component::Has(list) => {
                list.iter_mut().for_each(|selector| each_component(selector, visit));
            }
            component => visit(component),
        }
    }
}

/// Where the rules with the same selectors stand, counted over all rules.
struct Places {
    first: usize,
    last: usize,
    number: usize,
}

impl Places {
    /// Rules that follow each other are merged, which loses nothing.
    fn are_apart(&self) -> bool {
        self.last - self.first >= self.number
    }
}

/// After minifying.
pub(super) fn unguard<'i>(rules: &mut [CssRule<'i>], hidden: &Hidden<'_, 'i>) {
    each_style(rules, &mut |style| {
        style.rules.0.retain(|rule| !matches!(rule, CssRule::Ignored));
        if !hidden.pseudos.is_empty() {
            style.selectors.0.iter_mut().for_each(|selector| hidden.show(selector));
        }
    });
}

/// Equal for equal selectors. That it may be equal for others costs a byte or two at most.
fn key(style: &StyleRule<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    style.selectors.hash(&mut hasher);
    hasher.finish()
}

fn each_style<'i>(rules: &mut [CssRule<'i>], visit: &mut impl FnMut(&mut StyleRule<'i>)) {
    for rule in rules {
        match rule {
            CssRule::Style(style) => {
                visit(style);
                each_style(&mut style.rules.0, visit);
            }
            CssRule::Nesting(nesting) => each_style(&mut nesting.style.rules.0, visit),
            CssRule::Media(media) => each_style(&mut media.rules.0, visit),
            CssRule::Supports(supports) => each_style(&mut supports.rules.0, visit),
            CssRule::LayerBlock(layer) => each_style(&mut layer.rules.0, visit),
            CssRule::Container(container) => each_style(&mut container.rules.0, visit),
            CssRule::Scope(scope) => each_style(&mut scope.rules.0, visit),
            CssRule::StartingStyle(starting) => each_style(&mut starting.rules.0, visit),
            CssRule::MozDocument(document) => each_style(&mut document.rules.0, visit),
            _ => {}
        }
    }
}

fn declarations<'b, 'i>(block: &'b mut DeclarationBlock<'i>) -> impl Iterator<Item = &'b mut Property<'i>> {
    block.declarations.iter_mut().chain(&mut block.important_declarations)
}

fn mend_families(families: &mut [FontFamily<'_>]) {
    let monospace = FontFamily::Generic(GenericFontFamily::Monospace);
    for repeated in families.iter_mut().filter(|family| **family == monospace).skip(1) {
        if let Ok(quoted) = FontFamily::parse_string("'monospace'") {
            *repeated = quoted;
        }
    }
}

fn is_prefixed_twin(property: &PropertyId<'_>, names: &[PropertyId<'_>]) -> bool {
    let is_plain = |property: &PropertyId<'_>| property.prefix().contains(VendorPrefix::None);
    !property.prefix().is_empty()
        && !is_plain(property)
        && names.iter().any(|other| is_plain(other) && other.name() == property.name())
}

/// Makes a prefixed name one that the minifier does not know.
fn hide_twin<'i>(property: &mut PropertyId<'i>, names: &[PropertyId<'i>]) {
    if is_prefixed_twin(property, names) {
        // A name cannot fail to be written.
        let name = property.to_css_string(PrinterOptions::default()).unwrap_or_default();
        *property = PropertyId::Custom(CustomPropertyName::Unknown(Ident(name.into())));
    }
}
