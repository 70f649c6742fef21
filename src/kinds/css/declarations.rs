//! Which declarations browsers skip, by the grammar alone (CSS Syntax Level 3, section 5.5).
//!
//! They are taken out before the parser sees them: at a fault in a rule it drops all declarations before the fault, and in
//! `@keyframes` it drops the rule without a word. Hacks for old browsers (`*zoom: 1`) stand in many sheets.

use std::ops::Range;

use crate::kinds::style_tokens::{Token, TokenKind, Tokens};

#[derive(Default)]
pub(super) struct Declarations {
    pub skipped: Vec<Skipped>,
    /// The others, and the rules beside them: what is lost when the parser finds a fault in one of them.
    pub kept: Vec<Range<usize>>,
}

pub(super) struct Skipped {
    pub range: Range<usize>,
    /// Goes on a sentence that begins with "it".
    pub why: &'static str,
}

impl Declarations {
    /// Of a text whose brackets are all closed.
    pub fn of(text: &str) -> Self {
        let mut reader = Reader { text, found: Self::default(), open: vec![Open::new(b'\0', Content::Rules)] };
        for token in Tokens::new(text).filter(|token| !token.is_blank()) {
            reader.take(token);
        }
        reader.found
    }

    /// The smallest kept item that `offset` is in, or that ends there.
    pub fn item_at(&self, offset: usize) -> Option<Range<usize>> {
        let around = self.kept.iter().filter(|item| item.start <= offset && offset <= item.end);
        around.min_by_key(|item| item.len()).cloned()
    }
}

/// What a bracket holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    Rules,
    /// Declarations, and rules nested in a style rule.
    Declarations,
    /// Round or square brackets, the value of a custom property, a rule that we do not know.
    Anything,
}

struct Open {
    close: u8,
    content: Content,
    item: Item,
}

impl Open {
    fn new(close: u8, content: Content) -> Self {
        Self { close, content, item: Item::default() }
    }
}

/// What stands between two semicolons: a declaration or a rule.
#[derive(Default)]
struct Item {
    start: usize,
    /// Of its last token.
    end: usize,
    shape: Shape,
    fault: Option<&'static str>,
}

#[derive(Default, PartialEq, Eq)]
enum Shape {
    #[default]
    Empty,
    Name {
        custom: bool,
    },
    Value {
        custom: bool,
        empty: bool,
    },
    /// Behind the `!` of a value; `done` when the name behind it was read.
    Flag {
        custom: bool,
        done: bool,
    },
    AtRule(String),
    /// A rule, or nothing valid.
    Other,
}

struct Reader<'t> {
    text: &'t str,
    found: Declarations,
    /// Never empty: the first is the sheet.
    open: Vec<Open>,
}

impl Reader<'_> {
    fn take(&mut self, token: Token) {
        match token.kind {
            TokenKind::Close(close) if self.open.len() > 1 && self.top().close == close => return self.close(token),
            TokenKind::Close(_) => self.blame("has a bracket that nothing opens"),
            TokenKind::BadString => self.blame("has a string that does not end on its line"),
            TokenKind::BadUrl => self.blame("has a `url()` that needs quotes"),
            TokenKind::Semicolon if self.ends_item() => return self.end_item(),
            _ => {}
        }
        let content = self.content_of(token);
        let text = self.text;
        self.top().item.take(token, text);
        match token.kind {
            TokenKind::Open(close) => self.open.push(Open::new(close, content)),
            TokenKind::Function => self.open.push(Open::new(b')', Content::Anything)),
            _ => {}
        }
    }

    fn top(&mut self) -> &mut Open {
        let last = self.open.len() - 1;
        &mut self.open[last]
    }

    /// What `token` opens, if it opens anything.
    fn content_of(&mut self, token: Token) -> Content {
        let top = self.top();
        if token.kind != TokenKind::Open(b'}') || top.content == Content::Anything {
            return Content::Anything;
        }
        match &top.item.shape {
            Shape::AtRule(name) => match &**name {
                "media" | "supports" | "layer" | "container" | "scope" | "starting-style" | "-moz-document" => {
                    top.content
                }
                "nest" | "font-face" | "page" | "counter-style" | "property" | "position-try" => Content::Declarations,
                name if name.ends_with("keyframes") => Content::Rules,
                _ => Content::Anything,
            },
            Shape::Value { custom: true, .. } => Content::Anything,
            _ => Content::Declarations,
        }
    }

    /// A fault of the declaration that is being read, however deep inside of it.
    fn blame(&mut self, fault: &'static str) {
        if let Some(open) = self.open.iter_mut().rev().find(|open| open.content != Content::Anything) {
            open.item.fault.get_or_insert(fault);
        }
    }

    fn ends_item(&mut self) -> bool {
        let top = self.top();
        match top.content {
            Content::Declarations => true,
            Content::Rules => matches!(top.item.shape, Shape::AtRule(_)),
            Content::Anything => false,
        }
    }

    fn end_item(&mut self) {
        let top = self.top();
        let item = std::mem::take(&mut top.item);
        if top.content != Content::Declarations || item.shape == Shape::Empty {
            return;
        }
        let range = item.start..item.end;
        match item.why_skipped() {
            Some(why) => self.found.skipped.push(Skipped { range, why }),
            None => self.found.kept.push(range),
        }
    }

    fn close(&mut self, token: Token) {
        self.end_item();
        self.open.pop();
        let ends_rule = token.kind == TokenKind::Close(b'}');
        let top = self.top();
        top.item.end = token.end;
        let is_value = matches!(top.item.shape, Shape::Value { custom: true, .. });
        if !ends_rule || is_value || top.content == Content::Anything {
            return;
        }
        let rule = std::mem::take(&mut top.item);
        if top.content == Content::Declarations {
            self.found.kept.push(rule.start..rule.end);
        }
    }
}

impl Item {
    fn take(&mut self, token: Token, text: &str) {
        let bang = token.text(text) == "!";
        self.end = token.end;
        match &mut self.shape {
            Shape::Empty => {
                self.start = token.start;
                self.shape = match token.kind {
                    TokenKind::Ident => Shape::Name { custom: token.text(text).starts_with("--") },
                    TokenKind::AtKeyword => Shape::AtRule(token.name(text).to_ascii_lowercase()),
                    _ => Shape::Other,
                };
            }
            Shape::Name { custom } if token.kind == TokenKind::Colon => {
                self.shape = Shape::Value { custom: *custom, empty: true };
            }
            Shape::Name { .. } => self.shape = Shape::Other,
            Shape::Value { custom, empty: false } if bang => self.shape = Shape::Flag { custom: *custom, done: false },
            Shape::Value { custom: true, .. } if bang => self.shape = Shape::Flag { custom: true, done: false },
            Shape::Value { empty, .. } => *empty = false,
            Shape::Flag { done, .. } => {
                if *done || !token.name(text).eq_ignore_ascii_case("important") {
                    self.fault.get_or_insert("has a `!` that `important` does not follow");
                }
                *done = true;
            }
            Shape::AtRule(_) | Shape::Other => {}
        }
    }

    fn why_skipped(&self) -> Option<&'static str> {
        match self.shape {
            Shape::AtRule(_) | Shape::Empty => None,
            Shape::Name { .. } | Shape::Other => Some("is not a declaration"),
            Shape::Value { custom: false, empty: true } => Some("has no value"),
            Shape::Flag { done: false, .. } => Some("has a `!` that `important` does not follow"),
            Shape::Value { .. } | Shape::Flag { .. } => self.fault,
        }
    }
}
