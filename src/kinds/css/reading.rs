//! One pass over the tokens of a sheet, before any parser sees it: where each `url()`, import, license and source map
//! stands, and whether everything that opens is closed.

use std::ops::Range;
use std::sync::Arc;

use super::declarations::Declarations;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::kinds::style_tokens::{Token, TokenKind, Tokens, quoted_url, value};
use crate::source::{Source, Span};

/// More brackets within each other than any sheet needs. The parser and the printer call themselves for each.
const DEEPEST: usize = 100;

/// As good as any other URL where browsers only ask whether they understand the declaration.
const NO_URL: &str = "url(\"data:,\")";

/// What the tokens of a sheet tell.
pub(super) struct Reading {
    pub source: Arc<Source>,
    /// In order; those in the preludes of at-rules left out: a condition or a namespace refers to no file. Those of `supports`
    /// conditions become [`NO_URL`], since other tools would follow them.
    pub urls: Vec<FoundUrl>,
    pub imports: Vec<FoundImport>,
    /// Comments that begin with `/*!`.
    pub licenses: Vec<Range<usize>>,
    /// What the last `sourceMappingURL` comment names.
    pub source_map: Option<Range<usize>>,
    /// What must not reach the parser as it is: see [`Reading::simplify`].
    pub simplified: Vec<(Range<usize>, &'static str)>,
    pub declarations: Declarations,
    /// Whether it names a cascade layer anywhere.
    pub has_layers: bool,
}

pub(super) struct FoundUrl {
    /// Escapes undone.
    pub value: String,
    pub span: Span,
    /// What a stand-in replaces: the whole `url(…)`, or the string in an `image-set()`.
    pub whole: Range<usize>,
}

pub(super) struct FoundImport {
    /// Of the `@`.
    pub at: usize,
    pub value: String,
    pub span: Span,
}

impl Reading {
    /// Fails with what makes the sheet unreadable: something that is never closed, or brackets nested too deep.
    pub fn new(source: &Arc<Source>) -> Result<Self, Diagnostic> {
        let mut reader = Reader {
            text: &source.text,
            reading: Self {
                source: Arc::clone(source),
                urls: Vec::new(),
                imports: Vec::new(),
                licenses: Vec::new(),
                source_map: None,
                simplified: Vec::new(),
                declarations: Declarations::default(),
                has_layers: false,
            },
            open: Vec::new(),
            prelude: None,
            after_bad_string: false,
        };
        let mut tokens = Tokens::new(&source.text);
        if source.text.starts_with('\u{feff}') {
            tokens.skip_to('\u{feff}'.len_utf8());
            reader.reading.simplified.push((0..'\u{feff}'.len_utf8(), ""));
        }
        while let Some(token) = tokens.next() {
            reader.take(token, &tokens)?;
            reader.after_bad_string = token.kind == TokenKind::BadString;
        }
        if let Some(open) = reader.open.last() {
            return Err(reader.never_closed("bracket", open.at..open.end));
        }
        let mut reading = reader.reading;
        reading.declarations = Declarations::of(&source.text);
        Ok(reading)
    }
}

impl Reading {
    /// The import whose `@` stands at `offset`.
    pub fn import_at(&self, offset: usize) -> Option<&FoundImport> {
        self.imports.iter().find(|import| import.at == offset)
    }
}

struct Reader<'t> {
    text: &'t str,
    reading: Reading,
    open: Vec<Open>,
    /// The at-rule whose prelude is being read.
    prelude: Option<Prelude>,
    after_bad_string: bool,
}

struct Open {
    close: u8,
    at: usize,
    end: usize,
    image_set: bool,
}

struct Prelude {
    /// How many brackets are open around the at-rule.
    depth: usize,
    at: usize,
    import: bool,
    /// `@supports`, or the conditions of an import.
    supports: bool,
}

impl Reader<'_> {
    fn take(&mut self, token: Token, rest: &Tokens<'_>) -> Result<(), Diagnostic> {
        let range = token.start..token.end;
        match token.kind {
            TokenKind::WhiteSpace => self.simplify(token, " "),
            TokenKind::Comment { closed: false } => {
                return Err(self.never_closed("comment", token.start..token.start + 2));
            }
            TokenKind::Comment { closed: true } => self.take_comment(token),
            TokenKind::String { closed: false } => {
                return Err(self.never_closed("string", token.start..token.start + 1));
            }
            TokenKind::String { closed: true } => {
                let importing = self.prelude.as_ref().is_some_and(|prelude| prelude.import);
                if importing || self.open.last().is_some_and(|open| open.image_set) {
                    self.take_url(token, range);
                }
            }
            TokenKind::Url { closed: false } => {
                let name = token.text(self.text).find('(').map_or(range.end, |at| token.start + at + 1);
                return Err(self.never_closed("bracket", token.start..name));
            }
            TokenKind::Url { closed: true } => self.take_url(token, range),
            TokenKind::Function => {
                let name = token.name(self.text).to_ascii_lowercase();
                if let Some((string, end)) = quoted_url(token, rest) {
                    self.take_url(string, token.start..end);
                }
                self.note_layer(&name);
                self.open(token, b')', matches!(&*name, "image-set" | "-webkit-image-set"))?;
            }
            TokenKind::Open(close) => {
                if close == b'}' {
                    self.end_prelude();
                }
                self.open(token, close, false)?;
            }
            TokenKind::Close(close) => {
                if self.open.last().is_some_and(|open| open.close == close) {
                    self.open.pop();
                    if self.prelude.as_ref().is_some_and(|prelude| prelude.depth > self.open.len()) {
                        self.prelude = None;
                    }
                }
            }
            TokenKind::Semicolon => self.end_prelude(),
            TokenKind::AtKeyword => {
                let name = token.name(self.text).to_ascii_lowercase();
                self.note_layer(&name);
                if self.prelude.is_none() {
                    let import = name == "import" && self.open.is_empty();
                    let supports = name == "supports";
                    self.prelude = Some(Prelude { depth: self.open.len(), at: token.start, import, supports });
                }
            }
            TokenKind::Ident if self.prelude.as_ref().is_some_and(|prelude| prelude.import) => {
                self.note_layer(&token.name(self.text).to_ascii_lowercase());
            }
            TokenKind::Ident | TokenKind::BadString | TokenKind::BadUrl | TokenKind::Colon | TokenKind::Other => {}
        }
        Ok(())
    }

    fn never_closed(&self, what: &str, range: Range<usize>) -> Diagnostic {
        let opener = &self.text[range.clone()];
        Diagnostic::error(Code::InvalidStyle, format!("the {what} that `{opener}` opens is never closed"))
            .at(Place::span(&self.reading.source, Span::new(range.start, range.end)))
            .hint("close it: browsers take everything behind it as part of it")
    }

    fn note_layer(&mut self, name: &str) {
        self.reading.has_layers |= name == "layer";
    }

    fn end_prelude(&mut self) {
        if self.prelude.as_ref().is_some_and(|prelude| prelude.depth == self.open.len()) {
            self.prelude = None;
        }
    }

    fn open(&mut self, token: Token, close: u8, image_set: bool) -> Result<(), Diagnostic> {
        self.open.push(Open { close, at: token.start, end: token.end, image_set });
        if self.open.len() <= DEEPEST {
            return Ok(());
        }
        let place = Place::span(&self.reading.source, Span::new(token.start, token.end));
        let message = format!("more than {DEEPEST} brackets are open here, one within the other");
        Err(Diagnostic::error(Code::NestedTooDeep, message)
            .at(place)
            .hint("check that each bracket before it is closed, or that whatever wrote this sheet did not run away"))
    }

    fn take_url(&mut self, token: Token, whole: Range<usize>) {
        let (value, range) = value(token, self.text);
        let span = Span::new(range.start, range.end);
        match &mut self.prelude {
            None => self.reading.urls.push(FoundUrl { value, span, whole }),
            Some(prelude) if prelude.import => {
                self.reading.imports.push(FoundImport { at: prelude.at, value, span });
                // What follows are conditions.
                prelude.import = false;
                prelude.supports = true;
            }
            Some(prelude) if prelude.supports => self.reading.simplified.push((whole, NO_URL)),
            Some(_) => {}
        }
    }

    fn take_comment(&mut self, comment: Token) {
        let content = &comment.text(self.text)[2..comment.end - comment.start - 2];
        if content.starts_with('!') {
            self.reading.licenses.push(comment.start..comment.end);
        }
        if let Some(map) = source_mapping_url(content) {
            let at = comment.start + 2;
            self.reading.source_map = Some(at + map.start..at + map.end);
        }
        // It must stay a comment: `.a/**/.b` is not `.a .b`.
        if !content.is_empty() {
            self.reading.simplified.push((comment.start..comment.end, "/**/"));
        }
    }

    /// Line breaks do not reach the parser: its printer repeats those of custom properties and of unknown rules, and then
    /// counts its lines wrong. The break that ends a broken string must stay, or the string would go on.
    fn simplify(&mut self, token: Token, replacement: &'static str) {
        if !self.after_bad_string && token.text(self.text).contains(['\n', '\r', '\x0c']) {
            self.reading.simplified.push((token.start..token.end, replacement));
        }
    }
}

/// The URL in the content of a `sourceMappingURL` comment (ECMA-426, section 9).
fn source_mapping_url(content: &str) -> Option<Range<usize>> {
    let behind = content.strip_prefix(['#', '@'])?.trim_start().strip_prefix("sourceMappingURL=")?;
    let url = behind.trim_start();
    let start = content.len() - url.len();
    let length = url.find(char::is_whitespace).unwrap_or(url.len());
    (length > 0).then_some(start..start + length)
}
