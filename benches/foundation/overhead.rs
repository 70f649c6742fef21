//! A whole build of real files beside the bare calls of swc, lightningcss and oxipng on the same files.

use std::process::{Command, Stdio};
use std::time::Instant;

use crate::toolbox::{ASSETC, django_files, empty_folder, node, run};
use crate::{BARE, Figure, median};

const RUNS: usize = 5;

/// What a process took, in seconds: on the clock, and of all cores together.
struct Cost {
    wall: f64,
    cpu: f64,
}

pub fn measure() -> Vec<Figure> {
    let site = empty_folder("bench-overhead").join("site");
    run(node("assemble.mjs").arg(&site).arg(django_files()));
    // Only what the bare calls do as well.
    let alike = "[compress]\nbrotli = false\ngzip = false\n\n[images]\nkeep = [\"**/*.{gif,ico,jpeg,jpg,svg,webp}\"]\npng.effort = 3\n";
    std::fs::write(site.join("assetc.toml"), alike).expect("the site can be written");
    let bench = std::env::current_exe().expect("this program has a path");
    let (mut bare, mut whole) = (Vec::new(), Vec::new());
    // The first round warms the disk and does not count.
    for round in 0..=RUNS {
        let alone = cost(Command::new(&bench).arg(BARE).arg(site.join("assets")));
        // From nothing: neither outputs nor a cache.
        let _ = std::fs::remove_dir_all(site.join("static"));
        let built = cost(Command::new(ASSETC).args(["build", "--quiet", "--root"]).arg(&site));
        if round > 0 {
            println!(
                "round {round}: bare {:.2} s ({:.2} CPU), assetc {:.2} s ({:.2} CPU)",
                alone.wall, alone.cpu, built.wall, built.cpu
            );
            bare.push(alone);
            whole.push(built);
        }
    }
    let middle = |costs: &[Cost], of: fn(&Cost) -> f64| median(&mut costs.iter().map(of).collect::<Vec<_>>());
    let figure = |how: &str, of: fn(&Cost) -> f64| {
        let (bare, whole) = (middle(&bare, of), middle(&whole, of));
        let what = format!("a build of the tests' real files over bare calls of swc, lightningcss and oxipng, {how}");
        let measured = format!("{:.2} ({whole:.2} s over {bare:.2} s, medians of {RUNS})", whole / bare);
        Figure { what, measured, goal: "1.10 or less" }
    };
    vec![figure("wall time", |cost| cost.wall), figure("CPU time", |cost| cost.cpu)]
}

fn cost(command: &mut Command) -> Cost {
    let (start, cpu) = (Instant::now(), cpu_of_children());
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("the program starts");
    assert!(status.success(), "{command:?} ended with {status}");
    Cost { wall: start.elapsed().as_secs_f64(), cpu: cpu_of_children() - cpu }
}

/// Seconds of user and system time of the children that have ended: `cutime` and `cstime` of proc(5), in hundredths.
fn cpu_of_children() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let behind_the_name = stat.rsplit(')').next().unwrap_or_default();
    behind_the_name.split_whitespace().skip(13).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>()
        / 100.0
}
