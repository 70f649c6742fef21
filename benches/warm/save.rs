use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::toolbox::ASSETC;
use crate::{Figure, percentiles, trees};

/// Components of the large bundle.
const COMPONENTS: usize = 10_000;

/// From a save to the new output, in development with source maps, for whoever watches.
pub fn measure() -> Vec<Figure> {
    let mut figures = vec![small()];
    let large = |name: &str| trees::of_components(&format!("bench-save-{name}"), COMPONENTS);
    let site = large("assetc");
    let watchers = [
        Watcher::start("assetc", Command::new(ASSETC).args(["watch", "--root"]).arg(&site), &site, "static/js/main.js"),
        peer(
            "esbuild",
            &trees::esbuild(),
            large("esbuild"),
            &["--bundle", "--sourcemap", "--watch=forever", "--outfile=out/main.js", "--log-level=error"],
        ),
        peer(
            "rolldown",
            &trees::peers().join(".bin/rolldown"),
            large("rolldown"),
            &["--watch", "--sourcemap", "--file", "out/main.js"],
        ),
    ];
    for mut watcher in watchers {
        let times = watcher.times(40, |site, version| {
            let nth = (version * 7919) % COMPONENTS;
            let path = site.join(format!("assets/js/_parts/{:04}/C{nth}.jsx", nth / 10));
            fs::write(path, trees::component(nth, version)).expect("a component");
        });
        figures.push(figure(&format!("{COMPONENTS} components in one bundle"), &watcher.name, times, "at most 15 ms"));
    }
    figures
}

fn small() -> Figure {
    let site = trees::example_site("bench-save-site");
    let mut command = Command::new(ASSETC);
    command.args(["watch", "--root"]).arg(&site);
    let mut watcher = Watcher::start("assetc", &mut command, &site, "static/css/app.css");
    let sheet = fs::read_to_string(site.join("assets/css/app.css")).expect("the example's sheet");
    let times = watcher.times(200, |site, version| {
        fs::write(site.join("assets/css/app.css"), format!("{sheet}\n.v {{ order: {version} }}\n")).expect("a sheet");
    });
    figure("the example site, a stylesheet", "assetc", times, "")
}

fn peer(name: &str, program: &Path, site: PathBuf, args: &[&str]) -> Watcher {
    let mut command = Command::new(program);
    command.arg("assets/js/main.jsx").args(args).current_dir(&site);
    Watcher::start(name, &mut command, &site, "out/main.js")
}

fn figure(what: &str, name: &str, mut times: Vec<f64>, goal: &'static str) -> Figure {
    let (middle, worst) = percentiles(&mut times);
    Figure {
        what: format!("save to output, {what}: {name}"),
        measured: format!("p50 {middle:.1} ms, p99 {worst:.1} ms"),
        goal,
    }
}

struct Watcher {
    name: String,
    site: PathBuf,
    output: PathBuf,
    child: Child,
}

impl Watcher {
    fn start(name: &str, command: &mut Command, site: &Path, output: &str) -> Self {
        let child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child = child.unwrap_or_else(|error| panic!("{name}: {error}"));
        let output = site.join(output);
        let start = Instant::now();
        while !output.exists() {
            assert!(start.elapsed() < Duration::from_secs(300), "{name} builds nothing");
            std::thread::sleep(Duration::from_millis(50));
        }
        // It says when it is done, each in its own way; all are by now.
        std::thread::sleep(Duration::from_secs(5));
        Self { name: name.to_owned(), site: site.to_owned(), output, child }
    }

    /// Milliseconds from each save to the first change of the output that lasts.
    fn times(&mut self, saves: usize, save: impl Fn(&Path, usize)) -> Vec<f64> {
        (1..=saves)
            .map(|version| {
                let before = state(&self.output);
                let start = Instant::now();
                save(&self.site, version);
                while state(&self.output) == before {
                    assert!(start.elapsed() < Duration::from_secs(60), "{} missed a save", self.name);
                    std::thread::sleep(Duration::from_micros(200));
                }
                let time = start.elapsed().as_secs_f64() * 1000.0;
                // People save less often than this; and those who poll are met at any moment.
                std::thread::sleep(Duration::from_millis(150 + version as u64 * 37 % 100));
                time
            })
            .collect()
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn state(path: &Path) -> Option<(std::time::SystemTime, u64)> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
