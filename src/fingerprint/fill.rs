//! Puts names into holes.

use std::borrow::Cow;

use crate::graph::{ChunkId, Draft, DraftBody, Fill, Hole, Kind};
use crate::hash::{ContentHash, FieldHasher};
use crate::path::UrlPath;

/// Which names a text refers by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// What the manifest names: fingerprinted ones, or plain ones where there are no others.
    Final,
    Plain,
}

pub struct Filled {
    pub text: String,
    /// As JSON.
    pub map: Option<String>,
}

/// The draft's text with its holes filled. Everything that it refers to must have its name.
pub fn fill(drafts: &[Draft], paths: &[Option<UrlPath>], draft: &Draft, names: Names) -> Filled {
    let DraftBody::Text { piece, fills } = &draft.body else {
        return Filled { text: String::new(), map: None };
    };
    // Relative to the folder alone, which is the same for a plain and a fingerprinted name.
    let here = &draft.logical;
    let mut fills = fills.iter();
    let (text, map) = piece.fill(|hole| -> Cow<str> {
        match fills.next() {
            Some(Fill::Chunk(to)) => dotted(hole, name(drafts, paths, *to, names).relative_url_from(here)).into(),
            Some(Fill::Foreign(path)) => dotted(hole, path.relative_url_from(here)).into(),
            Some(Fill::AsWritten(text)) => text.as_str().into(),
            None => "".into(),
        }
    });
    Filled { text, map: map.map(|map| map.to_json()) }
}

fn dotted(hole: &Hole, url: String) -> String {
    if hole.dotted && !url.starts_with("../") { format!("./{url}") } else { url }
}

fn name<'a>(drafts: &'a [Draft], paths: &'a [Option<UrlPath>], to: ChunkId, names: Names) -> &'a UrlPath {
    let draft = &drafts[to.0];
    match (&paths[to.0], names) {
        // What is no entry has no plain name.
        (Some(path), Names::Final) => path,
        (Some(path), Names::Plain) if !draft.entry => path,
        _ => &draft.logical,
    }
}

/// The hash that the members of a circle share: over their texts with holes, what the holes stand for, and the names of
/// all that the circle refers to.
pub fn hash_of_circle(drafts: &[Draft], members: &[ChunkId], paths: &[Option<UrlPath>]) -> ContentHash {
    let mut hasher = FieldHasher::default();
    for member in members {
        let draft = &drafts[member.0];
        hasher.field(draft.logical.as_str().as_bytes());
        let DraftBody::Text { piece, fills } = &draft.body else { continue };
        hasher.field(piece.text.as_bytes());
        for (hole, fill) in piece.holes.iter().zip(fills) {
            hasher.field(&(hole.offset as u64).to_le_bytes());
            let name = match fill {
                Fill::Chunk(to) => paths[to.0].as_ref().unwrap_or(&drafts[to.0].logical).as_str(),
                Fill::Foreign(path) => path.as_str(),
                Fill::AsWritten(text) => text,
            };
            hasher.field(name.as_bytes());
        }
        // The text names its map, and the map holds the sources.
        if let Some(map) = &piece.map {
            hasher.field(map.to_json().as_bytes());
        }
        debug_assert!(draft.kind != Kind::SourceMap, "maps refer to nothing");
    }
    hasher.finish()
}
