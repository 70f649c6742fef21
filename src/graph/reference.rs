use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};

use super::ModuleId;
use crate::path::{UrlPath, has_scheme};
use crate::source::Span;

/// How a file refers to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ReferenceKind {
    /// `import … from "x"`, `export … from "x"`, `import "x"` in a script.
    Import,
    /// `import("x")`
    DynamicImport,
    /// `require("x")` in a CommonJS module.
    Require,
    /// `@import "x"`; the imported sheet becomes part of the importing one.
    StyleImport,
    /// `@use "x"`, `@forward "x"`, `@import "x"` in a Sass sheet.
    SassLoad,
    /// `url(x)`, `image-set("x")`, `new URL("x", import.meta.url)`, `href` in an SVG, `src` in a web manifest.
    Url,
    /// `new Worker(new URL("x", import.meta.url))`, `SharedWorker` too; `module` with `{ type: "module" }`.
    #[allow(dead_code, reason = "what scripts do with workers is read by the linker")]
    Worker { module: bool },
    /// `sourceMappingURL=x` in a comment.
    SourceMap,
}

impl ReferenceKind {
    /// Whether the target is thereby imported, and so no entry of its own.
    pub fn imports(self) -> bool {
        match self {
            Self::Import | Self::DynamicImport | Self::Require | Self::StyleImport | Self::SassLoad => true,
            Self::Url | Self::Worker { .. } | Self::SourceMap => false,
        }
    }

    /// Whether the target must be an output with an address of its own.
    pub fn needs_address(self) -> bool {
        match self {
            Self::Url | Self::Worker { .. } => true,
            Self::Import
            | Self::DynamicImport
            | Self::Require
            | Self::StyleImport
            | Self::SassLoad
            | Self::SourceMap => false,
        }
    }

    /// Whether it is looked up as modules are: with packages, aliases and left-out extensions.
    pub fn is_of_module(self) -> bool {
        match self {
            Self::Import | Self::DynamicImport | Self::Require => true,
            Self::StyleImport | Self::SassLoad | Self::Url | Self::Worker { .. } | Self::SourceMap => false,
        }
    }
}

/// A reference as a file wrote it, before it is resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundReference {
    /// As written, string escapes of the language undone, percent-encoding and suffix (`?#iefix`) kept.
    pub specifier: String,
    pub kind: ReferenceKind,
    /// Where the specifier stands, its quotes included.
    pub span: Span,
    /// `type` of the import's attributes: `with { type: "json" }`.
    pub attribute: Option<String>,
    /// Whether a failure is expected: a `require` inside of `try`.
    pub optional: bool,
}

impl FoundReference {
    pub fn new(specifier: impl Into<String>, kind: ReferenceKind, span: Span) -> Self {
        Self { specifier: specifier.into(), kind, span, attribute: None, optional: false }
    }
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
    /// Declared external: the value of this expression, which another script of the page provides.
    Global(String),
    /// Declared external: the module at this address.
    Address(String),
    /// Nothing is there, and the code is ready for that: `require` throws when it runs.
    Missing,
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
