#![expect(clippy::disallowed_methods, reason = "tests arrange the disk by hand")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::names::{hashed_name, split_fingerprint};
use super::*;

struct Root(TempDir);

impl Root {
    fn new(files: &[(&str, &str)]) -> Self {
        let root = Self(TempDir::new().unwrap());
        files.iter().for_each(|(name, text)| root.put(name, text));
        root
    }

    fn put(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn collect(&self) -> (String, Option<Collected>) {
        self.collect_as(|_| {})
    }

    fn collect_as(&self, change: impl FnOnce(&mut Request)) -> (String, Option<Collected>) {
        let mut request = Request {
            static_root: self.0.path().canonicalize().unwrap(),
            shown: "staticfiles".to_owned(),
            static_url: "/static/".to_owned(),
            codings: vec![Coding::Gzip],
            threads: 2,
            allow_missing: false,
        };
        change(&mut request);
        let (diagnostics, collected) = super::collect(&request);
        let said = diagnostics.iter().map(|said| format!("{}: {}\n", said.code, said.message)).collect();
        (said, collected)
    }

    /// What `staticfiles.json` says.
    fn paths(&self) -> BTreeMap<String, String> {
        let json: serde_json::Value = serde_json::from_str(&self.read(MANIFEST)).unwrap();
        serde_json::from_value(json["paths"].clone()).unwrap()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    /// The text of the copy of this file.
    fn hashed(&self, name: &str) -> String {
        self.read(&self.paths()[name])
    }

    fn tree(&self) -> BTreeMap<String, Vec<u8>> {
        fn walk(folder: &Path, below: &str, tree: &mut BTreeMap<String, Vec<u8>>) {
            for entry in fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                let name = format!("{below}{}", entry.file_name().to_string_lossy());
                if entry.path().is_dir() {
                    walk(&entry.path(), &format!("{name}/"), tree);
                } else {
                    tree.insert(name, fs::read(entry.path()).unwrap());
                }
            }
        }
        let mut tree = BTreeMap::new();
        walk(self.0.path(), "", &mut tree);
        tree
    }
}

#[test]
fn names_are_split_as_python_does() {
    for (name, hashed) in [
        ("css/app.css", "css/app.0123456789ab.css"),
        ("js/app.js.map", "js/app.js.0123456789ab.map"),
        ("LICENSE", "LICENSE.0123456789ab"),
        ("a.b/LICENSE", "a.b/LICENSE.0123456789ab"),
        ("a/..x", "a/..x.0123456789ab"),
    ] {
        assert_eq!(hashed_name(name, "0123456789ab"), hashed);
        let (plain, digits) = split_fingerprint(hashed).unwrap();
        assert_eq!((plain.as_str(), digits), (name, "0123456789ab"));
    }
    for name in ["app.css", "app.0123456789AB.css", "app.0123456789a.css", "0123456789ab", "a.0123456789ab.b.css"] {
        assert_eq!(split_fingerprint(name), None, "{name}");
    }
}

/// The answers are those of Django 6.1 on the same files.
#[test]
fn the_manifest_is_djangos() {
    let root = Root::new(&[("a.txt", "a"), ("é \"x\".txt", "b"), ("css/app.css", "a{background:url(../a.txt)}")]);
    root.collect().1.unwrap();
    assert_eq!(
        root.read(MANIFEST),
        "{\"paths\": {\"a.txt\": \"a.0cc175b9c0f1.txt\", \"css/app.css\": \"css/app.3c618cd4ba26.css\", \
         \"\\u00e9 \\\"x\\\".txt\": \"\\u00e9 \\\"x\\\".92eb5ffee6ae.txt\"}, \"version\": \"1.1\", \"hash\": \"b9bd66aebc5b\"}"
    );
}

#[test]
fn every_form_of_reference() {
    let style = "@import 'b.css' screen;\n@import url( b.css );a{b:url(x.png);c:URL('x.png?v=1#y');d:url(\"/static/css/x.png\")}\n\
        /* url(no.png) */ e{f:'url(no.png)';g:url(data:image/png;base64,AA==);h:url(//cdn/x.png);i:url(#z);j:url(/media/x.png)}\n\
        k{l:url(font.eot?#iefix);m:url(team%20photo.png);n:url(../css/);o:url(../css/./x.png)}\n\
        /*# sourceMappingURL=app.css.map */\n";
    let script = "import a from './b.js';import \"./b.js\";export * from './b.js';import('./b.js');import(`./b.js`);\n\
        new URL('./x.png', import.meta.url);import React from 'react';import './none';let s = \"import './b.js'\";\n\
        //# sourceMappingURL=app.js.map\n";
    let root = Root::new(&[
        ("css/app.css", style),
        ("css/b.css", "b{}"),
        ("css/x.png", "x"),
        ("css/font.eot", "f"),
        ("css/team photo.png", "t"),
        ("css/app.css.map", "{}"),
        ("js/app.js", script),
        ("js/b.js", "0"),
        ("js/x.png", "x"),
        ("js/app.js.map", "{}"),
    ]);
    let (said, collected) = root.collect();
    assert_eq!(said, "");
    assert_eq!(collected.unwrap().loose_imports, 1);
    insta::assert_snapshot!(root.hashed("css/app.css") + "----\n" + &root.hashed("js/app.js"));
}

#[test]
fn a_second_run_finds_everything_done() {
    let large = "a{color:red}".repeat(100);
    let root = Root::new(&[("css/app.css", &large), ("css/x.css", "@import 'app.css';"), ("LICENSE", "text")]);
    let first = root.collect().1.unwrap();
    assert_eq!((first.names, first.written, first.compressed), (3, 3, 1));
    let tree = root.tree();
    let second = root.collect().1.unwrap();
    assert_eq!((second.written, second.compressed), (0, 0));
    assert_eq!(root.tree(), tree);

    // Half an earlier run: without its manifest, with a copy missing and one cut off.
    fs::remove_file(root.0.path().join(MANIFEST)).unwrap();
    fs::remove_file(root.0.path().join(root_name(&tree, "LICENSE."))).unwrap();
    root.put(&root_name(&tree, "css/x."), "@imp");
    let third = root.collect().1.unwrap();
    assert_eq!(root.paths().len(), 4, "the copy that was cut off is a file of its own");
    assert_eq!(third.names, 4);
    assert_eq!(root.tree()[&root_name(&tree, "css/x.")], tree[&root_name(&tree, "css/x.")]);
}

/// The first name that begins so and goes on with a fingerprint.
fn root_name(tree: &BTreeMap<String, Vec<u8>>, start: &str) -> String {
    tree.keys().find(|name| name.starts_with(start) && split_fingerprint(name).is_some()).unwrap().clone()
}

#[test]
fn files_that_refer_to_each_other_in_a_circle_are_named_once() {
    let files = [("a.js", "import './b.js';1"), ("b.js", "import './a.js';2"), ("c.css", "a{b:url(c.css)}")];
    let root = Root::new(&files);
    root.collect().1.unwrap();
    let paths = root.paths();
    assert_eq!(root.hashed("a.js"), format!("import './{}';1", paths["b.js"]));
    assert_eq!(root.hashed("b.js"), format!("import './{}';2", paths["a.js"]));
    assert_eq!(root.hashed("c.css"), format!("a{{b:url(\"{}\")}}", paths["c.css"]));
    let tree = root.tree();
    root.collect().1.unwrap();
    assert_eq!(root.tree(), tree);
    root.put("b.js", "import './a.js';3");
    root.collect().1.unwrap();
    assert_ne!(root.paths()["a.js"], paths["a.js"], "what is below changed");
}

#[test]
fn what_leads_nowhere_stops_the_run_before_anything_shows() {
    let root = Root::new(&[("css/app.css", "a{b:url(lgoo.png)}c{d:url(../../x.png)}"), ("css/logo.png", "x")]);
    let tree = root.tree();
    let (said, collected) = root.collect();
    assert_eq!(collected, None);
    assert_eq!(
        said,
        "unresolved-reference: there is no file `css/lgoo.png`\n\
         unresolved-reference: `../../x.png` leads out of the static root\n"
    );
    assert_eq!(root.tree(), tree);
    let (_, collected) = root.collect_as(|request| request.allow_missing = true);
    assert!(collected.is_some());
    assert_eq!(root.hashed("css/app.css"), "a{b:url(lgoo.png)}c{d:url(../../x.png)}");
}

#[test]
fn a_missing_source_map_and_a_sheet_in_latin_1_are_warnings() {
    let root = Root::new(&[("a.js", "0\n//# sourceMappingURL=a.js.map\n")]);
    fs::write(root.0.path().join("b.css"), b"a::before{content:'\xe9'}").unwrap();
    let (said, collected) = root.collect();
    assert_eq!(
        said,
        "missing-source-map: there is no source map `a.js.map`, so its name was left as it is\n\
         invalid-utf8: `b.css` is not UTF-8, so nothing in it was rewritten\n"
    );
    assert_eq!(collected.unwrap().names, 2);
}

#[test]
fn a_manifest_of_somebody_else_is_kept() {
    let root = Root::new(&[("a.txt", "a"), (MANIFEST, "{\"name\": \"my app\"}")]);
    let tree = root.tree();
    let (said, collected) = root.collect();
    assert_eq!(
        (said.as_str(), collected),
        ("not-ours: `staticfiles/staticfiles.json` is in the way of Django's manifest, and is none\n", None)
    );
    assert_eq!(root.tree(), tree);
}

#[test]
fn nothing_to_collect() {
    let root = Root::new(&[]);
    assert_eq!(root.collect().0, "nothing-collected: `staticfiles` holds no collected files\n");
    let (said, _) = root.collect_as(|request| request.static_root = request.static_root.join("none"));
    assert_eq!(said, "nothing-collected: `staticfiles` holds no collected files\n");
}
