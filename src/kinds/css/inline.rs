//! Puts the imported sheets where their `@import`s stand (CSS Cascade Level 5, section 2).
//!
//! A browser evaluates every import, one that repeats an earlier one too, so what comes last wins. A sheet that comes again
//! later under the same conditions is therefore left out where it comes first; that also keeps sheets that import each
//! other in many ways from growing without bound. An import of a sheet that is just being imported is skipped, as in
//! browsers.

use std::collections::BTreeSet;

use lightningcss::media_query::MediaList;
use lightningcss::printer::PrinterOptions;
use lightningcss::rules::import::ImportRule;
use lightningcss::rules::layer::LayerBlockRule;
use lightningcss::rules::media::MediaRule;
use lightningcss::rules::supports::SupportsRule;
use lightningcss::rules::{CssRule, CssRuleList};
use lightningcss::traits::ToCss;

use super::bundle::{ImportTarget, Sheet};
use super::hoist::{Hoisted, hoist};
use super::masked::Masked;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::source::Span;

/// Sheets that import each other in a row longer than any written by hand.
const LONGEST_CHAIN: usize = 100;
/// Copies of sheets with layers, which cannot be left out, as they multiply.
const MOST_COPIES: usize = 10_000;

/// A parsed sheet, divided at its imports.
pub(super) struct Inlinable<'a, 'i> {
    pub sheet: &'a Sheet<'a>,
    pub masked: &'a Masked,
    /// What stands before the imports: layer statements.
    leading: Vec<CssRule<'i>>,
    imports: Vec<Import<'i>>,
    rest: Vec<CssRule<'i>>,
}

struct Import<'i> {
    rule: ImportRule<'i>,
    target: ImportTarget,
    span: Span,
}

impl<'a, 'i> Inlinable<'a, 'i> {
    pub fn new(sheet: &'a Sheet<'a>, masked: &'a Masked, rules: Vec<CssRule<'i>>) -> Self {
        let mut this = Self { sheet, masked, leading: Vec::new(), imports: Vec::new(), rest: Vec::new() };
        let divide = rules.iter().rposition(|rule| matches!(rule, CssRule::Import(_))).map_or(0, |last| last + 1);
        for (nth, rule) in rules.into_iter().enumerate() {
            match rule {
                CssRule::Import(rule) => this.imports.extend(Import::of(rule, sheet, masked)),
                rule if nth < divide => this.leading.push(rule),
                rule => this.rest.push(rule),
            }
        }
        this
    }
}

impl<'i> Import<'i> {
    /// `None` when the tokens at its place are no import: both were read from the same text, so there always is one.
    fn of(rule: ImportRule<'i>, sheet: &Sheet<'_>, masked: &Masked) -> Option<Self> {
        let at = masked.source_offset(rule.loc.line, rule.loc.column);
        let nth = sheet.reading.imports.iter().position(|import| import.at == at)?;
        Some(Self { rule, target: sheet.imports[nth], span: sheet.reading.imports[nth].span })
    }
}

/// The rules of the first sheet and of all that it imports, in cascade order. `stand_in` names the URL of an import that gets a hole, by sheet and reference.
pub(super) fn inline<'i>(
    sheets: &[Inlinable<'_, 'i>],
    stand_in: impl Fn(usize, usize) -> String,
) -> Result<Hoisted<'i>, Vec<Diagnostic>> {
    let mut inliner = Inliner {
        sheets,
        stand_in: &stand_in,
        layered: layered(sheets),
        done: BTreeSet::new(),
        copies: 0,
        anonymous: 0,
    };
    let (rules, _) = inliner.visit(0, &Conditions::default(), &mut Vec::new()).map_err(|fault| vec![fault])?;
    hoist(rules, sheets)
}

/// Which sheets name a layer, or import one that does.
fn layered(sheets: &[Inlinable<'_, '_>]) -> Vec<bool> {
    let mut layered: Vec<bool> = sheets.iter().map(|sheet| sheet.sheet.reading.has_layers).collect();
    loop {
        let before = layered.clone();
        for (index, sheet) in sheets.iter().enumerate() {
            let imported = |import: &Import<'_>| matches!(import.target, ImportTarget::Sheet(at) if before[at]);
            layered[index] |= sheet.imports.iter().any(imported);
        }
        if layered == before {
            return layered;
        }
    }
}

struct Inliner<'a, 'b, 'i> {
    sheets: &'a [Inlinable<'b, 'i>],
    stand_in: &'a dyn Fn(usize, usize) -> String,
    layered: Vec<bool>,
    /// Sheets that come later in the cascade, with all that they import, and the conditions under which.
    done: BTreeSet<(usize, String)>,
    copies: usize,
    anonymous: usize,
}

/// The conditions of all imports that lead to a sheet.
#[derive(Clone, Default)]
struct Conditions {
    text: String,
    layered: bool,
}

impl<'i> Inliner<'_, '_, 'i> {
    /// The rules of a sheet and its imports, and whether an import was skipped because it leads back to one of `chain`.
    ///
    /// From the last import to the first, so that what comes later in the cascade is known.
    fn visit(
        &mut self,
        index: usize,
        conditions: &Conditions,
        chain: &mut Vec<usize>,
    ) -> Result<(Vec<CssRule<'i>>, bool), Diagnostic> {
        self.copies += 1;
        let sheets = self.sheets;
        let mut groups = vec![sheets[index].rest.clone()];
        let mut skipped = false;
        chain.push(index);
        for import in sheets[index].imports.iter().rev() {
            match import.target {
                ImportTarget::Broken => {}
                ImportTarget::Written => groups.push(vec![CssRule::Import(import.rule.clone())]),
                ImportTarget::Foreign(reference) => {
                    let url = (self.stand_in)(index, reference).into();
                    groups.push(vec![CssRule::Import(ImportRule { url, ..import.rule.clone() })]);
                }
                ImportTarget::Sheet(imported) if chain.contains(&imported) => skipped = true,
                ImportTarget::Sheet(imported) => {
                    self.check_limits(import, index, chain)?;
                    let within = self.join(conditions, &import.rule);
                    if !self.layered[imported] && self.comes_later(imported, &within) {
                        groups.push(wrap(Vec::new(), &import.rule));
                        continue;
                    }
                    let (rules, skips) = self.visit(imported, &within, chain)?;
                    if skips {
                        skipped = true;
                    } else {
                        self.done.insert((imported, within.text));
                    }
                    groups.push(wrap(rules, &import.rule));
                }
            }
        }
        chain.pop();
        groups.push(sheets[index].leading.clone());
        Ok((groups.into_iter().rev().flatten().collect(), skipped))
    }

    fn comes_later(&self, sheet: usize, conditions: &Conditions) -> bool {
        let under = |text: &str| self.done.contains(&(sheet, text.to_owned()));
        under(&conditions.text) || !conditions.layered && under("")
    }

    fn join(&mut self, conditions: &Conditions, import: &ImportRule<'_>) -> Conditions {
        let mut joined = conditions.clone();
        if !import.media.media_queries.is_empty() {
            joined.text += &format!("media {};", text(&import.media));
        }
        if let Some(supports) = &import.supports {
            joined.text += &format!("supports {};", text(supports));
        }
        match &import.layer {
            None => {}
            Some(Some(name)) => joined.text += &format!("layer {};", text(name)),
            // Each is a layer of its own.
            Some(None) => {
                self.anonymous += 1;
                joined.text += &format!("layer {};", self.anonymous);
            }
        }
        joined.layered |= import.layer.is_some();
        joined
    }

    fn check_limits(&self, import: &Import<'_>, index: usize, chain: &[usize]) -> Result<(), Diagnostic> {
        let place = Place::span(&self.sheets[index].sheet.reading.source, import.span);
        if chain.len() >= LONGEST_CHAIN {
            let message = format!("more than {LONGEST_CHAIN} sheets import each other in a row");
            return Err(Diagnostic::error(Code::NestedTooDeep, message)
                .at(place)
                .hint("import the sheets from one that lists them all"));
        }
        if self.copies >= MOST_COPIES {
            let message = format!("imports of sheets with cascade layers multiply to more than {MOST_COPIES} copies");
            return Err(Diagnostic::error(Code::InvalidImport, message)
                .at(place)
                .hint("import each sheet that has layers only once, from one sheet that lists them all"));
        }
        Ok(())
    }
}

/// Only to be compared. It cannot fail to be written.
fn text(condition: &impl ToCss) -> String {
    condition.to_css_string(PrinterOptions::default()).unwrap_or_default()
}

/// `rules` under the conditions of the import. A named layer is kept when it is empty: it may be the first to name it.
fn wrap<'i>(mut rules: Vec<CssRule<'i>>, import: &ImportRule<'i>) -> Vec<CssRule<'i>> {
    let loc = import.loc;
    if let Some(name) = import.layer.clone().filter(|name| name.is_some() || !rules.is_empty()) {
        rules = vec![CssRule::LayerBlock(LayerBlockRule { name, rules: CssRuleList(rules), loc })];
    }
    if rules.is_empty() {
        return rules;
    }
    if let Some(condition) = import.supports.clone() {
        rules = vec![CssRule::Supports(SupportsRule { condition, rules: CssRuleList(rules), loc })];
    }
    if !import.media.media_queries.is_empty() {
        let query: MediaList<'i> = import.media.clone();
        rules = vec![CssRule::Media(MediaRule { query, rules: CssRuleList(rules), loc })];
    }
    rules
}
