use std::path::Path;
use std::time::SystemTime;

use ignore::gitignore::GitignoreBuilder;

use crate::compress::decompress;
use crate::config::{Coding, Settings};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::emit::manifest::Manifest;
use crate::fs::{self, EntryKind};
use crate::ledger::LEDGER;
use crate::path::ProjectPath;

/// What is wrong with the output folder.
pub fn of_the_project(settings: &Settings, manifest: Option<&Manifest>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let shown = shown(settings, &settings.output_root);
    match manifest {
        None => found.push(
            Diagnostic::error(Code::NoBuild, format!("there is no build in `{shown}`")).hint("run `assetc build`"),
        ),
        Some(manifest) => found.extend(stale_build(settings, manifest)),
    }
    found.extend(not_ignored(settings, &shown));
    stale_siblings(settings, &settings.output_root, &mut found);
    found
}

/// What is wrong with what was collected.
pub fn of_the_static_root(settings: &Settings, root: &Path) -> Vec<Diagnostic> {
    let root = settings.root.join(root);
    let mut found = Vec::new();
    if root != settings.output_root {
        stale_siblings(settings, &root, &mut found);
    }
    if let Some(path) = unreadable(&root) {
        let path = shown(settings, &path);
        found.push(
            Diagnostic::warning(Code::UnreadableForServer, format!("only its owner can read `{path}`"))
                .at(Place::file(&path))
                .hint(format!("`chmod -R a+rX {}`, if the web server runs as another user", shown(settings, &root))),
        );
    }
    found
}

/// A source that changed since the last build that ended well, whose time is the ledger's.
fn stale_build(settings: &Settings, manifest: &Manifest) -> Option<Diagnostic> {
    let built = fs::modified(&settings.output_root.join(LEDGER)).ok()?;
    let newer = |path: &ProjectPath| {
        let modified: SystemTime = fs::modified(&path.on_disk(&settings.root)).unwrap_or(SystemTime::now());
        modified > built
    };
    let source = manifest.files.values().map(|file| &file.source).find(|source| newer(source))?;
    Some(
        Diagnostic::warning(Code::StaleBuild, format!("`{source}` changed after the last build"))
            .at(Place::file(source.as_str()))
            .hint("run `assetc build`"),
    )
}

fn not_ignored(settings: &Settings, shown: &str) -> Option<Diagnostic> {
    let git = fs::is_folder(&settings.root.join(".git"));
    let mut rules = GitignoreBuilder::new(&settings.root);
    rules.add(settings.root.join(".gitignore"));
    let ignored = rules.build().is_ok_and(|rules| {
        settings.output_root.starts_with(&settings.root)
            && rules.matched_path_or_any_parents(&settings.output_root, true).is_ignore()
    });
    (git && !ignored).then(|| {
        Diagnostic::warning(Code::NotIgnored, format!("git does not ignore the output folder `{shown}`"))
            .hint(format!("add `/{shown}/` to `.gitignore`"))
    })
}

/// Compressed files that do not hold what the file beside them holds.
fn stale_siblings(settings: &Settings, folder: &Path, found: &mut Vec<Diagnostic>) {
    for (name, kind) in fs::list(folder).unwrap_or_default() {
        let Some(name) = name.to_str().filter(|name| !name.starts_with('.')) else { continue };
        let path = folder.join(name);
        if kind == EntryKind::Folder {
            stale_siblings(settings, &path, found);
            continue;
        }
        let codings = [Coding::Brotli, Coding::Gzip].into_iter();
        let Some((coding, whole)) =
            codings.filter_map(|coding| Some((coding, name.strip_suffix(coding.suffix())?))).next()
        else {
            continue;
        };
        let (Ok(bytes), Ok(compressed)) = (fs::read(&folder.join(whole)), fs::read(&path)) else { continue };
        if decompress(&compressed, coding, bytes.len()).is_none_or(|decompressed| decompressed != bytes) {
            let path = shown(settings, &path);
            found.push(
                Diagnostic::error(Code::StaleSibling, format!("`{path}` does not hold what `{whole}` beside it holds"))
                    .at(Place::file(&path))
                    .hint("delete it; servers send it in place of the file"),
            );
        }
    }
}

/// A file or folder that others than its owner cannot read.
fn unreadable(path: &Path) -> Option<std::path::PathBuf> {
    for (name, kind) in fs::list(path).ok()? {
        let path = path.join(name);
        if !fs::is_readable_by_all(&path) {
            return Some(path);
        }
        if kind == EntryKind::Folder
            && let Some(path) = unreadable(&path)
        {
            return Some(path);
        }
    }
    None
}

fn shown(settings: &Settings, path: &Path) -> String {
    ProjectPath::below(&settings.root, path).map_or(path.display().to_string(), |path| path.to_string())
}
