use std::path::PathBuf;

use super::schema_check::conforms;
use super::*;
use crate::diagnostic::Diagnostic;

fn inputs(toml: &str) -> Inputs {
    Inputs {
        root: PathBuf::from("/project"),
        config: Some(TextFile::new("assetc.toml", toml)),
        browserslistrc: None,
        package_json: None,
        public: [("PUBLIC_API".to_owned(), "/api".to_owned())].into(),
        flags: Flags { mode: Mode::Production, output_root: None, threads: None, strict: false, no_cache: false },
    }
}

#[track_caller]
fn read(toml: &str) -> Settings {
    settings(&inputs(toml)).expect("a configuration without faults")
}

/// The faults, each on three lines: what and where, the text that is underlined, the hint.
#[track_caller]
fn faults(inputs: &Inputs) -> String {
    let told = |fault: &Diagnostic| {
        let place = fault.place.as_ref().unwrap();
        let (source, span) = place.frame.as_ref().unwrap();
        let (line, column) = source.line_and_column(span.start);
        let at = format!("{}:{line}:{column} [{}] {}", place.file, fault.code, fault.message);
        let underlined = &source.text[span.start..span.end];
        let hint = fault.hint.as_deref().map_or(String::new(), |hint| format!("    hint: {hint}\n"));
        format!("{at}\n    at: {underlined}\n{hint}")
    };
    settings(inputs).expect_err("faults").iter().map(told).collect()
}

#[test]
fn all_faults_of_a_file_are_told_in_one_run() {
    let toml = r#"
outptu = 1
rots = ["assets"]
zebra = true
roots = ["assets", 5, "../other", "a/{b", true, "."]
ignore = ["*.psd", "!keep.psd", "../x", "[z-a]"]
strict = "yes"
targets = ["last 2 versions", "chorme 90"]

[entries]
"../app.css" = "scss/app.scss"
"css/app.css" = "/etc/passwd"
"js/app.js" = 1

[output]
dir = ""
directory = "x"
fingerprint = { separator = "_", length = 7, algorithm = "md5" }
source_maps = 1

[js]
jsx = "auto"
jsx_factory = "my factory"
jsx_import_source = "preact"
external = "jquery"

[images]
png.effort = 9

[retention]
releases = 0
days = 1.5
"#;
    insta::assert_snapshot!(faults(&inputs(toml)), @r#"
    assetc.toml:2:1 [unknown-key] there is no key `outptu`
        at: outptu
        hint: did you mean `output`?
    assetc.toml:3:1 [unknown-key] there is no key `rots`
        at: rots
        hint: did you mean `roots`?
    assetc.toml:4:1 [unknown-key] there is no key `zebra`
        at: zebra
        hint: the keys here are `roots`, `ignore`, `targets`, `entries`, `output`, `js`, `css`, `sass`, `images`, `fonts`, `compress`, `manifest`, `check`, `retention`, `cache` and `strict`
    assetc.toml:5:20 [invalid-config] each item of `roots` must be a string, not a whole number
        at: 5
    assetc.toml:5:23 [invalid-config] the source root `../other` leads out of the project's folder
        at: "../other"
        hint: name a folder below it, or start from a folder further up with `--root`
    assetc.toml:5:35 [invalid-config] `a/{b` is not a glob: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)
        at: "a/{b"
        hint: `*` stands for any name, `**` for any folders, `{a,b}` for either, and `\` before one of these for itself
    assetc.toml:5:43 [invalid-config] each item of `roots` must be a string, not `true` or `false`
        at: true
    assetc.toml:5:49 [invalid-config] a source root must be a folder below the project's folder
        at: "."
        hint: put the sources into a folder such as `assets`; the project's own folder holds too much else
    assetc.toml:6:20 [invalid-config] `ignore` cannot take `keep.psd` back out
        at: "!keep.psd"
        hint: write patterns that do not match it; a file that another source refers to is used anyway
    assetc.toml:6:33 [invalid-config] `../x` matches nothing below the project's folder
        at: "../x"
        hint: patterns are relative to that folder, such as `assets/drafts` or `*.psd`
    assetc.toml:6:41 [invalid-config] `[z-a]` is not a glob: invalid range; 'z' > 'a'
        at: "[z-a]"
        hint: `*` stands for any name, `**` for any folders, `{a,b}` for either, and `\` before one of these for itself
    assetc.toml:7:10 [invalid-config] `strict` must be `true` or `false`, not a string
        at: "yes"
    assetc.toml:8:31 [invalid-config] browserslist does not understand `chorme 90`: there is no browser `chorme`
        at: "chorme 90"
        hint: did you mean `chrome`?
    assetc.toml:11:1 [invalid-config] `../app.css` is not a path below the output folder
        at: "../app.css"
        hint: the name on the left is what templates use, such as `css/app.css`
    assetc.toml:12:17 [invalid-config] `/etc/passwd` is not a path below a source root or the project's folder
        at: "/etc/passwd"
        hint: write where the source is, such as `scss/app.scss`
    assetc.toml:13:15 [invalid-config] `entries."js/app.js"` must be a string, not a whole number
        at: 1
    assetc.toml:16:7 [invalid-config] `output.dir` is empty
        at: ""
    assetc.toml:17:1 [unknown-key] there is no key `output.directory`
        at: directory
        hint: the keys here are `dir`, `fingerprint` and `source_maps`
    assetc.toml:18:29 [invalid-config] `output.fingerprint.separator` cannot be `_`
        at: "_"
        hint: it can be `.`, which Django recognises, or `-`
    assetc.toml:18:43 [invalid-config] `output.fingerprint.length` must be from 8 to 64, not 7
        at: 7
    assetc.toml:18:46 [unknown-key] there is no key `output.fingerprint.algorithm`
        at: algorithm
        hint: the keys here are `separator` and `length`
    assetc.toml:19:15 [invalid-config] `output.source_maps` must be `true` or `false`, not a whole number
        at: 1
    assetc.toml:22:7 [invalid-config] `js.jsx` cannot be `auto`
        at: "auto"
        hint: it can be `classic` or `automatic`
    assetc.toml:23:15 [invalid-config] `js.jsx_factory` must be the name of a function
        at: "my factory"
        hint: for example `h` or `React.createElement`
    assetc.toml:24:21 [invalid-config] `js.jsx_import_source` has no effect with `jsx = "classic"`
        at: "preact"
        hint: set `jsx = "automatic"`, or delete the key
    assetc.toml:25:12 [invalid-config] `js.external` must be a list of strings or a table of strings, not a string
        at: "jquery"
    assetc.toml:28:14 [invalid-config] `images.png.effort` must be from 0 to 6, not 9
        at: 9
    assetc.toml:31:12 [invalid-config] `retention.releases` must be from 1 to 36525, not 0
        at: 0
    assetc.toml:32:8 [invalid-config] `retention.days` must be a whole number, not a number with a point
        at: 1.5
    "#);
}

#[test]
fn toml_that_does_not_parse_is_told_with_every_place() {
    insta::assert_snapshot!(faults(&inputs("roots = [\"a\"\nstrict = yes\n[output\ndir = 'x'\n")), @r#"
    assetc.toml:2:1 [invalid-config] `assetc.toml` is not valid TOML: missing comma between array elements, expected `,`
        at: 
        hint: strings stand in quotes, lists in `[ ]`, and a key ends with its line; https://toml.io shows every form
    "#);
    insta::assert_snapshot!(faults(&inputs("strict = true\nstrict = true\n")), @r#"
    assetc.toml:2:1 [invalid-config] `assetc.toml` is not valid TOML: duplicate key
        at: strict
        hint: a key or table can be written once; put what belongs together into one
    "#);
}

#[test]
fn wrong_kinds_of_values_are_told_in_plain_words() {
    let toml = "output = 5\nentries = []\ntargets = 5\nroots = 'assets'\n[images]\npng.effort = 'high'\n\
                [output2]\n[js]\nexternal = [[]]\n[retention]\ndays = 99999999999999999999\nreleases = 2024-01-01\n";
    insta::assert_snapshot!(faults(&inputs(toml)), @r#"
    assetc.toml:1:10 [invalid-config] `output` must be a table, not a whole number
        at: 5
    assetc.toml:2:11 [invalid-config] `entries` must be a table, not a list
        at: []
    assetc.toml:3:11 [invalid-config] `targets` must be a string or a list of strings, not a whole number
        at: 5
    assetc.toml:4:9 [invalid-config] `roots` must be a list, not a string
        at: 'assets'
    assetc.toml:6:14 [invalid-config] `images.png.effort` must be a whole number, not a string
        at: 'high'
    assetc.toml:7:2 [unknown-key] there is no key `output2`
        at: output2
        hint: did you mean `output`?
    assetc.toml:9:13 [invalid-config] each item of `js.external` must be a string, not a list
        at: []
    assetc.toml:11:8 [invalid-config] `retention.days` is too large
        at: 99999999999999999999
    assetc.toml:12:12 [invalid-config] `retention.releases` must be a whole number, not a date
        at: 2024-01-01
    "#);
    insta::assert_snapshot!(faults(&inputs("roots = []\ntargets = []\n[output]\nfingerprint = 'yes'\n")), @r#"
    assetc.toml:1:9 [invalid-config] `roots` names no folder
        at: []
        hint: delete the key for the default, `["assets"]`
    assetc.toml:2:11 [invalid-config] `targets` names no browser
        at: []
        hint: delete the key for the default, `baseline widely available`
    assetc.toml:4:15 [invalid-config] `output.fingerprint` must be `true`, `false` or a table, not a string
        at: 'yes'
    "#);
}

#[test]
fn keys_that_would_have_no_effect_are_refused() {
    let toml = "[js]\njsx = 'automatic'\njsx_factory = 'h'\njsx_fragment = 'Fragment'\n";
    insta::assert_snapshot!(faults(&inputs(toml)), @r#"
    assetc.toml:3:15 [invalid-config] `js.jsx_factory` has no effect with `jsx = "automatic"`
        at: 'h'
        hint: delete the key, or set `jsx = "classic"`
    assetc.toml:4:16 [invalid-config] `js.jsx_fragment` has no effect with `jsx = "automatic"`
        at: 'Fragment'
        hint: delete the key, or set `jsx = "classic"`
    "#);
}

#[test]
fn targets_that_browserslist_does_not_understand_are_told() {
    let queries = [
        "chorme 90",
        "supports nothing-like-it",
        "not dead",
        "chrome 999",
        "extends browserslist-config-x",
        "node 18",
        "firefox >",
        "",
        "since 2999-99-99",
        "baseline 2030",
        "last 99999999999 versions",
    ];
    let told: String = queries.iter().map(|query| faults(&inputs(&format!("targets = \"{query}\"")))).collect();
    insta::assert_snapshot!(told, @r#"
    assetc.toml:1:11 [invalid-config] browserslist does not understand `chorme 90`: there is no browser `chorme`
        at: "chorme 90"
        hint: did you mean `chrome`?
    assetc.toml:1:11 [invalid-config] browserslist does not understand `supports nothing-like-it`: unknown browser feature: 'nothing-like-it'
        at: "supports nothing-like-it"
        hint: https://browsersl.ist shows what a query selects; the default is `baseline widely available`
    assetc.toml:1:11 [invalid-config] browserslist does not understand `not dead`: `not dead` has nothing before it to take away from
        at: "not dead"
        hint: https://browsersl.ist shows what a query selects; the default is `baseline widely available`
    assetc.toml:1:11 [invalid-config] browserslist does not understand `chrome 999`: there is no version 999 of `chrome`
        at: "chrome 999"
        hint: https://browsersl.ist shows what a query selects; the default is `baseline widely available`
    assetc.toml:1:11 [invalid-config] the query `extends browserslist-config-x` needs Node.js, which assetc does not use
        at: "extends browserslist-config-x"
        hint: write the browsers themselves, for example `baseline widely available`
    assetc.toml:1:11 [invalid-config] the targets select no browser
        at: "node 18"
        hint: write the browsers, for example `baseline widely available`
    assetc.toml:1:11 [invalid-config] browserslist does not understand `firefox >`: it ends too early
        at: "firefox >"
        hint: https://browsersl.ist shows what a query selects; the default is `baseline widely available`
    assetc.toml:1:11 [invalid-config] the targets select no browser
        at: ""
        hint: write the browsers, for example `baseline widely available`
    assetc.toml:1:11 [invalid-config] browserslist does not understand `since 2999-99-99`: invalid date: 2999-99-99
        at: "since 2999-99-99"
        hint: https://browsersl.ist shows what a query selects; the default is `baseline widely available`
    assetc.toml:1:11 [invalid-config] `baseline 2030` selects browsers that are newer than those assetc knows
        at: "baseline 2030"
        hint: ask for an earlier year or day, or for `baseline newly available`
    assetc.toml:1:11 [invalid-config] browserslist does not understand `last 99999999999 versions`: `versions` is not understood
        at: "last 99999999999 versions"
        hint: https://browsersl.ist shows what a query selects; the default is `baseline widely available`
    "#);
}

#[test]
fn a_byte_order_mark_does_not_shift_columns() {
    assert!(faults(&inputs("\u{feff}zebra = 1")).starts_with("assetc.toml:1:1 "));
}

#[test]
fn nothing_configured_is_the_default() {
    let nothing = settings(&Inputs { config: None, ..inputs("") }).unwrap();
    let empty = read("");
    for settings in [nothing, empty] {
        assert_eq!(settings.roots[0].text, "assets");
        assert_eq!(settings.output_root, PathBuf::from("/project/static"));
        assert_eq!(settings.fingerprint, Some(Names { separator: '.', length: 12 }));
        assert_eq!(settings.targets, Targets::baseline_widely_available());
        assert_eq!(settings.retention, Retention { releases: 3, days: 7 });
        assert_eq!(settings.images.png_effort, 2);
        assert_eq!(settings.codings, [Coding::Brotli, Coding::Gzip]);
        assert!(settings.images.optimize && settings.images.keep.is_match("assets/img/logo.keep.png"));
        assert!(settings.minify && !settings.source_maps && !settings.strict);
        assert!(settings.ignore.is_match("assets/js/cart.test.ts"));
    }
}

#[test]
fn every_key_reaches_the_settings() {
    let settings = read(
        r#"
        roots = ["./front/", "*/assets"]
        ignore = ["*.psd", "assets/drafts/"]
        targets = ["chrome 100", "safari 15.4", "ios_saf 15.2-15.3", "and_chr 120"]
        strict = true
        entries."css/app.css" = "scss/app.scss"
        output = { dir = "build/./x/../static", fingerprint = { separator = "-", length = 20 }, source_maps = true }
        js = { jsx_factory = "h", jsx_fragment = "Preact.Fragment", external = ["jquery", "@scope/"] }
        images = { png.effort = 6, keep = ["assets/art/"] }
        compress = { brotli = false, gzip = "zopfli", zstd = true }
        retention = { releases = 1, days = 0 }
        "#,
    );
    assert_eq!(settings.roots.iter().map(|root| &*root.text).collect::<Vec<_>>(), ["front", "*/assets"]);
    assert!(settings.roots[1].matcher.is_match("shop/assets"));
    assert!(!settings.roots[1].matcher.is_match("shop/admin/assets"));
    for ignored in ["assets/a.psd", "a.psd", "assets/drafts/a.css", "assets/__tests__/a.js", "assets/types.d.ts"] {
        assert!(settings.ignore.is_match(ignored), "{ignored}");
    }
    for kept in ["other/assets/drafts/a.css", "assets/a.css", "assets/test.js", "assets/psd"] {
        assert!(!settings.ignore.is_match(kept), "{kept}");
    }
    assert_eq!(settings.targets.chrome, Some((100, 0, 0)));
    assert_eq!(settings.targets.safari, Some((15, 4, 0)));
    assert_eq!(settings.targets.ios, Some((15, 2, 0)));
    assert_eq!(settings.targets.firefox, None);
    assert_eq!(settings.entries[0].logical.as_str(), "css/app.css");
    assert_eq!(settings.entries[0].source, "scss/app.scss");
    assert_eq!(settings.output_root, PathBuf::from("/project/build/static"));
    assert_eq!(settings.fingerprint, Some(Names { separator: '-', length: 20 }));
    assert_eq!(settings.scripts.jsx.factory, "h");
    assert_eq!(settings.scripts.jsx.fragment, "Preact.Fragment");
    assert_eq!(settings.scripts.external("jquery"), Some(&External::AsWritten));
    assert_eq!(settings.scripts.external("@scope/a"), Some(&External::AsWritten));
    assert_eq!(settings.scripts.external("jquery/x"), None);
    assert_eq!(settings.images.png_effort, 6);
    assert!(settings.images.keep.is_match("assets/art/a.png") && settings.images.keep.is_match("a.keep.svg"));
    assert!(!settings.images.keep.is_match("assets/a.png"));
    assert_eq!(settings.codings, [Coding::Zopfli, Coding::Zstd]);
    assert_eq!(read("compress = { gzip = false, brotli = false }").codings, []);
    assert_eq!(read("output.fingerprint = false").codings, []);
    assert_eq!(settings.retention, Retention { releases: 1, days: 0 });
    assert!(settings.source_maps && settings.strict);
    assert_eq!(read("output.fingerprint = false").fingerprint, None);
    assert_eq!(read("js = { jsx = 'automatic', jsx_import_source = 'preact' }").scripts.jsx.import_source, "preact");
}

#[test]
fn flags_win_over_the_file() {
    let mut inputs = inputs(
        "output.dir = 'a'
output.fingerprint = true
images.png.effort = 3
compress.zstd = true",
    );
    inputs.flags = Flags {
        mode: Mode::Development,
        output_root: Some(PathBuf::from("/elsewhere/../out")),
        threads: Some(3),
        strict: true,
        no_cache: false,
    };
    let settings = settings(&inputs).unwrap();
    assert_eq!(settings.output_root, PathBuf::from("/out"));
    assert_eq!(settings.threads, 3);
    assert!(settings.strict);
    // Nothing is fingerprinted or optimized in development, whatever the file says of production.
    assert_eq!((settings.fingerprint, settings.images.optimize, settings.codings.len()), (None, false, 0));
}

#[test]
fn targets_come_from_the_first_file_that_names_some() {
    let rc = "# ours\nchrome 90 # old\n\n[production staging]\nchrome 100\n[development]\nchrome 110\n";
    let package = r#"{ "name": "x", "browserslist": { "production": ["chrome 80"], "development": "chrome 81" } }"#;
    let all = Inputs {
        browserslistrc: Some(TextFile::new(".browserslistrc", rc)),
        package_json: Some(TextFile::new("package.json", package)),
        ..inputs("targets = 'chrome 120'")
    };
    let chrome = |inputs: &Inputs| settings(inputs).unwrap().targets.chrome.unwrap().0;
    assert_eq!(chrome(&all), 120);
    let in_development = Flags { mode: Mode::Development, ..all.flags.clone() };
    let without_toml = Inputs { config: None, ..all };
    assert_eq!(chrome(&without_toml), 80);
    assert_eq!(chrome(&Inputs { flags: in_development.clone(), ..without_toml.clone() }), 81);
    let says_nothing = Some(TextFile::new("package.json", "{}"));
    let only_rc = Inputs { package_json: says_nothing, ..without_toml };
    assert_eq!(chrome(&only_rc), 100);
    assert_eq!(chrome(&Inputs { flags: in_development, ..only_rc.clone() }), 110);
    assert_eq!(chrome(&Inputs { browserslistrc: None, ..only_rc }), 124);
}

#[test]
fn faults_of_other_files_are_shown_where_they_are() {
    let rc = TextFile::new(".browserslistrc", "chrome 90\nfirefix 80 # typo\n");
    let mut told = faults(&Inputs { config: None, browserslistrc: Some(rc), ..inputs("") });
    for package in [
        "{\n  \"browserslist\": [\"chrome 90\", \"firefix 80\"]\n}",
        "{ \"browserslist\": 5 }",
        "{ \"browserslist\": [1, 2] }",
        "{ \"browserslist\": {\"production\": [",
        "not json",
        "",
    ] {
        let package = TextFile::new("package.json", package);
        told += &faults(&Inputs { config: None, package_json: Some(package), ..inputs("") });
    }
    insta::assert_snapshot!(told, @r#"
    .browserslistrc:2:1 [invalid-config] browserslist does not understand `firefix 80`: there is no browser `firefix`
        at: firefix 80
        hint: did you mean `firefox`?
    package.json:2:33 [invalid-config] browserslist does not understand `firefix 80`: there is no browser `firefix`
        at: "firefix 80"
        hint: did you mean `firefox`?
    package.json:1:19 [invalid-config] `browserslist` must be a string or a list of strings
        at: 5
    package.json:1:20 [invalid-config] `browserslist` must be a string or a list of strings
        at: 1
    package.json:1:34 [invalid-config] `package.json` cannot be read: EOF while parsing a list
        at: 
        hint: it may name browsers under `browserslist`; with `targets` in `assetc.toml` it is not read
    package.json:1:2 [invalid-config] `package.json` cannot be read: expected ident
        at: 
        hint: it may name browsers under `browserslist`; with `targets` in `assetc.toml` it is not read
    package.json:1:1 [invalid-config] `package.json` cannot be read: EOF while parsing a value
        at: 
        hint: it may name browsers under `browserslist`; with `targets` in `assetc.toml` it is not read
    "#);
}

#[test]
fn baseline_is_of_a_fixed_day() {
    let expected = Targets::baseline_widely_available();
    assert_eq!(read("targets = 'baseline widely available'").targets, expected);
    assert_eq!(read("targets = 'Baseline  Widely Available'").targets, expected);
    let older = read("targets = ['safari 16.4', 'baseline widely available']").targets;
    assert_eq!(older, Targets { safari: Some((16, 4, 0)), ..expected.clone() });
    let newly = read("targets = 'baseline newly available'").targets;
    assert!(newly.chrome > expected.chrome && newly.firefox > expected.firefox, "{newly:?}");
}

#[test]
fn the_schema_accepts_what_is_read_and_refuses_what_is_not() {
    let schema = serde_json::to_value(schema()).unwrap();
    let json = |toml: &str| serde_json::to_value(toml::from_str::<toml::Table>(toml).unwrap()).unwrap();
    for good in [
        "",
        "targets = 'chrome 90'",
        "targets = ['chrome 90']\nroots = ['a']\nignore = ['b']\nstrict = true\n[entries]\n'a.css' = 'b.css'",
        "[output]\ndir = 'x'\nfingerprint = { separator = '-', length = 8 }\nsource_maps = false",
        "[output]\nfingerprint = true\n[js]\njsx = 'automatic'\nexternal = ['x']\n[images]\nkeep = ['x']\npng.effort = 0",
        "[images.variants]\n'*.jpg' = { webp = true, widths = [1], quality = 1, placeholder = false }\n[fonts]\nwoff2 = true",
        "[compress]\nbrotli = false\ngzip = 'zopfli'\nzstd = true",
    ] {
        read(good);
        assert!(conforms(&schema, &json(good)), "{good}");
    }
    for bad in [
        "x = 1",
        "targets = 5",
        "strict = 'yes'",
        "[entries]\na = 1",
        "output.dir = 1",
        "output.x = 1",
        "output.fingerprint = { separator = '_' }",
        "output.fingerprint = { length = 7 }",
        "js.jsx = 'x'",
        "images.png.effort = 7",
        "images.keep = 'x'",
        "compress.gzip = 'x'",
        "images.variants.'*.jpg'.widths = [0]",
        "images.variants.'*.jpg'.avif = true",
        "fonts.woff2 = 1",
        "compress.zstd = 1",
        "retention.releases = 0",
        "retention.days = -1",
    ] {
        faults(&inputs(bad));
        assert!(!conforms(&schema, &json(bad)), "{bad}");
    }
}

#[test]
fn every_key_is_documented() {
    fn walk(schema: &serde_json::Value, missing: &mut Vec<String>) {
        for (key, property) in schema["properties"].as_object().into_iter().flatten() {
            if property["description"].as_str().is_none_or(str::is_empty) {
                missing.push(key.clone());
            }
        }
        for inner in schema["$defs"].as_object().into_iter().flatten() {
            walk(inner.1, missing);
        }
    }
    let mut missing = Vec::new();
    walk(&serde_json::to_value(schema()).unwrap(), &mut missing);
    assert_eq!(missing, [""; 0]);
}

#[test]
fn strange_queries_never_panic() {
    for query in [
        "last 99999999999999 years",
        "last 1e300 years",
        "last -1 years",
        "last nan years",
        "cover 200%",
        "cover -1%",
        "> -5%",
        "> 1e99%",
        "baseline widely available on 0000-00-00",
        "baseline widely available on 9999-99-99",
        "baseline 0",
        "baseline 65535",
        "since 0",
        "since -99999999",
        "last 0 versions",
        "last 65535 major versions",
        "chrome 9999999999999999999 - 1",
        "chrome > 1.2.3.4.5",
        "chrome 1..2",
        "unreleased versions",
        ">= 0% in ZZ",
        "> 1% in alt-xx",
        "é",
        ",",
        "and",
        "not",
        "dead",
        "\u{0}",
        "op_mini all",
        "samsung > 0",
        "electron 1.0",
    ] {
        let file = TextFile::new("assetc.toml", "");
        let query = queries::Query { text: query.to_owned(), span: 0..0 };
        let _ = queries::resolve_queries(&file, &[query]);
    }
}

#[test]
fn a_manifest_brings_the_names_that_its_reader_knows() {
    let names = |toml: &str| settings(&inputs(toml)).unwrap().fingerprint.unwrap();
    assert_eq!(names("manifest.formats = [\"vite\"]"), Names::default());
    assert_eq!(names("manifest.formats = [\"sprockets\"]"), Names { separator: '-', length: 12 });
    assert_eq!(names("manifest.formats = [\"propshaft\", \"phoenix\"]"), Names { separator: '-', length: 32 });
    let longer = "manifest.formats = [\"propshaft\"]\noutput.fingerprint = { length = 16 }";
    assert_eq!(names(longer), Names { separator: '-', length: 16 });
}

#[test]
fn manifests_that_cannot_be_written_or_read_are_faults() {
    let toml = r#"
[manifest]
formats = ["laravel", "symfony", "phoenix", "phoenix", "viet"]
prefix = "build/"

[output]
fingerprint = { length = 12 }
"#;
    insta::assert_snapshot!(faults(&inputs(toml)), @r#"
    assetc.toml:3:23 [invalid-config] `laravel` and `symfony` would both be written to `manifest.json`
        at: "symfony"
        hint: keep the one that your framework reads
    assetc.toml:3:56 [invalid-config] `manifest.formats` cannot be `viet`
        at: "viet"
        hint: did you mean `vite`?
    assetc.toml:4:10 [invalid-config] `manifest.prefix` cannot be `build/`
        at: "build/"
        hint: it begins and ends with `/`, such as `/build/`
    assetc.toml:7:26 [invalid-config] the reader of the `phoenix` manifest does not know fingerprints of this form
        at: 12
        hint: delete `output.fingerprint`: the format brings its own, `separator = "-", length = 32`
    "#);
}

#[test]
fn the_prefix_of_urls_is_what_the_web_server_shows() {
    let prefix = |toml: &str| settings(&inputs(toml)).unwrap().prefix;
    assert_eq!(prefix(""), "/");
    assert_eq!(prefix("output.dir = \"public\""), "/");
    assert_eq!(prefix("output.dir = \"public/build\""), "/build/");
    assert_eq!(prefix("manifest.prefix = \"https://cdn.example/x/\""), "https://cdn.example/x/");
}
