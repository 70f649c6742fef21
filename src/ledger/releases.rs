use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::config::Retention;
use crate::path::UrlPath;

const SECONDS_PER_DAY: u64 = 24 * 60 * 60;

/// A production publish that changed the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Counted from 1.
    pub number: u64,
    /// When it was published, in seconds since 1970 (UTC).
    pub date: u64,
    /// Hex SHA-256 of the manifest without its `retained` list; empty for a release that was adopted.
    pub manifest: String,
    /// Its files whose names hold a fingerprint.
    pub files: BTreeSet<UrlPath>,
}

/// The releases that are kept once a build whose manifest hashes to `manifest` is published, oldest first; the last is
/// that build's. It is a new release only if its manifest differs from the last one's.
///
/// A release stays while it is among the last `retention.releases`, the current one included, or is younger than
/// `retention.days`.
pub fn release(
    mut releases: Vec<Release>,
    manifest: String,
    files: BTreeSet<UrlPath>,
    retention: &Retention,
    now: SystemTime,
) -> Vec<Release> {
    // Before 1970 counts as 1970: dates are only compared with each other.
    let now = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    match releases.last_mut() {
        Some(last) if last.manifest == manifest => last.files.extend(files),
        last => {
            // A clock that went backwards must not make a release look older than the one before it.
            let (number, date) = last.map_or((1, now), |last| (last.number + 1, now.max(last.date)));
            releases.push(Release { number, date, manifest, files });
        }
    }
    let first_by_count = releases.len().saturating_sub(retention.releases.max(1) as usize);
    let mut index = 0;
    releases.retain(|release| {
        let young = now.saturating_sub(release.date) < u64::from(retention.days) * SECONDS_PER_DAY;
        index += 1;
        index > first_by_count || young
    });
    releases
}

/// When the first of `releases` may go, in seconds since 1970, if none is published before; `None` if none may.
pub fn first_expiry(releases: &[Release], retention: &Retention) -> Option<u64> {
    let only_young = releases.len().saturating_sub(retention.releases.max(1) as usize);
    releases[..only_young].iter().map(|release| release.date + u64::from(retention.days) * SECONDS_PER_DAY).min()
}
