//! A build that is killed at any moment leaves an output folder that can be served.

#![expect(clippy::disallowed_methods, reason = "a test makes its own files")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::manifest::{Manifest, sha256};
use crate::toolbox::{ASSETC, PROJECT, empty_folder, run};
use crate::tree::{self, Node};

const KILLS: usize = 100;

#[test]
fn a_killed_build_leaves_a_manifest_that_names_only_whole_files() {
    let seed =
        std::env::var("ASSETC_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(seed_of_the_clock);
    println!("ASSETC_TEST_SEED={seed} repeats the edits and the moments");
    let mut random = Random(seed | 1);
    let site = empty_folder("killed").join("site");
    lay_out(&site);
    let output = site.join("static");

    let mut longest = Duration::ZERO;
    let mut killed = 0;
    for round in 0.. {
        edit(&site, &mut random, round);
        let start = Instant::now();
        let mut build =
            Command::new(ASSETC).args(["build", "--quiet", "--root"]).arg(&site).stdout(Stdio::null()).spawn().unwrap();
        if longest.is_zero() {
            assert!(build.wait().unwrap().success(), "the first build is left alone, to know how long one takes");
            longest = start.elapsed();
            continue;
        }
        std::thread::sleep(longest.mul_f64(random.below(1000) as f64 / 1000.0));
        build.kill().unwrap();
        killed += usize::from(!build.wait().unwrap().success());
        check(&output, round, seed);
        if killed == KILLS {
            break;
        }
        assert!(round < 10 * KILLS, "builds end before they can be killed");
    }
    ends_as_a_clean_build(&site);
}

/// Every file that the manifest names is there and whole; so is every plain twin, in this version or the next.
#[track_caller]
fn check(output: &Path, round: usize, seed: u64) {
    let manifest = Manifest::read(output).expect("the first build wrote a manifest");
    assert_eq!(manifest.faults(output), Vec::<String>::new(), "after kill {round}, seed {seed}");
    for file in manifest.files.values().filter(|file| file.kind != "style" && file.kind != "svg") {
        let Some(plain) = &file.plain else { continue };
        let hash = sha256(&fs::read(output.join(plain)).unwrap());
        let (stem, extension) = plain.rsplit_once('.').expect("all files here have an extension");
        let twin = format!("{stem}.{}.{extension}", &hash[..12]);
        assert!(output.join(&twin).is_file(), "`{plain}` is no version of that file after kill {round}, seed {seed}");
    }
}

#[track_caller]
fn ends_as_a_clean_build(site: &Path) {
    run(Command::new(ASSETC).args(["build", "--root"]).arg(site));
    let clean = empty_folder("killed-clean").join("site");
    tree::copy(&site.join("assets"), &clean.join("assets")).unwrap();
    run(Command::new(ASSETC).args(["build", "--root"]).arg(&clean));
    let (survivor, clean) = (tree::read(&site.join("static")), tree::read(&clean.join("static")));
    let (manifest, retained) = split_manifest(&survivor);
    assert_eq!(manifest, split_manifest(&clean).0);
    for (path, node) in &clean {
        assert!(path.starts_with('.') || path == "assetc.json" || survivor.get(path) == Some(node), "`{path}` differs");
    }
    for (path, node) in &survivor {
        let known = clean.contains_key(path) || *node == Node::Folder || retained.contains(&format!("\"{path}\""));
        assert!(known, "`{path}` was left behind");
    }
}

fn split_manifest(tree: &tree::Tree) -> (Value, String) {
    let Some(Node::File(bytes)) = tree.get("assetc.json") else { panic!("there is no assetc.json") };
    let mut manifest: Value = serde_json::from_slice(bytes).unwrap();
    let retained = manifest.as_object_mut().and_then(|manifest| manifest.remove("retained"));
    (manifest, retained.map(|list| list.to_string()).unwrap_or_default())
}

/// Styles that refer to pictures, modules that import each other, classic scripts, texts.
fn lay_out(site: &Path) {
    let assets = site.join("assets");
    for folder in ["css", "js", "img", "txt"] {
        fs::create_dir_all(assets.join(folder)).unwrap();
    }
    let pictures = Path::new(PROJECT).join("fixtures/png/optimized/assets/img");
    let picture = fs::read(pictures.join("truecolor.png")).unwrap();
    for number in 0..12 {
        fs::write(assets.join(format!("img/{number}.png")), &picture).unwrap();
        write_text(&assets, "css", number, 0);
        write_text(&assets, "js", number, 0);
        write_text(&assets, "txt", number, 0);
    }
    fs::write(assets.join("js/main.mjs"), "import { part } from './_part.mjs';\nconsole.log(part);\n").unwrap();
    fs::write(assets.join("js/_part.mjs"), "export const part = 0;\n").unwrap();
}

fn write_text(assets: &Path, kind: &str, number: u64, version: usize) {
    let text = match kind {
        "css" => format!("a {{ background: url(../img/{number}.png); order: {version} }}\n").repeat(20),
        "js" => format!("var counter{number} = {version};\nfunction count() {{ return counter{number}++ }}\n"),
        "txt" => format!("Version {version}\n").repeat(20_000),
        _ => unreachable!("only texts"),
    };
    fs::write(assets.join(format!("{kind}/{number}.{kind}")), text).unwrap();
}

/// Changes, adds or deletes some sources; pictures that styles refer to are never deleted.
fn edit(site: &Path, random: &mut Random, round: usize) {
    let assets = site.join("assets");
    for _ in 0..1 + random.below(5) {
        let number = random.below(12);
        match random.below(6) {
            0 => write_text(&assets, "css", number, round),
            1 => write_text(&assets, "js", number, round),
            2 => write_text(&assets, "txt", number, round),
            3 => fs::write(assets.join("js/_part.mjs"), format!("export const part = {round};\n")).unwrap(),
            4 => _ = fs::remove_file(assets.join(format!("txt/{number}.txt"))),
            _ => {
                let other = assets.join(format!("img/{}.png", random.below(12)));
                fs::copy(Path::new(PROJECT).join("fixtures/png/optimized/assets/img/palette.png"), other).unwrap();
            }
        }
    }
}

fn seed_of_the_clock() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |time| time.as_nanos() as u64)
}

/// xorshift64*; never 0.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % end
    }
}
