//! The binary: a thin face of the library.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[expect(clippy::disallowed_methods, reason = "the one place that may ask for the working directory")]
fn main() -> ExitCode {
    assetc::cli::run(std::env::args_os(), std::env::current_dir())
}
