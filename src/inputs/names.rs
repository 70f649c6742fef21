use std::ffi::{OsStr, OsString};
use std::path::Path;

use crate::fs::EntryKind;
use crate::hash::{ContentHash, FieldHasher};

/// What lies in a folder.
#[derive(Debug)]
pub struct Names {
    /// Sorted by name; symbolic links not followed.
    entries: Vec<(OsString, EntryKind)>,
    /// Over the names and kinds of all entries that [`is_telling`].
    pub digest: ContentHash,
}

impl Names {
    pub(super) fn new(folder: &Path, mut entries: Vec<(OsString, EntryKind)>, passed_over: &Path) -> Self {
        entries.sort();
        let mut hasher = FieldHasher::default();
        let passed_over = passed_over.file_name().filter(|_| passed_over.parent() == Some(folder));
        for (name, kind) in &entries {
            if is_telling(name) && passed_over != Some(name.as_os_str()) {
                hasher.field(name.as_encoded_bytes());
                hasher.field(&[*kind as u8]);
            }
        }
        Self { digest: hasher.finish(), entries }
    }

    /// The names that are UTF-8.
    pub fn in_text(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().filter_map(|(name, _)| name.to_str())
    }

    pub fn kind_of(&self, name: &OsStr) -> Option<EntryKind> {
        let at = self.entries.binary_search_by(|(entry, _)| entry.as_os_str().cmp(name)).ok()?;
        Some(self.entries[at].1)
    }
}

/// Whether a file that comes or goes under this name may change a build by that alone. Editors' swap files, backups and
/// the like come and go all the time; of such a name only an explicit look counts.
pub fn is_telling(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    !name.starts_with(b".") && !name.ends_with(b"~")
}
