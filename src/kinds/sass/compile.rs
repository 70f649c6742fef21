use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use sasso::{CanonicalUrl, CanonicalizeContext, DependencySet, Importer, ImporterError, ImporterResult, Options};
use serde::{Deserialize, Serialize};

use super::describe::frames_of;
use super::star_uses::StarUses;

/// Finds and reads the sheets that a compilation loads. Paths are absolute; equal paths are the same sheet.
pub trait Loader {
    /// What `url`, written in the sheet at `from`, leads to; `None` when it leads nowhere. `for_import` is true for
    /// `@import`, which also knows import-only files.
    ///
    /// # Errors
    /// What is wrong, as a sentence: several sheets answer to the URL.
    fn canonicalize(&self, url: &str, from: &str, for_import: bool) -> Result<Option<Found>, String>;

    /// The sheet at a path that [`canonicalize`](Self::canonicalize) gave; `None` when it is gone.
    ///
    /// # Errors
    /// Why it cannot be read, as a sentence.
    fn load(&self, path: &str) -> Result<Option<(String, Syntax)>, String>;
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    pub path: String,
    /// Somebody else's: deprecations in it are not the user's to mend.
    pub dependency: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Syntax {
    /// `.scss`
    Scss,
    /// `.sass`
    Indented,
    /// `.css`, loaded by `@use` or `@import` without its extension.
    Css,
}

impl Syntax {
    /// By the name of the file.
    pub fn of(path: &str) -> Self {
        let is = |extension: &str| {
            path.len() > extension.len() && path[path.len() - extension.len()..].eq_ignore_ascii_case(extension)
        };
        match path {
            path if path.is_char_boundary(path.len().saturating_sub(5)) && is(".sass") => Self::Indented,
            path if path.is_char_boundary(path.len().saturating_sub(4)) && is(".css") => Self::Css,
            _ => Self::Scss,
        }
    }
}

/// An entry to compile.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    /// Absolute, as are all paths here.
    pub path: String,
    pub text: String,
    pub syntax: Syntax,
    /// What paths in the compiler's words are relative to.
    pub folder: String,
    /// Deprecations that are not to be told of.
    pub silenced: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Compiled {
    pub css: String,
    /// The paths of the sheets that `mappings` names.
    pub sources: Vec<String>,
    /// Of a source map (ECMA-426, section 6).
    pub mappings: String,
    pub warnings: Vec<Warning>,
}

/// What a sheet says on its way to CSS.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Warning {
    pub kind: WarningKind,
    pub message: String,
    /// The innermost first; its length is `length`.
    pub frames: Vec<Frame>,
    pub length: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum WarningKind {
    /// `@warn`
    Warn,
    /// `@debug`
    Debug,
    /// With its id.
    Deprecation(String),
    /// How many more deprecations there were than are told of.
    Omitted(usize),
}

/// Why a sheet cannot be compiled.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Fault {
    pub message: String,
    /// The innermost first.
    pub frames: Vec<Frame>,
    /// In characters, of what stands at the innermost frame; at least 1.
    pub length: usize,
}

/// A place on the way from the entry to where something happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// Absolute where the compiler knows the file.
    pub path: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// `root stylesheet`, `@use`, `button()`.
    pub name: String,
}

/// What the compiler says of a member that is reached through several `@use … as *`.
const AMBIGUOUS: &str = "is available from multiple global modules";

/// Compiles an entry. Blocks, recurses as deep as the sheets do, and may not come back: a stack that overflows ends the
/// process.
///
/// # Errors
/// What is wrong with the sheets.
pub fn compile(request: &Request, loader: &dyn Loader) -> Result<Compiled, Fault> {
    compile_once(request, loader, None).or_else(|fault| {
        if !fault.message.contains(AMBIGUOUS) {
            return Err(fault);
        }
        compile_once(request, loader, Some(StarUses::default())).map_err(|_| fault)
    })
}

fn compile_once(request: &Request, loader: &dyn Loader, stars: Option<StarUses>) -> Result<Compiled, Fault> {
    let importer = Adapter { loader, stars, dependencies: DependencySet::default() };
    let warnings: Rc<RefCell<Vec<Warning>>> = Rc::default();
    let (heard, folder) = (Rc::clone(&warnings), request.folder.clone());
    let options = Options::new()
        .with_importer(&importer)
        .with_url(&request.path)
        .with_cwd(&request.folder)
        .with_syntax(syntax(request.syntax))
        .with_unicode(false)
        .with_charset(false)
        .with_silenced_deprecations(request.silenced.iter().cloned())
        .with_quiet_deps(importer.dependencies.clone())
        .with_warn_handler(Rc::new(move |event| heard.borrow_mut().push(warning(event, &folder))));
    let text = importer.rewritten(&request.path, request.text.clone(), request.syntax);
    let result = catch_unwind(AssertUnwindSafe(|| sasso::compile_with_source_map(&text, &options)));
    drop(options);
    match result {
        Ok(Ok(compiled)) => Ok(Compiled {
            css: compiled.css,
            sources: compiled.source_map.sources,
            mappings: compiled.source_map.mappings,
            warnings: warnings.take(),
        }),
        Ok(Err(error)) => Err(fault(&error, request)),
        Err(_) => Err(Fault {
            message: "the Sass compiler failed on this sheet, which is a fault of its own".to_owned(),
            frames: vec![Frame { path: request.path.clone(), line: 0, column: 0, name: String::new() }],
            length: 1,
        }),
    }
}

fn warning(event: &sasso::WarnEvent<'_>, folder: &str) -> Warning {
    let omitted = || event.message.split(' ').next().and_then(|count| count.parse().ok()).unwrap_or(1);
    let kind = match event.kind {
        sasso::WarnKind::Debug => WarningKind::Debug,
        sasso::WarnKind::Warn if !event.deprecation => WarningKind::Warn,
        sasso::WarnKind::Warn if event.deprecation_id.is_empty() => WarningKind::Omitted(omitted()),
        sasso::WarnKind::Warn => WarningKind::Deprecation(event.deprecation_id.to_owned()),
    };
    let (mut frames, length) = frames_of(event.formatted, folder);
    match frames.first_mut() {
        Some(first) => first.path = event.path.to_owned(),
        None if event.path.is_empty() => {}
        None => frames.push(Frame { path: event.path.to_owned(), line: event.line, column: 1, name: String::new() }),
    }
    Warning { kind, message: event.message.to_owned(), frames, length }
}

fn fault(error: &sasso::Error, request: &Request) -> Fault {
    let (mut frames, length) = frames_of(&error.to_string(), &request.folder);
    if frames.is_empty() {
        frames.push(Frame { path: request.path.clone(), line: error.line, column: error.col, name: String::new() });
    }
    Fault { message: error.message.clone(), frames, length }
}

fn syntax(syntax: Syntax) -> sasso::Syntax {
    match syntax {
        Syntax::Scss => sasso::Syntax::Scss,
        Syntax::Indented => sasso::Syntax::Sass,
        Syntax::Css => sasso::Syntax::Css,
    }
}

/// The loader as the compiler asks it.
struct Adapter<'a> {
    loader: &'a dyn Loader,
    stars: Option<StarUses>,
    dependencies: DependencySet,
}

impl Adapter<'_> {
    fn rewritten(&self, path: &str, text: String, syntax: Syntax) -> String {
        match &self.stars {
            Some(stars) => stars.rewrite(path, text, syntax, self.loader),
            None => text,
        }
    }
}

impl Importer for Adapter<'_> {
    fn canonicalize(
        &self,
        url: &str,
        context: &CanonicalizeContext<'_>,
    ) -> Result<Option<CanonicalUrl>, ImporterError> {
        if self.stars.is_some() && StarUses::is_ours(url) {
            return Ok(Some(CanonicalUrl::new(url)));
        }
        let from = context.containing_url.map_or("", CanonicalUrl::as_str);
        let found = self.loader.canonicalize(url, from, context.from_import);
        let found = found.map_err(|message| ImporterError { message })?;
        Ok(found.map(|found| {
            if found.dependency {
                self.dependencies.mark(&found.path);
            }
            CanonicalUrl::new(found.path)
        }))
    }

    fn load(&self, canonical: &CanonicalUrl) -> Result<Option<ImporterResult>, ImporterError> {
        let path = canonical.as_str();
        let made = self.stars.as_ref().and_then(|stars| stars.made(path)).map(|text| (text, Syntax::Scss));
        let loaded = match made {
            Some(made) => Some(made),
            None => self.loader.load(path).map_err(|message| ImporterError { message })?,
        };
        Ok(loaded.map(|(text, at)| ImporterResult {
            contents: self.rewritten(path, text, at),
            syntax: syntax(at),
            source_map_url: None,
        }))
    }
}
