use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::Subject;
use super::survey::Found;
use crate::emit::manifest::{Manifest, ManifestEntry};
use crate::fs::{self, EntryKind};
use crate::path::{ProjectPath, UrlPath};

/// Every static file that templates may name.
pub struct Catalog<'a> {
    pub manifest: &'a Manifest,
    /// By name, the files on disk that have it, those of the output folder first.
    pub files: BTreeMap<String, Vec<PathBuf>>,
    folders: BTreeSet<String>,
    /// `build/` for the output folder `public/build`: what names begin with where the web server shows `public`.
    prefix: &'a str,
    root: &'a Path,
    environments: Vec<PathBuf>,
    installed: OnceLock<Vec<PathBuf>>,
}

/// What a name stands for.
#[derive(Debug, PartialEq, Eq)]
pub enum Meaning {
    File,
    /// Only scripts load it: it has no plain name.
    Chunk,
    Folder,
    /// There is nothing of this name, but a file whose name differs in case.
    OtherCase(String),
    Missing {
        near: Option<String>,
    },
    /// It may belong to an installed package that cannot be seen.
    Unknown,
}

impl<'a> Catalog<'a> {
    pub fn new(subject: &Subject<'a>, found: &Found) -> Self {
        let settings = subject.settings;
        let mut files: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
        list_files(&settings.output_root, "", &mut files);
        for (folder, name) in &found.app_files {
            files.entry(name.clone()).or_default().push(folder.on_disk(&settings.root).join(name));
        }
        let folders = files
            .keys()
            .flat_map(|name| name.match_indices('/').map(|(slash, _)| name[..slash].to_owned()).collect::<Vec<_>>());
        let environments = found.environments.iter().map(|path| path.on_disk(&settings.root));
        Self {
            manifest: subject.manifest,
            folders: folders.collect(),
            files,
            prefix: settings.prefix.trim_start_matches('/'),
            root: &settings.root,
            environments: environments.chain(subject.environment.clone()).collect(),
            installed: OnceLock::new(),
        }
    }

    pub fn meaning(&self, written: &str) -> Meaning {
        let name = written.strip_prefix(self.prefix).unwrap_or(written);
        let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
        let name = name.split(['?', '#']).next().unwrap_or_default();
        if self.files.contains_key(name) {
            return Meaning::File;
        }
        if self.folders.contains(name.trim_end_matches('/')) {
            // Django leaves a name alone that ends with a slash.
            return if name.ends_with('/') { Meaning::File } else { Meaning::Folder };
        }
        if UrlPath::new(Path::new(name)).is_some_and(|path| self.manifest.files.contains_key(&path)) {
            return Meaning::Chunk;
        }
        if let Some(same) = self.files.keys().find(|file| file.eq_ignore_ascii_case(name)) {
            return Meaning::OtherCase(same.clone());
        }
        let installed = self.installed();
        if installed.iter().any(|folder| fs::is_file(&folder.join(name))) {
            return Meaning::File;
        }
        if installed.iter().any(|folder| fs::is_folder(&folder.join(name.trim_end_matches('/')))) {
            return if name.ends_with('/') { Meaning::File } else { Meaning::Folder };
        }
        let near = crate::diagnostic::did_you_mean(name, self.nameable()).map(str::to_owned);
        let top = name.split_once('/').map(|(top, _)| top);
        let ours = top.is_some_and(|top| self.folders.contains(top));
        if near.is_none() && installed.is_empty() && !ours {
            return Meaning::Unknown;
        }
        Meaning::Missing { near }
    }

    pub fn entry(&self, name: &str) -> Option<&ManifestEntry> {
        let name = name.strip_prefix(self.prefix).unwrap_or(name);
        self.manifest.entries.get(&UrlPath::new(Path::new(name))?)
    }

    /// A file of the project as its user knows it.
    pub fn shown(&self, path: &Path) -> String {
        ProjectPath::below(self.root, path).map_or(path.display().to_string(), |path| path.to_string())
    }

    /// Names without fingerprints.
    fn nameable(&self) -> impl Iterator<Item = &str> {
        let fingerprinted: BTreeSet<&str> = self
            .manifest
            .files
            .values()
            .filter(|file| file.plain.as_ref() != Some(&file.path))
            .map(|file| file.path.as_str())
            .chain(self.manifest.retained.iter().map(UrlPath::as_str))
            .collect();
        self.files.keys().map(String::as_str).filter(move |name| {
            let whole = name.trim_end_matches(".br").trim_end_matches(".gz").trim_end_matches(".zst");
            !fingerprinted.contains(whole)
        })
    }

    /// The folders of installed packages that hold static files, looked for when something is missing.
    fn installed(&self) -> &[PathBuf] {
        self.installed.get_or_init(|| {
            let mut found = Vec::new();
            for environment in &self.environments {
                for (python, _) in fs::list(&environment.join("lib")).unwrap_or_default() {
                    static_folders(&environment.join("lib").join(python).join("site-packages"), 4, &mut found);
                }
            }
            found
        })
    }
}

/// Every file below the folder, by name; dot-files are never served.
fn list_files(folder: &Path, below: &str, files: &mut BTreeMap<String, Vec<PathBuf>>) {
    for (name, kind) in fs::list(folder).unwrap_or_default() {
        let Some(name) = name.to_str().filter(|name| !name.starts_with('.')) else { continue };
        let path = if below.is_empty() { name.to_owned() } else { format!("{below}/{name}") };
        match kind {
            EntryKind::Folder => list_files(&folder.join(name), &path, files),
            _ => files.entry(path).or_default().push(folder.join(name)),
        }
    }
}

/// Folders called `static` in packages, such as `django/contrib/admin/static`.
fn static_folders(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    for (name, kind) in fs::list(folder).unwrap_or_default() {
        if kind != EntryKind::Folder || depth == 0 {
            continue;
        }
        if name == "static" {
            found.push(folder.join(name));
        } else if name != "__pycache__" {
            static_folders(&folder.join(name), depth - 1, found);
        }
    }
}
