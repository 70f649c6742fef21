#![expect(clippy::disallowed_methods, reason = "tests arrange the disk by hand")]

mod conflicts;
mod faults;
mod random_sequences;
mod retention;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use tempfile::TempDir;

use super::*;
use crate::config::Settings;
use crate::context::{Session, Silent};
use crate::diagnostic::Severity;
use crate::graph::{Kind, OutputBody, OutputEntry, OutputFile, ScriptFormat};
use crate::ledger::LEDGER;
use crate::path::ProjectPath;

const DAY: u64 = 24 * 60 * 60;

/// A project with an output folder `static`, built from texts: (logical name, text).
struct Site {
    folder: TempDir,
    settings: Settings,
    /// Seconds since 1970.
    now: Cell<u64>,
}

type Sources<'a> = &'a [(&'a str, &'a str)];

/// What happens before the change of this number.
#[derive(Clone, Copy, Debug)]
enum Trouble {
    None,
    /// The process is killed.
    Kill(usize),
    /// The system refuses the change.
    Fault(usize),
}

struct Killed;

impl Site {
    fn new(mode: Mode) -> Self {
        let folder = TempDir::new().unwrap();
        let settings = Settings::new(folder.path().canonicalize().unwrap(), mode);
        Self { folder, settings, now: Cell::new(1_000 * DAY) }
    }

    fn production() -> Self {
        Self::new(Mode::Production)
    }

    fn development() -> Self {
        Self::new(Mode::Development)
    }

    /// The same project in the other mode.
    fn switch(&mut self, mode: Mode) {
        self.settings.mode = mode;
    }

    fn out(&self, name: &str) -> PathBuf {
        self.settings.output_root.join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.out(name).parent().unwrap()).unwrap();
        fs::write(self.out(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.out(name)).unwrap()
    }

    fn manifest(&self) -> Manifest {
        Manifest::parse(&fs::read(self.out("assetc.json")).unwrap()).unwrap()
    }

    /// Everything below the output root: files with their bytes, folders and links as such.
    fn tree(&self) -> BTreeMap<String, Vec<u8>> {
        let mut tree = BTreeMap::new();
        collect_tree(&self.settings.output_root, "", &mut tree);
        tree
    }

    fn names(&self) -> Vec<String> {
        self.tree().into_keys().collect()
    }

    #[track_caller]
    fn build(&self, sources: Sources) -> Published {
        let (result, diagnostics) = self.try_build(sources);
        assert_eq!(diagnostics, "");
        result.unwrap()
    }

    /// The result, and what was said, in the words of the user.
    fn try_build(&self, sources: Sources) -> (Result<Published, Stopped>, String) {
        self.build_in_trouble(sources, Trouble::None).unwrap()
    }

    /// `None` if the process was killed.
    fn build_in_trouble(&self, sources: Sources, trouble: Trouble) -> Option<(Result<Published, Stopped>, String)> {
        let session = Session::forgetful(&self.settings);
        let cx = Context::new(&self.settings, &Silent, &session);
        let staging = Staging::begin(&self.settings.output_root).unwrap();
        let now = UNIX_EPOCH + Duration::from_secs(self.now.get());
        let ledger = Ledger::load(&self.settings.output_root, now).unwrap();
        let outputs = self.outputs(&staging, sources);
        let count = Cell::new(0);
        let hook = |_: &Path| {
            let nth = count.replace(count.get() + 1);
            match trouble {
                Trouble::Kill(at) if at == nth => resume_unwind(Box::new(Killed)),
                Trouble::Fault(at) if at == nth => Err(io::ErrorKind::StorageFull.into()),
                _ => Ok(()),
            }
        };
        let emitted = catch_unwind(AssertUnwindSafe(|| emit_hooked(&cx, &staging, ledger, &outputs, now, &hook)));
        match emitted {
            Ok(result) => Some((result, said(cx.diagnostics()))),
            Err(payload) if payload.is::<Killed>() => {
                staging.abandon();
                None
            }
            Err(payload) => resume_unwind(payload),
        }
    }

    /// Styles have twins that differ, pictures lie in the staging folder, text files are copied from a source.
    fn outputs(&self, staging: &Staging, sources: Sources) -> Vec<Output> {
        // A file of one build may be a folder of the next.
        let _ = fs::remove_dir_all(self.settings.root.join("assets"));
        let output = |(logical, text): &(&str, &str)| {
            let source = ProjectPath::new(&Path::new("assets").join(logical)).unwrap();
            let logical = url_path(logical);
            let kind = Kind::of(logical.as_str());
            let hash = ContentHash::of(text.as_bytes());
            let fingerprinted = {
                let (stem, extension) = logical.split_extension();
                let extension = extension.map_or(String::new(), |extension| format!(".{extension}"));
                url_path(&format!("{stem}.{}{extension}", hash.fingerprint(12)))
            };
            let body = |text: &str| match kind {
                Kind::Opaque => {
                    let on_disk = source.on_disk(&self.settings.root);
                    fs::create_dir_all(on_disk.parent().unwrap()).unwrap();
                    fs::write(&on_disk, text).unwrap();
                    OutputBody::Copy(on_disk)
                }
                Kind::Png => {
                    let path = staging.file();
                    fs::write(&path, text).unwrap();
                    OutputBody::Staged(path)
                }
                _ => OutputBody::Bytes(text.as_bytes().to_vec()),
            };
            let file = |path: &UrlPath, text: &str, immutable| OutputFile {
                path: path.clone(),
                body: body(text),
                hash: ContentHash::of(text.as_bytes()),
                size: text.len() as u64,
                immutable,
            };
            let mut files = Vec::new();
            let production = self.settings.mode == Mode::Production;
            if production {
                files.push(file(&fingerprinted, text, true));
            }
            let plain_text =
                if production && kind == Kind::Style { format!("{text}/* plain */") } else { text.to_string() };
            files.push(file(&logical, &plain_text, false));
            let format = if text.contains("export") { ScriptFormat::Esm } else { ScriptFormat::Iife };
            Output {
                path: if production { fingerprinted } else { logical.clone() },
                plain: Some(logical.clone()),
                logical,
                source: source.clone(),
                kind,
                source_size: text.len() as u64,
                hash,
                size: text.len() as u64,
                circle: false,
                references: Vec::new(),
                foreign: Vec::new(),
                dimensions: None,
                variants: Vec::new(),
                placeholder: None,
                siblings: Vec::new(),
                files,
                entry: kind.is_code().then(|| OutputEntry {
                    format: (kind == Kind::Script).then_some(format),
                    imports: Vec::new(),
                    dynamic: Vec::new(),
                }),
            }
        };
        sources.iter().map(output).collect()
    }

    /// The manifest, if there is one, names only files that are there and complete.
    #[track_caller]
    fn check_manifest(&self) {
        let Ok(bytes) = fs::read(self.out("assetc.json")) else { return };
        let manifest = Manifest::parse(&bytes).expect("a whole manifest");
        for file in manifest.files.values() {
            let bytes = fs::read(self.out(file.path.as_str())).unwrap_or_else(|_| panic!("{} is missing", file.path));
            // Under a plain name the next version may be there already, but a whole one.
            if Some(&file.path) != file.plain.as_ref() {
                assert_eq!(ContentHash::of(&bytes).to_hex(), file.sha256, "{}", file.path);
            }
            if let Some(plain) = &file.plain {
                assert!(self.out(plain.as_str()).is_file(), "{plain} is missing");
            }
        }
        for path in &manifest.retained {
            assert!(self.out(path.as_str()).is_file(), "{path} is missing");
        }
    }
}

fn collect_tree(folder: &Path, prefix: &str, tree: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.map(Result::unwrap) {
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            collect_tree(&entry.path(), &format!("{name}/"), tree);
            tree.insert(format!("{name}/"), Vec::new());
        } else if kind.is_symlink() {
            tree.insert(format!("{name}@"), fs::read_link(entry.path()).unwrap().into_os_string().into_encoded_bytes());
        } else {
            tree.insert(name, fs::read(entry.path()).unwrap());
        }
    }
}

fn url_path(text: &str) -> UrlPath {
    UrlPath::new(Path::new(text)).unwrap()
}

fn said(diagnostics: Vec<Diagnostic>) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        let severity = if diagnostic.severity == Severity::Error { "error" } else { "warning" };
        text += &format!("{severity}[{}]: {}\n", diagnostic.code, diagnostic.message);
        text += &diagnostic.place.map_or(String::new(), |place| format!("  at {}\n", place.file));
        text.extend(diagnostic.notes.iter().map(|note| format!("  note: {note}\n")));
        text += &diagnostic.hint.map_or(String::new(), |hint| format!("  hint: {hint}\n"));
    }
    text
}

#[test]
fn a_production_build_writes_both_names_and_the_manifest() {
    let site = Site::production();
    let published = site.build(&[("css/a.css", "a{}"), ("img/p.png", "png"), ("LICENSE", "text")]);
    let names = [
        ".assetc-ledger.json",
        "LICENSE",
        "LICENSE.982d9e3eb996",
        "assetc.json",
        "css/",
        "css/a.5f546eb4606b.css",
        "css/a.css",
        "img/",
        "img/p.8f8cbb7dcf46.png",
        "img/p.png",
    ];
    assert_eq!(site.names(), names);
    assert_eq!(published.written.len(), 6);
    assert_eq!(site.read("css/a.css"), "a{}/* plain */");
    assert_eq!(site.read("img/p.png"), "png");
    site.check_manifest();
}

#[test]
fn building_again_writes_nothing() {
    for mode in [Mode::Production, Mode::Development] {
        let site = Site::new(mode);
        let sources: Sources = &[("css/a.css", "a{}"), ("img/p.png", "png"), ("LICENSE", "text")];
        site.build(sources);
        let times = |site: &Site| {
            // The ledger's time is that of the last build, whatever it did.
            let files = site.names().into_iter().filter(|name| !name.ends_with('/') && name != LEDGER);
            files.map(|name| fs::metadata(site.out(&name)).unwrap().modified().unwrap()).collect::<Vec<_>>()
        };
        let (tree, before) = (site.tree(), times(&site));
        std::thread::sleep(Duration::from_millis(20));
        let published = site.build(sources);
        assert!(published.written.is_empty());
        assert_eq!((published.unchanged, published.removed), (if mode == Mode::Production { 6 } else { 3 }, 0));
        assert_eq!((site.tree(), times(&site)), (tree, before));
    }
}

#[test]
fn only_what_changed_is_written_and_has_a_new_time() {
    let site = Site::development();
    site.build(&[("a.css", "1"), ("b.css", "1")]);
    let time = |name: &str| fs::metadata(site.out(name)).unwrap().modified().unwrap();
    let (a, b) = (time("a.css"), time("b.css"));
    std::thread::sleep(Duration::from_millis(20));
    let published = site.build(&[("a.css", "2"), ("b.css", "1")]);
    assert_eq!(published.written, BTreeSet::from([url_path("a.css")]));
    assert!(time("a.css") > a);
    assert_eq!(time("b.css"), b);
}

#[cfg(unix)]
#[test]
fn files_have_the_mode_that_the_umask_gives() {
    use std::os::unix::fs::PermissionsExt;
    let site = Site::production();
    site.build(&[("a.css", "a{}"), ("p.png", "png"), ("t.txt", "text")]);
    let probe = site.folder.path().join("probe");
    fs::write(&probe, "").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for name in site.names() {
        assert_eq!(mode(&site.out(&name)), mode(&probe), "{name}");
    }
}

#[test]
fn the_manifest_in_both_modes() {
    let mut site = Site::production();
    site.build(&[("css/a.css", "a{}"), ("js/m.js", "export{}")]);
    insta::assert_snapshot!("production_manifest", site.read("assetc.json"));
    site.switch(Mode::Development);
    site.try_build(&[("css/a.css", "a{}"), ("js/m.js", "export{}")]).0.unwrap();
    insta::assert_snapshot!("development_manifest", site.read("assetc.json"));
}

#[test]
fn development_removes_fingerprinted_files_and_production_brings_them_back() {
    let mut site = Site::production();
    let sources: Sources = &[("css/a.css", "a{}"), ("js/m.js", "m")];
    site.build(sources);
    let first = site.tree();
    site.build(&[("css/a.css", "b{}"), ("js/m.js", "m")]);

    site.switch(Mode::Development);
    site.build(sources);
    assert_eq!(site.names(), [".assetc-ledger.json", "assetc.json", "css/", "css/a.css", "js/", "js/m.js"]);

    site.switch(Mode::Production);
    site.build(sources);
    assert_eq!(site.tree(), first);
}

#[test]
fn what_has_no_source_any_more_goes_with_its_folder() {
    let site = Site::development();
    site.write("img/user.txt", "mine");
    site.build(&[("css/deep/a.css", "a"), ("img/p.png", "png"), ("b.css", "b")]);
    let published = site.build(&[("b.css", "b")]);
    assert_eq!(published.removed, 2);
    assert_eq!(site.names(), [".assetc-ledger.json", "assetc.json", "b.css", "img/", "img/user.txt"]);
}

#[test]
fn a_file_becomes_a_folder_and_a_folder_a_file() {
    for mode in [Mode::Production, Mode::Development] {
        let site = Site::new(mode);
        let file: Sources = &[("x/logo", "file")];
        let folder: Sources = &[("x/logo/deep/a.css", "a"), ("x/logo/b.css", "b")];
        let clean = |sources| {
            let site = Site::new(mode);
            site.build(sources);
            let mut tree = site.tree();
            tree.retain(|name, _| !name.starts_with(".assetc") && name != "assetc.json");
            tree
        };
        for sources in [file, folder, file] {
            site.build(sources);
            site.check_manifest();
            for (name, bytes) in clean(sources) {
                assert_eq!(site.tree().get(&name), Some(&bytes), "{name}");
            }
        }
    }
}

#[test]
fn an_entry_that_needs_another_tag_than_before_is_told() {
    let mut site = Site::production();
    site.build(&[("js/m.js", "old")]);
    let (result, said) = site.try_build(&[("js/m.js", "export{}")]);
    assert!(result.is_ok());
    insta::assert_snapshot!(said, @r#"
    warning[needs-module-tag]: `js/m.js` no longer works in a plain `<script>`
      at assets/js/m.js
      note: it is a module now that exports names, loads others or waits at its top level
      hint: write `<script type="module">` wherever a page loads it; that is right for every module
    "#);
    site.build(&[("js/m.js", "export{} again")]);

    site.build(&[("js/m.js", "old")]);
    site.switch(Mode::Development);
    site.build(&[("js/m.js", "export{}")]);
}

#[test]
fn a_source_that_changed_since_it_was_hashed_stops_the_build() {
    let site = Site::production();
    site.build(&[("a.css", "1")]);
    let before = site.tree();
    let staging = Staging::begin(&site.settings.output_root).unwrap();
    let ledger = Ledger::load(&site.settings.output_root, UNIX_EPOCH).unwrap();
    let outputs = site.outputs(&staging, &[("a.css", "2"), ("t.txt", "text"), ("gone.txt", "gone")]);
    fs::write(site.folder.path().join("assets/t.txt"), "changed").unwrap();
    fs::remove_file(site.folder.path().join("assets/gone.txt")).unwrap();
    let session = Session::forgetful(&site.settings);
    let cx = Context::new(&site.settings, &Silent, &session);
    emit(&cx, &staging, ledger, &outputs, UNIX_EPOCH).unwrap_err();
    drop(staging);
    insta::assert_snapshot!(said(cx.diagnostics()), @r"
    error[source-changed]: `assets/gone.txt` changed while it was being built; nothing was written
      at assets/gone.txt
      hint: build again
    error[source-changed]: `assets/t.txt` changed while it was being built; nothing was written
      at assets/t.txt
      hint: build again
    ");
    assert_eq!(site.tree(), before);
}
