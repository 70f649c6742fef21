//! What every stage is handed first: the settings, the project's files, what is remembered, where to say what it finds, where
//! to show how far it is.

use std::sync::{Arc, Mutex};

use crate::config::Settings;
use crate::diagnostic::{Diagnostic, Severity};
use crate::inputs::{Reads, View};
use crate::store::Store;

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

/// What lives from one build to the next: what is known of the disk, and what costly steps gave.
///
/// A build that fails leaves it whole.
pub struct Session {
    pub(crate) view: Arc<View>,
    /// What the output folder holds, as far as it was looked at.
    pub(crate) outputs: Arc<View>,
    pub(crate) store: Store,
}

impl Session {
    /// For one build: remembers on the disk, where the settings say.
    pub fn new(settings: &Settings) -> Self {
        Self::over(settings, disk_store(settings))
    }

    /// For a process that builds again and again: remembers in memory too. It must be told of every change of the disk.
    pub fn lasting(settings: &Settings) -> Self {
        Self::over(settings, disk_store(settings).with_memory())
    }

    /// Remembers nothing.
    #[cfg(test)]
    pub fn forgetful(settings: &Settings) -> Self {
        Self::over(settings, Store::none())
    }

    fn over(settings: &Settings, store: Store) -> Self {
        let view = || Arc::new(View::new(&settings.root, &settings.output_root));
        Self { view: view(), outputs: view(), store }
    }
}

fn disk_store(settings: &Settings) -> Store {
    match &settings.cache {
        Some(cache) => Store::none().with_disk(&cache.dir, cache.max_size),
        None => Store::none(),
    }
}

pub struct Context<'a> {
    pub settings: &'a Settings,
    pub progress: &'a dyn Progress,
    /// The way to the project's files: everything that a stage reads of the project is read through this.
    pub(crate) reads: Reads,
    /// What the output folder holds.
    pub(crate) outputs: &'a View,
    /// Remembers what costly steps gave.
    pub(crate) store: &'a Store,
    heard: Mutex<Vec<Diagnostic>>,
}

/// The build ends here: an error was reported.
#[derive(Debug)]
pub struct Stopped;

impl<'a> Context<'a> {
    pub fn new(settings: &'a Settings, progress: &'a dyn Progress, session: &'a Session) -> Self {
        let reads = Reads::new(Arc::clone(&session.view));
        Self {
            settings,
            progress,
            reads,
            outputs: &session.outputs,
            store: &session.store,
            heard: Mutex::new(Vec::new()),
        }
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
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let mut diagnostics = self.lock().clone();
        crate::diagnostic::sort(&mut diagnostics);
        diagnostics
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Diagnostic>> {
        // A push cannot leave the list half changed, so a panic elsewhere does not spoil it.
        self.heard.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
