use std::process::Command;
use std::time::Instant;

use crate::toolbox::{ASSETC, run};
use crate::{Figure, percentiles, trees};

const RUNS: usize = 30;

/// A build with nothing to do, beside `git status` on the same files.
pub fn measure(files: usize) -> Figure {
    let site = trees::of_texts(files);
    let build = || run(Command::new(ASSETC).args(["build", "--quiet", "--root"]).arg(&site));
    let status = || run(Command::new("git").args(["status", "--porcelain"]).current_dir(&site));
    // Both write what they know once the files' times have settled.
    for _ in 0..3 {
        build();
        status();
    }
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        ours.push(milliseconds(build));
        theirs.push(milliseconds(status));
    }
    let ((ours, _), (theirs, _)) = (percentiles(&mut ours), percentiles(&mut theirs));
    Figure {
        what: format!("nothing to do, {files} files: `assetc build` / `git status`"),
        measured: format!("{:.2} ({ours:.1} / {theirs:.1} ms)", ours / theirs),
        goal: "at most 1.2",
    }
}

fn milliseconds(run: impl Fn() -> String) -> f64 {
    let start = Instant::now();
    run();
    start.elapsed().as_secs_f64() * 1000.0
}
