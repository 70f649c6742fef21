use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::path::ProjectPath;

/// Why the output folder cannot be used.
#[derive(Debug)]
pub enum OutputError {
    /// Another process is at work on it; its id, unless it has not written that yet.
    Locked { output_root: PathBuf, pid: Option<u32> },
    /// A file stands where the output folder should be.
    NotAFolder { path: PathBuf },
    /// The system refused; `path` is what should have been written.
    Unwritable { path: PathBuf, error: io::Error },
    /// A file that is there, and that must be known before it may be replaced, cannot be read.
    Unreadable { path: PathBuf, error: io::Error },
}

impl OutputError {
    /// For `map_err`.
    pub fn unwritable(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |error| Self::Unwritable { path, error }
    }

    /// In the user's words; `root` is the project's folder, which paths are shown relative to.
    pub fn into_diagnostic(self, root: &Path) -> Diagnostic {
        let shown = |path: &Path| match ProjectPath::below(root, path) {
            Some(path) => path.to_string(),
            None => path.display().to_string(),
        };
        match self {
            Self::Locked { output_root, pid } => {
                let folder = shown(&output_root);
                let process = pid.map_or(String::new(), |pid| format!(" (process {pid})"));
                Diagnostic::error(Code::OutputLocked, format!("another assetc{process} is at work on `{folder}`"))
                    .at(Place::file(folder))
                    .hint("wait until it is done, or stop it; to build at the same time, choose another folder with `--out`")
            }
            Self::NotAFolder { path } => {
                let file = shown(&path);
                Diagnostic::error(
                    Code::UnwritableOutput,
                    format!("`{file}` is not a folder, so nothing can be written into it"),
                )
                .at(Place::file(file))
                .hint("move or delete that file, or choose another folder with `--out`")
            }
            Self::Unwritable { path, error } => {
                let file = shown(&path);
                Diagnostic::error(Code::UnwritableOutput, format!("could not write `{file}`: {}", reason(&error)))
                    .at(Place::file(file))
                    .hint(remedy(error.kind()))
            }
            Self::Unreadable { path, error } => {
                let file = shown(&path);
                Diagnostic::error(Code::UnreadableFile, format!("could not read `{file}`: {}", reason(&error)))
                    .at(Place::file(file))
                    .hint("make it readable for the user who runs assetc, or delete it")
            }
        }
    }
}

/// What the system says, without the number that only programmers know.
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" (os error ") {
        Some((words, _)) => words.to_owned(),
        None => text,
    }
}

fn remedy(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "free some space and build again, or choose a folder on another disk with `--out`; the output is as it was before"
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "make the folder writable for the user who runs assetc, or choose another one with `--out`"
        }
        _ => "build again; if it stays, choose another folder with `--out`",
    }
}
