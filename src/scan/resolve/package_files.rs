//! The disk as `oxc_resolver` sees it: through what a build reads, and every package.json read once.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use oxc_resolver::{FileMetadata, FileSystem, ResolveError};

use super::manifest::Manifest;
use crate::fs::EntryKind;
use crate::inputs::{Reads, View};

/// Shared by all resolvers of a build.
#[derive(Clone)]
pub struct PackageFiles(Arc<Shared>);

struct Shared {
    reads: Reads,
    /// Every package.json that was asked for, by its path; `None`: it is not there, or no JSON.
    manifests: RwLock<BTreeMap<OsString, Option<Arc<Manifest>>>>,
}

impl PackageFiles {
    pub fn over(reads: &Reads) -> Self {
        Self(Arc::new(Shared { reads: reads.clone(), manifests: RwLock::default() }))
    }

    pub fn reads(&self) -> &Reads {
        &self.0.reads
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
    /// Asked for by the trait, and not used: resolvers are made over the reads of a build.
    fn new() -> Self {
        Self::over(&Reads::new(Arc::new(View::new(Path::new("/"), Path::new("/")))))
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let is_manifest = path.file_name().is_some_and(|name| name == "package.json");
        if !self.reads().is_file(path) {
            if is_manifest {
                self.keep(path, None);
            }
            return Err(io::ErrorKind::NotFound.into());
        }
        let bytes = self.reads().read(path)?;
        if is_manifest {
            self.keep(path, Manifest::parse(&bytes));
        }
        Ok(bytes)
    }

    fn read_to_string(&self, path: &Path) -> io::Result<String> {
        String::from_utf8(self.read(path)?).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    fn metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        let kind = self.reads().kind(path);
        let (file, folder) = (kind == Some(EntryKind::File), kind == Some(EntryKind::Folder));
        if file || folder { Ok(FileMetadata::new(file, folder, false)) } else { Err(io::ErrorKind::NotFound.into()) }
    }

    fn symlink_metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        let kind = self.reads().entry(path).ok_or(io::ErrorKind::NotFound)?;
        let is = |wanted| kind == wanted;
        Ok(FileMetadata::new(is(EntryKind::File), is(EntryKind::Folder), is(EntryKind::Link)))
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, ResolveError> {
        Ok(self.reads().read_link(path)?)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.reads().canonicalize(path)
    }
}
