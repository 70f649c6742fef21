//! A whole build of real files beside the bare calls of swc, lightningcss and oxipng on the same files.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::bare::{self, Job};
use crate::toolbox::{ASSETC, django_files, empty_folder, node, run};
use crate::{Figure, median};

const RUNS: usize = 5;

pub fn measure() -> Vec<Figure> {
    let site = empty_folder("bench-overhead").join("site");
    run(node("assemble.mjs").arg(&site).arg(django_files()));
    let jobs = bare::jobs(&site.join("assets"));
    let (mut bare_times, mut whole_times) = (Vec::new(), Vec::new());
    // The first round warms the disk and does not count.
    for round in 0..=RUNS {
        let bare = bare_seconds(&jobs);
        let whole = build_seconds(&site);
        if round > 0 {
            println!("round {round}: bare {bare:.2} s, assetc {whole:.2} s, ratio {:.3}", whole / bare);
            bare_times.push(bare);
            whole_times.push(whole);
        }
    }
    let (bare, whole) = (median(&mut bare_times), median(&mut whole_times));
    let what = format!("a build of {} real files over bare calls of swc, lightningcss and oxipng", jobs.len());
    let measured = format!("{:.2} ({whole:.2} s over {bare:.2} s, medians of {RUNS})", whole / bare);
    vec![Figure { what, measured, goal: "1.10 or less" }]
}

fn bare_seconds(jobs: &[Job]) -> f64 {
    let start = Instant::now();
    bare::run(jobs);
    start.elapsed().as_secs_f64()
}

/// From nothing: the output folder is deleted first, outside of the time.
fn build_seconds(site: &Path) -> f64 {
    let _ = std::fs::remove_dir_all(site.join("static"));
    let start = Instant::now();
    let mut build = Command::new(ASSETC);
    build.args(["build", "--quiet", "--root"]).arg(site).stdout(Stdio::null()).stderr(Stdio::null());
    assert!(build.status().expect("assetc starts").success());
    start.elapsed().as_secs_f64()
}
