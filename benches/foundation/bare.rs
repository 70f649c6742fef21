//! The libraries that assetc calls, called on each file alone: read, parse, minify, print. Nothing is written, resolved, verified or hashed.

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use lightningcss::stylesheet::{MinifyOptions as StyleMinifyOptions, ParserOptions, PrinterOptions, StyleSheet};
use lightningcss::targets::{Browsers, Targets};
use rayon::prelude::*;
use swc_core::common::comments::SingleThreadedComments;
use swc_core::common::sync::Lrc;
use swc_core::common::{FileName, GLOBALS, Globals, Mark, SourceMap};
use swc_core::ecma::ast::{EsVersion, Program};
use swc_core::ecma::codegen::text_writer::{JsWriter, omit_trailing_semi};
use swc_core::ecma::codegen::{Config, Emitter, Node};
use swc_core::ecma::minifier::optimize;
use swc_core::ecma::minifier::option::{CompressOptions, ExtraOptions, MangleOptions, MinifyOptions};
use swc_core::ecma::parser::{EsSyntax, Syntax, parse_file_as_program};
use swc_core::ecma::preset_env::{
    Config as EnvConfig, EnvConfig as Env, Targets as EnvTargets, Version, Versions, transform_from_env,
};
use swc_core::ecma::transforms::base::assumptions::Assumptions;
use swc_core::ecma::transforms::base::fixer::fixer;
use swc_core::ecma::transforms::base::helpers::{HELPERS, Helpers};
use swc_core::ecma::transforms::base::resolver;

#[derive(Clone, Copy)]
enum Library {
    Swc,
    Lightningcss,
    Oxipng,
    /// Read and nothing else.
    None,
}

struct Job {
    path: PathBuf,
    size: u64,
    library: Library,
}

/// Every file below a folder, the largest first.
fn jobs(folder: &Path) -> Vec<Job> {
    let mut jobs = Vec::new();
    collect(folder, &mut jobs);
    jobs.sort_by_key(|job| std::cmp::Reverse(job.size));
    jobs
}

fn collect(folder: &Path, jobs: &mut Vec<Job>) {
    for entry in fs::read_dir(folder).expect("a folder of sources").flatten() {
        let (path, metadata) = (entry.path(), entry.metadata().expect("a source"));
        if metadata.is_dir() {
            collect(&path, jobs);
            continue;
        }
        let library = match path.extension().and_then(|extension| extension.to_str()) {
            Some("js" | "mjs") => Library::Swc,
            Some("css") => Library::Lightningcss,
            Some("png" | "apng") => Library::Oxipng,
            _ => Library::None,
        };
        jobs.push(Job { path, size: metadata.len(), library });
    }
}

/// Stacks as large as assetc's own: swc's minifier recurses deeper than 64 MB on some of these files.
const STACK: usize = 256 << 20;

/// Calls the libraries on every file below a folder, on all cores.
pub fn run(folder: &Path) {
    std::panic::set_hook(Box::new(|_| {}));
    let jobs = jobs(folder);
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK).build().expect("threads");
    // swc panics on some files. What it did until then counts.
    let run_job = |job: &Job| catch_unwind(|| run_job(job)).unwrap_or_default();
    let length: usize = pool.install(|| jobs.par_iter().with_max_len(1).map(run_job).sum());
    assert!(length > 0, "something was printed");
}

fn run_job(job: &Job) -> usize {
    let bytes = fs::read(&job.path).expect("a source");
    let text = || String::from_utf8_lossy(&bytes).into_owned();
    match job.library {
        Library::Swc => minify_script(text()).unwrap_or_default().len(),
        Library::Lightningcss => minify_style(&text()).unwrap_or_default().len(),
        // Damaged pictures that claim gigabytes abort oxipng; assetc refuses them before.
        Library::Oxipng if claimed_pixels(&bytes) > 100_000_000 => bytes.len(),
        Library::Oxipng => {
            oxipng::optimize_from_memory(&bytes, &oxipng::Options::from_preset(3)).unwrap_or_default().len()
        }
        Library::None => bytes.len(),
    }
}

/// Width times height, from the header (PNG specification, section 11.2.1).
fn claimed_pixels(png: &[u8]) -> u64 {
    let number = |at: usize| png.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_be_bytes);
    u64::from(number(16)) * u64::from(number(20))
}

fn minify_style(text: &str) -> Option<String> {
    let options = ParserOptions { error_recovery: true, ..ParserOptions::default() };
    let mut sheet = StyleSheet::parse(text, options).ok()?;
    let version = |major: u32, minor: u32| Some(major << 16 | minor << 8);
    let browsers = Browsers {
        chrome: version(124, 0),
        edge: version(124, 0),
        firefox: version(125, 0),
        safari: version(17, 4),
        ios_saf: version(17, 4),
        ..Browsers::default()
    };
    let targets = Targets::from(browsers);
    sheet.minify(StyleMinifyOptions { targets, ..StyleMinifyOptions::default() }).ok()?;
    Some(sheet.to_css(PrinterOptions { minify: true, targets, ..PrinterOptions::default() }).ok()?.code)
}

fn minify_script(text: String) -> Option<String> {
    GLOBALS.set(&Globals::new(), || {
        HELPERS.set(&Helpers::new(false), || {
            let map: Lrc<SourceMap> = Lrc::default();
            let file = map.new_source_file(FileName::Anon.into(), text);
            let comments = SingleThreadedComments::default();
            let syntax = Syntax::Es(EsSyntax::default());
            let mut program =
                parse_file_as_program(&file, syntax, EsVersion::EsNext, Some(&comments), &mut Vec::new()).ok()?;
            let (unresolved_mark, top_level_mark) = (Mark::new(), Mark::new());
            program.mutate(resolver(unresolved_mark, top_level_mark, false));
            program.mutate(transform_from_env(
                unresolved_mark,
                Some(comments.clone()),
                lowering(),
                Assumptions::default(),
            ));
            let owned = program.is_module();
            let options = MinifyOptions {
                compress: Some(CompressOptions {
                    module: owned,
                    ecma: EsVersion::Es2022,
                    ..CompressOptions::default()
                }),
                mangle: Some(MangleOptions { top_level: Some(owned), ..MangleOptions::default() }),
                ..MinifyOptions::default()
            };
            let extra = ExtraOptions { unresolved_mark, top_level_mark, mangle_name_cache: None };
            let mut program: Program = optimize(program, Lrc::clone(&map), Some(&comments), None, &options, &extra);
            program.mutate(fixer(Some(&comments)));
            let mut printed = Vec::new();
            let writer = omit_trailing_semi(JsWriter::new(Lrc::clone(&map), "\n", &mut printed, None));
            let cfg = Config::default().with_minify(true).with_target(EsVersion::Es2022);
            program.emit_with(&mut Emitter { cfg, cm: map, comments: None, wr: writer }).ok()?;
            String::from_utf8(printed).ok()
        })
    })
}

/// What the default targets need.
fn lowering() -> Env {
    let version = |major, minor| Some(Version { major, minor, patch: 0 });
    let versions = Versions {
        chrome: version(124, 0),
        edge: version(124, 0),
        firefox: version(125, 0),
        safari: version(17, 4),
        ios: version(17, 4),
        ..Versions::default()
    };
    let targets = Some(EnvTargets::Versions(versions));
    Env::from(EnvConfig { targets, ..EnvConfig::default() })
}
