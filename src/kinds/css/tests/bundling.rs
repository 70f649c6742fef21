use super::*;

#[test]
fn imports_are_inlined_in_cascade_order() {
    let bundle = minified(&[
        ("main.css", "@import 'a.css';@import './b.css';.main{color:red}"),
        ("a.css", "@import url(c.css);.a{color:red}"),
        ("b.css", ".b{color:red;background:url(b.png)}"),
        ("c.css", ".c{color:#00f;background:url(c.png)}"),
    ]);
    assert_eq!(
        bundle,
        ".c{color:#00f;background:url(\"<c.png>\")}.a{color:red}.b{color:red;background:url(\"<b.png>\")}.main{color:red}"
    );
}

#[test]
fn conditions_are_kept() {
    let bundle = minified(&[
        ("main.css", "@import 'a.css' layer(x.y) supports(display:grid) screen and (width>1px);.main{color:red}"),
        ("a.css", "@import 'b.css' print;.a{color:red}"),
        ("b.css", ".b{color:red}"),
    ]);
    assert_eq!(
        bundle,
        "@media screen and (width>1px){@supports (display:grid){@layer x.y{@media print{.b{color:red}}.a{color:red}}}}.main{color:red}"
    );
}

#[test]
fn a_layer_without_a_name_is_one_layer_for_the_sheet_and_its_imports() {
    let bundle = minified(&[
        ("main.css", "@import 'a.css' layer;@import 'a.css' layer;"),
        ("a.css", "@import 'b.css';.a{color:red}"),
        ("b.css", ".b{color:#00f}"),
    ]);
    assert_eq!(bundle, "@layer{.b{color:#00f}.a{color:red}}@layer{.b{color:#00f}.a{color:red}}");
}

#[test]
fn of_equal_imports_the_last_counts() {
    let diamond = minified(&[
        ("main.css", "@import 'a.css';@import 'b.css';"),
        ("a.css", "@import 'reset.css';.a{color:red}"),
        ("b.css", "@import 'reset.css';.b{color:#00f}"),
        ("reset.css", ".reset{margin:0}"),
    ]);
    assert_eq!(diamond, ".a{color:red}.reset{margin:0}.b{color:#00f}");

    let narrower = minified(&[("main.css", "@import 'a.css' print;@import 'a.css';"), ("a.css", ".a{color:red}")]);
    assert_eq!(narrower, ".a{color:red}");
    let wider = minified(&[("main.css", "@import 'a.css';@import 'a.css' print;"), ("a.css", ".a{color:red}")]);
    assert_eq!(wider, ".a{color:red}@media print{.a{color:red}}");
    let other = minified(&[("main.css", "@import 'a.css' screen;@import 'a.css' print;"), ("a.css", ".a{color:red}")]);
    assert_eq!(other, "@media screen{.a{color:red}}@media print{.a{color:red}}");
}

#[test]
fn the_order_in_which_layers_are_named_is_kept() {
    let bundle = minified(&[
        ("main.css", "@import 'r.css' layer(r);@import 'x.css' layer(x);@import 'r.css' layer(r);"),
        ("r.css", ".r{color:red}"),
        ("x.css", ".x{color:red}"),
    ]);
    assert_eq!(bundle, "@layer r{.r{color:red}}@layer x{.x{color:red}}");

    let statements = minified(&[
        ("main.css", "@layer z,r;@import 'r.css' layer(r);@import 'q.css';@layer z{.z{color:red}}"),
        ("r.css", "@layer in;.r{color:red}"),
        ("q.css", "@layer q;@import 'r.css' layer(late);.q{color:red}"),
    ]);
    assert_eq!(
        statements,
        "@layer z{.z{color:red}}@layer r{@layer in;.r{color:red}}@layer q;@layer late{@layer in;.r{color:red}}.q{color:red}"
    );
}

#[test]
fn circles_end() {
    assert_eq!(minified(&[("a.css", "@import 'a.css';.a{color:red}")]), ".a{color:red}");
    let circle = minified(&[
        ("a.css", "@import 'b.css';.a{color:red}"),
        ("b.css", "@import 'c.css';@import 'a.css';.b{color:#00f}"),
        ("c.css", "@import 'b.css' print;@import 'c.css';.c{margin:0}"),
    ]);
    assert_eq!(circle, ".c{margin:0}.b{color:#00f}.a{color:red}");
}

#[test]
fn sheets_that_import_each_other_in_many_ways_do_not_grow() {
    let names: Vec<String> = (0..60).map(|nth| format!("{nth}.css")).collect();
    let texts: Vec<String> = (0..60)
        .map(|nth| {
            let imports: String = (nth + 1..60).map(|other| format!("@import '{other}.css';")).collect();
            format!("{imports}.s{nth}{{margin:{}}}", if nth == 0 { "0".to_owned() } else { format!("{nth}px") })
        })
        .collect();
    let sheets: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
    // The last import of the entry is that of the last sheet.
    let expected: String = (1..60).map(|nth| format!(".s{nth}{{margin:{nth}px}}")).collect();
    assert_eq!(minified(&sheets), expected + ".s0{margin:0}");

    let layered: Vec<String> = texts.iter().map(|text| format!("@layer l;{text}")).collect();
    let sheets: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(layered.iter().map(String::as_str)).collect();
    assert_eq!(bundle_faults(&sheets)[0].code, Code::InvalidImport);
}

#[test]
fn a_chain_of_imports_ends_somewhere() {
    let names: Vec<String> = (0..150).map(|nth| format!("{nth}.css")).collect();
    let texts: Vec<String> = (0..150).map(|nth| format!("@import '{}.css' print;", nth + 1)).collect();
    let sheets: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
    assert_eq!(bundle_faults(&sheets)[0].code, Code::NestedTooDeep);
}

#[test]
fn imports_from_elsewhere_stay_at_the_top() {
    let bundle = minified(&[
        (
            "main.css",
            "@charset 'latin1';@layer a;@import 'https://x/y.css' layer(b) print;@import 'b.css' screen;.main{color:red}",
        ),
        ("b.css", "@import url(//x/z.css);@import url(https://x/y.css) ;"),
    ]);
    assert_eq!(
        bundle,
        "@layer a;@import \"https://x/y.css\" layer(b) print;@import \"//x/z.css\" screen;@import \"https://x/y.css\" screen;.main{color:red}"
    );
    let named_later = minified(&[("a.css", "@layer a;@import 'https://x';@import 'b.css';"), ("b.css", "@layer b;")]);
    assert_eq!(named_later, "@layer a;@import \"https://x\";@layer b;");
}

#[test]
fn imports_of_foreign_and_unresolved_sheets_stay() {
    let bundle = minified(&[("main.css", "@import 'foreign/x.css?v' print;@import 'gone/y.css';.main{color:red}")]);
    assert_eq!(bundle, "@import \"<foreign/x.css>?v\" print;@import \"gone/y.css\";.main{color:red}");
}

#[test]
fn an_import_that_cannot_come_first_is_an_error() {
    let faults = bundle_faults(&[
        ("main.css", "@import 'a.css';\n@import 'https://x/y.css';.main{color:red}"),
        ("a.css", "\n.a{color:red}"),
    ]);
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].code, Code::InvalidImport);
    assert_eq!(text_at(&faults[0]), "@import 'https://x/y.css'");
    assert_eq!(faults[0].related[0].1.lines_and_columns().unwrap().0, (2, 1));

    let conditions = bundle_faults(&[("main.css", "@import 'a.css' print;"), ("a.css", "@import '//x' screen;")]);
    assert_eq!(conditions[0].code, Code::InvalidImport);
}

#[test]
fn web_fonts_may_be_imported_anywhere() {
    let bundle = minified(&[
        ("main.css", "@import 'a.css';@import 'https://fonts.googleapis.com/css2?family=Inter';"),
        ("a.css", ".a{color:red}"),
    ]);
    assert_eq!(bundle, "@import \"https://fonts.googleapis.com/css2?family=Inter\";.a{color:red}");
}

#[test]
fn namespaces_are_kept_while_they_mean_the_same() {
    let bundle = minified(&[
        ("main.css", "@import 'a.css';@namespace s 'y';s|b{color:red}"),
        ("a.css", "@namespace t 'x';t|a{color:red}"),
    ]);
    assert_eq!(bundle, "@namespace t \"x\";@namespace s \"y\";t|a,s|b{color:red}");
    let clash = bundle_faults(&[("main.css", "@import 'a.css';@namespace s 'y';"), ("a.css", "@namespace s 'x';")]);
    assert_eq!(clash[0].code, Code::InvalidImport);
    let default = bundle_faults(&[("main.css", "@import 'a.css';"), ("a.css", "@namespace 'x';")]);
    assert_eq!(default[0].code, Code::InvalidImport);
}

#[test]
fn license_comments_are_kept_without_references() {
    let bundle = minified(&[
        ("main.css", "/*! main */@import 'a.css';/* no */.main{color:red}/*! inner */"),
        ("a.css", "/*! main *//*!\r\n url(x.png) @IMPORT 'y'\r\n/*# sourceMappingURL=z */.a{color:red/*!deep*/}"),
    ]);
    assert_eq!(
        bundle,
        "/*! main */\n/*! inner */\n/*!\n url (x.png) @ IMPORT 'y'\n/*# source MappingURL=z */\n/*!deep*/\n.a,.main{color:red}"
    );
}

#[test]
fn readable_output_keeps_its_lines() {
    let bundle =
        readable(&[("main.css", "@import 'a.css' print;.main{color:red;width:1px}"), ("a.css", ".a{color:red}")]);
    assert_eq!(bundle, "@media print {\n  .a {\n    color: red;\n  }\n}\n\n.main {\n  color: red;\n  width: 1px;\n}\n");
}

#[test]
fn targets_decide_on_prefixes_and_lowering_in_both_modes() {
    let sheet = ".a{user-select:none;.b{color:oklch(50% 0.1 100)}}";
    let print = |targets: &Targets, minify| {
        let site = Site::new(&[("a.css", sheet)]);
        site.piece(&StyleOptions { minify, source_map: false, targets }).text
    };
    let none = Targets::default();
    assert_eq!(print(&none, true), ".a{user-select:none;& .b{color:oklch(50% .1 100)}}");
    let baseline = Targets::baseline_widely_available();
    assert_eq!(print(&baseline, true), ".a{-webkit-user-select:none;user-select:none;& .b{color:oklch(50% .1 100)}}");
    let old = Targets { chrome: Some((80, 0, 0)), ..Targets::default() };
    for minify in [true, false] {
        let text = print(&old, minify);
        assert!(text.contains(".a .b") && text.contains('#'), "{text}");
    }
}

#[test]
fn a_map_leads_to_the_line_of_the_imported_sheet() {
    let sheets = [
        (
            "main.css",
            "/* é */@import 'a.css';\n\n.main{--x: a\n  b;background:url(long-name.png)}.é😀{color:red}.end{color:green}\r\n",
        ),
        (
            "a.css",
            "\u{feff}/* a\n b */\n.é{background:url(\n a.png)} .after{background:url(b.png);color:red}\n\n\t.last{*zoom:1;width:1px}.same{width:2px}",
        ),
    ];
    let targets = Targets::default();
    for minify in [true, false] {
        let site = Site::new(&sheets);
        let piece = site.piece(&StyleOptions { minify, source_map: true, targets: &targets });
        let (text, map) = piece.fill(|hole| site.fill(hole));
        let map = map.unwrap();
        let printed = Source::new(ProjectPath::new(Path::new("out.css")).unwrap(), text.clone());
        for selector in [".é{", ".after", ".last", ".same", ".main", ".é😀", ".end"] {
            let wanted = if minify { selector.to_owned() } else { selector.replace('{', " {") };
            let (line, column) = printed.line_and_utf16_column(text.find(&wanted).unwrap());
            let mapping = map.mappings.iter().find(|at| (at.line, at.column) == (line, column));
            let mapping = mapping.unwrap_or_else(|| panic!("no mapping for {selector}: {text}"));
            let origin = &map.sources[mapping.source as usize];
            let at = origin.offset_of_utf16(mapping.source_line, mapping.source_column);
            assert!(origin.text[at..].starts_with(selector), "{selector} {minify} {:?}", &origin.text[at..]);
        }
    }
}

#[test]
fn a_broken_import_is_left_out() {
    struct Broken(Site);
    impl Sheets for Broken {
        fn source(&self, module: ModuleId) -> Option<Arc<Source>> {
            self.0.source(module).filter(|_| module.0 == 0)
        }
        fn references(&self, module: ModuleId) -> &[Reference] {
            self.0.references(module)
        }
        fn origin(&self, _: ModuleId) -> Option<&SourceMap> {
            None
        }
    }
    let site = Broken(Site::new(&[("main.css", "@import 'a.css';.main{color:red}"), ("a.css", "{")]));
    let targets = Targets::default();
    let (piece, _) = bundle(ModuleId(0), &site, &StyleOptions { minify: true, source_map: false, targets: &targets });
    assert_eq!(piece.unwrap().text, ".main{color:red}");
}

#[test]
fn a_charset_that_is_declared_comes_first() {
    let sheets = [
        ("a.css", "/*! \u{a9} */@import 'b.css';.a{content:'\u{e9}';background:url(x.png)}"),
        ("b.css", "@charset \"utf-8\";.b{color:red}"),
    ];
    let text = minified(&sheets);
    assert!(text.starts_with("@charset \"UTF-8\";/*! \u{a9} */\n.b{"), "{text}");
    assert!(text.ends_with("url(\"<x.png>\")}"), "{text}");
    assert_eq!(min("@charset \"utf-8\";.a{color:red}"), ".a{color:red}", "all of it is ASCII");
    assert_eq!(min(".a{content:'\\e9'}"), "@charset \"UTF-8\";.a{content:\"\u{e9}\"}", "it was ASCII");
    assert_eq!(min(".a{content:'\u{e9}'}"), ".a{content:\"\u{e9}\"}", "nobody said anything");
}
