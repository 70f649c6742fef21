//! PNG, made smaller without changing a pixel.

use std::io::Cursor;

use oxipng::StripChunks;
use png::{BitDepth, ColorType, Decoder, Limits, Transformations};

/// Larger pictures than this, decoded, are left alone: a few kilobytes can claim to be gigabytes.
const MAX_DECODED: u64 = 512 << 20;

/// Chunks that a browser heeds, beside those that hold the picture. Everything else is dropped. oxipng's own "safe"
/// list would drop gAMA, cHRM and mDCV, which change colours, and eXIf, which can hold the orientation.
const KEPT_CHUNKS: [[u8; 4]; 12] = [
    *b"iCCP", *b"sRGB", *b"cICP", *b"gAMA", *b"cHRM", *b"mDCV", *b"cLLI", *b"eXIf", *b"pHYs", *b"acTL", *b"fcTL",
    *b"fdAT",
];

/// Why a picture was left as it is.
#[derive(Debug, PartialEq, Eq)]
pub enum Kept {
    /// It cannot be decoded; the reason.
    Undecodable(String),
    /// What oxipng wrote does not decode to the same pixels.
    Changed,
}

/// The picture with oxipng's preset `effort` (0 to 6) applied, if that is smaller; `None` when it is not.
///
/// Both are decoded and every pixel of every frame is compared, in release builds too.
pub fn optimize_png(bytes: &[u8], effort: u8) -> Result<Option<Vec<u8>>, Kept> {
    check_size(bytes)?;
    let options = oxipng::Options {
        strip: StripChunks::Keep(KEPT_CHUNKS.into_iter().collect()),
        max_decompressed_size: Some(MAX_DECODED as usize),
        ..oxipng::Options::from_preset(effort)
    };
    let optimized =
        oxipng::optimize_from_memory(bytes, &options).map_err(|error| Kept::Undecodable(error.to_string()))?;
    let before = pixels(bytes)?;
    if optimized.len() >= bytes.len() {
        return Ok(None);
    }
    if before != pixels(&optimized).map_err(|_| Kept::Changed)? {
        return Err(Kept::Changed);
    }
    Ok(Some(optimized))
}

fn check_size(bytes: &[u8]) -> Result<(), Kept> {
    let mut decoder = Decoder::new(Cursor::new(bytes));
    let info = decoder.read_header_info().map_err(undecodable)?;
    let decoded = u64::from(info.width) * u64::from(info.height) * info.bits_per_pixel() as u64 / 8;
    if decoded > MAX_DECODED {
        let megabytes = decoded >> 20;
        return Err(Kept::Undecodable(format!("{} × {} pixels are {megabytes} MB decoded", info.width, info.height)));
    }
    Ok(())
}

fn undecodable(error: png::DecodingError) -> Kept {
    Kept::Undecodable(error.to_string())
}

/// A decoded picture: its frames, in the order in which they are shown.
#[derive(Debug, PartialEq)]
struct Pixels(Vec<Frame>);

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

fn pixels(bytes: &[u8]) -> Result<Pixels, Kept> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: 4 * MAX_DECODED as usize });
    decoder.set_transformations(Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    let mut reader = decoder.read_info().map_err(undecodable)?;
    let n_frames = reader.info().animation_control().map_or(1, |control| {
        // A first picture without frame control is shown where animation is not, and is no frame.
        control.num_frames + u32::from(reader.info().frame_control().is_none())
    });
    let mut frames = Vec::new();
    for _ in 0..n_frames {
        let size = reader.output_buffer_size().ok_or_else(|| Kept::Undecodable("too large".to_owned()))?;
        let mut samples = vec![0; size];
        let info = reader.next_frame(&mut samples).map_err(undecodable)?;
        samples.truncate(info.buffer_size());
        let control = reader.info().frame_control().map(|at| {
            let delay = u32::from(at.delay_num) << 16 | u32::from(at.delay_den);
            [at.x_offset, at.y_offset, delay, at.dispose_op as u32, at.blend_op as u32]
        });
        let (width, height, color, depth) = (info.width, info.height, info.color_type, info.bit_depth);
        frames.push(Frame { width, height, color, depth, samples, control });
    }
    Ok(Pixels(frames))
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
