use std::io::{self, BufRead, IsTerminal, Write};
use std::path::Path;

use super::args::InitArgs;
use super::check::replace;
use super::print::print;
use super::project::{absolute, fail};
use crate::check::FixedFile;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::fs::{self, OutputError};
use crate::init::{Proposal, propose};

/// `assetc init`; the exit code.
///
/// # Errors
/// The command line was wrong.
pub(super) fn init(args: &InitArgs, working_directory: &Path) -> Result<u8, clap::Error> {
    let root = absolute(&args.root, working_directory);
    if !fs::is_folder(&root) {
        let shown = args.root.to_string_lossy();
        let fault = Diagnostic::error(Code::MissingRoot, format!("there is no project in `{shown}`"));
        return fail(&[fault.at(Place::file(shown.as_ref())).hint("`--root` names the project's folder")]);
    }
    let proposal = propose(&root);
    print(&shown(&proposal), 0)?;
    if proposal.files.is_empty() {
        return print("nothing to write\n", 0);
    }
    if !args.yes && !agrees() {
        return print("nothing was written; `assetc init --yes` writes it\n", 0);
    }
    for file in &proposal.files {
        if let Err(error) = write(&root, file) {
            return fail(&[error.into_diagnostic(&root)]);
        }
    }
    print("written; now run `assetc build`\n", 0)
}

fn shown(proposal: &Proposal) -> String {
    let framework = proposal.framework.map_or(String::new(), |name| format!("this is {name}\n\n"));
    let diffs: String = proposal.files.iter().map(FixedFile::diff).collect();
    let notes: String = proposal.notes.iter().map(|note| format!("- {note}\n")).collect();
    format!("{framework}{diffs}\n{notes}")
}

/// Asks on a terminal; where nobody can answer, the answer is no.
fn agrees() -> bool {
    if !io::stdin().is_terminal() {
        return false;
    }
    let _ = write!(io::stdout(), "write this? [y/N] ").and_then(|()| io::stdout().flush());
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}

/// A file that was not there must not be there now either.
fn write(root: &Path, file: &FixedFile) -> Result<(), OutputError> {
    let path = file.path.on_disk(root);
    if fs::is_file(&path) {
        return replace(root, file);
    }
    fs::write(&path, file.after.as_bytes()).map_err(|error| OutputError::Unwritable { path, error })
}
