use std::fs;
use std::process::Command;
use std::time::Instant;

use crate::toolbox::{ASSETC, run};
use crate::{Figure, percentiles, trees};

const COMPONENTS: usize = 10_000;
const RUNS: usize = 10;

/// One edit, and a production build by a new process, beside esbuild's, which starts over.
pub fn measure() -> Figure {
    let site = trees::of_components("bench-edit", COMPONENTS);
    let esbuild = trees::esbuild();
    let build = || run(Command::new(ASSETC).args(["build", "--quiet", "--root"]).arg(&site));
    let peer = || {
        let args = ["assets/js/main.jsx", "--bundle", "--minify", "--outfile=out/main.js", "--log-level=error"];
        run(Command::new(&esbuild).args(args).current_dir(&site))
    };
    build();
    peer();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for version in 1..=RUNS {
        let nth = version * 997;
        let path = site.join(format!("assets/js/_parts/{:04}/C{nth}.jsx", nth / 10));
        fs::write(path, trees::component(nth, version)).expect("a component");
        for (run, times) in [(&build as &dyn Fn() -> String, &mut ours), (&peer, &mut theirs)] {
            let start = Instant::now();
            run();
            times.push(start.elapsed().as_secs_f64() * 1000.0);
        }
    }
    let ((ours, _), (theirs, _)) = (percentiles(&mut ours), percentiles(&mut theirs));
    Figure {
        what: format!("one edit, production, {COMPONENTS} components: assetc warm / esbuild"),
        measured: format!("{:.2} ({ours:.0} / {theirs:.0} ms)", ours / theirs),
        goal: "under 150 ms",
    }
}
