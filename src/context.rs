//! What every stage is handed first: the settings, where to say what it finds, where to show how far it is.

use std::sync::Mutex;

use crate::config::Settings;
use crate::diagnostic::{Diagnostic, Severity};

/// The stages a user sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Reading,
    Optimizing,
    Compressing,
    Writing,
}

/// Hears how far a build is. Called from all threads.
pub trait Progress: Sync {
    /// A stage begins that has `jobs` jobs.
    fn begin(&self, stage: Stage, jobs: usize);
    /// One more job of the stage is done.
    fn step(&self);
}

/// Shows nothing.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: Stage, _: usize) {}
    fn step(&self) {}
}

pub struct Context<'a> {
    pub settings: &'a Settings,
    pub progress: &'a dyn Progress,
    heard: Mutex<Vec<Diagnostic>>,
}

/// The build ends here: an error was reported.
#[derive(Debug)]
pub struct Stopped;

impl<'a> Context<'a> {
    pub fn new(settings: &'a Settings, progress: &'a dyn Progress) -> Self {
        Self { settings, progress, heard: Mutex::new(Vec::new()) }
    }

    pub fn report(&self, mut diagnostic: Diagnostic) {
        if self.settings.strict {
            diagnostic.severity = Severity::Error;
        }
        self.lock().push(diagnostic);
    }

    pub fn report_all(&self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        diagnostics.into_iter().for_each(|diagnostic| self.report(diagnostic));
    }

    pub fn stop_if_errors(&self) -> Result<(), Stopped> {
        if self.lock().iter().any(Diagnostic::is_error) { Err(Stopped) } else { Ok(()) }
    }

    /// Everything reported so far, sorted.
    pub fn into_diagnostics(self) -> Vec<Diagnostic> {
        let mut diagnostics = self.heard.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        crate::diagnostic::sort(&mut diagnostics);
        diagnostics
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Diagnostic>> {
        // A push cannot leave the list half changed, so a panic elsewhere does not spoil it.
        self.heard.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
