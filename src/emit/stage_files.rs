use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::context::{Context, Stage, Stopped};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::fs::{self, OutputError, Staging};
use crate::graph::{Output, OutputBody, OutputFile};
use crate::hash::ContentHash;
use crate::path::UrlPath;

use super::check_targets::Targets;

/// Writes every new file into the staging folder, so that a full disk or a source that changed stops the build before
/// anything of it is visible.
pub fn stage_files<'a>(
    cx: &Context,
    staging: &Staging,
    outputs: &'a [Output],
    manifests: &'a [Output],
    targets: &Targets,
) -> Result<BTreeMap<&'a UrlPath, PathBuf>, Stopped> {
    cx.progress.begin(Stage::Writing, targets.write.len());
    let staged: Vec<_> = outputs
        .par_iter()
        .chain(manifests)
        .flat_map_iter(|output| stage_output(cx, staging, output, targets))
        .collect();
    cx.stop_if_errors()?;
    Ok(staged.into_iter().collect())
}

fn stage_output<'a>(
    cx: &Context,
    staging: &Staging,
    output: &'a Output,
    targets: &Targets,
) -> Vec<(&'a UrlPath, PathBuf)> {
    let mut staged = Vec::new();
    // Twins are made from each other: a source is read and checked once, a staged file is moved once.
    let mut first: BTreeMap<ContentHash, PathBuf> = BTreeMap::new();
    for file in output.files.iter().filter(|file| targets.write.contains_key(&file.path)) {
        match stage_file(cx, staging, output, file, first.get(&file.hash).map(PathBuf::as_path)) {
            Ok(path) => {
                first.entry(file.hash).or_insert_with(|| path.clone());
                staged.push((&file.path, path));
            }
            Err(diagnostic) => cx.report(*diagnostic),
        }
        cx.progress.step();
    }
    if let Err(error) = give_siblings_the_same_time(staging, output, &staged) {
        cx.report(OutputError::unwritable(staging.output_root())(error).into_diagnostic(&cx.settings.root));
    }
    staged
}

/// nginx makes `ETag` and `Last-Modified` of the time of the file that it sends (ngx_http_gzip_static_module asks for equal times).
fn give_siblings_the_same_time(staging: &Staging, output: &Output, staged: &[(&UrlPath, PathBuf)]) -> io::Result<()> {
    let find = |path: &UrlPath| staged.iter().find(|(staged, _)| *staged == path).map(|(_, on_disk)| on_disk.clone());
    for sibling in output.siblings.iter().filter_map(|sibling| find(&sibling.path)) {
        let of = find(&output.path).unwrap_or_else(|| output.path.on_disk(staging.output_root()));
        fs::copy_time(&of, &sibling)?;
    }
    Ok(())
}

fn stage_file(
    cx: &Context,
    staging: &Staging,
    output: &Output,
    file: &OutputFile,
    twin: Option<&Path>,
) -> Result<PathBuf, Box<Diagnostic>> {
    let unwritable = |error| {
        let path = file.path.on_disk(staging.output_root());
        Box::new(OutputError::Unwritable { path, error }.into_diagnostic(&cx.settings.root))
    };
    let staged = match (&file.body, twin) {
        (OutputBody::Staged(path), None) => return Ok(path.clone()),
        _ => staging.file(),
    };
    match (&file.body, twin) {
        (OutputBody::Bytes(bytes), _) => fs::write(&staged, bytes).map_err(unwritable)?,
        (OutputBody::Staged(_) | OutputBody::Copy(_), Some(twin)) => {
            fs::duplicate(twin, &staged).map_err(unwritable)?
        }
        (OutputBody::Staged(path), None) => fs::duplicate(path, &staged).map_err(unwritable)?,
        (OutputBody::Copy(source), None) => match fs::copy_file(source, &staged) {
            Ok((_, hash)) if hash == file.hash => {}
            Ok(_) => return Err(source_changed(output)),
            // Reading it again tells whose fault it was.
            Err(error) => match fs::hash_file(source) {
                Ok(_) => return Err(unwritable(error)),
                Err(error) if error.kind() == ErrorKind::NotFound => return Err(source_changed(output)),
                Err(error) => {
                    let path = source.clone();
                    return Err(Box::new(OutputError::Unreadable { path, error }.into_diagnostic(&cx.settings.root)));
                }
            },
        },
    }
    Ok(staged)
}

fn source_changed(output: &Output) -> Box<Diagnostic> {
    let source = output.source.as_str();
    let message = format!("`{source}` changed while it was being built; nothing was written");
    Box::new(Diagnostic::error(Code::SourceChanged, message).at(Place::file(source)).hint("build again"))
}
