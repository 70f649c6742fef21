//! What is saved by remembering: builds with nothing to do beside `git status`, and the time from a save to the new output beside
//! bundlers that watch.
//!
//! ```sh
//! cargo bench --bench warm              # prints a table
//! cargo bench --bench warm -- --save    # and writes it to benches/results/warm.md
//! cargo bench --bench warm -- nothing   # one of: nothing, save, edit, memory
//! ```
//!
//! Runs of both sides alternate, so that a busy machine shifts both alike.
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a program of its own, which measures and prints")]

mod edit;
mod memory;
mod nothing_to_do;
mod save;
#[path = "../../tests/it/toolbox.rs"]
#[expect(dead_code, reason = "no browser here")]
mod toolbox;
mod trees;

use std::fmt::Write;
use std::path::Path;

/// One line of the table.
struct Figure {
    what: String,
    measured: String,
    goal: &'static str,
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let chosen: Vec<&str> = words.iter().map(String::as_str).filter(|word| !word.starts_with("--")).collect();
    let wanted = |name: &str| chosen.is_empty() || chosen.contains(&name);
    let mut figures = Vec::new();
    if wanted("nothing") {
        figures.extend([10_000, 100_000].map(nothing_to_do::measure));
    }
    if wanted("save") {
        figures.extend(save::measure());
    }
    if wanted("edit") {
        figures.push(edit::measure());
    }
    if wanted("memory") {
        figures.push(memory::measure());
    }
    let mut table = "| what | measured | goal |\n| --- | --- | --- |\n".to_owned();
    for Figure { what, measured, goal } in figures {
        let _ = writeln!(table, "| {what} | {measured} | {goal} |");
    }
    println!("{table}");
    if words.iter().any(|word| word == "--save") {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let version = env!("CARGO_PKG_VERSION");
        let head = format!(
            "# What remembering saves\n\nassetc {version}, {cores} cores. `cargo bench --bench warm -- --save` writes this page.\n\n"
        );
        let path = Path::new(toolbox::PROJECT).join("benches/results/warm.md");
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("benches/results can be made");
        std::fs::write(path, head + &table).expect("benches/results can be written");
    }
}

/// Of times in milliseconds: the middle one and the one that one in a hundred exceeds.
fn percentiles(times: &mut [f64]) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[times.len() * 99 / 100])
}
