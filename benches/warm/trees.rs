//! The trees that are measured.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use crate::toolbox::{ASSETC, PROJECT, empty_folder, install_npm, run};

/// Text files that are copied, a hundred a folder, known to git; and the build of them.
pub fn of_texts(files: usize) -> PathBuf {
    let site = empty_folder(&format!("bench-texts-{files}"));
    for nth in 0..files {
        let folder = site.join(format!("assets/{:04}", nth / 100));
        if nth % 100 == 0 {
            fs::create_dir_all(&folder).expect("a folder");
        }
        fs::write(folder.join(format!("{nth}.txt")), format!("text {nth}\n")).expect("a file");
    }
    fs::write(site.join("assetc.toml"), "[output]\nfingerprint = false\n").expect("a file");
    fs::write(site.join(".gitignore"), "/static/\n/.assetc/\n").expect("a file");
    let git = |args: &[&str]| run(std::process::Command::new("git").args(args).current_dir(&site));
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "--quiet", "-m", "texts"]);
    run(std::process::Command::new(ASSETC).args(["build", "--quiet", "--root"]).arg(&site));
    site
}

/// Components in one bundle, ten a folder; `main.jsx` imports them all.
pub fn of_components(name: &str, components: usize) -> PathBuf {
    let site = empty_folder(name);
    let mut main = String::new();
    for nth in 0..components {
        let folder = site.join(format!("assets/js/_parts/{:04}", nth / 10));
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join(format!("C{nth}.jsx")), component(nth, 0)).expect("a file");
        let _ = writeln!(main, "import C{nth} from './_parts/{:04}/C{nth}.jsx';\nconsole.log(C{nth});", nth / 10);
    }
    fs::write(site.join("assets/js/main.jsx"), main).expect("a file");
    site
}

/// The packages of others.
pub fn peers() -> PathBuf {
    let files = Path::new(PROJECT).join("benches/warm/peers");
    let lockfile = fs::read(files.join("package-lock.json")).expect("the lockfile");
    install_npm("bench-peers", &lockfile, &files).join("node_modules")
}

/// esbuild's own program, not the script around it.
pub fn esbuild() -> PathBuf {
    let platform = format!(
        "{}-{}",
        std::env::consts::OS.replace("macos", "darwin"),
        match std::env::consts::ARCH {
            "aarch64" => "arm64",
            _ => "x64",
        }
    );
    peers().join("@esbuild").join(platform).join("bin/esbuild")
}

/// One component's text.
pub fn component(nth: usize, version: usize) -> String {
    format!(
        "export default function C{nth}({{ title, items }}) {{\n  const marker = 'v{version:06}';\n  return (\n    <section className=\"c{nth}\" data-marker={{marker}}>\n      <h2>{{title}}</h2>\n      <ul>{{items.map((item) => <li key={{item.id}}>{{item.name}} of {nth}</li>)}}</ul>\n    </section>\n  );\n}}\n"
    )
}

/// The example site, copied.
pub fn example_site(name: &str) -> PathBuf {
    let site = empty_folder(name);
    let from = Path::new(PROJECT).join("fixtures/site");
    run(std::process::Command::new("cp").arg("-a").arg(format!("{}/.", from.display())).arg(&site));
    let _ = fs::remove_dir_all(site.join("static"));
    site
}
