//! WebP: lossless pictures written again where that is smaller, XMP metadata dropped from all.
//!
//! The container is RFC 9649: chunks of four letters, a length and a payload, padded to even lengths.

use std::io::Cursor;

use image_webp::WebPDecoder;

use super::bytes::{array, u32_le};
use super::{Kept, MAX_DECODED, too_large};
use crate::graph::Dimensions;

const HAS_XMP: u8 = 0x04;
const HAS_ANIMATION: u8 = 0x02;

pub fn measure(bytes: &[u8]) -> Option<Dimensions> {
    let (name, body) = Chunks::of(bytes)?.next()?;
    let u24 = |at: usize| array::<3>(body, at).map(|[low, middle, high]| u32::from_le_bytes([low, middle, high, 0]));
    let (width, height) = match &name {
        b"VP8X" => (u24(4)? + 1, u24(7)? + 1),
        b"VP8L" => {
            let bits = u32_le(body, 1)?;
            ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1)
        }
        // The upper two bits of each are a scale.
        b"VP8 " => (u24(6)? & 0x3fff, u24(8)? & 0x3fff),
        _ => return None,
    };
    Some(Dimensions { width, height })
}

pub fn optimize(bytes: &[u8]) -> Result<Option<Vec<u8>>, Kept> {
    let damaged = || Kept::Undecodable("it is cut off or damaged".to_owned());
    let chunks = Chunks::whole(bytes).ok_or_else(damaged)?;
    let before = Pixels::of(bytes)?;
    let animated = chunks
        .iter()
        .any(|(name, body)| name == b"VP8X" && body.first().is_some_and(|flags| flags & HAS_ANIMATION != 0));
    let lossless = chunks.iter().position(|(name, _)| name == b"VP8L").filter(|_| !animated);
    let encoded = lossless.and_then(|_| before.encode());
    let encoded = encoded.as_deref().and_then(|encoded| Chunks::of(encoded)?.find(|(name, _)| name == b"VP8L"));
    let kept: Vec<([u8; 4], Vec<u8>)> = chunks
        .iter()
        .filter(|(name, _)| name != b"XMP ")
        .map(|(name, body)| match (name, encoded) {
            (b"VP8L", Some((_, smaller))) if smaller.len() < body.len() => (*name, smaller.to_vec()),
            (b"VP8X", _) => (*name, without_xmp_flag(body)),
            _ => (*name, body.to_vec()),
        })
        .collect();
    let optimized = write(&kept);
    if optimized.len() >= bytes.len() {
        return Ok(None);
    }
    if Pixels::of(&optimized).map_err(|_| Kept::Changed)? != before {
        return Err(Kept::Changed);
    }
    Ok(Some(optimized))
}

fn without_xmp_flag(body: &[u8]) -> Vec<u8> {
    let mut body = body.to_vec();
    if let Some(flags) = body.first_mut() {
        *flags &= !HAS_XMP;
    }
    body
}

/// The file with a color profile in it.
pub(super) fn with_profile(bytes: &[u8], size: Dimensions, profile: Option<&[u8]>) -> Option<Vec<u8>> {
    const HAS_PROFILE: u8 = 0x20;
    const HAS_ALPHA: u8 = 0x10;
    let Some(profile) = profile else { return Some(bytes.to_vec()) };
    let whole = Chunks::whole(bytes)?;
    // Alpha is in a lossless picture itself, in a lossy one in a chunk of its own; its header then says so.
    let has_alpha = whole
        .iter()
        .any(|(name, body)| name == b"ALPH" || (name == b"VP8L" && body.get(4).is_some_and(|bits| bits & 0x10 != 0)));
    let mut header = vec![HAS_PROFILE | if has_alpha { HAS_ALPHA } else { 0 }, 0, 0, 0];
    header.extend(&(size.width - 1).to_le_bytes()[..3]);
    header.extend(&(size.height - 1).to_le_bytes()[..3]);
    let rest = whole.into_iter().filter(|(name, _)| name != b"VP8X").map(|(name, body)| (name, body.to_vec()));
    let chunks: Vec<_> = [(*b"VP8X", header), (*b"ICCP", profile.to_vec())].into_iter().chain(rest).collect();
    Some(write(&chunks))
}

/// The color profile.
pub(super) fn profile(bytes: &[u8]) -> Option<Vec<u8>> {
    Chunks::of(bytes)?.find(|(name, _)| name == b"ICCP").map(|(_, body)| body.to_vec())
}

pub(super) fn is_lossless(bytes: &[u8]) -> bool {
    Chunks::of(bytes).is_some_and(|mut chunks| chunks.any(|(name, _)| &name == b"VP8L"))
}

struct Chunks<'b>(&'b [u8]);

impl<'b> Chunks<'b> {
    fn of(bytes: &'b [u8]) -> Option<Self> {
        bytes.get(12..).map(Self)
    }

    /// All chunks, when they fill what the header says.
    fn whole(bytes: &'b [u8]) -> Option<Vec<([u8; 4], &'b [u8])>> {
        let end = (u32_le(bytes, 4)? as usize).checked_add(8)?;
        let mut chunks = Self(bytes.get(12..end)?);
        let list = chunks.by_ref().collect();
        chunks.0.is_empty().then_some(list)
    }
}

impl<'b> Iterator for Chunks<'b> {
    type Item = ([u8; 4], &'b [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, length) = (array(self.0, 0)?, u32_le(self.0, 4)? as usize);
        let end = length.checked_add(8)?;
        let body = self.0.get(8..end)?;
        // Some writers leave out the last padding byte.
        self.0 = self.0.get(end + length % 2..).unwrap_or_default();
        Some((name, body))
    }
}

fn write(chunks: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut out = b"RIFF\0\0\0\0WEBP".to_vec();
    for (name, body) in chunks {
        out.extend(name);
        out.extend((body.len() as u32).to_le_bytes());
        out.extend(body);
        out.extend(std::iter::repeat_n(0, body.len() % 2));
    }
    let size = (out.len() - 8) as u32;
    out[4..8].copy_from_slice(&size.to_le_bytes());
    out
}

/// What a WebP shows.
#[derive(PartialEq)]
pub(super) struct Pixels {
    pub width: u32,
    pub height: u32,
    pub alpha: bool,
    /// Three or four bytes a pixel; of an animation, one frame after the other, each with its duration.
    pub samples: Vec<u8>,
}

impl Pixels {
    pub fn of(bytes: &[u8]) -> Result<Self, Kept> {
        let undecodable = |error: image_webp::DecodingError| Kept::Undecodable(error.to_string());
        let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(undecodable)?;
        let (width, height) = decoder.dimensions();
        let n_frames = u64::from(decoder.num_frames().max(1));
        let decoded = u64::from(width) * u64::from(height) * 4 * n_frames;
        if decoded > MAX_DECODED {
            return Err(too_large(width.into(), height.into(), decoded));
        }
        decoder.set_memory_limit(MAX_DECODED as usize);
        let size = decoder.output_buffer_size().ok_or_else(|| too_large(width.into(), height.into(), decoded))?;
        let mut samples = vec![0; size];
        if decoder.is_animated() {
            let mut all = Vec::new();
            for _ in 0..n_frames {
                let duration = decoder.read_frame(&mut samples).map_err(undecodable)?;
                all.extend(duration.to_le_bytes());
                all.extend(&samples);
            }
            samples = all;
        } else {
            decoder.read_image(&mut samples).map_err(undecodable)?;
        }
        Ok(Self { width, height, alpha: decoder.has_alpha(), samples })
    }

    /// As a lossless WebP; the colors of transparent pixels stay too.
    fn encode(&self) -> Option<Vec<u8>> {
        let mut config = webp::WebPConfig::new().ok()?;
        config.lossless = 1;
        config.exact = 1;
        config.quality = 90.0;
        config.method = 6;
        let encoder = match self.alpha {
            true => webp::Encoder::from_rgba(&self.samples, self.width, self.height),
            false => webp::Encoder::from_rgb(&self.samples, self.width, self.height),
        };
        encoder.encode_advanced(&config).ok().map(|encoded| encoded.to_vec())
    }
}
