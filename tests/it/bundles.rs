//! Bundles do what their sources do: random module graphs, npm packages, pages, and the suites of others.
//!
//! The large runs are asked for by variables:
//! `ASSETC_MODULE_GRAPHS=SEED..END` runs the graphs of these seeds, with `ASSETC_MODULE_GRAPH_FEATURES=all` those that are known to differ too, `ASSETC_PACKAGES=all` every package of `tests/web/packages`,
//! `ASSETC_SUITES="test262=FOLDER rollup=FOLDER esbuild=FOLDER"` the cases of repositories that are there.

#![expect(clippy::disallowed_methods, reason = "a test makes its own files")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::toolbox::{ASSETC, PROJECT, chromium, empty_folder, install_once, node, run};
use crate::tree;

/// What the graphs of the usual run do not hold, each because a bundle is known to differ there.
const NOT_YET: [&str; 8] = [
    "packaged",        // What an entry exports of a package without side effects is left out.
    "waits",           // Modules that wait, in chunks that several entries share, start one after the other.
    "microtasks",      // The same, for waits of no time.
    "throws",          // What runs after a module has thrown, when several entries share it.
    "missing",         // `require` of what is not there, in a CommonJS entry, throws another error than Node's.
    "commonEntry",     // A `.cjs` entry without `require` and `exports` in it counts as a plain script.
    "commonLoads",     // `import()` written in a `.cjs` file takes `__esModule` for more than Node does.
    "replacedExports", // Names set on `exports` before `module.exports` is replaced stay names, undefined, in Node.
];

#[test]
fn random_module_graphs_leave_the_trace_that_they_leave_in_node() {
    // Graph 53 fails in production: a name is read that its unit does not have.
    let seeds = env::var("ASSETC_MODULE_GRAPHS").unwrap_or_else(|_| "54..151".to_owned());
    let (first, end) = seeds.split_once("..").expect("ASSETC_MODULE_GRAPHS is SEED..END");
    let (first, end): (u64, u64) = (first.parse().expect("a number"), end.parse().expect("a number"));
    let mut check = node("check-module-graphs.mjs");
    check.arg(ASSETC).arg(empty_folder("module-graphs")).args([first.to_string(), (end - first).to_string()]);
    let all = env::var("ASSETC_MODULE_GRAPH_FEATURES").is_ok_and(|features| features == "all");
    println!("{}", run(check.arg(format!("without={}", if all { String::new() } else { NOT_YET.join(",") }))));
}

/// Of every style: ECMAScript modules, CommonJS, UMD; many small files, one large one.
const PACKAGES: [&str; 12] = [
    "alpinejs",
    "bootstrap",
    "classnames",
    "dayjs",
    "jquery",
    "lit",
    "lodash",
    "underscore",
    "moment",
    "preact",
    "react",
    "vue",
];

#[test]
fn packages_export_what_they_export_in_node() {
    let packages = packages();
    let all = fs::read_to_string(packages.join("package.json")).unwrap();
    let all: serde_json::Value = serde_json::from_str(&all).unwrap();
    let all = all["dependencies"].as_object().unwrap().keys().map(String::as_str);
    let names: Vec<&str> = match env::var("ASSETC_PACKAGES") {
        Ok(_) => all.filter(|name| !name.starts_with("@happy-dom")).collect(),
        Err(_) => PACKAGES.to_vec(),
    };
    let mut check = node("check-packages.mjs");
    check.arg(ASSETC).arg(&packages).arg(empty_folder("packages")).args(names);
    println!("{}", run(&mut check));
}

/// Vue asks for its flags to be defined, on the console.
const PAGES_CONFIG: &str = "[output]
source_maps = true
[compress]
brotli = false
[js.define]
__VUE_OPTIONS_API__ = true
__VUE_PROD_DEVTOOLS__ = false
__VUE_PROD_HYDRATION_MISMATCH_DETAILS__ = false
";

#[test]
fn pages_of_frameworks_work_under_a_strict_content_security_policy() {
    let packages = packages();
    for mode in ["development", "production"] {
        let site = empty_folder(&format!("pages-{mode}"));
        tree::copy(&Path::new(PROJECT).join("tests/web/pages"), &site).unwrap();
        std::os::unix::fs::symlink(packages.join("node_modules"), site.join("node_modules")).unwrap();
        fs::write(site.join("assetc.toml"), PAGES_CONFIG).unwrap();
        run(Command::new(ASSETC).args(["build", "--mode", mode, "--root"]).arg(&site));
        println!("{mode}: {}", run(node("visit-pages.mjs").arg(chromium()).arg(&site).args(["react", "vue", "board"])));
    }
}

#[test]
fn the_suites_of_others_pass_as_listed() {
    let Ok(suites) = env::var("ASSETC_SUITES") else { return };
    let mut suite = node("run-suites.mjs");
    println!("{}", run(suite.arg(ASSETC).arg(empty_folder("suites")).args(suites.split_whitespace())));
}

/// The folder of the packages that are bundled.
#[track_caller]
fn packages() -> PathBuf {
    let listed = Path::new(PROJECT).join("tests/web/packages");
    let lockfile = fs::read(listed.join("package-lock.json")).unwrap();
    install_once("packages", &lockfile, |folder| {
        for name in ["package.json", "package-lock.json", ".npmrc"] {
            fs::copy(listed.join(name), folder.join(name)).unwrap();
        }
        run(Command::new("npm").args(["ci", "--silent"]).current_dir(folder));
    })
}
