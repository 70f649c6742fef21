//! Gives outputs their compressed siblings.
//!
//! In: outputs with all their names. Out: the same, each with the siblings that are worth a file, in the staging folder. Only
//! beside names that hold a fingerprint: under a plain name a sibling could outlive the bytes it was made of, and a server would
//! send it for the new ones. Not here: how bytes are compressed (`compress`), publishing (`emit`).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::compress::{compress, cost, is_compressible};
use crate::config::Coding;
use crate::context::{Context, Stage, Stopped};
use crate::fs::{self, OutputError, Staging};
use crate::graph::{Output, OutputBody, OutputFile, Sibling};
use crate::hash::ContentHash;
use crate::schedule::longest_first;
use crate::store::MadeFile;

/// Two files with the same bytes are compressed once.
type Key = (ContentHash, Coding);

struct Job<'o> {
    file: &'o OutputFile,
    coding: Coding,
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
    let done: BTreeMap<Key, MadeFile> = done.into_iter().flatten().collect();
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
fn run(cx: &Context, job: &Job, staging: &Staging) -> Option<MadeFile> {
    let parts = (job.file.hash, job.coding);
    let made = cx.store.memo_file(
        "compress",
        &parts,
        || staging.file(),
        |path| {
            let Some(bytes) = bytes(job.file) else { return Err(None) };
            match compress(&bytes, job.coding) {
                Some(compressed) => fs::write(path, &compressed).map_err(Some),
                None => Ok(()),
            }
        },
    );
    match made {
        Ok(made) => made.file,
        Err(None) => None,
        Err(Some(error)) => {
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
    done: &BTreeMap<Key, MadeFile>,
    taken: &mut BTreeSet<Key>,
    staging: &Staging,
) -> Result<(), OutputError> {
    let mut siblings = Vec::new();
    for file in output.files.iter().filter(|file| wants_siblings(file)) {
        for &coding in &cx.settings.codings {
            let key = (file.hash, coding);
            let Some(compressed) = done.get(&key) else { continue };
            let path = file.path.with_suffix(coding.suffix());
            let mut body = compressed.path.clone();
            if compressed.movable && !taken.insert(key) {
                body = staging.file();
                let unwritable = OutputError::unwritable(&path.on_disk(staging.output_root()));
                fs::duplicate(&compressed.path, &body).map_err(unwritable)?;
            }
            output.siblings.push(Sibling { coding, path: path.clone(), size: compressed.size });
            siblings.push(OutputFile {
                path,
                body: if compressed.movable { OutputBody::Staged(body) } else { OutputBody::Copy(body) },
                hash: compressed.hash,
                size: compressed.size,
                immutable: true,
            });
        }
    }
    output.files.extend(siblings);
    Ok(())
}
