//! What a specifier leads to.
//!
//! A reference is looked up beside the file that wrote it, then at that logical path over all source roots, then as a
//! file of the output root that is not ours. The import of a bare name is looked up as a package first, as tsconfig.json and
//! `[js.alias]` say. What is found nowhere is a fault that says where was looked.

mod candidates;
mod faults;
mod glob;
mod loads;
mod manifest;
mod package_files;
mod packages;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use oxc_resolver::TsConfig;

use super::sass_loader::SheetPath;
use crate::config::{External, Settings};
use crate::diagnostic::Diagnostic;
use crate::discover::{Location, Sources};
use crate::fs;
use crate::graph::{FoundReference, Kind, Load, ReferenceKind, SourceFile, Specifier};
use crate::inputs::Reads;
use crate::ledger::Ledger;
use crate::path::{ProjectPath, UrlPath, is_address};
use candidates::candidates;
use packages::{Found, NotFound, Packages, Purpose};

pub use packages::is_in_packages;

pub struct Resolver<'a> {
    settings: &'a Settings,
    sources: &'a Sources,
    ledger: &'a Ledger,
    reads: &'a Reads,
    packages: Packages,
    by_path: BTreeMap<&'a str, &'a SourceFile>,
    by_logical: BTreeMap<&'a UrlPath, &'a SourceFile>,
    /// Sources that symbolic links lead to, by where they really are.
    by_real_path: OnceLock<BTreeMap<PathBuf, &'a SourceFile>>,
}

pub enum Resolution {
    Source(Box<SourceFile>),
    /// A file of the output root that somebody else put there.
    Foreign(UrlPath),
    /// Declared external, or nothing that has to be followed.
    AsWritten,
    /// Declared external: an expression.
    Global(String),
    /// Declared external: another address.
    Address(String),
    /// Not there, and that is expected.
    Missing,
    /// Left as it is written, but somebody should know. Without its place.
    Left(Box<Diagnostic>),
    /// Without its place.
    Fault(Box<Diagnostic>),
}

impl<'a> Resolver<'a> {
    pub fn new(settings: &'a Settings, sources: &'a Sources, ledger: &'a Ledger, reads: &'a Reads) -> Self {
        let by_path = sources.files.iter().map(|file| (file.path.as_str(), file)).collect();
        let by_logical = sources.files.iter().filter_map(|file| Some((file.logical.as_ref()?, file))).collect();
        let packages = Packages::new(settings, reads);
        Self { settings, sources, ledger, reads, packages, by_path, by_logical, by_real_path: OnceLock::new() }
    }

    /// May be asked from many threads; deterministic.
    pub fn resolve(&self, from: &SourceFile, found: &FoundReference) -> Resolution {
        match Purpose::of(found.kind) {
            Some(purpose @ (Purpose::Import | Purpose::Require)) => self.resolve_module(from, found, purpose),
            Some(Purpose::Style) | None => self.resolve_address(from, found),
        }
    }

    /// An import of a script.
    fn resolve_module(&self, from: &SourceFile, found: &FoundReference, purpose: Purpose) -> Resolution {
        let written = &found.specifier;
        if is_address(written) {
            return Resolution::AsWritten;
        }
        match self.settings.scripts.external(written) {
            Some(External::AsWritten) => return Resolution::AsWritten,
            Some(External::Global(expression)) => return Resolution::Global(expression.clone()),
            Some(External::Address(address)) => return Resolution::Address(address.clone()),
            None => {}
        }
        let (path, query) = written.split_once('?').unwrap_or((written, ""));
        let relative = matches!(path.split('/').next(), Some("." | ".."));
        let mut looked_in = BTreeSet::new();
        if relative
            && !is_of_package(from)
            && let Some(resolution) = self.local(from, path, found, &mut looked_in)
        {
            return self.load_as(found, query, resolution);
        }
        let tsconfig = match self.tsconfig(from) {
            Ok(tsconfig) => tsconfig,
            Err(fault) => return Resolution::Fault(Box::new(fault)),
        };
        let missing = match self.packages.resolve(&from.on_disk, path, purpose, tsconfig.as_deref()) {
            Ok(Found::File(on_disk)) if is_in_packages(&on_disk) && !self.settings.scripts.bundle => {
                return Resolution::Left(Box::new(faults::not_bundled(path)));
            }
            Ok(Found::File(on_disk)) => return self.load_as(found, query, self.at(&on_disk).into()),
            Ok(Found::Nothing(on_disk)) => return nothing(self.at(&on_disk)).into(),
            Err(missing) => missing,
        };
        if !relative
            && missing == NotFound::Absent
            && !is_of_package(from)
            && let Some(logical) = UrlPath::new(Path::new(path))
            && let Some(resolution) = self
                .over_all_roots(&logical, found.kind, &mut looked_in)
                .or_else(|| self.in_output_root(&logical, found.kind))
        {
            return self.load_as(found, query, resolution);
        }
        if found.optional && missing == NotFound::Absent {
            return Resolution::Missing;
        }
        if relative {
            let beside = from.path.join_sibling(path);
            return Resolution::Fault(Box::new(self.unresolved(from, path, beside.as_ref(), looked_in)));
        }
        self.unresolved_package(from, path, missing)
    }

    /// A file that is found beside the importing one, or where that one's logical path leads.
    fn local(
        &self,
        from: &SourceFile,
        path: &str,
        found: &FoundReference,
        looked_in: &mut BTreeSet<String>,
    ) -> Option<Resolution> {
        let Specifier::Local { path, .. } = Specifier::parse(path) else { return None };
        let beside = from.path.join_sibling(&path);
        let logical = from.logical.as_ref().and_then(|from| from.join_sibling(&path));
        beside
            .as_ref()
            .and_then(|path| self.beside(path, found.kind, looked_in))
            .or_else(|| self.over_all_roots(logical.as_ref()?, found.kind, looked_in))
            .or_else(|| self.in_output_root(logical.as_ref()?, found.kind))
    }

    /// A reference that is an address, or the import of a stylesheet: a path from the file that wrote it, dots or none.
    fn resolve_address(&self, from: &SourceFile, found: &FoundReference) -> Resolution {
        let style = found.kind == ReferenceKind::StyleImport;
        let package = found.specifier.strip_prefix("pkg:").filter(|_| style);
        let Specifier::Local { path, .. } = Specifier::parse(package.unwrap_or(&found.specifier)) else {
            return Resolution::AsWritten;
        };
        let mut looked_in = BTreeSet::new();
        let resolution = match is_of_package(from) {
            _ if package.is_some() => None,
            false => self.local(from, &found.specifier, found, &mut looked_in),
            true => self.beside_on_disk(from, &path).map(Into::into),
        };
        let resolution = resolution.or_else(|| {
            // `@import "bootstrap/dist/css/bootstrap.css"`, `url(~bootstrap-icons/x.svg)`: bundlers look for a package then.
            let named = path.strip_prefix('~').or_else(|| style.then_some(&path))?;
            match self.packages.resolve(&from.on_disk, named, Purpose::Style, None) {
                Ok(Found::File(on_disk)) => Some(self.at(&on_disk).into()),
                Ok(Found::Nothing(_)) | Err(_) => None,
            }
        });
        match resolution {
            Some(Resolution::Source(file)) => self.check_address(found, *file),
            Some(other) => other,
            None if found.kind == ReferenceKind::SourceMap => faults::missing_source_map(&path).into(),
            None => {
                let beside = from.path.join_sibling(&path);
                Resolution::Fault(Box::new(self.unresolved(from, &path, beside.as_ref(), looked_in)))
            }
        }
    }

    fn beside_on_disk(&self, from: &SourceFile, path: &str) -> Option<SourceFile> {
        let on_disk = normalized(&from.on_disk.parent()?.join(path));
        self.reads.is_file(&on_disk).then(|| self.at(&on_disk))
    }

    fn beside(&self, path: &ProjectPath, kind: ReferenceKind, looked_in: &mut BTreeSet<String>) -> Option<Resolution> {
        looked_in.insert(folder(path.as_str()).to_owned());
        let on_disk = path.on_disk(&self.settings.root);
        if kind.is_of_module() && self.reads.is_file(&on_disk.join("package.json")) {
            // The folder may say which of its files it means.
            return None;
        }
        candidates(path.as_str(), kind).find_map(|candidate| self.file(&candidate).map(Into::into))
    }

    fn over_all_roots(
        &self,
        logical: &UrlPath,
        kind: ReferenceKind,
        looked_in: &mut BTreeSet<String>,
    ) -> Option<Resolution> {
        if let Some(file) = self.by_logical.get(logical) {
            return Some((*file).clone().into());
        }
        self.sources.roots.iter().find_map(|root| {
            let path = format!("{root}/{logical}");
            looked_in.insert(folder(&path).to_owned());
            candidates(&path, kind).find_map(|candidate| self.file(&candidate).map(Into::into))
        })
    }

    fn in_output_root(&self, logical: &UrlPath, kind: ReferenceKind) -> Option<Resolution> {
        let foreign = kind != ReferenceKind::StyleImport
            && !self.ledger.owns(logical)
            && self.reads.is_file(&logical.on_disk(&self.settings.output_root));
        foreign.then(|| Resolution::Foreign(logical.clone()))
    }

    /// The source with this path: one that discover found, or one that is only on the disk because it is ignored or
    /// lies outside of the roots. Never an output.
    fn file(&self, path: &str) -> Option<SourceFile> {
        if let Some(file) = self.by_path.get(path) {
            return Some((*file).clone());
        }
        let path = ProjectPath::new(Path::new(path))?;
        let on_disk = path.on_disk(&self.settings.root);
        if on_disk.starts_with(&self.settings.output_root) || !self.reads.is_file(&on_disk) {
            return None;
        }
        let location = self.sources.locate(&path);
        let mut file = SourceFile { size: self.reads.size(&on_disk), ..SourceFile::new(path, on_disk) };
        if let Some(Location { logical, partial }) = location {
            (file.logical, file.partial) = (Some(logical), partial);
        }
        Some(file)
    }

    /// The file at an absolute path, symbolic links resolved: a source, or a package's.
    fn at(&self, on_disk: &Path) -> SourceFile {
        let root = &self.settings.root;
        let below = ProjectPath::below(root, on_disk);
        if let Some(file) = below.as_ref().and_then(|path| self.by_path.get(path.as_str())) {
            return (*file).clone();
        }
        if !is_in_packages(on_disk)
            && let Some(file) = self.by_real_path().get(on_disk)
        {
            return (*file).clone();
        }
        let location = below.as_ref().and_then(|path| self.sources.locate(path));
        let mut file = SourceFile::new(ProjectPath::from_root(root, on_disk), on_disk.to_owned());
        match location {
            Some(Location { logical, partial }) => (file.logical, file.partial) = (Some(logical), partial),
            None => (file.logical, file.partial) = (self.place_of_package(&file), true),
        }
        file
    }

    fn by_real_path(&self) -> &BTreeMap<PathBuf, &'a SourceFile> {
        self.by_real_path.get_or_init(|| {
            let folders: BTreeSet<&Path> = self.sources.files.iter().filter_map(|file| file.on_disk.parent()).collect();
            let real: BTreeMap<&Path, PathBuf> = folders
                .into_iter()
                .filter_map(|folder| Some((folder, self.reads.canonicalize(folder).ok()?)))
                .collect();
            let linked = |file: &&'a SourceFile| {
                let folder = real.get(file.on_disk.parent()?)?;
                let really = folder.join(file.on_disk.file_name()?);
                let is_link = self.reads.entry(&really) == Some(fs::EntryKind::Link);
                let really = if is_link { self.reads.canonicalize(&really).ok()? } else { really };
                (really != file.on_disk).then_some(really)
            };
            self.sources.files.iter().filter_map(|file| Some((linked(&file)?, file))).collect()
        })
    }

    /// A sheet that Sass found; `None` for CSS of somebody else, which is only ever a part of what Sass makes.
    pub fn sheet(&self, SheetPath { on_disk, shown }: SheetPath) -> Option<SourceFile> {
        let known = ProjectPath::below(&self.settings.root, &on_disk);
        if let Some(file) = known.and_then(|path| self.by_path.get(path.as_str()).copied()) {
            return Some(file.clone());
        }
        let logical = self.sources.locate(&shown).map(|Location { logical, .. }| logical);
        let size = self.reads.size(&on_disk);
        let file = SourceFile { logical, size, partial: true, ..SourceFile::new(shown, on_disk) };
        (file.kind == Kind::Sass).then_some(file)
    }

    /// Where a package's file goes if it becomes an output of its own: below `packages`, in a folder that names package and
    /// version, since a tree may hold several.
    fn place_of_package(&self, file: &SourceFile) -> Option<UrlPath> {
        let (folder, manifest) = self.packages.facts(&file.on_disk).package?;
        let below = file.on_disk.strip_prefix(&folder).ok()?;
        let name = manifest.name.as_deref()?;
        let version = manifest.version.as_deref().map(|version| format!("@{version}")).unwrap_or_default();
        let path = UrlPath::new(&Path::new("packages").join(format!("{name}{version}")).join(below))?;
        Some(match file.kind.output_extension() {
            Some(extension) => path.with_extension(extension),
            None => path,
        })
    }

    /// Where `require` finds what an import of a package's name found elsewhere: through `main` in place of `module`. `None`
    /// where the package says itself, by `exports`, that the two are different.
    pub fn required_instead(&self, from: &SourceFile, specifier: &str) -> Option<ProjectPath> {
        if is_address(specifier) || specifier.starts_with(['.', '#']) {
            return None;
        }
        let Ok(Found::File(on_disk)) = self.packages.resolve(&from.on_disk, specifier, Purpose::Require, None) else {
            return None;
        };
        let (_, manifest) = self.packages.facts(&on_disk).package?;
        (!manifest.has_exports).then(|| self.at(&on_disk).path)
    }

    /// Fills in what package.json says of a script.
    pub fn add_facts(&self, file: &mut SourceFile) {
        if file.kind.is_code() {
            let facts = self.packages.facts(&file.on_disk);
            (file.side_effects, file.declared_type) = (facts.side_effects, facts.declared_type);
        }
    }

    /// The tsconfig.json that counts for a source.
    pub fn tsconfig(&self, file: &SourceFile) -> Result<Option<Arc<TsConfig>>, Diagnostic> {
        if file.kind != Kind::Script || is_in_packages(&file.on_disk) {
            return Ok(None);
        }
        self.packages.tsconfig(&self.settings.root, &file.on_disk).map_err(|fault| self.broken_tsconfig(fault))
    }

    /// How a module that was found is read, as its kind, the query and the import's attributes say.
    fn load_as(&self, found: &FoundReference, query: &str, resolution: Resolution) -> Resolution {
        let Resolution::Source(file) = resolution else { return resolution };
        match self.check_module(found, query, *file) {
            Ok(file) => file.into(),
            Err(fault) => Resolution::Fault(Box::new(fault)),
        }
    }
}

/// Whether a file is looked at as npm does alone: it came with a package, or from beyond the project's folder.
fn is_of_package(file: &SourceFile) -> bool {
    file.path.as_str().starts_with("../") || is_in_packages(&file.on_disk)
}

/// The file without anything in it.
fn nothing(file: SourceFile) -> SourceFile {
    SourceFile { load: Load::Nothing, kind: Kind::Script, partial: true, side_effects: false, ..file }
}

impl From<SourceFile> for Resolution {
    fn from(file: SourceFile) -> Self {
        Self::Source(Box::new(file))
    }
}

impl From<Diagnostic> for Resolution {
    fn from(fault: Diagnostic) -> Self {
        Self::Fault(Box::new(fault))
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The path without `.` and `..`, by its letters alone.
fn normalized(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests;
