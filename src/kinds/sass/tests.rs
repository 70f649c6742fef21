use std::collections::BTreeMap;

use super::compile::{Compiled, Fault, Found, Loader, Request, Syntax, WarningKind, compile};
use super::{LoadRule, fault_of_text, survey, warnings_of_text};

/// Sheets by their paths; a URL is the path without extension.
struct Texts(BTreeMap<&'static str, &'static str>);

impl Loader for Texts {
    fn canonicalize(&self, url: &str, _: &str, _: bool) -> Result<Option<Found>, String> {
        let path = if url.starts_with('/') { url.to_owned() } else { format!("/{url}.scss") };
        Ok(self.0.contains_key(path.as_str()).then_some(Found { path, dependency: false }))
    }

    fn load(&self, path: &str) -> Result<Option<(String, Syntax)>, String> {
        Ok(self.0.get(path).map(|text| ((*text).to_owned(), Syntax::of(path))))
    }
}

fn run(sheets: &[(&'static str, &'static str)]) -> Result<Compiled, Fault> {
    let (path, text) = sheets[0];
    let request = Request {
        path: path.to_owned(),
        text: text.to_owned(),
        syntax: Syntax::of(path),
        folder: "/".to_owned(),
        silenced: Vec::new(),
    };
    compile(&request, &Texts(sheets.iter().copied().collect()))
}

fn loads(text: &str, syntax: Syntax) -> Vec<(LoadRule, String)> {
    survey(text, syntax).into_iter().map(|load| (load.rule, load.url)).collect()
}

#[test]
fn a_survey_finds_what_is_loaded() {
    let text = r##"
        // @use "comment";
        /* @use "comment"; */
        @use "sass:math";
        @use 'a' with ($x: "@use 'no'");
        @forward "b/c" as d-* show d-e;
        .x { content: "@import 'no'"; content: "#{"@use 'no'"}"; background: url(//cdn/@import) }
        @import 'e', "f" , "g.css", url(h), "i" screen, "//cdn/j", "https://k";
        @include meta.load-css("l", $with: (a: b));
        @include meta.load-css($url: 'm');
        @use "n-#{1}";
    "##;
    let found = loads(text, Syntax::Scss);
    let expected = [
        (LoadRule::Use, "sass:math"),
        (LoadRule::Use, "a"),
        (LoadRule::Forward, "b/c"),
        (LoadRule::Import, "e"),
        (LoadRule::Import, "f"),
        (LoadRule::LoadCss, "l"),
        (LoadRule::LoadCss, "m"),
    ];
    assert_eq!(found, expected.map(|(rule, url)| (rule, url.to_owned())));
    let text = "@use \"a\"\n@import b, c/d\n@import \"e\"\n.x\n  color: red\n";
    let expected = [(LoadRule::Use, "a"), (LoadRule::Import, "b"), (LoadRule::Import, "c/d"), (LoadRule::Import, "e")];
    assert_eq!(loads(text, Syntax::Indented), expected.map(|(rule, url)| (rule, url.to_owned())));
}

#[test]
fn a_survey_ends_on_any_text() {
    for text in [
        "@",
        "@use",
        "@use \"",
        "@import",
        "@import \"a\",",
        "\"#{",
        "#{\"",
        "url(",
        "load-css(",
        "/*",
        "//",
        "@use \"\\",
        "é\"é",
    ] {
        for syntax in [Syntax::Scss, Syntax::Indented] {
            survey(text, syntax);
            survey(&format!("{text}\n"), syntax);
        }
    }
}

#[test]
fn faults_know_their_frames() {
    let fault = run(&[
        ("/app.scss", "@use 'parts' as *;\n.a { @include button; }"),
        ("/parts.scss", "@mixin button {\n  color: $undefined;\n}"),
    ])
    .unwrap_err();
    assert_eq!(fault.message, "Undefined variable.");
    assert_eq!(fault.length, "$undefined".len());
    let frames: Vec<_> =
        fault.frames.iter().map(|frame| (frame.path.as_str(), frame.line, frame.column, frame.name.as_str())).collect();
    assert_eq!(frames, [("/parts.scss", 2, 10, "button()"), ("/app.scss", 2, 6, "root stylesheet")]);
}

#[test]
fn warnings_know_their_kind() {
    let compiled = run(&[("/a.scss", "@warn 'w'; @debug 1 + 1; .a { width: percentage(0.5); }")]).unwrap();
    let kinds: Vec<_> = compiled.warnings.iter().map(|warning| (&warning.kind, warning.message.as_str())).collect();
    assert_eq!(kinds[..2], [(&WarningKind::Warn, "w"), (&WarningKind::Debug, "2")]);
    assert_eq!(*kinds[2].0, WarningKind::Deprecation("global-builtin".to_owned()));
}

#[test]
fn one_member_through_several_stars() {
    let sheets = |app| {
        run(&[
            ("/app.scss", app),
            ("/all.scss", "@forward 'colors'; @forward 'sizes';"),
            ("/some.scss", "@forward 'colors'; $own: 1;"),
            ("/colors.scss", "$clay: red !default; @mixin tint { color: $clay }"),
            ("/sizes.scss", "@function double($x) { @return $x * 2 }"),
            ("/mine.scss", "$clay: blue;"),
        ])
    };
    let css = sheets("@use 'colors' as *; @use 'all' as *;\n.a { @include tint; width: double(1px) }").unwrap().css;
    assert_eq!(css.split_whitespace().collect::<String>(), ".a{color:red;width:2px;}");
    let css = sheets("@use 'some' as *; @use 'all' as * with ($clay: green);\n.a { b: $own; @include tint }");
    assert!(css.is_err(), "a sheet that is loaded already cannot be configured");
    let css =
        sheets("@use 'all' as * with ($clay: green); @use 'some' as *;\n.a { b: $own; @include tint }").unwrap().css;
    assert_eq!(css.split_whitespace().collect::<String>(), ".a{b:1;color:green;}");
    // These are two members indeed.
    let fault = sheets("@use 'colors' as *; @use 'mine' as *;\n.a { b: $clay }").unwrap_err();
    assert_eq!(fault.message, "This variable is available from multiple global modules.");
}

#[test]
fn what_an_executable_prints_is_read() {
    let words = "Error: Undefined variable.\n  ,\n2 |   color: $x;\n  |          ^^\n  '\n  assets/a b.scss 2:10  root stylesheet\n";
    let fault = fault_of_text(words, "/project");
    assert_eq!((fault.message.as_str(), fault.length), ("Undefined variable.", 2));
    assert_eq!((fault.frames[0].path.as_str(), fault.frames[0].line), ("/project/assets/a b.scss", 2));
    let words = "WARNING: old\n    a.scss 1:1  root stylesheet\n\nDEPRECATION WARNING [import]: Sass @import rules are deprecated.\n\nMore info: x\n\n  ,\n1 | @import \"b\";\n  |         ^^^\n  '\n    a.scss 1:9  root stylesheet\n\na.scss:3 DEBUG: 7\n";
    let warnings = warnings_of_text(words, "/project");
    let told: Vec<_> =
        warnings.iter().map(|at| (&at.kind, at.message.as_str(), at.frames[0].line, at.length)).collect();
    let import = WarningKind::Deprecation("import".to_owned());
    assert_eq!(
        told,
        [
            (&WarningKind::Warn, "old", 1, 1),
            (&import, "Sass @import rules are deprecated.", 1, 3),
            (&WarningKind::Debug, "7", 3, 1)
        ]
    );
}
