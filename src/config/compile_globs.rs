use std::fmt;
use std::path::Path;

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use toml::Spanned;

use super::settings::RootPattern;
use super::text_file::TextFile;
use crate::diagnostic::{Code, Diagnostic};

/// Types, tests and stories: what lies beside sources and never belongs on a page.
const ALWAYS_IGNORED: [&str; 7] = ["*.d.ts", "*.d.mts", "*.d.cts", "*.test.*", "*.spec.*", "*.stories.*", "__tests__"];

/// Patterns of paths below the project's folder, with the built-in ones.
#[derive(Clone)]
pub struct Globs {
    set: GlobSet,
    patterns: Vec<String>,
}

impl Globs {
    /// Whether the path, relative to the project's folder, is one of them.
    pub fn is_match(&self, path: impl AsRef<Path>) -> bool {
        self.set.is_match(path)
    }
}

/// The patterns tell everything; what they were compiled to says it in another way on every run.
impl fmt::Debug for Globs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.patterns.fmt(f)
    }
}

/// A pattern of source roots. `*` and `?` never match a `/`.
pub(super) fn compile_root(file: &TextFile, root: &Spanned<String>) -> Result<RootPattern, Diagnostic> {
    let fault = |message: String| Diagnostic::error(Code::InvalidConfig, message).at(file.place(root.span()));
    let written = root.get_ref();
    let text = written.trim_start_matches("./").trim_end_matches('/');
    if text.is_empty() || text == "." {
        return Err(fault("a source root must be a folder below the project's folder".to_owned())
            .hint("put the sources into a folder such as `assets`; the project's own folder holds too much else"));
    }
    if !is_below(text) {
        return Err(fault(format!("the source root `{written}` leads out of the project's folder"))
            .hint("name a folder below it, or start from a folder further up with `--root`"));
    }
    let glob = glob(text).map_err(|error| fault(unreadable(written, &error)).hint(GLOB_HINT))?;
    Ok(RootPattern { text: text.to_owned(), matcher: glob.compile_matcher(), place: Some(file.place(root.span())) })
}

/// Pictures that their name says to leave alone.
const ALWAYS_KEPT: [&str; 1] = ["*.keep.*"];

/// The built-in patterns and the configured ones, each for a file or for a folder and all in it.
pub(super) fn compile_ignore(file: &TextFile, patterns: &[Spanned<String>]) -> Result<Globs, Vec<Diagnostic>> {
    let hint = "write patterns that do not match it; a file that another source refers to is used anyway";
    compile(file, "ignore", hint, &ALWAYS_IGNORED, patterns)
}

/// The same for pictures to leave as they are.
pub(super) fn compile_keep(file: &TextFile, patterns: &[Spanned<String>]) -> Result<Globs, Vec<Diagnostic>> {
    compile(file, "images.keep", "write patterns that do not match it", &ALWAYS_KEPT, patterns)
}

/// The same for the names that templates use.
pub(super) fn compile_used(file: &TextFile, patterns: &[Spanned<String>]) -> Result<Globs, Vec<Diagnostic>> {
    compile(file, "check.used", "write patterns that do not match it", &[], patterns)
}

/// Pictures that get other forms.
pub(super) fn compile_variants(file: &TextFile, pattern: &Spanned<String>) -> Result<Globs, Vec<Diagnostic>> {
    let hint = "write patterns that do not match it";
    compile(file, "images.variants", hint, &[], std::slice::from_ref(pattern))
}

fn compile(
    file: &TextFile,
    key: &str,
    hint: &str,
    built_in: &[&str],
    patterns: &[Spanned<String>],
) -> Result<Globs, Vec<Diagnostic>> {
    let mut set = GlobSetBuilder::new();
    add_built_in(&mut set, built_in);
    let mut faults = Vec::new();
    for pattern in patterns {
        if let Err(fault) = add_configured(&mut set, file, pattern, key, hint) {
            faults.push(fault);
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let patterns = patterns.iter().map(|pattern| pattern.get_ref().clone()).collect();
    set.build().map(|set| Globs { set, patterns }).map_err(|error| {
        vec![Diagnostic::error(Code::InvalidConfig, format!("`{key}` is too large: {error}")).at(file.place(0..0))]
    })
}

/// What is ignored when nothing is configured.
pub(super) fn built_in_ignore() -> Globs {
    built_in(&ALWAYS_IGNORED)
}

/// The pictures that are left alone when nothing is configured.
pub(super) fn built_in_keep() -> Globs {
    built_in(&ALWAYS_KEPT)
}

/// The assets that count as used when nothing is configured.
pub(super) fn built_in_used() -> Globs {
    built_in(&[])
}

fn built_in(patterns: &[&str]) -> Globs {
    let mut set = GlobSetBuilder::new();
    add_built_in(&mut set, patterns);
    let set = set.build().expect("the built-in globs, which a test compiles");
    Globs { set, patterns: Vec::new() }
}

fn add_built_in(set: &mut GlobSetBuilder, patterns: &[&str]) {
    for pattern in patterns {
        for glob in whole(pattern).into_iter().flatten() {
            set.add(glob);
        }
    }
}

fn add_configured(
    set: &mut GlobSetBuilder,
    file: &TextFile,
    pattern: &Spanned<String>,
    key: &str,
    hint: &str,
) -> Result<(), Diagnostic> {
    let fault = |message: String| Diagnostic::error(Code::InvalidConfig, message).at(file.place(pattern.span()));
    let written = pattern.get_ref();
    if let Some(kept) = written.strip_prefix('!') {
        return Err(fault(format!("`{key}` cannot take `{kept}` back out")).hint(hint));
    }
    let text = written.strip_prefix("./").or(written.strip_prefix('/')).unwrap_or(written);
    if text.trim_end_matches('/').is_empty() || !is_below(text) {
        return Err(fault(format!("`{written}` matches nothing below the project's folder"))
            .hint("patterns are relative to that folder, such as `assets/drafts` or `*.psd`"));
    }
    for glob in whole(text).map_err(|error| fault(unreadable(written, &error)).hint(GLOB_HINT))? {
        set.add(glob);
    }
    Ok(())
}

const GLOB_HINT: &str =
    "`*` stands for any name, `**` for any folders, `{a,b}` for either, and `\\` before one of these for itself";

/// The pattern, and all that is in a folder that it matches. Without a `/` it matches at any depth.
fn whole(pattern: &str) -> Result<[Glob; 2], globset::Error> {
    let pattern = pattern.trim_end_matches('/');
    let anywhere = if pattern.contains('/') { "" } else { "**/" };
    Ok([glob(&format!("{anywhere}{pattern}"))?, glob(&format!("{anywhere}{pattern}/**"))?])
}

fn glob(pattern: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build()
}

fn is_below(path: &str) -> bool {
    !path.starts_with('/') && path.split('/').all(|part| part != "..")
}

fn unreadable(pattern: &str, error: &globset::Error) -> String {
    format!("`{pattern}` is not a glob: {}", error.kind())
}
