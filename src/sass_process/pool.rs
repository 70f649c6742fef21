//! The build's side.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::wire::{self, FromWorker, ToWorker};
use crate::kinds::sass::{Compiled, Fault, Loader, Request};

/// The hidden command of our binary that is a worker.
pub const WORKER_COMMAND: &str = "sass-worker";

/// How a compilation ended.
#[derive(Debug)]
pub enum Ended {
    Done(Result<Compiled, Fault>),
    /// The stack was too small: something calls itself without end, or nests thousands deep.
    Recursed,
    /// It asked for more memory than a worker may have.
    AteMemory,
    TookTooLong,
    /// Otherwise; with the system's words.
    Died(String),
    NotStarted(io::Error),
}

/// Workers without work. They end with this process at the latest: their input ends then.
static IDLE: Mutex<Vec<Worker>> = Mutex::new(Vec::new());

/// Compiles in a worker, an idle one if there is one. `program` is our own binary.
pub fn compile_in_worker(program: &Path, request: Request, loader: &dyn Loader, limit: Duration) -> Ended {
    let mut worker = match take_idle(program).map_or_else(|| Worker::start(program), Ok) {
        Ok(worker) => worker,
        Err(error) => return Ended::NotStarted(error),
    };
    match worker.compile(request, loader, limit) {
        Ok(done) => {
            lock().push(worker);
            Ended::Done(done)
        }
        Err(Lost::TookTooLong) => {
            worker.end();
            Ended::TookTooLong
        }
        Err(Lost::Died) => worker.died(),
    }
}

/// Ends the workers that have no work, and waits for them: a build leaves no process behind.
pub fn end_idle() {
    for Worker { mut child, input, .. } in std::mem::take(&mut *lock()) {
        drop(input);
        // It only waits for input, so it ends at once.
        let _ = child.wait();
    }
}

fn take_idle(program: &Path) -> Option<Worker> {
    let mut idle = lock();
    let at = idle.iter().rposition(|worker| worker.program == program)?;
    Some(idle.swap_remove(at))
}

fn lock() -> std::sync::MutexGuard<'static, Vec<Worker>> {
    // A push or a removal cannot leave the list half changed.
    IDLE.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

struct Worker {
    program: PathBuf,
    child: Child,
    input: ChildStdin,
    messages: Receiver<FromWorker>,
}

enum Lost {
    Died,
    TookTooLong,
}

impl Worker {
    fn start(program: &Path) -> io::Result<Self> {
        let mut child = Command::new(program)
            .arg(WORKER_COMMAND)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (Some(input), Some(mut output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("the worker has no pipes"));
        };
        let (sender, messages) = channel();
        // Only a thread can wait for a pipe and for a time.
        std::thread::Builder::new().spawn(move || {
            while let Ok(message) = wire::read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { program: program.to_owned(), child, input, messages })
    }

    fn compile(
        &mut self,
        request: Request,
        loader: &dyn Loader,
        limit: Duration,
    ) -> Result<Result<Compiled, Fault>, Lost> {
        let until = Instant::now() + limit;
        self.send(&ToWorker::Compile(request))?;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let message = self.messages.recv_timeout(left).map_err(|error| match error {
                RecvTimeoutError::Timeout => Lost::TookTooLong,
                RecvTimeoutError::Disconnected => Lost::Died,
            })?;
            let answer = match message {
                FromWorker::Done(done) => return Ok(done),
                FromWorker::Canonicalize { url, from, for_import } => {
                    ToWorker::Found(loader.canonicalize(&url, &from, for_import))
                }
                FromWorker::Load { path } => ToWorker::Loaded(loader.load(&path)),
            };
            self.send(&answer)?;
        }
    }

    fn send(&mut self, message: &ToWorker) -> Result<(), Lost> {
        wire::write(&mut self.input, message).map_err(|_| Lost::Died)
    }

    fn end(mut self) {
        // It may have ended by itself; either way it is waited for, so that nothing of it is left.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// What the dead worker died of: Rust says it before it aborts.
    fn died(mut self) -> Ended {
        let mut words = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            let _ = stderr.read_to_string(&mut words);
        }
        let status = self.child.wait().map_or_else(|error| error.to_string(), |status| status.to_string());
        if words.contains("overflowed its stack") {
            Ended::Recursed
        } else if words.contains("memory allocation") {
            Ended::AteMemory
        } else {
            Ended::Died(status)
        }
    }
}
