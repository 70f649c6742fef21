use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressDrawTarget, ProgressStyle};

use crate::context::{Progress, Stage};

/// A build that is done sooner shows no bar: a flash of one says nothing.
const PATIENCE: Duration = Duration::from_millis(150);

/// A bar on the terminal's standard error, cleared when it is dropped. Where that is no terminal, nothing is shown.
pub struct ProgressBar {
    bar: indicatif::ProgressBar,
    started: Instant,
    shown: AtomicBool,
}

impl ProgressBar {
    pub fn new() -> Self {
        let style = ProgressStyle::with_template("{msg:11} [{bar:30}] {pos}/{len}")
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("=> ");
        let bar = indicatif::ProgressBar::hidden().with_style(style);
        Self { bar, started: Instant::now(), shown: AtomicBool::new(false) }
    }

    fn show_when_due(&self) {
        if self.started.elapsed() >= PATIENCE && !self.shown.swap(true, Ordering::Relaxed) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

impl Default for ProgressBar {
    fn default() -> Self {
        Self::new()
    }
}

impl Progress for ProgressBar {
    fn begin(&self, stage: Stage, jobs: usize) {
        self.bar.set_length(jobs as u64);
        self.bar.set_position(0);
        self.bar.set_message(match stage {
            Stage::Reading => "reading",
            Stage::Optimizing => "optimizing",
            Stage::Compressing => "compressing",
            Stage::Writing => "writing",
        });
        self.show_when_due();
    }

    fn step(&self) {
        self.bar.inc(1);
        self.show_when_due();
    }
}

impl Drop for ProgressBar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
