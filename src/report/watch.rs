//! What `assetc watch` says: a line a build.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use super::json::{Document, document};
use super::summary::{duration, size};
use super::{BOLD, DIM, Detail, ERROR, LESS, WARNING, count, plain};
use crate::config::Mode;
use crate::diagnostic::Diagnostic;
use crate::graph::{OutputReport, Report};
use crate::path::UrlPath;
use crate::watch::{PollReason, Told};

/// Outputs that are named in a line in short.
const NAMED: usize = 4;

/// A line of `assetc watch --json`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "event", rename_all = "lowercase")]
#[schemars(title = "assetc watch --json")]
pub enum WatchLine<'a> {
    /// A build has ended. `outputs` are those whose bytes are new.
    Build {
        /// How many paths had changed before it; 0 for the first.
        changed: usize,
        #[serde(flatten)]
        document: Document<'a>,
    },
    /// Every folder that matters is watched: from here on no change is missed.
    Watching { folders: usize },
    /// The system tells of no changes here, so that all files are looked at again and again.
    Polling { reason: String },
}

impl<'a> WatchLine<'a> {
    pub fn of(told: &'a Told, mode: Mode, root: &'a Path) -> Self {
        match told {
            Told::Built { settings, build, changed } => {
                let output = Some(settings.output_root.as_path());
                let mut document = document(settings.mode, root, output, &build.diagnostics, build.report.as_ref());
                document.retain_new_outputs();
                Self::Build { changed: *changed, document }
            }
            Told::Misconfigured(faults) => {
                Self::Build { changed: 1, document: document(mode, root, None, faults, None) }
            }
            Told::Watching { folders } => Self::Watching { folders: *folders },
            Told::Polling(reason) => Self::Polling { reason: why(reason) },
        }
    }

    /// With a newline at the end and no other.
    pub fn to_json(&self) -> String {
        // Only maps with keys that are not strings fail, and there are none.
        let mut json = serde_json::to_string(self).expect("plain data");
        json.push('\n');
        json
    }
}

/// The line for people. `sizes` are those of the outputs before, in bytes.
pub fn rebuilt(told: &Told, root: &Path, sizes: &BTreeMap<UrlPath, u64>, detail: Detail) -> String {
    match told {
        Told::Polling(reason) => {
            format!("{WARNING}polling{WARNING:#}: {}; a change is noticed a moment later\n", why(reason))
        }
        Told::Watching { .. } => format!("{DIM}watching for changes; Ctrl-C ends{DIM:#}\n"),
        Told::Misconfigured(faults) => failed(faults),
        Told::Built { build, settings, changed } => match &build.report {
            None => failed(&build.diagnostics),
            Some(report) if *changed == 0 => {
                let folder = report.output_root.strip_prefix(root).unwrap_or(&report.output_root);
                let folder = plain(&folder.to_string_lossy());
                let outputs = count(report.outputs.len(), "output");
                let (mode, took) = (settings.mode.as_str(), duration(report.elapsed));
                format!("{BOLD}{folder}{BOLD:#} ({mode}): {outputs}, {} written, in {took}\n", report.written)
            }
            Some(report) => done(report, sizes, detail),
        },
    }
}

fn failed(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    format!("{ERROR}not built{ERROR:#}: {}; the output is as it was\n", count(errors, "error"))
}

fn done(report: &Report, sizes: &BTreeMap<UrlPath, u64>, detail: Detail) -> String {
    let mut line = format!("{BOLD}rebuilt{BOLD:#} in {}", duration(report.elapsed));
    let new: Vec<&OutputReport> = report.outputs.iter().filter(|output| output.new).collect();
    let named = if detail == Detail::Full { new.len() } else { NAMED.min(new.len()) };
    let mut separator = ": ";
    for output in &new[..named] {
        let _ = write!(line, "{separator}{} {}", plain(output.path.as_str()), size(output.size));
        line.push_str(&change(sizes.get(&output.path).copied(), output.size));
        separator = ", ";
    }
    if new.len() > named {
        let _ = write!(line, "{separator}{} more", new.len() - named);
        separator = ", ";
    }
    if report.removed > 0 {
        let _ = write!(line, "{separator}{} removed", count(report.removed, "file"));
    } else if new.is_empty() {
        line.push_str(": no output changed");
    }
    line.push('\n');
    line
}

fn change(before: Option<u64>, after: u64) -> String {
    match before {
        None => " (new)".to_owned(),
        Some(before) if before > after => format!(" ({LESS}-{}{LESS:#})", size(before - after)),
        Some(before) if before < after => format!(" (+{})", size(after - before)),
        Some(_) => String::new(),
    }
}

fn why(reason: &PollReason) -> String {
    match reason {
        PollReason::Asked => "as `--poll` asks".to_owned(),
        PollReason::Limit(setting) => {
            format!("the system's limit on watched folders is reached; raise it with `sysctl {setting}=524288`")
        }
        PollReason::FileSystem(name) => {
            format!("the project lies on {name}, where changes made elsewhere cause no event")
        }
        PollReason::Silent => "the system tells of no changes in this folder".to_owned(),
        PollReason::Failed(words) => format!("the system refused to watch: {words}"),
    }
}
