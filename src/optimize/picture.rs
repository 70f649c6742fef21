use super::Printed;
use crate::context::Context;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::fs::{self, Staging};
use crate::graph::{Dimensions, DraftBody, SourceFile};
use crate::hash::ContentHash;
use crate::kinds::image::{self, Effort, Kept};

/// A raster picture: measured, and made smaller unless the user wants it as it is.
///
/// A picture never fails a build: one that cannot be read as its kind is copied, with a warning.
pub fn picture(cx: &Context, file: &SourceFile, staging: &Staging) -> Option<Printed> {
    let bytes = match fs::read(&file.on_disk) {
        Ok(bytes) => bytes,
        Err(error) => {
            cx.report(Diagnostic::unreadable(file.path.as_str(), &fs::reason(&error)));
            return None;
        }
    };
    let Made { dimensions, smaller, fault } = make(cx, file, &bytes);
    if let Some(fault) = fault {
        cx.report(describe(file, &fault));
    }
    let body = match smaller {
        Some(smaller) => stage(cx, &smaller, staging)?,
        None => {
            let (hash, size) = (ContentHash::of(&bytes), bytes.len() as u64);
            DraftBody::Copy { file: file.on_disk.clone(), hash, size }
        }
    };
    Some(Printed { body, dimensions })
}

/// What the bytes of a picture give.
struct Made {
    dimensions: Option<Dimensions>,
    smaller: Option<Vec<u8>>,
    fault: Option<Kept>,
}

fn make(cx: &Context, file: &SourceFile, bytes: &[u8]) -> Made {
    let settings = &cx.settings.images;
    let is_kept = settings.keep.is_match(file.path.as_str());
    match image::measure(file.kind, bytes) {
        Ok(dimensions) if settings.optimize && !is_kept => {
            let effort = Effort { png: settings.png_effort };
            let (smaller, fault) = match image::optimize(file.kind, bytes, effort) {
                Ok(smaller) => (smaller, None),
                Err(fault) => (None, Some(fault)),
            };
            Made { dimensions: Some(dimensions), smaller, fault }
        }
        Ok(dimensions) => Made { dimensions: Some(dimensions), smaller: None, fault: None },
        Err(fault) => {
            let dimensions = match fault {
                Kept::Misnamed(found) => image::measure(found, bytes).ok(),
                Kept::Undecodable(_) | Kept::Changed => None,
            };
            Made { dimensions, smaller: None, fault: (!is_kept).then_some(fault) }
        }
    }
}

/// Bytes that are not kept in memory until they are published.
pub fn stage(cx: &Context, bytes: &[u8], staging: &Staging) -> Option<DraftBody> {
    let file = staging.file();
    match fs::write(&file, bytes).map_err(fs::OutputError::unwritable(&cx.settings.output_root)) {
        Ok(()) => Some(DraftBody::Staged { file, hash: ContentHash::of(bytes), size: bytes.len() as u64 }),
        Err(error) => {
            cx.report(error.into_diagnostic(&cx.settings.root));
            None
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
