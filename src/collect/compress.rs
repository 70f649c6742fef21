use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Request;
use crate::compress::{compress as encode, cost, is_compressible};
use crate::config::Coding;
use crate::fs::{self, OutputError, Staging};
use crate::path::UrlPath;
use crate::schedule::longest_first;

/// What is not worth compressing, so that the next run need not try again. Goes with `collectstatic --clear`.
const NOTES: &str = ".assetc-collect";

struct Job {
    path: UrlPath,
    coding: Coding,
    size: u64,
}

/// Writes the compressed siblings of fingerprinted files that are not there yet; how many. What is under such a name never
/// changes, so neither do they.
pub fn compress(request: &Request, paths: &BTreeMap<String, String>, staging: &Staging) -> Result<usize, OutputError> {
    let root = &request.static_root;
    let notes = fs::read(&root.join(NOTES)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let notes: BTreeSet<String> = notes.unwrap_or_default().lines().map(str::to_owned).collect();
    let names: BTreeSet<&String> = paths.values().collect();
    let jobs: Vec<Job> = names
        .into_iter()
        .filter_map(|name| UrlPath::new(Path::new(name)))
        .filter(is_compressible)
        .flat_map(|path| request.codings.iter().map(move |coding| (path.clone(), *coding)))
        .filter(|(path, coding)| {
            let sibling = path.with_suffix(coding.suffix());
            !notes.contains(sibling.as_str()) && !fs::is_file(&sibling.on_disk(root))
        })
        .map(|(path, coding)| Job { size: fs::size(&path.on_disk(root)).unwrap_or(0), path, coding })
        .collect();
    let done = longest_first(&jobs, |job| job.size * cost(job.coding), |job| run(root, job, staging));
    let (mut written, mut bare) = (0, notes.clone());
    for (job, done) in jobs.iter().zip(done) {
        match done? {
            true => written += 1,
            false => drop(bare.insert(job.path.with_suffix(job.coding.suffix()).to_string())),
        }
    }
    if bare != notes {
        let text: String = bare.iter().map(|name| format!("{name}\n")).collect();
        let (staged, path) = (staging.file(), root.join(NOTES));
        fs::write(&staged, text.as_bytes())
            .and_then(|()| fs::move_over(&staged, &path))
            .map_err(|error| OutputError::Unwritable { path, error })?;
    }
    Ok(written)
}

/// Whether a sibling was worth it. It gets the time of its file: nginx makes `ETag` of that.
fn run(root: &Path, job: &Job, staging: &Staging) -> Result<bool, OutputError> {
    let whole = job.path.on_disk(root);
    let bytes = fs::read(&whole).map_err(|error| OutputError::Unreadable { path: whole.clone(), error })?;
    let Some(compressed) = encode(&bytes, job.coding) else { return Ok(false) };
    let (staged, path) = (staging.file(), job.path.with_suffix(job.coding.suffix()).on_disk(root));
    fs::write(&staged, &compressed)
        .and_then(|()| fs::copy_time(&whole, &staged))
        .and_then(|()| fs::move_over(&staged, &path))
        .map_err(|error| OutputError::Unwritable { path, error })?;
    Ok(true)
}
