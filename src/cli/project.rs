use std::path::{Path, PathBuf};

use super::FAILED;
use super::args::ProjectArgs;
use super::print::print_error;
use super::read_inputs::{find_root, load_settings};
use crate::config::{Flags, Mode, Settings};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::emit::manifest::Manifest;
use crate::fs;
use crate::inputs::Reads;
use crate::ledger::MANIFEST;
use crate::path::ProjectPath;
use crate::report::{Detail, diagnostics};

/// The settings of a production build of the project.
///
/// # Errors
/// What is wrong with the project's folder or its configuration.
pub(super) fn project_settings(args: &ProjectArgs, working_directory: &Path) -> Result<Settings, Vec<Diagnostic>> {
    let root = find_root(args, working_directory).map_err(|fault| vec![fault])?;
    let flags = Flags {
        mode: Mode::Production,
        output_root: args.out.as_ref().map(|out| working_directory.join(out)),
        threads: None,
        strict: false,
        no_cache: false,
    };
    load_settings(args, working_directory, &root, flags, &Reads::of(&root))
}

/// The manifest of a build in `folder`.
///
/// # Errors
/// There is none, or none that this version reads.
pub(super) fn read_manifest(settings: &Settings, folder: &Path) -> Result<Manifest, Diagnostic> {
    let path = folder.join(MANIFEST);
    let shown = ProjectPath::below(&settings.root, &path).map_or(path.display().to_string(), |path| path.to_string());
    let fault = |message: String| {
        Diagnostic::error(Code::NoBuild, message).at(Place::file(&shown)).hint("run `assetc build` first")
    };
    let bytes = fs::read(&path).map_err(|error| fault(format!("there is no build: {}", fs::reason(&error))))?;
    Manifest::parse(&bytes).ok_or_else(|| fault("this is not a manifest that this version of assetc reads".to_owned()))
}

/// Prints what is wrong and hands on the exit code of a failure.
pub(super) fn fail(faults: &[Diagnostic]) -> Result<u8, clap::Error> {
    print_error(&diagnostics(faults, Detail::Full), FAILED)
}

/// A path of the command line, absolute, without `.` and `..` where it exists.
pub(super) fn absolute(path: &Path, working_directory: &Path) -> PathBuf {
    let path = working_directory.join(path);
    fs::canonicalize(&path).unwrap_or(path)
}
