//! Raster pictures: recognised, measured, and made smaller without changing a pixel.
//!
//! In: a file's bytes. Out: how large the picture is, and smaller bytes that show the same. Every answer is checked: what
//! was written is decoded again and compared with the original, in release builds too.
//! Not here: which pictures a user wants left alone (`optimize`).

mod avif;
mod bytes;
mod exif;
mod gif;
mod ico;
mod jpeg;
mod png;
mod sniff;
mod variants;
mod webp;

pub use sniff::sniff;
pub use variants::{Raster, decode};

use serde::{Deserialize, Serialize};

use crate::graph::{Dimensions, Kind};

/// Larger pictures than this, decoded, are left alone: a few kilobytes can claim to be gigabytes.
const MAX_DECODED: u64 = 256 << 20;

/// Why a picture was left as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kept {
    /// It cannot be decoded; the reason.
    Undecodable(String),
    /// It is a picture of another kind than its name says.
    Misnamed(Kind),
    /// What was written does not show the same.
    Changed,
}

/// How hard to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// oxipng's preset, 0 to 6.
    pub png: u8,
}

/// The size at which a browser shows the picture when a page says nothing: the orientation of its metadata is heeded.
///
/// Only headers are read. `kind` is what the file's name says; the answer is about what the bytes are.
pub fn measure(kind: Kind, bytes: &[u8]) -> Result<Dimensions, Kept> {
    let found = check_kind(kind, bytes)?;
    let measured = match found {
        Kind::Png => png::measure(bytes),
        Kind::Jpeg => jpeg::measure(bytes),
        Kind::Gif => gif::measure(bytes),
        Kind::Webp => webp::measure(bytes),
        Kind::Avif => avif::measure(bytes),
        Kind::Ico => ico::measure(bytes),
        Kind::Script
        | Kind::Style
        | Kind::Sass
        | Kind::Svg
        | Kind::WebManifest
        | Kind::SourceMap
        | Kind::Font
        | Kind::Opaque => None,
    };
    measured.ok_or_else(|| Kept::Undecodable("its header is cut off or damaged".to_owned()))
}

/// The picture in fewer bytes; `None` when it cannot be made smaller.
pub fn optimize(kind: Kind, bytes: &[u8], effort: Effort) -> Result<Option<Vec<u8>>, Kept> {
    check_kind(kind, bytes)?;
    let optimized = match kind {
        Kind::Png => png::optimize(bytes, effort.png)?,
        Kind::Jpeg => jpeg::optimize(bytes)?,
        Kind::Gif => gif::optimize(bytes)?,
        Kind::Webp => webp::optimize(bytes)?,
        Kind::Avif => avif::check(bytes).map(|()| None)?,
        Kind::Ico => ico::check(bytes).map(|()| None)?,
        Kind::Script
        | Kind::Style
        | Kind::Sass
        | Kind::Svg
        | Kind::WebManifest
        | Kind::SourceMap
        | Kind::Font
        | Kind::Opaque => None,
    };
    Ok(optimized.filter(|optimized| optimized.len() < bytes.len()))
}

fn check_kind(kind: Kind, bytes: &[u8]) -> Result<Kind, Kept> {
    match sniff(bytes) {
        Some(found) if found == kind => Ok(kind),
        Some(found) => Err(Kept::Misnamed(found)),
        None if bytes.is_empty() => Err(Kept::Undecodable("the file is empty".to_owned())),
        None => Err(Kept::Undecodable("it does not begin as one".to_owned())),
    }
}

fn too_large(width: u64, height: u64, decoded: u64) -> Kept {
    Kept::Undecodable(format!("{width} × {height} pixels are {} MB decoded", decoded >> 20))
}

#[cfg(test)]
mod tests;
