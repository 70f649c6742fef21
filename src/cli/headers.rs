use std::path::Path;

use super::args::HeadersArgs;
use super::print::print;
use super::project::{absolute, fail, project_settings, read_manifest};
use crate::diagnostic::Diagnostic;
use crate::fs;
use crate::headers::{Served, Server, Siblings, headers as rules};
use crate::path::UrlPath;

/// `assetc headers`; the exit code.
///
/// # Errors
/// The command line was wrong.
pub(super) fn headers(args: &HeadersArgs, working_directory: &Path) -> Result<u8, clap::Error> {
    match served(args, working_directory) {
        Ok(served) => print(&rules(Server::from(args.server), &served), 0),
        Err(faults) => fail(&faults),
    }
}

fn served(args: &HeadersArgs, working_directory: &Path) -> Result<Served, Vec<Diagnostic>> {
    let settings = project_settings(&args.project, working_directory)?;
    let folder =
        args.folder.as_ref().map_or(settings.output_root.clone(), |folder| absolute(folder, working_directory));
    let manifest = read_manifest(&settings, &folder).map_err(|fault| vec![fault])?;
    let current = manifest.files.values().filter(|file| file.plain.as_ref() != Some(&file.path)).map(|file| &file.path);
    let mut fingerprinted: Vec<UrlPath> = current.chain(&manifest.retained).cloned().collect();
    fingerprinted.sort();
    let any = |suffix: &str| fingerprinted.iter().any(|path| fs::is_file(&path.with_suffix(suffix).on_disk(&folder)));
    Ok(Served {
        url: args.url.clone(),
        siblings: Siblings { gzip: any(".gz"), brotli: any(".br"), zstd: any(".zst") },
        names: settings.fingerprint,
        fingerprinted,
        folder: folder.display().to_string(),
    })
}
