//! The tokens of CSS (Syntax Level 3, section 4), as ranges of the text: for stylesheets, and for the styles in an SVG.
//!
//! In: text. Out: tokens that cover it without gaps; nothing is ever refused. Not here: what the tokens mean.

/// A token of [`Tokens`], as a range of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    pub start: usize,
    pub end: usize,
}

/// `closed` is false where the text ends first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    WhiteSpace,
    Comment {
        closed: bool,
    },
    String {
        closed: bool,
    },
    /// A string that a line break ends; the break itself comes next.
    BadString,
    /// `url(x)` without quotes, all of it; `url("x")` is a function.
    Url {
        closed: bool,
    },
    BadUrl,
    Ident,
    /// A name and the `(` behind it.
    Function,
    /// `@` and a name.
    AtKeyword,
    /// `(`, `[` or `{`; the field is what closes it.
    Open(u8),
    /// `)`, `]` or `}`
    Close(u8),
    Semicolon,
    Colon,
    /// Numbers, hashes, and every other character by itself.
    Other,
}

impl Token {
    pub fn text<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start..self.end]
    }

    /// The name of an identifier, a function or an at-keyword, escapes undone.
    pub fn name(&self, text: &str) -> String {
        let raw = self.text(text);
        let raw = raw.strip_prefix('@').unwrap_or(raw);
        unescape(raw.strip_suffix('(').unwrap_or(raw))
    }

    /// White space or a comment.
    pub fn is_blank(&self) -> bool {
        matches!(self.kind, TokenKind::WhiteSpace | TokenKind::Comment { .. })
    }
}

/// What a string or a `url(…)` token says, and the range of bytes that says it: a string with its quotes, a URL
/// without the `url(` and the white space around it.
pub fn value(token: Token, text: &str) -> (String, std::ops::Range<usize>) {
    let raw = token.text(text);
    if let TokenKind::Url { closed } = token.kind {
        // The name before it may be written with escapes, but holds no parenthesis.
        let open = raw.find('(').map_or(0, |at| at + 1);
        let inner = &raw[open..raw.len() - usize::from(closed)];
        let trimmed = inner.trim_start_matches(is_white_space);
        let start = token.start + open + (inner.len() - trimmed.len());
        let trimmed = trim_end_of_url(trimmed);
        return (unescape(trimmed), start..start + trimmed.len());
    }
    let closed = matches!(token.kind, TokenKind::String { closed: true });
    (unescape(&raw[1..raw.len() - usize::from(closed)]), token.start..token.end)
}

/// A white space character behind a `\` belongs to the URL.
fn trim_end_of_url(url: &str) -> &str {
    let trimmed = url.trim_end_matches(is_white_space);
    let escapes_next = trimmed.bytes().rev().take_while(|&byte| byte == b'\\').count() % 2 == 1;
    &url[..trimmed.len() + usize::from(escapes_next && trimmed.len() < url.len())]
}

/// If `function` (a token of `text`) is `url("x")` and nothing else, the string and the end of the `)`.
pub fn quoted_url(function: Token, tokens: &Tokens<'_>) -> Option<(Token, usize)> {
    if function.kind != TokenKind::Function || !function.name(tokens.text).eq_ignore_ascii_case("url") {
        return None;
    }
    let mut ahead = tokens.clone().filter(|token| !token.is_blank());
    let string = ahead.next().filter(|token| token.kind == TokenKind::String { closed: true })?;
    let close = ahead.next().filter(|token| token.kind == TokenKind::Close(b')'))?;
    Some((string, close.end))
}

/// Undoes the escapes of an identifier, a string or a URL (CSS Syntax, section 4.3.7).
pub fn unescape(raw: &str) -> String {
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        value.push_str(&rest[..at]);
        let escaped = &rest[at + 1..];
        let digits = escaped.bytes().take(6).take_while(u8::is_ascii_hexdigit).count();
        if digits > 0 {
            let code = u32::from_str_radix(&escaped[..digits], 16).unwrap_or(0);
            value.push(char::from_u32(code).filter(|&code| code != '\0').unwrap_or(char::REPLACEMENT_CHARACTER));
            let behind = &escaped[digits..];
            rest = &behind[white_space_unit(behind.as_bytes())..];
        } else if escaped.starts_with(['\n', '\r', '\x0c']) {
            rest = &escaped[white_space_unit(escaped.as_bytes())..];
        } else {
            let character = escaped.chars().next();
            value.extend(character);
            rest = &escaped[character.map_or(0, char::len_utf8)..];
        }
    }
    value.push_str(rest);
    value
}

pub fn is_white_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\x0c')
}

/// How many bytes the one white space character at the start takes; `\r\n` is one.
fn white_space_unit(bytes: &[u8]) -> usize {
    match bytes {
        [b'\r', b'\n', ..] => 2,
        [first, ..] if is_white_space(char::from(*first)) => 1,
        _ => 0,
    }
}

/// The tokens of a text, in order, without gaps.
#[derive(Clone)]
pub struct Tokens<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Tokens<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// Goes on behind `offset`, which must be the end of a token.
    pub fn skip_to(&mut self, offset: usize) {
        self.at = offset;
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn starts_with(&self, prefix: &str) -> bool {
        self.text.as_bytes()[self.at..].starts_with(prefix.as_bytes())
    }

    fn is_escape(&self, ahead: usize) -> bool {
        self.byte(ahead) == Some(b'\\') && !matches!(self.byte(ahead + 1), Some(b'\n' | b'\r' | b'\x0c'))
    }

    fn starts_name(&self, ahead: usize) -> bool {
        self.byte(ahead).is_some_and(is_name_start) || self.is_escape(ahead)
    }

    fn starts_ident(&self, ahead: usize) -> bool {
        match self.byte(ahead) {
            Some(b'-') => self.byte(ahead + 1) == Some(b'-') || self.starts_name(ahead + 1),
            _ => self.starts_name(ahead),
        }
    }

    fn starts_number(&self) -> bool {
        let digit = |ahead| self.byte(ahead).is_some_and(|byte| byte.is_ascii_digit());
        let sign = usize::from(matches!(self.byte(0), Some(b'+' | b'-')));
        digit(sign) || self.byte(sign) == Some(b'.') && digit(sign + 1)
    }

    fn take_while(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.byte(0).is_some_and(&wanted) {
            self.at += 1;
        }
    }

    /// Steps over `\` and what it escapes.
    fn take_escape(&mut self) {
        self.at += 1;
        let digits = self.text.as_bytes()[self.at..].iter().take(6).take_while(|byte| byte.is_ascii_hexdigit()).count();
        if digits > 0 {
            self.at += digits;
            self.at += white_space_unit(&self.text.as_bytes()[self.at..]);
        } else {
            self.take_character();
        }
    }

    fn take_character(&mut self) {
        self.at += self.text[self.at..].chars().next().map_or(0, char::len_utf8);
    }

    fn take_name(&mut self) {
        loop {
            if self.byte(0).is_some_and(is_name) {
                self.at += 1;
            } else if self.is_escape(0) {
                self.take_escape();
            } else {
                return;
            }
        }
    }

    fn take_number(&mut self) {
        self.take_while(|byte| matches!(byte, b'+' | b'-'));
        self.take_while(|byte| byte.is_ascii_digit());
        if self.byte(0) == Some(b'.') && self.byte(1).is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
            self.take_while(|byte| byte.is_ascii_digit());
        }
        if matches!(self.byte(0), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.byte(1), Some(b'+' | b'-')));
            if self.byte(1 + sign).is_some_and(|byte| byte.is_ascii_digit()) {
                self.at += 1 + sign;
                self.take_while(|byte| byte.is_ascii_digit());
            }
        }
        if self.starts_ident(0) {
            self.take_name();
        }
    }

    fn take_comment(&mut self) -> TokenKind {
        let end = self.text[self.at + 2..].find("*/");
        self.at = end.map_or(self.text.len(), |end| self.at + 2 + end + 2);
        TokenKind::Comment { closed: end.is_some() }
    }

    fn take_string(&mut self, quote: u8) -> TokenKind {
        self.at += 1;
        loop {
            match self.byte(0) {
                None => return TokenKind::String { closed: false },
                Some(byte) if byte == quote => {
                    self.at += 1;
                    return TokenKind::String { closed: true };
                }
                Some(b'\n' | b'\r' | b'\x0c') => return TokenKind::BadString,
                Some(b'\\') if self.is_escape(0) => self.take_escape(),
                Some(b'\\') => {
                    self.at += 1;
                    self.at += white_space_unit(&self.text.as_bytes()[self.at..]);
                }
                Some(_) => self.take_character(),
            }
        }
    }

    fn take_ident_like(&mut self) -> TokenKind {
        let start = self.at;
        self.take_name();
        if self.byte(0) != Some(b'(') {
            return TokenKind::Ident;
        }
        let name = &self.text[start..self.at];
        self.at += 1;
        if !unescape(name).eq_ignore_ascii_case("url") {
            return TokenKind::Function;
        }
        let behind = self.at;
        self.take_while(|byte| is_white_space(char::from(byte)));
        if matches!(self.byte(0), Some(b'"' | b'\'')) {
            self.at = behind;
            return TokenKind::Function;
        }
        self.take_url()
    }

    /// The rest of an unquoted `url(` (section 4.3.6).
    fn take_url(&mut self) -> TokenKind {
        loop {
            match self.byte(0) {
                None => return TokenKind::Url { closed: false },
                Some(b')') => {
                    self.at += 1;
                    return TokenKind::Url { closed: true };
                }
                Some(byte) if is_white_space(char::from(byte)) => {
                    self.take_while(|byte| is_white_space(char::from(byte)));
                    if !matches!(self.byte(0), None | Some(b')')) {
                        return self.take_bad_url();
                    }
                }
                Some(b'"' | b'\'' | b'(' | 0..=8 | 0xb | 0xe..=0x1f | 0x7f) => return self.take_bad_url(),
                Some(b'\\') if self.is_escape(0) => self.take_escape(),
                Some(b'\\') => return self.take_bad_url(),
                Some(_) => self.take_character(),
            }
        }
    }

    fn take_bad_url(&mut self) -> TokenKind {
        loop {
            match self.byte(0) {
                None => return TokenKind::BadUrl,
                Some(b')') => {
                    self.at += 1;
                    return TokenKind::BadUrl;
                }
                Some(b'\\') if self.is_escape(0) => self.take_escape(),
                Some(_) => self.take_character(),
            }
        }
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let start = self.at;
        let single = |tokens: &mut Self, kind| {
            tokens.at += 1;
            kind
        };
        let kind = match self.byte(0)? {
            byte if is_white_space(char::from(byte)) => {
                self.take_while(|byte| is_white_space(char::from(byte)));
                TokenKind::WhiteSpace
            }
            b'/' if self.byte(1) == Some(b'*') => self.take_comment(),
            quote @ (b'"' | b'\'') => self.take_string(quote),
            b'(' => single(self, TokenKind::Open(b')')),
            b'[' => single(self, TokenKind::Open(b']')),
            b'{' => single(self, TokenKind::Open(b'}')),
            close @ (b')' | b']' | b'}') => single(self, TokenKind::Close(close)),
            b';' => single(self, TokenKind::Semicolon),
            b':' => single(self, TokenKind::Colon),
            b'#' if self.byte(1).is_some_and(is_name) || self.is_escape(1) => {
                self.at += 1;
                self.take_name();
                TokenKind::Other
            }
            b'@' if self.starts_ident(1) => {
                self.at += 1;
                self.take_name();
                TokenKind::AtKeyword
            }
            b'<' if self.starts_with("<!--") => {
                self.at += 4;
                TokenKind::Other
            }
            b'-' if self.starts_with("-->") => {
                self.at += 3;
                TokenKind::Other
            }
            _ if self.starts_number() => {
                self.take_number();
                TokenKind::Other
            }
            _ if self.starts_ident(0) => self.take_ident_like(),
            _ => {
                self.take_character();
                TokenKind::Other
            }
        };
        Some(Token { kind, start, end: self.at })
    }
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn is_name(byte: u8) -> bool {
    is_name_start(byte) || byte.is_ascii_digit() || byte == b'-'
}

#[cfg(test)]
mod tests;
