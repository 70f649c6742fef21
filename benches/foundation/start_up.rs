//! A build of a project that has no sources.

use std::process::{Command, Stdio};
use std::time::Instant;

use crate::toolbox::{ASSETC, empty_folder};
use crate::{Figure, median};

const RUNS: usize = 100;

pub fn measure() -> Vec<Figure> {
    let project = empty_folder("bench-empty");
    std::fs::create_dir(project.join("assets")).expect("an empty folder");
    let run = || {
        let start = Instant::now();
        let status =
            Command::new(ASSETC).args(["build", "--quiet", "--root"]).arg(&project).stdout(Stdio::null()).status();
        assert!(status.expect("assetc starts").success());
        start.elapsed().as_secs_f64() * 1000.0
    };
    (0..5).for_each(|_| _ = run());
    let mut times: Vec<f64> = (0..RUNS).map(|_| run()).collect();
    let middle = median(&mut times);
    let measured = format!("{middle:.1} ms (fastest {:.1} ms, {RUNS} runs)", times[0]);
    vec![Figure { what: "start-up on an empty tree".to_owned(), measured, goal: "under 10 ms" }]
}
