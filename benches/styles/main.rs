//! Sass frameworks beside npm's `sass`: CPU seconds and bytes.
//!
//! ```sh
//! cargo bench --bench styles            # prints a table
//! cargo bench --bench styles -- --save  # and writes it to benches/results/styles.md
//! ```
//!
//! Every run is a process of its own that compiles one entry of `tests/sass/entries`, as a build in CI does; assetc remembers nothing, bundles,
//! minifies and publishes as well. The runs of both are interleaved, and of each the fastest counts, so that a busy machine shifts both alike.
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a program of its own, which measures and prints")]

#[path = "../../tests/it/toolbox.rs"]
#[expect(dead_code, reason = "no browser here")]
mod toolbox;

use std::fmt::Write;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

/// Runs of each; the fastest counts.
const RUNS: usize = 2;

fn main() {
    let files = Path::new(toolbox::PROJECT).join("tests/sass");
    let tools = toolbox::install_npm("sass", &fs::read(files.join("package-lock.json")).unwrap(), &files);
    let mut table = "| | npm's `sass`, CPU s | assetc, CPU s | ratio | Sass output | assetc's |\n| --- | --- | --- | --- | --- | --- |\n".to_owned();
    let mut entries: Vec<_> = fs::read_dir(files.join("entries")).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        let name = entry.file_stem().unwrap().to_string_lossy().into_owned();
        let project = toolbox::empty_folder("bench-styles");
        fs::create_dir(project.join("assets")).unwrap();
        fs::copy(&entry, project.join(format!("assets/{name}.scss"))).unwrap();
        symlink(tools.join("node_modules"), project.join("node_modules")).unwrap();
        let load_paths = ["node_modules", "node_modules/@uswds/uswds/packages", "node_modules/foundation-sites/scss"];
        fs::write(
            project.join("assetc.toml"),
            format!("[sass]\nload_paths = {load_paths:?}\n[compress]\nbrotli = false\ngzip = false\n"),
        )
        .unwrap();
        // npm's knows `~` only through an importer.
        let source = fs::read_to_string(&entry).unwrap().replace("\"~", "\"");
        fs::write(project.join(format!("plain-{name}.scss")), source).unwrap();
        let ours = format!("{} build --no-cache --quiet", toolbox::ASSETC);
        let flags: String = load_paths.iter().fold(String::new(), |flags, path| flags + " --load-path=" + path);
        let theirs = format!("node_modules/.bin/sass --quiet --no-source-map{flags} plain-{name}.scss sass.css");
        let (mut best_ours, mut best_theirs) = (f64::MAX, f64::MAX);
        for _ in 0..RUNS {
            best_theirs = best_theirs.min(cpu_seconds(&theirs, &project));
            best_ours = best_ours.min(cpu_seconds(&ours, &project));
        }
        let size = |path: String| fs::metadata(project.join(path)).unwrap().len();
        let (compiled, minified) = (size("sass.css".to_owned()), size(format!("static/{name}.css")));
        let ratio = best_theirs / best_ours;
        let _ =
            writeln!(table, "| {name} | {best_theirs:.2} | {best_ours:.2} | {ratio:.1} | {compiled} | {minified} |");
    }
    println!("{table}");
    if std::env::args().any(|word| word == "--save") {
        let path = Path::new(toolbox::PROJECT).join("benches/results/styles.md");
        fs::create_dir_all(path.with_file_name("")).unwrap();
        let heading = "# Sass frameworks\n\nWritten by `cargo bench --bench styles -- --save`; see benches/styles/main.rs. One process an entry, from cold.\n\n";
        fs::write(path, heading.to_owned() + &table).unwrap();
    }
}

/// What a command takes of the processor, its children included.
fn cpu_seconds(command: &str, folder: &Path) -> f64 {
    let script = format!("TIMEFORMAT='%U %S'; time {command} >&2");
    let output = Command::new("bash").args(["-c", &script]).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{command}\n{}", toolbox::words(&output));
    let words = String::from_utf8_lossy(&output.stderr);
    // What `time` says comes last.
    let last = words.trim_end().lines().last().unwrap_or_default();
    last.split(' ').map(|seconds| seconds.parse::<f64>().unwrap()).sum()
}
