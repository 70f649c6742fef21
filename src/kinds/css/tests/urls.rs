use super::*;

#[test]
fn urls_are_always_printed_in_double_quotes() {
    for (sheet, expected) in [
        (".a{background:url(a.png)}", ".a{background:url(\"<a.png>\")}"),
        (".a{background:url('a.png?v=1#x')}", ".a{background:url(\"<a.png>?v=1#x\")}"),
        (".a{--x: url(a.png)}", ".a{--x:url(\"<a.png>\")}"),
        (".a{background:image-set('a.png' 1x)}", ".a{background:image-set(url(\"<a.png>\") 1x)}"),
        (".a{--x:image-set('a.png' 1x)}", ".a{--x:image-set(url(\"<a.png>\") 1x)}"),
        (".a{background:url(#x)}", ".a{background:url(\"#x\")}"),
        (".a{background:url()}", ".a{background:url(\"\")}"),
        (".a{background:url(gone/a.png)}", ".a{background:url(\"gone/a.png\")}"),
        (".a{background:url(foreign/a.png)}", ".a{background:url(\"<foreign/a.png>\")}"),
        (".a{background:url(/static/a.png)}", ".a{background:url(\"/static/a.png\")}"),
        (".a{background:url(\"data:x,'\\\"\\\\\\a y\")}", ".a{background:url(\"data:x,'\\\"\\\\\\a y\")}"),
        ("@unknown x{b:url(a.png)}", "@unknown x{b:url(\"<a.png>\")}"),
    ] {
        assert_eq!(min(sheet), expected);
    }
}

#[test]
fn font_sources_keep_query_and_fragment() {
    let sheet = "@font-face{font-family:x;src:url(f.eot);src:url(f.eot?#iefix) format('embedded-opentype'),url('f.svg#x') format(\"svg\")}";
    let expected = "@font-face{font-family:x;src:url(\"<f.eot>\");src:url(\"<f.eot>?#iefix\")format(\"embedded-opentype\"),url(\"<f.svg>#x\")format(\"svg\")}";
    assert_eq!(min(sheet), expected);
}

#[test]
fn equal_urls_are_equal_to_the_minifier() {
    assert_eq!(min(".a{background:url(a.png)}.b{background:url('./a.png')}"), ".a,.b{background:url(\"<a.png>\")}");
    let other = min(".a{background:url(a.png)}.b{background:url('a.png#x')}");
    assert_eq!(other, ".a{background:url(\"<a.png>\")}.b{background:url(\"<a.png>#x\")}");
}

#[test]
fn namespaces_keep_their_urls() {
    let namespace = min("@namespace svg url(http://www.w3.org/2000/svg);svg|a{color:red}");
    assert_eq!(namespace, "@namespace svg \"http://www.w3.org/2000/svg\";svg|a{color:red}");
}

#[test]
fn a_sheet_may_use_the_names_of_stand_ins() {
    let sheet = ".assetc_ref0_00000000{background:url(a.png)}";
    assert_eq!(min(sheet), ".assetc_ref0_00000000{background:url(\"<a.png>\")}");
    // Written so that it only shows once printed.
    let sheet = ".\\61ssetc_ref0_00000007{background:url(a.png)}.\\61ssetc_ref0_{color:red}";
    assert!(
        bundle(
            ModuleId(0),
            &Site::new(&[("a.css", sheet)]),
            &StyleOptions { minify: true, source_map: true, targets: &Targets::default() }
        )
        .0
        .is_some_and(|piece| piece.text.contains("_ref0_"))
    );
}

#[test]
fn a_url_that_is_only_asked_about_leads_nowhere() {
    assert_eq!(found("@supports (mask: url(a.png)) { .a { mask: none } }"), []);
    assert_eq!(
        min("@supports (mask: url(a.png)) { .a { mask: none } }"),
        "@supports (mask:url(\"data:,\")){.a{mask:none}}"
    );
    assert_eq!(
        min("@import 'https://x/y' supports(mask: url(a.png)); @namespace svg url(http://www.w3.org/2000/svg);"),
        "@import \"https://x/y\" supports(mask:url(\"data:,\"));@namespace svg \"http://www.w3.org/2000/svg\";"
    );
}
