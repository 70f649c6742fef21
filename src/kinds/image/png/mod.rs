//! PNG, made smaller without changing a pixel.

use std::io::Cursor;

use oxipng::StripChunks;
use png::{BitDepth, ColorType, Decoder, Limits, Transformations};

use super::bytes::u32_be;
use super::{Kept, MAX_DECODED, too_large};
use crate::graph::Dimensions;

/// Chunks that a browser heeds, beside those that hold the picture. Everything else is dropped. oxipng's own "safe"
/// list would drop gAMA, cHRM and mDCV, which change colours, and eXIf, which can hold the orientation.
const KEPT_CHUNKS: [[u8; 4]; 12] = [
    *b"iCCP", *b"sRGB", *b"cICP", *b"gAMA", *b"cHRM", *b"mDCV", *b"cLLI", *b"eXIf", *b"pHYs", *b"acTL", *b"fcTL",
    *b"fdAT",
];

/// Up to this size a picture is worth a higher preset: it costs little there, and icons are many.
const SMALL: usize = 16 << 10;

pub fn measure(bytes: &[u8]) -> Option<Dimensions> {
    (bytes.get(12..16)? == b"IHDR").then_some(())?;
    let (width, height) = (u32_be(bytes, 16)?, u32_be(bytes, 20)?);
    let turned = exif_of(bytes).and_then(super::exif::orientation).is_some_and(super::exif::is_turned);
    Some(if turned { Dimensions { width: height, height: width } } else { Dimensions { width, height } })
}

/// The payload of `eXIf`, if it stands before the picture.
fn exif_of(bytes: &[u8]) -> Option<&[u8]> {
    let mut at = 8;
    loop {
        let length = u32_be(bytes, at)? as usize;
        match bytes.get(at + 4..at + 8)? {
            b"eXIf" => return bytes.get(at + 8..(at + 8).checked_add(length)?),
            b"IDAT" => return None,
            _ => at = at.checked_add(length)?.checked_add(12)?,
        }
    }
}

/// The picture with oxipng's preset `effort` (0 to 6) applied.
///
/// Both are decoded and every pixel of every frame is compared.
pub fn optimize(bytes: &[u8], effort: u8) -> Result<Option<Vec<u8>>, Kept> {
    check_size(bytes)?;
    let effort = if effort == 2 && bytes.len() <= SMALL { 4 } else { effort };
    let options = oxipng::Options {
        strip: StripChunks::Keep(KEPT_CHUNKS.into_iter().collect()),
        max_decompressed_size: Some(MAX_DECODED as usize),
        ..oxipng::Options::from_preset(effort)
    };
    let optimized =
        oxipng::optimize_from_memory(bytes, &options).map_err(|error| Kept::Undecodable(error.to_string()))?;
    if optimized.len() >= bytes.len() {
        // It is still to be said that a picture is broken.
        Frames::of(bytes)?.try_for_each(|frame| frame.map(drop))?;
        return Ok(None);
    }
    if !shows_the_same(bytes, &optimized)? {
        return Err(Kept::Changed);
    }
    Ok(Some(optimized))
}

fn check_size(bytes: &[u8]) -> Result<(), Kept> {
    let mut decoder = Decoder::new(Cursor::new(bytes));
    let info = decoder.read_header_info().map_err(undecodable)?;
    let decoded = u64::from(info.width) * u64::from(info.height) * info.bits_per_pixel() as u64 / 8;
    if decoded > MAX_DECODED {
        return Err(too_large(info.width.into(), info.height.into(), decoded));
    }
    Ok(())
}

fn undecodable(error: png::DecodingError) -> Kept {
    Kept::Undecodable(error.to_string())
}

/// Whether both have the same frames, and as many; an error when `before` cannot be decoded.
fn shows_the_same(before: &[u8], after: &[u8]) -> Result<bool, Kept> {
    let (before, Ok(mut after)) = (Frames::of(before)?, Frames::of(after)) else { return Ok(false) };
    for frame in before {
        let frame = frame?;
        if !matches!(after.next(), Some(Ok(other)) if other == frame) {
            return Ok(false);
        }
    }
    Ok(after.next().is_none())
}

/// The frames of a picture, in the order in which they are shown, decoded one at a time.
struct Frames<'b> {
    reader: png::Reader<Cursor<&'b [u8]>>,
    left: u32,
    /// Bytes that may still be decoded: an animation of many frames must not take for ever.
    budget: u64,
}

impl<'b> Frames<'b> {
    fn of(bytes: &'b [u8]) -> Result<Self, Kept> {
        let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: 4 * MAX_DECODED as usize });
        decoder.set_transformations(Transformations::EXPAND);
        decoder.set_ignore_text_chunk(true);
        let reader = decoder.read_info().map_err(undecodable)?;
        let left = reader.info().animation_control().map_or(1, |control| {
            // A first picture without frame control is shown where animation is not, and is no frame.
            control.num_frames.saturating_add(u32::from(reader.info().frame_control().is_none()))
        });
        Ok(Self { reader, left, budget: 16 * MAX_DECODED })
    }
}

impl Iterator for Frames<'_> {
    type Item = Result<Frame, Kept>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let frame = decode_frame(&mut self.reader, &mut self.budget);
        if frame.is_err() {
            self.left = 0;
        }
        Some(frame)
    }
}

fn decode_frame(reader: &mut png::Reader<Cursor<&[u8]>>, budget: &mut u64) -> Result<Frame, Kept> {
    let too_large = || Kept::Undecodable("too large".to_owned());
    let size = reader.output_buffer_size().ok_or_else(too_large)?;
    *budget = budget.checked_sub(size as u64).ok_or_else(too_large)?;
    let mut samples = vec![0; size];
    let info = reader.next_frame(&mut samples).map_err(undecodable)?;
    samples.truncate(info.buffer_size());
    let control = reader.info().frame_control().map(|at| {
        let delay = u32::from(at.delay_num) << 16 | u32::from(at.delay_den);
        [at.x_offset, at.y_offset, delay, at.dispose_op as u32, at.blend_op as u32]
    });
    let (width, height, color, depth) = (info.width, info.height, info.color_type, info.bit_depth);
    Ok(Frame { width, height, color, depth, samples, control })
}

#[derive(Debug)]
struct Frame {
    width: u32,
    height: u32,
    color: ColorType,
    depth: BitDepth,
    samples: Vec<u8>,
    /// Place, delay, disposal and blending in an animation.
    control: Option<[u32; 5]>,
}

impl PartialEq for Frame {
    /// Whether both show the same, whatever their colour type and depth.
    fn eq(&self, other: &Self) -> bool {
        (self.width, self.height, self.control) == (other.width, other.height, other.control)
            && ((self.color, self.depth, &self.samples) == (other.color, other.depth, &other.samples)
                || self.rgba().eq(other.rgba()))
    }
}

impl Frame {
    /// Every pixel as red, green, blue and alpha of 16 bits: what any colour type and depth widens to without loss.
    fn rgba(&self) -> impl Iterator<Item = [u16; 4]> {
        let wide = self.depth == BitDepth::Sixteen;
        let sample_size = if wide { 2 } else { 1 };
        self.samples.chunks_exact(self.color.samples() * sample_size).map(move |pixel| {
            let sample = |nth: usize| match wide {
                true => u16::from_be_bytes([pixel[2 * nth], pixel[2 * nth + 1]]),
                false => u16::from(pixel[nth]) * 257,
            };
            match self.color {
                ColorType::Grayscale | ColorType::Indexed => [sample(0), sample(0), sample(0), u16::MAX],
                ColorType::GrayscaleAlpha => [sample(0), sample(0), sample(0), sample(1)],
                ColorType::Rgb => [sample(0), sample(1), sample(2), u16::MAX],
                ColorType::Rgba => [sample(0), sample(1), sample(2), sample(3)],
            }
        })
    }
}

#[cfg(test)]
mod tests;
