//! Gives outputs their compressed siblings.
//!
//! In: outputs with all their names. Out: the same, each with the siblings that are worth a file, in the staging folder. Only
//! beside names that hold a fingerprint: under a plain name a sibling could outlive the bytes it was made of, and a server would
//! send it for the new ones. Not here: how bytes are compressed (`compress`), publishing (`emit`).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::compress::{compress, cost, is_compressible};
use crate::config::Coding;
use crate::context::{Context, Stage, Stopped};
use crate::fs::{self, OutputError, Staging};
use crate::graph::{Output, OutputBody, OutputFile, Sibling};
use crate::hash::ContentHash;
use crate::schedule::longest_first;

/// Two files with the same bytes are compressed once.
type Key = (ContentHash, Coding);

struct Job<'o> {
    file: &'o OutputFile,
    coding: Coding,
}

/// A sibling's bytes, in the staging folder.
struct Compressed {
    staged: PathBuf,
    hash: ContentHash,
    size: u64,
}

pub fn precompress(cx: &Context, outputs: &mut [Output], staging: &Staging) -> Result<(), Stopped> {
    let jobs: Vec<_> = jobs(cx, outputs).into_iter().collect();
    if jobs.is_empty() {
        return Ok(());
    }
    cx.progress.begin(Stage::Compressing, jobs.len());
    let length = |(_, job): &(Key, Job)| job.file.size * cost(job.coding);
    let done = longest_first(&jobs, length, |(key, job)| {
        let compressed = run(cx, job, staging);
        cx.progress.step();
        Some((*key, compressed?))
    });
    cx.stop_if_errors()?;
    let done: BTreeMap<Key, Compressed> = done.into_iter().flatten().collect();
    let mut taken = BTreeSet::new();
    for output in outputs {
        if let Err(error) = add_siblings(cx, output, &done, &mut taken, staging) {
            cx.report(error.into_diagnostic(&cx.settings.root));
        }
    }
    cx.stop_if_errors()
}

fn jobs<'o>(cx: &Context, outputs: &'o [Output]) -> BTreeMap<Key, Job<'o>> {
    let mut jobs = BTreeMap::new();
    for file in outputs.iter().flat_map(|output| &output.files).filter(|file| wants_siblings(file)) {
        for &coding in &cx.settings.codings {
            jobs.insert((file.hash, coding), Job { file, coding });
        }
    }
    jobs
}

fn wants_siblings(file: &OutputFile) -> bool {
    file.immutable && is_compressible(&file.path)
}

/// `None` when a sibling is not worth a file, and after an error, which is reported.
fn run(cx: &Context, job: &Job, staging: &Staging) -> Option<Compressed> {
    let bytes = bytes(job.file)?;
    let compressed = compress(&bytes, job.coding)?;
    let staged = staging.file();
    match fs::write(&staged, &compressed) {
        Ok(()) => Some(Compressed { staged, hash: ContentHash::of(&compressed), size: compressed.len() as u64 }),
        Err(error) => {
            let path = job.file.path.with_suffix(job.coding.suffix()).on_disk(staging.output_root());
            cx.report(OutputError::Unwritable { path, error }.into_diagnostic(&cx.settings.root));
            None
        }
    }
}

/// What the file will hold; `None` when its source has changed since, which `emit` notices and says.
fn bytes(file: &OutputFile) -> Option<Cow<'_, [u8]>> {
    match &file.body {
        OutputBody::Bytes(bytes) => Some(bytes.into()),
        OutputBody::Staged(path) | OutputBody::Copy(path) => {
            let bytes = fs::read(path).ok()?;
            (ContentHash::of(&bytes) == file.hash).then_some(bytes.into())
        }
    }
}

/// `taken` are the siblings that another output has already: a staged file is moved away once.
fn add_siblings(
    cx: &Context,
    output: &mut Output,
    done: &BTreeMap<Key, Compressed>,
    taken: &mut BTreeSet<Key>,
    staging: &Staging,
) -> Result<(), OutputError> {
    let mut siblings = Vec::new();
    for file in output.files.iter().filter(|file| wants_siblings(file)) {
        for &coding in &cx.settings.codings {
            let key = (file.hash, coding);
            let Some(compressed) = done.get(&key) else { continue };
            let path = file.path.with_suffix(coding.suffix());
            let mut staged = compressed.staged.clone();
            if !taken.insert(key) {
                staged = staging.file();
                let unwritable = OutputError::unwritable(&path.on_disk(staging.output_root()));
                fs::duplicate(&compressed.staged, &staged).map_err(unwritable)?;
            }
            output.siblings.push(Sibling { coding, path: path.clone(), size: compressed.size });
            siblings.push(OutputFile {
                path,
                body: OutputBody::Staged(staged),
                hash: compressed.hash,
                size: compressed.size,
                immutable: true,
            });
        }
    }
    output.files.extend(siblings);
    Ok(())
}
