//! Finds and reads what Sass sheets load.
//!
//! A URL is looked up beside the sheet that wrote it, then in the load paths of the configuration, then among the packages of
//! the `node_modules` folders around that sheet. `~name` and `pkg:name` mean a package alone.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde::Deserialize;

use super::find_sheet::{Sheet, find_sheet};
use crate::config::Settings;
use crate::diagnostic::{Code, did_you_mean};
use crate::fs;
use crate::graph::{FoundReference, ReferenceKind};
use crate::inputs::Reads;
use crate::kinds::sass::{Found, LoadRule, Loader, Sheets, Syntax, survey};
use crate::path::ProjectPath;
use crate::source::Source;

/// What was read of a sheet: `None` when there is none; the fault with a sentence.
type Read = Result<Option<Arc<Source>>, (Code, String)>;

/// Where a sheet is.
pub struct SheetPath {
    pub on_disk: PathBuf,
    /// How it is named.
    pub shown: ProjectPath,
}

/// The sheets of a build.
pub struct SheetFiles<'a> {
    settings: &'a Settings,
    reads: &'a Reads,
    /// Those that were read.
    known: Mutex<BTreeMap<PathBuf, Arc<Source>>>,
}

impl<'a> SheetFiles<'a> {
    pub fn new(settings: &'a Settings, reads: &'a Reads) -> Self {
        Self { settings, reads, known: Mutex::default() }
    }

    /// A sheet, as one step reads it.
    pub fn read(&self, on_disk: &Path, reads: &Reads) -> Read {
        let path = self.shown(on_disk);
        let source = match reads.source(on_disk, &path) {
            Ok(source) => source,
            Err(Ok(bytes)) => return Err((Code::InvalidUtf8, not_utf8(&path, &bytes))),
            Err(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(Err(error)) => {
                let message = format!("`{path}` cannot be read: {}", fs::reason(&error));
                return Err((Code::UnreadableFile, message));
            }
        };
        self.lock().insert(on_disk.to_owned(), Arc::clone(&source));
        Ok(Some(source))
    }

    /// What a sheet loads by its text, as far as that is there.
    pub fn loads(&self, on_disk: &Path, source: &Source) -> Vec<(FoundReference, SheetPath)> {
        let loader = SassLoader::new(self, self.reads);
        let loads = survey(&source.text, Syntax::of(&on_disk.to_string_lossy()));
        let found = loads.into_iter().filter_map(|load| {
            let (path, _) = loader.find(&load.url, on_disk, load.rule == LoadRule::Import).ok()??;
            let found = FoundReference::new(load.url, ReferenceKind::SassLoad, load.span);
            Some((found, SheetPath { shown: self.shown(&path), on_disk: path }))
        });
        found.collect()
    }

    /// How a file is named in messages and source maps, wherever it lies.
    fn shown(&self, on_disk: &Path) -> ProjectPath {
        let below = |base: &Path| ProjectPath::below(base, on_disk);
        let package = || {
            let components: Vec<Component> = on_disk.components().collect();
            let at = components.iter().rposition(|part| part.as_os_str() == "node_modules")?;
            ProjectPath::new(&components[at..].iter().collect::<PathBuf>())
        };
        let load_path = || {
            let base = self.settings.sass.load_paths.iter().find(|base| on_disk.starts_with(base))?;
            below(base.parent().unwrap_or(base))
        };
        let anywhere = || ProjectPath::new(Path::new(on_disk.to_string_lossy().trim_start_matches('/')));
        below(&self.settings.root)
            .or_else(package)
            .or_else(load_path)
            .or_else(anywhere)
            // Only an absolute path without `..` comes here, and the texts of such a path are UTF-8 now.
            .unwrap_or_else(|| ProjectPath::new(Path::new("sheet.scss")).expect("a literal path"))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<PathBuf, Arc<Source>>> {
        // An insertion cannot leave the map half changed.
        self.known.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Sheets for SheetFiles<'_> {
    fn source(&self, path: &str) -> Option<Arc<Source>> {
        self.read(Path::new(path), self.reads).ok().flatten()
    }

    fn all(&self) -> Vec<Arc<Source>> {
        self.lock().values().cloned().collect()
    }

    fn about_missing(&self, url: &str, from: &str) -> (Option<String>, String) {
        let from = Path::new(from);
        let folder = from.parent().unwrap_or(from);
        let bare = url.trim_start_matches('~');
        let bare = bare.strip_prefix("pkg:").unwrap_or(bare);
        let (package, _) = split_package(bare);
        let looked_in = std::iter::once(folder).chain(self.settings.sass.load_paths.iter().map(PathBuf::as_path));
        let shown = |folder: &Path| match folder.strip_prefix(&self.settings.root) {
            Ok(below) if below.as_os_str().is_empty() => ".".to_owned(),
            Ok(below) => below.to_string_lossy().into_owned(),
            Err(_) => folder.to_string_lossy().into_owned(),
        };
        let mut looked_in: Vec<String> = looked_in.map(shown).collect();
        looked_in.push("the packages in node_modules".to_owned());
        let wanted = normalized(&folder.join(bare));
        let siblings = wanted.parent().map(|folder| self.reads.names(folder)).unwrap_or_default();
        let names: Vec<String> = siblings
            .iter()
            .filter(|name| [".scss", ".sass", ".css"].iter().any(|extension| name.ends_with(extension)))
            .map(|name| {
                name.trim_start_matches('_').rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_owned()
            })
            .collect();
        let name = wanted.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let near = did_you_mean(name.trim_start_matches('_'), names.iter().map(String::as_str));
        let hint = match near {
            Some(near) => {
                let folder = url.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
                format!("did you mean `{folder}{near}`?")
            }
            None if bare.contains('/')
                && !bare.starts_with('.')
                && !wanted.parent().is_some_and(|folder| self.reads.is_folder(folder)) =>
            {
                format!("if `{package}` is a package, install it: npm install {package}")
            }
            None => "correct the URL, or add its folder to `load_paths` under [sass] in assetc.toml".to_owned(),
        };
        (Some(format!("looked in: {}", looked_in.join(", "))), hint)
    }
}

/// The loader of one compilation.
pub struct SassLoader<'a> {
    files: &'a SheetFiles<'a>,
    /// Where it is noted what was read, and what was looked for in vain.
    reads: &'a Reads,
    /// Sheets of somebody else.
    dependencies: RefCell<BTreeSet<PathBuf>>,
}

impl<'a> SassLoader<'a> {
    pub fn new(files: &'a SheetFiles<'a>, reads: &'a Reads) -> Self {
        Self { files, reads, dependencies: RefCell::default() }
    }

    /// What a URL in the sheet at `from` leads to, and whether it lies in a load path or a package.
    fn find(&self, url: &str, from: &Path, for_import: bool) -> Result<Option<(PathBuf, bool)>, String> {
        let folder = from.parent().unwrap_or(from);
        if let Some(package) = url.strip_prefix("pkg:").or_else(|| url.strip_prefix('~')) {
            return self.in_packages(package, folder, for_import);
        }
        if let Some(path) = url.strip_prefix("file://") {
            return Ok(self.one(Path::new("/"), path.trim_start_matches('/'), for_import)?.map(|found| (found, false)));
        }
        if url.contains("://") || url.starts_with("sass:") {
            return Ok(None);
        }
        if let Some(found) = self.one(folder, url, for_import)? {
            return Ok(Some((found, false)));
        }
        for load_path in &self.files.settings.sass.load_paths {
            if let Some(found) = self.one(load_path, url, for_import)? {
                return Ok(Some((found, true)));
            }
        }
        if url.starts_with('.') || url.starts_with('/') { Ok(None) } else { self.in_packages(url, folder, for_import) }
    }

    fn one(&self, folder: &Path, url: &str, for_import: bool) -> Result<Option<PathBuf>, String> {
        let is_file = |path: &Path| self.reads.is_file(&normalized(path));
        match find_sheet(folder, url, for_import, &is_file) {
            Sheet::One(path) => Ok(Some(normalized(&path))),
            Sheet::None => Ok(None),
            Sheet::Ambiguous(paths) => {
                let names = paths.iter().map(|path| format!("  {}", self.files.shown(&normalized(path))));
                let names = names.collect::<Vec<_>>().join("\n");
                Err(format!("It's not clear which file to import. Found:\n{names}"))
            }
        }
    }

    fn in_packages(&self, url: &str, folder: &Path, for_import: bool) -> Result<Option<(PathBuf, bool)>, String> {
        let (name, below) = split_package(url);
        if name.is_empty() || name == "." || name == ".." {
            return Ok(None);
        }
        for folder in folder.ancestors().filter(|folder| folder.file_name().is_none_or(|name| name != "node_modules")) {
            let package = folder.join("node_modules").join(name);
            if !self.reads.is_folder(&package) {
                continue;
            }
            if let Some(found) = self.in_package(&package, below, for_import)? {
                return Ok(Some((found, true)));
            }
        }
        Ok(None)
    }

    fn in_package(&self, package: &Path, below: &str, for_import: bool) -> Result<Option<PathBuf>, String> {
        let manifest = self.manifest(package);
        if let Some(exports) = manifest.as_ref().and_then(|manifest| manifest.exports.as_ref())
            && let Some(path) = exported(exports, below)
            && let Some(found) = self.one(package, path.trim_start_matches("./"), for_import)?
        {
            return Ok(Some(found));
        }
        if !below.is_empty() {
            return self.one(package, below, for_import);
        }
        let main = manifest.and_then(|manifest| manifest.sass.or(manifest.scss).or(manifest.style));
        if let Some(main) = main
            && let Some(found) = self.one(package, main.trim_start_matches("./"), for_import)?
        {
            return Ok(Some(found));
        }
        self.one(package, "", for_import)
    }

    fn manifest(&self, package: &Path) -> Option<Manifest> {
        let bytes = self.reads.read(&package.join("package.json")).ok()?;
        serde_json::from_slice(&bytes).ok()
    }
}

/// What Sass reads of a package.json (Sass documentation, "Node.js package importer").
#[derive(Debug, Deserialize)]
struct Manifest {
    sass: Option<String>,
    scss: Option<String>,
    style: Option<String>,
    exports: Option<serde_json::Value>,
}

/// The path that `exports` gives for `below`, under the conditions `sass`, `style` and `default`. Partials and extensions may be
/// left out of `below`.
fn exported(exports: &serde_json::Value, below: &str) -> Option<String> {
    let subpaths = exports.as_object().filter(|object| object.keys().any(|key| key.starts_with('.')));
    let Some(subpaths) = subpaths else {
        return below.is_empty().then(|| conditional(exports)).flatten();
    };
    let (folder, name) = below.rsplit_once('/').map_or(("", below), |(folder, name)| (folder, name));
    let wanted = if below.is_empty() {
        vec![".".to_owned(), "./index.scss".to_owned(), "./index.sass".to_owned(), "./index.css".to_owned()]
    } else {
        let slash = if folder.is_empty() { "" } else { "/" };
        ["", ".scss", ".sass", ".css"]
            .iter()
            .flat_map(|extension| ["", "_"].map(|underscore| format!("./{folder}{slash}{underscore}{name}{extension}")))
            .collect()
    };
    wanted.iter().find_map(|wanted| {
        subpaths.iter().find_map(|(key, value)| match key.split_once('*') {
            None => (key == wanted).then(|| conditional(value)).flatten(),
            Some((before, behind)) => {
                let star = wanted.strip_prefix(before)?.strip_suffix(behind)?;
                Some(conditional(value)?.replace('*', star))
            }
        })
    })
}

fn conditional(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::String(path) => Some(path.clone()),
        serde_json::Value::Array(several) => several.iter().find_map(conditional),
        serde_json::Value::Object(conditions) => {
            // The order in which packages write them; JSON objects of ours have none.
            ["sass", "style", "default"].iter().find_map(|name| conditions.get(*name).and_then(conditional))
        }
        _ => None,
    }
}

/// The name of a package, its scope included, and the path below it.
fn split_package(url: &str) -> (&str, &str) {
    let slashes = if url.starts_with('@') { 2 } else { 1 };
    match url.match_indices('/').nth(slashes - 1) {
        Some((at, _)) => (&url[..at], &url[at + 1..]),
        None => (url, ""),
    }
}

impl Loader for SassLoader<'_> {
    fn canonicalize(&self, url: &str, from: &str, for_import: bool) -> Result<Option<Found>, String> {
        let from = Path::new(from);
        let Some((path, elsewhere)) = self.find(url, from, for_import)? else { return Ok(None) };
        let mut dependencies = self.dependencies.borrow_mut();
        let in_packages = path.components().any(|part| part.as_os_str() == "node_modules");
        let dependency = elsewhere || in_packages || dependencies.contains(from);
        if dependency {
            dependencies.insert(path.clone());
        }
        Ok(path.to_str().map(|path| Found { path: path.to_owned(), dependency }))
    }

    fn load(&self, path: &str) -> Result<Option<(String, Syntax)>, String> {
        let source = self.files.read(Path::new(path), self.reads).map_err(|(_, message)| message)?;
        Ok(source.map(|source| (without_mark(&source.text).to_owned(), Syntax::of(path))))
    }
}

/// The text without a byte order mark, which the compiler takes for a part of a name.
pub fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn not_utf8(path: &ProjectPath, bytes: &[u8]) -> String {
    let at = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    let line = bytes[..at].iter().filter(|&&byte| byte == b'\n').count() + 1;
    let byte = bytes.get(at).copied().unwrap_or_default();
    format!("`{path}` is not UTF-8: byte 0x{byte:02x} in line {line}; save it as UTF-8")
}

/// The path without `.` and `..`, by its letters alone: Sass does not resolve symbolic links.
fn normalized(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => _ = plain.pop(),
            component => plain.push(component),
        }
    }
    plain
}
