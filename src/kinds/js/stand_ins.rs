//! Puts stand-ins into a tree for what linking will know, and cuts them out of the printed text again.

use std::collections::BTreeMap;

use swc_core::common::{BytePos, LineCol, SyntaxContext};
use swc_core::ecma::ast::*;
use swc_core::ecma::visit::{VisitMut, VisitMutWith};

use super::common_js::property;
use super::parse::Positions;
use super::references::{Finder, type_attribute};
use super::writes::is_address;
use crate::graph::{Import, ImportName, NameHole, Origin, ReferenceKind, StandsFor, Symbol};
use crate::source::Source;

/// Words that occur nowhere in a text, each with what it stands for.
pub struct StandIns<T> {
    stem: String,
    slots: Vec<T>,
}

/// Digits of the number in a stand-in: their length is the same for all.
const DIGITS: usize = 8;

impl<T: Copy> StandIns<T> {
    /// Stand-ins that do not occur in `text`.
    pub fn unused_in(text: &str) -> Self {
        let stem = (0u32..)
            .map(|salt| format!("assetc_name{salt}_"))
            .find(|stem| !text.contains(stem.as_str()))
            // Some salt below 2^32 is free: the text is shorter than all of them together.
            .unwrap_or_default();
        Self { stem, slots: Vec::new() }
    }

    pub fn stand_for(&mut self, what: T) -> String {
        let token = format!("{}{:0DIGITS$}", self.stem, self.slots.len());
        self.slots.push(what);
        token
    }

    /// What a whole word stands for.
    pub fn read(&self, word: &str) -> Option<T> {
        let number = word.strip_prefix(&self.stem)?;
        self.slots.get(number.parse::<usize>().ok()?).copied()
    }

    /// The text without its stand-ins, where they were, and `origins` moved along. `swallow` says how many bytes behind a
    /// stand-in go with it.
    pub fn cut(
        &self,
        text: &str,
        origins: &[Origin],
        swallow: impl Fn(T, &str) -> usize,
    ) -> (String, Vec<(u32, T)>, Vec<Origin>) {
        let length = self.stem.len() + DIGITS;
        let (mut rest, mut holes) = (String::with_capacity(text.len()), Vec::new());
        let mut moved = Vec::with_capacity(origins.len());
        let (mut from, mut next, mut removed) = (0, 0, 0);
        let mut move_up_to = |end: usize, removed: usize, next: &mut usize| {
            while let Some(origin) = origins.get(*next).filter(|origin| origin.offset as usize <= end) {
                moved.push(Origin {
                    offset: (origin.offset as usize - removed.min(origin.offset as usize)) as u32,
                    ..*origin
                });
                *next += 1;
            }
        };
        for (at, _) in text.match_indices(&self.stem) {
            let Some(slot) = text.get(at..at + length).and_then(|word| self.read(word)) else { continue };
            rest.push_str(&text[from..at]);
            move_up_to(at, removed, &mut next);
            holes.push((rest.len() as u32, slot));
            from = at + length;
            from += swallow(slot, &text[from..]);
            // What is mapped inside of a stand-in is where it began.
            while let Some(origin) = origins.get(next).filter(|origin| (origin.offset as usize) < from) {
                debug_assert!(origin.offset as usize >= at);
                next += 1;
            }
            removed += from - at;
        }
        rest.push_str(&text[from..]);
        move_up_to(usize::MAX, removed, &mut next);
        moved.dedup_by_key(|origin| origin.offset);
        (rest, holes, moved)
    }
}

/// What a stand-in of a lowered module is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// A statement begins.
    Statement,
    Hole(StandsFor),
}

impl Slot {
    pub fn hole(self, offset: u32) -> Option<NameHole> {
        match self {
            Self::Hole(stands_for) => Some(NameHole { offset, stands_for }),
            Self::Statement => None,
        }
    }
}

/// The top-level names of a module, and the stand-ins for them.
pub struct Names<'a, 'f> {
    pub stand_ins: StandIns<Slot>,
    pub symbols: Vec<Symbol>,
    by_id: BTreeMap<Id, u32>,
    words: BTreeMap<(u32, bool), Ident>,
    /// Symbols made of `namespace.member`.
    members: BTreeMap<(u32, String), u32>,
    finder: &'a mut Finder<'f>,
    unresolved: SyntaxContext,
    /// `try` blocks around: what is required there may be missing.
    tries: usize,
    /// Inside of the arguments of `new Worker`, whether it is asked for a module.
    worker: Option<bool>,
}

impl<'a, 'f> Names<'a, 'f> {
    pub fn new(source: &Source, finder: &'a mut Finder<'f>, unresolved: SyntaxContext) -> Self {
        Self {
            stand_ins: StandIns::unused_in(&source.text),
            symbols: Vec::new(),
            by_id: BTreeMap::new(),
            words: BTreeMap::new(),
            members: BTreeMap::new(),
            finder,
            unresolved,
            tries: 0,
            worker: None,
        }
    }

    /// The symbol of a name, which is new or declared once more.
    pub fn declare(&mut self, id: Id, import: Option<Import>) -> u32 {
        let next = self.symbols.len() as u32;
        let name = id.0.to_string();
        let symbols = &mut self.symbols;
        *self.by_id.entry(id).or_insert_with(|| {
            symbols.push(Symbol { name, import, assigned: false, literal: None, pure: false });
            next
        })
    }

    pub fn symbol(&self, id: &Id) -> Option<u32> {
        self.by_id.get(id).copied()
    }

    fn is_import(&self, symbol: u32) -> bool {
        self.symbols[symbol as usize].import.is_some()
    }

    /// The stand-in for a symbol where it stands.
    fn word(&mut self, symbol: u32, called: bool, span: swc_core::common::Span) -> Ident {
        let called = called && self.is_import(symbol);
        let stand_ins = &mut self.stand_ins;
        let word = self.words.entry((symbol, called)).or_insert_with(|| {
            let token = stand_ins.stand_for(Slot::Hole(StandsFor::Symbol { symbol, called }));
            Ident::new_no_ctxt(token.into(), span)
        });
        Ident { span, ..word.clone() }
    }

    /// The stand-in for the name, if it is one of the top level.
    fn stand_in(&mut self, ident: &Ident, called: bool) -> Option<Ident> {
        let symbol = self.symbol(&ident.to_id())?;
        Some(self.word(symbol, called, ident.span))
    }

    /// `namespace.member` as an imported name of its own.
    fn member(&mut self, member: &MemberExpr) -> Option<u32> {
        let Expr::Ident(object) = &*member.obj else { return None };
        let namespace = self.symbol(&object.to_id())?;
        let import = self.symbols[namespace as usize].import.clone()?;
        let name = property(member)?.to_owned();
        if import.name != ImportName::Namespace {
            return None;
        }
        let next = self.symbols.len() as u32;
        let place = self.finder.place(member.span);
        let symbols = &mut self.symbols;
        Some(*self.members.entry((namespace, name.clone())).or_insert_with(|| {
            let import = Import {
                reference: import.reference,
                name: ImportName::Named(name.clone()),
                span: place,
                member: true,
            };
            symbols.push(Symbol { name, import: Some(import), assigned: false, literal: None, pure: false });
            next
        }))
    }

    fn call(&mut self, node: &mut CallExpr) {
        match &mut node.callee {
            Callee::Expr(callee) => {
                if let Expr::Ident(name) = &mut **callee {
                    if name.sym == *"require" && name.ctxt == self.unresolved {
                        self.require(node);
                        return;
                    }
                    if let Some(word) = self.stand_in(name, true) {
                        *name = word;
                    }
                }
            }
            Callee::Import(_) => self.dynamic_import(node),
            Callee::Super(_) => {}
        }
    }

    fn require(&mut self, node: &mut CallExpr) {
        let [only] = &mut node.args[..] else { return };
        if let Some(reference) = self.finder.find_in_expr(&mut only.expr, ReferenceKind::Require) {
            self.finder.references[reference].optional = self.tries > 0;
            let token = self.stand_ins.stand_for(Slot::Hole(StandsFor::Require(reference)));
            node.callee = Callee::Expr(Box::new(Expr::Ident(Ident::new_no_ctxt(token.into(), node.span))));
            node.args.clear();
        }
    }

    fn dynamic_import(&mut self, node: &mut CallExpr) {
        let attribute = node.args.get(1).and_then(|options| import_attribute(&options.expr));
        let Some(first) = node.args.first_mut() else { return };
        if let Some(reference) = self.finder.find_in_expr(&mut first.expr, ReferenceKind::DynamicImport) {
            self.finder.references[reference].attribute = attribute;
            let token = self.stand_ins.stand_for(Slot::Hole(StandsFor::Dynamic(reference)));
            node.callee = Callee::Expr(Box::new(Expr::Ident(Ident::new_no_ctxt(token.into(), node.span))));
            node.args.clear();
        }
    }
}

impl Names<'_, '_> {
    /// For `new Worker(…)` and `new SharedWorker(…)`, whether it asks for a module.
    fn worker_type(&self, node: &NewExpr) -> Option<bool> {
        let Expr::Ident(callee) = &*node.callee else { return None };
        if callee.ctxt != self.unresolved || !matches!(&*callee.sym, "Worker" | "SharedWorker") {
            return None;
        }
        let options = node.args.as_ref().and_then(|arguments| arguments.get(1));
        let options = options.and_then(|options| options.expr.as_object());
        Some(options.and_then(type_attribute).as_deref() == Some("module"))
    }
}

/// `type` of `import("…", { with: { type: "json" } })`.
fn import_attribute(options: &Expr) -> Option<String> {
    options.as_object()?.props.iter().find_map(|property| {
        let PropOrSpread::Prop(property) = property else { return None };
        let Prop::KeyValue(pair) = &**property else { return None };
        let is_with = matches!(&pair.key, PropName::Ident(name) if name.sym == *"with");
        pair.value.as_object().filter(|_| is_with).and_then(type_attribute)
    })
}

impl VisitMut for Names<'_, '_> {
    fn visit_mut_ident(&mut self, node: &mut Ident) {
        if let Some(word) = self.stand_in(node, false) {
            *node = word;
        }
    }

    fn visit_mut_expr(&mut self, node: &mut Expr) {
        if let Expr::Member(member) = node
            && is_address(member)
        {
            let token = self.stand_ins.stand_for(Slot::Hole(StandsFor::Address));
            *node = Expr::Ident(Ident::new_no_ctxt(token.into(), member.span));
            return;
        }
        if let Expr::Member(member) = node
            && let Some(symbol) = self.member(member)
        {
            *node = Expr::Ident(self.word(symbol, false, member.span));
            return;
        }
        node.visit_mut_children_with(self);
    }

    fn visit_mut_call_expr(&mut self, node: &mut CallExpr) {
        self.call(node);
        node.visit_mut_children_with(self);
    }

    fn visit_mut_opt_call(&mut self, node: &mut OptCall) {
        if let Expr::Ident(name) = &mut *node.callee
            && let Some(word) = self.stand_in(name, true)
        {
            *name = word;
        }
        node.visit_mut_children_with(self);
    }

    fn visit_mut_tagged_tpl(&mut self, node: &mut TaggedTpl) {
        if let Expr::Ident(name) = &mut *node.tag
            && let Some(word) = self.stand_in(name, true)
        {
            *name = word;
        }
        node.visit_mut_children_with(self);
    }

    fn visit_mut_new_expr(&mut self, node: &mut NewExpr) {
        let kind = match self.worker {
            Some(module) => ReferenceKind::Worker { module },
            None => ReferenceKind::Url,
        };
        let outer = self.worker.take();
        self.worker = self.worker_type(node);
        if self.finder.resolves_beside_this_module(node)
            && let Some(specifier) = node.args.as_mut().and_then(|arguments| arguments.first_mut())
            && let Some((reference, suffix)) = self.finder.find_url(&mut specifier.expr, kind)
        {
            let stands_for = StandsFor::Reference { reference, dotted: false };
            let token = self.stand_ins.stand_for(Slot::Hole(stands_for));
            *specifier.expr = Expr::Lit(Lit::Str(format!("{token}{suffix}").into()));
        }
        node.visit_mut_children_with(self);
        self.worker = outer;
    }

    fn visit_mut_try_stmt(&mut self, node: &mut TryStmt) {
        self.tries += 1;
        node.block.visit_mut_with(self);
        self.tries -= 1;
        node.handler.visit_mut_with(self);
        node.finalizer.visit_mut_with(self);
    }

    // `namespace.member` is only read as a name of its own: writing to it or deleting it must fail as it does.

    fn visit_mut_simple_assign_target(&mut self, node: &mut SimpleAssignTarget) {
        match node {
            SimpleAssignTarget::Member(member) => member.visit_mut_children_with(self),
            _ => node.visit_mut_children_with(self),
        }
    }

    fn visit_mut_update_expr(&mut self, node: &mut UpdateExpr) {
        match &mut *node.arg {
            Expr::Member(member) => member.visit_mut_children_with(self),
            other => other.visit_mut_with(self),
        }
    }

    fn visit_mut_unary_expr(&mut self, node: &mut UnaryExpr) {
        match &mut *node.arg {
            Expr::Member(member) if node.op == op!("delete") => member.visit_mut_children_with(self),
            other => other.visit_mut_with(self),
        }
    }

    fn visit_mut_pat(&mut self, node: &mut Pat) {
        match node {
            Pat::Expr(target) => match &mut **target {
                Expr::Member(member) => member.visit_mut_children_with(self),
                other => other.visit_mut_with(self),
            },
            _ => node.visit_mut_children_with(self),
        }
    }

    fn visit_mut_opt_chain_expr(&mut self, node: &mut OptChainExpr) {
        if let OptChainBase::Member(member) = &mut *node.base {
            member.visit_mut_children_with(self);
        } else {
            node.visit_mut_children_with(self);
        }
    }

    // The short forms of properties become long ones: the key is a name for others.

    fn visit_mut_prop(&mut self, node: &mut Prop) {
        if let Prop::Shorthand(name) = node
            && let Some(word) = self.stand_in(name, false)
        {
            let key = PropName::Ident(name.clone().into());
            *node = Prop::KeyValue(KeyValueProp { key, value: Box::new(Expr::Ident(word)) });
            return;
        }
        node.visit_mut_children_with(self);
    }

    fn visit_mut_object_pat_prop(&mut self, node: &mut ObjectPatProp) {
        if let ObjectPatProp::Assign(AssignPatProp { span, key, value }) = node
            && let Some(word) = self.stand_in(key, false)
        {
            let name = Pat::Ident(word.into());
            let value = match value.take() {
                Some(default) => Pat::Assign(AssignPat { span: *span, left: Box::new(name), right: default }),
                None => name,
            };
            let key = PropName::Ident(key.id.clone().into());
            *node = ObjectPatProp::KeyValue(KeyValuePatProp { key, value: Box::new(value) });
        }
        node.visit_mut_children_with(self);
    }
}

/// Printed positions as offsets, sorted, each with where it is in the source.
pub fn origins(text: &str, source: &Source, positions: &Positions, printed: &[(BytePos, LineCol)]) -> Vec<Origin> {
    let offsets = offsets_in(text, printed.iter().map(|(_, at)| (at.line, at.col)));
    let mut origins: Vec<Origin> = printed
        .iter()
        .zip(offsets)
        .filter_map(|((position, _), offset)| {
            Some(Origin { offset, line: 0, column: positions.offset(*position)? as u32 })
        })
        .collect();
    // `column` holds the offset in the source until now: all of them are found in one walk through it.
    let mut order: Vec<usize> = (0..origins.len()).collect();
    order.sort_by_key(|&at| origins[at].column);
    let (mut line, mut column, mut from) = (0, 0, 0);
    for at in order {
        let to = origins[at].column as usize;
        for character in source.text.get(from..to).unwrap_or_default().chars() {
            match character {
                '\n' => (line, column) = (line + 1, 0),
                _ => column += character.len_utf16() as u32,
            }
        }
        from = to;
        (origins[at].line, origins[at].column) = (line, column);
    }
    // Where one token ends and the next begins, the beginning is what a debugger asks for: it is further in the source.
    origins.sort_by_key(|at| (at.offset, std::cmp::Reverse((at.line, at.column))));
    origins.dedup_by_key(|at| at.offset);
    origins
}

/// The byte offset of each line and column (UTF-16 units), in the order given; they need not be sorted.
pub fn offsets_in(text: &str, places: impl Iterator<Item = (u32, u32)>) -> Vec<u32> {
    let places: Vec<(u32, u32)> = places.collect();
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by_key(|&at| places[at]);
    let mut offsets = vec![0; places.len()];
    let (mut at, mut here) = (0, (0, 0));
    let mut characters = text.chars();
    for place in order {
        while here < places[place] {
            let Some(character) = characters.next() else { break };
            at += character.len_utf8();
            here = match character {
                '\n' => (here.0 + 1, 0),
                _ => (here.0, here.1 + character.len_utf16() as u32),
            };
        }
        offsets[place] = at as u32;
    }
    offsets
}
