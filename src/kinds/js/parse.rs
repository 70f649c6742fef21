//! From text to swc's tree, and from swc's positions and complaints to ours.

use std::sync::{Arc, Mutex};

use swc_core::common::comments::SingleThreadedComments;
use swc_core::common::errors::{DiagnosticBuilder, Emitter, Handler};
use swc_core::common::sync::Lrc;
use swc_core::common::{BytePos, FileName, SourceFile, SourceMap, Spanned};
use swc_core::ecma::ast::{EsVersion, Module, Program};
use swc_core::ecma::parser::error::Error;
use swc_core::ecma::parser::{EsSyntax, Syntax, TsSyntax, parse_file_as_module, parse_file_as_program};

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::source::{Source, Span};

/// What may stand in a script, told by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    JavaScript,
    Jsx,
    TypeScript,
    Tsx,
}

impl Dialect {
    pub fn of(path: &str) -> Self {
        let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
        match extension.as_str() {
            "jsx" => Self::Jsx,
            "ts" | "mts" | "cts" => Self::TypeScript,
            "tsx" => Self::Tsx,
            _ => Self::JavaScript,
        }
    }

    pub fn has_types(self) -> bool {
        matches!(self, Self::TypeScript | Self::Tsx)
    }

    pub fn has_jsx(self) -> bool {
        matches!(self, Self::Jsx | Self::Tsx)
    }

    fn syntax(self) -> Syntax {
        match self {
            Self::JavaScript | Self::Jsx => Syntax::Es(EsSyntax {
                jsx: self.has_jsx(),
                decorators: true,
                decorators_before_export: true,
                auto_accessors: true,
                import_attributes: true,
                explicit_resource_management: true,
                ..EsSyntax::default()
            }),
            Self::TypeScript | Self::Tsx => {
                Syntax::Typescript(TsSyntax { tsx: self.has_jsx(), decorators: true, ..TsSyntax::default() })
            }
        }
    }

    /// What a file of this dialect may turn out to be, with the extension that says so.
    fn supersets(self) -> &'static [(Self, &'static str, &'static str)] {
        const JSX: (Dialect, &str, &str) = (Dialect::Jsx, "JSX", "jsx");
        const TYPES: (Dialect, &str, &str) = (Dialect::TypeScript, "TypeScript", "ts");
        const BOTH: (Dialect, &str, &str) = (Dialect::Tsx, "TypeScript with JSX", "tsx");
        match self {
            Self::JavaScript => &[JSX, TYPES, BOTH],
            Self::Jsx | Self::TypeScript => &[BOTH],
            Self::Tsx => &[],
        }
    }
}

/// A parsed script. The tree's positions mean something to `positions` alone.
pub struct Parsed {
    pub program: Program,
    pub dialect: Dialect,
    pub comments: SingleThreadedComments,
    pub positions: Positions,
    pub map: Lrc<SourceMap>,
    file: Lrc<SourceFile>,
}

/// Parses `source`; on a failure every syntax error that swc finds, in order.
pub fn parse(source: &Arc<Source>) -> Result<Parsed, Vec<Diagnostic>> {
    let map = Lrc::new(SourceMap::default());
    let file = map.new_source_file(FileName::Anon.into(), source.text.clone());
    let positions = Positions::new(source, &file);
    let dialect = Dialect::of(source.path.as_str());
    let comments = SingleThreadedComments::default();
    match parse_as(&file, dialect, &comments) {
        Ok(program) => Ok(Parsed { program, dialect, comments, positions, map, file }),
        Err(errors) => match name_its_dialect(source, &file, dialect, &positions, &errors) {
            Some(diagnostic) => Err(vec![diagnostic]),
            None => Err(errors.iter().map(|error| syntax_error(source, &positions, error)).collect()),
        },
    }
}

impl Parsed {
    /// Parses the same text once more, as a module whatever it holds.
    pub fn again_as_module(self, source: &Arc<Source>) -> Result<Self, Vec<Diagnostic>> {
        let comments = SingleThreadedComments::default();
        let mut errors = Vec::new();
        let syntax = self.dialect.syntax();
        match parse_file_as_module(&self.file, syntax, EsVersion::EsNext, Some(&comments), &mut errors) {
            Ok(module) if errors.is_empty() => Ok(Self { program: Program::Module(module), comments, ..self }),
            Ok(_) => Err(errors),
            Err(error) => Err(errors.into_iter().chain([error]).collect()),
        }
        .map_err(|errors: Vec<Error>| errors.iter().map(|error| syntax_error(source, &self.positions, error)).collect())
    }
}

/// A module that was printed before.
pub struct Printed {
    pub module: Module,
    pub comments: SingleThreadedComments,
    pub positions: Positions,
    pub map: Lrc<SourceMap>,
}

/// Parses a module that was printed; `None` if it does not parse.
pub fn parse_printed(text: String) -> Option<Printed> {
    let map = Lrc::new(SourceMap::default());
    let length = text.len();
    let file = map.new_source_file(FileName::Anon.into(), text);
    let comments = SingleThreadedComments::default();
    let mut errors = Vec::new();
    let syntax = Dialect::JavaScript.syntax();
    let module = parse_file_as_module(&file, syntax, EsVersion::EsNext, Some(&comments), &mut errors).ok()?;
    let positions = Positions { start: file.start_pos, skipped: 0, length };
    errors.is_empty().then_some(Printed { module, comments, positions, map })
}

/// Whether `text`, which was printed, is a script or module that parses.
pub fn parses(text: &str, module: bool) -> bool {
    let file = SourceMap::default().new_source_file(FileName::Anon.into(), text.to_owned());
    let mut errors = Vec::new();
    let syntax = Dialect::JavaScript.syntax();
    let parsed = if module {
        parse_file_as_module(&file, syntax, EsVersion::EsNext, None, &mut errors).is_ok()
    } else {
        matches!(parse_file_as_program(&file, syntax, EsVersion::EsNext, None, &mut errors), Ok(Program::Script(_)))
    };
    parsed && errors.is_empty()
}

fn parse_as(file: &SourceFile, dialect: Dialect, comments: &SingleThreadedComments) -> Result<Program, Vec<Error>> {
    let mut errors = Vec::new();
    match parse_file_as_program(file, dialect.syntax(), EsVersion::EsNext, Some(comments), &mut errors) {
        Ok(program) if errors.is_empty() => return Ok(program),
        Ok(_) => {}
        Err(error) => errors.push(error),
    }
    errors.sort_by_key(|error| error.span().lo);
    Err(errors)
}

/// One plain error for JSX or types in a file whose name does not allow them, instead of many puzzling ones.
fn name_its_dialect(
    source: &Arc<Source>,
    file: &SourceFile,
    dialect: Dialect,
    positions: &Positions,
    errors: &[Error],
) -> Option<Diagnostic> {
    let parses = |other| parse_as(file, other, &SingleThreadedComments::default()).is_ok();
    let (_, language, extension) = *dialect.supersets().iter().find(|(other, ..)| parses(*other))?;
    let name = source.path.as_str().rsplit('/').next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    Some(
        Diagnostic::error(
            Code::InvalidScript,
            format!("`{name}` holds {language}, which its extension does not allow"),
        )
        .at(Place::span(source, positions.span(errors.first()?.span())))
        .hint(format!("Rename the file to `{stem}.{extension}`")),
    )
}

fn syntax_error(source: &Arc<Source>, positions: &Positions, error: &Error) -> Diagnostic {
    complaint(source, positions, error.span(), &error.kind().msg())
}

fn complaint(source: &Arc<Source>, positions: &Positions, span: swc_core::common::Span, message: &str) -> Diagnostic {
    let message = message.trim().trim_end_matches('.');
    Diagnostic::error(Code::InvalidScript, message).at(Place::span(source, positions.span(span)))
}

/// Where swc's positions are in the source.
#[derive(Clone, Copy)]
pub struct Positions {
    start: BytePos,
    /// swc leaves out a byte order mark.
    skipped: usize,
    length: usize,
}

impl Positions {
    fn new(source: &Source, file: &SourceFile) -> Self {
        let length = source.text.len();
        Self { start: file.start_pos, skipped: length - file.src.len(), length }
    }

    /// The byte offset of a position; `None` for one that swc made up.
    pub fn offset(&self, position: BytePos) -> Option<usize> {
        if position.is_dummy() || position.is_reserved_for_comments() {
            return None;
        }
        let offset = position.0.checked_sub(self.start.0)? as usize + self.skipped;
        (offset <= self.length).then_some(offset)
    }

    /// A span of the source; the first byte for one that swc made up.
    pub fn span(&self, span: swc_core::common::Span) -> Span {
        let start = self.offset(span.lo).unwrap_or(0);
        Span::new(start, self.offset(span.hi).unwrap_or(start).max(start))
    }
}

/// Hears what swc's transforms complain about.
#[derive(Clone, Default)]
pub struct Complaints(Arc<Mutex<Vec<(swc_core::common::Span, String)>>>);

impl Complaints {
    pub fn handler(&self) -> Handler {
        Handler::with_emitter(true, false, Box::new(self.clone()))
    }

    pub fn into_diagnostics(self, source: &Arc<Source>, positions: &Positions) -> Vec<Diagnostic> {
        let complaints = std::mem::take(&mut *self.lock());
        complaints.into_iter().map(|(span, message)| complaint(source, positions, span, &message)).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(swc_core::common::Span, String)>> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Emitter for Complaints {
    fn emit(&mut self, complaint: &mut DiagnosticBuilder<'_>) {
        let span = complaint.span.primary_span().unwrap_or_default();
        let message = complaint.message.iter().map(|part| part.0.as_str()).collect();
        self.lock().push((span, message));
    }
}
