use std::sync::Arc;

use crate::context::Context;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::fs;
use crate::graph::{Kind, SourceFile};
use crate::source::Source;

/// The file as text; otherwise says what is wrong with it, under `not_utf8` when that is it.
pub fn read_text(cx: &Context, file: &SourceFile, not_utf8: Code) -> Option<Arc<Source>> {
    match cx.reads.source(&file.on_disk, &file.path) {
        Ok(source) => Some(source),
        Err(fault) => {
            cx.report(match fault {
                Ok(bytes) => describe_not_utf8(file, not_utf8, &bytes),
                Err(error) => Diagnostic::unreadable(file.path.as_str(), &fs::reason(&error)),
            });
            None
        }
    }
}

/// The file's bytes; otherwise says why there are none.
pub fn read_bytes(cx: &Context, file: &SourceFile) -> Option<Vec<u8>> {
    cx.reads
        .read(&file.on_disk)
        .map_err(|error| cx.report(Diagnostic::unreadable(file.path.as_str(), &fs::reason(&error))))
        .ok()
}

fn describe_not_utf8(file: &SourceFile, code: Code, bytes: &[u8]) -> Diagnostic {
    let at = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    let line = bytes[..at].iter().filter(|&&byte| byte == b'\n').count() + 1;
    let byte = bytes.get(at).copied().unwrap_or_default();
    let message = format!("`{}` is not UTF-8: byte 0x{byte:02x} in line {line}", file.path);
    let diagnostic = match file.kind {
        // Decision 17: a picture never fails a build.
        Kind::Svg => Diagnostic::warning(code, format!("{message}; it was copied as it is")),
        Kind::WebManifest if code == Code::InvalidWebManifest => {
            Diagnostic::warning(code, format!("{message}; it was copied as it is"))
        }
        _ => Diagnostic::error(code, message),
    };
    diagnostic.at(Place::file(file.path.as_str())).hint("save the file in the encoding UTF-8")
}
