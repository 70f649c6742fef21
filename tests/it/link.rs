//! Linked modules run as Node runs their sources: the trace that random graphs of modules leave is the same.
//!
//! Every graph is made from a number, which a failure names: `node tests/web/link-graphs.mjs write FOLDER NUMBER 1` writes it.

#![expect(clippy::disallowed_methods, reason = "a test makes its own files")]

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::toolbox::{ASSETC, empty_folder, node, run};

/// How many graphs one build links; `ASSETC_GRAPHS` asks for others than the usual ones, such as `5000:200`: from 5000, 200 of them.
fn graphs() -> (String, String) {
    let wanted = std::env::var("ASSETC_GRAPHS").unwrap_or_else(|_| "1:150".to_owned());
    let (from, count) = wanted.split_once(':').expect("ASSETC_GRAPHS=FROM:COUNT");
    (from.to_owned(), count.to_owned())
}

#[test]
fn random_graphs_of_modules_run_as_in_node() {
    let (from, count) = graphs();
    let project = empty_folder("link-graphs");
    let sources = project.join("assets");
    let script = |command: &str, folder: &Path, extension: &str| {
        run(node("link-graphs.mjs").arg(command).arg(folder).args([&from, &count]).arg(extension))
    };
    script("write", &sources, "");
    let entries = script("entries", &sources, "");
    fs::write(project.join("assetc.toml"), format!("[entries]\n{entries}\n")).unwrap();
    let native: serde_json::Value = serde_json::from_str(&script("run", &sources, ".mjs")).unwrap();
    for mode in ["development", "production"] {
        run(Command::new(ASSETC).args(["build", "--mode", mode, "--out", mode]).current_dir(&project));
        let built = project.join(mode);
        fs::write(built.join("package.json"), r#"{"type": "module"}"#).unwrap();
        let linked: serde_json::Value = serde_json::from_str(&script("run", &built, ".js")).unwrap();
        for (nth, (native, linked)) in native.as_array().unwrap().iter().zip(linked.as_array().unwrap()).enumerate() {
            let number = from.parse::<usize>().unwrap() + nth;
            assert_eq!(native, linked, "{mode}: graph {number}, in {}", sources.join(format!("_g{nth}")).display());
        }
    }
}
