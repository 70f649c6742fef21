//! Puts small pictures and fonts into the stylesheets that refer to them, as `data:` URLs (RFC 2397).
//!
//! Only where the configuration asks for it: a page whose Content Security Policy has no `data:` would lose them. Not those with a
//! query or a fragment, which may name a part of an SVG, nor files of somebody else's outside of the project.

use std::path::Path;

use crate::context::Context;
use crate::diagnostic::Diagnostic;
use crate::fs;
use crate::graph::{ChunkId, Draft, DraftBody, Fill, Kind, Piece};

/// Fills the holes of stylesheets whose outputs have at most `limit` bytes.
pub fn inline_small(cx: &Context, drafts: &mut [Draft], limit: u64) {
    if limit == 0 {
        return;
    }
    let urls: Vec<Option<String>> = drafts.iter().map(|draft| small(cx, draft, limit)).collect();
    for draft in drafts.iter_mut().filter(|draft| matches!(draft.kind, Kind::Style | Kind::Sass)) {
        let DraftBody::Text { piece, fills } = &mut draft.body else { continue };
        for (nth, fill) in fills.iter_mut().enumerate() {
            if let Fill::Chunk(chunk) = fill
                && let Some(url) = &urls[chunk.0]
                && is_whole_url(piece, nth)
            {
                *fill = Fill::AsWritten(url.clone());
            }
        }
        let still = |chunk: &ChunkId| fills.iter().any(|fill| matches!(fill, Fill::Chunk(at) if at == chunk));
        draft.references.retain(still);
    }
}

/// Whether nothing stands behind the hole in its URL, and it is no import.
fn is_whole_url(piece: &Piece, nth: usize) -> bool {
    let at = piece.holes[nth].offset;
    piece.text[..at].ends_with("url(\"") && piece.text[at..].starts_with("\")")
}

/// The `data:` URL of a small output that can be one.
fn small(cx: &Context, draft: &Draft, limit: u64) -> Option<String> {
    let media_type = media_type(draft.logical.split_extension().1?)?;
    if draft.source.as_str().starts_with("../") {
        return None;
    }
    let bytes = match &draft.body {
        DraftBody::Staged { file, size, .. } | DraftBody::Copy { file, size, .. } if *size <= limit => {
            read(cx, draft, file)?
        }
        DraftBody::Text { piece, .. } if piece.holes.is_empty() && piece.text.len() as u64 <= limit => {
            piece.text.clone().into_bytes()
        }
        _ => return None,
    };
    Some(data_url(media_type, &bytes))
}

fn read(cx: &Context, draft: &Draft, file: &Path) -> Option<Vec<u8>> {
    // That it must be as it was hashed is written down already.
    match cx.reads.view().read(file) {
        Ok((bytes, _)) => Some(bytes),
        Err(error) => {
            cx.report(Diagnostic::unreadable(draft.source.as_str(), &fs::reason(&error)));
            None
        }
    }
}

/// What browsers show in a stylesheet.
fn media_type(extension: &str) -> Option<&'static str> {
    Some(match extension.to_ascii_lowercase().as_str() {
        "png" | "apng" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "svg" => "image/svg+xml",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        _ => return None,
    })
}

/// In the shorter of its two forms, safe between double quotes.
fn data_url(media_type: &str, bytes: &[u8]) -> String {
    let base64 = format!("data:{media_type};base64,{}", base64(bytes));
    let Ok(text) = std::str::from_utf8(bytes) else { return base64 };
    let mut escaped = format!("data:{media_type},");
    for byte in text.trim_end().bytes() {
        match byte {
            b'"' | b'#' | b'%' | b'\\' | 0..=31 | 127.. => escaped += &format!("%{byte:02X}"),
            _ => escaped.push(char::from(byte)),
        }
    }
    if escaped.len() < base64.len() { escaped } else { base64 }
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for block in bytes.chunks(3) {
        let bits = block.iter().enumerate().fold(0, |bits, (nth, &byte)| bits | u32::from(byte) << (16 - 8 * nth));
        for nth in 0..4 {
            let digit = char::from(ALPHABET[(bits >> (18 - 6 * nth) & 63) as usize]);
            text.push(if nth <= block.len() { digit } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_known_answers() {
        let answers = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (bytes, text) in answers {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn the_shorter_form_wins() {
        assert_eq!(
            data_url("image/svg+xml", b"<svg id=\"a\" fill='#f00'/>\n"),
            "data:image/svg+xml,<svg id=%22a%22 fill='%23f00'/>"
        );
        assert_eq!(
            data_url("image/svg+xml", "é".repeat(9).as_bytes()),
            "data:image/svg+xml;base64,w6nDqcOpw6nDqcOpw6nDqcOp"
        );
        assert_eq!(data_url("image/png", &[0x89, b'P']), "data:image/png;base64,iVA=");
    }
}
