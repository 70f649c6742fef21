use super::*;

fn specifiers(text: &str) -> Vec<String> {
    found(text).into_iter().map(|(_, _, specifier)| specifier).collect()
}

#[test]
fn references_are_found_with_kind_and_span() {
    use ReferenceKind::*;
    let sheet = "@import 'b.css' print;@import url( c.css );.a{background:url(a.png)}.b{mask:url( 'b c.svg#x' )}\n/*# sourceMappingURL=a.css.map */";
    let expected = [
        (StyleImport, "'b.css'", "b.css"),
        (StyleImport, "c.css", "c.css"),
        (Url, "a.png", "a.png"),
        (Url, "'b c.svg#x'", "b c.svg#x"),
        (SourceMap, "a.css.map", "a.css.map"),
    ];
    let expected = expected.map(|(kind, text, specifier)| (kind, text.to_owned(), specifier.to_owned()));
    assert_eq!(found(sheet), expected);
}

#[test]
fn urls_are_found_wherever_they_stand() {
    for (sheet, expected) in [
        (".a{--x:url(a.png)}", &["a.png"][..]),
        (".a{--x:{b:url(a.png)}}", &["a.png"]),
        (".a{--x:image-set('a.png' 1x,url(b.png) 2x type('image/png'))}", &["a.png", "b.png"]),
        (".a{background:image-set('a.png' 1x,'b.png' 2x)}", &["a.png", "b.png"]),
        (".a{background:-webkit-image-set(url(a.png) 1x) var(--x)}", &["a.png"]),
        ("@font-face{font-family:x;src:local('y'),url(a.eot?#iefix) format('eot')}", &["a.eot?#iefix"]),
        (
            ".a{cursor:url(a.cur) 1 2,auto;filter:url(f.svg#x);clip-path:url(c.svg#y);list-style:url(l.gif)}",
            &["a.cur", "f.svg#x", "c.svg#y", "l.gif"],
        ),
        (".a{behavior:url(a.htc)}", &["a.htc"]),
        (".a{.b &{background:url(n.png)}@media print{background:url(m.png)}}", &["n.png", "m.png"]),
        ("@unknown x{.a{b:url(u.png)}}", &["u.png"]),
        ("@property --x{syntax:'<url>';inherits:false;initial-value:url(p.png)}", &["p.png"]),
        ("@page{background:url(p.png)}", &["p.png"]),
        (".a{background:URL(a\\ b\\29.png)}", &["a b).png"]),
        (".a{background:\\75 rl('a.png')}", &["a.png"]),
        (".é::after{content:'é€😀' url(é.png)}.b{background:url(b.png)}", &["é.png", "b.png"]),
        ("\u{feff}.a{background:url(a.png)}", &["a.png"]),
        (".a{\r\n  --x: a\r\n   b;\r\n background: url(a.png)}\r\n", &["a.png"]),
    ] {
        assert_eq!(specifiers(sheet), expected, "{sheet}");
    }
}

#[test]
fn what_is_not_ours_or_no_url_is_not_found() {
    for sheet in [
        "@import 'https://x/y.css';@import '//x/y.css';@import url(/static/x.css);",
        ".a{background:url(data:image/png;base64,AAAA)}.b{background:url(#x)}.c{background:url('')}.d{background:url()}",
        "/* url(a.png) @import 'b.css'; */.a{content:'url(a.png)'}",
        "@namespace url(http-like/x);@namespace svg url('y');.a{color:red}",
        "@supports (background:url(a.png)){.a{color:red}}",
        ".a{b:x-url(a.png) src('b.png')}",
        ".a{background:url(a b.png)}",
        ".a{*background:url(hack.png);color:red}",
        ".a{color:red}@import 'late.css';",
        "@media print{@import 'nested.css';}",
        "/*# sourceMappingURL=data:application/json;base64,e30= */",
        "/* sourceMappingURL=a.map */",
    ] {
        assert_eq!(specifiers(sheet), [""; 0], "{sheet}");
    }
}

#[test]
fn the_same_url_twice_is_two_references() {
    assert_eq!(specifiers(".a{background:url(a.png),url(a.png)}"), ["a.png", "a.png"]);
}
