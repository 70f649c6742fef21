use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::EntryKind;

/// What tells, without reading a file or listing a folder, that it is as it was: as git's index does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stat {
    /// Never [`EntryKind::Link`]: links are followed.
    pub kind: EntryKind,
    /// In bytes.
    pub size: u64,
    /// Nanoseconds since 1970, as the next.
    modified: i64,
    /// When bytes, name or attributes last changed. No program can set it, so `touch -d` deceives nobody.
    changed: i64,
    inode: u64,
    device: u64,
}

/// Symbolic links followed.
pub fn stat(path: &Path) -> io::Result<Stat> {
    Ok(Stat::of(&fs::metadata(path)?))
}

/// The clock of most file systems ticks every few milliseconds: a second change within a tick leaves the same times.
const TICK: Duration = Duration::from_millis(20);

/// FAT counts in two seconds, some network file systems in one.
const COARSE_TICK: Duration = Duration::from_millis(2100);

impl Stat {
    pub(super) fn of(metadata: &Metadata) -> Self {
        let kind = match (metadata.is_dir(), metadata.is_file()) {
            (true, _) => EntryKind::Folder,
            (_, true) => EntryKind::File,
            _ => EntryKind::Other,
        };
        let modified = metadata.modified().map_or(0, nanoseconds);
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let changed = metadata.ctime().wrapping_mul(1_000_000_000).wrapping_add(metadata.ctime_nsec());
            let (inode, device) = (metadata.ino(), metadata.dev());
            Self { kind, size: metadata.len(), modified, changed, inode, device }
        }
        #[cfg(not(unix))]
        {
            let created = metadata.created().map_or(0, nanoseconds);
            Self { kind, size: metadata.len(), modified, changed: modified, inode: created as u64, device: 0 }
        }
    }

    /// Tells one file or folder from another that comes to its place.
    pub fn identity(&self) -> (u64, u64) {
        (self.device, self.inode)
    }

    /// Whether a later change is sure to show: the last one is longer ago than the file system's clock ticks.
    ///
    /// A time in the future, after the clock was set back, never settles.
    pub fn is_settled(&self, now: SystemTime) -> bool {
        let tick = if self.changed % 1_000_000_000 == 0 { COARSE_TICK } else { TICK };
        self.changed.saturating_add(tick.as_nanos() as i64) < nanoseconds(now)
    }
}

fn nanoseconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |before| -before),
    }
}
