use std::path::Path;

use super::args::ProjectArgs;
use super::print::print;
use super::project::{fail, project_settings};
use crate::config::Settings;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::fs;
use crate::report::emptied;
use crate::store;

/// `assetc clean`; the exit code.
///
/// # Errors
/// The command line was wrong.
pub(super) fn clean(args: &ProjectArgs, working_directory: &Path) -> Result<u8, clap::Error> {
    match project_settings(args, working_directory).and_then(|settings| empty(&settings)) {
        Ok(said) => print(&said, 0),
        Err(faults) => fail(&faults),
    }
}

fn empty(settings: &Settings) -> Result<String, Vec<Diagnostic>> {
    // Only `--no-cache` leaves it out.
    let Some(cache) = &settings.cache else { return Ok(String::new()) };
    let shown = |path: &Path| path.strip_prefix(&settings.root).unwrap_or(path).to_string_lossy().into_owned();
    match store::empty(&cache.dir) {
        Ok(removed) => Ok(emptied(&shown(&cache.dir), removed.files, removed.size)),
        Err((path, error)) => {
            let path = shown(&path);
            let message = format!("could not delete `{path}`: {}", fs::reason(&error));
            Err(vec![
                Diagnostic::error(Code::UnwritableOutput, message)
                    .at(Place::file(path))
                    .hint("let the user who runs assetc write there"),
            ])
        }
    }
}
