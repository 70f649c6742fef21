use std::path::PathBuf;

use anstream::ColorChoice;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Parser, Subcommand, ValueEnum};

use crate::config::Mode;
use crate::diagnostic::Code;
use crate::headers::Server;

/// The front-end asset compiler for server-rendered sites.
///
/// Turns the sources in `assets/` into what production serves from `static/`.
#[derive(Debug, Parser)]
#[command(name = "assetc", version, after_help = EXAMPLES, disable_help_subcommand = true)]
pub(super) struct Args {
    /// When to use colors: `auto` looks at the terminal, `NO_COLOR` and `CLICOLOR_FORCE`
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", value_parser = color())]
    pub color: ColorChoice,
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Examples:
  assetc build                          build for production, from assets/ to static/
  assetc build --mode development       plain names, readable, with source maps
  assetc explain unresolved-reference   what a code in a message means and what to do
  assetc schema > assetc.schema.json    lets an editor complete assetc.toml

Exit codes: 0 done, 1 could not be done, 2 wrong command line";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Build the sources into the output folder
    Build(BuildArgs),
    /// Hash, rewrite and compress what `collectstatic --no-post-process` collected, for Django's stock storages
    Collect(CollectArgs),
    /// Look for faults in how templates and assets fit together
    Check(CheckArgs),
    /// Look at the project, propose a configuration, and write it when asked
    Init(InitArgs),
    /// Run the project's Python to read its Django settings, and say what keeps the output from being served
    Doctor(DoctorArgs),
    /// Print the rules by which a web server sends the output: caching, compressed siblings, types
    Headers(HeadersArgs),
    /// Build for development, and again whenever a source changes, until Ctrl-C
    Watch(WatchArgs),
    /// Empty the cache; the next build computes everything anew, and writes the same
    Clean(ProjectArgs),
    /// Print the JSON Schema of a document
    Schema {
        /// `config` is `assetc.toml`, `report` is what `assetc build --json` prints, `manifest` is `assetc.json`
        #[arg(default_value = "config")]
        name: SchemaName,
    },
    /// Compile Sass for another assetc, which runs this itself
    #[command(hide = true)]
    SassWorker,
    /// Say what the code of a message means and what to do; without a code, list all codes
    Explain {
        /// What stands in brackets, as in `error[unresolved-reference]`
        #[arg(value_parser = codes(), hide_possible_values = true)]
        code: Option<String>,
    },
}

/// Where a project is, and its output.
#[derive(Debug, clap::Args)]
pub(super) struct ProjectArgs {
    /// The project's folder; paths in `assetc.toml` are relative to it
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
    /// The configuration [default: `assetc.toml` in the project's folder, if there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The output folder, relative to the working directory [default: `output.dir` of the configuration, or `static`]
    #[arg(long, value_name = "DIR", env = "ASSETC_OUT", hide_env_values = true)]
    pub out: Option<PathBuf>,
}

/// What every command that builds can be told.
#[derive(Debug, clap::Args)]
pub(super) struct BuildingArgs {
    #[command(flatten)]
    pub project: ProjectArgs,
    /// Worker threads [default: one for each core]
    #[arg(
        short, long, value_name = "N", env = "ASSETC_JOBS", hide_env_values = true,
        value_parser = clap::value_parser!(u16).range(1..=256)
    )]
    pub jobs: Option<u16>,
    /// Count warnings as errors
    #[arg(long)]
    pub strict: bool,
    /// Neither use nor fill the cache
    #[arg(long)]
    pub no_cache: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = BUILD_EXAMPLES)]
pub(super) struct BuildArgs {
    /// What the build is for
    #[arg(long, value_name = "MODE", env = "ASSETC_MODE", hide_env_values = true, default_value = "production")]
    pub mode: ModeArg,
    #[command(flatten)]
    pub building: BuildingArgs,
    /// Print one JSON document on standard output and nothing else (`assetc schema report` describes it)
    #[arg(long, conflicts_with_all = ["quiet", "verbose"])]
    pub json: bool,
    /// Print only errors and warnings
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print every warning and every output
    #[arg(short, long)]
    pub verbose: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub project: ProjectArgs,
    /// The URL of the static files, such as Django's `STATIC_URL`
    #[arg(long, value_name = "PATH", default_value = "/static/", value_parser = url_path())]
    pub static_url: String,
    /// How findings are printed
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: FormatArg,
    /// Print what would mend hard-coded URLs and leading slashes, as a diff
    #[arg(long)]
    pub fix: bool,
    /// With `--fix`: change the templates
    #[arg(long, requires = "fix")]
    pub write: bool,
    /// Count warnings as errors
    #[arg(long)]
    pub strict: bool,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  assetc build && assetc check             needs a build: it tells which names there are
  assetc check --format github             annotations in a workflow of GitHub
  assetc check --fix | git apply           or `assetc check --fix --write`

Exit code 1 when there are errors. `assetc explain CODE` says what each finding means.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatArg {
    /// For people
    Text,
    Json,
    /// For code hosts and editors
    Sarif,
    /// Annotations in a workflow of GitHub
    Github,
}

#[derive(Debug, clap::Args)]
#[command(after_help = COLLECT_EXAMPLES)]
pub(super) struct CollectArgs {
    /// Django's `STATIC_ROOT`
    #[arg(value_name = "STATIC_ROOT")]
    pub static_root: PathBuf,
    /// Django's `STATIC_URL`, for references that begin with it
    #[arg(long, value_name = "URL", default_value = "/static/")]
    pub static_url: String,
    /// Which compressed siblings to write
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "br,gz")]
    pub compress: Vec<CodingArg>,
    /// Leave references that lead nowhere as they are, with a warning
    #[arg(long)]
    pub allow_missing: bool,
    /// Worker threads [default: one for each core]
    #[arg(
        short, long, value_name = "N", env = "ASSETC_JOBS", hide_env_values = true,
        value_parser = clap::value_parser!(u16).range(1..=256)
    )]
    pub jobs: Option<u16>,
    /// Print only errors and warnings
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print every warning
    #[arg(short, long)]
    pub verbose: bool,
}

const COLLECT_EXAMPLES: &str = "\
Examples:
  python manage.py collectstatic --noinput --no-post-process && assetc collect staticfiles

The storage stays Django's ManifestStaticFilesStorage or WhiteNoise's: both read the staticfiles.json that is written. A
second run finds everything done.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CodingArg {
    /// Brotli
    Br,
    /// gzip
    Gz,
    /// Zstandard
    Zst,
    None,
}

#[derive(Debug, clap::Args)]
pub(super) struct InitArgs {
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
    /// Write without asking
    #[arg(short, long)]
    pub yes: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    pub project: ProjectArgs,
    /// The Python that has the project's Django [default: that of `.venv`, `venv` or `env`, the active one, or `python3`]
    #[arg(long, value_name = "FILE")]
    pub python: Option<PathBuf>,
    /// The settings module [default: `DJANGO_SETTINGS_MODULE`, or what `manage.py` says]
    #[arg(long, value_name = "MODULE")]
    pub settings: Option<String>,
    /// How findings are printed
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: FormatArg,
}

#[derive(Debug, clap::Args)]
#[command(after_help = HEADERS_EXAMPLES)]
pub(super) struct HeadersArgs {
    /// Who sends the files
    pub server: ServerArg,
    #[command(flatten)]
    pub project: ProjectArgs,
    /// The URL of the folder, such as Django's `STATIC_URL`
    #[arg(long, value_name = "PATH", default_value = "/static/", value_parser = url_path())]
    pub url: String,
    /// The folder that the server sends, such as Django's `STATIC_ROOT` [default: the output folder]
    #[arg(long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

const HEADERS_EXAMPLES: &str = "\
Examples:
  assetc headers nginx --folder /srv/shop/staticfiles
  assetc headers whitenoise >> config/settings.py

Compressed siblings are told to the server if there are any in the folder.";

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ServerArg {
    Nginx,
    Caddy,
    Apache,
    /// A `_headers` file
    Netlify,
    /// Django settings
    Whitenoise,
}

impl From<ServerArg> for Server {
    fn from(server: ServerArg) -> Self {
        match server {
            ServerArg::Nginx => Self::Nginx,
            ServerArg::Caddy => Self::Caddy,
            ServerArg::Apache => Self::Apache,
            ServerArg::Netlify => Self::Netlify,
            ServerArg::Whitenoise => Self::WhiteNoise,
        }
    }
}

const BUILD_EXAMPLES: &str = "\
Examples:
  assetc build --root shop --out /srv/static    build another folder to another place
  assetc build --json | jq .diagnostics         what is wrong, for tools
  assetc build --strict --quiet                 for CI: fail on warnings, print nothing else

Errors, warnings and progress go to standard error, the table and JSON to standard output.
A flag wins over its variable, and that over assetc.toml.";

#[derive(Debug, clap::Args)]
#[command(after_help = WATCH_EXAMPLES)]
pub(super) struct WatchArgs {
    /// What the builds are for
    #[arg(long, value_name = "MODE", default_value = "development")]
    pub mode: ModeArg,
    #[command(flatten)]
    pub building: BuildingArgs,
    /// Look at all files again and again instead of waiting for the system to tell of changes
    #[arg(long)]
    pub poll: bool,
    /// Clear the screen before each build's lines
    #[arg(long, conflicts_with = "json")]
    pub clear: bool,
    /// Print one JSON document a line for each build
    #[arg(long, conflicts_with = "verbose")]
    pub json: bool,
    /// End when standard input is closed, as it is when the program that started this one ends
    #[arg(long)]
    pub exit_on_stdin_close: bool,
    /// Print every warning and every output
    #[arg(short, long)]
    pub verbose: bool,
}

const WATCH_EXAMPLES: &str = "\
Examples:
  assetc watch                        beside `python manage.py runserver`
  assetc watch --poll                 where the system tells of no changes and assetc does not notice
  assetc watch --json | your-tool     one line a build

A build that fails leaves the output as it was; the next one that is right clears the error.";

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ModeArg {
    /// Minified, optimized, fingerprinted
    Production,
    /// Plain names, readable, with source maps
    Development,
}

impl From<ModeArg> for Mode {
    fn from(mode: ModeArg) -> Self {
        match mode {
            ModeArg::Production => Self::Production,
            ModeArg::Development => Self::Development,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum SchemaName {
    Config,
    Report,
    Manifest,
}

fn color() -> impl TypedValueParser<Value = ColorChoice> {
    PossibleValuesParser::new(["auto", "always", "never"]).map(|when| match when.as_str() {
        "always" => ColorChoice::Always,
        "never" => ColorChoice::Never,
        _ => ColorChoice::Auto,
    })
}

/// A path that begins and ends with `/`.
fn url_path() -> impl TypedValueParser<Value = String> {
    clap::builder::StringValueParser::new().try_map(|url| {
        let whole = url.starts_with('/') && url.ends_with('/') && !url.contains([' ', '"', '\n']);
        if whole { Ok(url) } else { Err("it must begin and end with `/`, such as `/static/`") }
    })
}

fn codes() -> PossibleValuesParser {
    PossibleValuesParser::new(Code::ALL.iter().map(|code| code.as_str()))
}
