use std::path::Path;

use super::*;
use crate::path::ProjectPath;

fn source(text: &str) -> Arc<Source> {
    Source::new(ProjectPath::new(Path::new("a.svg")).unwrap(), text.to_owned())
}

/// The specifiers, and the text with every hole filled with `<>`.
fn scanned(text: &str) -> (Vec<String>, String) {
    let (found, diagnostics) = scan(ModuleId(3), &source(text));
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let (piece, references) = found.unwrap();
    assert!(piece.holes.iter().enumerate().all(|(nth, hole)| hole.reference == nth && hole.module == ModuleId(3)));
    (references.into_iter().map(|reference| reference.specifier).collect(), piece.fill(|_| "<>".into()).0)
}

fn svg(inner: &str) -> String {
    format!("<svg xmlns=\"{SVG}\" xmlns:xlink=\"{XLINK}\" xmlns:x=\"urn:x\">{inner}</svg>")
}

#[test]
fn paths_become_holes_and_the_rest_stays() {
    for (inner, specifiers, filled) in [
        ("<image href='a.png'/>", &["a.png"][..], "<image href='<>'/>"),
        (
            "<use xlink:href=\"s.svg?v=1&amp;w#icon\"/>",
            &["s.svg?v=1&w#icon"],
            "<use xlink:href=\"<>?v=1&amp;w#icon\"/>",
        ),
        ("<feImage href = ' a%20b.png '/>", &["a%20b.png"], "<feImage href = ' <> '/>"),
        ("<script href='a.js'/>", &["a.js"], "<script href='<>'/>"),
        ("<textPath href='p.svg#p'>é</textPath>", &["p.svg#p"], "<textPath href='<>#p'>é</textPath>"),
        ("<image href='a&amp;b&#x2e;png'/>", &["a&b.png"], "<image href='<>'/>"),
        (
            "<g fill='url(p.svg#a) red' stroke=\"url('q.svg#b')\"/>",
            &["p.svg#a", "q.svg#b"],
            "<g fill='url(<>#a) red' stroke=\"url('<>#b')\"/>",
        ),
        (
            "<g style='mask:url( m.svg#a );--x:url(\"n.svg\")'/>",
            &["m.svg#a", "n.svg"],
            "<g style='mask:url( <>#a );--x:url(\"<>\")'/>",
        ),
        ("<g style=\"mask:url(&quot;m.svg#a&quot;)\"/>", &["m.svg#a"], "<g style=\"mask:url(&quot;<>#a&quot;)\"/>"),
        (
            "<style>@import 'a.css' print;@import url(b.css);.a&gt;.b{fill:url(c.svg#x)}</style>",
            &["a.css", "b.css", "c.svg#x"],
            "<style>@import '<>' print;@import url(<>);.a&gt;.b{fill:url(<>#x)}</style>",
        ),
        (
            "<style><![CDATA[ .a>.b{fill:url('c.svg#x');background:url(d\\ e.png)} ]]></style>",
            &["c.svg#x", "d e.png"],
            "<style><![CDATA[ .a>.b{fill:url('<>#x');background:url(<>)} ]]></style>",
        ),
    ] {
        let (found, text) = scanned(&svg(inner));
        assert_eq!(found, specifiers, "{inner}");
        assert_eq!(text, svg(filled));
    }
}

#[test]
fn what_is_no_reference_is_left_alone() {
    for inner in [
        "<a href='page.html'><use href='#x'/></a>",
        "<a xlink:href='page.html'/>",
        "<image href='data:image/png;base64,AA'/><image href='https://x/y.png'/><image href='/static/a.png'/><image href=''/>",
        "<x:image href='a.png' x:y='url(a.png)'/>",
        "<g title='url(a.png)' d='url(a.png)'/>",
        "<g fill='url(#a)' style='/* url(a.png) */font-family:\"url(b.png)\"'/>",
        "<style>/* url(a.png) */@namespace url(x);.a{content:'url(b.png)'}@supports (a:url(c.png)){}</style>",
        "<style><!-- .a{fill:url(a.png)} --></style>",
        "<text>url(a.png)</text><title>href='a.png'</title><!-- <image href='a.png'/> -->",
    ] {
        let whole = svg(inner);
        assert_eq!(scanned(&whole), (vec![], whole.clone()), "{inner}");
    }
}

#[test]
fn stylesheets_of_the_document_are_found() {
    let text = "\u{feff}<?xml version='1.0'?>\r\n<?xml-stylesheet type='text/css' href=\"a.css?x\"?>\r\n<svg/>";
    let (found, filled) = scanned(text);
    assert_eq!(found, ["a.css?x"]);
    assert_eq!(filled, text.replace("a.css", "<>"));
}

#[test]
fn entities_of_the_document_are_known_to_the_parser_only() {
    let doctype = "<!DOCTYPE svg [<!ENTITY d 'img/'><!ENTITY i \"<image href='a.png'/>\">]>";
    let text = format!("{doctype}{}", svg("<image href='&d;a.png'/>&i;&i;"));
    let (found, filled) = scanned(&text);
    assert_eq!(found, ["a.png"]);
    assert_eq!(filled, text.replace("'a.png'", "'<>'"));
}

#[test]
fn what_is_not_well_formed_is_a_warning_at_its_place() {
    for (text, line, column) in
        [("<svg>\n<g></svg>", 2, 4), ("", 1, 1), ("<svg é='1' <", 1, 12), ("<svg>&nope;</svg>", 1, 6)]
    {
        let (found, diagnostics) = scan(ModuleId(0), &source(text));
        assert!(found.is_none());
        assert_eq!(diagnostics.len(), 1);
        assert_eq!(diagnostics[0].code, Code::InvalidSvg);
        assert!(!diagnostics[0].is_error());
        assert_eq!(diagnostics[0].place.as_ref().unwrap().lines_and_columns().unwrap().0, (line, column), "{text}");
    }
}

#[test]
fn bombs_do_not_go_off() {
    let entities: String =
        (1..20).map(|nth| format!("<!ENTITY e{nth} '{}'>", format!("&e{};", nth - 1).repeat(10))).collect();
    let bomb = format!("<!DOCTYPE svg [<!ENTITY e0 '<g/>'>{entities}]><svg>&e19;</svg>");
    let in_attribute = format!("<!DOCTYPE svg [<!ENTITY e0 'x'>{entities}]><svg fill='&e19;'/>");
    let deep = "<g>".repeat(100_000) + &"</g>".repeat(100_000);
    let run = move || {
        for text in [bomb, in_attribute, deep] {
            scan(ModuleId(0), &source(&text));
        }
    };
    std::thread::Builder::new().stack_size(256 << 20).spawn(run).unwrap().join().unwrap();
}
