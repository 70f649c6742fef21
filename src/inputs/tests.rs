#![expect(clippy::disallowed_methods, reason = "a test makes its own files")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use super::*;

struct Project(TempDir);

impl Project {
    fn new(files: &[&str]) -> Self {
        let project = Self(TempDir::new().unwrap());
        for file in files {
            project.write(file, "text");
        }
        project
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn view(&self) -> std::sync::Arc<View> {
        std::sync::Arc::new(View::new(self.root(), &self.path("static")))
    }

    /// The trace of some reading, by a process of its own.
    fn trace(&self, read: impl FnOnce(&Reads)) -> Trace {
        let view = self.view();
        let reads = Reads::new(std::sync::Arc::clone(&view));
        read(&reads);
        reads.trace()
    }

    fn holds(&self, trace: &Trace) -> bool {
        let by_metadata = trace.holds_by_metadata(self.root(), &self.path("static"));
        let remembered = self.view();
        remembered.remember(trace);
        let holds = trace.holds(&self.view());
        assert_eq!(holds, trace.holds(&remembered), "what an earlier process knew changes no answer");
        assert!(!by_metadata || holds, "metadata alone says yes only when that is so");
        holds
    }
}

fn settle() {
    std::thread::sleep(Duration::from_millis(40));
}

#[test]
fn a_trace_holds_until_something_that_was_read_changes() {
    let project = Project::new(&["a/one", "a/two", "b/three"]);
    settle();
    let trace = project.trace(|reads| {
        reads.read(&project.path("a/one")).unwrap();
        assert!(!reads.is_file(&project.path("a/none")) && !reads.is_file(&project.path("no/folder/none")));
        assert!(!reads.is_file(&project.path("a/.hidden")));
    });
    assert!(project.holds(&trace) && trace.holds_by_metadata(project.root(), &project.path("static")));
    for (name, text) in [("b/three", "other"), ("a/two", "other"), ("a/one", "text"), ("a/.swap", ""), ("a/x~", "")] {
        project.write(name, text);
        assert!(project.holds(&trace), "`{name}` matters to nobody, or is as it was");
    }
    for name in ["a/none", "no/folder/x", "a/.hidden"] {
        project.write(name, "");
        assert!(!project.holds(&trace), "{name}");
        fs::remove_file(project.path(name)).unwrap();
        let _ = fs::remove_dir_all(project.path("no"));
        assert!(project.holds(&trace), "{name}");
    }
    project.write("a/one", "texT");
    assert!(!project.holds(&trace));
}

#[test]
fn a_change_within_one_tick_of_the_clock_is_seen() {
    let project = Project::new(&["a"]);
    for nth in 0..50 {
        project.write("a", &format!("{nth:04}"));
        let trace = project.trace(|reads| drop(reads.read(&project.path("a"))));
        project.write("a", &format!("{:04}", nth + 1));
        assert!(!project.holds(&trace), "a change of equal length, at once, {nth}");
    }
}

#[test]
fn the_output_folder_may_come_and_go() {
    let project = Project::new(&["a"]);
    let trace = project.trace(|reads| drop(reads.list(project.root())));
    project.write("static/x", "");
    assert!(project.holds(&trace));
    let trace = project.trace(|reads| assert!(reads.is_file(&project.path("static/x"))));
    project.write("static/y", "");
    assert!(project.holds(&trace));
    fs::remove_file(project.path("static/x")).unwrap();
    assert!(!project.holds(&trace));
}

#[test]
fn a_view_looks_again_at_what_it_is_told_of() {
    let project = Project::new(&["folder/a"]);
    let view = project.view();
    let path = project.path("folder/a");
    assert_eq!(view.read(&path).unwrap().0, b"text");
    let before = view.hash(&path).unwrap();
    fs::write(&path, "tExt").unwrap();
    assert_eq!(view.hash(&path).unwrap(), before, "nobody has told it");
    view.forget(&path);
    assert_ne!(view.hash(&path).unwrap(), before);
    fs::remove_dir_all(project.path("folder")).unwrap();
    view.forget_below(&project.path("folder"));
    assert_eq!((view.kind(&path), view.stat(&path)), (None, None));
}

#[test]
fn the_project_folder_itself_is_one_path() {
    let project = Project::new(&["a"]);
    let view = project.view();
    let reads = Reads::new(std::sync::Arc::clone(&view));
    reads.list(project.root()).unwrap();
    let trace = reads.trace();
    assert!(trace.holds(&view));
    project.write("b", "");
    view.forget(&project.path("b"));
    assert!(!trace.holds(&view));
}

#[test]
fn symbolic_links_are_followed_and_their_turns_are_seen() {
    let project = Project::new(&["one/file", "two/file"]);
    let link = project.path("link");
    std::os::unix::fs::symlink("one", &link).unwrap();
    let trace = project.trace(|reads| {
        assert!(reads.is_folder(&link) && reads.is_file(&link.join("file")));
        assert_eq!(reads.canonicalize(&link).unwrap(), project.path("one").canonicalize().unwrap());
    });
    assert!(project.holds(&trace));
    fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink("two", &link).unwrap();
    assert!(!project.holds(&trace));
}
