//! What is written for others to read: which file stands for which name.

mod assetc;

pub use assetc::{Manifest, ManifestEntry};
