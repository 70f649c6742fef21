use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::config::Settings;
use crate::context::Session;
use crate::fs::{self, Stat};
use crate::graph::Report;
use crate::inputs::{Reads, Trace};
use crate::ledger::{LEDGER, MANIFEST};

/// What the output folder held after a publish: its folders by the names in them, the files that say what is ours by their
/// state. A file that is edited in place is not noticed; every other change is.
#[derive(Serialize, Deserialize)]
pub struct OutputState {
    /// Relative to the output folder.
    folders: BTreeMap<String, Folder>,
    files: Vec<(String, Stat)>,
}

#[derive(Serialize, Deserialize)]
struct Folder {
    names: u64,
    /// If its state is this, so are its names. Only a state that had settled.
    stat: Option<Stat>,
}

impl OutputState {
    /// The state after the build that `report` tells of, and what is known of the outputs.
    pub fn after(session: &Session, settings: &Settings, report: &Report) -> (Self, Trace) {
        let root = &settings.output_root;
        let names: BTreeSet<&str> = report.files.iter().map(|(path, _)| path.as_str()).collect();
        let mut folders: BTreeSet<&str> = names.iter().flat_map(|path| folders_of(path)).collect();
        folders.insert("");
        let folders = folders.into_iter().filter_map(|folder| Some((folder.to_owned(), Folder::look(root, folder)?)));
        let files = [MANIFEST, LEDGER].into_iter();
        let files = files.filter_map(|name| Some((name.to_owned(), fs::stat(&root.join(name)).ok()?)));
        let state = Self { folders: folders.collect(), files: files.collect() };

        session.outputs.forget_all();
        let reads = Reads::new(Arc::clone(&session.outputs));
        report.files.par_iter().for_each(|(path, hash)| reads.trust(&path.on_disk(root), *hash));
        (state, reads.trace())
    }

    pub fn holds(&self, root: &Path) -> bool {
        // Another assetc may be at work, and then it is for the lock to say so.
        fs::stat(&root.join(fs::LOCK)).is_err()
            && self.files.iter().all(|(name, stat)| fs::stat(&root.join(name)).ok() == Some(*stat))
            && self.folders.par_iter().all(|(name, folder)| folder.holds(root, name))
    }

    /// Replaces states that had not settled when they were written down; whether there were any.
    pub fn settle(&mut self, root: &Path) -> bool {
        let mut better = false;
        for (name, folder) in self.folders.iter_mut().filter(|(_, folder)| folder.stat.is_none()) {
            if let Some(looked) = Folder::look(root, name).filter(|looked| looked.names == folder.names) {
                better |= looked.stat.is_some();
                *folder = looked;
            }
        }
        better
    }
}

impl Folder {
    fn look(root: &Path, name: &str) -> Option<Self> {
        let path = root.join(name);
        let stat = fs::stat(&path).ok()?;
        let names = fs::listing_digest(&path).ok()?;
        Some(Self { names, stat: stat.is_settled(SystemTime::now()).then_some(stat) })
    }

    fn holds(&self, root: &Path, name: &str) -> bool {
        let path = root.join(name);
        let same = self.stat.is_some() && fs::stat(&path).ok() == self.stat;
        same || fs::listing_digest(&path).is_ok_and(|names| names == self.names)
    }
}

/// The folders that a path lies in, without the output folder itself.
fn folders_of(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(slash, _)| &path[..slash])
}
