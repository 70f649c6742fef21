//! Packages: what `oxc_resolver` finds for a specifier, in our words.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use oxc_resolver::{
    AliasValue, ResolveContext, ResolveError, ResolveOptions, ResolverGeneric, TsConfig, TsconfigDiscovery,
};

use super::manifest::Manifest;
use super::package_files::PackageFiles;
use crate::config::{Mode, Settings};
use crate::graph::{PackageType, ReferenceKind};
use crate::inputs::Reads;

/// For what a package is asked, which decides the conditions of its `exports`, the fields of its package.json and the
/// extensions that may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// `import`, `import()`, `export from`.
    Import,
    /// `require`.
    Require,
    /// `@import` of CSS.
    Style,
}

impl Purpose {
    /// `None` for references that are addresses, not modules.
    pub fn of(kind: ReferenceKind) -> Option<Self> {
        match kind {
            ReferenceKind::Import | ReferenceKind::DynamicImport => Some(Self::Import),
            ReferenceKind::Require => Some(Self::Require),
            ReferenceKind::StyleImport => Some(Self::Style),
            ReferenceKind::SassLoad | ReferenceKind::Url | ReferenceKind::Worker { .. } | ReferenceKind::SourceMap => {
                None
            }
        }
    }
}

/// What a specifier of a module leads to.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// Absolute, symbolic links resolved: two links to one package are one package.
    File(PathBuf),
    /// A module that package.json or the configuration takes away; there need not be such a file.
    Nothing(PathBuf),
}

/// Why a specifier leads nowhere.
#[derive(Debug, PartialEq, Eq)]
pub enum NotFound {
    /// No such file or package.
    Absent,
    /// The package is there, and its `exports` do not name this.
    NotExported { manifest: PathBuf },
    /// `exports` or `imports` lead out of the package.
    LeadsOutside { manifest: PathBuf, target: String },
    /// `#name`, which the package.json around does not define.
    NoSuchImport { manifest: PathBuf },
    /// A package.json or tsconfig.json that cannot be read.
    Broken { file: PathBuf, reason: String },
    /// Aliases or symbolic links that lead to each other.
    Circle,
}

type Oxc = ResolverGeneric<PackageFiles>;

/// One cache for all questions of a build; may be asked from many threads.
pub struct Packages {
    files: PackageFiles,
    /// For sources, where TypeScript comes first.
    of_sources: [Oxc; 3],
    /// For files of packages, where what is published comes first.
    of_packages: [Oxc; 3],
}

const PURPOSES: [Purpose; 3] = [Purpose::Import, Purpose::Require, Purpose::Style];

/// What may be left out of a specifier, best first.
pub const SOURCE_EXTENSIONS: [&str; 8] = [".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs", ".cjs", ".json"];
const PACKAGE_EXTENSIONS: [&str; 8] = [".js", ".json", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".mts"];

impl Packages {
    pub fn new(settings: &Settings, reads: &Reads) -> Self {
        let files = PackageFiles::over(reads);
        let base = Oxc::new_with_file_system(files.clone(), ResolveOptions::default());
        let resolvers = |extensions: &[&str]| {
            PURPOSES.map(|purpose| base.clone_with_options(options(settings, purpose, extensions)))
        };
        Self { files, of_sources: resolvers(&SOURCE_EXTENSIONS), of_packages: resolvers(&PACKAGE_EXTENSIONS) }
    }

    pub fn files(&self) -> &PackageFiles {
        &self.files
    }

    /// Resolves `specifier`, without a query, as the file `from` wrote it. A path is relative to `from`.
    pub fn resolve(
        &self,
        from: &Path,
        specifier: &str,
        purpose: Purpose,
        tsconfig: Option<&TsConfig>,
    ) -> Result<Found, NotFound> {
        let resolvers = if is_in_packages(from) { &self.of_packages } else { &self.of_sources };
        // A file has a folder.
        let folder = from.parent().unwrap_or(from);
        let resolver = &resolvers[purpose as usize];
        match resolver.resolve_with_context(folder, specifier, tsconfig, &mut ResolveContext::default()) {
            Ok(resolution) => Ok(Found::File(resolution.into_path_buf())),
            Err(ResolveError::Ignored(path)) => Ok(Found::Nothing(path)),
            Err(error) => Err(NotFound::from(error)),
        }
    }

    /// The tsconfig.json that a source belongs to: the nearest around it that includes it, or one that this refers to.
    /// Otherwise the nearest tsconfig.json or jsconfig.json below `root`: its author may not have thought of the file.
    pub fn tsconfig(&self, root: &Path, file: &Path) -> Result<Option<Arc<TsConfig>>, NotFound> {
        let resolver = &self.of_sources[Purpose::Import as usize];
        if let Some(tsconfig) = resolver.find_tsconfig(file)? {
            return Ok(Some(tsconfig));
        }
        let mut folders = file.ancestors().skip(1).take_while(|folder| folder.starts_with(root));
        let nearest = folders.find_map(|folder| {
            let names = ["tsconfig.json", "jsconfig.json"];
            names.iter().map(|name| folder.join(name)).find(|path| self.files.reads().is_file(path))
        });
        match nearest {
            Some(path) if !is_in_packages(file) => Ok(Some(resolver.resolve_tsconfig(path)?)),
            _ => Ok(None),
        }
    }

    /// What the package.json files around a file say of it.
    pub fn facts(&self, file: &Path) -> Facts {
        let mut facts = Facts { side_effects: true, ..Facts::default() };
        let mut side_effects = None;
        for folder in file.ancestors().skip(1) {
            if folder.file_name().is_some_and(|name| name == "node_modules") {
                break;
            }
            let Some(manifest) = self.files.manifest(folder) else { continue };
            if facts.nearest.is_none() {
                facts.declared_type = manifest.module_type;
                facts.nearest = Some(folder.to_owned());
            }
            // A package.json of a folder may say only the type; the package's own says the rest.
            if side_effects.is_none()
                && let (Some(said), Ok(below)) = (&manifest.side_effects, file.strip_prefix(folder))
            {
                side_effects = Some(said.of(below));
            }
            if manifest.name.is_some() {
                facts.package = Some((folder.to_owned(), manifest));
                break;
            }
        }
        facts.side_effects = side_effects.unwrap_or(true);
        facts
    }
}

/// What package.json files say of a file.
#[derive(Debug, Default)]
pub struct Facts {
    pub side_effects: bool,
    /// What the nearest says.
    pub declared_type: Option<PackageType>,
    /// The folder of the nearest.
    nearest: Option<PathBuf>,
    /// The nearest with a name, and its folder.
    pub package: Option<(PathBuf, Arc<Manifest>)>,
}

/// Whether a path lies in a `node_modules` folder.
pub fn is_in_packages(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "node_modules")
}

fn options(settings: &Settings, purpose: Purpose, extensions: &[&str]) -> ResolveOptions {
    let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
    let mode = match settings.mode {
        Mode::Production => "production",
        Mode::Development => "development",
    };
    let common = ResolveOptions {
        tsconfig: Some(TsconfigDiscovery::Auto),
        alias: aliases(settings),
        node_path: false,
        ..ResolveOptions::default()
    };
    if purpose == Purpose::Style {
        return ResolveOptions {
            condition_names: texts(&["style", "browser", mode]),
            main_fields: texts(&["style", "main"]),
            extensions: texts(&[".css"]),
            ..common
        };
    }
    let (kind, main_fields) = match purpose {
        // A `require` gets what `module.exports` is; `module` names a file whose exports are in an object.
        Purpose::Require => ("require", ["browser", "main", "module"]),
        _ => ("import", ["browser", "module", "main"]),
    };
    ResolveOptions {
        condition_names: texts(&[kind, "module", "browser", mode]),
        main_fields: texts(&main_fields),
        alias_fields: vec![texts(&["browser"])],
        extensions: texts(extensions),
        extension_alias: [
            (".js", &[".js", ".ts", ".tsx", ".jsx"][..]),
            (".jsx", &[".jsx", ".tsx"]),
            (".mjs", &[".mjs", ".mts"]),
            (".cjs", &[".cjs", ".cts"]),
        ]
        .map(|(written, tried)| (written.to_owned(), texts(tried)))
        .to_vec(),
        allow_package_exports_in_directory_resolve: true,
        ..common
    }
}

/// `[js.alias]`: a value that begins with `.` is a path from the project's folder, any other a specifier.
fn aliases(settings: &Settings) -> Vec<(String, Vec<AliasValue>)> {
    let value = |value: &Option<String>| match value {
        None => AliasValue::Ignore,
        Some(path) if path.starts_with('.') => {
            AliasValue::Path(settings.root.join(path).components().collect::<PathBuf>().to_string_lossy().into_owned())
        }
        Some(specifier) => AliasValue::Path(specifier.clone()),
    };
    settings.scripts.alias.iter().map(|(name, to)| (name.clone(), vec![value(to)])).collect()
}

impl From<ResolveError> for NotFound {
    fn from(error: ResolveError) -> Self {
        let broken = |file: PathBuf, reason: String| Self::Broken { file, reason };
        match error {
            ResolveError::PackagePathNotExported { package_json_path: manifest, .. }
            | ResolveError::InvalidModuleSpecifier(_, manifest) => Self::NotExported { manifest },
            ResolveError::InvalidPackageTarget(target, _, manifest) => Self::LeadsOutside { manifest, target },
            ResolveError::PackageImportNotDefined(_, manifest) => Self::NoSuchImport { manifest },
            ResolveError::Recursion => Self::Circle,
            ResolveError::Json(error) => {
                broken(error.path, format!("{} (line {}, column {})", plain(&error.message), error.line, error.column))
            }
            ResolveError::TsconfigNotFound(file) => broken(file, "it does not exist".to_owned()),
            ResolveError::TsconfigSelfReference(file) => broken(file, "it refers to itself".to_owned()),
            ResolveError::TsconfigCircularExtend(circle) => {
                let first = circle.paths().first().cloned().unwrap_or_default();
                broken(first, "`extends` leads back to it".to_owned())
            }
            ResolveError::TsconfigLoadFailed { path, source } => match Self::from(*source) {
                Self::Broken { reason, .. } => broken(path, reason),
                _ => broken(path, "it cannot be read".to_owned()),
            },
            ResolveError::InvalidPackageConfig(file) => {
                broken(file, "`exports` mixes keys with and without a leading `.`".to_owned())
            }
            ResolveError::InvalidPackageConfigDefault(file) | ResolveError::InvalidPackageConfigDirectory(file) => {
                broken(file, "its `exports` are not valid".to_owned())
            }
            _ => Self::Absent,
        }
    }
}

/// serde_json puts the position behind its message.
fn plain(message: &str) -> &str {
    message.split(" at line ").next().unwrap_or(message)
}
