//! The example site, built and then collected and served by real Django: `tests/django/collect_and_crawl.py`.
//!
//! Needs a Python; the Djangos are installed into virtual environments of their own, pinned and hash-locked.

#![expect(clippy::disallowed_methods, reason = "a test makes its own files")]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::docs::blocks;
use crate::toolbox::{ASSETC, PROJECT, empty_folder, install_once, run};

/// The oldest Python of each Django.
const OLDEST_5_2: (u32, u32) = (3, 10);
pub const OLDEST_6: (u32, u32) = (3, 12);

#[test]
fn django_5_2_collects_and_serves_the_example_site() {
    collect_and_crawl("5.2", OLDEST_5_2);
}

#[test]
fn django_6_collects_and_serves_the_example_site() {
    collect_and_crawl("6", OLDEST_6);
}

#[test]
fn django_5_2_runs_the_python_package() {
    run_the_package("5.2", OLDEST_5_2);
}

#[test]
fn django_6_runs_the_python_package() {
    run_the_package("6", OLDEST_6);
}

/// `tests/django/test_package.py`.
#[track_caller]
fn run_the_package(django: &str, oldest_python: (u32, u32)) {
    let python = django_python(django, oldest_python);
    let name = |part: &str| format!("package-{django}-{part}");
    let readers = build_site(&name("readers"), "production");
    let mut configuration = fs::read_to_string(readers.join("assetc.toml")).unwrap();
    configuration.push_str("\n[manifest]\nformats = [\"vite\", \"webpack-loader\"]\n");
    fs::write(readers.join("assetc.toml"), configuration).unwrap();
    run(Command::new(ASSETC).args(["build", "--root"]).arg(&readers));
    let mut test = python_with_package(&python);
    test.arg(Path::new(PROJECT).join("tests/django/test_package.py"));
    run(test.args([build_site(&name("site"), "production"), build_site(&name("site"), "development"), readers]));
}

/// `tests/django/compare_collect.py`, on the static files of real apps.
#[test]
fn assetc_collect_gives_what_django_gives() {
    let python = django_python("apps", OLDEST_6);
    let script = Path::new(PROJECT).join("tests/django/compare_collect.py");
    println!("{}", run(python_with_package(&python).arg(script).arg(empty_folder("compare-collect"))));
}

/// A Python that has the package and finds the binary under test. It leaves no compiled files among the sources.
fn python_with_package(python: &Path) -> Command {
    let mut command = Command::new(python);
    command.arg("-B").env("PYTHONPATH", Path::new(PROJECT).join("packages/python")).env("ASSETC_BINARY", ASSETC);
    command
}

/// Installs the wheel as a user does, into an environment of its own: the command works, and so does the Django app.
#[test]
fn the_wheel_installs_the_binary_and_the_app() {
    let python = django_python("6", OLDEST_6);
    let folder = empty_folder("wheel");
    let pip = |python: &Path| {
        let mut pip = Command::new(python);
        pip.args(["-m", "pip", "--quiet", "--disable-pip-version-check"]);
        pip
    };
    let package = Path::new(PROJECT).join("packages/python");
    let mut build = pip(&python);
    build.args(["wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir"]).arg(&folder).arg(package);
    run(build.env("ASSETC_BINARY", ASSETC));

    let environment = folder.join("environment");
    run(Command::new(&python).args(["-m", "venv"]).arg(&environment));
    let installed = environment.join("bin/python");
    // What the README says, letter for letter; the package comes from the folder instead of a registry.
    let libraries = run(Command::new(&python).args(["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]));
    let site = build_site("wheel-site", "production");
    let in_environment = |program: &Path| {
        let mut command = Command::new(program);
        let path = format!("{}:{}", environment.join("bin").display(), std::env::var("PATH").unwrap());
        command.current_dir(&site).env("PATH", path).env("PIP_NO_INDEX", "1").env("PIP_FIND_LINKS", &folder);
        command.env("PIP_NO_DEPS", "1").env("PYTHONPATH", &libraries).env_remove("ASSETC_BINARY");
        command
    };
    for command in blocks("The Python package", "sh") {
        run(in_environment(Path::new("sh")).args(["-ec", &command]));
    }
    let settings = blocks("The Python package", "python").concat();
    fs::write(site.join("config/followed.py"), format!("from config.settings import *\n{settings}")).unwrap();

    let version = format!("assetc {}", env!("CARGO_PKG_VERSION"));
    assert_eq!(run(in_environment(Path::new("sh")).args(["-ec", "assetc --version"])), version);
    assert_eq!(run(in_environment(&installed).args(["-m", "assetc", "--version"])), version);
    let find = "import assetc.binary; print(assetc.binary.find_binary())";
    assert_eq!(Path::new(&run(in_environment(&installed).args(["-c", find]))), environment.join("bin/assetc"));
    let collect = "import django; django.setup()\n\
        from django.core.management import call_command\n\
        from django.templatetags.static import static\n\
        call_command('collectstatic', interactive=False, verbosity=0)\n\
        print(static('css/app.css'))";
    let mut collect_static = in_environment(&installed);
    collect_static.args(["-c", collect]).env("DJANGO_SETTINGS_MODULE", "config.followed").env("SITE_DEBUG", "0");
    let url = run(&mut collect_static);
    let name = url.strip_prefix("/static/").unwrap();
    assert_eq!(
        fs::read(site.join("static").join(name)).unwrap(),
        fs::read(site.join("staticfiles").join(name)).unwrap()
    );
}

/// Every storage with `DEBUG` on and off on a production build, and `DEBUG` on a development build.
#[track_caller]
fn collect_and_crawl(django: &str, oldest_python: (u32, u32)) {
    let python = django_python(django, oldest_python);
    let production = build_site(&format!("django-{django}"), "production");
    let development = build_site(&format!("django-{django}"), "development");
    let storages = ["plain", "manifest", "whitenoise", "assetc", "assetc-whitenoise"];
    let collected = [("assetc-collect", ""), ("manifest", "--collect"), ("whitenoise", "--collect")];
    let runs = storages.into_iter().flat_map(|storage| [(&production, storage, ""), (&production, storage, "--debug")]);
    let runs = runs.chain(collected.map(|(storage, flag)| (&production, storage, flag)));
    let runs = runs.chain([(&development, "manifest", "--debug")]);
    for (site, storage, flag) in runs {
        let script = Path::new(PROJECT).join("tests/django/collect_and_crawl.py");
        let mut crawl = python_with_package(&python);
        crawl.arg(script).arg(site).args(["--storage", storage]).args((!flag.is_empty()).then_some(flag));
        let said = run(&mut crawl);
        println!("Django {django}, {storage} storage {flag}: {said}");
    }
}

/// A copy of the example site, with its assets built; `name` tells apart the tests that make one.
#[track_caller]
pub fn build_site(name: &str, mode: &str) -> PathBuf {
    let site = empty_folder(&format!("{name}-{mode}"));
    copy_folder(&Path::new(PROJECT).join("fixtures/site"), &site);
    run(Command::new(ASSETC).args(["build", "--mode", mode, "--root"]).arg(&site));
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

/// The Python of a virtual environment that holds this Django.
#[track_caller]
pub fn django_python(django: &str, oldest_python: (u32, u32)) -> PathBuf {
    let requirements = Path::new(PROJECT).join(format!("tests/django/requirements-{django}.txt"));
    let python = find_python(django, oldest_python);
    let version = run(Command::new(&python).args(["-c", "import sys; print(sys.version, sys.prefix)"]));
    let wanted = [fs::read(&requirements).unwrap(), version.into_bytes()].concat();
    let python_of = |environment: &Path| environment.join("bin/python");
    let environment = install_once(&format!("django-{django}"), &wanted, |environment| {
        run(Command::new(&python).args(["-m", "venv"]).arg(environment));
        run(Command::new(python_of(environment))
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r"])
            .arg(&requirements));
    });
    python_of(&environment)
}

/// A Python that is new enough and can make virtual environments.
#[track_caller]
fn find_python(django: &str, (major, minor): (u32, u32)) -> PathBuf {
    let probe = format!("import ensurepip, sys, venv; sys.exit(sys.version_info < ({major}, {minor}))");
    // Each Django with a Python of its own time: two Pythons are tried where there are two.
    let mut candidates =
        [format!("python{major}.{minor}").as_str(), "python3.13", "python3.12", "python3"].map(PathBuf::from).to_vec();
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
