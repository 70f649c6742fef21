//! Whether there is anything to build at all.
//!
//! A build that was done writes down what it read, what the output folder holds since, and what it said. As long as all of
//! that holds by metadata alone, the next build says the same and is over. Not here: single steps (`store`).

mod output_state;

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::config::Settings;
use crate::context::Session;
use crate::diagnostic::Diagnostic;
use crate::graph::Report;
use crate::inputs::Trace;
use output_state::OutputState;

/// A build that was done.
#[derive(Serialize, Deserialize)]
pub struct LastBuild {
    inputs: Trace,
    /// What its outputs hold, for the look at them before the next are written: a [`Trace`] as bytes, read only then.
    written: Vec<u8>,
    output: OutputState,
    /// When files of earlier releases may go, in seconds since 1970.
    expires: Option<u64>,
    pub diagnostics: Vec<Diagnostic>,
    pub report: Report,
}

/// The name under which the store keeps it.
const RECORD: &str = "last-build";

impl LastBuild {
    /// The last build with the same settings, if nothing that it read or wrote has changed since.
    ///
    /// If something has, the session knows what the last build knew, so that no file is read that is as it was.
    pub fn if_unchanged(session: &Session, settings: &Settings) -> Option<Self> {
        let started = Instant::now();
        let mut last = Self::load(session, settings)?;
        if !last.holds(settings) {
            session.view.remember(&last.inputs);
            if let Ok(written) = postcard::from_bytes(&last.written) {
                session.outputs.remember(&written);
            }
            return None;
        }
        if last.output.settle(&settings.output_root) {
            last.save(session, settings);
        }
        let report = &mut last.report;
        report.unchanged += std::mem::take(&mut report.written);
        report.removed = 0;
        report.outputs.iter_mut().for_each(|output| output.new = false);
        report.elapsed = started.elapsed();
        Some(last)
    }

    /// Writes down a build that was done just now.
    pub fn remember(
        inputs: &Trace,
        session: &Session,
        settings: &Settings,
        diagnostics: &[Diagnostic],
        report: &Report,
        expires: Option<u64>,
    ) {
        if !session.store.keeps_records() || !inputs.is_sound() {
            return;
        }
        let (output, written) = OutputState::after(session, settings, report);
        let (inputs, diagnostics, report) = (inputs.clone(), diagnostics.to_vec(), report.clone());
        // Plain data: nothing in it cannot be written.
        let written = postcard::to_stdvec(&written).unwrap_or_default();
        Self { inputs, written, output, expires, diagnostics, report }.save(session, settings);
    }

    fn holds(&self, settings: &Settings) -> bool {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        self.expires.is_none_or(|expires| now < expires)
            && self.inputs.holds_by_metadata(&settings.root, &settings.output_root)
            && self.output.holds(&settings.output_root)
    }

    fn load(session: &Session, settings: &Settings) -> Option<Self> {
        let bytes = session.store.load_record(RECORD, &format!("{settings:?}"))?;
        postcard::from_bytes(&bytes).ok()
    }

    fn save(&self, session: &Session, settings: &Settings) {
        // Plain data: nothing in it cannot be written.
        if let Ok(bytes) = postcard::to_stdvec(self) {
            session.store.save_record(RECORD, &format!("{settings:?}"), &bytes);
        }
    }
}
