#![expect(clippy::disallowed_methods, reason = "tests arrange the disk by hand")]

use std::fs;
use std::time::{Duration, UNIX_EPOCH};

use tempfile::TempDir;

use super::*;
use crate::config::Retention;

const DAY: u64 = 24 * 60 * 60;

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn path(text: &str) -> UrlPath {
    UrlPath::new(Path::new(text)).unwrap()
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let on_disk = folder.path().join(name);
        fs::create_dir_all(on_disk.parent().unwrap()).unwrap();
        fs::write(on_disk, text).unwrap();
    }
    folder
}

#[track_caller]
fn load(folder: &TempDir) -> Ledger {
    Ledger::load(folder.path(), at(100)).unwrap()
}

fn ledger(files: &[(&str, &str)], releases: Vec<Release>) -> Ledger {
    let files = files.iter().map(|(name, text)| (path(name), BTreeSet::from([ContentHash::of(text.as_bytes())])));
    Ledger { files: files.collect(), releases }
}

fn a_release(number: u64, date: u64, manifest: &str, file: &str) -> Release {
    Release { number, date, manifest: manifest.to_owned(), files: BTreeSet::from([path(file)]) }
}

fn wrote(ledger: &Ledger, name: &str, text: &str) -> bool {
    ledger.wrote(&path(name), ContentHash::of(text.as_bytes()))
}

/// A manifest of these files: (path, plain, kind, text of path).
fn manifest(mode: &str, files: &[(&str, &str, &str, &str)], retained: &[&str]) -> String {
    let files: serde_json::Map<_, _> = files
        .iter()
        .map(|(path, plain, kind, text)| {
            let sha256 = ContentHash::of(text.as_bytes()).to_hex();
            (plain.to_string(), serde_json::json!({"path": path, "plain": plain, "kind": kind, "sha256": sha256}))
        })
        .collect();
    serde_json::json!({"version": 1, "mode": mode, "files": files, "retained": retained}).to_string()
}

#[test]
fn what_was_written_is_read_back() {
    let before = ledger(&[("css/a.css", "x"), ("js/é b.js", "y")], vec![a_release(3, 70, "00", "css/a.123.css")]);
    let folder = folder(&[]);
    fs::write(folder.path().join(LEDGER), before.to_bytes()).unwrap();
    assert_eq!(load(&folder), before);
}

#[test]
fn an_empty_folder_holds_nothing_of_ours() {
    assert_eq!(load(&folder(&[("css/a.css", "x")])), Ledger::default());
}

#[test]
fn a_publish_that_was_cut_short_leaves_both_versions_known() {
    let before = ledger(&[("a.css", "old"), ("gone.css", "g")], vec![a_release(1, 10, "1", "a.1.css")]);
    let after = ledger(&[("a.css", "new"), ("b.css", "b")], vec![a_release(2, 20, "2", "a.2.css")]);
    let intent = before.intent(&after, ContentHash::of(b"manifest 2"));

    // The manifest was not reached: the new release never was.
    let cut = folder(&[(MANIFEST, "manifest 1")]);
    fs::write(cut.path().join(LEDGER), &intent).unwrap();
    let cut = load(&cut);
    assert!(wrote(&cut, "a.css", "old") && wrote(&cut, "a.css", "new"));
    assert!(wrote(&cut, "gone.css", "g") && wrote(&cut, "b.css", "b"));
    assert_eq!(cut.releases, before.releases);

    // It was: the release counts.
    let done = folder(&[(MANIFEST, "manifest 2")]);
    fs::write(done.path().join(LEDGER), &intent).unwrap();
    assert_eq!(load(&done).releases, after.releases);
}

#[test]
fn a_lost_ledger_is_made_again_from_the_manifest() {
    let named = manifest(
        "production",
        &[
            ("css/a.0a.css", "css/a.css", "style", "hashed"),
            ("js/m.0b.js", "js/m.js", "script", "script"),
            ("js/gone.0c.js", "js/gone.js", "script", "gone"),
            ("js/m.js.0d.map", "js/m.js.map", "source-map", "{}"),
        ],
        &["css/a.00.css"],
    );
    for damaged in [None, Some("{\"version\":"), Some(""), Some(r#"{"version":2,"files":{},"releases":[]}"#)] {
        let folder = folder(&[
            (MANIFEST, &named),
            ("css/a.css", "plain"),
            ("css/a.0a.css", "hashed"),
            ("css/a.00.css", "retained"),
            ("css/other.css", "a user's"),
            ("js/m.js", "edited by hand"),
            ("js/m.0b.js", "script"),
            ("js/m.js.map", "{}"),
            ("js/m.js.0d.map", "{}"),
            ("js/other.js.map", "a user's"),
        ]);
        if let Some(text) = damaged {
            fs::write(folder.path().join(LEDGER), text).unwrap();
        }
        let ledger = load(&folder);
        for (name, text) in [
            (MANIFEST, &*named),
            ("css/a.css", "plain"),
            ("css/a.0a.css", "hashed"),
            ("css/a.00.css", "retained"),
            ("js/m.0b.js", "script"),
            ("js/m.js.map", "{}"),
            ("js/m.js.0d.map", "{}"),
        ] {
            assert!(wrote(&ledger, name, text), "{name}");
        }
        // The manifest tells what we wrote, so that the edit is noticed.
        assert!(ledger.owns(&path("js/m.js")) && !wrote(&ledger, "js/m.js", "edited by hand"));
        assert!(!ledger.owns(&path("css/other.css")));
        assert!(!ledger.owns(&path("js/other.js.map")));

        let [release] = &*ledger.releases else { panic!("one release") };
        assert_eq!((release.number, release.date), (1, 100));
        let kept: Vec<_> = release.files.iter().map(UrlPath::as_str).collect();
        assert_eq!(kept, ["css/a.00.css", "css/a.0a.css", "js/gone.0c.js", "js/m.0b.js", "js/m.js.0d.map"]);
    }
}

#[test]
fn a_development_manifest_makes_no_release() {
    let named = manifest("development", &[("a.css", "a.css", "style", "x")], &[]);
    let ledger = load(&folder(&[(MANIFEST, &named), ("a.css", "x")]));
    assert!(wrote(&ledger, "a.css", "x"));
    assert_eq!(ledger.releases, []);
}

#[test]
fn somebody_elses_manifest_makes_nothing_ours() {
    let outside = manifest("production", &[("../../etc/passwd", "a.css", "style", "x")], &[]);
    for text in ["", "[]", "{}", r#"{"version":2,"mode":"production","files":{}}"#, "\u{0}", &outside] {
        assert_eq!(load(&folder(&[(MANIFEST, text), ("a.css", "x")])), Ledger::default(), "{text}");
    }
}

mod retention {
    use super::*;

    /// Publishes one release after another, each of one file; the numbers of those that are kept at the end.
    fn kept(retention: Retention, dates: &[u64]) -> Vec<u64> {
        let mut releases = Vec::new();
        for (index, date) in dates.iter().enumerate() {
            let files = BTreeSet::from([path(&format!("{index}.js"))]);
            releases = release(releases, index.to_string(), files, &retention, at(*date));
        }
        releases.iter().map(|release| release.number).collect()
    }

    #[test]
    fn the_last_releases_stay_however_old() {
        assert_eq!(kept(Retention { releases: 3, days: 7 }, &[0, 10 * DAY, 20 * DAY, 30 * DAY, 90 * DAY]), [3, 4, 5]);
    }

    #[test]
    fn young_releases_stay_however_many() {
        let dates = [0, DAY, 2 * DAY, 3 * DAY, 4 * DAY, 7 * DAY];
        assert_eq!(kept(Retention { releases: 3, days: 7 }, &dates), [2, 3, 4, 5, 6]);
    }

    #[test]
    fn the_current_release_always_stays() {
        assert_eq!(kept(Retention { releases: 0, days: 0 }, &[0, 1]), [2]);
    }

    #[test]
    fn the_same_manifest_is_no_new_release() {
        let retention = Retention { releases: 3, days: 7 };
        let first = release(Vec::new(), "m".into(), BTreeSet::from([path("a.js")]), &retention, at(5));
        let again = release(first.clone(), "m".into(), BTreeSet::from([path("a.js")]), &retention, at(50 * DAY));
        assert_eq!(first, again);
    }

    #[test]
    fn a_clock_that_goes_backwards_deletes_nothing_early() {
        // The third is published when the clock is 60 days slow, the fourth when it is right again.
        let dates = [100 * DAY, 101 * DAY, 41 * DAY, 102 * DAY, 103 * DAY];
        assert_eq!(kept(Retention { releases: 1, days: 7 }, &dates), [1, 2, 3, 4, 5]);
    }
}
