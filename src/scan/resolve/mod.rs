//! What a specifier leads to.
//!
//! A reference is looked up beside the file that wrote it, then at that logical path over all source roots, then as a
//! file of the output root that is not ours. What is found nowhere is a fault that says where was looked.

mod candidates;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::sass_loader::SheetPath;
use crate::config::Settings;
use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::discover::{Location, Sources};
use crate::fs;
use crate::graph::{FoundReference, Kind, ReferenceKind, SourceFile, Specifier};
use crate::ledger::Ledger;
use crate::path::{ProjectPath, UrlPath};
use candidates::candidates;

pub struct Resolver<'a> {
    settings: &'a Settings,
    sources: &'a Sources,
    ledger: &'a Ledger,
    by_path: BTreeMap<&'a str, &'a SourceFile>,
    by_logical: BTreeMap<&'a UrlPath, &'a SourceFile>,
}

pub enum Resolution {
    Source(Box<SourceFile>),
    /// A file of the output root that somebody else put there.
    Foreign(UrlPath),
    /// Declared external, or nothing that has to be followed.
    AsWritten,
    /// Without its place.
    Fault(Box<Diagnostic>),
}

impl<'a> Resolver<'a> {
    pub fn new(settings: &'a Settings, sources: &'a Sources, ledger: &'a Ledger) -> Self {
        let by_path = sources.files.iter().map(|file| (file.path.as_str(), file)).collect();
        let by_logical = sources.files.iter().filter_map(|file| Some((file.logical.as_ref()?, file))).collect();
        Self { settings, sources, ledger, by_path, by_logical }
    }

    pub fn resolve(&self, from: &SourceFile, found: &FoundReference) -> Resolution {
        let Specifier::Local { path, .. } = Specifier::parse(&found.specifier) else {
            return Resolution::AsWritten;
        };
        let imports_module = matches!(found.kind, ReferenceKind::Import | ReferenceKind::DynamicImport);
        if imports_module && self.settings.scripts.external.contains(&found.specifier) {
            return Resolution::AsWritten;
        }
        let bare = imports_module && !path.starts_with("./") && !path.starts_with("../");
        let beside = if bare { None } else { from.path.join_sibling(&path) };
        let logical = match (&from.logical, bare) {
            (_, true) => UrlPath::new(Path::new(&path)),
            (Some(from), false) => from.join_sibling(&path),
            (None, false) => None,
        };

        let mut looked_in = BTreeSet::new();
        let resolution = beside
            .as_ref()
            .and_then(|path| self.beside(path, found.kind, &mut looked_in))
            .or_else(|| self.over_all_roots(logical.as_ref()?, found.kind, &mut looked_in))
            .or_else(|| self.in_output_root(logical.as_ref()?, found.kind));
        match resolution {
            Some(Resolution::Source(file)) => self.check(found, *file),
            Some(other) => other,
            None if found.kind == ReferenceKind::SourceMap => Resolution::Fault(Box::new(missing_source_map(&path))),
            None if bare => Resolution::Fault(Box::new(package_import(&path))),
            None => Resolution::Fault(Box::new(self.unresolved(from, &path, beside.as_ref(), looked_in))),
        }
    }

    fn beside(&self, path: &ProjectPath, kind: ReferenceKind, looked_in: &mut BTreeSet<String>) -> Option<Resolution> {
        looked_in.insert(folder(path.as_str()).to_owned());
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
            && exists(&logical.on_disk(&self.settings.output_root));
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
        if on_disk.starts_with(&self.settings.output_root) || !exists(&on_disk) {
            return None;
        }
        let location = self.sources.locate(&path);
        let partial = location.as_ref().is_some_and(|location| location.partial);
        Some(SourceFile {
            kind: Kind::of(path.as_str()),
            size: fs::size(&on_disk).unwrap_or(0),
            path,
            on_disk,
            logical: location.map(|Location { logical, .. }| logical),
            partial,
        })
    }

    /// A sheet that Sass found; `None` for CSS of somebody else, which is only ever a part of what Sass makes.
    pub fn at(&self, SheetPath { on_disk, shown }: SheetPath) -> Option<SourceFile> {
        let known = ProjectPath::below(&self.settings.root, &on_disk);
        if let Some(file) = known.and_then(|path| self.by_path.get(path.as_str()).copied()) {
            return Some(file.clone());
        }
        let kind = Kind::of(shown.as_str());
        let location = self.sources.locate(&shown);
        (kind == Kind::Sass).then(|| SourceFile {
            kind,
            size: fs::size(&on_disk).unwrap_or(0),
            path: shown,
            on_disk,
            logical: location.map(|Location { logical, .. }| logical),
            partial: true,
        })
    }

    /// A file that was found may still be one that cannot be used so.
    fn check(&self, found: &FoundReference, file: SourceFile) -> Resolution {
        match (found.kind, file.kind) {
            (ReferenceKind::SourceMap, _) => return Resolution::AsWritten,
            (ReferenceKind::Import | ReferenceKind::DynamicImport, kind) if kind != Kind::Script => {
                return Resolution::Fault(Box::new(not_a_script(&file)));
            }
            (ReferenceKind::StyleImport, kind) if kind != Kind::Style => {
                return Resolution::Fault(Box::new(not_a_style(&file)));
            }
            (_, Kind::Sass) => return Resolution::Fault(Box::new(not_a_style(&file))),
            (ReferenceKind::StyleImport, _) => {}
            _ if file.logical.is_none() => return Resolution::Fault(Box::new(outside_roots(&file))),
            _ => {}
        }
        Resolution::Source(Box::new(file))
    }

    fn unresolved(
        &self,
        from: &SourceFile,
        path: &str,
        beside: Option<&ProjectPath>,
        looked_in: BTreeSet<String>,
    ) -> Diagnostic {
        let fault = Diagnostic::error(Code::UnresolvedReference, format!("could not find `{path}`"));
        let Some(beside) = beside else {
            return fault.hint("this path leads out of the project; move the file into a source root");
        };
        let looked_in: Vec<_> =
            looked_in.into_iter().map(|folder| if folder.is_empty() { ".".into() } else { folder }).collect();
        let fault = fault.note(format!("looked in: {}", looked_in.join(", ")));
        match self.nearest(beside) {
            Some(nearest) => {
                let relative = nearest.relative_from(&from.path);
                let dot = if path.starts_with("./") && !relative.starts_with("../") { "./" } else { "" };
                fault.hint(format!("did you mean `{dot}{relative}`?"))
            }
            None => fault.hint("correct the path, or put the file there"),
        }
    }

    /// A source with nearly this path, or with the same name elsewhere.
    fn nearest(&self, wanted: &ProjectPath) -> Option<&ProjectPath> {
        let nearest = did_you_mean(wanted.as_str(), self.by_path.keys().copied());
        let nearest = nearest.and_then(|path| self.by_path.get(path)).copied();
        let same_name = || self.sources.files.iter().find(|file| file.path.file_name() == wanted.file_name());
        nearest.or_else(same_name).map(|file| &file.path)
    }
}

impl From<SourceFile> for Resolution {
    fn from(file: SourceFile) -> Self {
        Self::Source(Box::new(file))
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a file with exactly this name is there, also where the file system ignores case.
fn exists(on_disk: &Path) -> bool {
    let (Some(folder), Some(name)) = (on_disk.parent(), on_disk.file_name().and_then(|name| name.to_str())) else {
        return false;
    };
    fs::is_file(on_disk) && (cfg!(target_os = "linux") || fs::names_in(folder).iter().any(|at| at == name))
}

fn missing_source_map(path: &str) -> Diagnostic {
    Diagnostic::warning(
        Code::MissingSourceMap,
        format!("the source map `{path}` does not exist; the comment that names it was dropped"),
    )
    .hint("add the map beside the file, or remove the comment")
}

/// A warning, not an error: an import map may provide the package, and copies of libraries hold builds for bundlers that
/// no page loads.
fn package_import(path: &str) -> Diagnostic {
    Diagnostic::warning(
        Code::UnsupportedImport,
        format!(
            "the package `{path}` is not bundled yet; the import stays as it is, and works only with an import map"
        ),
    )
    .hint(format!("let an import map of the page provide it, and say so in assetc.toml: [js] external = [\"{path}\"]"))
}

fn not_a_script(file: &SourceFile) -> Diagnostic {
    let how = match file.kind {
        Kind::Style | Kind::Sass => "load the stylesheet with a <link> of its own",
        _ => "use `new URL(\"…\", import.meta.url)` to get its address",
    };
    Diagnostic::error(Code::UnsupportedImport, format!("`{}` is not a script and cannot be imported yet", file.path))
        .hint(how)
}

fn not_a_style(file: &SourceFile) -> Diagnostic {
    Diagnostic::error(Code::UnsupportedImport, format!("`{}` is not a CSS file and cannot be imported", file.path))
        .hint("import a .css file")
}

fn outside_roots(file: &SourceFile) -> Diagnostic {
    Diagnostic::error(
        Code::ReferenceOutsideRoots,
        format!("`{}` lies outside of every source root, so it has no place in the output", file.path),
    )
    .hint("move the file into a source root, or add its folder to `roots` in assetc.toml")
}
