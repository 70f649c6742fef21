//! Sass that others wrote, judged by npm's `sass`; and sheets that end the process that compiles them.

#![expect(clippy::disallowed_methods, reason = "a test makes its own files")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::toolbox::{self, ASSETC, PROJECT};

/// The folder of the script that asks npm's `sass`, with the packages that `tests/sass/entries` load.
fn sass_tools() -> PathBuf {
    let files = Path::new(PROJECT).join("tests/sass");
    let lockfile = fs::read(files.join("package-lock.json")).unwrap();
    let folder = toolbox::install_npm("sass", &lockfile, &files);
    fs::copy(files.join("judge.mjs"), folder.join("judge.mjs")).unwrap();
    folder
}

/// A project with the entries and their packages.
fn project(name: &str, tools: &Path) -> PathBuf {
    let folder = toolbox::empty_folder(name);
    fs::create_dir(folder.join("assets")).unwrap();
    for entry in fs::read_dir(Path::new(PROJECT).join("tests/sass/entries")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.join("assets").join(path.file_name().unwrap())).unwrap();
    }
    symlink(tools.join("node_modules"), folder.join("node_modules")).unwrap();
    let load_paths = r#"["node_modules/@uswds/uswds/packages", "node_modules/foundation-sites/scss"]"#;
    let config = format!(
        "[sass]\nload_paths = {load_paths}\nsilence = [\"import\"]\n[compress]\nbrotli = false\ngzip = false\n"
    );
    fs::write(folder.join("assetc.toml"), config).unwrap();
    folder
}

fn build(folder: &Path, arguments: &[&str]) {
    toolbox::run(Command::new(ASSETC).args(["build", "--quiet"]).args(arguments).current_dir(folder));
}

fn judge(tools: &Path, arguments: &[&Path]) -> Value {
    let said = toolbox::run(Command::new("node").arg(tools.join("judge.mjs")).args(arguments));
    serde_json::from_str(&said).unwrap()
}

#[test]
fn frameworks_become_what_npms_sass_makes_of_them() {
    let tools = sass_tools();
    let ours = project("sass-ours", &tools);
    build(&ours, &["--mode", "development"]);
    let theirs = toolbox::empty_folder("sass-theirs");
    let judged = judge(&tools, &[&ours, &theirs.join("assets"), &ours.join("static")]);
    let entries = judged.as_object().unwrap();
    assert!(entries.len() >= 12, "{judged}");

    // Of both only what the same minifier makes is compared: sasso and npm's end their files differently.
    build(&ours, &[]);
    fs::remove_dir_all(theirs.join("static")).ok();
    build(&theirs, &[]);
    for (name, facts) in entries {
        let read = |folder: &Path| fs::read_to_string(folder.join(format!("static/{name}.css"))).unwrap();
        let (ours, theirs) = (read(&ours), read(&theirs));
        // The one difference that is known: `@extend` inside of `:not()` drops a duplicate here.
        let theirs = theirs.replace(":not(.btn-large):not(.btn-large)", ":not(.btn-large)");
        assert!(ours == theirs, "{name}: {}", first_difference(&ours, &theirs));

        // The minifier makes shorthands of several declarations; those lead to one of their parts.
        let number = |key: &str| facts[key].as_u64().unwrap();
        assert!(number("declarations") > 100, "{name}: {facts}");
        assert!(number("strange") * 50 <= number("declarations"), "{name}: {facts}");
    }
}

fn first_difference(ours: &str, theirs: &str) -> String {
    let same = ours.bytes().zip(theirs.bytes()).take_while(|(a, b)| a == b).count();
    let around = |text: &str| {
        let start = same.saturating_sub(60);
        text.get(start..(same + 60).min(text.len())).unwrap_or_default().to_owned()
    };
    format!("ours  {}\ntheirs {}", around(ours), around(theirs))
}

#[test]
fn an_installed_sass_can_be_asked_for() {
    let tools = sass_tools();
    let folder = toolbox::empty_folder("sass-command");
    fs::create_dir(folder.join("assets")).unwrap();
    fs::write(folder.join("assets/_part.scss"), "@warn 'old';\n.part {\n  width: percentage(0.5);\n}\n").unwrap();
    fs::write(folder.join("assets/app.scss"), "@use 'part';\n.a {\n  color: red;\n}\n").unwrap();
    let sass = tools.join("node_modules/.bin/sass");
    fs::write(folder.join("assetc.toml"), format!("[sass]\ncommand = [{sass:?}]\n")).unwrap();
    let mut command = Command::new(ASSETC);
    command.args(["build", "--mode", "development"]).current_dir(&folder);
    let output = command.output().unwrap();
    let words = toolbox::words(&output);
    assert!(output.status.success(), "{words}");
    assert!(words.contains("`@warn` says: old") && words.contains("assets/_part.scss:1:1"), "{words}");
    assert!(words.contains("(`global-builtin`)") && words.contains("assets/_part.scss:3:10"), "{words}");
    assert!(fs::read_to_string(folder.join("static/app.css.map")).unwrap().contains("assetc:///assets/_part.scss"));

    fs::write(folder.join("assets/_part.scss"), ".part {\n  width: $undefined;\n}\n").unwrap();
    let output = command.output().unwrap();
    let words = toolbox::words(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(words.contains("error[invalid-sass]: Undefined variable"), "{words}");
    assert!(words.contains("assets/_part.scss:2:10") && words.contains("assets/app.scss:1:1"), "{words}");
}

#[test]
fn a_library_without_a_worker_compiles_in_its_own_process() {
    let folder = toolbox::empty_folder("sass-in-process");
    fs::create_dir(folder.join("assets")).unwrap();
    fs::write(folder.join("assets/app.scss"), ".a { .b { color: red } }").unwrap();
    let settings = assetc::config::Settings::new(fs::canonicalize(&folder).unwrap(), assetc::config::Mode::Production);
    assert_eq!(settings.sass.worker, None);
    let built = assetc::pipeline::build(&settings, &assetc::context::Silent);
    assert!(built.report.is_some(), "{:?}", built.diagnostics);
    assert_eq!(fs::read_to_string(folder.join("static/app.css")).unwrap(), ".a .b{color:red}");
}

#[test]
fn a_worker_ends_with_the_build_that_started_it() {
    let mut worker = Command::new(ASSETC)
        .arg("sass-worker")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    drop(worker.stdin.take());
    assert!(worker.wait().unwrap().success());
}
