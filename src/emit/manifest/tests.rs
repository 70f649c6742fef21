use super::*;
use crate::config::Mode;

/// A page's script with a chunk, a style and a picture; a classic script; a style of its own.
fn manifest() -> Manifest {
    let file = |path: &str, plain: bool, source: &str, kind: &str, references: &[&str]| {
        serde_json::json!({
            "path": path, "plain": plain.then(|| path.replace(".0123456789ab", "")), "source": source, "kind": kind,
            "size": 6, "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "integrity": "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=", "references": references,
        })
    };
    let json = serde_json::json!({
        "version": 1, "mode": "production", "retained": [],
        "files": {
            "css/app.css": file("css/app.0123456789ab.css", true, "assets/scss/app.scss", "sass", &["img/logo.png"]),
            "css/cart.css": file("css/cart.0123456789ab.css", true, "assets/css/cart.css", "style", &[]),
            "img/logo.png": file("img/logo.0123456789ab.png", true, "assets/img/logo.png", "png", &[]),
            "js/cart.js": file("js/cart.0123456789ab.js", false, "assets/ts/cart.ts", "script", &[]),
            "js/dialog.js": file("js/dialog.0123456789ab.js", false, "assets/ts/dialog.ts", "script", &[]),
            "js/main.js": file("js/main.0123456789ab.js", true, "assets/ts/main.ts", "script", &["js/cart.js"]),
            "js/main.js.map": file("js/main.js.0123456789ab.map", false, "assets/ts/main.ts", "source-map", &[]),
            "js/menu.js": file("js/menu.0123456789ab.js", true, "assets/js/menu.js", "script", &[]),
        },
        "entries": {
            "css/app.css": { "imports": [], "dynamic": [], "css": [], "assets": ["img/logo.png"] },
            "css/cart.css": { "imports": [], "dynamic": [], "css": [], "assets": [] },
            "js/main.js": {
                "format": "esm", "imports": ["js/cart.js"], "dynamic": ["js/dialog.js"],
                "css": ["css/cart.css"], "assets": ["img/logo.png"],
            },
            "js/menu.js": { "format": "classic", "imports": [], "dynamic": [], "css": [], "assets": [] },
        },
    });
    Manifest::parse(json.to_string().as_bytes()).unwrap()
}

/// Every document of a format, under its name.
fn written(format: ManifestFormat) -> String {
    let mut settings = Settings::new("/project".into(), Mode::Production);
    settings.manifests = vec![format];
    settings.prefix = "/build/".to_owned();
    let documents = documents(&settings, &manifest(), &[]);
    let text = |document: &Document| {
        format!("{}\n{}", document.path, String::from_utf8(document.to_bytes()).expect("JSON is UTF-8"))
    };
    documents.iter().map(text).collect::<Vec<_>>().join("\n")
}

macro_rules! golden {
    ($($name:ident: $format:ident,)*) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(written(ManifestFormat::$format));
        }
    )*};
}
golden! {
    vite: Vite,
    laravel: Laravel,
    mix: Mix,
    propshaft: Propshaft,
    sprockets: Sprockets,
    symfony: Symfony,
    encore: Encore,
    asset_mapper: AssetMapper,
    webpack_loader: WebpackLoader,
    flat: Flat,
}

#[test]
fn every_import_of_vite_is_a_key() {
    let Value::Object(records) = vite::manifest(&manifest()) else { panic!("an object") };
    let imports = records.values().flat_map(|record| ["imports", "dynamicImports"].map(|list| &record[list]));
    let keys: Vec<_> = imports.filter_map(Value::as_array).flatten().collect();
    assert_eq!(keys.len(), 2);
    for key in keys {
        assert!(records.contains_key(key.as_str().unwrap()), "{key}");
    }
}
