use std::sync::Arc;

use crate::context::Context;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::fs;
use crate::graph::{Kind, SourceFile};
use crate::source::Source;

/// The file as text; otherwise says what is wrong with it, under `not_utf8` when that is it.
pub fn read_text(cx: &Context, file: &SourceFile, not_utf8: Code) -> Option<Arc<Source>> {
    match String::from_utf8(read_bytes(cx, file)?) {
        Ok(text) => Some(Source::new(file.path.clone(), text)),
        Err(error) => {
            cx.report(describe_not_utf8(file, not_utf8, &error));
            None
        }
    }
}

/// The file's bytes; otherwise says why there are none.
pub fn read_bytes(cx: &Context, file: &SourceFile) -> Option<Vec<u8>> {
    fs::read(&file.on_disk)
        .map_err(|error| cx.report(Diagnostic::unreadable(file.path.as_str(), &fs::reason(&error))))
        .ok()
}

fn describe_not_utf8(file: &SourceFile, code: Code, error: &std::string::FromUtf8Error) -> Diagnostic {
    let at = error.utf8_error().valid_up_to();
    let line = error.as_bytes()[..at].iter().filter(|&&byte| byte == b'\n').count() + 1;
    let message = format!("`{}` is not UTF-8: byte 0x{:02x} in line {line}", file.path, error.as_bytes()[at]);
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
