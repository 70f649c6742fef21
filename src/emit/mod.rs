//! The last stage: brings the outputs into the output folder.
//!
//! In: outputs with all their names, the ledger of what is there. Out: the output folder changed as a whole or, on any
//! error, as it was. Whatever instant the process is killed at, the manifest on disk names only complete files, and
//! the next build knows every file of ours.
//! Not here: computing names (`fingerprint`), changing bytes.
//!
//! First everything is looked at, then everything is staged, then everything is renamed. A fault in the first two steps
//! changes nothing; one in the third is undone.

mod check_targets;
mod claim_names;
mod conflict;
mod find_stale;
mod journal;
pub mod manifest;
mod publish;
mod stage_files;
mod survey;
mod warn_of_module_tags;

use std::collections::BTreeSet;
use std::time::SystemTime;

use crate::config::{Mode, Settings};
use crate::context::{Context, Stopped};
use crate::diagnostic::Diagnostic;
use crate::fs::{OutputError, Staging};
use crate::graph::{Kind, Output, OutputBody, OutputFile};
use crate::hash::ContentHash;
use crate::ledger::{Ledger, Release, first_expiry, manifest_path, release};
use crate::path::{ProjectPath, UrlPath};

use check_targets::{Targets, check_manifest, check_targets};
use claim_names::{Claims, claim_names};
use conflict::Words;
use find_stale::find_stale;
use journal::Hook;
use manifest::Manifest;
use publish::{Publication, publish};
use stage_files::stage_files;
use survey::Survey;

/// What a publish did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// The outputs whose bytes are new under their name.
    pub written: BTreeSet<UrlPath>,
    /// Outputs that were there already; not touched.
    pub unchanged: usize,
    /// Files of ours that no build needs any more.
    pub removed: usize,
    /// Files of earlier releases that stay.
    pub retained: usize,
    /// Every file of the build with its hash, but for the manifest and the ledger.
    pub files: Vec<(UrlPath, ContentHash)>,
    /// When the next of them may go, in seconds since 1970.
    pub expires: Option<u64>,
}

/// Publishes the outputs: fingerprinted files, then plain names, then the manifest. All or nothing.
///
/// `now` decides which earlier releases are still kept.
pub fn emit(
    cx: &Context,
    staging: &Staging,
    ledger: Ledger,
    outputs: &[Output],
    now: SystemTime,
) -> Result<Published, Stopped> {
    emit_hooked(cx, staging, ledger, outputs, now, &|_| Ok(()))
}

/// [`emit`], with a hook before each change of the output folder, by which tests inject faults.
fn emit_hooked(
    cx: &Context,
    staging: &Staging,
    ledger: Ledger,
    outputs: &[Output],
    now: SystemTime,
    hook: Hook,
) -> Result<Published, Stopped> {
    let words = Words::new(cx.settings);
    let stop = |error: OutputError| stop(cx, error.into_diagnostic(&cx.settings.root));

    let mut manifest = Manifest::of(cx.settings.mode, outputs);
    let documents = document_outputs(cx.settings, &manifest, outputs);
    let claims = claim_names(cx, &words, outputs, &documents);
    cx.stop_if_errors()?;
    let survey = Survey::of(staging.output_root(), claims.keys().copied().chain(ledger.files.keys())).map_err(stop)?;
    let targets = check_targets(cx, &words, &ledger, &claims, &survey);

    let releases = releases_after(cx, &ledger, &manifest, &claims, now);
    manifest.retained = find_retained(&ledger, &releases, &claims, &targets, &survey);
    let previous = check_manifest(cx, &words, &ledger, &survey, &manifest);
    if let Some(previous) = previous.as_deref().and_then(Manifest::parse) {
        warn_of_module_tags::warn_of_module_tags(cx, &previous, &manifest);
    }
    let retained = manifest.retained.iter().collect();
    let stale = find_stale(cx, &words, &ledger, &claims, &targets, &retained, &survey);
    cx.stop_if_errors()?;

    let next = next_ledger(&ledger, &claims, &manifest, releases);
    let staged = stage_files(cx, staging, outputs, &documents, &targets)?;
    let publication = Publication {
        survey: &survey,
        targets: &targets,
        staged,
        stale: &stale,
        manifest: manifest.to_bytes(),
        previous_manifest: previous,
        ledger: &ledger,
        next: &next,
        durable: cx.settings.mode == Mode::Production,
    };
    publish(staging, &publication, hook).map_err(|failure| stop_with(cx, failure))?;

    Ok(Published {
        written: targets.write.keys().map(|path| (*path).clone()).collect(),
        unchanged: targets.unchanged,
        removed: stale.len() + targets.obstacles.files.len(),
        retained: manifest.retained.len(),
        files: claims.values().map(|claim| (claim.file.path.clone(), claim.file.hash)).collect(),
        expires: first_expiry(&next.releases, &cx.settings.retention),
    })
}

/// The manifests for other frameworks, as outputs that the configuration is the source of.
fn document_outputs(settings: &Settings, manifest: &Manifest, outputs: &[Output]) -> Vec<Output> {
    let output = |document: manifest::Document| {
        let path = UrlPath::new(document.path.as_ref())?;
        let bytes = document.to_bytes();
        let (hash, size) = (ContentHash::of(&bytes), bytes.len() as u64);
        let file = OutputFile { path: path.clone(), body: OutputBody::Bytes(bytes), hash, size, immutable: false };
        Some(Output {
            logical: path.clone(),
            source: ProjectPath::new("assetc.toml".as_ref())?,
            kind: Kind::Opaque,
            source_size: 0,
            plain: Some(path.clone()),
            path,
            hash,
            size,
            circle: false,
            references: Vec::new(),
            foreign: Vec::new(),
            files: vec![file],
            entry: None,
            dimensions: None,
            variants: Vec::new(),
            placeholder: None,
            siblings: Vec::new(),
        })
    };
    manifest::documents(settings, manifest, outputs).into_iter().filter_map(output).collect()
}

fn stop(cx: &Context, diagnostic: Diagnostic) -> Stopped {
    cx.report(diagnostic);
    Stopped
}

fn stop_with(cx: &Context, failure: journal::Failure) -> Stopped {
    let notes = failure.not_restored.iter().map(|path| format!("could not put back `{}`", path.display()));
    let error = OutputError::Unwritable { path: failure.path, error: failure.error };
    stop(cx, notes.fold(error.into_diagnostic(&cx.settings.root), Diagnostic::note))
}

/// In development nothing is kept: pages are rendered anew on every request.
fn releases_after(
    cx: &Context,
    ledger: &Ledger,
    manifest: &Manifest,
    claims: &Claims,
    now: SystemTime,
) -> Vec<Release> {
    if cx.settings.mode == Mode::Development {
        return Vec::new();
    }
    let files = claims.values().filter(|claim| claim.file.immutable).map(|claim| claim.file.path.clone()).collect();
    let id = ContentHash::of(&manifest.to_bytes()).to_hex();
    release(ledger.releases.clone(), id, files, &cx.settings.retention, now)
}

/// Files of kept releases that this one does not have: as far as they are still there.
fn find_retained(
    ledger: &Ledger,
    releases: &[Release],
    claims: &Claims,
    targets: &Targets,
    survey: &Survey,
) -> Vec<UrlPath> {
    let kept: BTreeSet<_> = releases.iter().flat_map(|release| &release.files).collect();
    let stays = |path: &UrlPath| {
        !claims.contains_key(path)
            && !targets.obstacles.files.contains(path)
            && ledger.owns(path)
            && survey.has_file(path)
    };
    kept.into_iter().filter(|path| stays(path)).cloned().collect()
}

fn next_ledger(ledger: &Ledger, claims: &Claims, manifest: &Manifest, releases: Vec<Release>) -> Ledger {
    let written = claims.values().map(|claim| (claim.file.path.clone(), BTreeSet::from([claim.file.hash])));
    let retained = manifest.retained.iter().filter_map(|path| Some((path.clone(), ledger.files.get(path)?.clone())));
    let manifest = (manifest_path(), BTreeSet::from([ContentHash::of(&manifest.to_bytes())]));
    Ledger { files: written.chain(retained).chain([manifest]).collect(), releases }
}

#[cfg(test)]
mod tests;
