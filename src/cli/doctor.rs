use std::path::{Path, PathBuf};

use super::args::{DoctorArgs, FormatArg};
use super::check::show;
use super::print::{print, print_error};
use super::project::project_settings;
use crate::diagnostic::{Code, Diagnostic};
use crate::doctor::{Patient, doctor as examine, find_python, settings_module};

/// `assetc doctor`; the exit code.
///
/// # Errors
/// The command line was wrong.
pub(super) fn doctor(args: &DoctorArgs, working_directory: &Path) -> Result<u8, clap::Error> {
    let settings = match project_settings(&args.project, working_directory) {
        Ok(settings) => settings,
        Err(faults) => return show(&faults, args.format),
    };
    let active = std::env::var_os("VIRTUAL_ENV").map(PathBuf::from);
    let python = match &args.python {
        Some(python) if python.components().count() > 1 => working_directory.join(python),
        Some(python) => python.clone(),
        None => find_python(&settings.root, active.as_deref()),
    };
    let variable = || std::env::var("DJANGO_SETTINGS_MODULE").ok().filter(|module| !module.is_empty());
    let Some(module) = args.settings.clone().or_else(variable).or_else(|| settings_module(&settings.root)) else {
        let fault = "there is no `manage.py` that names a settings module";
        let hint = "run this in a Django project, or name the module with `--settings`";
        return show(&[Diagnostic::error(Code::SettingsFailed, fault).hint(hint)], args.format);
    };
    print_error(&format!("running {} to read the settings {module}\n", python.display()), 0)?;
    let found = examine(&Patient { settings: &settings, python, module });
    let code = show(&found, args.format)?;
    if found.is_empty() && args.format == FormatArg::Text { print("nothing is wrong\n", code) } else { Ok(code) }
}
