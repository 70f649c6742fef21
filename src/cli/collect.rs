use std::path::Path;

use super::FAILED;
use super::args::{CodingArg, CollectArgs};
use super::print::{print, print_error};
use super::project::absolute;
use crate::collect::{Collected, Request, collect as run};
use crate::config::Coding;
use crate::report::{Detail, diagnostics};

/// `assetc collect`; the exit code.
///
/// # Errors
/// The command line was wrong.
pub(super) fn collect(args: &CollectArgs, working_directory: &Path) -> Result<u8, clap::Error> {
    let codings = args.compress.iter().filter_map(|coding| match coding {
        CodingArg::Br => Some(Coding::Brotli),
        CodingArg::Gz => Some(Coding::Gzip),
        CodingArg::Zst => Some(Coding::Zstd),
        CodingArg::None => None,
    });
    let threads = args.jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from);
    let request = Request {
        static_root: absolute(&args.static_root, working_directory),
        shown: args.static_root.to_string_lossy().trim_end_matches('/').to_owned(),
        static_url: args.static_url.clone(),
        codings: codings.collect(),
        threads,
        allow_missing: args.allow_missing,
    };
    let (found, collected) = run(&request);
    let detail = if args.verbose { Detail::Full } else { Detail::Short };
    let code = print_error(&diagnostics(&found, detail), if collected.is_some() { 0 } else { FAILED })?;
    match collected {
        Some(collected) if !args.quiet => print(&summary(&request, &collected), code),
        _ => Ok(code),
    }
}

fn summary(request: &Request, collected: &Collected) -> String {
    let Collected { names, written, compressed, loose_imports } = collected;
    let loose = match loose_imports {
        0 => String::new(),
        1 => ", 1 import leads nowhere and was left".to_owned(),
        loose => format!(", {loose} imports lead nowhere and were left"),
    };
    format!("{}: {names} names, {written} files written, {compressed} compressed{loose}\n", request.shown)
}
