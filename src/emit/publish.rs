use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use crate::fs::{self, EntryKind, Staging};
use crate::hash::ContentHash;
use crate::ledger::{LEDGER, Ledger, MANIFEST};
use crate::path::UrlPath;

use super::check_targets::{Targets, Turn};
use super::journal::{Failure, Hook, Journal};
use super::survey::{Survey, folders_above};

/// Everything that makes the output folder that of the new build.
pub struct Publication<'a> {
    pub survey: &'a Survey,
    pub targets: &'a Targets<'a>,
    /// Where the bytes of each file to write lie.
    pub staged: BTreeMap<&'a UrlPath, PathBuf>,
    pub stale: &'a [&'a UrlPath],
    pub manifest: Vec<u8>,
    pub previous_manifest: Option<Vec<u8>>,
    pub ledger: &'a Ledger,
    pub next: &'a Ledger,
    /// Whether the bytes must be on the disk before their names are.
    pub durable: bool,
}

/// Puts every file in its place, or nothing. Where nothing changed, nothing is written, not even the ledger.
pub fn publish(staging: &Staging, publication: &Publication, hook: Hook) -> Result<(), Failure> {
    let mut journal = Journal::new(staging, hook);
    match publication.run(staging, &mut journal) {
        Ok(()) => {
            publication.remove_empty_folders();
            Ok(())
        }
        Err(failure) => Err(journal.roll_back(failure)),
    }
}

impl Publication<'_> {
    fn run(&self, staging: &Staging, journal: &mut Journal) -> Result<(), Failure> {
        let final_ledger = self.next.to_bytes();
        let ledger_path = self.survey.root().join(LEDGER);
        let visible = self.changes_something_visible();
        if !visible && fs::read(&ledger_path).is_ok_and(|bytes| bytes == final_ledger) {
            // Its time is that of the last build that ended well: by it others tell whether a source is newer. Where it
            // cannot be set they only warn too often.
            let _ = fs::touch(&ledger_path);
            return Ok(());
        }
        // All that can fill the disk comes first.
        let final_ledger = self.stage(staging, LEDGER, &final_ledger)?;
        if !visible {
            return self.put(journal, &final_ledger, &ledger_path, self.survey.at(LEDGER).is_some());
        }
        let intent = self.ledger.intent(self.next, ContentHash::of(&self.manifest));
        let intent = self.stage(staging, LEDGER, &intent)?;
        let manifest = self.stage(staging, MANIFEST, &self.manifest)?;
        if self.durable {
            let files: Vec<_> = self.staged.values().chain([&intent, &manifest]).map(PathBuf::as_path).collect();
            fs::sync(staging.output_root(), &files).map_err(failure(staging.output_root()))?;
        }

        // From here on a kill may come at any instant: the ledger knows every file, old and new.
        self.put(journal, &intent, &ledger_path, self.survey.at(LEDGER).is_some())?;
        let manifest_is_there = self.clear_obstacles(journal)?;
        self.create_folders(journal)?;
        for turn in [Turn::Fingerprinted, Turn::Plain, Turn::Manifest] {
            self.put_files(journal, turn)?;
        }
        if self.previous_manifest.as_ref() != Some(&self.manifest) || !manifest_is_there {
            let path = self.survey.root().join(MANIFEST);
            self.put_now(journal, &manifest, &path, manifest_is_there)?;
        }
        // Nothing names these any more.
        for path in self.stale {
            journal.remove(&path.on_disk(self.survey.root()))?;
        }
        self.put(journal, &final_ledger, &ledger_path, true)
    }

    fn changes_something_visible(&self) -> bool {
        !self.targets.write.is_empty()
            || !self.stale.is_empty()
            || self.previous_manifest.as_ref() != Some(&self.manifest)
    }

    fn stage(&self, staging: &Staging, name: &str, bytes: &[u8]) -> Result<PathBuf, Failure> {
        let staged = staging.file();
        fs::write(&staged, bytes).map_err(failure(&self.survey.root().join(name)))?;
        Ok(staged)
    }

    /// Makes room where a folder of ours becomes a file or the reverse; whether the manifest is still there. It names
    /// what goes, so it goes first.
    fn clear_obstacles(&self, journal: &mut Journal) -> Result<bool, Failure> {
        let root = self.survey.root();
        let obstacles = &self.targets.obstacles;
        let is_there = self.previous_manifest.is_some();
        if obstacles.files.is_empty() && obstacles.folders.is_empty() {
            return Ok(is_there);
        }
        if is_there {
            journal.remove(&root.join(MANIFEST))?;
        }
        for file in &obstacles.files {
            journal.remove(&file.on_disk(root))?;
        }
        for folder in obstacles.folders.iter().rev() {
            journal.remove_folder(&folder.on_disk(root))?;
        }
        Ok(false)
    }

    fn create_folders(&self, journal: &mut Journal) -> Result<(), Failure> {
        let needed: BTreeSet<_> = self.targets.write.keys().flat_map(|path| folders_above(path)).collect();
        // In this order a folder comes before those in it.
        for folder in needed {
            if self.survey.at(folder) != Some(EntryKind::Folder) {
                journal.create_folder(&self.survey.root().join(folder))?;
            }
        }
        Ok(())
    }

    fn put_files(&self, journal: &mut Journal, turn: Turn) -> Result<(), Failure> {
        for (path, write) in self.targets.write.iter().filter(|(_, write)| write.turn == turn) {
            let on_disk = path.on_disk(self.survey.root());
            // Every file to write was staged, else the build had stopped.
            let staged = &self.staged[path];
            if turn == Turn::Fingerprinted {
                self.put(journal, staged, &on_disk, write.over)?;
            } else {
                self.put_now(journal, staged, &on_disk, write.over)?;
            }
        }
        Ok(())
    }

    fn put(&self, journal: &mut Journal, staged: &Path, path: &Path, over: bool) -> Result<(), Failure> {
        if over { journal.replace(staged, path) } else { journal.place(staged, path) }
    }

    /// [`Publication::put`] for a name whose bytes change: its time must be that of the change, not that of staging. A
    /// `collectstatic` between the two would think its own copy the newer one, for ever.
    fn put_now(&self, journal: &mut Journal, staged: &Path, path: &Path, over: bool) -> Result<(), Failure> {
        fs::touch(staged).map_err(failure(path))?;
        self.put(journal, staged, path, over)
    }

    /// Folders that held files of ours and hold nothing now. What does not go does no harm.
    fn remove_empty_folders(&self) {
        let gone = self.ledger.files.keys().filter(|path| !self.next.owns(path));
        let folders: BTreeSet<_> = gone.flat_map(folders_above).collect();
        for folder in folders.into_iter().rev().filter(|folder| self.survey.at(folder) == Some(EntryKind::Folder)) {
            let _ = fs::remove_empty_folder(&self.survey.root().join(folder));
        }
    }
}

fn failure(path: &Path) -> impl FnOnce(io::Error) -> Failure + use<> {
    let path = path.to_owned();
    |error| Failure { path, error, not_restored: Vec::new() }
}
