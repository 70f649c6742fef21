use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use rayon::prelude::*;

use crate::context::Context;
use crate::diagnostic::Code;
use crate::fs::{self, EntryKind, OutputError};
use crate::graph::OutputFile;
use crate::hash::ContentHash;
use crate::ledger::{Ledger, MANIFEST, manifest_path};
use crate::path::{ProjectPath, UrlPath};

use super::claim_names::{Claim, Claims};
use super::conflict::Words;
use super::manifest::Manifest;
use super::survey::{Survey, folders_above};

/// How a file comes to its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Write {
    /// Whether an older file of ours is there.
    pub over: bool,
    pub turn: Turn,
}

/// When a file comes to its place: after all that it may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    Fingerprinted,
    Plain,
    Manifest,
}

/// What is to be done with each claimed name.
#[derive(Default)]
pub struct Targets<'a> {
    pub write: BTreeMap<&'a UrlPath, Write>,
    pub unchanged: usize,
    pub obstacles: Obstacles,
}

/// Files and folders of ours that stand where this build needs a folder or a file.
#[derive(Default)]
pub struct Obstacles {
    pub files: BTreeSet<UrlPath>,
    /// Outermost first.
    pub folders: BTreeSet<UrlPath>,
}

/// What lies where a file is to be written.
enum There {
    Nothing,
    /// The very bytes that are to be written.
    Equal,
    /// Bytes that we wrote.
    Ours,
    /// We wrote the file, but not these bytes.
    Edited,
    Folder,
    Link,
    /// A file that we did not write.
    Foreign,
}

/// Finds out which outputs are there already and reports everything that is in the way.
pub fn check_targets<'a>(
    cx: &Context,
    words: &Words,
    ledger: &Ledger,
    claims: &Claims<'a>,
    survey: &Survey,
) -> Targets<'a> {
    let mut targets = Targets::default();
    let unreadable = |path: &UrlPath, error: io::Error| {
        let path = path.on_disk(survey.root());
        cx.report(OutputError::Unreadable { path, error }.into_diagnostic(&cx.settings.root));
    };

    let mut obstacles: BTreeMap<UrlPath, &ProjectPath> = BTreeMap::new();
    for (folder, source) in folders_of(claims) {
        match survey.at(folder) {
            None | Some(EntryKind::Folder) => {}
            Some(EntryKind::Link) => cx.report(words.link(folder, source)),
            Some(EntryKind::Other) => cx.report(words.not_ours(folder, source)),
            Some(EntryKind::File) => match UrlPath::new(Path::new(folder)).filter(|path| ledger.owns(path)) {
                Some(file) => drop(obstacles.insert(file, source)),
                None => cx.report(words.not_ours(folder, source)),
            },
        }
    }

    let looked: Vec<_> =
        claims.par_iter().map(|(path, claim)| (*path, claim, look(cx, survey, ledger, claim))).collect();
    for (path, claim, there) in looked {
        let over = match there {
            Ok(There::Nothing) => false,
            Ok(There::Ours) => true,
            Ok(There::Equal) => {
                targets.unchanged += 1;
                continue;
            }
            Ok(There::Folder) => {
                let mut files = BTreeSet::new();
                match own_contents(survey.root(), path, ledger, &mut files, &mut targets.obstacles.folders) {
                    Ok(None) => obstacles.extend(files.into_iter().map(|file| (file, claim.source))),
                    Ok(Some(inside)) => {
                        cx.report(words.folder_not_ours(path.as_str(), claim.source, Some(&words.name(inside))));
                    }
                    Err(error) => unreadable(path, error),
                }
                false
            }
            Ok(There::Edited) => {
                cx.report(words.edited(path, claim.source));
                continue;
            }
            Ok(There::Foreign) => {
                cx.report(words.not_ours(path.as_str(), claim.source));
                continue;
            }
            Ok(There::Link) => {
                cx.report(words.link(path.as_str(), claim.source));
                continue;
            }
            Err(error) => {
                unreadable(path, error);
                continue;
            }
        };
        let turn = match claim {
            Claim { manifest: true, .. } => Turn::Manifest,
            Claim { file: OutputFile { immutable: true, .. }, .. } => Turn::Fingerprinted,
            _ => Turn::Plain,
        };
        targets.write.insert(path, Write { over, turn });
    }

    for (file, source) in obstacles {
        match wrote_what_is_there(cx, survey.root(), ledger, &file) {
            Ok(true) => {}
            Ok(false) => cx.report(words.edited(&file, source)),
            Err(error) => unreadable(&file, error),
        }
        targets.obstacles.files.insert(file);
    }
    targets
}

/// The bytes of the manifest that is there; reports it when it is none of ours.
pub fn check_manifest(
    cx: &Context,
    words: &Words,
    ledger: &Ledger,
    survey: &Survey,
    manifest: &Manifest,
) -> Option<Vec<u8>> {
    let path = manifest_path();
    if !survey.has_file(&path) {
        if survey.at(MANIFEST).is_some() {
            cx.report(words.manifest(MANIFEST, Code::NotOurs));
        }
        return None;
    }
    let on_disk = path.on_disk(survey.root());
    match fs::read(&on_disk) {
        Ok(bytes) => {
            // An empty one holds nothing that could be lost.
            let ours = bytes.is_empty() || ledger.wrote(&path, ContentHash::of(&bytes));
            if !ours && bytes != manifest.to_bytes() {
                let code = if ledger.owns(&path) { Code::EditedByHand } else { Code::NotOurs };
                cx.report(words.manifest(MANIFEST, code));
            }
            Some(bytes)
        }
        Err(error) => {
            cx.report(OutputError::Unreadable { path: on_disk, error }.into_diagnostic(&cx.settings.root));
            None
        }
    }
}

/// Whether the file that is there has bytes that we wrote. An empty file holds nothing that could be lost: a crash of the
/// whole machine can leave one.
pub fn wrote_what_is_there(cx: &Context, root: &Path, ledger: &Ledger, path: &UrlPath) -> io::Result<bool> {
    let (size, hash) = cx.outputs.hash(&path.on_disk(root))?;
    Ok(ledger.wrote(path, hash) || (size == 0 && ledger.owns(path)))
}

fn look(cx: &Context, survey: &Survey, ledger: &Ledger, claim: &Claim) -> io::Result<There> {
    let path = &claim.file.path;
    match survey.at(path.as_str()) {
        None => return Ok(There::Nothing),
        Some(EntryKind::Folder) => return Ok(There::Folder),
        Some(EntryKind::Link) => return Ok(There::Link),
        Some(EntryKind::Other) => return Ok(There::Foreign),
        Some(EntryKind::File) => {}
    }
    let on_disk = path.on_disk(survey.root());
    let size = fs::size(&on_disk)?;
    if size != claim.file.size && !ledger.owns(path) {
        return Ok(There::Foreign);
    }
    let (_, hash) = cx.outputs.hash(&on_disk)?;
    Ok(if hash == claim.file.hash {
        There::Equal
    } else if ledger.wrote(path, hash) || (size == 0 && ledger.owns(path)) {
        There::Ours
    } else if ledger.owns(path) {
        There::Edited
    } else {
        There::Foreign
    })
}

/// Every folder that a claimed file needs, with the first source that needs it.
fn folders_of<'a>(claims: &Claims<'a>) -> BTreeMap<&'a str, &'a ProjectPath> {
    let mut folders = BTreeMap::new();
    for claim in claims.values() {
        for folder in folders_above(&claim.file.path) {
            folders.entry(folder).or_insert(claim.source);
        }
    }
    folders
}

/// Collects what lies in `folder`, if all of it is ours; else gives the first that is not.
fn own_contents(
    root: &Path,
    folder: &UrlPath,
    ledger: &Ledger,
    files: &mut BTreeSet<UrlPath>,
    folders: &mut BTreeSet<UrlPath>,
) -> io::Result<Option<String>> {
    let mut listed = fs::list(&folder.on_disk(root))?;
    listed.sort_by(|a, b| a.0.cmp(&b.0));
    for (name, kind) in listed {
        let path = name.to_str().and_then(|name| UrlPath::new(&Path::new(folder.as_str()).join(name)));
        match path {
            Some(path) if kind == EntryKind::File && ledger.owns(&path) => drop(files.insert(path)),
            Some(path) if kind == EntryKind::Folder => {
                if let Some(inside) = own_contents(root, &path, ledger, files, folders)? {
                    return Ok(Some(inside));
                }
            }
            _ => return Ok(Some(format!("{folder}/{}", name.display()))),
        }
    }
    folders.insert(folder.clone());
    Ok(None)
}
