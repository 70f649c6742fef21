use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::fs::{self, EntryKind, OutputError};
use crate::path::UrlPath;

/// What lies in the folders of the output tree that matter to a build, found by listing each of them once.
///
/// Symbolic links are not followed: what lies behind one counts as not there.
pub struct Survey {
    root: PathBuf,
    found: BTreeMap<String, EntryKind>,
}

impl Survey {
    /// Looks into every folder above one of `paths`.
    pub fn of<'p>(root: &Path, paths: impl Iterator<Item = &'p UrlPath>) -> Result<Self, OutputError> {
        let mut survey = Self { root: root.to_owned(), found: BTreeMap::new() };
        survey.look_into("")?;
        // In this order a folder comes before those in it.
        let folders: BTreeSet<_> = paths.flat_map(folders_above).collect();
        for folder in folders {
            if survey.at(folder) == Some(EntryKind::Folder) {
                survey.look_into(folder)?;
            }
        }
        Ok(survey)
    }

    /// What is at `path`, a path of the output tree; `None` when nothing is.
    pub fn at(&self, path: &str) -> Option<EntryKind> {
        self.found.get(path).copied()
    }

    pub fn has_file(&self, path: &UrlPath) -> bool {
        self.at(path.as_str()) == Some(EntryKind::File)
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    fn look_into(&mut self, folder: &str) -> Result<(), OutputError> {
        let on_disk = self.root.join(folder);
        let listed = fs::list(&on_disk).map_err(|error| OutputError::Unreadable { path: on_disk, error })?;
        // No output has a name that is not UTF-8.
        let named = listed.into_iter().filter_map(|(name, kind)| Some((name.into_string().ok()?, kind)));
        self.found.extend(named.map(|(name, kind)| match folder {
            "" => (name, kind),
            _ => (format!("{folder}/{name}"), kind),
        }));
        Ok(())
    }
}

/// The folders that `path` lies in, the innermost first; without the output root itself.
pub fn folders_above(path: &UrlPath) -> impl Iterator<Item = &str> {
    let above = |path: &str| path.rfind('/');
    std::iter::successors(above(path.as_str()), move |&slash| above(&path.as_str()[..slash]))
        .map(|slash| &path.as_str()[..slash])
}
