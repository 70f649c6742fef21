//! `assetc doctor` on a real Django with every fault planted, and on the example site.

#![expect(clippy::disallowed_methods, reason = "a test makes its own files")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::django::{build_site, django_python};
use crate::toolbox::{ASSETC, empty_folder, run};

/// What the doctor says, without what differs from machine to machine.
fn doctor(root: &Path, python: &Path, arguments: &[&str]) -> String {
    let mut doctor = Command::new(ASSETC);
    doctor.arg("doctor").arg("--root").arg(root).arg("--python").arg(python).args(arguments);
    let output = doctor.env_remove("VIRTUAL_ENV").env_remove("DJANGO_SETTINGS_MODULE").output().unwrap();
    let said = format!(
        "exit code: {}\n{}{}",
        output.status.code().unwrap(),
        String::from_utf8_lossy(&output.stderr),
        String::from_utf8_lossy(&output.stdout)
    );
    said.replace(&*python.to_string_lossy(), "python").replace(&*root.to_string_lossy(), "ROOT")
}

fn python() -> std::path::PathBuf {
    django_python("6", (3, 12))
}

fn with_settings(root: &Path, settings: &str) {
    fs::write(root.join("config/tried.py"), format!("from config.settings import *\n{settings}")).unwrap();
}

#[test]
fn every_planted_fault_is_found() {
    let site = build_site("doctor-faulty", "production");
    with_settings(
        &site,
        "print('a settings module may print')\n\
         STATIC_URL = '/static'\n\
         STATICFILES_STORAGE = 'whitenoise.storage.CompressedManifestStaticFilesStorage'\n\
         STATICFILES_DIRS = []\n\
         STATIC_ROOT = BASE_DIR / 'static' / 'collected'\n\
         MIDDLEWARE.insert(3, 'whitenoise.middleware.WhiteNoiseMiddleware')\n\
         DEBUG = False\n",
    );
    fs::create_dir(site.join(".git")).unwrap();
    let _ = fs::remove_file(site.join(".gitignore"));
    fs::write(site.join("static/robots.txt.gz"), "stale").unwrap();
    fs::create_dir_all(site.join("static/collected")).unwrap();
    fs::write(site.join("static/collected/secret.txt"), "x").unwrap();
    fs::set_permissions(site.join("static/collected/secret.txt"), fs::Permissions::from_mode(0o600)).unwrap();
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(60);
    fs::File::options().write(true).open(site.join("assets/css/app.css")).unwrap().set_modified(later).unwrap();
    insta::assert_snapshot!(doctor(&site, &python(), &["--settings", "config.tried"]));
}

#[test]
fn names_that_whitenoise_must_not_keep_and_builds_that_must_not_be_served() {
    let site = build_site("doctor-immutable", "production");
    with_settings(
        &site,
        "STATICFILES_DIRS = [BASE_DIR / 'static']\nWHITENOISE_IMMUTABLE_FILE_TEST = r'^.+[.-][0-9a-zA-Z_-]{3,12}\\..+$'\nDEBUG = True\n",
    );
    let said = doctor(&site, &python(), &["--settings", "config.tried"]);
    assert!(said.contains("immutable-test"), "{said}");
    let development = build_site("doctor-development", "development");
    with_settings(
        &development,
        "DEBUG = False\nSTORAGES = {'staticfiles': {'BACKEND': 'whitenoise.storage.CompressedStaticFilesStorage'}}\n",
    );
    let said = doctor(&development, &python(), &["--settings", "config.tried"]);
    assert!(said.contains("error[development-build]") && said.contains("not in `MIDDLEWARE`"), "{said}");
}

#[test]
fn the_example_site_is_healthy() {
    let site = build_site("doctor-site", "production");
    with_settings(
        &site,
        "STORAGES = {'staticfiles': {'BACKEND': 'django.contrib.staticfiles.storage.StaticFilesStorage'}}\n",
    );
    run(Command::new(python()).args(["manage.py", "collectstatic", "--noinput", "--verbosity=0"]).current_dir(&site));
    let said = doctor(&site, &python(), &["--settings", "config.tried"]);
    assert_eq!(said, "exit code: 0\nrunning python to read the settings config.tried\nnothing is wrong\n");
}

#[test]
fn without_a_python_a_django_or_settings_it_says_so() {
    let site = build_site("doctor-nothing", "production");
    let none = doctor(&site, Path::new("/nowhere/python"), &[]);
    assert!(none.contains("error[no-python]: `python` could not be run: No such file or directory"), "{none}");
    with_settings(&site, "import nowhere\n");
    let failing = doctor(&site, &python(), &["--settings", "config.tried"]);
    let expected = "error[settings-failed]: the settings `config.tried` could not be read: ModuleNotFoundError: No module named 'nowhere'";
    assert!(failing.contains(expected) && failing.contains("config/tried.py:2"), "{failing}");
    let empty = empty_folder("doctor-empty");
    assert!(doctor(&empty, &python(), &[]).contains("there is no `manage.py` that names a settings module"));
}
