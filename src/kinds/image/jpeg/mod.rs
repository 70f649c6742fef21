//! JPEG: the same coefficients in fewer bytes.
//!
//! The picture is never decoded to pixels and encoded again: its quantised coefficients are read, coded progressively with tables
//! made for them, read back and compared. ICC profile and orientation stay, other metadata goes. What a decoder only warned about,
//! and what this cannot judge, is left alone.

mod header;
mod libjpeg;

use super::{Kept, exif};
use crate::graph::Dimensions;
use header::Header;

/// Samples in all components. Coefficients take two bytes a sample, twice in memory while they are compared.
const MAX_SAMPLES: u64 = 100_000_000;

/// Samples times scans: a progressive file can make a decoder pass over all of them for every few bytes.
const MAX_WORK: u64 = 3_000_000_000;

const APP1: u8 = 0xe1;
const APP2: u8 = 0xe2;
const ICC: &[u8] = b"ICC_PROFILE\0";
const EXIF: &[u8] = b"Exif\0\0";

/// Says where a second picture lies behind the first (CIPA DC-007): an Ultra HDR's gain map, a stereo pair.
const SECOND_PICTURE: [&[u8]; 2] = [b"MPF\0", b"urn:iso:std:iso:ts:21496"];

pub fn measure(bytes: &[u8]) -> Option<Dimensions> {
    let header = Header::read(bytes)?;
    let (width, height) = (header.width, header.height);
    let turned = header.exif().and_then(exif::orientation).is_some_and(exif::is_turned);
    Some(if turned { Dimensions { width: height, height: width } } else { Dimensions { width, height } })
}

/// How it is turned when it is shown, 1 to 8.
pub fn orientation(bytes: &[u8]) -> Option<u8> {
    Header::read(bytes)?.exif().and_then(exif::orientation)
}

pub fn optimize(bytes: &[u8]) -> Result<Option<Vec<u8>>, Kept> {
    let header = Header::read(bytes).ok_or_else(|| Kept::Undecodable("its header is cut off or damaged".to_owned()))?;
    let samples = u64::from(header.width) * u64::from(header.height) * u64::from(header.components);
    if samples > MAX_SAMPLES || samples * header.scans > MAX_WORK {
        let (width, height, scans) = (header.width, header.height, header.scans);
        return Err(Kept::Undecodable(format!("{width} × {height} pixels in {scans} passes are too many")));
    }
    if !header.is_common() || header.holds_a_second_picture() {
        return Ok(None);
    }
    let optimized = libjpeg::recode(bytes, &kept_markers(&header)).map_err(Kept::Undecodable)?;
    if optimized.len() >= bytes.len() {
        return Ok(None);
    }
    match libjpeg::have_equal_coefficients(bytes, &optimized) {
        Ok(true) => Ok(Some(optimized)),
        Ok(false) | Err(_) => Err(Kept::Changed),
    }
}

/// Marker codes and payloads to write.
fn kept_markers(header: &Header) -> Vec<(u8, Vec<u8>)> {
    let mut markers = Vec::new();
    if let Some(metadata) = header.exif() {
        if exif::claims_another_size(metadata, header.width, header.height) {
            markers.push((APP1, [EXIF, metadata].concat()));
        } else if let Some(orientation @ 2..) = exif::orientation(metadata) {
            markers.push((APP1, [EXIF, &exif::only_orientation(orientation)].concat()));
        }
    }
    let profile = header.segments.iter().filter(|(code, payload)| *code == APP2 && payload.starts_with(ICC));
    markers.extend(profile.map(|(code, payload)| (*code, payload.to_vec())));
    markers
}

impl Header<'_> {
    /// Eight bits, one gray or three color components, Huffman codes, DCT: what a browser shows in one way.
    fn is_common(&self) -> bool {
        matches!(self.frame, 0xc0..=0xc2) && self.precision == 8 && matches!(self.components, 1 | 3)
    }

    /// Without its own header, from the byte order on.
    fn exif(&self) -> Option<&[u8]> {
        let mut segments = self.segments.iter().filter(|(code, _)| *code == APP1);
        segments.find_map(|(_, payload)| payload.strip_prefix(EXIF))
    }

    fn holds_a_second_picture(&self) -> bool {
        let mut segments = self.segments.iter().filter(|(code, _)| *code == APP2);
        segments.any(|(_, payload)| SECOND_PICTURE.iter().any(|second| payload.starts_with(second)))
    }
}
