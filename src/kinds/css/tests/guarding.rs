use super::*;

#[test]
fn an_important_declaration_survives_a_later_rule_with_the_same_properties() {
    for sheet in [
        ".a{color:red!important}.b{margin:0}.a{color:#00f}",
        "@media print{.a{color:red!important}.b{margin:0}.a{color:#00f}}",
        "@layer a{.a{color:red!important}.b{margin:0}.a{color:#00f}}",
    ] {
        assert_eq!(min(sheet), sheet);
    }
    let merged = min("@media print{.a{color:red!important}}@media print{.b{margin:0}.a{color:#00f}}");
    assert_eq!(merged, "@media print{.a{color:red!important}.b{margin:0}.a{color:#00f}}");
}

#[test]
fn a_value_for_old_browsers_survives_one_for_new_browsers() {
    let sheet = ".a{height:100vh}.b{margin:0}.a{height:100dvh}";
    assert_eq!(min(sheet), sheet);
    let imported =
        minified(&[("main.css", "@import 'a.css';.b{margin:0}.a{height:100dvh}"), ("a.css", ".a{height:100vh}")]);
    assert_eq!(imported, sheet);
}

#[test]
fn transitions_keep_their_times() {
    let sheet = ".a{transition:-webkit-transform .3s ease-out,transform .3s ease-out,opacity .1s linear}";
    assert_eq!(min(sheet), sheet);
    let longhands = ".a{transition-property:-webkit-transform,transform,opacity;transition-duration:.3s,.3s,.1s;transition-delay:1s}";
    assert_eq!(min(longhands), longhands);
    let print = |targets: &Targets| {
        Site::new(&[("a.css", sheet)]).piece(&StyleOptions { minify: true, source_map: false, targets }).text
    };
    assert_eq!(
        print(&Targets::baseline_widely_available()),
        ".a{transition:transform .3s ease-out,opacity .1s linear}"
    );
    let old = print(&Targets { safari: Some((8, 0, 0)), ..Targets::default() });
    assert_eq!(old, sheet);
}

#[test]
fn the_monospace_trick_survives() {
    assert_eq!(min("pre{font-family:monospace,monospace}"), "pre{font-family:monospace,\"monospace\"}");
    assert_eq!(min("pre{font:1em monospace,monospace}"), "pre{font:1em monospace,\"monospace\"}");
    assert_eq!(min("pre{font-family:Menlo,monospace}"), "pre{font-family:Menlo,monospace}");
}

#[test]
fn light_dark_is_not_lowered_to_variables_that_nothing_sets() {
    let targets = Targets::baseline_widely_available();
    let site = Site::new(&[("a.css", ".a{color:light-dark(red,#00f)}")]);
    let piece = site.piece(&StyleOptions { minify: true, source_map: false, targets: &targets });
    assert_eq!(piece.text, ".a{color:light-dark(red,#00f)}");
}

#[test]
fn rules_are_merged_where_nothing_is_lost() {
    assert_eq!(min(".a{color:red}.b{color:red}"), ".a,.b{color:red}");
    assert_eq!(min(".a{color:red}.a{margin:0}"), ".a{color:red;margin:0}");
}

#[test]
fn a_list_with_a_selector_that_no_browser_knows_stays_one_list() {
    // Browsers skip all of it. Divided, or in the forgiving `:is()`, the rest would come to life.
    assert_eq!(min(".a:foo,.b{color:red}"), ".a:foo,.b{color:red}");
    assert_eq!(min(".a:foo,.b:hover{color:red}"), ".a:foo,.b:hover{color:red}");
    assert_eq!(min(".a::-moz-focus-inner,.b{color:red}"), ".a::-moz-focus-inner,.b{color:red}");
    assert_eq!(min(".c:not(:foo(x),.a),.b{color:red}"), ".c:not(:foo(x),.a),.b{color:red}");
    // Nor is a neighbor drawn into it.
    assert_eq!(min(".z{color:red}.a:foo,.b{color:red}.y{color:red}"), ".z{color:red}.a:foo,.b{color:red}.y{color:red}");
    assert_eq!(min(".assetc_ref0_00000000,.a:foo{color:red}"), ".assetc_ref0_00000000,.a:foo{color:red}");
}

#[test]
fn light_dark_is_lowered_where_the_sheets_set_the_scheme() {
    let old = Targets { safari: Some((16, 0, 0)), ..Targets::default() };
    let lowered = |text| {
        let site = Site::new(&[("a.css", text)]);
        site.piece(&StyleOptions { minify: true, source_map: false, targets: &old }).text
    };
    assert!(lowered(":root{color-scheme:light dark}.a{color:light-dark(red,blue)}").contains("--lightningcss-light"));
    assert_eq!(lowered(".a{color:light-dark(red,blue)}"), ".a{color:light-dark(red,#00f)}");
}

#[test]
fn custom_media_are_put_in_place() {
    let sheets = [
        ("a.css", "@import 'media.css';@media (--narrow){.a{color:red}}@media print and (--narrow){.b{color:red}}"),
        ("media.css", "@custom-media --narrow (max-width: 30em);"),
    ];
    assert_eq!(minified(&sheets), "@media (width<=30em){.a{color:red}}@media print and (width<=30em){.b{color:red}}");
    let site = Site::new(&[("a.css", ".x{color:red}@media (--wide){.a{color:red}}")]);
    let targets = Targets::default();
    let options = StyleOptions { minify: true, source_map: false, targets: &targets };
    let (piece, warnings) = bundle(ModuleId(0), &site, &options);
    assert_eq!(piece.unwrap().text, ".x{color:red}@media (width<0){.a{color:red}}");
    assert_eq!(text_at(&warnings[0]), "@media (--wide)");
    assert_eq!(warnings[0].message, "no `@custom-media` defines `--wide`, so this query never matches");
    let faults = bundle_faults(&[("a.css", "@custom-media --a (--a);@media (--a){.a{color:red}}")]);
    assert_eq!(faults[0].message, "the `@custom-media` rule `--a` uses itself");
}

#[test]
fn rules_keep_their_order_within_a_layer() {
    // Of two that are important, or not, in one layer the last counts, wherever the layer was named first.
    let same = |text: &str| assert_eq!(min(text), text);
    same("@layer y{.a{color:red}}@media screen{@layer y{.p{order:8!important}}}@layer y{.p{order:2!important}}");
    same("@layer x,y;@media screen{@layer y{.p{order:5}}}@layer y{.p{order:12}}");
    same("@layer y{.a{color:red}}@layer y.z{.p{order:1}}@layer y{@layer z{.p{order:2}}}");
    // Where nothing stands between them they are brought together.
    assert_eq!(
        min("@layer y{.a{order:1}}.b{order:2}@layer y{.a{color:red}}"),
        "@layer y{.a{order:1}.a{color:red}}.b{order:2}"
    );
    assert_eq!(
        min("@layer x,y;@media screen{@layer x{.p{order:5}}}@layer y{.p{order:12}}"),
        "@layer x;@layer y{.p{order:12}}@media screen{@layer x{.p{order:5}}}"
    );
}
