use std::path::Path;

use super::*;

fn source(text: &str) -> Arc<Source> {
    Source::new(ProjectPath::new(Path::new("a.js")).unwrap(), text.to_owned())
}

#[test]
fn columns_count_what_their_readers_count() {
    let source = source("ab\né😀x\n");
    let x = source.text.find('x').unwrap();
    assert_eq!(source.line_and_utf16_column(x), (1, 3));
    assert_eq!(source.line_and_column(x), (2, 3));
    assert_eq!(source.offset_of_utf16(1, 3), x);
    assert_eq!(source.offset_of_utf16(9, 0), source.text.len());
}

#[test]
fn vlq_known_answers() {
    let mapping = |column, source_column| Mapping { line: 1, column, source: 0, source_line: 0, source_column };
    let map = SourceMap { sources: vec![source("x")], mappings: vec![mapping(0, 0), mapping(16, 7), mapping(20, 3)] };
    let json: serde_json::Value = serde_json::from_str(&map.to_json()).unwrap();
    assert_eq!(json["mappings"], ";AAAA,gBAAO,IAAJ");
    assert_eq!(json["sources"][0], "assetc:///a.js");
    assert!(json.get("file").is_none());
}

#[test]
fn shifting_moves_what_stands_behind_on_the_same_line() {
    let at = |line, column| Mapping { line, column, source: 0, source_line: 0, source_column: 0 };
    let mut map = SourceMap { sources: vec![], mappings: vec![at(0, 1), at(0, 5), at(0, 9), at(1, 6)] };
    map.shift_columns(0, 5, 3);
    assert_eq!(map.mappings, [at(0, 1), at(0, 8), at(0, 12), at(1, 6)]);
    map.shift_columns(0, 12, -2);
    assert_eq!(map.mappings, [at(0, 1), at(0, 8), at(0, 10), at(1, 6)]);
}
