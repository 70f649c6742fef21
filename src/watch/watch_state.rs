use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// How long it must be quiet after changes that may be parts of larger ones.
pub const QUIET: Duration = Duration::from_millis(20);

/// The same after a file was saved: an editor that saves several writes the next at once.
const GRACE: Duration = Duration::from_millis(2);

/// So many files are saved by hand; more are a checkout or an installation.
const FEW: usize = 8;

/// A file that is written without a pause is built after this all the same.
const IMPATIENCE: Duration = Duration::from_millis(200);

/// The same for many files at once.
const PATIENCE: Duration = Duration::from_secs(10);

/// What happened to a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was closed after writing, moved here or away, or only its attributes changed.
    Complete,
    /// More may follow: it was created, written to or deleted.
    Begun,
}

/// What may have changed since the last look.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Work {
    pub paths: Vec<PathBuf>,
    /// Events were lost: anything may have changed.
    pub everything: bool,
}

/// Collects changes until it is time to look at them. Knows no clock: times are counted from any fixed moment.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct WatchState {
    paths: BTreeMap<PathBuf, Change>,
    everything: bool,
    first: Duration,
    /// `None` when nothing has changed.
    due: Option<Duration>,
    waited: bool,
}

impl WatchState {
    pub fn note(&mut self, now: Duration, path: PathBuf, change: Change) {
        self.paths.insert(path, change);
        let saved = self.paths.len() <= FEW && self.paths.values().all(|change| *change == Change::Complete);
        self.quiet_until(now, if saved && !self.everything { GRACE } else { QUIET });
    }

    /// Events were lost.
    pub fn note_everything(&mut self, now: Duration) {
        self.everything = true;
        self.quiet_until(now, QUIET);
    }

    /// When to look; `None`: when something changes.
    pub fn due(&self) -> Option<Duration> {
        self.due
    }

    /// What to look at, once that is due.
    pub fn take(&mut self, now: Duration) -> Option<Work> {
        if self.due.is_none_or(|due| now < due) {
            return None;
        }
        let state = std::mem::take(self);
        Some(Work { paths: state.paths.into_keys().collect(), everything: state.everything })
    }

    /// Something is under way that the changes belong to: looks again after a quiet period.
    pub fn postpone(&mut self, now: Duration) {
        self.due = Some(now + QUIET);
    }

    /// Like [`WatchState::postpone`], once: a file that is gone may be about to come back. Whether this was that once.
    pub fn wait_once(&mut self, now: Duration) -> bool {
        let first = !std::mem::replace(&mut self.waited, true);
        if first {
            self.postpone(now);
        }
        first
    }

    /// The paths that changed so far.
    pub fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.paths.keys()
    }

    /// Since when changes are waiting to be looked at.
    pub fn since(&self, now: Duration) -> Duration {
        now.saturating_sub(self.first)
    }

    fn quiet_until(&mut self, now: Duration, quiet: Duration) {
        if self.due.is_none() {
            self.first = now;
        }
        let limit = if self.paths.len() <= FEW && !self.everything { IMPATIENCE } else { PATIENCE };
        self.due = Some((now + quiet).min((self.first + limit).max(now)));
    }
}
