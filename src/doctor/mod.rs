//! Looks for what keeps a Django project from serving what assetc builds, in its settings and on its disk.
//!
//! In: settings of assetc and a Python. Out: diagnostics, each with what to do. Runs the project's own code, once: whoever calls
//! has been asked for that. Not here: faults in templates (`check`), printing (`report`).

mod disk;
mod judge;
mod run_python;

use std::path::PathBuf;

use crate::config::Settings;
use crate::diagnostic::{Diagnostic, sort};
use crate::emit::manifest::Manifest;
use crate::fs;
use crate::ledger::MANIFEST;

use run_python::DjangoSettings;
pub use run_python::{find_python, settings_module};

/// Who is to be examined.
pub struct Patient<'a> {
    pub settings: &'a Settings,
    pub python: PathBuf,
    /// `DJANGO_SETTINGS_MODULE`.
    pub module: String,
}

/// Everything that is wrong, sorted.
pub fn doctor(patient: &Patient) -> Vec<Diagnostic> {
    let settings = patient.settings;
    let manifest = fs::read(&settings.output_root.join(MANIFEST)).ok().and_then(|bytes| Manifest::parse(&bytes));
    let mut diagnostics = disk::of_the_project(settings, manifest.as_ref());
    match run_python::read_settings(patient) {
        Ok(django) => {
            diagnostics.extend(judge::judge(settings, &django, manifest.as_ref()));
            diagnostics.extend(django.static_root.iter().flat_map(|root| disk::of_the_static_root(settings, root)));
        }
        Err(fault) => diagnostics.push(fault),
    }
    sort(&mut diagnostics);
    diagnostics
}
