//! What the documents say is true: every command in the README is run, every key of the configuration is there.

#![expect(clippy::disallowed_methods, reason = "tests look at what was written")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::toolbox;

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(project().join("README.md")).unwrap()
}

/// The code blocks of one language below a heading.
#[track_caller]
pub fn blocks(heading: &str, language: &str) -> Vec<String> {
    let readme = readme();
    let section = readme.split("\n## ").find(|section| section.starts_with(heading));
    let section = section.unwrap_or_else(|| panic!("the README has no section `{heading}`"));
    let mut blocks: Vec<String> = Vec::new();
    let mut open = None;
    for line in section.lines().map(str::trim_start) {
        match (line.strip_prefix("```"), &mut open) {
            (Some(opened), None) => open = Some((opened == language, String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take().filter(|(wanted, _)| *wanted).map(|(_, text)| text)),
            (None, Some((_, text))) => text.extend([line, "\n"]),
            (None, None) => {}
        }
    }
    assert!(!blocks.is_empty(), "`{heading}` has no {language} block");
    blocks
}

fn assetc() -> Command {
    Command::new(env!("CARGO_BIN_EXE_assetc"))
}

/// A shell that finds the binary under test as `assetc`.
fn shell(line: &str, folder: &Path) -> Command {
    let binary = Path::new(env!("CARGO_BIN_EXE_assetc")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("sh");
    command.args(["-ec", line]).current_dir(folder).env("PATH", path);
    command
}

fn small_project(name: &str) -> PathBuf {
    let folder = toolbox::empty_folder(name);
    for (path, text) in [
        ("assets/css/app.css", "@import \"_buttons.css\";\na { color: blue }\n"),
        ("assets/css/_buttons.css", "b { color: red }\n"),
        ("assets/ts/main.ts", "const shop: string = \"shop\";\nconsole.log(shop);\nexport {};\n"),
    ] {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn the_two_commands_are_what_ci_runs() {
    let commands = blocks("Two commands", "sh").concat();
    let [build, test] = commands.lines().collect::<Vec<_>>()[..] else { panic!("{commands}") };
    let ci = fs::read_to_string(project().join(".ci/run")).unwrap();
    assert!(ci.lines().any(|line| line == test));
    let printed = toolbox::run(&mut shell(build, project()));
    // Whether anything is new depends on what was built before; the totals are always there.
    assert!(printed.contains(" outputs ") && printed.contains("(production): written"), "{printed}");
}

#[test]
fn the_install_command_installs() {
    let commands = blocks("Install", "sh").concat();
    let root = toolbox::empty_folder("docs-install");
    toolbox::run(&mut shell(&format!("{} --root {}", commands.trim(), root.display()), project()));
    let version = toolbox::run(Command::new(root.join("bin/assetc")).arg("--version"));
    assert_eq!(version.trim(), format!("assetc {}", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_walkthrough_builds() {
    let folder = small_project("docs-walkthrough");
    for block in blocks("In a Django project", "sh") {
        toolbox::run(&mut shell(&block, &folder));
    }
    assert!(folder.join("static/css/app.css").is_file());
    assert_eq!(fs::read_to_string(folder.join(".gitignore")).unwrap(), "/static/\n/staticfiles/\n");
}

#[test]
fn the_configuration_reference_is_a_configuration() {
    let folder = small_project("docs-configuration");
    fs::write(folder.join("assetc.toml"), blocks("Configuration", "toml").concat()).unwrap();
    toolbox::run(assetc().args(["build", "--root"]).arg(&folder));
    assert!(folder.join("static/js/shop.js").is_file());
}

#[test]
fn the_configuration_reference_names_every_key() {
    let schema: Value = serde_json::from_str(&toolbox::run(assetc().arg("schema"))).unwrap();
    let reference = blocks("Configuration", "toml").concat();
    let mut keys = Vec::new();
    collect_keys(&schema, &mut keys);
    assert!(keys.len() > 15, "{keys:?}");
    let missing: Vec<_> = keys.iter().filter(|key| !reference.contains(key.as_str())).collect();
    assert!(missing.is_empty(), "the README does not name {missing:?}");
}

fn collect_keys(schema: &Value, keys: &mut Vec<String>) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::Object(properties)) = members.get("properties") {
                keys.extend(properties.keys().cloned());
            }
            members.values().for_each(|member| collect_keys(member, keys));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_keys(item, keys)),
        _ => {}
    }
}

/// Checks a document against a schema that the binary prints, with a validator of somebody else's.
fn validate(schema: &str, document: &str, folder: &Path) {
    let (schema_file, document_file) = (folder.join(format!("{schema}.schema.json")), folder.join("document.json"));
    fs::write(&schema_file, toolbox::run(assetc().args(["schema", schema]))).unwrap();
    fs::write(&document_file, document).unwrap();
    toolbox::run(toolbox::node("validate.mjs").arg(schema_file).arg(document_file));
}

#[test]
fn the_report_and_the_manifest_are_as_their_schemas_say() {
    let folder = small_project("docs-schemas");
    for mode in ["production", "development"] {
        let report = toolbox::run(assetc().args(["build", "--json", "--mode", mode, "--root"]).arg(&folder));
        validate("report", &report, &folder);
        validate("manifest", &fs::read_to_string(folder.join("static/assetc.json")).unwrap(), &folder);
    }

    fs::write(folder.join("assets/css/app.css"), "a { background: url(nowhere.png) }").unwrap();
    let failed = assetc().args(["build", "--json", "--root"]).arg(&folder).output().unwrap();
    assert_eq!(failed.status.code(), Some(1));
    validate("report", &String::from_utf8(failed.stdout).unwrap(), &folder);
}
