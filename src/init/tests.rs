#![expect(clippy::disallowed_methods, reason = "tests arrange the disk by hand")]

use tempfile::TempDir;

use super::*;

/// Every proposed change, and the notes.
fn proposed(files: &[(&str, &str)]) -> String {
    let root = TempDir::new().unwrap();
    for (path, text) in files {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let proposal = propose(root.path());
    let diffs: String = proposal.files.iter().map(FixedFile::diff).collect();
    let notes: String = proposal.notes.iter().map(|note| format!("{note}\n")).collect();
    format!("{}\n{diffs}{notes}", proposal.framework.unwrap_or("no framework"))
}

const MANAGE: &str = "os.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"config.settings\")";
const SETTINGS: &str = "BASE_DIR = Path(__file__).parent.parent\nSTATIC_URL = \"static/\"\n";

#[test]
fn a_new_django_project() {
    let files = [("manage.py", MANAGE), ("config/settings.py", SETTINGS), (".gitignore", "*.pyc")];
    insta::assert_snapshot!(proposed(&files));
}

#[test]
fn a_django_project_with_sources_in_static_and_webpack() {
    let settings = format!("{SETTINGS}STATICFILES_DIRS = [BASE_DIR / \"static\"]\nSTATIC_ROOT = \"x\"");
    let files = [
        ("manage.py", MANAGE),
        ("config/settings.py", settings.as_str()),
        ("static/src/index.ts", "0"),
        ("shop/assets/shop.css", ""),
        ("webpack.config.js", "module.exports = { entry: './static/src/index.ts', x: './nowhere.js' }"),
    ];
    insta::assert_snapshot!(proposed(&files));
}

#[test]
fn what_is_there_is_left() {
    let files = [("assetc.toml", ""), (".gitignore", "static\n"), ("assets/a.css", "")];
    assert_eq!(proposed(&files), "no framework\n`assetc.toml` is there already, so it is left as it is.\n");
}

#[test]
fn every_framework_is_known_and_what_is_proposed_can_be_read() {
    for (framework, files) in [
        ("Ruby on Rails", &[("Gemfile", "gem \"rails\"\ngem \"propshaft\"")][..]),
        ("Laravel", &[("artisan", "")]),
        ("Phoenix", &[("mix.exs", "{:phoenix, \"~> 1.7\"}")]),
        (
            "Symfony",
            &[("bin/console", ""), ("composer.json", "{\"require\": {\"symfony/webpack-encore-bundle\": \"2\"}}")],
        ),
        ("Flask", &[("app.py", "from flask import Flask")]),
        ("Go", &[("go.mod", "module x")]),
    ] {
        let said = proposed(files);
        assert!(said.starts_with(framework), "{said}");
        let added = said.lines().skip_while(|line| !line.contains("assetc.toml")).skip(3);
        let toml: String = added
            .take_while(|line| line.starts_with('+'))
            .filter(|line| !line.starts_with("+++"))
            .map(|line| format!("{}\n", &line[1..]))
            .collect();
        let inputs = crate::config::Inputs {
            public: Default::default(),
            root: "/project".into(),
            config: Some(crate::config::TextFile::new("assetc.toml", &toml)),
            browserslistrc: None,
            package_json: None,
            flags: crate::config::Flags {
                mode: crate::config::Mode::Production,
                output_root: None,
                threads: None,
                strict: false,
                no_cache: true,
            },
        };
        let settings = crate::config::settings(&inputs).unwrap_or_else(|faults| panic!("{toml}\n{faults:?}"));
        assert_eq!(settings.manifests.is_empty(), framework == "Flask", "{said}");
    }
}
