//! How deep a script nests, told before it is parsed: swc recurses, and an overflow of the stack cannot be caught.
//!
//! A token scanner that knows strings, templates, comments and (by the token before) regular expressions. It may take a
//! division for the start of a regular expression, but brackets are matched against a stack, so it does not drift.

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::source::{Source, Span};

/// How heavy the open brackets, and the operators pending in each of them, may be together: `a + b + c` and `!!!a` nest
/// in the tree as brackets do. Far below what a stack of 256 MB survives; minifying takes time with the square of it.
const LIMIT: usize = 12_000;
const BRACKET: usize = 8;
const OPERATOR: usize = 4;
/// `+`, `.` and `|`: long texts, chains of calls and unions of types are written so, and cost little.
const LINK: usize = 1;

/// An error for a script that nests too deep to be compiled safely.
pub fn check_nesting(source: &Arc<Source>) -> Option<Diagnostic> {
    let at = Scanner::new(&source.text).find_deeper_than(LIMIT)?;
    Some(
        Diagnostic::error(Code::NestedTooDeep, "this script nests too deep to be compiled safely")
            .at(Place::span(source, Span::new(at, at + 1)))
            .hint("Split the expression, or load the data that it holds as JSON"),
    )
}

/// An open bracket.
struct Level {
    opener: u8,
    /// The weight of the operators since the last statement boundary in it.
    operators: usize,
    /// The head of `if (…)` and the like: what follows its end belongs to it.
    head: bool,
}

/// What stands before a token.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    /// `/` is a division here, and a line may end a statement.
    Operand,
    /// `;`, or the `}` of a block or an operand: a statement ends, unless an `else` follows.
    End,
    /// `/` starts a regular expression.
    Operator,
    /// `if`, `for`, `while`, `with`, as `Operator`.
    Head,
}

struct Scanner<'t> {
    text: &'t [u8],
    at: usize,
    levels: Vec<Level>,
    depth: usize,
    before: Before,
    new_line: bool,
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str) -> Self {
        let outermost = Level { opener: 0, operators: 0, head: false };
        Self {
            text: text.as_bytes(),
            at: 0,
            levels: vec![outermost],
            depth: 0,
            before: Before::Operator,
            new_line: false,
        }
    }

    /// The offset at which the weight first passes `limit`.
    fn find_deeper_than(mut self, limit: usize) -> Option<usize> {
        while let Some(&byte) = self.text.get(self.at) {
            self.token(byte);
            if self.depth > limit {
                return Some(self.at.min(self.text.len()) - 1);
            }
        }
        None
    }

    /// Passes one token that starts with `byte`.
    fn token(&mut self, byte: u8) {
        match byte {
            b'\n' | b'\r' => {
                self.new_line = true;
                self.at += 1;
            }
            b' ' | b'\t' => self.at += 1,
            b'/' if self.text[self.at..].starts_with(b"//") => self.at = self.end_of_line(),
            b'/' if self.text[self.at..].starts_with(b"/*") => {
                let end = memchr_pair(&self.text[self.at + 2..], b"*/");
                self.at = end.map_or(self.text.len(), |end| self.at + 2 + end + 2);
            }
            b'"' | b'\'' => {
                self.boundary(false);
                self.at = self.end_of_string(byte);
                self.before = Before::Operand;
            }
            b'`' => {
                self.count(LINK);
                self.at += 1;
                self.template();
            }
            b'(' | b'[' | b'{' => self.open(byte),
            b')' | b']' | b'}' => self.close(byte),
            b';' => {
                self.at += 1;
                self.before = Before::End;
            }
            b',' => {
                self.reset();
                self.at += 1;
                self.before = Before::Operator;
            }
            b'/' if self.before != Before::Operand && self.end_of_regex().is_some() => {
                self.boundary(false);
                self.at = self.end_of_regex().unwrap_or(self.text.len());
                self.before = Before::Operand;
            }
            _ if is_word(byte) => self.word(),
            _ => self.operator(byte),
        }
    }

    fn word(&mut self) {
        let start = self.at;
        while self.text.get(self.at).is_some_and(|&byte| is_word(byte)) {
            self.at += 1;
        }
        let word = &self.text[start..self.at];
        let continues = matches!(word, b"else" | b"catch" | b"finally" | b"in" | b"instanceof" | b"of" | b"as");
        self.boundary(continues);
        self.before = match word {
            b"if" | b"for" | b"while" | b"with" => Before::Head,
            b"else" | b"do" | b"new" | b"typeof" | b"void" | b"delete" | b"await" | b"yield" | b"in" | b"of"
            | b"instanceof" | b"as" | b"return" | b"case" | b"throw" | b"extends" | b"keyof" | b"infer" => {
                Before::Operator
            }
            _ => Before::Operand,
        };
        if self.before != Before::Operand {
            self.count(OPERATOR);
        }
    }

    fn operator(&mut self, byte: u8) {
        self.boundary(true);
        let last = self.at.checked_sub(1).map_or(0, |last| self.text[last]);
        // `===`, `=>`, `?.` and `&&=` are one operator; `!!` and `- -` are two.
        let goes_on = b"=&|<>*?.^%".contains(&byte) && b"=&|<>*?.^%!+-/".contains(&last);
        if !goes_on {
            self.count(if b"+.|".contains(&byte) { LINK } else { OPERATOR });
        }
        self.at += 1;
        // `x++` and `x--` leave an operand, which matters only to a `/` behind them.
        self.before = Before::Operator;
    }

    fn count(&mut self, weight: usize) {
        if let Some(level) = self.levels.last_mut() {
            level.operators += weight;
            self.depth += weight;
        }
    }

    /// Between two tokens: whether a statement ends there, unless the next token `continues` the last.
    fn boundary(&mut self, continues: bool) {
        let ends = match self.before {
            Before::End => true,
            Before::Operand => self.new_line,
            Before::Operator | Before::Head => false,
        };
        if ends && !continues {
            self.reset();
        }
        self.new_line = false;
    }

    fn reset(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            self.depth -= level.operators;
            level.operators = 0;
        }
        self.new_line = false;
    }

    fn open(&mut self, opener: u8) {
        if self.before == Before::Operand {
            self.count(LINK); // `f()()`, `a[0][0]`
        }
        self.boundary(true);
        self.levels.push(Level { opener, operators: 0, head: self.before == Before::Head });
        self.depth += BRACKET;
        self.at += 1;
        self.before = Before::Operator;
    }

    fn close(&mut self, closer: u8) {
        self.at += 1;
        self.new_line = false;
        let opens = |level: &Level| match closer {
            b')' => level.opener == b'(',
            b']' => level.opener == b'[',
            _ => matches!(level.opener, b'{' | b'$'),
        };
        let Some(matching) = self.levels.iter().rposition(opens) else { return };
        let closed = self.levels.split_off(matching);
        self.depth -= closed.iter().map(|level| BRACKET + level.operators).sum::<usize>();
        self.before = match closed.first() {
            Some(Level { opener: b'$', .. }) => return self.template(),
            Some(Level { head: true, .. }) => Before::Operator,
            _ if closer == b'}' => Before::End,
            _ => Before::Operand,
        };
    }

    /// Passes the text of a template up to its end or to a `${`.
    fn template(&mut self) {
        while let Some(&byte) = self.text.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'`' => break,
                b'$' if self.text.get(self.at) == Some(&b'{') => {
                    self.levels.push(Level { opener: b'$', operators: 0, head: false });
                    self.depth += BRACKET;
                    self.at += 1;
                    self.before = Before::Operator;
                    return;
                }
                _ => {}
            }
        }
        self.at = self.at.min(self.text.len());
        self.before = Before::Operand;
    }

    fn end_of_line(&self) -> usize {
        let rest = &self.text[self.at..];
        self.at + rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len())
    }

    /// Behind the closing quote, or at the end of the line if there is none (an apostrophe in JSX text).
    fn end_of_string(&self, quote: u8) -> usize {
        let mut at = self.at + 1;
        while let Some(&byte) = self.text.get(at) {
            match byte {
                b'\\' => at += 1,
                b'\n' => return at,
                _ if byte == quote => return at + 1,
                _ => {}
            }
            at += 1;
        }
        self.text.len()
    }

    /// Behind the closing `/`; `None` if the line has none, so that this is a division.
    fn end_of_regex(&self) -> Option<usize> {
        let mut at = self.at + 1;
        let mut class = false;
        loop {
            match *self.text.get(at)? {
                b'\\' => at += 1,
                b'\n' => return None,
                b'[' => class = true,
                b']' => class = false,
                b'/' if !class => return Some(at + 1),
                _ => {}
            }
            at += 1;
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#' | b'@' | b'\\') || !byte.is_ascii()
}

fn memchr_pair(text: &[u8], pair: &[u8; 2]) -> Option<usize> {
    text.windows(2).position(|window| window == pair)
}
