use std::path::{Path, PathBuf};

use super::FAILED;
use super::args::{CheckArgs, FormatArg};
use super::print::{print, print_error};
use super::project::{fail, project_settings, read_manifest};
use crate::check::{Findings, FixedFile, Subject, check as look, fixed_files};
use crate::config::Settings;
use crate::diagnostic::{Diagnostic, Severity};
use crate::fs::{self, OutputError};
use crate::report::{Detail, diagnostics, findings_document, github, sarif};

/// `assetc check`; the exit code.
///
/// # Errors
/// The command line was wrong.
pub(super) fn check(args: &CheckArgs, working_directory: &Path) -> Result<u8, clap::Error> {
    let project = project_settings(&args.project, working_directory).and_then(|settings| {
        Ok((read_manifest(&settings, &settings.output_root).map_err(|fault| vec![fault])?, settings))
    });
    let (manifest, settings) = match project {
        Ok(project) => project,
        Err(faults) => return show(&faults, args.format),
    };
    let environment = std::env::var_os("VIRTUAL_ENV").map(PathBuf::from);
    let subject = Subject { settings: &settings, manifest: &manifest, static_url: &args.static_url, environment };
    let mut findings = look(&subject);
    if args.strict || settings.strict {
        findings.diagnostics.iter_mut().for_each(|diagnostic| diagnostic.severity = Severity::Error);
    }
    if args.fix {
        return fix(args, &settings, &findings);
    }
    let code = show(&findings.diagnostics, args.format)?;
    if args.format == FormatArg::Text { print(&summary(&findings), code) } else { Ok(code) }
}

/// Prints what was found; 1 when there are errors.
pub(super) fn show(found: &[Diagnostic], format: FormatArg) -> Result<u8, clap::Error> {
    let code = if found.iter().any(Diagnostic::is_error) { FAILED } else { 0 };
    match format {
        FormatArg::Text => print_error(&diagnostics(found, Detail::Full), code),
        FormatArg::Json => print(&findings_document(found).to_json(), code),
        FormatArg::Sarif => print(&sarif(found), code),
        FormatArg::Github => print(&github(found), code),
    }
}

fn summary(findings: &Findings) -> String {
    let Findings { templates, uses, unknown, .. } = findings;
    let unknown = if *unknown == 0 {
        String::new()
    } else {
        format!(", {unknown} of them not known before pages are rendered or packages installed")
    };
    format!("checked {templates} templates that name {} static files{unknown}\n", uses + findings.unknown)
}

fn fix(args: &CheckArgs, settings: &Settings, findings: &Findings) -> Result<u8, clap::Error> {
    let files = fixed_files(&settings.root, &findings.edits);
    if !args.write {
        return print(&files.iter().map(FixedFile::diff).collect::<String>(), 0);
    }
    for file in &files {
        if let Err(error) = replace(&settings.root, file) {
            return fail(&[error.into_diagnostic(&settings.root)]);
        }
    }
    print(&files.iter().map(|file| format!("fixed {}\n", file.path)).collect::<String>(), 0)
}

/// With the permissions that the file has, and never half of it.
pub(super) fn replace(root: &Path, file: &FixedFile) -> Result<(), OutputError> {
    let path = file.path.on_disk(root);
    let beside = path.with_extension("assetc-fix");
    fs::duplicate(&path, &beside)
        .and_then(|()| fs::write(&beside, file.after.as_bytes()))
        .and_then(|()| fs::move_over(&beside, &path))
        .map_err(|error| {
            let _ = fs::remove_file(&beside);
            OutputError::Unwritable { path, error }
        })
}
