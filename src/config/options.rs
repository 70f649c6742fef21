//! What `assetc.toml` may say. The doc comments are the manual: `assetc schema` hands them to editors.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use toml::Spanned;

use super::{Format, JsxRuntime, ManifestFormat};

/// The configuration of a project, `assetc.toml` in its folder. Every key may be left out.
///
/// Paths are relative to the project's folder (`--root`) and use `/`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
#[schemars(title = "assetc.toml")]
pub struct Options {
    /// The folders that hold sources; what is in them is mirrored into the output folder. A glob such as
    /// `*/assets` gives one root for each app. `*` stands for one folder, `**` for any number of them.
    ///
    /// Default: `["assets"]`.
    #[schemars(with = "Option<Vec<String>>", example = ["assets", "*/assets"])]
    pub roots: Option<Spanned<Vec<Spanned<String>>>>,

    /// Files and folders in the source roots to pass over, as globs. A pattern without `/` matches at any depth;
    /// one with a `/` is read from the project's folder. An ignored file that another source refers to is used.
    ///
    /// Always ignored: `*.d.ts`, `*.d.mts`, `*.d.cts`, `*.test.*`, `*.spec.*`, `*.stories.*`, `__tests__`, and what
    /// the `.gitignore` and `.ignore` files of the project name.
    #[schemars(with = "Option<Vec<String>>", example = ["**/*.psd"])]
    pub ignore: Option<Vec<Spanned<String>>>,

    /// The browsers that the output must run in: a browserslist query, or a list of them. Without this key they are
    /// read from `browserslist` in `package.json`, then from `.browserslistrc`.
    ///
    /// Default: `"baseline widely available"`, which is taken on the day of assetc's release, so that builds repeat.
    /// Queries such as `last 2 years` count from the day of the build.
    #[schemars(with = "Option<QueriesSchema>", example = "baseline widely available", example = ["> 0.5%", "not dead"])]
    pub targets: Option<Spanned<Queries>>,

    /// Entries to add or to rename: the name that templates use, and the source it is built from. The source is looked
    /// up below the source roots, then below the project's folder. It stays an entry though other sources import it.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>", example = BTreeMap::from([("css/app.css", "scss/app.scss")]))]
    pub entries: BTreeMap<Spanned<String>, Spanned<String>>,

    /// What is written, and where.
    #[serde(default)]
    pub output: OutputOptions,

    /// Scripts.
    #[serde(default)]
    pub js: ScriptOptions,

    /// Stylesheets.
    #[serde(default)]
    pub css: StyleOptions,

    /// Sass.
    #[serde(default)]
    pub sass: SassOptions,

    /// Pictures.
    #[serde(default)]
    pub images: ImageOptions,

    /// Fonts.
    #[serde(default)]
    pub fonts: FontOptions,

    /// Compressed files that a production build writes beside fingerprinted ones, such as `app.4f3e2a1d9b0c.css.br`, for servers that
    /// send them as they are. Only where they are smaller by a twentieth and by 100 bytes.
    #[serde(default)]
    pub compress: CompressOptions,

    /// Manifests for the readers of other frameworks, beside `assetc.json`.
    #[serde(default)]
    pub manifest: ManifestOptions,

    /// What `assetc check` looks at.
    #[serde(default)]
    pub check: CheckOptions,

    /// How long the files of earlier releases stay, so that pages rendered before a deploy still load. A release is kept
    /// while it is among the last `releases` or younger than `days`.
    #[serde(default)]
    pub retention: RetentionOptions,

    /// What builds remember of each other's work. Losing it costs only time.
    #[serde(default)]
    pub cache: CacheOptions,

    /// Whether warnings count as errors. The flag `--strict` sets it too.
    ///
    /// Default: `false`.
    pub strict: Option<bool>,
}

/// What is written, and where.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub struct OutputOptions {
    /// The output folder; for Django, a folder on `STATICFILES_DIRS`. The flag `--out` wins over it.
    ///
    /// Default: `"static"`.
    #[schemars(with = "Option<String>")]
    pub dir: Option<Spanned<String>>,

    /// Whether a production build also writes every file under a name that holds a part of its SHA-256, which browsers
    /// may keep for ever. A table sets the form of that name. Development builds write plain names only.
    ///
    /// Default: `true`.
    pub fingerprint: Option<FingerprintOptions>,

    /// Whether scripts and styles get a source map.
    ///
    /// Default: in development only.
    pub source_maps: Option<bool>,
}

/// `true`, `false`, or the form of fingerprinted names.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum FingerprintOptions {
    Switch(bool),
    Names(NameOptions),
}

/// The form of a fingerprinted name: `app`, separator, hex digits, `.css`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub struct NameOptions {
    /// `.` is what Django and WhiteNoise recognise; `-` is what Rails and Phoenix do.
    ///
    /// Default: `"."`.
    #[schemars(with = "Option<SeparatorSchema>")]
    pub separator: Option<Spanned<String>>,

    /// How many hex digits. WhiteNoise recognises 12.
    ///
    /// Default: `12`.
    #[schemars(with = "Option<i64>", range(min = 8, max = 64))]
    pub length: Option<Spanned<i64>>,
}

/// Scripts.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub struct ScriptOptions {
    /// Whether modules are linked with what they import, npm packages included. `false` writes every module on its own,
    /// with its imports rewritten, for those who want native modules.
    ///
    /// Default: `true`.
    pub bundle: Option<bool>,

    /// How linked entries are written: for both kinds of script tag where that is possible and as modules elsewhere
    /// (`"auto"`), each as one classic script that holds all that it needs (`"iife"`), or as modules (`"esm"`).
    ///
    /// Default: `"auto"`.
    pub format: Option<Format>,

    /// The global that gets what a classic script exports; only with `format = "iife"`.
    ///
    /// Default: none.
    #[schemars(with = "Option<String>")]
    pub global_name: Option<Spanned<String>>,

    /// What JSX becomes: calls of a global (`"classic"`), or calls of what is imported from
    /// `react/jsx-runtime` (`"automatic"`).
    ///
    /// Default: what tsconfig.json says, else `"automatic"`, or `"classic"` when `jsx_factory` or `jsx_fragment` is set.
    pub jsx: Option<JsxRuntime>,

    /// What the classic runtime calls for an element, such as `h` for Preact.
    ///
    /// Default: `"React.createElement"`.
    #[schemars(with = "Option<String>")]
    pub jsx_factory: Option<Spanned<String>>,

    /// What the classic runtime passes for `<>…</>`.
    ///
    /// Default: `"React.Fragment"`.
    #[schemars(with = "Option<String>")]
    pub jsx_fragment: Option<Spanned<String>>,

    /// The package whose `jsx-runtime` the automatic runtime imports.
    ///
    /// Default: `"react"`.
    #[schemars(with = "Option<String>")]
    pub jsx_import_source: Option<Spanned<String>>,

    /// Packages that are not bundled. A list: the imports are left as they are written, for an import map of the page. A
    /// table: what to take instead, an expression such as `"window.jQuery"` or the address of a module.
    ///
    /// Default: none.
    #[schemars(with = "Option<ExternalSchema>", example = ["htmx.org"])]
    pub external: Option<ExternalOptions>,

    /// Other names for what is imported: `"@" = "./assets/ts"` for a folder of the project, `react = "preact/compat"` for
    /// another package, `fs = false` for nothing. What follows the name stays: `@/cart` is `./assets/ts/cart`.
    ///
    /// Default: none.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, AliasSchema>", example = BTreeMap::from([("@", "./assets/ts")]))]
    pub alias: BTreeMap<Spanned<String>, Spanned<AliasOption>>,

    /// Values to put in place of names and of members such as `config.debug`, before dead code is removed.
    ///
    /// Default: none, besides `process.env.NODE_ENV` and `import.meta.env`.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, serde_json::Value>", example = BTreeMap::from([("__VERSION__", "1.4.0")]))]
    pub define: BTreeMap<Spanned<String>, toml::Value>,
}

/// A list of specifiers, or a table of what to take instead.
#[derive(Debug)]
pub enum ExternalOptions {
    List(Vec<Spanned<String>>),
    Table(BTreeMap<Spanned<String>, Spanned<String>>),
}

#[derive(JsonSchema)]
#[schemars(untagged, inline)]
#[expect(dead_code, reason = "only its schema is used: a span has none")]
enum ExternalSchema {
    List(Vec<String>),
    Table(BTreeMap<String, String>),
}

/// A specifier, or `false` for nothing.
#[derive(Debug)]
pub enum AliasOption {
    To(String),
    Switch(bool),
}

#[derive(JsonSchema)]
#[schemars(untagged, inline)]
#[expect(dead_code, reason = "only its schema is used: a span has none")]
enum AliasSchema {
    To(String),
    Switch(bool),
}

/// Stylesheets.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub struct StyleOptions {
    /// Pictures and fonts of up to so many bytes are put into the stylesheets that refer to them, as `data:` URLs. Those with a
    /// fragment (`sprite.svg#icon`) are not. A page with a Content Security Policy must then allow `data:`.
    ///
    /// Default: `0`, none.
    #[schemars(with = "Option<i64>", range(min = 0, max = 1_000_000))]
    pub inline_limit: Option<Spanned<i64>>,
}

/// Sass, `.scss` and `.sass`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub struct SassOptions {
    /// Folders in which `@use`, `@forward` and `@import` look for what does not lie beside the sheet. The packages in
    /// `node_modules` are always found.
    ///
    /// Default: none.
    #[schemars(with = "Option<Vec<String>>", example = ["assets/scss"])]
    pub load_paths: Option<Vec<Spanned<String>>>,

    /// An installed `sass` to compile with, and the arguments that come first. assetc's own compiler is faster and needs
    /// nothing installed; this is for a sheet that it cannot compile.
    ///
    /// Default: none.
    #[schemars(with = "Option<Vec<String>>", example = ["npx", "sass"])]
    pub command: Option<Spanned<Vec<String>>>,

    /// How many seconds a sheet may take, so that one that never ends does not hold up the build for ever.
    ///
    /// Default: `60`.
    #[schemars(with = "Option<i64>", range(min = 1, max = 86_400))]
    pub time_limit: Option<Spanned<i64>>,

    /// Deprecations not to be told of, by their names. Those in packages and load paths are never told.
    ///
    /// Default: none.
    #[schemars(with = "Option<Vec<String>>", example = ["import"])]
    pub silence: Option<Vec<Spanned<String>>>,
}

/// Pictures.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub struct ImageOptions {
    /// Pictures to leave byte for byte as they are, as globs. A pattern without `/` matches at any depth; one with a `/` is
    /// read from the project's folder.
    ///
    /// Always left alone: `*.keep.*`, such as `logo.keep.png`.
    #[schemars(with = "Option<Vec<String>>", example = ["*.keep.*"])]
    pub keep: Option<Vec<Spanned<String>>>,

    /// PNG pictures.
    #[serde(default)]
    pub png: PngOptions,

    /// Other forms of pictures that a production build makes, by glob. Only what is smaller than the picture is written. A glob
    /// without `/` matches at any depth; one with a `/` is read from the project's folder. The first that matches holds.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, VariantOptions>")]
    pub variants: BTreeMap<Spanned<String>, VariantOptions>,
}

/// Fonts.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub struct FontOptions {
    /// Whether a production build packs each `.ttf` and `.otf` as `.woff2` too, under the same name, where no source has it.
    ///
    /// Default: `false`.
    pub woff2: Option<bool>,
}

/// Other forms of the pictures that a glob matches.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub struct VariantOptions {
    /// Whether to write `photo.webp` beside `photo.jpg`: lossless for PNG.
    ///
    /// Default: `false`.
    pub webp: Option<bool>,

    /// Widths in pixels, for `srcset`: `photo.480w.webp`. Never larger than the picture.
    ///
    /// Default: none.
    #[schemars(with = "Option<Vec<i64>>", inner(range(min = 1, max = 16383)))]
    pub widths: Option<Vec<Spanned<i64>>>,

    /// The quality of lossy WebP, from 1 to 100.
    ///
    /// Default: `75`.
    #[schemars(with = "Option<i64>", range(min = 1, max = 100))]
    pub quality: Option<Spanned<i64>>,

    /// Whether the manifest holds a blurred picture of some 25 bytes (a ThumbHash), to be shown until the file is loaded.
    ///
    /// Default: `false`.
    pub placeholder: Option<bool>,
}

/// PNG pictures.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub struct PngOptions {
    /// How hard a production build tries to make PNG files smaller, from 0 (quick) to 6 (slow). Never a pixel changes.
    ///
    /// Default: `2`, and `4` for files of up to 16 KB.
    #[schemars(with = "Option<i64>", range(min = 0, max = 6))]
    pub effort: Option<Spanned<i64>>,
}

/// Compressed files beside fingerprinted ones.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub struct CompressOptions {
    /// `.br` files, at Brotli's highest level.
    ///
    /// Default: `true`.
    #[schemars(with = "Option<bool>")]
    pub brotli: Option<Spanned<bool>>,

    /// `.gz` files, at libdeflate's highest level; `"zopfli"` is one or two percent smaller and takes ten times as long.
    ///
    /// Default: `true`.
    #[schemars(with = "Option<GzipOption>")]
    pub gzip: Option<Spanned<GzipOption>>,

    /// `.zst` files, which Caddy sends.
    ///
    /// Default: `false`.
    #[schemars(with = "Option<bool>")]
    pub zstd: Option<Spanned<bool>>,
}

/// `true`, `false` or `"zopfli"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GzipOption {
    Switch(bool),
    Zopfli,
}

/// Manifests for the readers of other frameworks, beside `assetc.json`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub struct ManifestOptions {
    /// Which to write into the output folder. Where a reader knows fingerprints only in a form of its own, that form
    /// becomes the default of `output.fingerprint`.
    ///
    /// Default: none.
    #[schemars(with = "Option<Vec<ManifestFormat>>", example = ["vite"])]
    pub formats: Option<Vec<Spanned<ManifestFormat>>>,

    /// The URL of the output folder, with a `/` at both ends, for manifests that hold URLs: those of Mix and Symfony.
    ///
    /// Default: `"/build/"` for the output folder `public/build`, and so on; `"/"` for one outside of `public`.
    #[schemars(with = "Option<String>")]
    pub prefix: Option<Spanned<String>>,
}

/// What `assetc check` looks at.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub struct CheckOptions {
    /// Assets that count as used though no template, script or Python file names them, as globs of the names that
    /// templates use.
    ///
    /// Default: none.
    #[schemars(with = "Option<Vec<String>>", example = ["img/products/**"])]
    pub used: Option<Vec<Spanned<String>>>,
}

/// How long the files of earlier releases stay.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub struct RetentionOptions {
    /// How many releases are kept, the newest included. A release is a production build that changed something.
    ///
    /// Default: `3`.
    #[schemars(with = "Option<i64>", range(min = 1, max = MOST))]
    pub releases: Option<Spanned<i64>>,

    /// How many days a release is kept.
    ///
    /// Default: `7`.
    #[schemars(with = "Option<i64>", range(min = 0, max = MOST))]
    pub days: Option<Spanned<i64>>,
}

/// What builds remember of each other's work. The flag `--no-cache` turns it off.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub struct CacheOptions {
    /// Where it lies. Several projects and processes may share one folder.
    ///
    /// Default: `".assetc/cache"`.
    #[schemars(with = "Option<String>")]
    pub dir: Option<Spanned<String>>,

    /// The most megabytes that it may grow to; what was used longest ago goes first.
    ///
    /// Default: `1000`.
    #[schemars(with = "Option<i64>", range(min = 1, max = MOST_MEGABYTES))]
    pub max_size: Option<Spanned<i64>>,
}

/// The largest cache that can be asked for: a petabyte.
pub(super) const MOST_MEGABYTES: i64 = 1_000_000_000;

/// The most releases or days that can be asked for; a century in days.
pub(super) const MOST: i64 = 36_525;

/// One query, or a list.
#[derive(Debug)]
pub enum Queries {
    One(String),
    List(Vec<Spanned<String>>),
}

#[derive(JsonSchema)]
#[schemars(untagged, inline)]
#[expect(dead_code, reason = "only its schema is used: a span has none")]
enum QueriesSchema {
    One(String),
    List(Vec<String>),
}

#[derive(JsonSchema)]
#[schemars(inline)]
#[expect(dead_code, reason = "only its schema is used: a span has none")]
enum SeparatorSchema {
    #[schemars(rename = ".")]
    Dot,
    #[schemars(rename = "-")]
    Dash,
}

// By hand, not `serde(untagged)`: that tells of a fault only that no variant matched, and not where.
impl<'de> Deserialize<'de> for Queries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Queries;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a string or a list of strings")
            }

            fn visit_str<E>(self, query: &str) -> Result<Queries, E> {
                Ok(Queries::One(query.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Queries, A::Error> {
                let mut queries = Vec::new();
                while let Some(query) = list.next_element()? {
                    queries.push(query);
                }
                Ok(Queries::List(queries))
            }
        }

        deserializer.deserialize_any(Reader)
    }
}

impl JsonSchema for GzipOption {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "GzipOption".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "enum": [true, false, "zopfli"] })
    }
}

// By hand for the same reason.
impl<'de> Deserialize<'de> for GzipOption {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl Visitor<'_> for Reader {
            type Value = GzipOption;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("`true`, `false` or `\"zopfli\"`")
            }

            fn visit_bool<E>(self, switch: bool) -> Result<GzipOption, E> {
                Ok(GzipOption::Switch(switch))
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<GzipOption, E> {
                match word {
                    "zopfli" => Ok(GzipOption::Zopfli),
                    _ => Err(E::invalid_value(serde::de::Unexpected::Str(word), &self)),
                }
            }
        }

        deserializer.deserialize_any(Reader)
    }
}

// By hand for the same reason.
impl<'de> Deserialize<'de> for FingerprintOptions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = FingerprintOptions;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("`true`, `false` or a table")
            }

            fn visit_bool<E>(self, switch: bool) -> Result<FingerprintOptions, E> {
                Ok(FingerprintOptions::Switch(switch))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<FingerprintOptions, A::Error> {
                let names = NameOptions::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(FingerprintOptions::Names(names))
            }
        }

        deserializer.deserialize_any(Reader)
    }
}

// By hand for the same reason.
impl<'de> Deserialize<'de> for ExternalOptions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = ExternalOptions;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list of strings or a table of strings")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<ExternalOptions, A::Error> {
                let mut specifiers = Vec::new();
                while let Some(specifier) = list.next_element()? {
                    specifiers.push(specifier);
                }
                Ok(ExternalOptions::List(specifiers))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ExternalOptions, A::Error> {
                let table = BTreeMap::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(ExternalOptions::Table(table))
            }
        }

        deserializer.deserialize_any(Reader)
    }
}

// By hand for the same reason.
impl<'de> Deserialize<'de> for AliasOption {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl Visitor<'_> for Reader {
            type Value = AliasOption;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a string or `false`")
            }

            fn visit_str<E>(self, to: &str) -> Result<AliasOption, E> {
                Ok(AliasOption::To(to.to_owned()))
            }

            fn visit_bool<E>(self, switch: bool) -> Result<AliasOption, E> {
                Ok(AliasOption::Switch(switch))
            }
        }

        deserializer.deserialize_any(Reader)
    }
}
