use serde::{Deserialize, Serialize};

use super::Printed;
use crate::context::Context;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::fs::{self, Staging};
use crate::graph::{Dimensions, DraftBody, SourceFile};
use crate::hash::ContentHash;
use crate::kinds::image::{self, Effort, Kept};
use crate::store::MadeFile;

/// A raster picture: measured, and made smaller unless the user wants it as it is.
///
/// A picture never fails a build: one that cannot be read as its kind is copied, with a warning.
pub fn picture(cx: &Context, file: &SourceFile, staging: &Staging) -> Option<Printed> {
    match remembered_picture(cx, file, staging) {
        Ok(printed) => Some(printed),
        Err(fault) => {
            cx.report(*fault);
            None
        }
    }
}

/// What the bytes of a picture give, beside smaller ones.
#[derive(Clone, Serialize, Deserialize)]
struct Judged {
    dimensions: Option<Dimensions>,
    fault: Option<Kept>,
}

fn remembered_picture(cx: &Context, file: &SourceFile, staging: &Staging) -> Result<Printed, Box<Diagnostic>> {
    let unreadable = |error| Diagnostic::unreadable(file.path.as_str(), &fs::reason(&error));
    let (source_size, source_hash) = cx.reads.hash(&file.on_disk).map_err(unreadable)?;
    let settings = &cx.settings.images;
    let is_kept = settings.keep.is_match(file.path.as_str());
    let parts = (file.kind, source_hash, is_kept, settings.optimize, settings.png_effort);
    let made = cx.store.memo_file(
        "picture",
        &parts,
        || staging.file(),
        |path| {
            let bytes = cx.reads.read(&file.on_disk).map_err(unreadable)?;
            if ContentHash::of(&bytes) != source_hash {
                return Err(source_changed(file));
            }
            let (judged, smaller) = judge(cx, file, &bytes, is_kept);
            if let Some(smaller) = smaller {
                let unwritable = |error| fs::OutputError::unwritable(path)(error).into_diagnostic(&cx.settings.root);
                fs::write(path, &smaller).map_err(unwritable)?;
            }
            Ok(judged)
        },
    )?;
    let Judged { dimensions, fault } = made.value;
    cx.report_all(fault.map(|fault| describe(file, &fault)));
    let body = match made.file {
        Some(MadeFile { path: file, hash, size, movable: true }) => DraftBody::Staged { file, hash, size },
        Some(MadeFile { path: file, hash, size, movable: false }) => DraftBody::Copy { file, hash, size },
        None => DraftBody::Copy { file: file.on_disk.clone(), hash: source_hash, size: source_size },
    };
    Ok(Printed { dimensions, ..body.into() })
}

fn source_changed(file: &SourceFile) -> Diagnostic {
    let message = format!("`{}` changed while it was being built; nothing was written", file.path);
    Diagnostic::error(Code::SourceChanged, message).at(Place::file(file.path.as_str())).hint("build again")
}

fn judge(cx: &Context, file: &SourceFile, bytes: &[u8], is_kept: bool) -> (Judged, Option<Vec<u8>>) {
    let settings = &cx.settings.images;
    match image::measure(file.kind, bytes) {
        Ok(dimensions) if settings.optimize && !is_kept => {
            let (smaller, fault) = match image::optimize(file.kind, bytes, Effort { png: settings.png_effort }) {
                Ok(smaller) => (smaller, None),
                Err(fault) => (None, Some(fault)),
            };
            (Judged { dimensions: Some(dimensions), fault }, smaller)
        }
        Ok(dimensions) => (Judged { dimensions: Some(dimensions), fault: None }, None),
        Err(fault) => {
            let dimensions = match fault {
                Kept::Misnamed(found) => image::measure(found, bytes).ok(),
                Kept::Undecodable(_) | Kept::Changed => None,
            };
            (Judged { dimensions, fault: (!is_kept).then_some(fault) }, None)
        }
    }
}

fn describe(file: &SourceFile, kept: &Kept) -> Diagnostic {
    let (path, noun) = (&file.path, file.kind.noun());
    match kept {
        Kept::Undecodable(reason) => Diagnostic::warning(
            Code::UndecodablePicture,
            format!("`{path}` cannot be decoded as {} {noun}: {reason}; it was copied as it is", article(noun)),
        )
        .hint("save the picture again, or remove it"),
        Kept::Misnamed(found) => {
            let found = found.noun();
            Diagnostic::warning(
                Code::MisnamedPicture,
                format!("`{path}` is {} {found}, not {} {noun}; it was copied as it is", article(found), article(noun)),
            )
            .hint("give the file the extension of what it is")
        }
        Kept::Changed => Diagnostic::warning(
            Code::PictureChanged,
            format!("optimizing `{path}` would have changed its pixels; it was copied as it is"),
        )
        .hint("please report this picture to the authors of assetc"),
    }
    .at(Place::file(path.as_str()))
}

/// As it is spoken: an ICO, an AVIF, an SVG.
fn article(noun: &str) -> &'static str {
    if noun.starts_with(['A', 'I', 'S']) { "an" } else { "a" }
}
