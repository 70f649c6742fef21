//! The rules by which a web server sends the outputs.
//!
//! In: what the outputs' names look like, where they lie and which URL they have. Out: configuration as text.
//! Not here: finding that out (`cli`).
//!
//! Whatever the server: fingerprinted names never change, so browsers keep them without asking; plain names are asked for
//! each time; compressed siblings go out as they are; and every file has the type that browsers want.

mod apache;
mod caddy;
mod netlify;
mod nginx;
mod whitenoise;

use crate::config::Names;
use crate::path::UrlPath;

/// Who sends the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    Nginx,
    Caddy,
    Apache,
    Netlify,
    WhiteNoise,
}

/// What the rules are about.
#[derive(Clone, Debug)]
pub struct Served {
    /// The URL of the folder: begins and ends with `/`.
    pub url: String,
    /// The folder as the server reaches it.
    pub folder: String,
    /// How fingerprinted names are made; `None` when there are none.
    pub names: Option<Names>,
    /// Files with a fingerprint, for servers that know no patterns. Sorted.
    pub fingerprinted: Vec<UrlPath>,
    pub siblings: Siblings,
}

/// The encodings for which compressed siblings are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Siblings {
    pub gzip: bool,
    pub brotli: bool,
    pub zstd: bool,
}

/// For a year, without asking.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Kept, but asked for each time; most answers are then 304.
const REVALIDATED: &str = "public, no-cache";

/// Types that servers do not know, or not all of them.
const TYPES: [(&str, &str); 3] =
    [("map", "application/json"), ("wasm", "application/wasm"), ("webmanifest", "application/manifest+json")];

/// The server's configuration.
pub fn headers(server: Server, served: &Served) -> String {
    match server {
        Server::Nginx => nginx::rules(served),
        Server::Caddy => caddy::rules(served),
        Server::Apache => apache::rules(served),
        Server::Netlify => netlify::rules(served),
        Server::WhiteNoise => whitenoise::rules(served),
    }
}

/// A regular expression for the end of a fingerprinted name: the fingerprint and at most one extension. Every server here
/// reads it the same.
fn pattern(names: &Names) -> String {
    let separator = if names.separator == '.' { "\\." } else { "-" };
    format!("{separator}[0-9a-f]{{{}}}(\\.[^./]+)?$", names.length)
}

#[cfg(test)]
mod tests;
