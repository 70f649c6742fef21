//! The worker's side.

use std::cell::RefCell;
use std::io::{BufWriter, Read, Write};
use std::sync::mpsc::{Receiver, channel};

use super::wire::{self, FromWorker, ToWorker};
use crate::kinds::sass::{Found, Loader, Syntax, compile};

/// Of the thread that compiles. A sheet that needs more recurses without end.
const STACK: usize = 256 << 20;
/// Address space of a worker, in bytes: sheets that double a string for ever end the worker, not the machine.
const MOST_MEMORY: u64 = 2 << 30;

/// Compiles what comes in until the input ends, which also ends a compilation that is under way: whoever asked is gone.
/// The exit code of the process.
pub fn serve(mut input: impl Read, output: impl Write + Send + 'static) -> u8 {
    limit_memory();
    let (sender, messages) = channel();
    let compiler = std::thread::Builder::new().stack_size(STACK).spawn(move || answer(&messages, output));
    if compiler.is_err() {
        return 1;
    }
    while let Ok(message) = wire::read::<ToWorker>(&mut input) {
        if sender.send(message).is_err() {
            return 1;
        }
    }
    0
}

fn answer(messages: &Receiver<ToWorker>, output: impl Write) {
    let asking = Asking { messages, output: RefCell::new(BufWriter::new(output)) };
    while let Ok(message) = messages.recv() {
        let ToWorker::Compile(request) = message else { return };
        let done = FromWorker::Done(compile(&request, &asking));
        if wire::write(&mut *asking.output.borrow_mut(), &done).is_err() {
            return;
        }
    }
}

/// Asks the build for every sheet.
struct Asking<'a, W: Write> {
    messages: &'a Receiver<ToWorker>,
    output: RefCell<BufWriter<W>>,
}

impl<W: Write> Asking<'_, W> {
    fn ask(&self, question: &FromWorker) -> Result<ToWorker, String> {
        let gone = || "the build that wanted this sheet is gone".to_owned();
        wire::write(&mut *self.output.borrow_mut(), question).map_err(|_| gone())?;
        self.messages.recv().map_err(|_| gone())
    }
}

impl<W: Write> Loader for Asking<'_, W> {
    fn canonicalize(&self, url: &str, from: &str, for_import: bool) -> Result<Option<Found>, String> {
        match self.ask(&FromWorker::Canonicalize { url: url.to_owned(), from: from.to_owned(), for_import })? {
            ToWorker::Found(found) => found,
            other => Err(format!("an answer to another question: {other:?}")),
        }
    }

    fn load(&self, path: &str) -> Result<Option<(String, Syntax)>, String> {
        match self.ask(&FromWorker::Load { path: path.to_owned() })? {
            ToWorker::Loaded(loaded) => loaded,
            other => Err(format!("an answer to another question: {other:?}")),
        }
    }
}

#[cfg(unix)]
fn limit_memory() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    for (resource, most) in [(Resource::As, MOST_MEMORY), (Resource::Core, 0)] {
        let now = getrlimit(resource);
        let most = now.current.map_or(most, |current| current.min(most));
        // Where it cannot be set, only the time is bounded.
        let _ = setrlimit(resource, Rlimit { current: Some(most), maximum: now.maximum });
    }
}

#[cfg(not(unix))]
fn limit_memory() {}
