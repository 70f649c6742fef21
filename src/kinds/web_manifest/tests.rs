use std::path::Path;

use super::*;
use crate::path::ProjectPath;

fn source(text: &str) -> Arc<Source> {
    Source::new(ProjectPath::new(Path::new("site.webmanifest")).unwrap(), text.to_owned())
}

fn scanned(text: &str) -> (Vec<String>, String) {
    let source = source(text);
    let (found, diagnostics) = scan(ModuleId(1), &source, true);
    assert!(diagnostics.is_empty());
    let (piece, references) = found.unwrap();
    for reference in &references {
        assert!(source.text[reference.span.start..].starts_with('"'));
    }
    (references.into_iter().map(|reference| reference.specifier).collect(), piece.fill(|_| "<>".into()).0)
}

#[test]
fn pictures_become_holes_and_the_rest_stays() {
    let text = "\u{feff}{\n  \"id\": \"a.png\", \"start_url\": \"b.png\", \"scope\": \".\",\r\n  \"shortcuts\": [{\"url\": \"c.html\", \"icons\": [{\"src\": \"s.png\"}]}],\n  \"icons\": [{\"src\": \"img\\/i.png?v=1#x\", \"sizes\": \"1x1\"}, {\"src\":\"é 1.svg\"}, {\"src\": \"/abs.gif\"}],\n  \"screenshots\": [{\"src\": \"https://x/y.png\"}, {\"src\": \"t.png\"}],\n \"share_target\": {\"action\": \"d.html\"}, \"big\": 12345678901234567890123\n}\n";
    let (found, filled) = scanned(text);
    assert_eq!(found, ["s.png", "img/i.png?v=1#x", "é 1.svg", "t.png"]);
    let expected =
        text.replace("s.png", "<>").replace("img\\/i.png", "<>").replace("é 1.svg", "<>").replace("t.png", "<>");
    assert_eq!(filled, expected);
}

#[test]
fn other_shapes_are_passed_over() {
    for text in [
        "{}",
        r#"{"icons": {"16": "a.png"}}"#,
        r#"{"icons": ["a.png", 1, null, {"src": 2}, {"src": "data:,x"}, {"src": "a.png\u003fx"}]}"#,
        r#"{"shortcuts": [{"src": "a.png"}], "nested": {"icons": [{"src": "a.png"}]}}"#,
    ] {
        assert_eq!(scanned(text), (vec![], text.to_owned()));
    }
}

#[test]
fn bad_json_is_an_error_only_where_it_must_be_a_manifest() {
    for (text, at) in [
        ("{\n \"icons\": [,]}", (2, 12)),
        ("[1]", (1, 1)),
        ("", (1, 1)),
        ("{\"é\": x}", (1, 7)),
        ("{\"a\": 1\n", (2, 1)),
    ] {
        let source = source(text);
        let (found, diagnostics) = scan(ModuleId(0), &source, true);
        assert!(found.is_none());
        assert_eq!(diagnostics[0].code, Code::InvalidWebManifest);
        let place = diagnostics[0].place.as_ref().unwrap();
        assert_eq!(place.lines_and_columns().unwrap().0, at, "{text} {}", diagnostics[0].message);
        assert!(matches!(scan(ModuleId(0), &source, false), (None, diagnostics) if diagnostics.is_empty()));
    }
    scan(ModuleId(0), &source(&"[".repeat(100_000)), true);
    scan(ModuleId(0), &source(&("{\"icons\":".to_owned() + &"[".repeat(100_000))), true);
}
