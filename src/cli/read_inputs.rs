use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::args::{BuildingArgs, ProjectArgs};
use crate::config::{Flags, Inputs, Mode, PUBLIC, Settings, TextFile, env_file_names, public_variables, settings};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::fs;
use crate::inputs::Reads;

/// The file that configures a project, in its folder.
const CONFIG: &str = "assetc.toml";

/// The project's folder: absolute, symbolic links resolved.
pub(super) fn find_root(args: &ProjectArgs, working_directory: &Path) -> Result<PathBuf, Diagnostic> {
    let shown = args.root.to_string_lossy();
    let fault = |message| {
        Diagnostic::error(Code::MissingRoot, message)
            .at(Place::file(shown.as_ref()))
            .hint("`--root` names the project's folder; without it the working directory is taken")
    };
    let root = fs::canonicalize(&working_directory.join(&args.root))
        .map_err(|error| fault(format!("there is no project in `{shown}`: {}", fs::reason(&error))))?;
    if fs::is_folder(&root) { Ok(root) } else { Err(fault(format!("`{shown}` is a file, not a project's folder"))) }
}

/// The settings of the project in `root`.
///
/// # Errors
/// What is wrong with its configuration.
pub(super) fn load_settings(
    args: &ProjectArgs,
    working_directory: &Path,
    root: &Path,
    flags: Flags,
    reads: &Reads,
) -> Result<Settings, Vec<Diagnostic>> {
    let mut settings = settings(&read_inputs(args, working_directory, root, flags, reads)?)?;
    // Sass is compiled by this executable, run again.
    settings.sass.worker = std::env::current_exe().ok();
    Ok(settings)
}

/// What settings are made of; else every file that cannot be read.
fn read_inputs(
    args: &ProjectArgs,
    working_directory: &Path,
    root: &Path,
    flags: Flags,
    reads: &Reads,
) -> Result<Inputs, Vec<Diagnostic>> {
    let config = match &args.config {
        Some(given) => {
            let name = given.to_string_lossy();
            read_text(reads, &working_directory.join(given), &name).and_then(|text| match text {
                Some(text) => Ok(Some(text)),
                None => Err(missing_config(&name)),
            })
        }
        None => read_text(reads, &root.join(CONFIG), CONFIG),
    };
    let mut faults = Vec::new();
    let mut told = |read: Result<Option<TextFile>, Diagnostic>| {
        read.unwrap_or_else(|fault| {
            faults.push(fault);
            None
        })
    };
    let inputs = Inputs {
        root: root.to_owned(),
        config: told(config),
        browserslistrc: told(read_text(reads, &root.join(".browserslistrc"), ".browserslistrc")),
        package_json: told(read_text(reads, &root.join("package.json"), "package.json")),
        public: public(reads, root, flags.mode),
        flags,
    };
    if faults.is_empty() { Ok(inputs) } else { Err(faults) }
}

/// What the command line says of a build.
pub(super) fn flags(args: &BuildingArgs, mode: Mode, working_directory: &Path) -> Flags {
    Flags {
        mode,
        output_root: args.project.out.as_ref().map(|out| working_directory.join(out)),
        threads: args.jobs.map(usize::from),
        strict: args.strict,
        no_cache: args.no_cache,
    }
}

/// Public variables: of the `.env` files that can be read (others may be a server's own), then of the environment.
fn public(reads: &Reads, root: &Path, mode: Mode) -> BTreeMap<String, String> {
    let files = env_file_names(mode).map(|name| reads.read(&root.join(name)).unwrap_or_default());
    let of_files = files.iter().flat_map(|bytes| public_variables(&String::from_utf8_lossy(bytes)));
    let of_environment = std::env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok().filter(|name| name.starts_with(PUBLIC))?;
        Some((name, value.into_string().ok()?))
    });
    of_files.chain(of_environment).collect()
}

/// `None` when there is no such file.
fn read_text(reads: &Reads, path: &Path, name: &str) -> Result<Option<TextFile>, Diagnostic> {
    let bytes = match reads.read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(Diagnostic::error(
                Code::UnreadableFile,
                format!("could not read `{name}`: {}", fs::reason(&error)),
            )
            .at(Place::file(name))
            .hint("it must be a file that the user who runs assetc may read"));
        }
    };
    let text = String::from_utf8_lossy(&bytes);
    let file = TextFile::new(name, &text);
    match std::str::from_utf8(&bytes) {
        Ok(_) => Ok(Some(file)),
        Err(error) => {
            let at = error.valid_up_to();
            // Up to there both texts are the same; then comes what stands for a wrong byte.
            Err(Diagnostic::error(Code::InvalidUtf8, format!("`{name}` is not UTF-8"))
                .at(file.place(at..at + char::REPLACEMENT_CHARACTER.len_utf8()))
                .hint("save the file as UTF-8"))
        }
    }
}

fn missing_config(name: &str) -> Diagnostic {
    Diagnostic::error(Code::UnreadableFile, format!("there is no file `{name}`"))
        .at(Place::file(name))
        .hint("`--config` names the configuration; without it the project's assetc.toml is read, if there is one")
}
