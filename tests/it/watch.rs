//! `assetc watch`, the real binary under the system's real events, in everything that editors, git and people do to it.

#![expect(clippy::disallowed_methods, reason = "a test makes its own files")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::toolbox::{ASSETC, PROJECT, empty_folder, run};
use crate::tree;

/// Longer than any build here takes on a busy machine.
const SOON: Duration = Duration::from_secs(30);

/// So long it must be quiet for nothing more to be coming.
const QUIET: Duration = Duration::from_millis(400);

pub struct Watch {
    site: PathBuf,
    child: Child,
    lines: Receiver<Value>,
}

impl Watch {
    /// Starts `assetc watch` on a small site and waits until it watches.
    #[track_caller]
    fn start(name: &str, args: &[&str]) -> Self {
        let site = empty_folder(&format!("watch-{name}"));
        write(&site, "assets/css/app.css", "@import \"_part.css\";\na { color: red; background: url(../img/a.png) }\n");
        write(&site, "assets/css/_part.css", "b { order: 1 }\n");
        write(&site, "assets/css/other.css", "@import \"_part.css\";\n");
        write(&site, "assets/js/main.ts", "import { part } from './_part.ts';\nconsole.log(part as string);\n");
        write(&site, "assets/js/_part.ts", "export const part = '1';\n");
        fs::create_dir_all(site.join("assets/img")).unwrap();
        fs::copy(picture("truecolor"), site.join("assets/img/a.png")).unwrap();
        Self::start_in(site, args)
    }

    #[track_caller]
    pub fn start_in(site: PathBuf, args: &[&str]) -> Self {
        let mut child = Command::new(ASSETC)
            .args(["watch", "--json", "--root"])
            .arg(&site)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let line = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let watch = Self { site, child, lines };
        while watch.line()["event"] != "watching" {}
        watch
    }

    #[track_caller]
    fn line(&self) -> Value {
        self.lines.recv_timeout(SOON).expect("a line in time")
    }

    /// The builds until it is quiet; at least one.
    #[track_caller]
    fn builds(&self) -> Vec<Value> {
        let mut builds = vec![self.line()];
        while let Ok(line) = self.lines.recv_timeout(QUIET) {
            builds.push(line);
        }
        builds
    }

    /// Makes one more change, waits for its build, and until no more come.
    pub fn until_quiet(&self, step: usize) {
        self.write("assets/last.css", &format!("a {{ order: {step} }}\n"));
        self.line();
        while self.lines.recv_timeout(2 * QUIET).is_ok() {}
    }

    /// Waits for a build, and for the quiet after it, and compares with a clean build.
    #[track_caller]
    fn rebuilds(&self) -> Vec<Value> {
        let builds = self.builds();
        assert_eq!(builds.last().unwrap()["ok"], true, "{builds:#?}");
        self.is_as_a_clean_build();
        builds
    }

    #[track_caller]
    fn fails(&self, code: &str) {
        let before = output_of(&self.site);
        let builds = self.builds();
        let last = builds.last().unwrap();
        let said = last["diagnostics"].as_array().unwrap().iter().any(|diagnostic| diagnostic["code"] == code);
        assert!(last["ok"] == false && said, "{builds:#?}");
        assert!(output_of(&self.site) == before, "the last good output stays");
    }

    #[track_caller]
    fn stays_quiet(&self) {
        if let Ok(line) = self.lines.recv_timeout(2 * QUIET) {
            panic!("nothing to build, yet: {line:#}");
        }
    }

    #[track_caller]
    fn is_as_a_clean_build(&self) {
        let clean = empty_folder(&format!("{}-clean", self.site.file_name().unwrap().to_str().unwrap()));
        for entry in fs::read_dir(&self.site).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_owned();
            if name == "static" || name == ".assetc" || name == ".git" {
                continue;
            }
            run(Command::new("cp").arg("-a").arg(&path).arg(&clean));
        }
        run(Command::new(ASSETC).args(["build", "--no-cache", "--mode", "development", "--root"]).arg(&clean));
        let differences = tree::differences(&output_of(&self.site), &output_of(&clean));
        assert_eq!(differences, Vec::<String>::new());
    }

    fn write(&self, path: &str, text: &str) {
        write(&self.site, path, text);
    }

    fn path(&self, path: &str) -> PathBuf {
        self.site.join(path)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn write(site: &Path, path: &str, text: &str) {
    let path = site.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn picture(name: &str) -> PathBuf {
    Path::new(PROJECT).join(format!("fixtures/png/optimized/assets/img/{name}.png"))
}

/// The output without what is not published: lock, ledger, staging.
pub fn output_of(site: &Path) -> tree::Tree {
    let mut output = tree::read(&site.join("static"));
    output.retain(|path, _| !path.starts_with('.'));
    output
}

fn signal(child: &Child, name: &str) {
    run(Command::new("kill").args([format!("-{name}"), child.id().to_string()]));
}

#[test]
fn saves_of_every_kind_are_noticed() {
    let watch = Watch::start("saves", &[]);
    // In place.
    watch.write("assets/css/app.css", "a { order: 123 }\n");
    let built = watch.rebuilds();
    assert_eq!(built.len(), 1, "one save, one build: {built:#?}");
    assert!(watch.read("static/css/app.css").contains("123"));
    // By rename.
    watch.write("assets/css/app.css.tmp", "a { color: green }\n");
    fs::rename(watch.path("assets/css/app.css.tmp"), watch.path("assets/css/app.css")).unwrap();
    watch.rebuilds();
    // As vim does: away, anew, backup deleted; with its trial file and its swap file.
    watch.write("assets/css/4913", "");
    fs::remove_file(watch.path("assets/css/4913")).unwrap();
    fs::rename(watch.path("assets/css/app.css"), watch.path("assets/css/app.css~")).unwrap();
    watch.write("assets/css/app.css", "a { color: gray }\n");
    fs::remove_file(watch.path("assets/css/app.css~")).unwrap();
    watch.rebuilds();
    // Deleted and created again, with a pause.
    fs::remove_file(watch.path("assets/css/app.css")).unwrap();
    std::thread::sleep(Duration::from_millis(10));
    watch.write("assets/css/app.css", "a { color: teal }\n");
    watch.rebuilds();
    // Neither is a change of anything.
    run(Command::new("touch").arg(watch.path("assets/css/app.css")));
    watch.write("assets/css/.app.css.swp", "x");
    watch.stays_quiet();
    // A partial that two sheets import.
    watch.write("assets/css/_part.css", "b { order: 2 }\n");
    watch.rebuilds();
}

#[test]
fn files_and_folders_come_and_go() {
    let watch = Watch::start("folders", &[]);
    for nth in 0..5 {
        watch.write(&format!("assets/new/{nth}/deep/{nth}.css"), "a { order: 1 }\n");
    }
    watch.rebuilds();
    assert!(watch.path("static/new/4/deep/4.css").is_file());
    watch.write("assets/new/4/deep/4.css", "a { order: 2 }\n");
    watch.rebuilds();
    fs::rename(watch.path("assets/new"), watch.path("assets/renamed")).unwrap();
    watch.rebuilds();
    watch.write("assets/renamed/4/deep/4.css", "a { order: 3 }\n");
    watch.rebuilds();
    fs::remove_dir_all(watch.path("assets/renamed")).unwrap();
    watch.rebuilds();
    assert!(!watch.path("static/renamed").exists());
    // The source root itself.
    fs::rename(watch.path("assets"), watch.path("elsewhere")).unwrap();
    watch.fails("missing-root");
    fs::rename(watch.path("elsewhere"), watch.path("assets")).unwrap();
    watch.rebuilds();
    watch.write("assets/css/other.css", "a { order: 4 }\n");
    watch.rebuilds();
    // And the output.
    fs::remove_dir_all(watch.path("static")).unwrap();
    watch.write("assets/css/other.css", "a { order: 5 }\n");
    watch.rebuilds();
}

#[test]
fn a_broken_source_leaves_the_output_and_a_repair_clears_it() {
    let watch = Watch::start("broken", &[]);
    watch.write("assets/js/main.ts", "let = ;\n");
    watch.fails("invalid-script");
    watch.write("assets/css/app.css", "a { background: url(../img/none.png) }\n");
    watch.fails("invalid-script");
    watch.write("assets/js/main.ts", "console.log(1);\n");
    watch.fails("unresolved-reference");
    fs::copy(picture("palette"), watch.path("assets/img/none.png")).unwrap();
    watch.rebuilds();
}

#[test]
fn configuration_is_read_again() {
    let watch = Watch::start("configuration", &[]);
    watch.write("assetc.toml", "[output]\nsource_maps = false\n");
    watch.rebuilds();
    assert!(!watch.path("static/css/app.css.map").exists());
    watch.write("assetc.toml", "[output\n");
    watch.fails("invalid-config");
    watch.write("assetc.toml", "roots = [\"assets\", \"more\"]\n");
    watch.fails("missing-root");
    watch.write("more/css/more.css", "a { order: 1 }\n");
    watch.rebuilds();
    watch.write("assets/css/app.css", "a { color: light-dark(red, blue); inset: 0 }\n");
    watch.rebuilds();
    watch.write(".browserslistrc", "chrome 80\n");
    watch.rebuilds();
    fs::remove_file(watch.path(".browserslistrc")).unwrap();
    watch.rebuilds();
    watch.write("package.json", "{\"browserslist\": [\"chrome 80\"]}\n");
    watch.rebuilds();
    watch.write("tsconfig.json", "{\"compilerOptions\": {\"jsx\": \"react-jsx\", \"jsxImportSource\": \"preact\"}}\n");
    watch.builds();
    watch.is_as_a_clean_build();
    watch.write(".gitignore", "other.css\n");
    watch.rebuilds();
    assert!(!watch.path("static/css/other.css").exists());
}

#[test]
fn a_branch_switch_of_thousands_of_files_is_one_rebuild() {
    let site = empty_folder("watch-git");
    let git = |args: &[&str]| {
        let identity = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "core.fsync=none"];
        run(Command::new("git").args(identity).args(args).current_dir(&site))
    };
    git(&["init", "--quiet", "--initial-branch=main"]);
    let files = |version: usize| {
        for nth in 0..2000 {
            write(&site, &format!("assets/{}/{nth}.css", nth % 50), &format!("a {{ order: {version}{nth} }}\n"));
        }
    };
    write(&site, ".gitignore", "/static/\n.assetc/\n");
    files(1);
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "1"]);
    git(&["checkout", "--quiet", "-b", "other"]);
    files(2);
    fs::remove_dir_all(site.join("assets/7")).unwrap();
    write(&site, "assets/new/1.css", "b {}\n");
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "2"]);
    let watch = Watch::start_in(site.clone(), &[]);
    for branch in ["main", "other"] {
        git(&["checkout", "--quiet", branch]);
        let builds = watch.rebuilds();
        assert!(builds.len() <= 2, "{} builds for one checkout", builds.len());
    }
}

#[test]
fn a_second_watch_is_refused_and_names_the_first() {
    let watch = Watch::start("second", &[]);
    for command in ["watch", "build"] {
        let second = Command::new(ASSETC).args([command, "--root"]).arg(&watch.site).output().unwrap();
        assert_eq!(second.status.code(), Some(1));
        let words = String::from_utf8_lossy(&second.stderr).into_owned();
        assert!(words.contains("output-locked") && words.contains(&watch.child.id().to_string()), "{words}");
    }
}

#[test]
fn signals_and_a_closed_input_end_it_with_success() {
    for name in ["INT", "TERM"] {
        let mut watch = Watch::start(&format!("signal-{name}"), &[]);
        let start = Instant::now();
        signal(&watch.child, name);
        assert_eq!(watch.child.wait().unwrap().code(), Some(0), "SIG{name}");
        assert!(start.elapsed() < Duration::from_secs(5));
        let left: Vec<_> = tree::read(&watch.path("static")).into_keys().filter(|path| path.starts_with('.')).collect();
        assert_eq!(left, [".assetc-ledger.json"], "no lock and no staging folder stays");
    }
    let mut watch = Watch::start("stdin", &["--exit-on-stdin-close"]);
    drop(watch.child.stdin.take());
    assert_eq!(watch.child.wait().unwrap().code(), Some(0));
    // Without the flag a closed input means nothing: containers have none.
    let mut watch = Watch::start("no-stdin", &[]);
    drop(watch.child.stdin.take());
    watch.write("assets/css/app.css", "a { order: 7 }\n");
    watch.rebuilds();
}

#[test]
fn polling_notices_the_same() {
    let watch = Watch::start("poll", &["--poll"]);
    watch.write("assets/css/app.css", "a { color: blue }\n");
    watch.rebuilds();
    watch.write("assets/new/deep/x.css", "a { color: blue }\n");
    watch.rebuilds();
    fs::remove_dir_all(watch.path("assets/new")).unwrap();
    watch.rebuilds();
    watch.write("assetc.toml", "[output]\nsource_maps = false\n");
    watch.rebuilds();
    watch.stays_quiet();
}

#[test]
fn links_out_of_the_source_root_are_watched_where_they_lead() {
    let watch = Watch::start("links", &[]);
    watch.write("shared/s.css", "a { order: 1 }\n");
    // A new folder might be a source root, so it is looked at.
    assert!(watch.rebuilds().iter().all(|build| build["written"] == 0));
    std::os::unix::fs::symlink("../shared", watch.path("assets/shared")).unwrap();
    watch.rebuilds();
    watch.write("shared/s.css", "a { order: 2 }\n");
    watch.rebuilds();
    assert!(watch.read("static/shared/s.css").contains('2'));
}

#[test]
fn a_killed_watch_leaves_whole_files_and_the_next_goes_on() {
    let kills = std::env::var("ASSETC_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(8);
    let mut watch = Watch::start("killed", &[]);
    for nth in 0..kills {
        for file in 0..20 {
            watch.write(&format!("assets/many/{file}.css"), &format!("a {{ order: {nth} }}\n"));
        }
        std::thread::sleep(Duration::from_millis(nth * 7 % 60));
        watch.child.kill().unwrap();
        watch.child.wait().unwrap();
        for (path, node) in output_of(&watch.site) {
            if let tree::Node::File(bytes) = node {
                assert!(!bytes.is_empty(), "`{path}` is empty after kill {nth}");
            }
        }
        let manifest = fs::read_to_string(watch.path("static/assetc.json")).unwrap();
        serde_json::from_str::<Value>(&manifest).expect("a whole manifest");
        watch = Watch::start_in(watch.site.clone(), &[]);
        watch.is_as_a_clean_build();
    }
}
