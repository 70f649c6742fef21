use std::io;
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use clap::error::ErrorKind;

use super::args::{Args, BuildArgs};
use crate::config::{Flags, Inputs, TextFile};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::fs;

/// The file that configures a project, in its folder.
const CONFIG: &str = "assetc.toml";

/// The project's folder: absolute, symbolic links resolved.
///
/// # Errors
/// A wrong command line: there is no such folder.
pub(super) fn find_root(args: &BuildArgs, working_directory: &Path) -> Result<PathBuf, clap::Error> {
    let shown = args.root.display();
    let root = fs::canonicalize(&working_directory.join(&args.root))
        .map_err(|error| usage_error(&format!("--root names no folder: `{shown}`: {error}")))?;
    if fs::is_folder(&root) {
        return Ok(root);
    }
    Err(usage_error(&format!("--root names no folder: `{shown}` is a file")))
}

/// What settings are made of.
///
/// # Errors
/// A wrong command line, when `--config` names no file; else every file that cannot be read.
pub(super) fn read_inputs(
    args: &BuildArgs,
    working_directory: &Path,
    root: &Path,
) -> Result<Result<Inputs, Vec<Diagnostic>>, clap::Error> {
    let config = match &args.config {
        Some(given) => {
            let path = working_directory.join(given);
            if !fs::is_file(&path) {
                return Err(usage_error(&format!("--config names no file: `{}`", given.display())));
            }
            read_text(&path, &given.to_string_lossy())
        }
        None => read_text(&root.join(CONFIG), CONFIG),
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
        browserslistrc: told(read_text(&root.join(".browserslistrc"), ".browserslistrc")),
        package_json: told(read_text(&root.join("package.json"), "package.json")),
        flags: Flags {
            mode: args.mode.into(),
            output_root: args.out.as_ref().map(|out| working_directory.join(out)),
            threads: args.jobs.map(usize::from),
            strict: args.strict,
        },
    };
    Ok(if faults.is_empty() { Ok(inputs) } else { Err(faults) })
}

/// `None` when there is no such file.
fn read_text(path: &Path, name: &str) -> Result<Option<TextFile>, Diagnostic> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(Diagnostic::error(Code::UnreadableFile, format!("could not read `{name}`: {error}"))
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

fn usage_error(message: &str) -> clap::Error {
    let mut command = Args::command();
    command.build();
    match command.find_subcommand_mut("build") {
        Some(build) => build.error(ErrorKind::ValueValidation, message),
        None => command.error(ErrorKind::ValueValidation, message),
    }
}
