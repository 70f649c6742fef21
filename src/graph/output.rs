use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{ChunkId, Dimensions, Kind, Piece, ScriptFormat};
use crate::config::Coding;
use crate::hash::ContentHash;
use crate::path::{ProjectPath, UrlPath};

/// An output whose final name is not known yet. Drafts and chunks share their indices.
#[derive(Debug)]
pub struct Draft {
    pub logical: UrlPath,
    pub source: ProjectPath,
    pub kind: Kind,
    /// Bytes of all sources that went into it.
    pub source_size: u64,
    pub body: DraftBody,
    /// The drafts it refers to, in the order of first use, without repeats.
    pub references: Vec<ChunkId>,
    /// Files of the output root that it refers to and that are not ours.
    pub foreign: Vec<UrlPath>,
    pub entry: bool,
    pub script: Option<EntryFacts>,
    /// Of a picture that could be measured.
    pub dimensions: Option<Dimensions>,
    /// Logical names of what was made of the same source.
    pub variants: Vec<UrlPath>,
    /// A picture in a few bytes, to be shown until it is loaded: a ThumbHash in base64.
    pub placeholder: Option<String>,
}

/// What a page must know of a script to load it.
#[derive(Clone, Debug)]
pub struct EntryFacts {
    pub format: ScriptFormat,
    /// Chunks it imports, directly or not, in the order in which they run; what to preload.
    pub imports: Vec<ChunkId>,
    /// Chunks that it may load later.
    pub dynamic: Vec<ChunkId>,
}

#[derive(Debug)]
pub enum DraftBody {
    Text {
        piece: Piece,
        /// What fills each hole of the piece, in the same order; only the path of the URL.
        fills: Vec<Fill>,
    },
    /// Optimized bytes that already lie in the staging folder.
    Staged { file: PathBuf, hash: ContentHash, size: u64 },
    /// The source's own bytes.
    Copy { file: PathBuf, hash: ContentHash, size: u64 },
}

/// What a hole stands for.
#[derive(Clone, Debug)]
pub enum Fill {
    Chunk(ChunkId),
    Foreign(UrlPath),
    AsWritten(String),
}

/// An output with all its final names.
#[derive(Debug)]
pub struct Output {
    pub logical: UrlPath,
    pub source: ProjectPath,
    pub kind: Kind,
    pub source_size: u64,
    /// The fingerprinted name in production, the plain one in development or without fingerprints.
    pub path: UrlPath,
    /// The plain twin; `None` for what exists only under its fingerprinted name.
    pub plain: Option<UrlPath>,
    /// Of the bytes at `path`.
    pub hash: ContentHash,
    pub size: u64,
    /// Member of a circle of references: its fingerprint is not the hash of its bytes alone.
    pub circle: bool,
    /// Logical names, sorted.
    pub references: Vec<UrlPath>,
    pub foreign: Vec<UrlPath>,
    /// Every file to write for it: twins and compressed siblings.
    pub files: Vec<OutputFile>,
    /// Set for scripts that are entries; imports as logical names.
    pub entry: Option<OutputEntry>,
    /// Of a picture that could be measured.
    pub dimensions: Option<Dimensions>,
    /// Logical names of what was made of the same source.
    pub variants: Vec<UrlPath>,
    /// A ThumbHash in base64.
    pub placeholder: Option<String>,
    /// Compressed files beside `path`; among `files` too.
    pub siblings: Vec<Sibling>,
}

/// A file that holds the bytes of an output in a content coding.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sibling {
    pub coding: Coding,
    pub path: UrlPath,
    pub size: u64,
}

/// [`EntryFacts`] with logical names, and an empty list for what is not a script.
#[derive(Clone, Debug)]
pub struct OutputEntry {
    pub format: Option<ScriptFormat>,
    pub imports: Vec<UrlPath>,
    pub dynamic: Vec<UrlPath>,
}

#[derive(Debug)]
pub struct OutputFile {
    pub path: UrlPath,
    pub body: OutputBody,
    pub hash: ContentHash,
    pub size: u64,
    /// Whether the name holds the fingerprint, so that the bytes under it never change.
    pub immutable: bool,
}

#[derive(Debug)]
pub enum OutputBody {
    Bytes(Vec<u8>),
    /// A file of the staging folder; it may be moved away once.
    Staged(PathBuf),
    /// A source, copied as it is.
    Copy(PathBuf),
}
