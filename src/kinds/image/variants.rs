//! Other forms of a picture: WebP, smaller ones, a placeholder.

use std::io::Cursor;

use fast_image_resize::images::Image;
use fast_image_resize::{PixelType, ResizeOptions, Resizer};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::webp::{self, Pixels};
use super::{Kept, MAX_DECODED, check_kind, exif, jpeg, measure, too_large};
use crate::graph::{Dimensions, Kind};

/// The longest side of what a ThumbHash is made of.
const PLACEHOLDER_SIDE: u32 = 100;

/// A decoded picture, turned as it is shown.
pub struct Raster {
    pub size: Dimensions,
    /// Red, green, blue, alpha.
    rgba: Vec<u8>,
    profile: Option<Vec<u8>>,
    /// Whether the source keeps every pixel, so that its other form must too.
    lossless: bool,
}

/// Decodes a picture of which other forms can be made: PNG, JPEG, WebP. Of an animation none can.
pub fn decode(kind: Kind, bytes: &[u8]) -> Result<Raster, Kept> {
    check_kind(kind, bytes)?;
    let size = measure(kind, bytes)?;
    let decoded = u64::from(size.width) * u64::from(size.height) * 4;
    if decoded > MAX_DECODED {
        return Err(too_large(size.width.into(), size.height.into(), decoded));
    }
    match kind {
        Kind::Png => of_png(bytes),
        Kind::Jpeg => of_jpeg(bytes),
        Kind::Webp => of_webp(bytes),
        _ => Err(Kept::Undecodable(format!("other forms are made of PNG, JPEG and WebP, not of {}", kind.noun()))),
    }
}

impl Raster {
    /// As a WebP of this width, or of its own.
    pub fn to_webp(&self, width: Option<u32>, quality: u8) -> Option<(Dimensions, Vec<u8>)> {
        let (size, rgba) = match width {
            Some(width) => self.resized(width)?,
            None => (self.size, self.rgba.clone()),
        };
        let mut config = ::webp::WebPConfig::new().ok()?;
        config.lossless = i32::from(self.lossless);
        config.exact = i32::from(self.lossless);
        config.quality = f32::from(quality);
        config.method = if self.lossless { 6 } else { 4 };
        let encoded = match rgba.chunks_exact(4).all(|pixel| pixel[3] == 255) {
            true => {
                let rgb: Vec<u8> = rgba.chunks_exact(4).flat_map(|pixel| &pixel[..3]).copied().collect();
                ::webp::Encoder::from_rgb(&rgb, size.width, size.height).encode_advanced(&config)
            }
            false => ::webp::Encoder::from_rgba(&rgba, size.width, size.height).encode_advanced(&config),
        };
        let bytes = webp::with_profile(&encoded.ok()?, size, self.profile.as_deref())?;
        Some((size, bytes))
    }

    /// A ThumbHash in base64.
    pub fn placeholder(&self) -> Option<String> {
        let side = self.size.width.max(self.size.height);
        let width = (u64::from(self.size.width) * u64::from(PLACEHOLDER_SIDE.min(side)) / u64::from(side)).max(1);
        let (size, rgba) = self.resized(width as u32)?;
        // Of a picture a hundred times as high as it is wide, only the shape matters.
        (size.height <= PLACEHOLDER_SIDE).then(|| {
            crate::hash::base64(&thumbhash::rgba_to_thumb_hash(size.width as usize, size.height as usize, &rgba))
        })
    }

    /// For tests.
    #[cfg(test)]
    pub fn shows_the_same_as(&self, other: &Self) -> bool {
        self.size == other.size && self.rgba == other.rgba
    }

    fn resized(&self, width: u32) -> Option<(Dimensions, Vec<u8>)> {
        let height =
            (f64::from(self.size.height) * f64::from(width) / f64::from(self.size.width)).round().max(1.0) as u32;
        let size = Dimensions { width, height };
        let from = Image::from_vec_u8(self.size.width, self.size.height, self.rgba.clone(), PixelType::U8x4).ok()?;
        let mut to = Image::new(width, height, PixelType::U8x4);
        // Lanczos3, colors weighted by alpha: the defaults.
        Resizer::new().resize(&from, &mut to, &ResizeOptions::new()).ok()?;
        Some((size, to.into_vec()))
    }
}

fn of_png(bytes: &[u8]) -> Result<Raster, Kept> {
    let undecodable = |error: png::DecodingError| Kept::Undecodable(error.to_string());
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8() | png::Transformations::ALPHA);
    let mut reader = decoder.read_info().map_err(undecodable)?;
    let info = reader.info();
    if info.animation_control().is_some()
        || info.gama_chunk.is_some_and(|_| info.icc_profile.is_none() && info.srgb.is_none())
    {
        return Err(Kept::Undecodable(
            "an animation, or colors with a gamma of their own, have no other form".to_owned(),
        ));
    }
    let profile = info.icc_profile.as_ref().map(|profile| profile.to_vec());
    let turn = info.exif_metadata.as_ref().and_then(|metadata| exif::orientation(metadata)).unwrap_or(1);
    let mut samples = vec![0; reader.output_buffer_size().unwrap_or(0)];
    let frame = reader.next_frame(&mut samples).map_err(undecodable)?;
    samples.truncate(frame.buffer_size());
    let rgba = match frame.color_type {
        png::ColorType::Rgba => samples,
        png::ColorType::GrayscaleAlpha => samples.chunks_exact(2).flat_map(|at| [at[0], at[0], at[0], at[1]]).collect(),
        _ => return Err(Kept::Undecodable("its colors are not understood".to_owned())),
    };
    let (size, rgba) = turned(Dimensions { width: frame.width, height: frame.height }, rgba, turn);
    Ok(Raster { size, rgba, profile, lossless: true })
}

fn of_jpeg(bytes: &[u8]) -> Result<Raster, Kept> {
    let undecodable = |reason: String| Kept::Undecodable(reason);
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGBA).set_strict_mode(true);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let rgba = decoder.decode().map_err(|error| undecodable(error.to_string()))?;
    let info = decoder.info().ok_or_else(|| undecodable("it has no size".to_owned()))?;
    if matches!(decoder.input_colorspace(), Some(ColorSpace::CMYK | ColorSpace::YCCK)) {
        return Err(undecodable("pictures of four inks have no other form".to_owned()));
    }
    let size = Dimensions { width: info.width.into(), height: info.height.into() };
    if rgba.len() as u64 != u64::from(size.width) * u64::from(size.height) * 4 {
        return Err(undecodable("its colors are not understood".to_owned()));
    }
    let profile = decoder.icc_profile();
    let (size, rgba) = turned(size, rgba, jpeg::orientation(bytes).unwrap_or(1));
    Ok(Raster { size, rgba, profile, lossless: false })
}

fn of_webp(bytes: &[u8]) -> Result<Raster, Kept> {
    let pixels = Pixels::of(bytes)?;
    let size = Dimensions { width: pixels.width, height: pixels.height };
    let n_pixels = size.width as usize * size.height as usize;
    let rgba = match pixels.samples.len() {
        length if length == 4 * n_pixels => pixels.samples,
        length if length == 3 * n_pixels => {
            pixels.samples.chunks_exact(3).flat_map(|at| [at[0], at[1], at[2], 255]).collect()
        }
        _ => return Err(Kept::Undecodable("an animation has no other form".to_owned())),
    };
    Ok(Raster { size, rgba, profile: webp::profile(bytes), lossless: webp::is_lossless(bytes) })
}

/// The pixels in the order in which they are shown (EXIF 2.32, tag 274).
fn turned(size: Dimensions, rgba: Vec<u8>, orientation: u8) -> (Dimensions, Vec<u8>) {
    if orientation <= 1 {
        return (size, rgba);
    }
    let (width, height) = (size.width as usize, size.height as usize);
    let shown = if exif::is_turned(orientation) { (height, width) } else { (width, height) };
    let mut out = Vec::with_capacity(rgba.len());
    for y in 0..shown.1 {
        for x in 0..shown.0 {
            let (from_x, from_y) = match orientation {
                2 => (width - 1 - x, y),
                3 => (width - 1 - x, height - 1 - y),
                4 => (x, height - 1 - y),
                5 => (y, x),
                6 => (y, height - 1 - x),
                7 => (width - 1 - y, height - 1 - x),
                _ => (width - 1 - y, x),
            };
            let at = (from_y * width + from_x) * 4;
            out.extend_from_slice(&rgba[at..at + 4]);
        }
    }
    (Dimensions { width: shown.0 as u32, height: shown.1 as u32 }, out)
}
