//! The example site, built and then collected and served by real Django: `tests/django/collect_and_crawl.py`.
//!
//! Needs a Python and, the first time, a package index: what is installed is pinned and hash-locked, and kept in
//! `target/test-tools`.

#![expect(clippy::disallowed_methods, reason = "a test makes its own files")]

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

const DJANGO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/django");
const SITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/site");

#[test]
fn django_5_2_collects_and_serves_the_example_site() {
    collect_and_crawl("5.2", (3, 10));
}

#[test]
fn django_6_collects_and_serves_the_example_site() {
    collect_and_crawl("6", (3, 12));
}

/// Every storage with `DEBUG` on and off on a production build, and `DEBUG` on a development build.
#[track_caller]
fn collect_and_crawl(django: &str, oldest_python: (u32, u32)) {
    let python = django_python(django, oldest_python);
    let production = build_site(&format!("django-{django}"), "production");
    let development = build_site(&format!("django-{django}"), "development");
    let runs = ["plain", "manifest", "whitenoise"]
        .into_iter()
        .flat_map(|storage| [(&production, storage, None), (&production, storage, Some("--debug"))])
        .chain([(&development, "manifest", Some("--debug"))]);
    for (site, storage, debug) in runs {
        let script = Path::new(DJANGO).join("collect_and_crawl.py");
        let mut crawl = Command::new(&python);
        crawl.arg("-B").arg(script).arg(site).args(["--storage", storage]).args(debug);
        let said = run(&mut crawl);
        println!("Django {django}, {storage} storage, {}: {said}", debug.unwrap_or("production settings"));
    }
}

/// A copy of the example site, with its assets built.
#[track_caller]
fn build_site(name: &str, mode: &str) -> PathBuf {
    let site = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name).join(mode);
    if site.exists() {
        fs::remove_dir_all(&site).unwrap();
    }
    copy_folder(Path::new(SITE), &site);
    run(Command::new(env!("CARGO_BIN_EXE_assetc")).args(["build", "--mode", mode, "--root"]).arg(&site));
    site
}

/// Copies a folder, without what somebody built in it.
fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_file() {
            fs::copy(path, to.join(name)).unwrap();
        } else if !["static", "staticfiles", "__pycache__"].map(OsStr::new).contains(&name.as_os_str()) {
            copy_folder(&path, &to.join(name));
        }
    }
}

/// The Python of a virtual environment that holds this Django: made once, for all who ask at the same time.
#[track_caller]
fn django_python(django: &str, oldest_python: (u32, u32)) -> PathBuf {
    let requirements = Path::new(DJANGO).join(format!("requirements-{django}.txt"));
    let python = find_python(django, oldest_python);
    let version = run(Command::new(&python).args(["-c", "import sys; print(sys.version, sys.prefix)"]));
    let hash = Sha256::new().chain_update(fs::read(&requirements).unwrap()).chain_update(version).finalize();
    let hash: String = hash[..6].iter().map(|byte| format!("{byte:02x}")).collect();

    let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("test-tools");
    let environment = tools.join(format!("django-{django}-{hash}"));
    let complete = environment.join("complete");
    fs::create_dir_all(&tools).unwrap();
    let lock = File::create(tools.join(format!("django-{django}-{hash}.lock"))).unwrap();
    lock.lock().unwrap();
    let bin = environment.join(if cfg!(windows) { "Scripts" } else { "bin" }).join("python");
    if !complete.exists() {
        run(Command::new(&python).args(["-m", "venv", "--clear"]).arg(&environment));
        run(Command::new(&bin)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r"])
            .arg(&requirements));
        fs::write(&complete, "").unwrap();
    }
    bin
}

/// A Python that is new enough and can make virtual environments.
#[track_caller]
fn find_python(django: &str, (major, minor): (u32, u32)) -> PathBuf {
    let probe = format!("import ensurepip, sys, venv; sys.exit(sys.version_info < ({major}, {minor}))");
    let mut candidates = ["python3.13", "python3.12", "python3"].map(PathBuf::from).to_vec();
    candidates.extend(pyenv_pythons());
    let works = |python: &PathBuf| {
        Command::new(python).args(["-c", &probe]).output().is_ok_and(|output| output.status.success())
    };
    let Some(found) = candidates.iter().find(|python| works(python)) else {
        panic!(
            "Django {django} needs Python {major}.{minor} or newer with its venv module, and none was found; \
             tried {candidates:?}\n\nInstall one so that `python3` or `python{major}.{minor}` finds it: on Debian or Ubuntu \
             `apt-get install python3 python3-venv` where that is new enough, else `pyenv install 3.13` or \
             `uv python install 3.13`"
        );
    };
    found.clone()
}

/// What pyenv has installed; its shims find only the versions that were chosen.
fn pyenv_pythons() -> Vec<PathBuf> {
    let home = std::env::var_os("HOME").map(|home| Path::new(&home).join(".pyenv"));
    let root = std::env::var_os("PYENV_ROOT").map(PathBuf::from).or(home);
    let versions = root.and_then(|root| fs::read_dir(root.join("versions")).ok());
    let mut pythons: Vec<_> =
        versions.into_iter().flatten().flatten().map(|version| version.path().join("bin/python3")).collect();
    pythons.sort();
    pythons
}

/// What the command printed, when it succeeds; else the test fails with all that it said.
#[track_caller]
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?} ended with {}\n{said}\n{complained}", output.status);
    said.trim_end().to_owned()
}
