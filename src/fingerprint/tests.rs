use std::path::Path;

use super::*;
use crate::config::{Mode, Settings};
use crate::context::{Session, Silent};
use crate::graph::{EntryFacts, Fill, Hole, ModuleId, Piece};
use crate::path::ProjectPath;

fn url(path: &str) -> UrlPath {
    UrlPath::new(Path::new(path)).unwrap()
}

/// A draft whose text is `text` with every `@` a hole for the next of `references`.
fn draft(logical: &str, text: &str, references: &[usize]) -> Draft {
    let mut piece = Piece::default();
    for (nth, part) in text.split('@').enumerate() {
        if nth > 0 {
            let offset = piece.text.len();
            piece.holes.push(Hole { offset, module: ModuleId(0), reference: 0, dotted: logical.ends_with(".js") });
        }
        piece.text.push_str(part);
    }
    let script = EntryFacts { format: crate::graph::ScriptFormat::Esm, imports: vec![], dynamic: vec![] };
    Draft {
        logical: url(logical),
        source: ProjectPath::new(Path::new(logical)).unwrap(),
        kind: Kind::of(logical),
        source_size: 0,
        body: DraftBody::Text { piece, fills: references.iter().map(|&to| Fill::Chunk(ChunkId(to))).collect() },
        references: references.iter().map(|&to| ChunkId(to)).collect(),
        foreign: vec![],
        entry: true,
        dimensions: None,
        variants: Vec::new(),
        placeholder: None,
        script: (Kind::of(logical) == Kind::Script).then_some(script),
    }
}

fn outputs(mode: Mode, drafts: &[Draft]) -> Vec<Output> {
    let settings = Settings::new("/project".into(), mode);
    let session = Session::forgetful(&settings);
    let cx = Context::new(&settings, &Silent, &session);
    let outputs = fingerprint(&cx, drafts);
    assert!(cx.diagnostics().is_empty());
    outputs
}

fn text<'a>(outputs: &'a [Output], path: &str) -> &'a str {
    let file = outputs.iter().flat_map(|output| &output.files).find(|file| file.path.as_str() == path);
    match &file.unwrap_or_else(|| panic!("no {path}")).body {
        OutputBody::Bytes(bytes) => std::str::from_utf8(bytes).unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_fingerprint_is_the_hash_of_the_final_bytes() {
    let drafts = [draft("css/app.css", "a{b:url(\"@\")}", &[1]), draft("img/a.svg", "<svg/>", &[])];
    let outputs = outputs(Mode::Production, &drafts);
    for output in &outputs {
        let bytes = text(&outputs, output.path.as_str());
        assert_eq!(output.path, final_name(&output.logical, ContentHash::of(bytes.as_bytes()), &Default::default()));
        assert!(!output.circle);
    }
    let svg = &outputs[1].path;
    assert_eq!(text(&outputs, outputs[0].path.as_str()), format!("a{{b:url(\"../{svg}\")}}"));
    assert_eq!(text(&outputs, "css/app.css"), "a{b:url(\"../img/a.svg\")}");
}

#[test]
fn a_change_below_changes_every_name_above_and_no_other() {
    let tree = |leaf: &str| {
        let drafts = [
            draft("a.js", "import\"@\"", &[1]),
            draft("b.js", "import\"@\"", &[2]),
            draft("c.js", leaf, &[]),
            draft("d.js", "d", &[]),
        ];
        outputs(Mode::Production, &drafts).into_iter().map(|output| output.path).collect::<Vec<_>>()
    };
    let (one, two) = (tree("1"), tree("2"));
    assert!(one[..3].iter().zip(&two).all(|(one, two)| one != two));
    assert_eq!(one[3], two[3]);
}

#[test]
fn script_twins_are_the_same_bytes_and_refer_to_fingerprinted_names() {
    let drafts = [draft("js/a.js", "import\"@\"", &[1]), draft("js/b.js", "1", &[])];
    let outputs = outputs(Mode::Production, &drafts);
    let plain = text(&outputs, "js/a.js");
    assert_eq!(plain, text(&outputs, outputs[0].path.as_str()));
    assert_eq!(plain, format!("import\"./{}\"", outputs[1].path.file_name()));
}

#[test]
fn a_circle_shares_one_hash_that_changes_with_any_member() {
    let circle = |b: &str| {
        let drafts = [draft("a.svg", "<@>", &[1]), draft("b.svg", b, &[0]), draft("c.css", "url(@)", &[0])];
        outputs(Mode::Production, &drafts)
    };
    let one = circle("[@]");
    let hash = |output: &Output| output.path.as_str().split('.').nth(1).unwrap().to_owned();
    assert_eq!(hash(&one[0]), hash(&one[1]));
    assert!(one[0].circle && one[1].circle && !one[2].circle);
    assert_eq!(text(&one, one[0].path.as_str()), format!("<{}>", one[1].path));
    let two = circle("{@}");
    assert!(one.iter().zip(&two).all(|(one, two)| one.path != two.path));
}

#[test]
fn development_has_plain_names_only() {
    let drafts = [draft("a.css", "@", &[1]), draft("b.css", "@", &[0])];
    let outputs = outputs(Mode::Development, &drafts);
    assert_eq!(outputs.iter().flat_map(|output| &output.files).count(), 2);
    assert_eq!(text(&outputs, "a.css"), "b.css");
}

#[test]
fn a_source_with_the_name_that_another_gets_is_refused() {
    let hash = ContentHash::of(b"x").fingerprint(12);
    let drafts = [draft("a.css", "x", &[]), draft(&format!("a.{hash}.css"), "y", &[])];
    let settings = Settings::new("/project".into(), Mode::Production);
    let session = Session::forgetful(&settings);
    let cx = Context::new(&settings, &Silent, &session);
    fingerprint(&cx, &drafts);
    assert_eq!(cx.diagnostics()[0].code, Code::NameClaimedTwice);
}
