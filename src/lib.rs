//! The map of the house. A room may import only rooms listed above it.

mod path;
mod hash;
mod source;
pub mod diagnostic;

pub mod config;
mod graph;
mod kinds;

// ---- waterline: nothing above touches disk, clock, network or threads ----

mod fs;
pub mod context;

pub mod report;
pub mod cli;
