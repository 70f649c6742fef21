use super::*;

#[test]
fn hacks_are_warned_of_once_and_cost_nothing_else() {
    for (sheet, expected, skipped) in [
        (".a{color:red;*zoom:1;width:2px}", ".a{color:red;width:2px}", &["*zoom:1"][..]),
        (".a{color:red;*zoom:1;*display:inline}", ".a{color:red}", &["*zoom:1", "*display:inline"]),
        (".a{color:red;;width:;foo;height:1px}", ".a{color:red;height:1px}", &["width:", "foo"]),
        (".a{color:red!ie;width:1px ! important}", ".a{width:1px!important}", &["color:red!ie"]),
        (".a{color:red;content:'x\n;width:1px;}.b{color:red}", ".a{color:red;width:1px}.b{color:red}", &["content:'x"]),
        (".a{color:red;background:url(a 'b);width:1px}", ".a{color:red;width:1px}", &["background:url(a 'b)"]),
        (".a{color:red);width:1px}", ".a{width:1px}", &["color:red)"]),
        (
            "@keyframes x{from{*top:1px;color:red}to{color:#00f}}",
            "@keyframes x{0%{color:red}to{color:#00f}}",
            &["*top:1px"],
        ),
        (
            "@font-face{*x:y;font-family:x;src:url(a.woff)}",
            "@font-face{font-family:x;src:url(\"<a.woff>\")}",
            &["*x:y"],
        ),
        (".a{color:red;.b:::c{color:red}width:1px}", ".a{color:red;width:1px}", &["c"]),
        ("@media print{.a{color:red;*zoom:1}}", "@media print{.a{color:red}}", &["*zoom:1"]),
        (".a{@media print{color:red;*zoom:1}}", ".a{@media print{color:red}}", &["*zoom:1"]),
        (".a:::b{color:red}.b{color:red}", ".b{color:red}", &["b"]),
        ("}.a{color:red}.b{color:red}", ".b{color:red}", &["}"]),
        (".a{color:red}@import 'x.css';.b{color:#00f}", ".a{color:red}.b{color:#00f}", &["@import"]),
    ] {
        assert_eq!(min(sheet), expected, "{sheet}");
        let found = faults(sheet);
        assert!(found.iter().all(|(code, _)| *code == Code::SkippedStyle), "{sheet}");
        assert_eq!(found.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>(), skipped, "{sheet}");
    }
}

#[test]
fn what_only_some_browsers_read_is_kept_in_silence() {
    for (sheet, expected) in [
        (".a{_height:1px;filter:alpha(opacity=50)}", ".a{_height:1px;filter:alpha(opacity=50)}"),
        (
            ".a{filter:progid:DXImageTransform.Microsoft.gradient(startColorstr='#80000000',endColorstr='#80000000')}",
            ".a{filter:progid:DXImageTransform.Microsoft.gradient(startColorstr=\"#80000000\",endColorstr=\"#80000000\")}",
        ),
        (".a{width:2px\\9}", ".a{width:2px\\9 }"),
        (".a::-moz-focus-inner,.b:-moz-focusring{color:red}", ".a::-moz-focus-inner,.b:-moz-focusring{color:red}"),
        ("@media screen\\9{.a{color:red}}", "@media screen\\9 {.a{color:red}}"),
        ("@-x-y z{a}", "@-x-y z{a}"),
    ] {
        assert_eq!(min(sheet), expected, "{sheet}");
        assert_eq!(faults(sheet), [], "{sheet}");
    }
}

#[test]
fn unknown_names_are_kept_and_warned_of() {
    for (sheet, at) in [(".a:foo{color:red}", ":"), ("@foo{a}", "@foo")] {
        assert_eq!(min(sheet), sheet);
        let found = faults(sheet);
        assert_eq!(found.len(), 1, "{sheet}");
        assert!(found[0].1.starts_with(at) || sheet.contains(&found[0].1), "{found:?}");
    }
}

#[test]
fn what_is_never_closed_is_an_error_at_its_opener() {
    for (sheet, opener) in [
        (".a{color:red", "{"),
        ("@media print{.a{color:red}", "{"),
        (".a{color:rgb(1,2;}", "rgb("),
        (".a[b{color:red}", "["),
        (".a{color:red}/* x", "/*"),
        (".a{content:'x}", "'"),
        (".a{background:url(x}", "url("),
        (".a{background:url('x'", "url("),
    ] {
        assert_eq!(faults(sheet), [(Code::InvalidStyle, opener.to_owned())], "{sheet}");
        assert!(scan(&source("a.css", sheet)).0.is_empty());
        assert_eq!(bundle_faults(&[("a.css", sheet)])[0].code, Code::InvalidStyle);
    }
}

#[test]
fn nesting_without_end_is_an_error() {
    for depth in [101, 10_000, 100_000] {
        for (open, close) in [(".a{", "}"), (".a:not(", ")"), (".a{b:calc(", ")}"), ("@media x{", "}"), ("[", "]")] {
            let sheet = open.repeat(depth) + &close.repeat(depth);
            assert_eq!(faults(&sheet)[0].0, Code::NestedTooDeep, "{open}");
        }
    }
}

#[test]
fn as_deep_as_allowed_is_quick_in_both_modes() {
    let run = || {
        let nest =
            |open: &str, middle: &str, close: &str, depth: usize| open.repeat(depth) + middle + &close.repeat(depth);
        let sheets = [
            nest(".a,.b{color:red;", "", "}", 100),
            nest("@media print{", ".a{color:red}", "}", 99),
            nest("@supports not (a:b){", ".a{color:red}", "}", 49),
            format!(".a{}{{color:red}}", nest(":not(.b,", ".c", ")", 99)),
            format!(".a{}{{color:red}}", nest(":is(.b ", ".c", ")", 99)),
            format!(".a{{width:{}}}", nest("calc(1px + ", "1%", ")", 99)),
            format!(".a{{width:{}}}", nest("min(1px,", "1%", ")", 99)),
            format!(".a{{width:{}}}", nest("(", "1%", ")", 99)),
            format!(".a{{color:{}}}", nest("color-mix(in srgb,red,", "blue", ")", 99)),
            format!(".a{{color:{}}}", nest("light-dark(red,", "blue", ")", 99)),
            format!(".a{{color:{}}}", nest("var(--x,", "blue", ")", 99)),
            format!(".a{{background:{}}}", nest("image-set(", "'a.png' 1x", ")", 99)),
            format!("@media {}{{.a{{color:red}}}}", nest("(not ", "(width:1px)", ")", 98)),
            format!("@supports {}{{.a{{color:red}}}}", nest("(not ", "(width:1px)", ")", 98)),
            format!("@container {}{{.a{{color:red}}}}", nest("(not ", "(width:1px)", ")", 98)),
            format!(".a{{width:calc({}1px)}}", "1px + ".repeat(20_000)),
            format!(".a{{width:calc({}1px)}}", "1% * 2 + ".repeat(20_000)),
            format!("{}{{color:red}}", ".a > ".repeat(20_000) + ".b"),
            format!(".a{{--x:{}}}", "var(--y) ".repeat(20_000)),
        ];
        for targets in [
            Targets::default(),
            Targets::baseline_widely_available(),
            Targets { ie: Some((11, 0, 0)), ..Targets::default() },
        ] {
            for sheet in &sheets {
                for minify in [true, false] {
                    let started = std::time::Instant::now();
                    let site = Site::new(&[("a.css", sheet)]);
                    bundle(ModuleId(0), &site, &StyleOptions { minify, source_map: true, targets: &targets });
                    let shown: String = sheet.chars().take(40).collect();
                    assert!(started.elapsed().as_secs() < 20, "{shown}");
                    if started.elapsed().as_millis() > 300 {
                        eprintln!("{shown} {:?} {targets:?}", started.elapsed());
                    }
                }
            }
        }
    };
    std::thread::Builder::new().stack_size(256 << 20).spawn(run).unwrap().join().unwrap();
}

#[test]
fn warnings_say_what_and_what_to_do() {
    let (_, diagnostics) = scan(&source("a.css", ".a{color:red;*zoom:\n 1;width:2px}"));
    assert_eq!(diagnostics[0].message, "browsers skip `*zoom: 1`: it is not a declaration");
    assert!(diagnostics.iter().all(|diagnostic| diagnostic.hint.is_some() && !diagnostic.is_error()));
    let (_, diagnostics) = scan(&source("a.css", ".a{color:red"));
    assert_eq!(diagnostics[0].message, "the bracket that `{` opens is never closed");
}
