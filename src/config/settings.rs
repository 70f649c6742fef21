use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use globset::GlobMatcher;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::compile_globs::Globs;
use super::{ManifestFormat, Targets};
use crate::diagnostic::Place;
use crate::path::UrlPath;

/// Everything a build depends on besides the source tree. What code reads; only `config` knows the TOML's names.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The project's folder: absolute, symbolic links resolved.
    pub root: PathBuf,
    pub mode: Mode,
    /// Source roots, as patterns of folders below `root`.
    pub roots: Vec<RootPattern>,
    /// Absolute; need not exist yet.
    pub output_root: PathBuf,
    pub entries: Vec<EntrySetting>,
    /// Paths below `root` that discover passes over.
    pub ignore: Globs,
    /// `None`: plain names only.
    pub fingerprint: Option<Names>,
    /// Whether scripts and styles get a source map, linked from them.
    pub source_maps: bool,
    /// Whether scripts and styles are minified.
    pub minify: bool,
    pub images: ImageSettings,
    /// What fingerprinted files get compressed siblings in.
    pub codings: Vec<Coding>,
    pub targets: Targets,
    pub scripts: ScriptSettings,
    pub styles: StyleSettings,
    pub sass: SassSettings,
    /// Manifests beside `assetc.json`, no two of which write the same file.
    pub manifests: Vec<ManifestFormat>,
    /// The URL of the output folder as far as it is known: begins and ends with `/`.
    pub prefix: String,
    /// Logical names of assets that count as used whatever names them.
    pub used: Globs,
    pub retention: Retention,
    /// Warnings count as errors.
    pub strict: bool,
    /// Worker threads; never 0.
    pub threads: usize,
    /// Where earlier builds' work is remembered on the disk; `None`: nowhere.
    pub cache: Option<CacheSettings>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheSettings {
    /// Absolute; need not exist yet.
    pub dir: PathBuf,
    /// In bytes.
    pub max_size: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Minified, optimized, fingerprinted.
    Production,
    /// Plain names, readable, with source maps.
    Development,
}

impl Mode {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Development => "development",
        }
    }
}

/// A source root as configured: a folder below the root, or a glob of folders.
#[derive(Clone)]
pub struct RootPattern {
    /// As written, `/` at the end removed.
    pub text: String,
    pub matcher: GlobMatcher,
    /// Where it was configured; `None` for the default.
    pub place: Option<Place>,
}

/// `[entries]` `"css/app.css" = "scss/app.scss"`.
#[derive(Clone, Debug)]
pub struct EntrySetting {
    pub logical: UrlPath,
    /// A path below a source root, or below the project's root.
    pub source: String,
    pub place: Place,
}

/// How a fingerprinted name is made: `stem`, separator, digits, `.`, extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// `.` (Django, WhiteNoise) or `-` (Rails, Phoenix).
    pub separator: char,
    /// Hex digits, 8 to 64.
    pub length: usize,
}

#[derive(Clone, Debug)]
pub struct ImageSettings {
    /// Whether pictures are made smaller; else they are copied.
    pub optimize: bool,
    /// oxipng's preset, 0 to 6.
    pub png_effort: u8,
    /// Paths below `root` of pictures that are copied all the same.
    pub keep: Globs,
    /// The first whose paths below `root` hold a picture is meant. None in development.
    pub variants: Vec<Variants>,
    /// Whether fonts are packed as WOFF2 too.
    pub woff2: bool,
}

/// Which other forms of a picture are made.
#[derive(Clone, Debug)]
pub struct Variants {
    pub of: Globs,
    pub webp: bool,
    /// In pixels.
    pub widths: Vec<u32>,
    /// Of lossy WebP, 1 to 100.
    pub quality: u8,
    pub placeholder: bool,
}

/// A form in which a server can send a file compressed (RFC 9110, section 8.4.1), and who compresses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Coding {
    Brotli,
    /// By libdeflate.
    Gzip,
    /// Gzip by zopfli.
    Zopfli,
    Zstd,
}

impl Coding {
    /// What servers append to the file's name.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip | Self::Zopfli => ".gz",
            Self::Zstd => ".zst",
        }
    }

    /// As in `Content-Encoding`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip | Self::Zopfli => "gzip",
            Self::Zstd => "zstd",
        }
    }
}

#[derive(Clone, Debug)]
pub struct ScriptSettings {
    /// Whether modules are linked with what they import; else each is written on its own.
    pub bundle: bool,
    /// How linked entries are written.
    pub format: Format,
    /// The global that gets what a classic script exports.
    pub global_name: Option<String>,
    /// What assetc.toml says, or what counts where tsconfig.json says nothing.
    pub jsx: Jsx,
    /// Whether assetc.toml says what JSX becomes: then no tsconfig.json is asked.
    pub jsx_is_set: bool,
    /// By specifier; one that ends with `/` stands for all that begin so.
    pub external: BTreeMap<String, External>,
    /// By what an import begins with, the longest first. `None`: nothing.
    pub alias: Vec<(String, Option<String>)>,
    /// JSON by name, such as `config.debug`.
    pub define: BTreeMap<String, String>,
    /// Variables whose names begin with `PUBLIC_`, by name: scripts may read them as `import.meta.env.PUBLIC_…`.
    pub public: BTreeMap<String, String>,
}

/// What stands for a package that is not bundled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum External {
    /// Its name: an import map of the page provides it.
    AsWritten,
    /// An expression, such as `window.jQuery`.
    Global(String),
    /// The address of a module.
    Address(String),
}

impl ScriptSettings {
    /// What stands for `specifier`; `None` when it is bundled.
    pub fn external(&self, specifier: &str) -> Option<&External> {
        self.external.get(specifier).or_else(|| {
            // As in an import map.
            let covers = |start: &str| start.ends_with('/') && specifier.starts_with(start);
            self.external.iter().rfind(|(start, _)| covers(start)).map(|(_, to)| to)
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Jsx {
    pub runtime: JsxRuntime,
    /// For the classic runtime.
    pub factory: String,
    pub fragment: String,
    /// For the automatic runtime.
    pub import_source: String,
}

/// How linked entries are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// For both kinds of script tag where that is possible, else as a module.
    Auto,
    /// As one classic script that holds all that it needs, shared code too.
    Iife,
    /// As a module.
    Esm,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum JsxRuntime {
    /// `<p/>` calls a global, `React.createElement` by default.
    Classic,
    /// `<p/>` imports what it needs from `react/jsx-runtime`.
    Automatic,
}

#[derive(Clone, Debug, Default)]
pub struct StyleSettings {
    /// In bytes: what is not larger goes into the stylesheets that refer to it. 0: nothing does.
    pub inline_limit: u64,
}

#[derive(Clone, Debug)]
pub struct SassSettings {
    /// Absolute.
    pub load_paths: Vec<PathBuf>,
    /// An installed compiler to use instead of ours: a program and its first arguments.
    pub command: Option<Vec<String>>,
    /// For one entry.
    pub time_limit: Duration,
    /// Names of deprecations that are not told.
    pub silence: Vec<String>,
    /// The assetc executable, which is run again as a worker that compiles. Without it sheets are compiled by the thread that
    /// builds: one that recurses without end then ends the whole process.
    pub worker: Option<PathBuf>,
}

/// How long files of earlier releases stay. A release is kept while it is among the last `releases` or younger than `days`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    pub releases: u32,
    pub days: u32,
}

impl Settings {
    /// What a project without configuration gets: `assets` mirrored into `static`.
    ///
    /// `root` must be absolute with symbolic links resolved.
    pub fn new(root: PathBuf, mode: Mode) -> Self {
        let production = mode == Mode::Production;
        Self {
            output_root: root.join("static"),
            root,
            mode,
            roots: vec![RootPattern::default()],
            entries: Vec::new(),
            ignore: super::compile_globs::built_in_ignore(),
            fingerprint: production.then(Names::default),
            source_maps: !production,
            minify: production,
            images: ImageSettings {
                optimize: production,
                png_effort: 2,
                keep: super::compile_globs::built_in_keep(),
                variants: Vec::new(),
                woff2: false,
            },
            codings: if production { vec![Coding::Brotli, Coding::Gzip] } else { Vec::new() },
            targets: Targets::baseline_widely_available(),
            scripts: ScriptSettings::default(),
            styles: StyleSettings::default(),
            sass: SassSettings::default(),
            manifests: Vec::new(),
            prefix: "/".to_owned(),
            used: super::compile_globs::built_in_used(),
            retention: Retention::default(),
            strict: false,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            cache: None,
        }
    }
}

/// The text tells everything; what it was compiled to says it in another way on every run.
impl fmt::Debug for RootPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RootPattern").field("text", &self.text).field("place", &self.place).finish_non_exhaustive()
    }
}

impl Default for RootPattern {
    fn default() -> Self {
        // A literal is always a valid glob.
        let matcher = globset::Glob::new("assets").map(|glob| glob.compile_matcher());
        Self { text: "assets".to_owned(), matcher: matcher.expect("a literal glob"), place: None }
    }
}

impl Default for Names {
    fn default() -> Self {
        Self { separator: '.', length: 12 }
    }
}

impl Default for ScriptSettings {
    fn default() -> Self {
        let jsx = Jsx {
            runtime: JsxRuntime::Automatic,
            factory: "React.createElement".to_owned(),
            fragment: "React.Fragment".to_owned(),
            import_source: "react".to_owned(),
        };
        Self {
            bundle: true,
            format: Format::Auto,
            global_name: None,
            jsx,
            jsx_is_set: false,
            external: BTreeMap::new(),
            alias: Vec::new(),
            define: BTreeMap::new(),
            public: BTreeMap::new(),
        }
    }
}

impl Default for SassSettings {
    fn default() -> Self {
        let time_limit = Duration::from_secs(60);
        Self { load_paths: Vec::new(), command: None, time_limit, silence: Vec::new(), worker: None }
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self { releases: 3, days: 7 }
    }
}
