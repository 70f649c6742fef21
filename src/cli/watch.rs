use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Read};
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use super::FAILED;
use super::args::WatchArgs;
use super::print::{print, print_error};
use super::project::fail;
use super::read_inputs::{find_root, flags, load_settings};
use crate::config::Mode;
use crate::context::Silent;
use crate::path::UrlPath;
use crate::report::{Detail, WatchLine, diagnostics, rebuilt};
use crate::watch::{End, Message, Told, WatchOptions, watch as watch_loop};

/// How long a build under way may take to end once a signal has come.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// `assetc watch`; the exit code.
///
/// # Errors
/// The command line was wrong.
pub(super) fn watch(args: &WatchArgs, working_directory: &Path) -> Result<u8, clap::Error> {
    let project = &args.building.project;
    let root = match find_root(project, working_directory) {
        Ok(root) => root,
        Err(fault) => return fail(&[fault]),
    };
    let (sender, receiver) = channel();
    if let Err(error) = end_on_signals(sender.clone()) {
        return print_error(&format!("error: signals cannot be waited for: {error}\n"), FAILED);
    }
    if args.exit_on_stdin_close {
        end_with_input(sender.clone());
    }
    let options = WatchOptions { root: root.clone(), poll: args.poll };
    let load = |reads: &crate::inputs::Reads| {
        let flags = flags(&args.building, args.mode.into(), working_directory);
        load_settings(project, working_directory, &root, flags, reads)
    };
    let mut screen = Screen { args, sizes: BTreeMap::new(), mode: args.mode.into(), root: &root };
    let end = watch_loop(&options, (sender, receiver), &Silent, &load, &mut |told| screen.show(&told));
    Ok(if end == End::Refused { FAILED } else { 0 })
}

/// Ctrl-C, SIGTERM and SIGHUP.
fn end_on_signals(sender: Sender<Message>) -> Result<(), ctrlc::Error> {
    ctrlc::set_handler(move || {
        let _ = sender.send(Message::Stop);
        // The loop is deaf while it builds. A publish that is cut short here is one that the next build completes: files
        // only ever come to their place whole.
        std::thread::sleep(LAST_WORDS);
        std::process::exit(0);
    })
}

fn end_with_input(sender: Sender<Message>) {
    std::thread::spawn(move || {
        let mut input = io::stdin().lock();
        let mut ignored = [0; 256];
        while !matches!(input.read(&mut ignored), Ok(0) | Err(_)) {}
        let _ = sender.send(Message::Stop);
        std::thread::sleep(LAST_WORDS);
        std::process::exit(0);
    });
}

/// What was shown, as far as the next line needs it.
struct Screen<'a> {
    args: &'a WatchArgs,
    /// Of the outputs, in bytes.
    sizes: BTreeMap<UrlPath, u64>,
    mode: Mode,
    root: &'a Path,
}

impl Screen<'_> {
    fn show(&mut self, told: &Told) {
        let line = WatchLine::of(told, self.mode, self.root);
        if self.args.json {
            // Where nobody reads any more, watching goes on.
            let _ = print(&line.to_json(), 0);
        } else {
            self.show_in_words(told);
        }
        if let Told::Built { build, .. } = told
            && let Some(report) = &build.report
        {
            self.sizes = report.outputs.iter().map(|output| (output.path.clone(), output.size)).collect();
        }
    }

    fn show_in_words(&self, told: &Told) {
        if self.args.clear && matches!(told, Told::Built { .. } | Told::Misconfigured(_)) && io::stdout().is_terminal()
        {
            // Clears the screen and what has scrolled off it, and goes to the top.
            let _ = print("\x1b[2J\x1b[3J\x1b[H", 0);
        }
        let detail = if self.args.verbose { Detail::Full } else { Detail::Short };
        match told {
            Told::Misconfigured(faults) => drop(print_error(&diagnostics(faults, detail), 0)),
            Told::Built { build, .. } => drop(print_error(&diagnostics(&build.diagnostics, detail), 0)),
            Told::Polling(_) | Told::Watching { .. } => {}
        }
        let _ = print(&rebuilt(told, self.root, &self.sizes, detail), 0);
    }
}
