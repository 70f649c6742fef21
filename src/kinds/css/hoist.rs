//! Brings to the top what CSS allows only there: imports of sheets elsewhere, and namespaces.

use std::sync::Arc;

use lightningcss::media_query::MediaList;
use lightningcss::rules::import::ImportRule;
use lightningcss::rules::layer::LayerName;
use lightningcss::rules::namespace::NamespaceRule;
use lightningcss::rules::supports::SupportsCondition;
use lightningcss::rules::{CssRule, Location};

use super::inline::Inlinable;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::source::{Source, Span};

/// Sheets that hold only `@font-face` rules: where they stand in the cascade makes no difference.
const FONT_SERVICES: [&str; 4] =
    ["fonts.googleapis.com/css", "fonts.bunny.net/css", "use.typekit.net/", "fonts.cdnfonts.com/css"];

/// All rules of a bundle, in an order that a sheet may have.
pub(super) struct Hoisted<'i> {
    /// Imports and namespaces, and layer statements before them.
    pub head: Vec<CssRule<'i>>,
    pub rest: Vec<CssRule<'i>>,
}

/// Fails when an import or a namespace cannot be moved to the top without changing what it means.
pub(super) fn hoist<'i>(rules: Vec<CssRule<'i>>, sheets: &[Inlinable<'_, 'i>]) -> Result<Hoisted<'i>, Vec<Diagnostic>> {
    let mut hoister =
        Hoister { sheets, layers: vec![], imports: vec![], namespaces: vec![], before: None, faults: vec![] };
    let rest = hoister.take_from(rules, &mut Vec::new());
    if !hoister.faults.is_empty() {
        return Err(hoister.faults);
    }
    let Hoister { layers, imports, namespaces, .. } = hoister;
    if imports.is_empty() && namespaces.is_empty() {
        // Here the minifier may fill them.
        return Ok(Hoisted { head: Vec::new(), rest: layers.into_iter().chain(rest).collect() });
    }
    let imports = imports.into_iter().map(CssRule::Import);
    let namespaces = namespaces.into_iter().map(CssRule::Namespace);
    Ok(Hoisted { head: layers.into_iter().chain(imports).chain(namespaces).collect(), rest })
}

struct Hoister<'a, 'b, 'i> {
    sheets: &'a [Inlinable<'b, 'i>],
    layers: Vec<CssRule<'i>>,
    imports: Vec<ImportRule<'i>>,
    namespaces: Vec<NamespaceRule<'i>>,
    /// The first rule that an import may not be moved over.
    before: Option<Location>,
    faults: Vec<Diagnostic>,
}

/// A condition that an inlined sheet stands under.
#[derive(Clone)]
enum Condition<'i> {
    Media(MediaList<'i>),
    Supports(SupportsCondition<'i>),
    Layer(Option<LayerName<'i>>),
}

impl<'i> Hoister<'_, '_, 'i> {
    /// Takes out what goes to the top, and returns the rest.
    fn take_from(&mut self, rules: Vec<CssRule<'i>>, conditions: &mut Vec<Condition<'i>>) -> Vec<CssRule<'i>> {
        let mut rest = Vec::with_capacity(rules.len());
        for mut rule in rules {
            match rule {
                CssRule::Import(import) => {
                    self.take_import(import, conditions);
                    continue;
                }
                CssRule::Namespace(namespace) => {
                    self.take_namespace(namespace);
                    continue;
                }
                CssRule::LayerStatement(_)
                    if conditions.is_empty() && self.before.is_none() && self.imports.is_empty() =>
                {
                    self.layers.push(rule);
                    continue;
                }
                _ => {}
            }
            if let Some((condition, inner)) = wrapper(&mut rule)
                && inner.iter().any(goes_to_top)
            {
                conditions.push(condition);
                *inner = self.take_from(std::mem::take(inner), conditions);
                conditions.pop();
                if inner.is_empty() {
                    continue;
                }
            }
            self.before = self.before.or(location(&rule));
            rest.push(rule);
        }
        rest
    }

    fn take_import(&mut self, import: ImportRule<'i>, conditions: &[Condition<'i>]) {
        let url = import.url.trim_start_matches("https:").trim_start_matches("http:").trim_start_matches("//");
        let anywhere = FONT_SERVICES.iter().any(|service| url.starts_with(service));
        if let Some(before) = self.before.filter(|_| !anywhere) {
            let message = format!("the import of `{}` would have to stay behind other rules", import.url);
            let fault = self.fault(message, import.loc).related("these rules come before it", self.place(before));
            self.faults
                .push(fault.hint("move this `@import` to the top of the entry, before the imports of local files"));
            return;
        }
        let loc = import.loc;
        match under(import, conditions) {
            // Of two that are equal only the last counts.
            Some(import) => {
                let same = |other: &ImportRule<'i>| {
                    import.layer.is_none() && *other == ImportRule { loc: other.loc, ..import.clone() }
                };
                self.imports.retain(|other| !same(other));
                self.imports.push(import);
            }
            None => {
                let message = "one `@import` cannot hold the conditions of all imports that lead here";
                let fault = self.fault(message.to_owned(), loc);
                self.faults.push(fault.hint("import this sheet from the entry itself"));
            }
        }
    }

    fn take_namespace(&mut self, namespace: NamespaceRule<'i>) {
        let known = self.namespaces.iter().find(|known| known.prefix == namespace.prefix);
        let same = known.is_some_and(|known| known.url == namespace.url);
        if self.sheets.len() > 1 && (namespace.prefix.is_none() || known.is_some() && !same) {
            let message = "a namespace holds for one sheet, and this one would hold for others too".to_owned();
            let fault = self.fault(message, namespace.loc);
            self.faults.push(fault.hint("give it a prefix that no other sheet of the bundle uses"));
        } else if !same {
            self.namespaces.push(namespace);
        }
    }

    fn fault(&self, message: String, loc: Location) -> Diagnostic {
        Diagnostic::error(Code::InvalidImport, message).at(self.place(loc))
    }

    /// The line from a location on.
    fn place(&self, loc: Location) -> Place {
        let sheet = &self.sheets[loc.source_index as usize];
        let source: &Arc<Source> = &sheet.sheet.reading.source;
        let at = sheet.masked.source_offset(loc.line, loc.column);
        let rest = source.text.get(at..).unwrap_or_default();
        let length = rest.find([';', '{', '\n', '\r']).unwrap_or(rest.len());
        Place::span(source, Span::new(at, at + rest[..length].trim_end().len()))
    }
}

fn goes_to_top(rule: &CssRule<'_>) -> bool {
    match rule {
        CssRule::Import(_) | CssRule::Namespace(_) => true,
        CssRule::Media(media) => media.rules.0.iter().any(goes_to_top),
        CssRule::Supports(supports) => supports.rules.0.iter().any(goes_to_top),
        CssRule::LayerBlock(layer) => layer.rules.0.iter().any(goes_to_top),
        _ => false,
    }
}

/// The condition and the rules of what an import may have become.
fn wrapper<'r, 'i>(rule: &'r mut CssRule<'i>) -> Option<(Condition<'i>, &'r mut Vec<CssRule<'i>>)> {
    match rule {
        CssRule::Media(media) => Some((Condition::Media(media.query.clone()), &mut media.rules.0)),
        CssRule::Supports(supports) => Some((Condition::Supports(supports.condition.clone()), &mut supports.rules.0)),
        CssRule::LayerBlock(layer) => Some((Condition::Layer(layer.name.clone()), &mut layer.rules.0)),
        _ => None,
    }
}

/// The import with `conditions`, the outermost first, around its own; `None` when one rule cannot say it.
fn under<'i>(import: ImportRule<'i>, conditions: &[Condition<'i>]) -> Option<ImportRule<'i>> {
    if conditions.is_empty() {
        return Some(import);
    }
    let ImportRule { url, layer, supports, media, loc } = import;
    let mut whole = ImportRule { url, layer: None, supports: None, media: MediaList::new(), loc };
    let own_media = (!media.media_queries.is_empty()).then_some(Condition::Media(media));
    let own = own_media.into_iter().chain(supports.map(Condition::Supports)).chain(layer.map(Condition::Layer));
    for condition in conditions.iter().cloned().chain(own) {
        match condition {
            // A condition within a layer: the layer would no longer be named where the condition fails.
            Condition::Media(_) | Condition::Supports(_) if whole.layer.is_some() => return None,
            Condition::Media(media) if whole.media.media_queries.is_empty() => whole.media = media,
            // Lists of queries have no "and".
            Condition::Media(_) => return None,
            Condition::Supports(condition) => match &mut whole.supports {
                Some(supports) => supports.and(&condition),
                None => whole.supports = Some(condition),
            },
            // Each copy of a layer without a name would be a layer of its own.
            Condition::Layer(None) => return None,
            Condition::Layer(Some(name)) => match &mut whole.layer {
                Some(Some(outer)) => outer.0.extend(name.0),
                _ => whole.layer = Some(Some(name)),
            },
        }
    }
    Some(whole)
}

fn location(rule: &CssRule<'_>) -> Option<Location> {
    Some(match rule {
        CssRule::Media(rule) => rule.loc,
        CssRule::Import(rule) => rule.loc,
        CssRule::Style(rule) => rule.loc,
        CssRule::Keyframes(rule) => rule.loc,
        CssRule::FontFace(rule) => rule.loc,
        CssRule::FontPaletteValues(rule) => rule.loc,
        CssRule::FontFeatureValues(rule) => rule.loc,
        CssRule::Page(rule) => rule.loc,
        CssRule::Supports(rule) => rule.loc,
        CssRule::CounterStyle(rule) => rule.loc,
        CssRule::Namespace(rule) => rule.loc,
        CssRule::MozDocument(rule) => rule.loc,
        CssRule::Nesting(rule) => rule.loc,
        CssRule::NestedDeclarations(rule) => rule.loc,
        CssRule::Viewport(rule) => rule.loc,
        CssRule::CustomMedia(rule) => rule.loc,
        CssRule::LayerStatement(rule) => rule.loc,
        CssRule::LayerBlock(rule) => rule.loc,
        CssRule::Property(rule) => rule.loc,
        CssRule::Container(rule) => rule.loc,
        CssRule::Scope(rule) => rule.loc,
        CssRule::StartingStyle(rule) => rule.loc,
        CssRule::ViewTransition(rule) => rule.loc,
        CssRule::PositionTry(rule) => rule.loc,
        CssRule::Unknown(rule) => rule.loc,
        CssRule::Ignored | CssRule::Custom(_) => return None,
    })
}
