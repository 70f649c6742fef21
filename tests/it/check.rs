//! `assetc check` on projects with planted faults, and on the example site.

#![expect(clippy::disallowed_methods, reason = "a test makes its own files")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::django::build_site;
use crate::toolbox::{ASSETC, empty_folder, run};

/// A project with these files, built.
#[track_caller]
pub fn project(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = empty_folder(name);
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    run(Command::new(ASSETC).args(["build", "--quiet", "--root"]).arg(&root));
    root
}

fn check(root: &Path, arguments: &[&str]) -> Output {
    let mut check = Command::new(ASSETC);
    check.arg("check").arg("--root").arg(root).args(arguments).env_remove("VIRTUAL_ENV");
    check.output().unwrap()
}

fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("exit code: {}\n{}{}", output.status.code().unwrap(), text(&output.stderr), text(&output.stdout))
}

/// Every fault once.
const FAULTY: &[(&str, &str)] = &[
    ("manage.py", ""),
    ("assetc.toml", "roots = [\"assets\", \"*/assets\"]\n"),
    ("assets/css/app.css", "a { color: red }\n"),
    ("assets/css/forgotten.css", "a { color: blue }\n"),
    ("assets/img/logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n"),
    ("assets/js/main.js", "import \"./cart.js\";\nawait 0;\n"),
    ("assets/js/cart.js", "document.title = 1;\n"),
    ("shop/assets/shop.css", "b { color: red }\n"),
    ("shop/static/shop/order.css", "c { color: red }\n"),
    ("shop/static/style.css", "d { color: red }\n"),
    ("blog/static/style.css", "e { color: red }\n"),
    (
        "templates/base.html",
        "{% load static %}\n<link href=\"{% static 'css/app.css' %}\">{% static 'shop.css' %}{% static 'style.css' %}\n",
    ),
    ("templates/missing.html", "{% load static %}\n<img src=\"{% static 'img/lgoo.svg' %}\">\n"),
    ("templates/case.html", "{% load static %}{% static 'img/Logo.svg' %}\n"),
    ("templates/slash.html", "{% load static %}\n<link href=\"{% static '/css/app.css' %}\">\n"),
    ("templates/folder.html", "{% load static %}{% static 'img' %}\n"),
    ("templates/load.html", "{% extends 'base.html' %}\n{% static 'css/app.css' %}\n"),
    ("templates/hard.html", "{% extends 'base.html' %}\n<img src=\"/static/img/logo.svg?v=2\">\n"),
    ("templates/chunk.html", "{% load static %}{% static 'js/cart.js' %}\n"),
    ("templates/module.html", "{% load static %}<script src=\"{% static 'js/main.js' %}\"></script>\n"),
    ("templates/entry.html", "{% load assetc %}{% asset 'js/mian.js' %}{% asset 'img/logo.svg' %}\n"),
    ("templates/last_line.html", "{% load static %}{% static '/css/app.css' %}"),
    ("templates/open.html", "{% load static %}{% comment %}\n{% static 'nope.css' %}\n"),
];

#[test]
fn every_planted_fault_is_found() {
    let root = project("check-faulty", FAULTY);
    fs::write(root.join("templates/latin.html"), b"<p>caf\xe9</p>\n").unwrap();
    fs::write(root.join("templates/large.html"), vec![b' '; 50 << 20]).unwrap();
    insta::assert_snapshot!(said(&check(&root, &[])));
}

#[test]
fn what_can_be_mended_is_mended() {
    let root = project("check-fix", FAULTY);
    let read = |name: &str| fs::read_to_string(root.join("templates").join(name)).unwrap();
    let before = read("hard.html");
    let diff = said(&check(&root, &["--fix"]));
    insta::assert_snapshot!(diff);
    assert_eq!(read("hard.html"), before, "without --write nothing changes");
    check(&root, &["--fix", "--write"]);
    assert_eq!(read("slash.html"), "{% load static %}\n<link href=\"{% static 'css/app.css' %}\">\n");
    assert_eq!(
        read("hard.html"),
        "{% extends 'base.html' %}\n{% load static %}\n<img src=\"{% static 'img/logo.svg' %}?v=2\">\n"
    );
    let again = said(&check(&root, &[]));
    assert!(!again.contains("leading-slash") && !again.contains("hard-coded-url"), "{again}");
}

#[test]
fn the_diff_applies() {
    let root = project("check-diff", FAULTY);
    let diff = check(&root, &["--fix"]).stdout;
    fs::write(root.join("fix.diff"), diff).unwrap();
    run(Command::new("git").args(["init", "-q"]).current_dir(&root));
    run(Command::new("git").args(["apply", "fix.diff"]).current_dir(&root));
    let slash = fs::read_to_string(root.join("templates/slash.html")).unwrap();
    assert!(slash.contains("{% static 'css/app.css' %}"), "{slash}");
}

#[test]
fn every_format_tells_the_same() {
    let root = project("check-formats", FAULTY);
    let stdout = |format: &str| String::from_utf8(check(&root, &["--format", format]).stdout).unwrap();
    let json: Value = serde_json::from_str(&stdout("json")).unwrap();
    let sarif: Value = serde_json::from_str(&stdout("sarif")).unwrap();
    let diagnostics = json["diagnostics"].as_array().unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let github = stdout("github");
    assert!(diagnostics.len() > 10);
    assert_eq!((results.len(), github.lines().count()), (diagnostics.len(), diagnostics.len()));
    assert_eq!(json["ok"], false);
    for ((diagnostic, result), annotation) in diagnostics.iter().zip(results).zip(github.lines()) {
        assert_eq!(diagnostic["code"], result["ruleId"]);
        assert!(annotation.contains(&format!("title={}", diagnostic["code"].as_str().unwrap())), "{annotation}");
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert_eq!(diagnostic["line"], region["startLine"]);
    }
}

#[test]
fn without_a_build_there_is_nothing_to_compare_with() {
    let root = empty_folder("check-no-build");
    insta::assert_snapshot!(said(&check(&root, &[])), @r"
    exit code: 1
    error[no-build]: there is no build: No such file or directory
     --> static/assetc.json

    hint: run `assetc build` first

    1 error
    ");
}

#[test]
fn names_of_installed_packages_are_known_when_they_can_be_seen() {
    let root = project(
        "check-installed",
        &[
            ("manage.py", ""),
            ("assets/css/app.css", "a { color: red }\n"),
            (
                "templates/a.html",
                "{% load static %}{% static 'css/app.css' %}{% static 'admin/base.css' %}{% static 'vendor/swatch' %}\n",
            ),
        ],
    );
    let unseen = said(&check(&root, &[]));
    assert!(unseen.contains("exit code: 0") && unseen.contains("2 of them not known"), "{unseen}");
    for path in [
        "lib/python3.13/site-packages/django/contrib/admin/static/admin/base.css",
        "lib/python3.13/site-packages/jazz/static/vendor/swatch/x.css",
    ] {
        let path = root.join(".venv").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    fs::write(root.join(".venv/pyvenv.cfg"), "").unwrap();
    let seen = said(&check(&root, &[]));
    assert!(seen.contains("`vendor/swatch` is a folder") && seen.contains("1 error"), "{seen}");
}

#[test]
fn the_example_site_has_no_faults() {
    let site = build_site("check-site", "production");
    let said = said(&check(&site, &["--strict"]));
    assert!(said.starts_with("exit code: 0\nchecked 6 templates"), "{said}");
}
