//! The three figures of the foundation: what assetc costs beside the libraries it calls, the memory it needs, how long it takes to start.
//!
//! ```sh
//! cargo bench --bench foundation              # prints a table
//! cargo bench --bench foundation -- --save    # and writes it to benches/results/foundation.md
//! cargo bench --bench foundation -- overhead  # one of: overhead, memory, start-up
//! ```
//!
//! All are ratios or medians of interleaved runs, so that a busy machine shifts both sides alike.
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a program of its own, which measures and prints")]

mod bare;
mod memory;
mod overhead;
mod start_up;
#[path = "../../tests/it/toolbox.rs"]
#[expect(dead_code, reason = "no browser here")]
mod toolbox;

use std::fmt::Write;
use std::path::Path;

/// The same as assetc's own, so that the libraries called alone do not pay for a slower one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// One line of the table.
struct Figure {
    what: String,
    measured: String,
    goal: &'static str,
}

/// The first argument when this program calls itself, for the libraries alone on the folder that follows.
const BARE: &str = "bare";

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [first, folder] = &words[..]
        && first == BARE
    {
        return bare::run(Path::new(folder));
    }
    let chosen: Vec<&str> = words.iter().map(String::as_str).filter(|word| !word.starts_with("--")).collect();
    let wanted = |name: &str| chosen.is_empty() || chosen.contains(&name);
    let mut figures = Vec::new();
    if wanted("start-up") {
        figures.extend(start_up::measure());
    }
    if wanted("overhead") {
        figures.extend(overhead::measure());
    }
    if wanted("memory") {
        figures.extend(memory::measure());
    }
    let table = table(&figures);
    println!("{table}");
    if words.iter().any(|word| word == "--save") {
        let path = Path::new(toolbox::PROJECT).join("benches/results/foundation.md");
        let _ = std::fs::create_dir_all(path.with_file_name(""));
        std::fs::write(path, page(&table)).expect("benches/results can be written");
    }
}

fn table(figures: &[Figure]) -> String {
    let mut text = "| what | measured | goal |\n| --- | --- | --- |\n".to_owned();
    for Figure { what, measured, goal } in figures {
        let _ = writeln!(text, "| {what} | {measured} | {goal} |");
    }
    text
}

fn page(table: &str) -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "# The foundation\n\nassetc {version}, {cores} cores. `cargo bench --bench foundation -- --save` writes this page.\n\n{table}"
    )
}

/// The middle one; of an even number, the upper of the two.
fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
