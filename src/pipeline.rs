//! The whole of assetc. Read this first.

use std::time::{Instant, SystemTime};

use crate::config::Settings;
use crate::context::{Context, Progress, Session, Stopped};
use crate::diagnostic::{Code, Diagnostic};
use crate::discover::discover;
use crate::emit::{Published, emit};
use crate::fingerprint::fingerprint;
use crate::fs::{OutputError, Staging};
use crate::graph::{Output, OutputReport, Report};
use crate::inputs::Trace;
use crate::last_build::LastBuild;
use crate::ledger::Ledger;
use crate::link::link;
use crate::optimize::optimize;
use crate::precompress::precompress;
use crate::scan::scan;

/// What a build says and what it did.
#[derive(Debug)]
pub struct Build {
    /// Sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// `None` when errors stopped the build; then nothing was written.
    pub report: Option<Report>,
    /// What it read. Empty if nothing had changed since the last.
    pub(crate) inputs: Trace,
}

/// Builds the project that `settings` describe, on `settings.threads` threads.
pub fn build(settings: &Settings, progress: &dyn Progress) -> Build {
    build_in(&Session::new(settings), settings, progress)
}

/// [`build`], with what earlier builds of the same session know.
pub fn build_in(session: &Session, settings: &Settings, progress: &dyn Progress) -> Build {
    let started = Instant::now();
    let cx = Context::new(settings, progress, session);
    // People write into the output folder too, and nobody tells of that.
    session.outputs.forget_all();
    // A session of many builds knows by itself whether anything changed.
    let unchanged = || if session.is_lasting() { None } else { LastBuild::if_unchanged(session, settings) };
    let done = session.run(settings, || unchanged().ok_or_else(|| stages(&cx, session)));
    let done = match done {
        Ok(Ok(LastBuild { diagnostics, report, .. })) => {
            return Build { diagnostics, report: Some(report), inputs: Trace::default() };
        }
        Ok(Err(done)) => done,
        Err(error) => {
            let fault = format!("{} threads could not be started: {error}", settings.threads);
            cx.report(Diagnostic::error(Code::NoThreads, fault).hint("ask for fewer with `-j`"));
            Err(Stopped)
        }
    };
    // A warning that `--strict` made an error may be said after the last stage that stops.
    let done = cx.stop_if_errors().and(done);
    session.store.end_build(done.is_ok());
    let inputs = cx.reads.trace();
    let report = done.ok().map(|(outputs, published)| {
        let expires = published.expires;
        let report = report(settings, started, &outputs, published);
        if !session.is_lasting() {
            LastBuild::remember(&inputs, session, settings, &cx.diagnostics(), &report, expires);
        }
        report
    });
    Build { diagnostics: cx.diagnostics(), report, inputs }
}

fn stages(cx: &Context, session: &Session) -> Result<(Vec<Output>, Published), Stopped> {
    let sources = discover(cx);
    cx.stop_if_errors()?;
    let now = SystemTime::now();
    let output_root = &cx.settings.output_root;
    let lock = session.lock(output_root).map_err(|error| stop(cx, error))?;
    let staging = Staging::begin_under(lock, output_root).map_err(|error| stop(cx, error))?;
    let ledger = Ledger::load(output_root, now).map_err(|error| stop(cx, error))?;
    let graph = scan(cx, sources, &ledger);
    let chunks = link(cx, &graph);
    let drafts = optimize(cx, &graph, &chunks, &staging)?;
    drop(graph);
    let mut outputs = fingerprint(cx, &drafts);
    cx.stop_if_errors()?; // After every broken file has been reported.
    if outputs.is_empty() {
        cx.report(nothing_to_build());
    }
    precompress(cx, &mut outputs, &staging)?;
    let published = emit(cx, &staging, ledger, &outputs, now)?; // Nothing is visible before this line.
    Ok((outputs, published))
}

fn stop(cx: &Context, error: OutputError) -> Stopped {
    cx.report(error.into_diagnostic(&cx.settings.root));
    Stopped
}

fn nothing_to_build() -> Diagnostic {
    Diagnostic::warning(Code::NothingToBuild, "the source roots hold nothing to build")
        .hint("put stylesheets, scripts and images there")
}

fn report(settings: &Settings, started: Instant, outputs: &[Output], published: Published) -> Report {
    let row = |output: &Output| OutputReport {
        logical: output.logical.clone(),
        path: output.path.clone(),
        plain: output.plain.clone().filter(|plain| *plain != output.path),
        source: output.source.clone(),
        kind: output.kind,
        source_size: output.source_size,
        size: output.size,
        dimensions: output.dimensions,
        siblings: output.siblings.clone(),
        entry: output.entry.is_some(),
        new: output.files.iter().any(|file| published.written.contains(&file.path)),
    };
    Report {
        mode: settings.mode,
        output_root: settings.output_root.clone(),
        elapsed: started.elapsed(),
        outputs: outputs.iter().map(row).collect(),
        written: published.written.len(),
        unchanged: published.unchanged,
        removed: published.removed,
        retained: published.retained,
        files: published.files,
    }
}
