//! Sass in processes of its own.
//!
//! A stack that overflows cannot be caught: it ends the process. Sheets that recurse without end would so end `watch`, or
//! leave a build without a word. So each compilation runs in a worker, a hidden command of our own binary, which is kept for the
//! next one; when it dies or takes too long, that is a diagnostic. In: a request, and a loader that answers what the
//! worker asks. Out: what the compiler says. Not here: finding sheets (`scan`).

mod command;
mod pool;
mod serve;
mod wire;

pub use command::{CommandFault, run_command};
pub use pool::{Ended, compile_in_worker, end_idle};
pub use serve::serve;

#[cfg(test)]
mod tests;
