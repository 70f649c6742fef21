//! What tests need beside Rust: Node and its packages, a Chromium, a Django's files.
//!
//! Each is looked for first, then installed: once, pinned, into `target/test-tools`, whoever asks first. Programs come from Debian's
//! packages where the tests may install them. What cannot be had fails the test with words that say what to install.

#![expect(clippy::disallowed_methods, reason = "a test makes its own files")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sha2::{Digest, Sha256};

pub const PROJECT: &str = env!("CARGO_MANIFEST_DIR");
pub const ASSETC: &str = env!("CARGO_BIN_EXE_assetc");

/// The folder of Node scripts, with the packages that they need and the third-party files that the tests build.
#[track_caller]
pub fn node_tools() -> PathBuf {
    let scripts = Path::new(PROJECT).join("tests/web");
    let lockfile = fs::read(scripts.join("package-lock.json")).unwrap();
    let packages = install_npm("node", &lockfile, &scripts);
    // The scripts may change without the packages, and Node finds packages beside the scripts.
    let copied = tools().join("node-scripts");
    let _lock = lock("node-scripts");
    fs::create_dir_all(&copied).unwrap();
    let link = copied.join("node_modules");
    let _ = fs::remove_file(&link);
    std::os::unix::fs::symlink(packages.join("node_modules"), &link).unwrap();
    for entry in fs::read_dir(&scripts).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "mjs") || path.ends_with("package.json") {
            replace_file(&copied.join(path.file_name().unwrap()), &fs::read(&path).unwrap());
        }
    }
    copied
}

/// A folder with the packages that the lockfile in `files` names.
#[track_caller]
pub fn install_npm(name: &str, lockfile: &[u8], files: &Path) -> PathBuf {
    install_program("node", &["nodejs", "npm"]);
    install_program("npm", &["npm"]);
    install_once(name, lockfile, |folder| {
        for name in ["package.json", "package-lock.json", ".npmrc"] {
            fs::copy(files.join(name), folder.join(name)).unwrap();
        }
        run(Command::new("npm").args(["ci", "--silent"]).current_dir(folder));
    })
}

/// A command that runs one of the Node scripts.
#[track_caller]
pub fn node(script: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(node_tools().join(script));
    command
}

/// A Chromium or Chrome that can run headless.
#[track_caller]
pub fn chromium() -> PathBuf {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let find = || names.iter().find_map(|name| find_program(name));
    find().unwrap_or_else(|| {
        install_program("chromium", &["chromium"]);
        find().expect("it was just installed")
    })
}

/// The folder of an installed Django, for its static files.
#[track_caller]
pub fn django_files() -> PathBuf {
    install_program("python3", &["python3", "python3-pip"]);
    let requirements = Path::new(PROJECT).join("tests/web/requirements.txt");
    let folder = install_once("django-files", &fs::read(&requirements).unwrap(), |folder| {
        let mut pip = Command::new("python3");
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--require-hashes",
            "--target",
        ]);
        run(pip.arg(folder).arg("-r").arg(&requirements));
    });
    folder.join("django")
}

/// What the command printed, when it succeeds; else the test fails with all that it said.
#[track_caller]
pub fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?} ended with {}\n{}", output.status, words(&output));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

pub fn words(output: &Output) -> String {
    format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// An empty folder for a test, below `target`.
#[track_caller]
pub fn empty_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn tools() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("test-tools")
}

/// Held until it is dropped, against other tests and other test runs.
#[track_caller]
fn lock(name: &str) -> File {
    fs::create_dir_all(tools()).unwrap();
    let file = File::create(tools().join(format!("{name}.lock"))).unwrap();
    file.lock().unwrap();
    file
}

/// A folder that `install` filled once for this version of `wanted`.
#[track_caller]
pub fn install_once(name: &str, wanted: &[u8], install: impl FnOnce(&Path)) -> PathBuf {
    let digest = Sha256::digest(wanted);
    let version: String = digest[..6].iter().map(|byte| format!("{byte:02x}")).collect();
    let _lock = lock(name);
    let folder = tools().join(format!("{name}-{version}"));
    let complete = folder.join("complete");
    if !complete.exists() {
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir_all(&folder).unwrap();
        install(&folder);
        fs::write(&complete, "").unwrap();
    }
    folder
}

/// Installs Debian's packages when the program is missing.
#[track_caller]
pub fn install_program(program: &str, packages: &[&str]) {
    let _lock = lock("packages");
    if find_program(program).is_some() {
        return;
    }
    let install = format!("apt-get install -y --no-install-recommends {}", packages.join(" "));
    let script = format!("export DEBIAN_FRONTEND=noninteractive; apt-get update && {install}");
    let is_root = run(Command::new("id").arg("-u")) == "0";
    let mut command = Command::new(if is_root { "sh" } else { "sudo" });
    command.args(if is_root { &["-c"][..] } else { &["-n", "sh", "-c"] }).arg(&script);
    let said = command.output().map_or_else(|error| error.to_string(), |output| words(&output));
    assert!(
        find_program(program).is_some(),
        "these tests need `{program}`, and it could not be installed\n{said}\n\nInstall it: on Debian or Ubuntu, `{install}`"
    );
}

fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// Nobody who reads the file meanwhile sees half of it.
fn replace_file(path: &Path, bytes: &[u8]) {
    let temporary = path.with_extension("new");
    fs::write(&temporary, bytes).unwrap();
    fs::rename(temporary, path).unwrap();
}
