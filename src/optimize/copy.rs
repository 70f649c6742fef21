use crate::context::Context;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::fs::{self, Staging};
use crate::graph::{DraftBody, Kind, SourceFile};
use crate::hash::ContentHash;
use crate::kinds::image::{Kept, optimize_png};

/// A file that is not text: a PNG made smaller, anything else byte for byte.
pub fn copy(cx: &Context, file: &SourceFile, staging: &Staging) -> Option<DraftBody> {
    let optimized = match (file.kind, cx.settings.png_effort) {
        (Kind::Png, Some(effort)) => optimized_png(cx, file, effort, staging),
        _ => Ok(None),
    };
    match optimized {
        Ok(Some(body)) => Some(body),
        Ok(None) => as_it_is(cx, file),
        Err(fault) => {
            cx.report(*fault);
            None
        }
    }
}

fn as_it_is(cx: &Context, file: &SourceFile) -> Option<DraftBody> {
    match fs::hash_file(&file.on_disk) {
        Ok((size, hash)) => Some(DraftBody::Copy { file: file.on_disk.clone(), hash, size }),
        Err(error) => {
            cx.report(Diagnostic::unreadable(file.path.as_str(), &fs::reason(&error)));
            None
        }
    }
}

/// `None` when the original is to be kept.
fn optimized_png(
    cx: &Context,
    file: &SourceFile,
    effort: u8,
    staging: &Staging,
) -> Result<Option<DraftBody>, Box<Diagnostic>> {
    let bytes =
        fs::read(&file.on_disk).map_err(|error| Diagnostic::unreadable(file.path.as_str(), &fs::reason(&error)))?;
    let optimized = match optimize_png(&bytes, effort) {
        Ok(Some(optimized)) => optimized,
        Ok(None) => return Ok(None),
        Err(kept) => {
            cx.report(describe(file, &kept));
            return Ok(None);
        }
    };
    let staged = staging.file();
    fs::write(&staged, &optimized)
        .map_err(fs::OutputError::unwritable(&cx.settings.output_root))
        .map_err(|error| error.into_diagnostic(&cx.settings.root))?;
    let hash = ContentHash::of(&optimized);
    Ok(Some(DraftBody::Staged { file: staged, hash, size: optimized.len() as u64 }))
}

fn describe(file: &SourceFile, kept: &Kept) -> Diagnostic {
    match kept {
        Kept::Undecodable(reason) => Diagnostic::warning(
            Code::UndecodablePicture,
            format!("`{}` cannot be decoded as a PNG: {reason}; it was copied as it is", file.path),
        )
        .hint("save the picture again, or remove it"),
        Kept::Changed => Diagnostic::warning(
            Code::PictureChanged,
            format!("optimizing `{}` would have changed its pixels; it was copied as it is", file.path),
        )
        .hint("please report this picture to the authors of assetc"),
    }
    .at(Place::file(file.path.as_str()))
}
