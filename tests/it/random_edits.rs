//! After any sequence of edits a watch session and a warm build leave what a clean build leaves, byte for byte.
//!
//! `ASSETC_TEST_STEPS` makes the runs longer, `ASSETC_TEST_SEED` repeats one.

#![expect(clippy::disallowed_methods, reason = "a test makes its own files")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::kill::Random;
use crate::toolbox::{ASSETC, PROJECT, empty_folder, words};
use crate::tree;
use crate::watch::{Watch, output_of, write};

const STEPS: usize = 14;

fn steps() -> usize {
    std::env::var("ASSETC_TEST_STEPS").ok().and_then(|text| text.parse().ok()).unwrap_or(STEPS)
}

fn random() -> Random {
    let given = std::env::var("ASSETC_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |time| time.as_nanos() as u64);
    let seed = given.unwrap_or(clock);
    println!("ASSETC_TEST_SEED={seed} repeats the edits");
    Random(seed | 1)
}

fn lay_out(site: &Path) {
    for number in 0..6 {
        edit_text(site, number, 0);
    }
    write(
        site,
        "assets/js/main.ts",
        "import { part0 } from './part0.ts';\nconsole.log(part0);\nimport('./part1.ts');\n",
    );
    write(site, "assets/css/app.css", "@import \"part0.css\";\na { background: url(../img/0.png) }\n");
    write(
        site,
        "assets/scss/app.scss",
        "@use \"part0\";\n@use \"part1\";\n.a { order: part0.$value + part1.$value }\n",
    );
    for number in 0..3 {
        copy_picture(site, number, "truecolor");
    }
}

fn edit_text(site: &Path, number: u64, version: u64) {
    write(site, &format!("assets/js/part{number}.ts"), &format!("export const part{number} = {version} as number;\n"));
    write(site, &format!("assets/css/part{number}.css"), &format!(".part{number} {{ order: {version} }}\n"));
    write(site, &format!("assets/scss/_part{number}.scss"), &format!("$value: {version};\n.p {{ order: {number} }}\n"));
}

fn copy_picture(site: &Path, number: u64, name: &str) {
    let from = Path::new(PROJECT).join(format!("fixtures/png/optimized/assets/img/{name}.png"));
    fs::create_dir_all(site.join("assets/img")).unwrap();
    fs::copy(from, site.join(format!("assets/img/{number}.png"))).unwrap();
}

/// One thing that people do; says what.
fn edit(site: &Path, random: &mut Random, step: usize) -> String {
    let number = random.below(6);
    let version = random.below(4);
    let js = format!("assets/js/part{number}.ts");
    let css = format!("assets/css/part{number}.css");
    match random.below(14) {
        0 | 1 => edit_text(site, number, version),
        2 => write(site, &js, "export const = broken;\n"),
        3 => write(site, &css, "a { color: red\n"),
        4 => write(site, &format!("assets/scss/_part{number}.scss"), "$value: ;\n"),
        5 => _ = fs::remove_file(site.join(&css)),
        6 => _ = fs::remove_file(site.join(format!("assets/img/{}.png", random.below(3)))),
        7 => copy_picture(site, random.below(3), "palette"),
        8 => write(site, &format!("assets/new{version}/deep/x{step}.css"), "b { order: 1 }\n"),
        9 => {
            let (from, to) = (site.join("assets/new1"), site.join("assets/moved"));
            let _ = fs::remove_dir_all(&to);
            let _ = fs::rename(from, to);
        }
        10 => write(site, "assetc.toml", &format!("[output]\nsource_maps = {}\n", version < 2)),
        11 => write(site, "assetc.toml", "[output\n"),
        12 => _ = fs::remove_file(site.join("assetc.toml")),
        _ => {
            // Everything that can be broken is mended.
            lay_out(site);
            let _ = fs::remove_file(site.join("assetc.toml"));
        }
    }
    format!("{number} {version}")
}

/// A build by itself, in a folder of its own; `None` when it fails.
fn clean_build(site: &Path, mode: &str) -> Option<tree::Tree> {
    let clean = empty_folder(&format!("{}-clean", site.file_name().unwrap().to_str().unwrap()));
    for name in ["assets", "assetc.toml"] {
        if site.join(name).exists() {
            let copied = Command::new("cp").arg("-a").arg(site.join(name)).arg(&clean).status().unwrap();
            assert!(copied.success());
        }
    }
    let mut build = Command::new(ASSETC);
    let built = build.args(["build", "--no-cache", "--mode", mode, "--root"]).arg(&clean).output().unwrap();
    built.status.success().then(|| output_of(&clean))
}

/// Differences but for what a production build keeps of earlier releases.
fn differences(actual: &tree::Tree, clean: &tree::Tree) -> Vec<String> {
    let retained: String = match actual.get("assetc.json") {
        Some(tree::Node::File(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        _ => String::new(),
    };
    let differs = tree::differences(actual, clean).into_iter();
    differs.filter(|line| !line.contains("assetc.json") && !is_retained(line, &retained)).collect()
}

fn is_retained(line: &str, manifest: &str) -> bool {
    let path = line.trim_start_matches(['-', '+', '≠', ' ']);
    let list = manifest.split("\"retained\"").nth(1).unwrap_or_default();
    list.contains(&format!("\"{path}\"")) || list.contains(&format!("\"{path}/"))
}

#[test]
fn a_watch_session_ends_as_a_clean_build() {
    let mut random = random();
    let site = empty_folder("random-watch");
    lay_out(&site);
    let watch = Watch::start_in(site.clone(), &[]);
    for step in 0..steps() {
        let edits: Vec<String> = (0..1 + random.below(3)).map(|_| edit(&site, &mut random, step)).collect();
        watch.until_quiet(step);
        // Where it fails, the output is that of the last good build; which that was depends on the moments of the edits.
        if let Some(clean) = clean_build(&site, "development") {
            let differences = tree::differences(&output_of(&site), &clean);
            assert!(differences.is_empty(), "step {step}, {edits:?}: {differences:#?}");
        }
    }
}

#[test]
fn a_warm_build_ends_as_a_clean_one_whatever_became_of_the_cache() {
    let mut random = random();
    let site = empty_folder("random-warm");
    lay_out(&site);
    for step in 0..steps() {
        edit(&site, &mut random, step);
        let mode = if random.below(3) == 0 { "development" } else { "production" };
        if step % 2 == 1 {
            damage(&site.join(".assetc/cache"), &mut random);
        }
        let built = Command::new(ASSETC).args(["build", "--mode", mode, "--root"]).arg(&site).output().unwrap();
        let clean = clean_build(&site, mode);
        assert_eq!(built.status.success(), clean.is_some(), "step {step}: {}", words(&built));
        if let Some(clean) = clean {
            let differences = differences(&output_of(&site), &clean);
            assert!(differences.is_empty(), "step {step}, {mode}: {differences:#?}");
        }
    }
}

/// Flips bytes of some entries, cuts others short, and puts rubbish among them.
fn damage(cache: &Path, random: &mut Random) {
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in ["packs", "blobs", "records"] {
        let entries = fs::read_dir(cache.join(folder)).into_iter().flatten();
        files.extend(entries.map(|entry| entry.unwrap().path()));
        let _ = fs::write(cache.join(folder).join("rubbish"), "rubbish");
    }
    for file in files {
        let mut bytes = fs::read(&file).unwrap();
        if bytes.is_empty() || random.below(2) == 0 {
            continue;
        }
        let at = random.below(bytes.len() as u64) as usize;
        match random.below(3) {
            0 => bytes.truncate(at),
            _ => bytes[at] ^= 1 << random.below(8),
        }
        fs::write(&file, bytes).unwrap();
    }
}
