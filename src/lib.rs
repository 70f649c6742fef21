//! The map of the house. A room may import only rooms listed above it.

mod path;
mod hash;
mod source;
pub mod diagnostic;

pub mod config;
mod graph;
mod kinds;
mod templates;
mod compress;

// ---- waterline: nothing above touches disk, clock, network or threads ----

mod fs;
mod inputs;
mod store;
mod ledger;
pub mod context;
mod schedule;
mod sass_process;

mod discover;
mod scan;
mod link;
mod optimize;
mod fingerprint;
mod precompress;
mod emit;

mod last_build;

pub mod pipeline;
mod watch;

mod headers;
mod check;
mod collect;
mod doctor;
mod init;

pub mod report;
pub mod cli;
