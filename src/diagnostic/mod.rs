//! What assetc says about the user's files: one type, whatever found the fault.
//!
//! Mistakes in the user's files are values, collected and sorted; they never stop the report of the others.
//! Not here: printing (`report`).

mod code;
mod did_you_mean;

pub use code::Code;
pub use did_you_mean::did_you_mean;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::source::{Source, Span};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The build cannot be done.
    Error,
    /// The build is right, but something in it may surprise.
    Warning,
}

/// Where something is: a file, and a range of it when that is known.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Place {
    /// As the user knows the file: relative to the root, or as given on the command line.
    pub file: String,
    #[serde(with = "crate::source::serde_source")]
    pub frame: Option<(Arc<Source>, Span)>,
}

impl Place {
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), frame: None }
    }

    pub fn span(source: &Arc<Source>, span: Span) -> Self {
        Self { file: source.path.to_string(), frame: Some((Arc::clone(source), span)) }
    }

    /// Line and column, both from 1, of the start and of the end.
    pub fn lines_and_columns(&self) -> Option<((usize, usize), (usize, usize))> {
        let (source, span) = self.frame.as_ref()?;
        Some((source.line_and_column(span.start), source.line_and_column(span.end)))
    }
}

/// A fault, where it is, and what to do about it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Diagnostic {
    pub severity: Severity,
    pub code: Code,
    /// One plain sentence without a full stop; code and paths in backticks.
    pub message: String,
    pub place: Option<Place>,
    /// Other places that belong to it, each with a label ("first declared here").
    pub related: Vec<(String, Place)>,
    /// Facts that help: "imported by: …", "looked in: …".
    pub notes: Vec<String>,
    /// The fix, as an instruction.
    pub hint: Option<String>,
}

impl Diagnostic {
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            place: None,
            related: Vec::new(),
            notes: Vec::new(),
            hint: None,
        }
    }

    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// A source that cannot be read, and why in the system's words.
    pub fn unreadable(path: &str, reason: &str) -> Self {
        Self::error(Code::UnreadableFile, format!("`{path}` cannot be read: {reason}"))
            .at(Place::file(path))
            .hint("check its permissions, or let `ignore` in assetc.toml name it")
    }

    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    pub fn related(mut self, label: impl Into<String>, place: Place) -> Self {
        self.related.push((label.into(), place));
        self
    }

    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with every place replaced.
    pub fn map_places(mut self, mut to: impl FnMut(Place) -> Place) -> Self {
        self.place = self.place.map(&mut to);
        self.related = self.related.into_iter().map(|(label, place)| (label, to(place))).collect();
        self
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Sorts by severity, file, position and message, so that parallel runs read the same, and drops repeats.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    let key = |diagnostic: &Diagnostic| {
        let place = diagnostic.place.as_ref();
        (
            diagnostic.severity,
            place.map(|place| place.file.clone()),
            place.and_then(|place| place.frame.as_ref()).map(|(_, span)| *span),
            diagnostic.code,
            diagnostic.message.clone(),
        )
    };
    diagnostics.sort_by_cached_key(key);
    diagnostics.dedup_by(|a, b| key(a) == key(b));
}
