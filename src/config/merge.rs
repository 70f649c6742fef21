//! The layers: defaults, then the file, then the environment, then the flags. A later one wins.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use toml::Spanned;

use super::ManifestFormat;
use super::compile_globs::{compile_ignore, compile_keep, compile_root, compile_used, compile_variants};
use super::options::{
    CacheOptions, CompressOptions, FingerprintOptions, GzipOption, ImageOptions, MOST, MOST_MEGABYTES, ManifestOptions,
    NameOptions, Options, OutputOptions, Queries, VariantOptions,
};
use super::options::{RetentionOptions, SassOptions};
use super::queries::{Query, queries_of_browserslistrc, queries_of_package_json, resolve_queries};
use super::read_options::read_options;
use super::settings::{
    CacheSettings, Coding, EntrySetting, Mode, Names, Retention, RootPattern, SassSettings, Settings, Variants,
};
use super::targets::Targets;
use super::text_file::TextFile;
use crate::diagnostic::{Code, Diagnostic};
use crate::path::UrlPath;

/// What is larger than this was not meant to be inlined.
const MOST_INLINED: i64 = 1_000_000;

/// The longest time limit; a day.
const MOST_SECONDS: i64 = 86_400;

/// WebP holds no wider picture.
const WIDEST: i64 = 16_383;

/// Everything that settings are made of, already read.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// The project's folder: absolute, symbolic links resolved.
    pub root: PathBuf,
    /// `assetc.toml`, or what `--config` names.
    pub config: Option<TextFile>,
    /// The project's `.browserslistrc`.
    pub browserslistrc: Option<TextFile>,
    /// The project's `package.json`, read for its `browserslist` alone.
    pub package_json: Option<TextFile>,
    /// The public variables of `.env` files and of the environment, which wins.
    pub public: BTreeMap<String, String>,
    pub flags: Flags,
}

/// What the command line says, or for what it leaves open the environment: `ASSETC_MODE`, `ASSETC_OUT`, `ASSETC_JOBS`.
#[derive(Clone, Debug)]
pub struct Flags {
    pub mode: Mode,
    /// Absolute.
    pub output_root: Option<PathBuf>,
    /// Never 0; `None`: one for each core.
    pub threads: Option<usize>,
    pub strict: bool,
    pub no_cache: bool,
}

/// Merges the layers.
///
/// # Errors
/// Every fault of every file that was read, sorted.
pub fn settings(inputs: &Inputs) -> Result<Settings, Vec<Diagnostic>> {
    let mut settings = Settings::new(inputs.root.clone(), inputs.flags.mode);
    settings.cache = Some(CacheSettings { dir: settings.root.join(".assetc/cache"), max_size: 1_000_000_000 });
    let mut faults = Vec::new();
    let mut queries = None;
    if let Some(file) = &inputs.config {
        let options = read_options(file, &mut faults);
        let mut layer = FileLayer { file, faults: &mut faults };
        queries = layer.queries(&options);
        layer.apply(options, &mut settings);
    }
    match targets(inputs, queries) {
        Ok(targets) => settings.targets = targets,
        Err(fault) => faults.push(fault),
    }
    settings.scripts.public.clone_from(&inputs.public);
    settings.strict |= inputs.flags.strict;
    if let Some(output_root) = &inputs.flags.output_root {
        settings.output_root = without_dots(output_root);
    }
    if let Some(threads) = inputs.flags.threads {
        settings.threads = threads;
    }
    if inputs.flags.no_cache {
        settings.cache = None;
    }
    if faults.is_empty() {
        return Ok(settings);
    }
    crate::diagnostic::sort(&mut faults);
    Err(faults)
}

/// From the first that says anything: `assetc.toml`, `package.json`, `.browserslistrc`.
fn targets(inputs: &Inputs, configured: Option<Vec<Query>>) -> Result<Targets, Diagnostic> {
    if let (Some(file), Some(queries)) = (&inputs.config, configured) {
        return resolve_queries(file, &queries);
    }
    if let Some(file) = &inputs.package_json {
        let queries = queries_of_package_json(file, inputs.flags.mode)?;
        if !queries.is_empty() {
            return resolve_queries(file, &queries);
        }
    }
    if let Some(file) = &inputs.browserslistrc {
        let queries = queries_of_browserslistrc(file, inputs.flags.mode);
        if !queries.is_empty() {
            return resolve_queries(file, &queries);
        }
    }
    Ok(Targets::baseline_widely_available())
}

/// The file's options, on their way into the settings.
pub(super) struct FileLayer<'a> {
    file: &'a TextFile,
    faults: &'a mut Vec<Diagnostic>,
}

impl FileLayer<'_> {
    fn apply(&mut self, options: Options, settings: &mut Settings) {
        if let Some(roots) = &options.roots {
            if roots.get_ref().is_empty() {
                self.fault(roots.span(), "`roots` names no folder").hint =
                    Some("delete the key for the default, `[\"assets\"]`".to_owned());
            }
            settings.roots = self.roots(roots.get_ref());
        }
        match compile_ignore(self.file, options.ignore.as_deref().unwrap_or_default()) {
            Ok(ignore) => settings.ignore = ignore,
            Err(faults) => self.faults.extend(faults),
        }
        match compile_used(self.file, options.check.used.as_deref().unwrap_or_default()) {
            Ok(used) => settings.used = used,
            Err(faults) => self.faults.extend(faults),
        }
        settings.entries = options.entries.iter().filter_map(|(logical, source)| self.entry(logical, source)).collect();
        settings.manifests = self.manifests(options.manifest.formats.as_deref().unwrap_or_default());
        self.apply_output(options.output, settings);
        settings.prefix = self.prefix(&options.manifest, settings);
        settings.scripts = self.scripts(options.js);
        if let Some(limit) = self.within("css.inline_limit", options.css.inline_limit.as_ref(), 0, MOST_INLINED) {
            settings.styles.inline_limit = limit as u64;
        }
        settings.sass = self.sass(options.sass, &settings.root);
        self.apply_images(&options.images, settings);
        settings.images.woff2 = options.fonts.woff2.unwrap_or(false) && settings.mode == Mode::Production;
        self.apply_compress(&options.compress, settings);
        settings.retention = self.retention(&options.retention);
        settings.cache = self.cache(&options.cache, settings);
        settings.strict = options.strict.unwrap_or(settings.strict);
    }

    fn queries(&mut self, options: &Options) -> Option<Vec<Query>> {
        let targets = options.targets.as_ref()?;
        match targets.get_ref() {
            Queries::One(query) => Some(vec![Query { text: query.clone(), span: targets.span() }]),
            Queries::List(list) if list.is_empty() => {
                self.fault(targets.span(), "`targets` names no browser").hint =
                    Some("delete the key for the default, `baseline widely available`".to_owned());
                None
            }
            Queries::List(list) => {
                Some(list.iter().map(|query| Query { text: query.get_ref().clone(), span: query.span() }).collect())
            }
        }
    }

    fn roots(&mut self, roots: &[Spanned<String>]) -> Vec<RootPattern> {
        let compiled = roots.iter().map(|root| compile_root(self.file, root));
        let mut patterns = Vec::new();
        for pattern in compiled {
            match pattern {
                Ok(pattern) => patterns.push(pattern),
                Err(fault) => self.faults.push(fault),
            }
        }
        patterns
    }

    fn entry(&mut self, logical: &Spanned<String>, source: &Spanned<String>) -> Option<EntrySetting> {
        let name = logical.get_ref();
        let Some(path) = UrlPath::new(Path::new(name)) else {
            self.fault(logical.span(), format!("`{name}` is not a path below the output folder")).hint =
                Some("the name on the left is what templates use, such as `css/app.css`".to_owned());
            return None;
        };
        let text = source.get_ref();
        if UrlPath::new(Path::new(text)).is_none() {
            self.fault(source.span(), format!("`{text}` is not a path below a source root or the project's folder"))
                .hint = Some("write where the source is, such as `scss/app.scss`".to_owned());
            return None;
        }
        Some(EntrySetting { logical: path, source: text.clone(), place: self.file.place(source.span()) })
    }

    fn apply_output(&mut self, options: OutputOptions, settings: &mut Settings) {
        if let Some(dir) = &options.dir {
            if dir.get_ref().is_empty() {
                self.fault(dir.span(), "`output.dir` is empty");
            }
            settings.output_root = without_dots(&settings.root.join(dir.get_ref()));
        }
        let names = match options.fingerprint {
            None | Some(FingerprintOptions::Switch(true)) => Some(default_names(&settings.manifests)),
            Some(FingerprintOptions::Switch(false)) => None,
            Some(FingerprintOptions::Names(names)) => Some(self.names(&names, &settings.manifests)),
        };
        settings.fingerprint = names.filter(|_| settings.mode == Mode::Production);
        settings.source_maps = options.source_maps.unwrap_or(settings.source_maps);
    }

    /// Each format once; two that would write the same file are a fault.
    fn manifests(&mut self, formats: &[Spanned<ManifestFormat>]) -> Vec<ManifestFormat> {
        let mut chosen: Vec<ManifestFormat> = Vec::new();
        for format in formats {
            let (span, format) = (format.span(), *format.get_ref());
            if chosen.contains(&format) {
                continue;
            }
            if let Some(other) = chosen.iter().find(|other| other.file() == format.file()) {
                let (a, b, file) = (other.as_str(), format.as_str(), format.file());
                self.fault(span, format!("`{a}` and `{b}` would both be written to `{file}`")).hint =
                    Some("keep the one that your framework reads".to_owned());
                continue;
            }
            chosen.push(format);
        }
        chosen
    }

    fn prefix(&mut self, options: &ManifestOptions, settings: &Settings) -> String {
        let Some(prefix) = &options.prefix else {
            // What lies in `public` is what the web server shows.
            let below = settings.output_root.strip_prefix(settings.root.join("public")).ok();
            return match below.and_then(Path::to_str) {
                Some(below) if !below.is_empty() => format!("/{below}/"),
                _ => "/".to_owned(),
            };
        };
        let text = prefix.get_ref();
        let is_url = text.starts_with('/') || text.contains("://");
        if !is_url || !text.ends_with('/') {
            self.fault(prefix.span(), format!("`manifest.prefix` cannot be `{text}`")).hint =
                Some("it begins and ends with `/`, such as `/build/`".to_owned());
        }
        text.clone()
    }

    fn names(&mut self, options: &NameOptions, manifests: &[ManifestFormat]) -> Names {
        let mut names = default_names(manifests);
        if let Some(separator) = &options.separator {
            match separator.get_ref().as_str() {
                "." => names.separator = '.',
                "-" => names.separator = '-',
                other => {
                    self.fault(separator.span(), format!("`output.fingerprint.separator` cannot be `{other}`")).hint =
                        Some("it can be `.`, which Django recognises, or `-`".to_owned());
                }
            }
        }
        if let Some(length) = self.within("output.fingerprint.length", options.length.as_ref(), 8, 64) {
            names.length = length as usize;
        }
        let span = options.separator.as_ref().map(Spanned::span).or(options.length.as_ref().map(Spanned::span));
        let refuses = manifests.iter().find(|manifest| !manifest.accepts(&names));
        if let (Some(span), Some(manifest), Some(demanded)) =
            (span, refuses, refuses.and_then(|manifest| manifest.demanded_names()))
        {
            let (format, Names { separator, length }) = (manifest.as_str(), demanded);
            self.fault(
                span,
                format!("the reader of the `{format}` manifest does not know fingerprints of this form"),
            )
            .hint = Some(format!(
                "delete `output.fingerprint`: the format brings its own, `separator = \"{separator}\", length = {length}`"
            ));
        }
        names
    }

    fn sass(&mut self, options: SassOptions, root: &Path) -> SassSettings {
        let mut sass = SassSettings::default();
        for path in options.load_paths.unwrap_or_default() {
            if path.get_ref().is_empty() {
                self.fault(path.span(), "`sass.load_paths` has an empty path").hint =
                    Some("`.` is the project's folder".to_owned());
            }
            sass.load_paths.push(without_dots(&root.join(path.get_ref())));
        }
        if let Some(command) = options.command {
            if command.get_ref().first().is_none_or(String::is_empty) {
                self.fault(command.span(), "`sass.command` names no program").hint =
                    Some("for example `[\"npx\", \"sass\"]`; without the key assetc compiles Sass itself".to_owned());
            }
            sass.command = Some(command.into_inner());
        }
        if let Some(seconds) = self.within("sass.time_limit", options.time_limit.as_ref(), 1, MOST_SECONDS) {
            sass.time_limit = Duration::from_secs(seconds as u64);
        }
        sass.silence = options.silence.unwrap_or_default().into_iter().map(Spanned::into_inner).collect();
        sass
    }

    fn apply_images(&mut self, options: &ImageOptions, settings: &mut Settings) {
        if let Some(effort) = self.within("images.png.effort", options.png.effort.as_ref(), 0, 6) {
            settings.images.png_effort = effort as u8;
        }
        match compile_keep(self.file, options.keep.as_deref().unwrap_or_default()) {
            Ok(keep) => settings.images.keep = keep,
            Err(faults) => self.faults.extend(faults),
        }
        let variants: Vec<_> =
            options.variants.iter().filter_map(|(glob, options)| self.variants(glob, options)).collect();
        if settings.mode == Mode::Production {
            settings.images.variants = variants;
        }
    }

    fn variants(&mut self, glob: &Spanned<String>, options: &VariantOptions) -> Option<Variants> {
        let widths = options.widths.iter().flatten();
        let mut widths: Vec<u32> = widths
            .filter_map(|width| self.within("images.variants.widths", Some(width), 1, WIDEST))
            .map(|width| width as u32)
            .collect();
        widths.sort_unstable();
        widths.dedup();
        let quality = self.within("images.variants.quality", options.quality.as_ref(), 1, 100).unwrap_or(75) as u8;
        let (webp, placeholder) = (options.webp.unwrap_or(false), options.placeholder.unwrap_or(false));
        if !webp && !placeholder && options.widths.is_none() {
            self.fault(glob.span(), format!("`images.variants` asks for nothing of `{}`", glob.get_ref())).hint =
                Some("set `webp`, `widths` or `placeholder`".to_owned());
        }
        match compile_variants(self.file, glob) {
            Ok(of) => Some(Variants { of, webp, widths, quality, placeholder }),
            Err(faults) => {
                self.faults.extend(faults);
                None
            }
        }
    }

    fn apply_compress(&mut self, options: &CompressOptions, settings: &mut Settings) {
        let switch = |option: &Option<Spanned<bool>>, default| option.as_ref().map_or(default, |on| *on.get_ref());
        let gzip = match options.gzip.as_ref().map(|gzip| *gzip.get_ref()) {
            None | Some(GzipOption::Switch(true)) => Some(Coding::Gzip),
            Some(GzipOption::Switch(false)) => None,
            Some(GzipOption::Zopfli) => Some(Coding::Zopfli),
        };
        let brotli = switch(&options.brotli, true).then_some(Coding::Brotli);
        let zstd = switch(&options.zstd, false).then_some(Coding::Zstd);
        if settings.mode == Mode::Production {
            settings.codings = [brotli, gzip, zstd].into_iter().flatten().collect();
            if settings.fingerprint.is_none() {
                self.refuse_compression_of_plain_names(options, settings);
            }
        }
    }

    /// Under a plain name a sibling could outlive the bytes it was made of.
    fn refuse_compression_of_plain_names(&mut self, options: &CompressOptions, settings: &mut Settings) {
        settings.codings.clear();
        let asked = [
            ("brotli", options.brotli.as_ref().filter(|on| *on.get_ref()).map(Spanned::span)),
            ("gzip", options.gzip.as_ref().filter(|on| *on.get_ref() != GzipOption::Switch(false)).map(Spanned::span)),
            ("zstd", options.zstd.as_ref().filter(|on| *on.get_ref()).map(Spanned::span)),
        ];
        for (key, span) in asked {
            let Some(span) = span else { continue };
            self.fault(span, format!("`compress.{key}` has no effect with `output.fingerprint = false`")).hint = Some(
                "delete one of the two keys: only files with a fingerprint in their name can have compressed siblings"
                    .to_owned(),
            );
        }
    }

    fn retention(&mut self, options: &RetentionOptions) -> Retention {
        let mut retention = Retention::default();
        if let Some(releases) = self.within("retention.releases", options.releases.as_ref(), 1, MOST) {
            retention.releases = releases as u32;
        }
        if let Some(days) = self.within("retention.days", options.days.as_ref(), 0, MOST) {
            retention.days = days as u32;
        }
        retention
    }

    fn cache(&mut self, options: &CacheOptions, settings: &Settings) -> Option<CacheSettings> {
        let mut cache = settings.cache.clone()?;
        if let Some(dir) = &options.dir {
            if dir.get_ref().is_empty() {
                self.fault(dir.span(), "`cache.dir` is empty").hint = Some("turn it off with `--no-cache`".to_owned());
            }
            cache.dir = without_dots(&settings.root.join(dir.get_ref()));
        }
        if let Some(megabytes) = self.within("cache.max_size", options.max_size.as_ref(), 1, MOST_MEGABYTES) {
            cache.max_size = megabytes as u64 * 1_000_000;
        }
        Some(cache)
    }

    fn within(&mut self, key: &str, number: Option<&Spanned<i64>>, least: i64, most: i64) -> Option<i64> {
        let number = number?;
        if (least..=most).contains(number.get_ref()) {
            return Some(*number.get_ref());
        }
        self.fault(number.span(), format!("`{key}` must be from {least} to {most}, not {}", number.get_ref()));
        None
    }

    pub(super) fn fault(&mut self, span: Range<usize>, message: impl Into<String>) -> &mut Diagnostic {
        self.faults.push(Diagnostic::error(Code::InvalidConfig, message).at(self.file.place(span)));
        // One was pushed just now.
        self.faults.last_mut().expect("the fault just pushed")
    }
}

/// The form of fingerprinted names that every chosen manifest's reader knows: the strictest of theirs.
fn default_names(manifests: &[ManifestFormat]) -> Names {
    let demanded = manifests.iter().filter_map(|manifest| manifest.demanded_names());
    demanded.max_by_key(|names| names.length).unwrap_or_default()
}

/// The path without `.` and `..`, by its letters alone.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            // At `/` there is nothing above, and `pop` leaves it.
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}
