//! The laws of the house that the compiler does not hold.

#![expect(clippy::disallowed_methods, reason = "tests look at the sources")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    rust_files(&project().join("src"), &mut files);
    files.sort();
    files
}

/// The room a file of `src` belongs to: `src/scan/mod.rs` and `src/path.rs` are `scan` and `path`.
fn room(file: &Path) -> String {
    let relative = file.strip_prefix(project().join("src")).unwrap();
    let first = relative.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

#[test]
fn a_room_imports_only_rooms_above_it() {
    let lib = fs::read_to_string(project().join("src/lib.rs")).unwrap();
    let rooms = lib.lines().filter_map(|line| {
        let line = line.trim_start_matches("pub ").trim_start_matches("pub(crate) ");
        Some(line.strip_prefix("mod ")?.strip_suffix(';')?.to_owned())
    });
    let floor: BTreeMap<String, usize> = rooms.enumerate().map(|(floor, room)| (room, floor)).collect();
    assert!(floor.len() > 10, "src/lib.rs lists the rooms");

    let mut broken = Vec::new();
    for file in sources() {
        let Some(&here) = floor.get(&room(&file)) else { continue };
        for (nth, line) in fs::read_to_string(&file).unwrap().lines().enumerate() {
            for (at, _) in line.match_indices("crate::") {
                let rest = &line[at + "crate::".len()..];
                let name: String = rest.chars().take_while(|at| at.is_alphanumeric() || *at == '_').collect();
                if floor.get(&name).is_some_and(|&there| there > here) {
                    broken.push(format!("{}:{}: {}", file.display(), nth + 1, line.trim()));
                }
            }
        }
    }
    assert!(broken.is_empty(), "imports that point down the map:\n{}", broken.join("\n"));
}

#[test]
fn kinds_do_not_know_each_other() {
    let kinds = ["css", "font", "image", "js", "svg", "web_manifest"];
    for file in sources().into_iter().filter(|file| room(file) == "kinds") {
        let Some(own) = kinds.iter().find(|kind| file.components().any(|part| part.as_os_str() == **kind)) else {
            continue;
        };
        let text = fs::read_to_string(&file).unwrap();
        for other in kinds.iter().filter(|kind| *kind != own) {
            for path in [format!("kinds::{other}"), format!("super::{other}")] {
                assert!(!text.contains(&path), "{} uses {path}", file.display());
            }
        }
    }
}

#[test]
fn foreign_types_stay_in_their_rooms() {
    let homes = [
        ("swc_core", "src/kinds/js"),
        ("lightningcss", "src/kinds/css"),
        ("sasso", "src/kinds/sass"),
        ("oxipng", "src/kinds/image"),
        ("mozjpeg_sys", "src/kinds/image/jpeg/libjpeg.rs"),
        ("woofwoof", "src/kinds/font"),
        ("zune_jpeg", "src/kinds/image"),
        ("image_webp", "src/kinds/image"),
        ("webp", "src/kinds/image"),
        ("roxmltree", "src/kinds/svg"),
        ("clap", "src/cli"),
        ("indicatif", "src/report"),
    ];
    for file in sources() {
        let text = fs::read_to_string(&file).unwrap();
        for (library, home) in homes {
            let used =
                text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(&format!("{library}::")));
            assert!(!used || file.starts_with(project().join(home)), "{} uses {library}", file.display());
        }
    }
}

/// What is read past `cx.reads` is read in secret: a change of it would start no build and leave old values in the store.
#[test]
fn stages_read_the_project_through_their_context() {
    let secret = ["read(", "hash_file(", "is_file(", "is_folder(", "canonicalize(", "stat("];
    let stages = ["discover", "scan", "link", "optimize"];
    for file in
        sources().into_iter().filter(|file| stages.contains(&room(file).as_str()) && !file.ends_with("tests.rs"))
    {
        let text = fs::read_to_string(&file).unwrap();
        for call in secret {
            assert!(!text.contains(&format!("fs::{call}")), "{} calls fs::{call}…), not cx.reads", file.display());
        }
    }
}

#[test]
fn the_code_is_formatted() {
    let status = Command::new(env!("CARGO")).args(["fmt", "--check"]).current_dir(project()).status().unwrap();
    assert!(status.success(), "run `cargo fmt`");
}

#[test]
fn every_dependency_has_its_line_in_the_architecture() {
    let manifest = fs::read_to_string(project().join("Cargo.toml")).unwrap();
    let architecture = fs::read_to_string(project().join("ARCHITECTURE.md")).unwrap();
    let mut section = "";
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        } else if let ("[dependencies]" | "[dev-dependencies]", Some((name, _))) = (section, line.split_once(" = ")) {
            assert!(
                architecture.contains(&format!("- **{}**", name.trim())),
                "ARCHITECTURE.md does not say why {name}"
            );
        }
    }
}
