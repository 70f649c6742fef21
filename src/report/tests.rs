use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::config::schema_check::conforms;
use crate::config::{Coding, Mode};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::graph::{Kind, OutputReport, Report, Sibling};
use crate::path::{ProjectPath, UrlPath};
use crate::source::{Source, Span};

fn source(path: &str, text: &str) -> Arc<Source> {
    Source::new(ProjectPath::new(Path::new(path)).unwrap(), text.to_owned())
}

/// The place of `wanted` in a file with this text.
#[track_caller]
fn place(path: &str, text: &str, wanted: &str) -> Place {
    let start = text.find(wanted).unwrap();
    Place::span(&source(path, text), Span::new(start, start + wanted.len()))
}

fn shown(list: &[Diagnostic], detail: Detail) -> String {
    anstream::adapter::strip_str(&diagnostics(list, detail)).to_string()
}

/// The frame alone.
fn frame(place: Place) -> String {
    let shown = shown(&[Diagnostic::error(Code::InvalidStyle, "m").at(place)], Detail::Short);
    shown.lines().skip(1).take_while(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_diagnostic_says_what_where_why_and_what_to_do() {
    let css = "a { }\n\n\n.hero {\n  background: url(../img/logo.png);\n}\n";
    let error = Diagnostic::error(Code::UnresolvedReference, "could not find `../img/logo.png`")
        .at(place("shop/site.css", &format!("{}{css}", "\n".repeat(100)), "../img/logo.png"))
        .related("the entry", place("shop/base.css", "@import 'site.css';\n", "'site.css'"))
        .related("also looked in", Place::file("static/img"))
        .note("imported by: base.css, from entry `shop`")
        .note("looked in: shop/static/img, static/img")
        .hint("did you mean `../images/logo.png`?");
    let warning =
        Diagnostic::warning(Code::UndecodablePicture, "`a.png` could not be decoded").at(Place::file("a.png"));
    let bare = Diagnostic::warning(Code::NothingToBuild, "there is nothing to build");
    insta::assert_snapshot!(shown(&[error, warning, bare], Detail::Short), @r#"
    warning[undecodable-picture]: `a.png` could not be decoded
     --> a.png

    warning[nothing-to-build]: there is nothing to build

    error[unresolved-reference]: could not find `../img/logo.png`
       --> shop/site.css:105:19
        |
    105 |   background: url(../img/logo.png);
        |                   ^^^^^^^^^^^^^^^
       ::: shop/base.css:1:9
        |
      1 | @import 'site.css';
        |         ---------- the entry
       ::: static/img
        = also looked in
        = imported by: base.css, from entry `shop`
        = looked in: shop/static/img, static/img

    hint: did you mean `../images/logo.png`?

    1 error, 2 warnings
    "#);
}

#[test]
fn the_marks_stand_below_the_text_whatever_is_before_it() {
    for (text, wanted) in [
        ("\t\tcolor: red;", "red"),
        ("日本語 { color: red }", "red"),
        ("a { content: '日本' }", "'日本'"),
        ("a { x: e\u{301}é red }", "red"),
        ("\u{feff}a { color: red }", "red"),
        ("a { color: red }\r\nb { }\r\n", "red"),
        ("a { color: red }\r\nb { }\r\n", "b"),
        ("a\u{1b}[31m { color: red }", "red"),
        ("a /* \u{202e}evil */ red", "red"),
    ] {
        let shown = frame(place("a.css", text, wanted));
        let lines: Vec<&str> = shown.lines().collect();
        let before = |line: &str, mark: &str| unicode_width::UnicodeWidthStr::width(line.split(mark).next().unwrap());
        assert_eq!(before(lines[3], "^"), before(lines[2], wanted), "{shown}");
        let marks = lines[3].chars().filter(|&c| c == '^').count();
        assert_eq!(marks, unicode_width::UnicodeWidthStr::width(wanted), "{shown}");
        assert!(!shown.contains(['\u{1b}', '\r', '\u{202e}', '\u{feff}']), "{shown:?}");
    }
}

#[test]
fn a_long_line_is_cut_around_the_mark() {
    let sheet = format!("{}.logo{{color:red}}{}\n", "a{b:c}".repeat(50_000), "x{y:z}".repeat(50_000));
    insta::assert_snapshot!(frame(place("min.css", &sheet, ".logo")), @r#"
     --> min.css:1:300001
      |
    1 | ...c}a{b:c}a{b:c}a{b:c}a{b:c}a{b:c}a{b:c}a{b:c}a{b:c}.logo{color:red}x{y:z}x{y:z}x{y:z}x{y:z}x{y:z}x{y:...
      |                                                      ^^^^^
    "#);
    let all = Place::span(&source("min.css", &sheet), Span::new(0, sheet.len()));
    insta::assert_snapshot!(frame(all), @r#"
     --> min.css:1:1
      |
    1 | a{b:c}a{b:c}a{b:c}a{b:c}a{b:c}a{b:c}a{b:c}a{b:c}a{b:c}a{b:c}a{b:c}a{b:c}a{b:c}a{b:c}a{b:c}a{b:c}a{b:...
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    "#);
    let end = Place::span(&source("min.css", &sheet), Span::new(sheet.len() - 1, sheet.len() - 1));
    insta::assert_snapshot!(frame(end), @r#"
     --> min.css:1:600017
      |
    1 | ...z}x{y:z}x{y:z}x{y:z}x{y:z}x{y:z}x{y:z}x{y:z}x{y:z}
      |                                                      ^
    "#);
}

#[test]
fn a_range_over_lines_is_marked_to_the_end_of_its_first() {
    insta::assert_snapshot!(frame(place("a.css", "a {\n  b: c;\n  d: e;\n}\n", "b: c;\n  d: e;")), @r#"
     --> a.css:2:3
      |
    2 |   b: c;
      |   ^^^^^
    "#);
}

#[test]
fn places_at_and_beyond_the_end_are_shown() {
    for (text, start, end) in [("", 0, 0), ("abc", 3, 3), ("abc\n", 4, 4), ("abc\n", 3, 4), ("é", 1, 2), ("é", 9, 99)]
    {
        let shown = frame(Place::span(&source("a.css", text), Span::new(start, end)));
        assert_eq!(shown.lines().count(), 4, "{shown}");
        assert!(shown.ends_with("^\n"), "{shown}");
    }
}

#[test]
fn repeats_of_a_warning_are_counted_and_errors_are_all_shown() {
    let warning = |code, n: usize| Diagnostic::warning(code, format!("number {n}")).at(Place::file(format!("{n}.css")));
    let mut list: Vec<_> = (1..=5).map(|n| Diagnostic::error(Code::InvalidStyle, format!("broken {n}"))).collect();
    list.extend((1..=20).map(|n| warning(Code::SkippedStyle, n)));
    list.extend((1..=4).map(|n| warning(Code::MissingSourceMap, n)));
    let short = shown(&list, Detail::Short);
    insta::assert_snapshot!(short, @r#"
    warning[skipped-style]: number 1
     --> 1.css

    warning[skipped-style]: number 2
     --> 2.css

    warning[skipped-style]: number 3
     --> 3.css

    … and 17 more `skipped-style` warnings (-v shows all)

    warning[missing-source-map]: number 1
     --> 1.css

    warning[missing-source-map]: number 2
     --> 2.css

    warning[missing-source-map]: number 3
     --> 3.css

    … and 1 more `missing-source-map` warning (-v shows all)

    error[invalid-style]: broken 1

    error[invalid-style]: broken 2

    error[invalid-style]: broken 3

    error[invalid-style]: broken 4

    error[invalid-style]: broken 5

    5 errors, 24 warnings
    "#);
    assert_eq!(shown(&list, Detail::Full).matches("number").count(), 24);
    assert_eq!(shown(&[], Detail::Short), "");
}

fn output(logical: &str, path: &str, source_size: u64, size: u64) -> OutputReport {
    let url = |path: &str| UrlPath::new(Path::new(path)).unwrap();
    OutputReport {
        logical: url(logical),
        path: url(path),
        plain: (logical != path).then(|| url(logical)),
        source: ProjectPath::new(&Path::new("assets").join(logical)).unwrap(),
        kind: Kind::of(logical),
        source_size,
        size,
        dimensions: None,
        siblings: Vec::new(),
        entry: Kind::of(logical).is_code(),
        new: true,
    }
}

fn report(outputs: Vec<OutputReport>) -> Report {
    Report {
        mode: Mode::Production,
        output_root: PathBuf::from("/project/static"),
        elapsed: Duration::from_millis(842),
        written: outputs.len() * 2,
        outputs,
        unchanged: 480,
        removed: 1,
        retained: 3,
        files: Vec::new(),
    }
}

fn table(report: &Report, detail: Detail) -> String {
    anstream::adapter::strip_str(&summary(report, Path::new("/project"), detail)).to_string()
}

#[test]
fn the_table_shows_what_was_written_largest_first() {
    let mut outputs = vec![
        output("css/app.css", "css/app.4f3e2a1d9b0c.css", 12_345, 3_012),
        output("js/vendor/jquery.js", "js/vendor/jquery.0c4f3e2a1d9b.js", 285_314, 87_533),
        output("img/日本.png", "img/日本.a1d9b0c4f3e2.png", 999_999, 999_999),
        output("img/dot.svg", "img/dot.b0c4f3e2a1d9.svg", 100, 104),
        output("empty.txt", "empty.e3b0c44298fc.txt", 0, 0),
    ];
    outputs.push(OutputReport { new: false, ..output("js/old.js", "js/old.9b0c4f3e2a1d.js", 1_000, 500) });
    insta::assert_snapshot!(table(&report(outputs), Detail::Short), @r#"
                                        before     after
    img/日本.a1d9b0c4f3e2.png          1.00 MB   1.00 MB
    js/vendor/jquery.0c4f3e2a1d9b.js  285.3 kB   87.5 kB   -69%
    css/app.4f3e2a1d9b0c.css           12.3 kB   3.01 kB   -75%
    img/dot.b0c4f3e2a1d9.svg             100 B     104 B    +4%
    empty.e3b0c44298fc.txt                 0 B       0 B

    1 style                            12.3 kB   3.01 kB   -75%
    2 scripts                         286.3 kB   88.0 kB   -69%
    1 PNG picture                      1.00 MB   1.00 MB
    1 SVG picture                        100 B     104 B    +4%
    1 other file                           0 B       0 B
    6 outputs                          1.30 MB   1.09 MB   -15%

    static (production): written 12, unchanged 480, removed 1, kept for earlier releases 3, in 842 ms
    "#);
}

#[test]
fn compressed_siblings_have_columns_and_count_for_what_is_saved() {
    let with = |mut output: OutputReport, sizes: &[(Coding, u64)]| {
        let path = output.path.clone();
        let sibling =
            |&(coding, size): &(Coding, u64)| Sibling { coding, path: path.with_suffix(coding.suffix()), size };
        output.siblings = sizes.iter().map(sibling).collect();
        output
    };
    let outputs = vec![
        with(output("css/app.css", "css/app.4f.css", 12_345, 9_012), &[(Coding::Brotli, 2_000), (Coding::Gzip, 2_300)]),
        with(output("css/dark.css", "css/dark.4f.css", 300, 250), &[]),
        with(output("js/app.js", "js/app.4f.js", 1_000, 600), &[(Coding::Zopfli, 400)]),
        output("img/a.png", "img/a.4f.png", 5_000, 4_000),
    ];
    insta::assert_snapshot!(table(&report(outputs), Detail::Short), @"
                       before     after             gzip    brotli     saved
    css/app.4f.css    12.3 kB   9.01 kB   -26%   2.30 kB   2.00 kB   10.3 kB
    img/a.4f.png      5.00 kB   4.00 kB   -20%                       1.00 kB
    js/app.4f.js      1.00 kB     600 B   -40%     400 B               600 B
    css/dark.4f.css     300 B     250 B   -16%                          50 B

    2 styles          12.6 kB   9.26 kB   -26%   2.55 kB   2.25 kB   10.4 kB
    1 script          1.00 kB     600 B   -40%     400 B               600 B
    1 PNG picture     5.00 kB   4.00 kB   -20%                       1.00 kB
    4 outputs         18.6 kB   13.9 kB   -25%   6.95 kB   6.85 kB   11.8 kB

    static (production): written 8, unchanged 480, removed 1, kept for earlier releases 3, in 842 ms
    ");
}

#[test]
fn a_long_table_is_cut_and_a_build_that_changed_nothing_is_short() {
    let many =
        |new| (0..500).map(move |n| OutputReport { new, ..output(&format!("{n}.css"), &format!("{n}.css"), 2000, n) });
    let shown = table(&report(many(true).collect()), Detail::Short);
    assert!(shown.contains("\n… and 480 more (-v shows all)\n"), "{shown}");
    assert_eq!(shown.lines().count(), 1 + 20 + 1 + 1 + 1 + 1 + 1);
    assert!(table(&report(many(true).collect()), Detail::Full).contains("\n0.css "));
    let nothing = Report { written: 0, removed: 0, retained: 0, ..report(many(false).collect()) };
    insta::assert_snapshot!(table(&nothing, Detail::Short), @r#"
                  before     after
    500 styles   1.00 MB  124.8 kB   -87%

    static (production): written 0, unchanged 480, in 842 ms
    "#);
    let empty = Report { unchanged: 0, elapsed: Duration::from_millis(61_500), ..report(Vec::new()) };
    insta::assert_snapshot!(table(&empty, Detail::Short), @r#"static (production): written 0, unchanged 0, removed 1, kept for earlier releases 3, in 1 min 1 s"#);
}

#[test]
fn the_json_document_is_what_its_schema_says() {
    let schema = serde_json::to_value(Document::schema()).unwrap();
    let done = report(vec![
        output("js/app.js", "js/app.js", 10, 5),
        output("css/app.css", "css/app.4f3e2a1d9b0c.css", 12_345, 3_012),
    ]);
    let heard = [
        Diagnostic::warning(Code::SkippedStyle, "browsers skip `colr`")
            .at(place("a.css", "é { colr: red }", "colr"))
            .related("first here", Place::file("b.css"))
            .note("a note")
            .hint("did you mean `color`?"),
        Diagnostic::warning(Code::NothingToBuild, "nothing"),
    ];
    let (root, output) = (Path::new("/project"), Path::new("/project/static"));
    let text = document(Mode::Production, root, Some(output), &heard, Some(&done)).to_json();
    let value = serde_json::from_str(&text).unwrap();
    assert!(conforms(&schema, &value));
    insta::assert_snapshot!(text, @r#"
    {
      "version": 1,
      "ok": true,
      "mode": "production",
      "root": "/project",
      "output": "/project/static",
      "diagnostics": [
        {
          "severity": "warning",
          "code": "skipped-style",
          "message": "browsers skip `colr`",
          "file": "a.css",
          "line": 1,
          "column": 5,
          "end_line": 1,
          "end_column": 9,
          "related": [
            {
              "label": "first here",
              "file": "b.css",
              "line": null,
              "column": null,
              "end_line": null,
              "end_column": null
            }
          ],
          "notes": [
            "a note"
          ],
          "hint": "did you mean `color`?"
        },
        {
          "severity": "warning",
          "code": "nothing-to-build",
          "message": "nothing",
          "file": null,
          "line": null,
          "column": null,
          "end_line": null,
          "end_column": null,
          "related": [],
          "notes": [],
          "hint": null
        }
      ],
      "outputs": [
        {
          "logical": "css/app.css",
          "path": "css/app.4f3e2a1d9b0c.css",
          "plain": "css/app.css",
          "source": "assets/css/app.css",
          "kind": "style",
          "source_size": 12345,
          "size": 3012,
          "compressed": {},
          "width": null,
          "height": null,
          "entry": true,
          "new": true
        },
        {
          "logical": "js/app.js",
          "path": "js/app.js",
          "plain": null,
          "source": "assets/js/app.js",
          "kind": "script",
          "source_size": 10,
          "size": 5,
          "compressed": {},
          "width": null,
          "height": null,
          "entry": true,
          "new": true
        }
      ],
      "written": 4,
      "unchanged": 480,
      "removed": 1,
      "retained": 3,
      "elapsed_ms": 842
    }
    "#);
    let failed = [Diagnostic::error(Code::UnknownKey, "there is no key `x`")];
    let text = document(Mode::Development, root, None, &failed, None).to_json();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(conforms(&schema, &value));
    assert_eq!((&value["ok"], &value["output"], &value["elapsed_ms"]), (&false.into(), &().into(), &().into()));
    let wrong = text.replace("unknown-key", "no-such-code");
    assert!(!conforms(&schema, &serde_json::from_str(&wrong).unwrap()));
}
