use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::*;

/// What lies in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    names_in(folder)
}

fn words(error: OutputError, root: &Path) -> String {
    let diagnostic = error.into_diagnostic(root);
    format!("{}: {}\n{}", diagnostic.code, diagnostic.message, diagnostic.hint.unwrap_or_default())
        .replace(&std::process::id().to_string(), "PID")
}

#[test]
fn a_build_that_publishes_nothing_leaves_nothing() {
    let root = TempDir::new().unwrap();
    let staging = Staging::begin(&root.path().join("a/b/static")).unwrap();
    fs::write(staging.file(), "x").unwrap();
    assert_eq!(names(staging.output_root()), [".assetc-lock", ".assetc-staging"]);
    drop(staging);
    assert_eq!(names(root.path()), [""; 0]);
}

#[test]
fn folders_that_were_there_or_are_in_use_stay() {
    let root = TempDir::new().unwrap();
    fs::create_dir(root.path().join("a")).unwrap();
    let staging = Staging::begin(&root.path().join("a/b/static")).unwrap();
    fs::write(root.path().join("a/b/other"), "x").unwrap();
    drop(staging);
    assert_eq!(names(&root.path().join("a/b")), ["other"]);
    drop(Staging::begin(&root.path().join("a/c")).unwrap());
    assert_eq!(names(&root.path().join("a")), ["b"]);
}

#[test]
fn leftovers_of_killed_builds_are_swept() {
    let root = TempDir::new().unwrap();
    let staging = Staging::begin(root.path()).unwrap();
    fs::write(staging.file(), "x").unwrap();
    staging.abandon();
    fs::create_dir_all(root.path().join(".assetc-staging-older/deep")).unwrap();
    fs::write(root.path().join("mine"), "x").unwrap();
    assert_eq!(names(root.path()).len(), 4);
    let staging = Staging::begin(root.path()).unwrap();
    assert_eq!(names(root.path()), [".assetc-lock", ".assetc-staging", "mine"]);
    assert_eq!(names(&root.path().join(".assetc-staging")), [""; 0]);
    drop(staging);
    assert_eq!(names(root.path()), ["mine"]);
}

#[test]
fn a_second_build_is_refused_and_names_the_first() {
    let root = TempDir::new().unwrap();
    let output_root = root.path().join("static");
    let first = Staging::begin(&output_root).unwrap();
    insta::assert_snapshot!(words(Staging::begin(&output_root).unwrap_err(), root.path()), @r"
    output-locked: another assetc (process PID) is at work on `static`
    wait until it is done, or stop it; to build at the same time, choose another folder with `--out`
    ");
    assert_eq!(names(&output_root), [".assetc-lock", ".assetc-staging"]);
    drop(first);
    drop(Staging::begin(&output_root).unwrap());
}

#[cfg(unix)]
#[test]
fn the_lock_of_a_killed_process_stops_nobody() {
    let root = TempDir::new().unwrap();
    fs::write(root.path().join(".assetc-lock"), "1\n").unwrap();
    let staging = Staging::begin(root.path()).unwrap();
    let pid = fs::read_to_string(root.path().join(".assetc-lock")).unwrap();
    assert_eq!(pid, format!("{}\n", std::process::id()));
    drop(staging);
}

/// Many threads, as many processes would, take and give back the lock of one folder: never two hold it.
#[test]
fn the_lock_is_held_by_one_at_a_time() {
    let root = TempDir::new().unwrap();
    let output_root = root.path().join("static");
    let held = std::sync::atomic::AtomicUsize::new(0);
    let taken = std::sync::atomic::AtomicUsize::new(0);
    use std::sync::atomic::Ordering::SeqCst;
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..200 {
                    match OutputLock::take(&output_root) {
                        Ok(lock) => {
                            assert_eq!(held.fetch_add(1, SeqCst), 0);
                            taken.fetch_add(1, SeqCst);
                            std::thread::yield_now();
                            held.fetch_sub(1, SeqCst);
                            drop(lock);
                        }
                        Err(OutputError::Locked { .. }) => {}
                        Err(error) => panic!("{error:?}"),
                    }
                }
            });
        }
    });
    assert!(taken.into_inner() > 0);
}

#[test]
fn a_file_where_the_output_folder_should_be() {
    let root = TempDir::new().unwrap();
    fs::write(root.path().join("static"), "a user's").unwrap();
    for output_root in ["static", "static/deep"] {
        let error = Staging::begin(&root.path().join(output_root)).unwrap_err();
        let words = words(error, root.path());
        assert!(words.starts_with("unwritable-output: `static` is not a folder"), "{words}");
    }
    assert_eq!(fs::read_to_string(root.path().join("static")).unwrap(), "a user's");
}

#[cfg(unix)]
#[test]
fn the_lock_is_not_written_through_a_link() {
    let root = TempDir::new().unwrap();
    fs::write(root.path().join("mine"), "a user's").unwrap();
    std::os::unix::fs::symlink("mine", root.path().join(".assetc-lock")).unwrap();
    assert!(matches!(Staging::begin(root.path()), Err(OutputError::Unwritable { .. })));
    assert_eq!(fs::read_to_string(root.path().join("mine")).unwrap(), "a user's");
}

/// A folder that refuses to be written, also to the super-user: one of the kernel's.
#[cfg(target_os = "linux")]
#[test]
fn an_output_folder_that_cannot_be_written() {
    let error = Staging::begin(Path::new("/proc/static")).unwrap_err();
    let OutputError::Unwritable { path, .. } = &error else { panic!("{error:?}") };
    assert_eq!(path, Path::new("/proc/static"));
    let error = OutputError::Unwritable { path: "/x/static".into(), error: ErrorKind::PermissionDenied.into() };
    insta::assert_snapshot!(words(error, Path::new("/x")), @r"
    unwritable-output: could not write `static`: permission denied
    make the folder writable for the user who runs assetc, or choose another one with `--out`
    ");
}

#[test]
fn moving_to_a_new_name_never_loses_what_came_there_since() {
    let root = TempDir::new().unwrap();
    let (from, to) = (root.path().join("from"), root.path().join("to"));
    fs::write(&from, "ours").unwrap();
    fs::write(&to, "a user's").unwrap();
    assert_eq!(move_new(&from, &to).unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert_eq!(fs::read_to_string(&to).unwrap(), "a user's");
    fs::remove_file(&to).unwrap();
    move_new(&from, &to).unwrap();
    assert_eq!(fs::read_to_string(&to).unwrap(), "ours");
}

#[cfg(unix)]
#[test]
fn the_lock_ends_with_its_process() {
    // `flock` takes the same kind of lock as we do; where there is none the test has nothing to say.
    let root = TempDir::new().unwrap();
    let lock = root.path().join(".assetc-lock");
    let spawned = Command::new("flock")
        .arg(&lock)
        .args(["sh", "-c", "echo $$ > .assetc-lock; exec sleep 60"])
        .current_dir(&root)
        .spawn();
    let Ok(mut holder) = spawned else { return };
    let refused = (0..500).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        matches!(Staging::begin(root.path()), Err(OutputError::Locked { pid: Some(_), .. }))
    });
    holder.kill().unwrap();
    holder.wait().unwrap();
    assert!(refused);
}
