//! Builds again whenever something that was read changes.
//!
//! In: a way to load the settings. Out: builds, told one by one; and the output folder at every quiet moment as a clean build
//! leaves it. There is no second way to build: the session is told which files may have changed, and asks whether
//! what the last build read still holds. Events only say where to look. Not here: printing (`cli`, `report`).

mod change;
mod folders;
mod reach;
mod watch_loop;
mod watch_state;

pub use reach::PollReason;
pub use watch_loop::{End, Message, Told, WatchOptions, watch};

#[cfg(test)]
mod tests;
