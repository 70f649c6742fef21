//! Thousands of third-party files, as a site vendors them: built, and then judged by other programs.
//!
//! The files and the judges are npm packages, pinned by `tests/web/package-lock.json`.

#![expect(clippy::disallowed_methods, reason = "a test makes its own files")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::manifest::{Manifest, sha256};
use crate::toolbox::{ASSETC, chromium, django_files, empty_folder, node, run};
use crate::tree;

const WITHOUT_SIBLINGS: &str = "[compress]\nbrotli = false\ngzip = false\n";

/// The site and its production build, made once for all tests of this file.
#[track_caller]
fn built() -> &'static Path {
    static SITE: OnceLock<Option<PathBuf>> = OnceLock::new();
    let make = || {
        let site = empty_folder("real-tree").join("site");
        let said = run(node("assemble.mjs").arg(&site).arg(django_files()));
        let count: usize = said.split(' ').next().and_then(|count| count.parse().ok()).expect("a number of files");
        assert!(count >= 500, "only {count} files");
        // Compressed siblings are judged elsewhere; here they would take longer than all the rest.
        fs::write(site.join("assetc.toml"), WITHOUT_SIBLINGS).unwrap();
        build(&site, &[]);
        site
    };
    // The test that makes it tells why it could not; the others need not try again.
    let site = SITE.get_or_init(|| std::panic::catch_unwind(make).ok());
    site.as_deref().expect("the build of the real files failed, see the test that says why")
}

#[track_caller]
fn build(site: &Path, args: &[&str]) {
    run(Command::new(ASSETC).arg("build").arg("--root").arg(site).args(args));
}

#[track_caller]
fn judge(script: &str, args: &[&Path]) {
    println!("{}", run(node(script).args(args)));
}

#[test]
fn every_style_parses_again_and_every_reference_in_it_resolves() {
    judge("check-styles.mjs", &[&built().join("static")]);
}

#[test]
fn every_picture_has_the_pixels_of_its_source() {
    judge("check-pictures.mjs", &[built(), &built().join("static"), &chromium()]);
}

#[test]
fn every_script_gives_a_page_the_globals_of_its_source() {
    judge("check-scripts.mjs", &[built(), &built().join("static"), &chromium()]);
}

#[test]
fn every_fingerprint_is_the_hash_of_its_file() {
    let output = built().join("static");
    let manifest = Manifest::read(&output).expect("a manifest");
    assert_eq!(manifest.faults(&output), Vec::<String>::new());
    for file in manifest.files.values().filter(|file| !file.circle) {
        let fingerprint = &file.sha256[..12];
        let stem_and_extension =
            file.path.rsplit('/').next().unwrap_or(&file.path).split_once(&format!(".{fingerprint}"));
        assert!(stem_and_extension.is_some(), "`{}` does not hold `{fingerprint}`", file.path);
    }
}

#[test]
fn plain_and_fingerprinted_scripts_are_the_same_bytes() {
    let output = built().join("static");
    let manifest = Manifest::read(&output).expect("a manifest");
    let scripts = manifest.files.values().filter(|file| file.kind == "script");
    let twins: Vec<_> = scripts.filter_map(|file| Some((file, file.plain.as_ref()?))).collect();
    assert!(twins.len() > 100, "only {} scripts", twins.len());
    for (file, plain) in twins {
        let bytes = fs::read(output.join(plain)).unwrap();
        assert_eq!(sha256(&bytes), file.sha256, "`{plain}`, from `{}`", file.source);
    }
}

#[test]
fn the_same_bytes_in_every_folder_on_every_number_of_threads() {
    let site = built();
    let expected = without_ledger(&site.join("static"));
    for threads in ["1", "4"] {
        let folder = empty_folder(&format!("real-tree-again-{threads}")).join("elsewhere/with a blank");
        tree::copy(&site.join("assets"), &folder.join("assets")).unwrap();
        fs::write(folder.join("assetc.toml"), WITHOUT_SIBLINGS).unwrap();
        build(&folder, &["-j", threads, "--no-cache"]);
        build(&folder, &["-j", threads, "--no-cache"]);
        let differences = tree::differences(&expected, &without_ledger(&folder.join("static")));
        assert_eq!(differences, Vec::<String>::new(), "with {threads} threads");
        fs::remove_dir_all(folder).unwrap();
    }
}

/// The ledger holds dates.
fn without_ledger(output: &Path) -> tree::Tree {
    let mut tree = tree::read(output);
    tree.remove(".assetc-ledger.json");
    tree
}
