//! Finds the sources.
//!
//! In: settings and the disk. Out: every file below a source root that is not ignored, sorted by path, and the
//! roots themselves. Not here: what is an entry (`link`), reading files (`scan`).

mod find_roots;

use std::path::Path;
use std::sync::Mutex;

use ignore::{DirEntry, WalkBuilder};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::config::Settings;
use crate::context::Context;
use crate::diagnostic::{Code, Diagnostic, Place, did_you_mean};
use crate::fs;
use crate::graph::{Kind, SourceFile};
use crate::inputs::Reads;
use crate::path::{ProjectPath, UrlPath};
use find_roots::RootPatterns;

/// What lies below the source roots.
#[derive(Debug, Default)]
pub struct Sources {
    /// Sorted by path.
    pub files: Vec<SourceFile>,
    /// The folders that are source roots, sorted.
    pub roots: Vec<ProjectPath>,
}

impl Sources {
    /// The place in the output of a file with this path: below the nearest source root around it.
    pub fn locate(&self, path: &ProjectPath) -> Option<Location> {
        locate(&self.roots, path)
    }
}

/// Where a source goes.
pub struct Location {
    pub logical: UrlPath,
    pub partial: bool,
}

/// Walks the project's folder, but only where a source root can be.
pub fn discover(cx: &Context) -> Sources {
    let settings = cx.settings;
    let patterns = RootPatterns::new(&settings.roots);
    let parts = (format!("{:?}{:?}", settings.roots, settings.ignore), settings.output_root.to_str());
    let remembered = cx.store.memo_reading("discover", &parts, &cx.reads, |reads| {
        let heard = Mutex::default();
        let found = walk(&Walk { settings, reads, heard: &heard }, patterns.clone());
        (found, heard.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()))
    });
    let (found, diagnostics) = &*remembered;
    cx.report_all(diagnostics.iter().cloned());

    let mut roots: Vec<ProjectPath> = Vec::new();
    let mut files: Vec<&ProjectPath> = Vec::new();
    for Found { path, is_folder } in found {
        match is_folder {
            false => files.push(path),
            true => roots.extend(patterns.is_root(path.as_str()).then(|| path.clone())),
        }
    }
    roots.sort();
    files.sort();
    report_missing_roots(cx, &patterns, &roots);
    report_overlap(cx, &roots);

    let file = |path: &ProjectPath| {
        let Location { logical, partial } = locate(&roots, path)?;
        let on_disk = path.on_disk(&settings.root);
        let size = cx.reads.view().stat(&on_disk).map_or(0, |stat| stat.size);
        Some(SourceFile { logical: Some(logical), partial, size, ..SourceFile::new(path.clone(), on_disk) })
    };
    let files = files.par_iter().with_min_len(64).filter_map(|path| file(path)).collect();
    Sources { files, roots }
}

#[derive(Serialize, Deserialize)]
struct Found {
    path: ProjectPath,
    is_folder: bool,
}

/// What a walk needs to know, and where it says what is wrong.
struct Walk<'a> {
    settings: &'a Settings,
    reads: &'a Reads,
    heard: &'a Mutex<Vec<Diagnostic>>,
}

impl Walk<'_> {
    fn report(&self, diagnostic: Diagnostic) {
        self.heard.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(diagnostic);
    }
}

fn walk(walk: &Walk, patterns: RootPatterns) -> Vec<Found> {
    let settings = walk.settings;
    let (root, output_root, ignore) = (settings.root.clone(), settings.output_root.clone(), settings.ignore.clone());
    let entries = WalkBuilder::new(&settings.root)
        .hidden(false) // Our own filter knows better: a source root may be a dot-folder.
        .parents(false)
        .git_global(false)
        .git_exclude(false)
        .require_git(false) // Docker images have no `.git`, and must build the same.
        .follow_links(true)
        .filter_entry(move |entry| {
            let Ok(relative) = entry.path().strip_prefix(&root) else { return false };
            !ignore.is_match(relative)
                && relative.to_str().is_none_or(|relative| {
                    patterns.may_hold(relative) && (entry.path() != output_root || patterns.spell_out(relative))
                })
        })
        .build();
    let found = entries.filter_map(|entry| match entry {
        Ok(entry) => found(walk, &entry),
        Err(error) => {
            walk.report(walk_error(&settings.root, &error));
            None
        }
    });
    found.collect()
}

fn found(walk: &Walk, entry: &DirEntry) -> Option<Found> {
    let relative = entry.path().strip_prefix(&walk.settings.root).ok()?;
    let Some(path) = ProjectPath::new(relative) else {
        walk.report(
            Diagnostic::error(Code::UnusablePath, "the name of this file is not UTF-8, so no URL can name it")
                .at(Place::file(relative.to_string_lossy()))
                .hint("rename the file"),
        );
        return None;
    };
    if entry.path_is_symlink() {
        // The folder's listing does not tell where it leads.
        walk.reads.kind(entry.path());
    }
    // The links are followed already.
    let kind = entry.file_type()?;
    if kind.is_dir() {
        note_folder(walk.reads, entry.path());
    }
    // Sockets and pipes are no sources: reading one could wait for ever.
    (kind.is_dir() || kind.is_file()).then_some(Found { path, is_folder: kind.is_dir() })
}

/// Writes down what of a folder decides which sources are found in it.
fn note_folder(reads: &Reads, folder: &Path) {
    // The walk lists it too, and says so when it cannot.
    let Ok(names) = reads.list(folder) else { return };
    for name in [".gitignore", ".ignore"] {
        let path = folder.join(name);
        match names.kind_of(name.as_ref()) {
            Some(_) => drop(reads.hash(&path)),
            // Names with a dot are passed over in listings, so that it is missing must be written down too.
            None => drop(reads.kind(&path)),
        }
    }
}

fn walk_error(root: &Path, error: &ignore::Error) -> Diagnostic {
    let shown = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned();
    match error {
        ignore::Error::Loop { ancestor, child } => Diagnostic::error(
            Code::SymlinkLoop,
            format!("this symbolic link leads back to `{}`, a folder above it", shown(ancestor)),
        )
        .at(Place::file(shown(child)))
        .hint("remove the link, or let `ignore` in assetc.toml name it"),
        ignore::Error::WithDepth { err, .. } => walk_error(root, err),
        ignore::Error::WithPath { path, err } => match &**err {
            ignore::Error::Io(error) => Diagnostic::unreadable(&shown(path), &reason(path, error)),
            other => Diagnostic::unreadable(&shown(path), &other.to_string()),
        },
        other => Diagnostic::error(Code::UnreadableFile, format!("the source tree cannot be read: {other}")),
    }
}

/// Why a path cannot be read, in the system's words: the walk puts its own around them.
fn reason(path: &Path, error: &std::io::Error) -> String {
    fs::size(path)
        .map(|_| ())
        .and_then(|()| fs::list(path).map(|_| ()))
        .err()
        .as_ref()
        .map_or_else(|| fs::reason(error), fs::reason)
}

fn locate(roots: &[ProjectPath], path: &ProjectPath) -> Option<Location> {
    let below = roots
        .iter()
        .filter_map(|root| path.as_str().strip_prefix(root.as_str())?.strip_prefix('/'))
        .min_by_key(|below| below.len())?;
    let kind = Kind::of(below);
    let logical = UrlPath::new(Path::new(below))?;
    Some(Location {
        logical: match kind.output_extension() {
            Some(extension) => logical.with_extension(extension),
            None => logical,
        },
        partial: kind.is_code() && below.split('/').any(|segment| segment.starts_with('_')),
    })
}

fn report_missing_roots(cx: &Context, patterns: &RootPatterns, found: &[ProjectPath]) {
    for pattern in patterns.without_match(found) {
        let glob = pattern.text.contains(['*', '?', '[', '{']);
        let message = if glob {
            format!("no folder matches the source root `{}`", pattern.text)
        } else {
            format!("there is no folder `{}`", pattern.text)
        };
        let near = if glob { None } else { near_folder(cx, &pattern.text) };
        let hint = if let Some(near) = near {
            format!("did you mean `{near}`?")
        } else if pattern.place.is_some() {
            "correct `roots` in assetc.toml, or create the folder".to_owned()
        } else {
            format!(
                "put your stylesheets, scripts and images into `{}`, or name their folders in assetc.toml: roots = [\"frontend\"]",
                pattern.text
            )
        };
        let place = pattern.place.clone().unwrap_or_else(|| Place::file(pattern.text.as_str()));
        cx.report(Diagnostic::error(Code::MissingRoot, message).at(place).hint(hint));
    }
}

/// The folder beside the missing one that is probably meant.
fn near_folder(cx: &Context, missing: &str) -> Option<String> {
    let (parent, name) = missing.trim_end_matches('/').rsplit_once('/').unwrap_or(("", missing));
    let folders: Vec<String> = fs::list(&cx.settings.root.join(parent))
        .ok()?
        .into_iter()
        .filter(|(_, kind)| *kind == fs::EntryKind::Folder)
        .filter_map(|(name, _)| name.into_string().ok())
        .collect();
    let near = did_you_mean(name, folders.iter().map(String::as_str).filter(|name| !name.starts_with('.')))?;
    Some(if parent.is_empty() { near.to_owned() } else { format!("{parent}/{near}") })
}

/// Built files must not become sources, and sources must not be published.
fn report_overlap(cx: &Context, roots: &[ProjectPath]) {
    let output_root = &cx.settings.output_root;
    for root in roots {
        let on_disk = root.on_disk(&cx.settings.root);
        let how = if *output_root == on_disk {
            "is the source root"
        } else if output_root.starts_with(&on_disk) {
            "lies inside the source root"
        } else if on_disk.starts_with(output_root) {
            "holds the source root"
        } else {
            continue;
        };
        let shown = match output_root.strip_prefix(&cx.settings.root) {
            Ok(below) if below.as_os_str().is_empty() => ".".into(),
            Ok(below) => below.to_string_lossy(),
            Err(_) => output_root.to_string_lossy(),
        };
        cx.report(
            Diagnostic::error(Code::OutputOverlapsSource, format!("the output folder `{shown}` {how} `{root}`"))
                .hint("choose another folder with `--out` or `[output] dir` in assetc.toml"),
        );
    }
}

#[cfg(test)]
mod tests;
