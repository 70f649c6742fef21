use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;

use super::manifest::{Manifest, install_commands, split_package_name};
use super::packages::{Found, NotFound, Packages, Purpose};
use crate::config::{Mode, Settings};
use crate::fs;
use crate::graph::PackageType;
use crate::inputs::{Reads, View};

/// A tree of files on the disk; those of node_modules cannot be kept in a repository.
struct Tree {
    folder: TempDir,
    settings: Settings,
}

impl Tree {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            create_folders(path.parent().unwrap());
            fs::write(&path, text.as_bytes()).unwrap();
        }
        let root = fs::canonicalize(folder.path()).unwrap();
        Self { settings: Settings::new(root, Mode::Production), folder }
    }

    fn link(&self, at: &str, to: &str) {
        let at = self.folder.path().join(at);
        create_folders(at.parent().unwrap());
        std::os::unix::fs::symlink(to, at).unwrap();
    }

    /// Where a specifier leads, relative to the tree; else why nowhere.
    fn find(&self, from: &str, specifier: &str, purpose: Purpose) -> String {
        let packages = Packages::new(&self.settings, &reads(&self.settings));
        let from = self.settings.root.join(from);
        let shown = |path: &Path| path.strip_prefix(&self.settings.root).unwrap().display().to_string();
        let tsconfig = match packages.tsconfig(&self.settings.root, &from) {
            Ok(tsconfig) => tsconfig,
            Err(NotFound::Broken { file, reason }) => return format!("{}: {reason}", shown(&file)),
            Err(other) => return format!("{other:?}"),
        };
        match packages.resolve(&from, specifier, purpose, tsconfig.as_deref()) {
            Ok(Found::File(path)) => shown(&path),
            Ok(Found::Nothing(_)) => "nothing".to_owned(),
            Err(NotFound::Absent) => "absent".to_owned(),
            Err(NotFound::Circle) => "circle".to_owned(),
            Err(NotFound::NotExported { manifest }) => format!("not exported by {}", shown(&manifest)),
            Err(NotFound::LeadsOutside { manifest, target }) => format!("{} leads to {target}", shown(&manifest)),
            Err(NotFound::NoSuchImport { manifest }) => format!("no such import in {}", shown(&manifest)),
            Err(NotFound::Broken { file, reason }) => format!("{}: {reason}", shown(&file)),
        }
    }

    fn import(&self, specifier: &str) -> String {
        self.find("assets/main.js", specifier, Purpose::Import)
    }

    fn require(&self, specifier: &str) -> String {
        self.find("assets/main.js", specifier, Purpose::Require)
    }
}

fn create_folders(folder: &Path) {
    if !fs::is_folder(folder) {
        create_folders(folder.parent().unwrap());
        fs::create_folder(folder).unwrap();
    }
}

#[test]
fn exports_by_condition() {
    let tree = Tree::new(&[
        (
            "node_modules/a/package.json",
            r##"{"exports": {
                ".": {"types": "./a.d.ts", "node": "./node.js", "import": "./a.mjs", "require": "./a.cjs"},
                "./env": {"development": "./dev.js", "production": "./prod.js"},
                "./browser": {"browser": "./b.js", "default": "./d.js"},
                "./module": {"module": "./m.js", "require": "./a.cjs"},
                "./features/*.js": "./src/*.js",
                "./features/internal/*": null,
                "./list": ["not-a-path", "./b.js"],
                "./out": "../other/x.js",
                "./style": {"style": "./a.css", "default": "./a.mjs"}
            }, "imports": {"#own": "./src/own.js"}, "name": "a"}"##,
        ),
        ("node_modules/a/a.mjs", ""),
        ("node_modules/a/a.cjs", ""),
        ("node_modules/a/a.css", ""),
        ("node_modules/a/b.js", ""),
        ("node_modules/a/m.js", ""),
        ("node_modules/a/prod.js", ""),
        ("node_modules/a/src/x.js", ""),
        ("node_modules/a/src/own.js", ""),
        ("node_modules/a/src/internal/y.js", ""),
        ("assets/main.js", ""),
    ]);
    assert_eq!(tree.import("a"), "node_modules/a/a.mjs");
    assert_eq!(tree.require("a"), "node_modules/a/a.cjs");
    assert_eq!(tree.import("a/env"), "node_modules/a/prod.js");
    assert_eq!(tree.import("a/browser"), "node_modules/a/b.js");
    assert_eq!(tree.require("a/module"), "node_modules/a/m.js");
    assert_eq!(tree.import("a/features/x.js"), "node_modules/a/src/x.js");
    assert_eq!(tree.import("a/features/internal/y.js"), "not exported by node_modules/a/package.json");
    assert_eq!(tree.import("a/list"), "node_modules/a/b.js");
    assert_eq!(tree.import("a/b.js"), "not exported by node_modules/a/package.json");
    assert_eq!(tree.import("a/out"), "node_modules/a/package.json leads to ../other/x.js");
    assert_eq!(tree.find("assets/main.css", "a/style", Purpose::Style), "node_modules/a/a.css");
    // A package knows itself and its private names.
    assert_eq!(tree.find("node_modules/a/src/x.js", "a", Purpose::Import), "node_modules/a/a.mjs");
    assert_eq!(tree.find("node_modules/a/src/x.js", "#own", Purpose::Import), "node_modules/a/src/own.js");
    assert_eq!(
        tree.find("node_modules/a/src/x.js", "#other", Purpose::Import),
        "no such import in node_modules/a/package.json"
    );
}

#[test]
fn packages_without_exports() {
    let tree = Tree::new(&[
        ("node_modules/both/package.json", r#"{"main": "./main.js", "module": "./module.js"}"#),
        ("node_modules/both/main.js", ""),
        ("node_modules/both/module.js", ""),
        ("node_modules/browser/package.json", r#"{"main": "./main.js", "browser": "./browser.js"}"#),
        ("node_modules/browser/main.js", ""),
        ("node_modules/browser/browser.js", ""),
        (
            "node_modules/map/package.json",
            r#"{"main": "lib", "browser": {"./lib/node.js": "./lib/web.js", "fs": false, "ws": "./lib/web.js", "./lib/x": false}}"#,
        ),
        ("node_modules/map/lib/index.js", ""),
        ("node_modules/map/lib/node.js", ""),
        ("node_modules/map/lib/web.js", ""),
        ("node_modules/map/lib/x.js", ""),
        ("node_modules/bare/index.js", ""),
        ("node_modules/bare/both.js", ""),
        ("node_modules/bare/both.ts", ""),
        ("node_modules/bare/folder/index.json", "{}"),
        ("node_modules/@scope/a.b/index.js", ""),
        ("assets/main.js", ""),
    ]);
    assert_eq!(tree.import("both"), "node_modules/both/module.js");
    assert_eq!(tree.require("both"), "node_modules/both/main.js");
    assert_eq!(tree.import("browser"), "node_modules/browser/browser.js");
    assert_eq!(tree.import("map"), "node_modules/map/lib/index.js");
    let in_map = |specifier| tree.find("node_modules/map/lib/index.js", specifier, Purpose::Require);
    assert_eq!(in_map("./node"), "node_modules/map/lib/web.js");
    assert_eq!(in_map("./node.js"), "node_modules/map/lib/web.js");
    assert_eq!(in_map("ws"), "node_modules/map/lib/web.js");
    assert_eq!(in_map("fs"), "nothing");
    assert_eq!(in_map("./x"), "nothing");
    assert_eq!(tree.import("bare"), "node_modules/bare/index.js");
    assert_eq!(tree.import("bare/folder"), "node_modules/bare/folder/index.json");
    assert_eq!(tree.find("node_modules/bare/index.js", "./both", Purpose::Import), "node_modules/bare/both.js");
    assert_eq!(tree.import("@scope/a.b"), "node_modules/@scope/a.b/index.js");
    assert_eq!(tree.import("Bare"), "absent");
    assert_eq!(tree.import("none"), "absent");
}

#[test]
fn the_nearest_copy_of_a_package_counts() {
    let tree = Tree::new(&[
        ("node_modules/a/index.js", ""),
        ("node_modules/b/index.js", ""),
        ("node_modules/b/node_modules/a/index.js", ""),
        ("site/assets/main.js", ""),
    ]);
    assert_eq!(tree.find("site/assets/main.js", "a", Purpose::Import), "node_modules/a/index.js");
    assert_eq!(tree.find("node_modules/b/index.js", "a", Purpose::Import), "node_modules/b/node_modules/a/index.js");
}

#[test]
fn links_lead_to_one_package() {
    let tree = Tree::new(&[
        ("node_modules/.pnpm/a@1.0.0/node_modules/a/index.js", ""),
        ("node_modules/.pnpm/b@1.0.0/node_modules/b/index.js", ""),
        ("packages/ui/index.ts", ""),
        ("assets/main.js", ""),
    ]);
    tree.link("node_modules/a", ".pnpm/a@1.0.0/node_modules/a");
    tree.link("node_modules/b", ".pnpm/b@1.0.0/node_modules/b");
    tree.link("node_modules/.pnpm/b@1.0.0/node_modules/a", "../../a@1.0.0/node_modules/a");
    tree.link("node_modules/@acme/ui", "../../packages/ui");
    tree.link("node_modules/loop", "loop");
    let real = "node_modules/.pnpm/a@1.0.0/node_modules/a/index.js";
    assert_eq!(tree.import("a"), real);
    assert_eq!(tree.find("node_modules/.pnpm/b@1.0.0/node_modules/b/index.js", "a", Purpose::Require), real);
    assert_eq!(tree.import("@acme/ui"), "packages/ui/index.ts");
    assert_eq!(tree.import("loop"), "absent");
}

#[test]
fn tsconfig_paths() {
    let tree = Tree::new(&[
        (
            "tsconfig.json",
            r#"{
                // Comments and commas are allowed here.
                "extends": "@acme/tsconfig",
                "compilerOptions": {"paths": {"@/*": ["./assets/*"], "~cart": ["./none.ts", "./assets/cart.ts"]},},
            }"#,
        ),
        ("node_modules/@acme/tsconfig/tsconfig.json", r#"{"compilerOptions": {"jsx": "react-jsx"}}"#),
        ("node_modules/@acme/tsconfig/package.json", "{}"),
        ("assets/main.js", ""),
        ("assets/main.ts", ""),
        ("assets/cart.ts", ""),
        ("assets/old/jsconfig.json", r#"{"compilerOptions": {"baseUrl": "."}}"#),
        ("assets/old/main.js", ""),
        ("assets/old/lib/x.js", ""),
        ("assets/broken/tsconfig.json", "{"),
        ("assets/broken/main.ts", ""),
        ("assets/lost/tsconfig.json", r#"{"extends": "./none"}"#),
        ("assets/lost/main.ts", ""),
        ("assets/round/tsconfig.json", r#"{"extends": "./tsconfig.json"}"#),
        ("assets/round/main.ts", ""),
        ("assets/solution/tsconfig.json", r#"{"files": [], "references": [{"path": "./app.json"}]}"#),
        ("assets/solution/app.json", r##"{"include": ["*.ts"], "compilerOptions": {"paths": {"#x": ["./y.ts"]}}}"##),
        ("assets/solution/main.ts", ""),
        ("assets/solution/y.ts", ""),
    ]);
    let from = |from, specifier| tree.find(from, specifier, Purpose::Import);
    assert_eq!(from("assets/main.ts", "@/cart"), "assets/cart.ts");
    assert_eq!(from("assets/main.ts", "~cart"), "assets/cart.ts");
    assert_eq!(from("assets/main.js", "@/cart"), "assets/cart.ts");
    assert_eq!(from("assets/old/main.js", "lib/x"), "assets/old/lib/x.js");
    assert_eq!(from("assets/solution/main.ts", "#x"), "assets/solution/y.ts");
    assert!(from("assets/broken/main.ts", "x").starts_with("assets/broken/tsconfig.json: EOF"));
    assert_eq!(from("assets/lost/main.ts", "x"), "assets/lost/none: it does not exist");
    assert_eq!(from("assets/round/main.ts", "x"), "assets/round/tsconfig.json: `extends` leads back to it");
}

#[test]
fn aliases() {
    let mut tree = Tree::new(&[
        ("node_modules/preact/compat/index.js", ""),
        ("node_modules/react/index.js", ""),
        ("node_modules/ui/index.js", ""),
        ("assets/ts/cart.ts", ""),
        ("assets/main.js", ""),
    ]);
    let to = |to: &str| Some(to.to_owned());
    tree.settings.scripts.alias = vec![
        ("react".to_owned(), to("preact/compat")),
        ("@".to_owned(), to("./assets/ts")),
        ("fs".to_owned(), None),
        ("a".to_owned(), to("b")),
        ("b".to_owned(), to("a")),
    ];
    assert_eq!(tree.import("react"), "node_modules/preact/compat/index.js");
    assert_eq!(tree.find("node_modules/ui/index.js", "react", Purpose::Require), "node_modules/preact/compat/index.js");
    assert_eq!(tree.import("@/cart"), "assets/ts/cart.ts");
    assert_eq!(tree.import("fs"), "nothing");
    assert_eq!(tree.import("a"), "circle");
}

#[test]
fn broken_packages() {
    let tree = Tree::new(&[
        ("node_modules/json/package.json", "{"),
        ("node_modules/json/index.js", ""),
        ("node_modules/mixed/package.json", r#"{"exports": {".": "./a.js", "import": "./b.js"}}"#),
        ("node_modules/gone/package.json", r#"{"exports": "./gone.js"}"#),
        ("assets/main.js", ""),
    ]);
    assert!(tree.import("json").starts_with("node_modules/json/package.json: "), "{}", tree.import("json"));
    assert_eq!(
        tree.import("mixed"),
        "node_modules/mixed/package.json: `exports` mixes keys with and without a leading `.`"
    );
    assert_eq!(tree.import("gone"), "absent");
}

#[test]
fn what_package_json_says_of_a_file() {
    let tree = Tree::new(&[
        (
            "node_modules/a/package.json",
            r#"{"name": "a", "version": "1.2.3", "sideEffects": ["*.css", "./src/polyfill.js", "dist/**"]}"#,
        ),
        ("node_modules/a/esm/package.json", r#"{"type": "module"}"#),
        ("node_modules/b/package.json", r#"{"name": "b", "type": "commonjs", "sideEffects": false}"#),
        ("node_modules/b/esm/package.json", r#"{"type": "module", "sideEffects": true}"#),
        ("node_modules/c/index.js", ""),
        ("package.json", r#"{"name": "site", "type": "module", "sideEffects": false}"#),
    ]);
    let packages = Packages::new(&tree.settings, &reads(&tree.settings));
    let facts = |path: &str| {
        let facts = packages.facts(&tree.settings.root.join(path));
        let package = facts.package.map(|(_, manifest)| manifest.name.clone().unwrap());
        (facts.side_effects, facts.declared_type, package)
    };
    let named = |name: &str| Some(name.to_owned());
    assert_eq!(facts("node_modules/a/index.js"), (false, None, named("a")));
    assert_eq!(facts("node_modules/a/css/x.css"), (true, None, named("a")));
    assert_eq!(facts("node_modules/a/src/polyfill.js"), (true, None, named("a")));
    assert_eq!(facts("node_modules/a/src/other/polyfill.js"), (false, None, named("a")));
    assert_eq!(facts("node_modules/a/dist/x/y.js"), (true, None, named("a")));
    assert_eq!(facts("node_modules/a/esm/x.js"), (false, Some(PackageType::Module), named("a")));
    assert_eq!(facts("node_modules/b/x.js"), (false, Some(PackageType::CommonJs), named("b")));
    assert_eq!(facts("node_modules/b/esm/x.js"), (true, Some(PackageType::Module), named("b")));
    // A package ends at its folder: what the site says of itself is not said of what it installs.
    assert_eq!(facts("node_modules/c/index.js"), (true, None, None));
    assert_eq!(facts("assets/main.js"), (false, Some(PackageType::Module), named("site")));
}

#[test]
fn a_manifest_of_nonsense_says_nothing() {
    let text = r#"{"name": 1, "version": [], "type": "other", "sideEffects": "a.js", "dependencies": []}"#;
    let manifest = Manifest::parse(text.as_bytes()).unwrap();
    assert_eq!((manifest.name, manifest.version, manifest.module_type), (None, None, None));
    assert!(manifest.dependencies.is_empty());
    assert!(manifest.side_effects.unwrap().of(Path::new("lib/a.js")));
    assert!(Manifest::parse(b"[]").is_none() || Manifest::parse(b"[]").unwrap().name.is_none());
    assert!(Manifest::parse(b"\xef\xbb\xbf{}").is_some());
    assert!(Manifest::parse(b"\xff").is_none());
}

#[test]
fn names_of_packages() {
    assert_eq!(split_package_name("lodash"), ("lodash", ""));
    assert_eq!(split_package_name("lodash/fp/map"), ("lodash", "/fp/map"));
    assert_eq!(split_package_name("@a/b/c"), ("@a/b", "/c"));
    assert_eq!(split_package_name("@a"), ("@a", ""));
    let names = |name: &str| vec!["package.json".to_owned(), name.to_owned()];
    assert_eq!(install_commands(&names("pnpm-lock.yaml")).0, "pnpm install");
    assert_eq!(install_commands(&names("package-lock.json")).1, "npm install");
}

fn reads(settings: &Settings) -> Reads {
    Reads::new(Arc::new(View::new(&settings.root, &settings.output_root)))
}

/// Packages whose `exports` are made up: nested conditions, patterns, nulls, lists. Node.js says what each leads to.
#[test]
fn exports_lead_where_node_says() {
    let mut files = vec![("package.json".to_owned(), r#"{"name": "site"}"#.to_owned())];
    let mut specifiers = Vec::new();
    let conditions = ["import", "require", "browser", "module", "production", "development", "default", "unknown"];
    // A small generator of its own, so that every run asks the same.
    let mut state = 20_261_121_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for package in 0..60 {
        let mut target = |star: bool, depth: usize| -> String {
            fn build(random: &mut dyn FnMut(usize) -> usize, conditions: &[&str], star: bool, depth: usize) -> String {
                let file = |number: usize| {
                    if star { format!("\"./src{number}/*.js\"") } else { format!("\"./f{number}.js\"") }
                };
                match random(if depth == 0 { 2 } else { 8 }) {
                    0..=2 => file(random(4)),
                    3 => "null".to_owned(),
                    4 => format!("[{}, {}]", build(random, conditions, star, 0), file(random(4))),
                    _ => {
                        let mut keys: Vec<&str> =
                            (0..1 + random(3)).map(|_| conditions[random(conditions.len())]).collect();
                        keys.sort_unstable();
                        keys.dedup();
                        let pairs =
                            keys.iter().map(|key| format!("\"{key}\": {}", build(random, conditions, star, depth - 1)));
                        format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
                    }
                }
            }
            build(&mut random, &conditions, star, depth)
        };
        let exports = format!(
            r#"{{".": {}, "./a": {}, "./lib/*": {}, "./lib/deep/*": {}, "./lib/x": {}}}"#,
            target(false, 3),
            target(false, 2),
            target(true, 2),
            target(true, 1),
            target(false, 1)
        );
        let folder = format!("node_modules/p{package}");
        files.push((format!("{folder}/package.json"), format!(r#"{{"name": "p{package}", "exports": {exports}}}"#)));
        for number in 0..4 {
            files.push((format!("{folder}/f{number}.js"), String::new()));
            for name in ["x", "y", "deep/x"] {
                files.push((format!("{folder}/src{number}/{name}.js"), String::new()));
            }
        }
        let below = ["", "/a", "/lib/x", "/lib/y", "/lib/deep/x", "/lib/none", "/f0.js"];
        specifiers.extend(below.map(|below| format!("p{package}{below}")));
    }
    let script = "import { existsSync } from 'node:fs'; import { createRequire } from 'node:module'; import { fileURLToPath } from 'node:url';
        const { resolve } = createRequire(import.meta.url);
        const found = (find) => { try { const path = find(); return existsSync(path) ? path : null } catch { return null } };
        const all = JSON.parse(process.argv[2]).map((name) => [found(() => fileURLToPath(import.meta.resolve(name))), found(() => resolve(name))]);
        console.log(JSON.stringify(all));";
    files.push(("assets/main.mjs".to_owned(), script.to_owned()));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let tree = Tree::new(&files);
    let asked = std::process::Command::new("node")
        .args(["--conditions=browser", "--conditions=module", "--conditions=production", "assets/main.mjs"])
        .arg(serde_json::to_string(&specifiers).unwrap())
        .current_dir(&tree.settings.root)
        .output();
    let Ok(asked) = asked else { return };
    assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
    let answers: Vec<[Option<String>; 2]> = serde_json::from_slice(&asked.stdout).unwrap();
    let mut found = 0;
    for (specifier, answers) in specifiers.iter().zip(&answers) {
        for (purpose, answer) in [Purpose::Import, Purpose::Require].into_iter().zip(answers) {
            let ours = tree.find("assets/main.mjs", specifier, purpose);
            let node = answer
                .as_ref()
                .map(|path| Path::new(path).strip_prefix(&tree.settings.root).unwrap().display().to_string());
            found += usize::from(node.is_some());
            let manifest = || {
                fs::read(
                    &tree
                        .settings
                        .root
                        .join(format!("node_modules/{}/package.json", specifier.split('/').next().unwrap())),
                )
            };
            match node {
                Some(node) => assert_eq!(
                    ours,
                    node,
                    "{specifier}, {purpose:?}: {}",
                    String::from_utf8_lossy(&manifest().unwrap())
                ),
                // `oxc_resolver` goes on behind a condition whose target is `null`, where Node.js says that there is nothing.
                None if String::from_utf8_lossy(&manifest().unwrap()).contains("null") => {}
                None => assert!(!ours.ends_with(".js"), "{specifier}, {purpose:?} is {ours}"),
            }
        }
    }
    assert!(found > 200, "{found}");
}
