//! What a sheet loads, by its text alone.
//!
//! Good enough to know which sheets are loaded by others, and so are no entries. The compiler has the last word on what
//! is really loaded: a rule may stand in a branch that never runs.

use std::ops::Range;

use super::Syntax;
use crate::source::Span;

/// A rule that loads a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Load {
    /// Escapes undone.
    pub url: String,
    pub rule: LoadRule,
    /// Of the URL, its quotes included.
    pub span: Span,
    /// The `*` of `@use "x" as *`.
    pub star: Option<Range<usize>>,
    /// `@forward "x" as y-*`: the names are other ones.
    pub renames: bool,
    /// `@forward "x" show y`, or `hide`: not all names.
    pub filters: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadRule {
    Use,
    Forward,
    Import,
    /// `meta.load-css("x")`
    LoadCss,
}

/// The loads of a sheet, in the order in which they stand. `@import`s that stay in the CSS are left out.
pub fn survey(text: &str, syntax: Syntax) -> Vec<Load> {
    if syntax == Syntax::Css {
        return Vec::new();
    }
    let mut reader = Reader { text, at: 0, indented: syntax == Syntax::Indented, loads: Vec::new() };
    reader.read();
    reader.loads
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    indented: bool,
    loads: Vec<Load>,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn read(&mut self) {
        while let Some(byte) = self.byte() {
            match byte {
                b'"' | b'\'' => _ = self.string(),
                b'/' if self.skip_comment() => {}
                b'@' => self.rule(),
                _ if self.starts_word("url(") => self.skip_url(),
                _ if self.starts_word("load-css(") => self.load_css(),
                _ => self.step(),
            }
        }
    }

    fn step(&mut self) {
        self.at += self.rest().chars().next().map_or(0, char::len_utf8);
    }

    /// `word` stands here, and no longer name that ends in it.
    fn starts_word(&self, word: &str) -> bool {
        let before = self.text[..self.at].bytes().next_back();
        let own = before.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_'));
        own && self.text.as_bytes()[self.at..]
            .get(..word.len())
            .is_some_and(|at| at.eq_ignore_ascii_case(word.as_bytes()))
    }

    fn skip_comment(&mut self) -> bool {
        let rest = self.rest();
        if let Some(comment) = rest.strip_prefix("/*") {
            self.at += comment.find("*/").map_or(rest.len(), |end| end + 4);
        } else if rest.starts_with("//") {
            self.at += rest.find('\n').unwrap_or(rest.len());
        } else {
            return false;
        }
        true
    }

    fn skip_blank(&mut self) {
        loop {
            match self.byte() {
                Some(b'\n' | b'\r') if self.indented => return,
                Some(byte) if byte.is_ascii_whitespace() => self.at += 1,
                Some(b'/') if self.skip_comment() => {}
                _ => return,
            }
        }
    }

    /// `url(` without quotes may hold `//`.
    fn skip_url(&mut self) {
        self.at += "url(".len();
        self.skip_blank_only();
        if matches!(self.byte(), Some(b'"' | b'\'')) {
            return;
        }
        let end = self.rest().find([')', '\n', ';']).unwrap_or(self.rest().len());
        self.at += end;
    }

    fn skip_blank_only(&mut self) {
        while self.byte().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// The string that begins here: its value, if nothing is interpolated, and its span.
    fn string(&mut self) -> (Option<String>, Span) {
        let start = self.at;
        let quote = self.byte();
        self.at += 1;
        let mut value = Some(String::new());
        loop {
            match self.byte() {
                None | Some(b'\n') => break,
                byte if byte == quote => {
                    self.at += 1;
                    break;
                }
                Some(b'\\') => {
                    self.at += 1;
                    if let (Some(value), Some(character)) = (&mut value, self.rest().chars().next()) {
                        value.push(character);
                    }
                    self.step();
                }
                Some(b'#') if self.rest().starts_with("#{") => {
                    value = None;
                    self.skip_interpolation();
                }
                Some(_) => {
                    if let (Some(value), Some(character)) = (&mut value, self.rest().chars().next()) {
                        value.push(character);
                    }
                    self.step();
                }
            }
        }
        (value, Span::new(start, self.at))
    }

    fn skip_interpolation(&mut self) {
        let mut depth = 0usize;
        while let Some(byte) = self.byte() {
            match byte {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                b'"' | b'\'' => {
                    self.string();
                    continue;
                }
                b'\n' => return,
                _ => {}
            }
            self.step();
            if byte == b'}' && depth == 0 {
                return;
            }
        }
    }

    fn rule(&mut self) {
        let name = &self.rest()[1..];
        let length = name.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count();
        let name = &name[..length];
        self.at += 1 + length;
        match name {
            "use" => self.use_or_forward(LoadRule::Use),
            "forward" => self.use_or_forward(LoadRule::Forward),
            "import" => self.imports(),
            _ => {}
        }
    }

    fn use_or_forward(&mut self, rule: LoadRule) {
        self.skip_blank();
        if !matches!(self.byte(), Some(b'"' | b'\'')) {
            return;
        }
        let (Some(url), span) = self.string() else { return };
        self.skip_blank();
        let (mut star, mut renames) = (None, false);
        if self.starts_word("as") {
            self.at += "as".len();
            self.skip_blank();
            renames = true;
            if self.byte() == Some(b'*') {
                star = Some(self.at..self.at + 1);
                self.at += 1;
            }
            while !matches!(self.byte(), None | Some(b' ' | b'\t' | b'\n' | b'\r' | b';')) {
                self.at += 1;
            }
            self.skip_blank();
        }
        let filters = self.starts_word("show") || self.starts_word("hide");
        self.loads.push(Load { url, rule, span, star, renames, filters });
    }

    fn load_css(&mut self) {
        self.at += "load-css(".len();
        self.skip_blank();
        if self.rest().starts_with("$url") {
            self.at += "$url".len();
            self.skip_blank();
            if self.byte() == Some(b':') {
                self.at += 1;
            }
            self.skip_blank();
        }
        if matches!(self.byte(), Some(b'"' | b'\''))
            && let (Some(url), span) = self.string()
        {
            self.push(url, LoadRule::LoadCss, span);
        }
    }

    fn push(&mut self, url: String, rule: LoadRule, span: Span) {
        self.loads.push(Load { url, rule, span, star: None, renames: false, filters: false });
    }

    /// The list behind `@import`.
    fn imports(&mut self) {
        loop {
            self.skip_blank();
            let (url, span) = match self.byte() {
                Some(b'"' | b'\'') => self.string(),
                Some(byte) if self.indented && !matches!(byte, b'\n' | b'\r') => self.unquoted(),
                _ => return,
            };
            self.skip_blank();
            // What stands behind it, such as a media query, makes it a rule of CSS.
            let plain = !matches!(self.byte(), None | Some(b',' | b';' | b'\n' | b'\r' | b'}'));
            if let Some(url) = url.filter(|url| !plain && !stays_in_css(url)) {
                self.push(url, LoadRule::Import, span);
            }
            self.skip_to_comma();
            if self.byte() != Some(b',') {
                return;
            }
            self.at += 1;
        }
    }

    /// To the end of one of several imports.
    fn skip_to_comma(&mut self) {
        while let Some(byte) = self.byte() {
            match byte {
                b',' | b';' | b'}' => return,
                b'\n' if self.indented => return,
                b'"' | b'\'' => _ = self.string(),
                b'/' if self.skip_comment() => {}
                _ => self.step(),
            }
        }
    }

    fn unquoted(&mut self) -> (Option<String>, Span) {
        let start = self.at;
        let end = self.rest().find([',', ';', '\n', '\r', ' ']).unwrap_or(self.rest().len());
        self.at += end;
        let url = &self.text[start..self.at];
        let is_url = url.contains('(') || url.contains("#{");
        ((!is_url).then(|| url.to_owned()), Span::new(start, self.at))
    }
}

/// An `@import` that Sass leaves as it is (Sass documentation, "Plain CSS imports").
fn stays_in_css(url: &str) -> bool {
    url.ends_with(".css") || url.starts_with("http://") || url.starts_with("https://") || url.starts_with("//")
}
