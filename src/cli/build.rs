use std::io::{self, IsTerminal};
use std::path::Path;

use super::FAILED;
use super::args::BuildArgs;
use super::print::{print, print_error};
use super::read_inputs::{find_root, flags, load_settings};
use crate::config::{Mode, Settings};
use crate::context::{Progress, Silent};
use crate::diagnostic::Diagnostic;
use crate::graph::Report;
use crate::inputs::Reads;
use crate::pipeline;
use crate::report::{Detail, ProgressBar, diagnostics, document, summary};

/// `assetc build`; the exit code.
///
/// # Errors
/// The command line was wrong.
pub(super) fn build(args: &BuildArgs, working_directory: &Path) -> Result<u8, clap::Error> {
    let project = &args.building.project;
    let root = find_root(project, working_directory);
    let flags = flags(&args.building, args.mode.into(), working_directory);
    let settings = match &root {
        Ok(root) => load_settings(project, working_directory, root, flags, &Reads::of(root)),
        Err(fault) => Err(vec![fault.clone()]),
    };
    let root = root.as_deref().unwrap_or(&project.root);
    let mut outcome = Outcome { root, settings: settings.as_ref().ok(), heard: Vec::new(), report: None };
    match &settings {
        Ok(settings) => {
            let built = pipeline::build(settings, &*progress(args));
            outcome.heard = built.diagnostics;
            outcome.report = built.report;
        }
        Err(faults) => outcome.heard = faults.clone(),
    }
    outcome.show(args, working_directory)
}

/// What there is to show at the end, as far as the build got.
struct Outcome<'a> {
    root: &'a Path,
    settings: Option<&'a Settings>,
    heard: Vec<Diagnostic>,
    report: Option<Report>,
}

impl Outcome<'_> {
    fn show(&self, args: &BuildArgs, working_directory: &Path) -> Result<u8, clap::Error> {
        let done = self.report.is_some() && !self.heard.iter().any(Diagnostic::is_error);
        let code = if done { 0 } else { FAILED };
        if args.json {
            let output = self.settings.map(|settings| settings.output_root.as_path());
            let mode = Mode::from(args.mode);
            return print(&document(mode, self.root, output, &self.heard, self.report.as_ref()).to_json(), code);
        }
        let detail = if args.verbose { Detail::Full } else { Detail::Short };
        let code = print_error(&diagnostics(&self.heard, detail), code)?;
        match &self.report {
            Some(report) if !args.quiet => print(&summary(report, working_directory, detail), code),
            _ => Ok(code),
        }
    }
}

fn progress(args: &BuildArgs) -> Box<dyn Progress> {
    if args.json || args.quiet || !io::stderr().is_terminal() {
        return Box::new(Silent);
    }
    Box::new(ProgressBar::new())
}
