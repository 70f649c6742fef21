//! The disk as `oxc_resolver` sees it: through our listings, and every package.json read once.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use oxc_resolver::{FileMetadata, FileSystem, ResolveError};

use super::manifest::Manifest;
use crate::fs::{self, EntryKind, Listings};

/// Shared by all resolvers of a build.
#[derive(Clone, Default)]
pub struct PackageFiles(Arc<Shared>);

#[derive(Default)]
struct Shared {
    listings: Listings,
    /// Every package.json that was asked for, by its path; `None`: it is not there, or no JSON.
    manifests: RwLock<BTreeMap<OsString, Option<Arc<Manifest>>>>,
}

impl PackageFiles {
    pub fn listings(&self) -> &Listings {
        &self.0.listings
    }

    /// The package.json of `folder`, if there is one that can be read.
    pub fn manifest(&self, folder: &Path) -> Option<Arc<Manifest>> {
        let path = folder.join("package.json");
        if let Some(known) = self.known(&path) {
            return known;
        }
        // Reading keeps what was read.
        let _ = FileSystem::read(self, &path);
        self.known(&path).flatten()
    }

    fn known(&self, path: &Path) -> Option<Option<Arc<Manifest>>> {
        self.0.manifests.read().unwrap_or_else(PoisonError::into_inner).get(path.as_os_str()).cloned()
    }

    fn keep(&self, path: &Path, manifest: Option<Manifest>) {
        let mut manifests = self.0.manifests.write().unwrap_or_else(PoisonError::into_inner);
        manifests.entry(path.as_os_str().to_owned()).or_insert_with(|| manifest.map(Arc::new));
    }
}

impl FileSystem for PackageFiles {
    fn new() -> Self {
        Self::default()
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let is_manifest = path.file_name().is_some_and(|name| name == "package.json");
        if !self.listings().is_file(path) {
            if is_manifest {
                self.keep(path, None);
            }
            return Err(io::ErrorKind::NotFound.into());
        }
        let bytes = fs::read(path)?;
        if is_manifest {
            self.keep(path, Manifest::parse(&bytes));
        }
        Ok(bytes)
    }

    fn read_to_string(&self, path: &Path) -> io::Result<String> {
        String::from_utf8(self.read(path)?).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    fn metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        let listings = self.listings();
        let (file, folder) = match listings.kind(path) {
            Some(EntryKind::Link) => (fs::is_file(path), fs::is_folder(path)),
            Some(kind) => (kind == EntryKind::File, kind == EntryKind::Folder),
            None => (false, false),
        };
        if file || folder { Ok(FileMetadata::new(file, folder, false)) } else { Err(io::ErrorKind::NotFound.into()) }
    }

    fn symlink_metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        let kind = self.listings().kind(path).ok_or(io::ErrorKind::NotFound)?;
        let is = |wanted| kind == wanted;
        Ok(FileMetadata::new(is(EntryKind::File), is(EntryKind::Folder), is(EntryKind::Link)))
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, ResolveError> {
        Ok(fs::read_link(path)?)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        fs::canonicalize(path)
    }
}
