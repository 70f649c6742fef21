//! The words for what leads nowhere.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::candidates::candidates;
use super::manifest::{Manifest, install_commands, split_package_name};
use super::packages::NotFound;
use super::{Resolution, Resolver, is_of_package};
use crate::diagnostic::{Code, Diagnostic, Place, did_you_mean};
use crate::graph::{ReferenceKind, SourceFile};
use crate::path::ProjectPath;

impl Resolver<'_> {
    /// A path at which nothing is.
    pub(super) fn unresolved(
        &self,
        from: &SourceFile,
        path: &str,
        beside: Option<&ProjectPath>,
        looked_in: BTreeSet<String>,
    ) -> Diagnostic {
        let fault = Diagnostic::error(Code::UnresolvedReference, format!("could not find `{path}`"));
        if is_of_package(from) {
            return fault.hint("the package may be broken; install it again");
        }
        let Some(beside) = beside else {
            return fault.hint("this path leads out of the project; move the file into a source root");
        };
        if self.reads.is_folder(&beside.on_disk(&self.settings.root)) {
            let message = format!("`{path}` is a folder without an `index` file or a package.json");
            return Diagnostic::error(Code::UnresolvedReference, message).hint("name a file in it");
        }
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

    /// A name that is no package, or not what the package gives.
    pub(super) fn unresolved_package(&self, from: &SourceFile, specifier: &str, missing: NotFound) -> Resolution {
        let shown = |path: &Path| ProjectPath::from_root(&self.settings.root, path);
        let (name, below) = split_package_name(specifier);
        let error = |message: String| Diagnostic::error(Code::UnresolvedReference, message);
        let fault = match missing {
            NotFound::NotExported { manifest } => error(format!("the package `{name}` does not export `.{below}`"))
                .related("its `exports`", Place::file(shown(&manifest).as_str()))
                .hint("import what the package's documentation names, or find out whether another version exports it"),
            NotFound::LeadsOutside { manifest, target } => {
                error(format!("`{specifier}` leads to `{target}`, which lies outside of the package"))
                    .related("named here", Place::file(shown(&manifest).as_str()))
                    .hint("the package is broken: a path in `exports` must begin with `./` and stay inside")
            }
            NotFound::NoSuchImport { manifest } => {
                error(format!("`{specifier}` is not among the `imports` of package.json"))
                    .related("the package.json", Place::file(shown(&manifest).as_str()))
                    .hint("add it under `imports` there, or correct the name")
            }
            NotFound::Broken { file, reason } => {
                error(format!("`{}` cannot be read: {reason}", shown(&file))).hint("fix that file")
            }
            NotFound::Circle => error(format!("`{specifier}` leads back to itself"))
                .hint("correct `[js.alias]` in assetc.toml, the package's `browser` field or the symbolic links"),
            NotFound::Absent if specifier.starts_with('#') => {
                error(format!("`{specifier}` leads to no file")).hint("correct `imports` in package.json")
            }
            NotFound::Absent if is_built_in(specifier) => built_in(specifier),
            NotFound::Absent => return self.absent_package(from, specifier, name, below),
        };
        fault.into()
    }

    fn absent_package(&self, from: &SourceFile, specifier: &str, name: &str, below: &str) -> Resolution {
        let reads = self.reads;
        let above = || from.on_disk.ancestors().skip(1);
        let installed: Vec<PathBuf> =
            above().map(|folder| folder.join("node_modules")).filter(|folder| reads.is_folder(folder)).collect();
        let manifests: Vec<(&Path, Arc<Manifest>)> =
            above().filter_map(|folder| Some((folder, self.packages.files().manifest(folder)?))).collect();
        let (install, add) = manifests
            .iter()
            .map(|(folder, _)| reads.names(folder))
            .find(|names| names.iter().any(|name| name.contains("lock")))
            .map_or(install_commands(&[]), |names| install_commands(&names));
        let error = |message: String| Diagnostic::error(Code::UnresolvedReference, message);

        if installed.iter().any(|folder| reads.is_folder(&folder.join(name))) {
            return match below {
                "" => error(format!("the package `{name}` has no entry: neither `exports`, `main` nor an index file"))
                    .hint("name a file of it, or find out whether it is installed whole"),
                _ => error(format!("the package `{name}` has no file `.{below}`"))
                    .hint("import what the package's documentation names"),
            }
            .into();
        }
        if manifests.iter().any(|(_, manifest)| manifest.dependencies.iter().any(|listed| listed == name)) {
            return error(format!("the package `{name}` is not installed"))
                .note("package.json lists it")
                .hint(format!("run `{install}`"))
                .into();
        }
        let known: BTreeSet<String> = manifests
            .iter()
            .flat_map(|(_, manifest)| manifest.dependencies.iter().cloned())
            .chain(installed.iter().flat_map(|folder| self.installed_in(folder)))
            .collect();
        let by_map = format!("[js] external = [\"{specifier}\"]");
        if manifests.is_empty() && installed.is_empty() {
            // Nobody here uses npm: an import map must be meant. Or it is a copy of a library that no page loads.
            return Resolution::Left(Box::new(
                Diagnostic::warning(
                    Code::UnsupportedImport,
                    format!(
                        "there is no package `{name}`; the import stays as it is, and works only with an import map"
                    ),
                )
                .hint(format!("if an import map of the page provides it, say so in assetc.toml: {by_map}")),
            ));
        }
        let fault = error(format!("could not find the package `{name}`"));
        let is_file = from.path.join_sibling(specifier).is_some_and(|path| {
            candidates(path.as_str(), ReferenceKind::Import).any(|path| self.file(&path).is_some())
        });
        if matches!(below, "/jsx-runtime" | "/jsx-dev-runtime") {
            return fault
                .note("JSX is compiled to calls of what that package exports")
                .hint(format!(
                    "run `{add} {name}`, name another package (`jsx_import_source`), or let JSX call a global (`jsx = \"classic\"`), \
                     both under `[js]` in assetc.toml"
                ))
                .into();
        }
        match did_you_mean(name, known.iter().map(String::as_str)) {
            _ if is_file => {
                fault.hint(format!("did you mean `./{specifier}`? Without `./` it is the name of a package"))
            }
            Some(near) => fault.hint(format!("did you mean `{near}{below}`?")),
            None => fault.hint(format!("run `{add} {name}`; or if an import map of the page provides it: {by_map}")),
        }
        .into()
    }

    /// The names of the packages in a `node_modules` folder.
    fn installed_in(&self, folder: &Path) -> Vec<String> {
        let reads = self.reads;
        let names = reads.names(folder).into_iter().filter(|name| !name.starts_with('.'));
        names
            .flat_map(|name| match name.starts_with('@') {
                true => reads.names(&folder.join(&name)).into_iter().map(|below| format!("{name}/{below}")).collect(),
                false => vec![name],
            })
            .collect()
    }

    pub(super) fn broken_tsconfig(&self, fault: NotFound) -> Diagnostic {
        let (file, reason) = match fault {
            NotFound::Broken { file, reason } => (file, reason),
            NotFound::Absent
            | NotFound::NotExported { .. }
            | NotFound::LeadsOutside { .. }
            | NotFound::NoSuchImport { .. }
            | NotFound::Circle => {
                (self.settings.root.join("tsconfig.json"), "what it `extends` could not be found".to_owned())
            }
        };
        let file = ProjectPath::from_root(&self.settings.root, &file);
        Diagnostic::error(Code::InvalidTsconfig, format!("`{file}` cannot be used: {reason}"))
            .at(Place::file(file.as_str()))
            .hint("fix the file; editors and `tsc` read it too")
    }
}

pub(super) fn missing_source_map(path: &str) -> Diagnostic {
    Diagnostic::warning(
        Code::MissingSourceMap,
        format!("the source map `{path}` does not exist; the comment that names it was dropped"),
    )
    .hint("add the map beside the file, or remove the comment")
}

pub(super) fn not_bundled(specifier: &str) -> Diagnostic {
    Diagnostic::warning(
        Code::UnsupportedImport,
        format!(
            "the package `{specifier}` is not bundled yet; the import stays as it is, and works only with an import map"
        ),
    )
    .hint(format!(
        "let an import map of the page provide it, and say so in assetc.toml: [js] external = [\"{specifier}\"]"
    ))
}

fn built_in(specifier: &str) -> Diagnostic {
    let name = specifier.strip_prefix("node:").unwrap_or(specifier);
    Diagnostic::error(Code::NodeBuiltIn, format!("`{specifier}` is a part of Node.js, which browsers do not have"))
        .hint(format!(
            "if that code never runs in a browser, say so in assetc.toml: [js.alias] \"{specifier}\" = false; \
             a package may stand in for it: \"{specifier}\" = \"{}\"",
            stand_in(name)
        ))
}

/// The package that most projects take in place of a part of Node.js.
fn stand_in(name: &str) -> String {
    match name {
        "crypto" => "crypto-browserify".to_owned(),
        "fs" => "memfs".to_owned(),
        "http" => "stream-http".to_owned(),
        "https" => "https-browserify".to_owned(),
        "os" => "os-browserify".to_owned(),
        "path" => "path-browserify".to_owned(),
        "querystring" => "querystring-es3".to_owned(),
        "stream" => "stream-browserify".to_owned(),
        "timers" => "timers-browserify".to_owned(),
        "tty" => "tty-browserify".to_owned(),
        "vm" => "vm-browserify".to_owned(),
        "zlib" => "browserify-zlib".to_owned(),
        // npm has a package of the same name for these: assert, buffer, events, punycode, url, util and others.
        other => other.split('/').next().unwrap_or(other).to_owned(),
    }
}

/// `module.builtinModules` of Node.js 24, those that begin with `_` left out; anything may follow `node:`.
fn is_built_in(specifier: &str) -> bool {
    const NAMES: [&str; 42] = [
        "assert",
        "async_hooks",
        "buffer",
        "child_process",
        "cluster",
        "console",
        "constants",
        "crypto",
        "dgram",
        "diagnostics_channel",
        "dns",
        "domain",
        "events",
        "fs",
        "http",
        "http2",
        "https",
        "inspector",
        "module",
        "net",
        "os",
        "path",
        "perf_hooks",
        "process",
        "punycode",
        "querystring",
        "readline",
        "repl",
        "stream",
        "string_decoder",
        "sys",
        "timers",
        "tls",
        "trace_events",
        "tty",
        "url",
        "util",
        "v8",
        "vm",
        "wasi",
        "worker_threads",
        "zlib",
    ];
    let name = specifier.split('/').next().unwrap_or(specifier);
    specifier.starts_with("node:") || specifier.starts_with("bun:") || NAMES.binary_search(&name).is_ok()
}
