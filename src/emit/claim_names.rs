use std::collections::BTreeMap;

use crate::context::Context;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::graph::{Output, OutputFile};
use crate::ledger::MANIFEST;
use crate::path::{ProjectPath, UrlPath};

use super::conflict::Words;
use super::survey::folders_above;

/// A file that is to be in the output folder.
#[derive(Clone, Copy)]
pub struct Claim<'a> {
    pub source: &'a ProjectPath,
    pub file: &'a OutputFile,
    /// Whether it is a manifest, which must not be there before what it names.
    pub manifest: bool,
}

/// Every file that is to be there once the build is published, but for the manifest.
pub type Claims<'a> = BTreeMap<&'a UrlPath, Claim<'a>>;

/// Reports names that two outputs want: as a file both, or one as a file and the other as a folder.
pub fn claim_names<'a>(cx: &Context, words: &Words, outputs: &'a [Output], manifests: &'a [Output]) -> Claims<'a> {
    let mut claims = Claims::new();
    let outputs = outputs.iter().map(|output| (output, false)).chain(manifests.iter().map(|output| (output, true)));
    let files =
        outputs.flat_map(|(output, manifest)| output.files.iter().map(move |file| (&output.source, file, manifest)));
    for (source, file, manifest) in files {
        if file.path.as_str() == MANIFEST {
            let message = format!("`{source}` would be written over assetc's manifest, `{}`", words.name(MANIFEST));
            cx.report(
                Diagnostic::error(Code::NameClaimedTwice, message)
                    .at(Place::file(source.as_str()))
                    .hint("rename or move this source"),
            );
        } else if let Some(other) = claims.insert(&file.path, Claim { source, file, manifest }) {
            let message =
                format!("`{}` and `{source}` would both be written to `{}`", other.source, words.name(&file.path));
            cx.report(
                Diagnostic::error(Code::NameClaimedTwice, message)
                    .at(Place::file(source.as_str()))
                    .hint("rename one of the two sources"),
            );
        }
    }
    for claim in claims.values() {
        let folders = folders_above(&claim.file.path).filter_map(|folder| UrlPath::new(folder.as_ref()));
        for other in folders.filter_map(|folder| claims.get(&folder)) {
            let name = words.name(&other.file.path);
            let message =
                format!("`{}` needs `{name}` to be a folder, and `{}` is written to it", claim.source, other.source);
            cx.report(
                Diagnostic::error(Code::NameClaimedTwice, message)
                    .at(Place::file(claim.source.as_str()))
                    .hint("rename one of the two sources"),
            );
        }
    }
    claims
}
