//! Compresses and mangles, within what is safe for the kind of script.

use swc_core::common::Mark;
use swc_core::common::SourceMap;
use swc_core::common::comments::SingleThreadedComments;
use swc_core::common::sync::Lrc;
use swc_core::ecma::ast::{EsVersion, Program};
use swc_core::ecma::minifier::optimize;
use swc_core::ecma::minifier::option::{CompressOptions, ExtraOptions, MangleOptions, MinifyOptions, TopLevelOptions};
use swc_core::ecma::transforms::base::fixer::paren_remover;
use swc_core::ecma::transforms::base::resolver;

use super::globals::take_globals;

/// Minifies `program`, whose identifiers are told apart by their names alone. May panic: swc does on some programs.
///
/// `owned`: nothing outside sees its top-level names, except what a module exports.
pub fn minify(program: &mut Program, owned: bool, language: EsVersion, comments: &SingleThreadedComments) {
    let (unresolved_mark, top_level_mark) = (Mark::new(), Mark::new());
    program.mutate(paren_remover(Some(comments)));
    program.mutate(resolver(unresolved_mark, top_level_mark, false));
    let kept = if owned { Vec::new() } else { take_globals(program) };
    let compress = CompressOptions { top_retain: kept.clone(), ..compress(owned, language) };
    let mangle = MangleOptions { reserved: kept, top_level: Some(owned), ..MangleOptions::default() };
    let options = MinifyOptions { compress: Some(compress), mangle: Some(mangle), ..Default::default() };
    let extra = ExtraOptions { unresolved_mark, top_level_mark, mangle_name_cache: None };
    let map = Lrc::new(SourceMap::default()); // Not read.
    let taken = std::mem::replace(program, Program::Script(Default::default()));
    *program = optimize(taken, map, Some(comments), None, &options, &extra);
}

fn compress(owned: bool, language: EsVersion) -> CompressOptions {
    CompressOptions {
        ecma: language,
        module: owned,
        top_level: owned.then_some(TopLevelOptions { functions: true }),
        reduce_vars: true,
        ..CompressOptions::default()
    }
}
