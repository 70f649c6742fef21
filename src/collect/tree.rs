use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::Path;

use rayon::prelude::*;
use serde::Deserialize;

use super::Request;
use super::names::{MANIFEST, fingerprint, split_fingerprint};
use crate::config::{Coding, Mode};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::emit::manifest::Manifest;
use crate::fs::{self, EntryKind};
use crate::ledger;

/// What lies in `STATIC_ROOT`.
pub struct Tree {
    /// The files to give names to: what was collected, without what an earlier run or Django made of it. Name and fingerprint of
    /// the bytes.
    pub files: BTreeMap<String, String>,
    /// Everything that has a name, products included.
    pub all: BTreeSet<String>,
    pub folders: BTreeSet<String>,
    /// Products whose bytes are those that their name says.
    pub whole: BTreeSet<String>,
    /// What assetc built, if that was collected.
    built: Option<Manifest>,
}

/// As much of `staticfiles.json` as tells who wrote it.
#[derive(Deserialize)]
struct Previous {
    paths: BTreeMap<String, String>,
    #[expect(dead_code, reason = "a file without it is not Django's")]
    version: String,
}

impl Tree {
    /// Lists and hashes everything.
    pub fn read(request: &Request, diagnostics: &mut Vec<Diagnostic>) -> Result<Self, Diagnostic> {
        let root = &request.static_root;
        let (mut all, mut folders) = (BTreeSet::new(), BTreeSet::new());
        list(root, "", &mut all, &mut folders)?;
        all.remove(MANIFEST);
        let previous = previous(request)?;
        let built = fs::read(&root.join(ledger::MANIFEST)).ok().and_then(|bytes| Manifest::parse(&bytes));
        if built.as_ref().is_some_and(|built| built.mode == Mode::Development) {
            diagnostics.push(
                Diagnostic::warning(
                    Code::DevelopmentBuild,
                    "the build of assetc in this folder is one for development",
                )
                .at(Place::file(format!("{}/{}", request.shown, ledger::MANIFEST)))
                .hint("run `assetc build` before `collectstatic`"),
            );
        }
        let owned = built.as_ref().map(owned).unwrap_or_default();
        let open: Vec<&String> = all.iter().filter(|name| !owned.contains(*name)).collect();
        let hashed: Result<Vec<(String, String)>, Diagnostic> = open
            .par_iter()
            .map(|name| match fs::read(&root.join(name)) {
                Ok(bytes) => Ok(((*name).clone(), fingerprint(&bytes))),
                Err(error) => Err(Diagnostic::unreadable(&format!("{}/{name}", request.shown), &fs::reason(&error))),
            })
            .collect();
        let mut tree = Self { files: hashed?.into_iter().collect(), all, folders, whole: BTreeSet::new(), built };
        tree.take_products_out(&previous);
        Ok(tree)
    }

    /// Names for what assetc built: its own, under every name that a template may use.
    pub fn final_names(&self) -> BTreeMap<String, String> {
        let files = self.built.iter().flat_map(|built| &built.files);
        let there = files.filter(|(_, file)| self.all.contains(file.path.as_str()));
        let names = there.flat_map(|(logical, file)| [(logical, &file.path), (&file.path, &file.path)]);
        names.map(|(name, path)| (name.to_string(), path.to_string())).collect()
    }

    /// Products are told by themselves: the name holds the fingerprint of the bytes, and the file that it was made of is there. Those of
    /// a circle of references are told by the manifest alone. The compressed siblings of products are products.
    fn take_products_out(&mut self, previous: &BTreeMap<String, String>) {
        let listed: BTreeSet<&String> = previous
            .iter()
            .filter(|(name, path)| name != path && self.all.contains(*name))
            .map(|(_, path)| path)
            .collect();
        for (name, digits) in &self.files {
            let Some((plain, written)) = split_fingerprint(name) else { continue };
            if self.all.contains(&plain) && (written == digits || listed.contains(name)) {
                self.whole.insert(name.clone());
            }
        }
        let is_sibling = |name: &str| {
            let suffixes = [Coding::Brotli, Coding::Gzip, Coding::Zstd].map(Coding::suffix);
            suffixes.iter().filter_map(|suffix| name.strip_suffix(suffix)).any(|whole| self.whole.contains(whole))
        };
        let products: Vec<String> =
            self.files.keys().filter(|name| self.whole.contains(*name) || is_sibling(name)).cloned().collect();
        for name in products {
            self.files.remove(&name);
        }
    }
}

/// Every file that assetc wrote, siblings included.
fn owned(built: &Manifest) -> BTreeSet<String> {
    let names = built.files.values().flat_map(|file| [Some(&file.path), file.plain.as_ref()]);
    let names: BTreeSet<&str> = names.flatten().chain(&built.retained).map(|path| path.as_str()).collect();
    let suffixes = ["", Coding::Brotli.suffix(), Coding::Gzip.suffix(), Coding::Zstd.suffix()];
    let with_siblings = names.iter().flat_map(|name| suffixes.map(|suffix| format!("{name}{suffix}")));
    with_siblings.chain([ledger::MANIFEST.to_owned()]).collect()
}

fn list(
    root: &Path,
    below: &str,
    files: &mut BTreeSet<String>,
    folders: &mut BTreeSet<String>,
) -> Result<(), Diagnostic> {
    let folder = root.join(below);
    let listed = fs::list(&folder)
        .map_err(|error| Diagnostic::unreadable(&folder.display().to_string(), &fs::reason(&error)))?;
    for (name, kind) in listed {
        let Some(name) = name.to_str() else {
            let shown = folder.join(&name).display().to_string();
            return Err(Diagnostic::error(
                Code::UnusablePath,
                "the name of this file is not UTF-8, so no URL can name it",
            )
            .at(Place::file(shown))
            .hint("rename the file where it comes from"));
        };
        // `collectstatic` brings none; what is there by hand stays as it is.
        if name.starts_with('.') {
            continue;
        }
        let path = if below.is_empty() { name.to_owned() } else { format!("{below}/{name}") };
        // `collectstatic --link` makes links to files.
        if kind == EntryKind::Folder {
            list(root, &path, files, folders)?;
            folders.insert(path);
        } else if fs::is_file(&root.join(&path)) {
            files.insert(path);
        }
    }
    Ok(())
}

/// The names that an earlier run gave. A file of this name that is no manifest is somebody's.
fn previous(request: &Request) -> Result<BTreeMap<String, String>, Diagnostic> {
    let bytes = match fs::read(&request.static_root.join(MANIFEST)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => {
            return Err(Diagnostic::unreadable(&format!("{}/{MANIFEST}", request.shown), &fs::reason(&error)));
        }
    };
    serde_json::from_slice(&bytes).map(|previous: Previous| previous.paths).map_err(|_| {
        let name = format!("{}/{MANIFEST}", request.shown);
        Diagnostic::error(Code::NotOurs, format!("`{name}` is in the way of Django's manifest, and is none"))
            .at(Place::file(name))
            .hint("move or delete that file; `assetc collect` writes it anew")
    })
}
