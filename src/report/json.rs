//! The document of `--json`. Its form is a promise: keys are added, never changed or taken away.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::config::Mode;
use crate::diagnostic::{Code, Diagnostic, Place, Severity};
use crate::graph::{Kind, OutputReport, Report};

/// What `assetc build --json` prints, whether the build could be done or not.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "assetc build --json")]
pub struct Document<'a> {
    /// The version of this document's form: 1. It changes only when a key is changed or taken away.
    version: u8,
    /// Whether the build was done. If not, the output folder is as it was.
    ok: bool,
    mode: Mode,
    /// The project's folder, absolute.
    root: String,
    /// The output folder, absolute; `null` when the configuration could not be read.
    output: Option<String>,
    /// Everything that was found, errors first, then by file and position.
    diagnostics: Vec<DiagnosticEntry<'a>>,
    /// All outputs, sorted by their logical names; empty when the build was not done.
    outputs: Vec<OutputEntry<'a>>,
    /// Files whose bytes were written now, twins and source maps included.
    written: usize,
    /// Files that were there already with the same bytes.
    unchanged: usize,
    /// Files of earlier builds that were deleted.
    removed: usize,
    /// Files that only earlier releases need.
    retained: usize,
    /// Milliseconds; `null` when the build was not done.
    elapsed_ms: Option<u64>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Diagnostic")]
struct DiagnosticEntry<'a> {
    severity: Severity,
    /// What `assetc explain` explains.
    code: Code,
    message: &'a str,
    #[serde(flatten)]
    location: Location<'a>,
    /// Other places that belong to it.
    related: Vec<RelatedEntry<'a>>,
    /// Facts that help.
    notes: &'a [String],
    /// The fix, as an instruction.
    hint: Option<&'a str>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Related")]
struct RelatedEntry<'a> {
    /// What is there.
    label: &'a str,
    #[serde(flatten)]
    location: Location<'a>,
}

/// Lines and columns count from 1, columns in characters. `null` is not known or does not apply.
#[derive(Debug, Default, Serialize, JsonSchema)]
struct Location<'a> {
    /// Relative to the project's folder with `/`, or as given on the command line.
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    /// Behind the last character.
    end_column: Option<usize>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Output")]
struct OutputEntry<'a> {
    /// The name that templates use.
    logical: &'a str,
    /// The file, relative to the output folder.
    path: &'a str,
    /// The file under its plain name, where `path` has a fingerprint and there is one.
    plain: Option<&'a str>,
    /// Relative to the project's folder.
    source: &'a str,
    kind: Kind,
    /// Bytes of all sources that went into it.
    source_size: u64,
    /// Bytes of the file.
    size: u64,
    /// Bytes of the files beside it that hold the same compressed, by content coding: `br`, `gzip`, `zstd`.
    compressed: BTreeMap<&'static str, u64>,
    /// The natural size of a picture in pixels; `null` for what is none, or could not be measured.
    width: Option<u32>,
    height: Option<u32>,
    entry: bool,
    /// Whether its bytes were written now.
    new: bool,
}

/// The document of a build; `output` and `report` as far as it got.
pub fn document<'a>(
    mode: Mode,
    root: &std::path::Path,
    output: Option<&std::path::Path>,
    diagnostics: &'a [Diagnostic],
    report: Option<&'a Report>,
) -> Document<'a> {
    let mut outputs: Vec<_> = report.iter().flat_map(|report| &report.outputs).map(OutputEntry::of).collect();
    outputs.sort_by(|a, b| (a.logical, a.path).cmp(&(b.logical, b.path)));
    Document {
        version: 1,
        ok: report.is_some() && !diagnostics.iter().any(Diagnostic::is_error),
        mode,
        root: root.to_string_lossy().into_owned(),
        output: output.map(|output| output.to_string_lossy().into_owned()),
        diagnostics: diagnostics.iter().map(DiagnosticEntry::of).collect(),
        outputs,
        written: report.map_or(0, |report| report.written),
        unchanged: report.map_or(0, |report| report.unchanged),
        removed: report.map_or(0, |report| report.removed),
        retained: report.map_or(0, |report| report.retained),
        elapsed_ms: report.map(|report| u64::try_from(report.elapsed.as_millis()).unwrap_or(u64::MAX)),
    }
}

impl Document<'_> {
    /// Leaves out the outputs whose bytes were there already.
    pub(super) fn retain_new_outputs(&mut self) {
        self.outputs.retain(|output| output.new);
    }

    /// Indented, with a newline at the end.
    pub fn to_json(&self) -> String {
        // Only maps with keys that are not strings fail, and there are none.
        let mut json = serde_json::to_string_pretty(self).expect("plain data");
        json.push('\n');
        json
    }

    pub fn schema() -> schemars::Schema {
        schemars::schema_for!(Document<'static>)
    }
}

/// What `assetc check --format json` prints, and `assetc doctor --format json`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "assetc check --format json")]
pub struct FindingsDocument<'a> {
    /// The version of this document's form: 1. It changes only when a key is changed or taken away.
    version: u8,
    /// Whether there are no errors.
    ok: bool,
    /// Everything that was found, errors first, then by file and position.
    diagnostics: Vec<DiagnosticEntry<'a>>,
}

/// The document of a command that finds faults and builds nothing.
pub fn findings_document(diagnostics: &[Diagnostic]) -> FindingsDocument<'_> {
    FindingsDocument {
        version: 1,
        ok: !diagnostics.iter().any(Diagnostic::is_error),
        diagnostics: diagnostics.iter().map(DiagnosticEntry::of).collect(),
    }
}

impl FindingsDocument<'_> {
    /// Indented, with a newline at the end.
    pub fn to_json(&self) -> String {
        // Only maps with keys that are not strings fail, and there are none.
        let mut json = serde_json::to_string_pretty(self).expect("plain data");
        json.push('\n');
        json
    }
}

impl<'a> DiagnosticEntry<'a> {
    fn of(diagnostic: &'a Diagnostic) -> Self {
        let related = diagnostic.related.iter();
        Self {
            severity: diagnostic.severity,
            code: diagnostic.code,
            message: &diagnostic.message,
            location: diagnostic.place.as_ref().map(Location::of).unwrap_or_default(),
            related: related.map(|(label, place)| RelatedEntry { label, location: Location::of(place) }).collect(),
            notes: &diagnostic.notes,
            hint: diagnostic.hint.as_deref(),
        }
    }
}

impl<'a> Location<'a> {
    fn of(place: &'a Place) -> Self {
        let file = Some(place.file.as_str());
        let Some(((line, column), (end_line, end_column))) = place.lines_and_columns() else {
            return Self { file, ..Self::default() };
        };
        Self { file, line: Some(line), column: Some(column), end_line: Some(end_line), end_column: Some(end_column) }
    }
}

impl<'a> OutputEntry<'a> {
    fn of(output: &'a OutputReport) -> Self {
        Self {
            logical: output.logical.as_str(),
            path: output.path.as_str(),
            plain: output.plain.as_ref().map(|plain| plain.as_str()),
            source: output.source.as_str(),
            kind: output.kind,
            source_size: output.source_size,
            size: output.size,
            compressed: output.siblings.iter().map(|sibling| (sibling.coding.name(), sibling.size)).collect(),
            width: output.dimensions.map(|size| size.width),
            height: output.dimensions.map(|size| size.height),
            entry: output.entry,
            new: output.new,
        }
    }
}
