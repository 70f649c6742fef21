use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Dimensions, Kind, Sibling};
use crate::config::Mode;
use crate::hash::ContentHash;
use crate::path::{ProjectPath, UrlPath};

/// What a build did.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    pub mode: Mode,
    /// Absolute.
    pub output_root: PathBuf,
    pub elapsed: Duration,
    pub outputs: Vec<OutputReport>,
    /// Files of the output folder whose bytes were written now, twins and source maps included.
    pub written: usize,
    /// Files that were there already with the same bytes.
    pub unchanged: usize,
    /// Files of earlier builds that were deleted.
    pub removed: usize,
    /// Files that only earlier releases need.
    pub retained: usize,
    /// Every file of this build with its hash, but for the manifest and the ledger.
    pub files: Vec<(UrlPath, ContentHash)>,
}

/// One output, under whatever names.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OutputReport {
    pub logical: UrlPath,
    pub path: UrlPath,
    /// The plain twin, if `path` is fingerprinted and there is one.
    pub plain: Option<UrlPath>,
    pub source: ProjectPath,
    pub kind: Kind,
    /// Bytes of all sources that went into it.
    pub source_size: u64,
    /// Bytes at `path`.
    pub size: u64,
    pub dimensions: Option<Dimensions>,
    pub siblings: Vec<Sibling>,
    pub entry: bool,
    /// Whether its bytes were written now.
    pub new: bool,
}
