//! An installed `sass`, where the configuration asks for one.

use std::io::{self, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use percent_encoding::percent_decode_str;
use serde::Deserialize;

use crate::kinds::sass::{Compiled, Fault, Request, Syntax, fault_of_text, warnings_of_text};

/// Why an installed `sass` gave nothing.
#[derive(Debug)]
pub enum CommandFault {
    /// What is wrong with the sheets.
    Sheets(Fault),
    TookTooLong,
    NotStarted(io::Error),
    /// It does not speak as Sass does; with what it said.
    NotSass(String),
}

/// How often it is asked whether the command has ended.
const TICK: Duration = Duration::from_millis(5);

/// Compiles with `command`, a program and the arguments that come first, in `folder`.
pub fn run_command(
    command: &[String],
    folder: &Path,
    load_paths: &[String],
    request: &Request,
    limit: Duration,
) -> Result<Compiled, CommandFault> {
    let [program, arguments @ ..] = command else {
        return Err(CommandFault::NotSass("no command was given".to_owned()));
    };
    let mut child = Command::new(program);
    child.args(arguments).current_dir(folder);
    child.args(["--embed-source-map", "--source-map-urls=absolute", "--no-error-css", "--no-color", "--no-unicode"]);
    child.args(["--no-charset", "--quiet-deps", "--pkg-importer=node"]);
    child.args(load_paths.iter().map(|path| format!("--load-path={path}")));
    child.args(request.silenced.iter().map(|id| format!("--silence-deprecation={id}")));
    child.args((request.syntax == Syntax::Indented).then_some("--indented"));
    child.arg(&request.path).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().map_err(CommandFault::NotStarted)?;
    let output = read_all(child.stdout.take());
    let words = read_all(child.stderr.take());
    let until = Instant::now() + limit;
    let status = loop {
        match child.try_wait().map_err(CommandFault::NotStarted)? {
            Some(status) => break status,
            None if Instant::now() < until => std::thread::sleep(TICK),
            None => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(CommandFault::TookTooLong);
            }
        }
    };
    // A reader cannot panic.
    let (output, words) = (output.join().unwrap_or_default(), words.join().unwrap_or_default());
    let folder = folder.to_string_lossy();
    if !status.success() {
        let fault = fault_of_text(&words, &folder);
        return Err(match fault.frames.is_empty() {
            true => CommandFault::NotSass(words.trim().to_owned()),
            false => CommandFault::Sheets(fault),
        });
    }
    let (css, map) = split_map(&output).ok_or_else(|| CommandFault::NotSass("it wrote no source map".to_owned()))?;
    let sources = map.sources.iter().map(|url| path_of(url)).collect();
    Ok(Compiled { css, sources, mappings: map.mappings, warnings: warnings_of_text(&words, &folder) })
}

fn read_all(from: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut from) = from {
            let _ = from.read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

#[derive(Deserialize)]
struct Map {
    sources: Vec<String>,
    mappings: String,
}

fn split_map(output: &str) -> Option<(String, Map)> {
    let (css, comment) = output.rsplit_once("/*# sourceMappingURL=data:application/json;charset=utf-8,")?;
    let json = percent_decode_str(comment.trim_end().strip_suffix("*/")?.trim_end()).decode_utf8().ok()?;
    Some((css.trim_end().to_owned() + "\n", serde_json::from_str(&json).ok()?))
}

/// The path of a `file:` URL.
fn path_of(url: &str) -> String {
    let path = url.strip_prefix("file://").unwrap_or(url);
    percent_decode_str(path).decode_utf8_lossy().into_owned()
}
