//! Compressed bytes for siblings such as `app.4f3e2a1d9b0c.css.br`, which web servers send as they are.
//!
//! In: the final bytes of an output. Out: the same in a content coding, where that is worth a file of its own. The same bytes
//! always give the same: no time, no name, no number of threads is in them.
//! Not here: which outputs get siblings (`precompress`).

use libdeflater::{CompressionLvl, Compressor};

use crate::config::Coding;
use crate::path::UrlPath;

/// A sibling must be smaller by this share of its file, and by this many bytes: each costs a place on the disk and a look-up.
const LEAST_SAVED: (u64, u64) = (20, 100);

/// Iterations of zopfli: fixed, since a limit of time would not give the same bytes each time. More gain a few bytes in a thousand.
const ZOPFLI_ITERATIONS: u64 = 15;

/// The extensions of what is worth compressing: text, and binary forms that are not compressed themselves.
const EXTENSIONS: [&str; 51] = [
    "appcache",
    "atom",
    "bmp",
    "cjs",
    "css",
    "csv",
    "cur",
    "eot",
    "frag",
    "geojson",
    "glb",
    "glsl",
    "gltf",
    "gpx",
    "htc",
    "htm",
    "html",
    "ico",
    "ics",
    "ini",
    "js",
    "json",
    "json5",
    "jsonld",
    "kml",
    "map",
    "md",
    "mjs",
    "obj",
    "otf",
    "rdf",
    "rss",
    "stl",
    "svg",
    "tar",
    "tex",
    "toml",
    "topojson",
    "tsv",
    "ttf",
    "txt",
    "vcf",
    "vert",
    "vtt",
    "wasm",
    "wat",
    "webmanifest",
    "xhtml",
    "xml",
    "xsl",
    "yaml",
];

/// Whether a file of this name is of a sort that compresses.
pub fn is_compressible(path: &UrlPath) -> bool {
    let extension = path.split_extension().1.unwrap_or_default().to_ascii_lowercase();
    EXTENSIONS.binary_search(&extension.as_str()).is_ok()
}

/// The bytes in a coding; `None` when too little would be saved.
pub fn compress(bytes: &[u8], coding: Coding) -> Option<Vec<u8>> {
    if bytes.len() as u64 <= LEAST_SAVED.1 {
        return None;
    }
    let compressed = match coding {
        Coding::Brotli => brotli(bytes),
        Coding::Gzip => gzip(bytes),
        Coding::Zopfli => zopfli(bytes),
        Coding::Zstd => zstd::bulk::compress(bytes, 19).ok(),
    }?;
    is_worth_it(bytes.len() as u64, compressed.len() as u64).then_some(compressed)
}

/// Undoes [`compress`]; `None` for what is not in that coding, or would be longer than `limit` bytes.
pub fn decompress(bytes: &[u8], coding: Coding, limit: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    match coding {
        Coding::Brotli => {
            let reader = brotli::Decompressor::new(bytes, 1 << 16);
            std::io::Read::read_to_end(&mut std::io::Read::take(reader, limit as u64 + 1), &mut out).ok()?;
        }
        Coding::Gzip | Coding::Zopfli => {
            out.resize(limit, 0);
            let length = libdeflater::Decompressor::new().gzip_decompress(bytes, &mut out).ok()?;
            out.truncate(length);
        }
        Coding::Zstd => out = zstd::bulk::decompress(bytes, limit).ok()?,
    }
    (out.len() <= limit).then_some(out)
}

fn is_worth_it(before: u64, after: u64) -> bool {
    let saved = before.saturating_sub(after);
    saved >= before.div_ceil(LEAST_SAVED.0) && saved >= LEAST_SAVED.1
}

/// How long a coding takes, for each byte, beside the others. For scheduling.
pub fn cost(coding: Coding) -> u64 {
    match coding {
        Coding::Gzip => 1,
        Coding::Zstd => 3,
        Coding::Brotli => 7,
        Coding::Zopfli => 12,
    }
}

fn brotli(bytes: &[u8]) -> Option<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: window(bytes.len()),
        size_hint: bytes.len(),
        ..brotli::enc::BrotliEncoderParams::default()
    };
    let mut out = Vec::with_capacity(bytes.len() / 4);
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &params).ok()?;
    Some(out)
}

/// The smallest window, as a power of two, that reaches back over everything (RFC 7932, section 9.1), as large as browsers take.
fn window(length: usize) -> i32 {
    (16..24).find(|&bits| (1 << bits) - 16 >= length).unwrap_or(24)
}

fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut compressor = Compressor::new(CompressionLvl::best());
    let mut out = vec![0; compressor.gzip_compress_bound(bytes.len())];
    let length = compressor.gzip_compress(bytes, &mut out).ok()?;
    out.truncate(length);
    Some(out)
}

fn zopfli(bytes: &[u8]) -> Option<Vec<u8>> {
    let options = zopfli::Options {
        iteration_count: std::num::NonZeroU64::new(ZOPFLI_ITERATIONS)?,
        ..zopfli::Options::default()
    };
    let mut out = Vec::new();
    zopfli::compress(options, zopfli::Format::Gzip, bytes, &mut out).ok()?;
    Some(out)
}

#[cfg(test)]
mod tests;
