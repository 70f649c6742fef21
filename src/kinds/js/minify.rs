//! Compresses and mangles, within what is safe for the kind of script.

use swc_core::atoms::Atom;
use swc_core::common::comments::SingleThreadedComments;
use swc_core::common::sync::Lrc;
use swc_core::common::{Mark, SourceMap, SyntaxContext};
use swc_core::ecma::ast::{EsVersion, Program, Script};
use swc_core::ecma::minifier::optimize;
use swc_core::ecma::minifier::option::{CompressOptions, ExtraOptions, MangleOptions, MinifyOptions, TopLevelOptions};
use swc_core::ecma::transforms::base::fixer::paren_remover;
use swc_core::ecma::transforms::base::resolver;

use super::globals::{Globals, take_globals};
use super::hazards::{Hazards, find_hazards};

/// Minifies `program`, whose identifiers are told apart by their names alone. May panic: swc does on some programs.
///
/// `owned`: nothing outside sees its top-level names, except what a module exports.
pub fn minify(program: &mut Program, owned: bool, language: EsVersion, comments: &SingleThreadedComments) {
    let (unresolved_mark, top_level_mark) = (Mark::new(), Mark::new());
    program.mutate(paren_remover(Some(comments)));
    program.mutate(resolver(unresolved_mark, top_level_mark, false));
    let globals = if owned { Globals::default() } else { take_globals(program) };
    let hazards = find_hazards(program, SyntaxContext::empty().apply_mark(unresolved_mark));
    let options = MinifyOptions {
        compress: if globals.functions_in_blocks { None } else { compress(owned, language, &hazards) },
        mangle: Some(mangle(owned, &hazards, globals.names)),
        ..MinifyOptions::default()
    };
    let extra = ExtraOptions { unresolved_mark, top_level_mark, mangle_name_cache: None };
    let map = Lrc::new(SourceMap::default()); // Not read.
    let taken = std::mem::replace(program, Program::Script(Script::default()));
    *program = optimize(taken, map, Some(comments), None, &options, &extra);
}

/// The marks of the names of a program that was compressed.
#[derive(Clone, Copy)]
pub struct Marks {
    pub unresolved: Mark,
}

/// Compresses linked statements, a module; names stay as they are. May panic: swc does on some programs.
pub fn compress_linked(program: &mut Program, language: EsVersion, comments: &SingleThreadedComments) -> Marks {
    let (unresolved_mark, top_level_mark) = (Mark::new(), Mark::new());
    program.mutate(paren_remover(Some(comments)));
    program.mutate(resolver(unresolved_mark, top_level_mark, false));
    let hazards = find_hazards(program, SyntaxContext::empty().apply_mark(unresolved_mark));
    let options = MinifyOptions { compress: compress(true, language, &hazards), ..MinifyOptions::default() };
    let extra = ExtraOptions { unresolved_mark, top_level_mark, mangle_name_cache: None };
    let map = Lrc::new(SourceMap::default()); // Not read.
    let taken = std::mem::replace(program, Program::Script(Script::default()));
    *program = optimize(taken, map, Some(comments), None, &options, &extra);
    Marks { unresolved: unresolved_mark }
}

/// What is switched off was seen to change what programs do. Together it costs 0.1 % of the gzipped bytes of twenty
/// libraries (jQuery, lodash, D3, Bootstrap, three.js, Vue and others).
///
/// What is left are programs that already fail: reads before initialisation, assignments to constants, `in` and
/// `instanceof` of what is no object. They may fail later or not at all. Names of functions and classes change
/// (`.name`), as with every minifier.
fn compress(owned: bool, language: EsVersion, hazards: &Hazards) -> Option<CompressOptions> {
    if !hazards.block_functions.is_empty() || hazards.optional_chains {
        return None;
    }
    Some(CompressOptions {
        collapse_vars: !hazards.early_reads,
        ecma: language,
        module: owned,
        top_level: owned.then_some(TopLevelOptions { functions: true }),
        // `-1 !== -1n` becomes `!=`.
        comparisons: false,
        // It takes `__proto__: x` of an object for a property.
        hoist_props: false,
        // From 2 on, two functions that call each other are inlined into each other without end: the stack overflows.
        inline: if hazards.early_reads { 0 } else { 1 },
        // A function inlined into a loop keeps its variables from one round to the next.
        loops: false,
        // It drops `Array(NaN)`, which throws, and takes a global that the page replaced for the built-in one.
        pristine_globals: false,
        reduce_fns: !hazards.early_reads,
        reduce_vars: !hazards.early_reads,
        sequences: if hazards.bare_globals { 0 } else { 3 },
        // As `pristine_globals`.
        side_effects: false,
        // It drops the cases that a constant falls through to.
        switches: false,
        // It takes a reassigned `arguments` for an object still.
        typeofs: false,
        // It drops `extends` that throw, and evaluates `l = a.length` of `for (let a = f(), l = a.length; …)` first if
        // `l` is unused, and assignments to parameters that only `arguments` reads. Dead functions still go.
        unused: false,
        passes: if hazards.shared_arguments { 1 } else { 2 },
        ..CompressOptions::default()
    })
}

fn mangle(owned: bool, hazards: &Hazards, globals: Vec<Atom>) -> MangleOptions {
    MangleOptions {
        top_level: Some(owned),
        reserved: hazards.block_functions.iter().cloned().chain(globals).collect(),
        ..MangleOptions::default()
    }
}
