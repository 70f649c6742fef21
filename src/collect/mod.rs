//! Does for a whole `STATIC_ROOT` what Django's manifest storage does after `collectstatic`, and what WhiteNoise does after that.
//!
//! In: a folder of collected files. Out: beside each a copy with a fingerprint in its name, references rewritten, compressed
//! siblings, and `staticfiles.json`, which Django and WhiteNoise read as their own. Where Django can rewrite, the bytes are
//! Django's. Not here: collecting.
//!
//! Nothing that is there is changed or removed but `staticfiles.json`; new files come first, that last. Run again it finds
//! everything done.

mod compress;
mod names;
mod python_json;
mod references;
mod rewrite;
mod tree;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::config::Coding;
use crate::context::STACK;
use crate::diagnostic::{Code, Diagnostic, Place, sort};
use crate::fs::{self, OutputError, Staging};

use names::MANIFEST;
use rewrite::Rewritten;
use tree::Tree;

/// What to collect, and how.
#[derive(Clone, Debug)]
pub struct Request {
    /// Absolute.
    pub static_root: PathBuf,
    /// The folder as the user knows it.
    pub shown: String,
    /// Django's `STATIC_URL`.
    pub static_url: String,
    pub codings: Vec<Coding>,
    /// Never 0.
    pub threads: usize,
    /// References that lead nowhere are warnings.
    pub allow_missing: bool,
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// Names in `staticfiles.json`.
    pub names: usize,
    /// Fingerprinted files that were written now.
    pub written: usize,
    /// Compressed siblings that were written now.
    pub compressed: usize,
    /// Imports of scripts that lead to no file; left as they are, as Django leaves them.
    pub loose_imports: usize,
}

/// Does everything, or nothing that shows. Diagnostics are sorted; `None` after an error.
pub fn collect(request: &Request) -> (Vec<Diagnostic>, Option<Collected>) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(request.threads).stack_size(STACK).build();
    let mut diagnostics = Vec::new();
    let done = match pool {
        Ok(pool) => pool.install(|| run(request, &mut diagnostics)),
        Err(error) => Err(Diagnostic::error(Code::NoThreads, format!("the threads could not be started: {error}"))
            .hint("ask for fewer with `-j`")),
    };
    let done = match done {
        Ok(done) => done,
        Err(fault) => {
            diagnostics.push(fault);
            None
        }
    };
    sort(&mut diagnostics);
    (diagnostics, done)
}

fn run(request: &Request, diagnostics: &mut Vec<Diagnostic>) -> Result<Option<Collected>, Diagnostic> {
    if !fs::is_folder(&request.static_root) {
        return Err(nothing_collected(request));
    }
    let failed = |error: OutputError| error.into_diagnostic(&request.static_root);
    let staging = Staging::begin(&request.static_root).map_err(failed)?;
    let tree = Tree::read(request, diagnostics)?;
    if tree.files.is_empty() {
        return Err(nothing_collected(request));
    }
    let Rewritten { files, loose_imports } = rewrite::rewrite(request, &tree, diagnostics);
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Ok(None);
    }
    let mut paths: BTreeMap<String, String> = tree.final_names();
    paths.extend(files.iter().map(|(name, file)| (name.clone(), file.name.clone())));

    let written = rewrite::write(request, &tree, &files, &staging).map_err(failed)?;
    let compressed = compress::compress(request, &paths, &staging).map_err(failed)?;
    let manifest = names::manifest(&paths);
    let path = request.static_root.join(MANIFEST);
    if fs::read(&path).ok().as_deref() != Some(manifest.as_bytes()) {
        let staged = staging.file();
        fs::write(&staged, manifest.as_bytes())
            .and_then(|()| fs::move_over(&staged, &path))
            .map_err(|error| failed(OutputError::Unwritable { path, error }))?;
    }
    Ok(Some(Collected { names: paths.len(), written, compressed, loose_imports }))
}

fn nothing_collected(request: &Request) -> Diagnostic {
    Diagnostic::error(Code::NothingCollected, format!("`{}` holds no collected files", request.shown))
        .at(Place::file(&request.shown))
        .hint("run `python manage.py collectstatic --noinput --no-post-process` first; the folder is `STATIC_ROOT`")
}

#[cfg(test)]
mod tests;
