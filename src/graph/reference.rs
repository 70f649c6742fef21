use percent_encoding::percent_decode_str;

use super::ModuleId;
use crate::path::UrlPath;
use crate::source::Span;

/// How a file refers to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReferenceKind {
    /// `import … from "x"`, `export … from "x"`, `import "x"` in a script.
    Import,
    /// `import("x")`
    DynamicImport,
    /// `@import "x"`; the imported sheet becomes part of the importing one.
    StyleImport,
    /// `@use "x"`, `@forward "x"`, `@import "x"` in a Sass sheet.
    SassLoad,
    /// `url(x)`, `image-set("x")`, `new URL("x", import.meta.url)`, `href` in an SVG, `src` in a web manifest.
    Url,
    /// `sourceMappingURL=x` in a comment.
    SourceMap,
}

impl ReferenceKind {
    /// Whether the target is thereby imported, and so no entry of its own.
    pub fn imports(self) -> bool {
        match self {
            Self::Import | Self::DynamicImport | Self::StyleImport | Self::SassLoad => true,
            Self::Url | Self::SourceMap => false,
        }
    }
}

/// A reference as a file wrote it, before it is resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundReference {
    /// As written, string escapes of the language undone, percent-encoding and suffix (`?#iefix`) kept.
    pub specifier: String,
    pub kind: ReferenceKind,
    /// Where the specifier stands, its quotes included.
    pub span: Span,
}

/// A reference and what it leads to.
#[derive(Clone, Debug)]
pub struct Reference {
    pub found: FoundReference,
    pub target: Target,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Module(ModuleId),
    /// A file of the output root that is not ours: kept under its plain name.
    Foreign(UrlPath),
    /// Left as it was written: declared external, or reported as an error already.
    AsWritten,
}

/// What a specifier asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Specifier<'a> {
    /// A relative path. `path` is percent-decoded; `suffix` is the query and the fragment as written, or empty.
    Local { path: String, suffix: &'a str },
    /// Not ours to follow: `data:`, `https:`, `//host`, `/absolute`, `#fragment`, or empty.
    Elsewhere,
}

impl<'a> Specifier<'a> {
    pub fn parse(written: &'a str) -> Self {
        let end = written.find(['?', '#']).unwrap_or(written.len());
        let (path, suffix) = written.split_at(end);
        if path.is_empty() || path.starts_with(['/', '\\']) || has_scheme(path) {
            return Self::Elsewhere;
        }
        match percent_decode_str(path).decode_utf8() {
            Ok(path) => Self::Local { path: path.into_owned(), suffix },
            Err(_) => Self::Local { path: path.to_owned(), suffix },
        }
    }
}

/// RFC 3986, section 3.1.
fn has_scheme(path: &str) -> bool {
    path.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.chars().all(|at| at.is_ascii_alphanumeric() || matches!(at, '+' | '-' | '.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specifiers() {
        let local = |path: &str, suffix| Specifier::Local { path: path.to_owned(), suffix };
        assert_eq!(Specifier::parse("../f/a.eot?#iefix"), local("../f/a.eot", "?#iefix"));
        assert_eq!(Specifier::parse("sprite.svg#icon?x"), local("sprite.svg", "#icon?x"));
        assert_eq!(Specifier::parse("team%20photo%23.jpg"), local("team photo#.jpg", ""));
        assert_eq!(Specifier::parse("100%.png"), local("100%.png", ""));
        for elsewhere in ["", "#x", "?x", "/static/a.png", "//cdn/a", "data:,x", "https://a", "DATA:x", "blob:x"] {
            assert_eq!(Specifier::parse(elsewhere), Specifier::Elsewhere, "{elsewhere}");
        }
    }
}
