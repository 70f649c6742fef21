use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::toolbox::ASSETC;
use crate::{Figure, trees};

const REBUILDS: usize = 1000;

/// The memory of a session after many rebuilds, beside that after a few.
pub fn measure() -> Figure {
    let site = trees::example_site("bench-memory");
    let mut command = Command::new(ASSETC);
    command.args(["watch", "--root"]).arg(&site).stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::piped());
    let mut child = command.spawn().expect("assetc starts");
    let output = site.join("static/css/app.css");
    while !output.exists() {
        std::thread::sleep(Duration::from_millis(50));
    }
    std::thread::sleep(Duration::from_secs(2));
    let sheet = fs::read_to_string(site.join("assets/css/app.css")).expect("the example's sheet");
    let mut after_some = 0;
    for version in 0..REBUILDS {
        let before = fs::read(&output).ok();
        fs::write(site.join("assets/css/app.css"), format!("{sheet}\n.v {{ order: {version} }}\n")).expect("a sheet");
        let start = Instant::now();
        while fs::read(&output).ok() == before && start.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(1));
        }
        if version == 100 {
            after_some = resident(child.id());
        }
    }
    let after_all = resident(child.id());
    let _ = child.kill();
    let _ = child.wait();
    Figure {
        what: format!("resident memory of a watch session, after 100 and after {REBUILDS} rebuilds"),
        measured: format!("{:.1} and {:.1} MB", after_some as f64 / 1000.0, after_all as f64 / 1000.0),
        goal: "flat",
    }
}

/// In kB.
fn resident(process: u32) -> u64 {
    let status = fs::read_to_string(Path::new("/proc").join(process.to_string()).join("status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
}
