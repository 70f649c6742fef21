use crate::context::Context;
use crate::diagnostic::Diagnostic;
use crate::fs;
use crate::graph::{DraftBody, SourceFile};

/// A file byte for byte.
pub fn copy(cx: &Context, file: &SourceFile) -> Option<DraftBody> {
    match cx.reads.hash(&file.on_disk) {
        Ok((size, hash)) => Some(DraftBody::Copy { file: file.on_disk.clone(), hash, size }),
        Err(error) => {
            cx.report(Diagnostic::unreadable(file.path.as_str(), &fs::reason(&error)));
            None
        }
    }
}
