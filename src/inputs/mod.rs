//! What a build reads of the project, and what it found there.
//!
//! In: the disk. Out: bytes, listings, hashes; and a [`Trace`]: everything that was read, what was looked for and not
//! there included. A trace that still holds proves that the same work would give the same result.
//!
//! Every stage that looks at the project does so through [`Reads`], else a change there would go unnoticed. Not here: the
//! output folder and what assetc itself wrote.

mod names;
mod reads;
mod trace;
mod view;

pub use names::Names;
pub use reads::Reads;
pub use trace::Trace;
pub use view::View;

use serde::{Deserialize, Serialize};

use crate::fs::EntryKind;
use crate::hash::ContentHash;

/// One thing that was learned about a path. `None`: there was nothing of the kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Seen {
    /// What is there, symbolic links followed.
    Kind(Option<EntryKind>),
    /// The bytes of a file.
    Content(Option<ContentHash>),
    /// The names in a folder: [`Names::digest`].
    Names(Option<ContentHash>),
    /// Where it really lies, symbolic links resolved.
    Real(Option<String>),
}

#[cfg(test)]
mod tests;
