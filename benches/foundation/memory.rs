//! The most memory that a build holds at once, on 2,000 files of 500 MB, and on a tenth of that with files as large.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::Figure;
use crate::toolbox::{ASSETC, PROJECT, empty_folder};

const LARGE: (usize, u64) = (2000, 500 << 20);
const SMALL: (usize, u64) = (200, 50 << 20);
const LARGEST_FILE: u64 = 4 << 20;

pub fn measure() -> Vec<Figure> {
    let (small, large) = (peak(SMALL), peak(LARGE));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let what = format!(
        "peak memory on {} files, {} MB, the largest {} MB, {cores} cores",
        LARGE.0,
        LARGE.1 >> 20,
        LARGEST_FILE >> 20
    );
    let measured = format!("{} MB; {} MB on a tenth of the tree", large >> 10, small >> 10);
    vec![Figure { what, measured, goal: "bounded by cores times the largest file, not by the tree" }]
}

/// The high-water mark of resident memory, in KB.
fn peak((count, total): (usize, u64)) -> u64 {
    let site = empty_folder("bench-memory");
    lay_out(&site.join("assets"), count, total);
    let mut build = Command::new(ASSETC);
    let mut build = build
        .args(["build", "--quiet", "--root"])
        .arg(&site)
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("assetc starts");
    let status = format!("/proc/{}/status", build.id());
    let mut peak = 0;
    while build.try_wait().expect("a child").is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(peak);
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(build.wait().expect("a child").success());
    fs::remove_dir_all(site).expect("the tree can go again");
    peak
}

/// Of twenty files one is a script, one a style, two are pictures; the others are copied. One in a hundred is as large as any may be.
fn lay_out(folder: &Path, count: usize, total: u64) {
    fs::create_dir_all(folder).expect("a folder");
    let picture =
        fs::read(Path::new(PROJECT).join("fixtures/site/shop/assets/shop/img/teapot.png")).expect("a picture");
    let n_large = count / 100;
    let usual = (total - n_large as u64 * LARGEST_FILE) / (count as u64 * 16 / 20);
    let mut random = 1u64;
    for number in 0..count {
        let size = if number % 100 == 0 { LARGEST_FILE } else { usual };
        let (extension, bytes) = match number % 20 {
            1 => ("js", script(number)),
            2 => ("css", style(number)),
            3 | 4 => ("png", picture.clone()),
            _ => ("bin", noise(size, &mut random)),
        };
        fs::write(folder.join(format!("{number}.{extension}")), bytes).expect("a source");
    }
}

fn script(number: usize) -> Vec<u8> {
    let function =
        |nth| format!("function f{number}_{nth}(first, second) {{ var sum = first + second; return sum * {nth} }}\n");
    (0..2000).map(function).collect::<String>().into_bytes()
}

fn style(number: usize) -> Vec<u8> {
    let rule = |nth| format!(".c{number}-{nth} {{ margin: {nth}px auto; color: #ff{:04x} }}\n", nth % 65536);
    (0..4000).map(rule).collect::<String>().into_bytes()
}

fn noise(size: u64, random: &mut u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(size as usize);
    while (bytes.len() as u64) < size {
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        bytes.extend(random.to_le_bytes());
    }
    bytes
}
