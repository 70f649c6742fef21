//! The command line: reads flags and files, runs what they ask for, prints, and says how it went.
//!
//! In: arguments. Out: an exit code: 0 done, 1 could not be done, 2 wrong command line.
//! Not here: words about a build (`report`), what settings mean (`config`).

mod args;
mod build;
mod check;
mod clean;
mod collect;
mod doctor;
mod explain;
mod headers;
mod init;
mod print;
mod project;
mod read_inputs;
mod watch;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use crate::sass_process;
use args::{Args, Command, SchemaName};
use print::{print, print_error};

/// Could not be done.
const FAILED: u8 = 1;

/// Runs a command line. `working_directory` is what relative paths in it start from.
pub fn run(arguments: impl IntoIterator<Item = OsString>, working_directory: io::Result<PathBuf>) -> ExitCode {
    let args = match Args::try_parse_from(arguments) {
        Ok(args) => args,
        Err(error) => return usage(&error),
    };
    args.color.write_global();
    let in_directory = |run: &dyn Fn(&Path) -> Result<u8, clap::Error>| match &working_directory {
        Ok(working_directory) => run(working_directory),
        Err(error) => print_error(&format!("error: there is no working directory: {error}\n"), FAILED),
    };
    let code = match args.command {
        Command::Build(args) => in_directory(&|directory| build::build(&args, directory)),
        Command::Check(args) => in_directory(&|directory| check::check(&args, directory)),
        Command::Collect(args) => in_directory(&|directory| collect::collect(&args, directory)),
        Command::Doctor(args) => in_directory(&|directory| doctor::doctor(&args, directory)),
        Command::Init(args) => in_directory(&|directory| init::init(&args, directory)),
        Command::Headers(args) => in_directory(&|directory| headers::headers(&args, directory)),
        Command::Watch(args) => in_directory(&|directory| watch::watch(&args, directory)),
        Command::Clean(args) => in_directory(&|directory| clean::clean(&args, directory)),
        Command::SassWorker => Ok(sass_process::serve(io::stdin().lock(), io::stdout())),
        Command::Schema { name } => print(&schema(name), 0),
        Command::Explain { code } => print(&explain::explanation(code.as_deref()), 0),
    };
    sass_process::end_idle();
    match code {
        Ok(code) => ExitCode::from(code),
        Err(error) => usage(&error),
    }
}

/// Help and version too come this way, with exit code 0.
fn usage(error: &clap::Error) -> ExitCode {
    // Where nothing can be printed, the exit code still tells.
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(FAILED))
}

fn schema(name: SchemaName) -> String {
    let schema = match name {
        SchemaName::Config => crate::config::schema(),
        SchemaName::Report => crate::report::Document::schema(),
        SchemaName::Manifest => schemars::schema_for!(crate::emit::manifest::Manifest),
    };
    // A schema is a JSON value, so `#` indents it and nothing can fail.
    format!("{:#}\n", schema.as_value())
}

#[cfg(test)]
mod tests;
