#![expect(clippy::disallowed_methods, reason = "a test makes its own files")]

use std::cell::Cell;
use std::fs;

use tempfile::TempDir;

use super::*;
use crate::fs::names_in;
use crate::inputs::View;

struct Project {
    folder: TempDir,
}

impl Project {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn cache(&self) -> PathBuf {
        self.root().join(".assetc/cache")
    }

    /// What a process of its own has.
    fn store(&self) -> Store {
        Store::none().with_disk(&self.cache(), 1 << 30)
    }

    /// Every file of the store.
    fn entries(&self) -> Vec<PathBuf> {
        let folders = ["packs", "blobs", "records"].map(|name| self.cache().join(name));
        folders.iter().flat_map(|folder| names_in(folder).into_iter().map(|name| folder.join(name))).collect()
    }
}

/// The length of `text`, computed by a step that counts how often it runs.
fn length(store: &Store, text: &str, runs: &Cell<usize>) -> usize {
    let value = store.memo("length", &text, &[], || {
        runs.set(runs.get() + 1);
        text.len()
    });
    *value
}

#[test]
fn a_value_is_computed_once_for_all_processes() {
    let project = Project::new();
    let runs = Cell::new(0);
    for _ in 0..3 {
        let store = project.store();
        assert_eq!((length(&store, "abc", &runs), length(&store, "ab", &runs)), (3, 2));
        store.end_build(true);
    }
    assert_eq!(runs.get(), 2);
    assert_eq!(fs::read_to_string(project.root().join(".assetc/.gitignore")).unwrap(), "*\n");
}

#[test]
fn without_tiers_nothing_is_remembered_and_nothing_written() {
    let runs = Cell::new(0);
    let store = Store::none();
    assert_eq!(length(&store, "abc", &runs) + length(&store, "abc", &runs), 6);
    assert_eq!(runs.get(), 2);
}

#[test]
fn what_no_build_uses_leaves_the_memory() {
    let runs = Cell::new(0);
    let store = Store::none().with_memory();
    length(&store, "abc", &runs);
    (0..3).for_each(|_| store.end_build(true));
    length(&store, "abc", &runs);
    assert_eq!(runs.get(), 1, "an edit that is taken back costs nothing");
    (0..9).for_each(|_| store.end_build(true));
    length(&store, "abc", &runs);
    assert_eq!(runs.get(), 2);
}

#[test]
fn a_byte_that_flips_anywhere_costs_time_only() {
    let project = Project::new();
    let runs = Cell::new(0);
    let store = project.store();
    let expected = length(&store, "abc", &runs);
    let made = blob(&store, "picture", &runs);
    store.save_record("record", &1, b"record");
    store.end_build(true);
    for entry in project.entries() {
        let whole = fs::read(&entry).unwrap();
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x41;
            for bytes in [damaged.as_slice(), &whole[..at]] {
                fs::write(&entry, bytes).unwrap();
                let store = project.store();
                assert_eq!(length(&store, "abc", &runs), expected);
                assert_eq!(blob(&store, "picture", &runs), made);
                assert!(store.load_record("record", &1).is_none_or(|bytes| bytes == b"record"));
                fs::write(&entry, &whole).unwrap();
            }
        }
    }
}

/// The bytes of a file that a step makes.
fn blob(store: &Store, text: &str, runs: &Cell<usize>) -> Vec<u8> {
    let scratch = TempDir::new().unwrap();
    let made: Result<Made<()>, ()> = store.memo_file(
        "blob",
        &text,
        || scratch.path().join("file"),
        |path| {
            runs.set(runs.get() + 1);
            fs::write(path, text.repeat(3)).unwrap();
            Ok(())
        },
    );
    fs::read(made.unwrap().file.unwrap().path).unwrap()
}

#[test]
fn files_are_made_once_and_need_no_store() {
    let project = Project::new();
    let runs = Cell::new(0);
    for _ in 0..2 {
        let store = project.store();
        assert_eq!(blob(&store, "x", &runs), b"xxx");
        store.end_build(true);
    }
    assert_eq!(runs.get(), 1);
    assert_eq!(blob(&Store::none(), "x", &runs), b"xxx");
    assert_eq!(runs.get(), 2);
}

/// How many words the files `a` and `b` hold; `b` is looked for beside it.
fn words(project: &Project, store: &Store, runs: &Cell<usize>) -> usize {
    let view = std::sync::Arc::new(View::new(project.root(), &project.root().join("static")));
    let reads = Reads::new(std::sync::Arc::clone(&view));
    let value = store.memo_reading("words", &"a", &reads, |reads| {
        runs.set(runs.get() + 1);
        let count = |name: &str| {
            let path = project.root().join("folder").join(name);
            if !reads.is_file(&path) {
                return 0;
            }
            String::from_utf8(reads.read(&path).unwrap()).unwrap().split_whitespace().count()
        };
        count("a") + count("b")
    });
    let trace = reads.trace();
    assert!(trace.holds(&view) && trace.folders(project.root()).contains(project.root()));
    *value
}

#[test]
fn what_a_step_read_and_what_it_missed_decides_whether_its_value_holds() {
    let project = Project::new();
    let runs = Cell::new(0);
    let again = |expected_runs: usize| {
        let store = project.store();
        let words = words(&project, &store, &runs);
        store.end_build(true);
        assert_eq!(runs.get(), expected_runs);
        words
    };
    let folder = project.root().join("folder");
    assert_eq!(again(1), 0);
    assert_eq!(again(1), 0);
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("a"), "one two").unwrap();
    assert_eq!(again(2), 2);
    fs::write(folder.join("b"), "three").unwrap();
    assert_eq!(again(3), 3);
    assert_eq!(again(3), 3);
    fs::write(folder.join("a"), "one 2").unwrap();
    assert_eq!(again(4), 3);
    // Back to what was, as after a change of branches: nothing is computed.
    fs::write(folder.join("a"), "one two").unwrap();
    fs::remove_file(folder.join("b")).unwrap();
    assert_eq!(again(4), 2);
}

#[test]
fn the_store_stays_below_its_bound_and_the_newest_stays() {
    let project = Project::new();
    let runs = Cell::new(0);
    let text = |nth: usize| format!("{nth:04}").repeat(2500);
    for nth in 0..40 {
        let store = Store::none().with_disk(&project.cache(), 100_000);
        assert_eq!(blob(&store, &text(nth), &runs), text(nth).repeat(3).as_bytes());
        length(&store, &text(nth), &runs);
        store.end_build(true);
    }
    let size: u64 = project.entries().iter().map(|path| fs::metadata(path).unwrap().len()).sum();
    assert!(size <= 100_000, "{size}");
    let before = runs.get();
    blob(&project.store(), &text(39), &runs);
    assert_eq!(runs.get(), before);
}

#[test]
fn many_packs_become_one_and_keep_their_values() {
    let project = Project::new();
    let runs = Cell::new(0);
    for nth in 0..50 {
        let store = project.store();
        length(&store, &nth.to_string(), &runs);
        store.end_build(true);
    }
    assert!(names_in(&project.cache().join("packs")).len() < 20);
    let store = project.store();
    (0..50).for_each(|nth| assert!(length(&store, &nth.to_string(), &runs) > 0));
    assert_eq!(runs.get(), 50);
}

#[test]
fn a_store_that_cannot_be_used_is_done_without() {
    let project = Project::new();
    let runs = Cell::new(0);
    fs::write(project.root().join(".assetc"), "a file in its place").unwrap();
    let store = project.store();
    assert_eq!(length(&store, "abc", &runs), 3);
    assert_eq!(blob(&store, "x", &runs), b"xxx");
    store.end_build(true);
    assert_eq!(fs::read_to_string(project.root().join(".assetc")).unwrap(), "a file in its place");
}

#[test]
fn processes_at_the_same_time_do_not_harm_each_other() {
    let project = Project::new();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for nth in 0..30 {
                    let runs = Cell::new(0);
                    let store = project.store();
                    let text = (nth % 7).to_string();
                    assert_eq!(length(&store, &text, &runs), 1);
                    assert_eq!(blob(&store, &text, &runs), text.repeat(3).as_bytes());
                    store.end_build(true);
                }
            });
        }
    });
}
