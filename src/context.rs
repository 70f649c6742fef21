//! What every stage is handed first: the settings, the project's files, what is remembered, where to say what it finds, where
//! to show how far it is.

use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use rayon::ThreadPool;

use crate::config::Settings;
use crate::diagnostic::{Diagnostic, Severity};
use crate::fs::{OutputError, OutputLock};
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

/// What lives from one build to the next: what is known of the disk, what costly steps gave, the lock, the threads.
///
/// A build that fails leaves it whole.
pub struct Session {
    pub(crate) view: Arc<View>,
    /// What the output folder holds, as far as it was looked at.
    pub(crate) outputs: Arc<View>,
    pub(crate) store: Arc<Store>,
    /// `Some` for a session of many builds, once one has taken the lock.
    lock: Mutex<Option<Arc<OutputLock>>>,
    lasting: bool,
    pool: OnceLock<ThreadPool>,
}

/// Sources grow no deeper than this on any thread that parses them; what would is refused before.
pub const STACK: usize = 256 << 20;

impl Session {
    /// For one build: remembers on the disk, where the settings say.
    pub fn new(settings: &Settings) -> Self {
        Self::over(settings, disk_store(settings), false)
    }

    /// For a process that builds again and again: remembers in memory too, and keeps the lock of the output folder. It must
    /// be told of every change of the disk.
    pub(crate) fn lasting(settings: &Settings) -> Self {
        Self::over(settings, disk_store(settings).with_memory(), true)
    }

    /// The session goes on under other settings.
    pub(crate) fn change_settings(&mut self, before: &Settings, after: &Settings) {
        let same_places = (&before.root, &before.output_root) == (&after.root, &after.output_root);
        let mut session = Self::lasting(after);
        if before.cache == after.cache {
            session.store = Arc::clone(&self.store);
        }
        if same_places {
            (session.view, session.outputs) = (Arc::clone(&self.view), Arc::clone(&self.outputs));
            session.lock = std::mem::take(&mut self.lock);
        }
        *self = session;
    }

    /// Remembers nothing.
    #[cfg(test)]
    pub fn forgetful(settings: &Settings) -> Self {
        Self::over(settings, Store::none(), false)
    }

    fn over(settings: &Settings, store: Store, lasting: bool) -> Self {
        let view = || Arc::new(View::new(&settings.root, &settings.output_root));
        let (lock, pool) = (Mutex::default(), OnceLock::new());
        Self { view: view(), outputs: view(), store: Arc::new(store), lock, lasting, pool }
    }

    pub(crate) fn is_lasting(&self) -> bool {
        self.lasting
    }

    /// The right to change the output folder.
    pub(crate) fn lock(&self, output_root: &Path) -> Result<Arc<OutputLock>, OutputError> {
        if !self.lasting {
            return OutputLock::take(output_root).map(Arc::new);
        }
        // Taken and put back as a whole, so a panic elsewhere leaves it right.
        let mut held = self.lock.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(lock) = held.as_ref().filter(|lock| lock.is_in_place()) {
            return Ok(Arc::clone(lock));
        }
        // The old one is given back first: it may be another folder's of the same name.
        *held = None;
        let lock = Arc::new(OutputLock::take(output_root)?);
        *held = Some(Arc::clone(&lock));
        Ok(lock)
    }

    /// Runs on the session's threads.
    pub(crate) fn run<R: Send>(
        &self,
        settings: &Settings,
        work: impl FnOnce() -> R + Send,
    ) -> Result<R, rayon::ThreadPoolBuildError> {
        let pool = match self.pool.get() {
            Some(pool) => pool,
            None => {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(settings.threads).stack_size(STACK).build()?;
                self.pool.get_or_init(|| pool)
            }
        };
        Ok(pool.install(work))
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
