//! Scripts: parses, strips types and JSX, lowers, minifies, and prints them with holes for the names of other outputs.
//!
//! In: a text and options. Out: a [`Script`], the references that it makes, and what is wrong with it.
//! Not here: resolving references (`scan`), linking modules into bundles.

mod comments;
mod common_js;
mod define;
mod early_reads;
mod effects;
mod flatten;
mod fold;
mod format;
mod globals;
mod globs;
mod hazards;
mod imported_paths;
mod interface;
mod lower;
mod minify;
mod module;
mod nesting;
mod parse;
mod print;
mod redeclared;
mod references;
mod stand_ins;
mod survey;
mod unit;
mod writes;

pub use imported_paths::imported_paths;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use swc_core::common::errors::HANDLER;
use swc_core::common::{GLOBALS, Globals, Mark, SyntaxContext};
use swc_core::ecma::ast::Program;
use swc_core::ecma::transforms::base::fixer::fixer;
use swc_core::ecma::transforms::base::helpers::{HELPERS, Helpers};
use swc_core::ecma::transforms::base::hygiene::hygiene;
use swc_core::ecma::transforms::base::resolver;

pub use self::define::Defines;
pub use self::globs::{GlobFile, GlobQuery, glob_queries};
use self::lower::{Browsers, Marks, Meaning};
pub use self::module::LoweredModule;
use self::module::Lowering;
use self::parse::{Complaints, Parsed};
use self::redeclared::Redeclared;
use self::survey::Survey;
pub use self::unit::{Minified, Unit, UnitHole, UnitName, is_word_of_the_language, minify_unit, short_name};
use crate::config::{Jsx, JsxRuntime, Targets};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::graph::{FoundReference, Hole, ModuleId, PackageType, Placeholders, ReferenceKind, Script, ScriptFormat};
use crate::source::{Source, Span};

/// What [`compile`] depends on besides the text and its path.
#[derive(Serialize)]
pub struct ScriptOptions<'a> {
    pub minify: bool,
    pub source_map: bool,
    pub targets: &'a Targets,
    pub jsx: &'a Jsx,
    pub types: &'a TypeOptions,
    pub defines: &'a Defines,
    /// The files of each of the [`glob_queries`], in their order.
    pub globs: &'a [Vec<GlobFile>],
    pub reading: Reading,
    /// Which kind of module Node.js takes the file for, where that is said.
    pub package_type: Option<PackageType>,
}

/// What a script is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Reading {
    /// To be written on its own, whatever it is.
    Alone,
    /// To be linked if it is a module; a classic script is written on its own.
    Linked,
    /// To be linked whatever it is: another module imports it.
    Imported,
}

/// A script that was read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Read {
    Script(Compiled),
    Module(LoweredModule),
}

/// What a project's tsconfig.json may say of the meaning of its scripts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TypeOptions {
    /// `experimentalDecorators`: TypeScript's own, not those of the standard.
    pub legacy_decorators: bool,
    /// `emitDecoratorMetadata`, for legacy decorators alone.
    pub decorator_metadata: bool,
    /// `useDefineForClassFields`: fields are defined, as the standard says, not assigned.
    pub define_fields: bool,
    /// `verbatimModuleSyntax` and its forerunners: an import without `type` stays though only types use it.
    pub keep_imports: bool,
}

impl Default for TypeOptions {
    fn default() -> Self {
        Self { legacy_decorators: false, decorator_metadata: false, define_fields: true, keep_imports: false }
    }
}

/// A compiled script and the references that its holes index.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Compiled {
    pub script: Script,
    /// In the order of the code; a `sourceMappingURL`, which has no hole, is the last.
    pub references: Vec<FoundReference>,
    /// Imports that are gone with the types for which alone they were.
    pub type_references: Vec<FoundReference>,
}

/// Reads one script: `None` if it is broken, and then at least one of the diagnostics is an error.
///
/// Deterministic, touches nothing outside of its arguments, and may be called from many threads at once, each with a
/// stack of at least 256 MB. A panic inside of swc is caught and becomes a diagnostic; what the process's panic hook
/// prints about it is the caller's to silence.
pub fn read(id: ModuleId, source: &Arc<Source>, options: &ScriptOptions<'_>) -> (Option<Read>, Vec<Diagnostic>) {
    if let Some(too_deep) = nesting::check_nesting(source) {
        return (None, vec![too_deep]);
    }
    let attempt = |effort| catch_unwind(AssertUnwindSafe(|| attempt(id, source, options, effort)));
    if options.minify {
        match attempt(Effort::Minified) {
            Ok(Ok((read, diagnostics))) => return (Some(read), diagnostics),
            Ok(Err(Failure::Broken(diagnostics))) => return (None, diagnostics),
            Ok(Err(Failure::Misprinted)) | Err(_) => {}
        }
    }
    let effort = if options.minify { Effort::Compact } else { Effort::Readable };
    match attempt(effort) {
        Ok(Ok((read, mut diagnostics))) => {
            if options.minify && matches!(read, Read::Script(_)) {
                diagnostics.push(not_minified(source));
            }
            (Some(read), diagnostics)
        }
        Ok(Err(Failure::Broken(diagnostics))) => (None, diagnostics),
        Ok(Err(Failure::Misprinted)) | Err(_) => (None, vec![not_compiled(source)]),
    }
}

/// Whether all target browsers know `() => x`, and with it `let`, `const` and classes.
pub fn knows_arrow_functions(targets: &Targets) -> bool {
    Browsers::new(targets).has_arrow_functions
}

fn not_minified(source: &Arc<Source>) -> Diagnostic {
    let message = "the minifier failed on this script, so only its white space was removed";
    Diagnostic::warning(Code::NotMinified, message)
        .at(Place::file(source.path.as_str()))
        .hint("The script works as it is; please report it to assetc, with the script if you can share it")
}

fn not_compiled(source: &Arc<Source>) -> Diagnostic {
    Diagnostic::error(Code::InvalidScript, "the compiler failed on this script")
        .at(Place::file(source.path.as_str()))
        .hint("This is a fault of assetc; please report it, with the script if you can share it")
}

/// How much is done to make the output small.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effort {
    Readable,
    /// No white space, nothing else.
    Compact,
    Minified,
}

enum Failure {
    /// The source is at fault.
    Broken(Vec<Diagnostic>),
    /// The output does not parse.
    Misprinted,
}

fn attempt(
    id: ModuleId,
    source: &Arc<Source>,
    options: &ScriptOptions<'_>,
    effort: Effort,
) -> Result<(Read, Vec<Diagnostic>), Failure> {
    in_scope(|| read_in_scope(id, source, options, effort))
}

/// Runs `job` where swc finds its globals: marks are numbered from zero in each, so that what comes out does not depend on
/// what else is compiled.
fn in_scope<R>(job: impl FnOnce() -> R) -> R {
    GLOBALS.set(&Globals::new(), || HELPERS.set(&Helpers::new(false), job))
}

/// [`attempt`], where swc finds its globals.
fn read_in_scope(
    id: ModuleId,
    source: &Arc<Source>,
    options: &ScriptOptions<'_>,
    effort: Effort,
) -> Result<(Read, Vec<Diagnostic>), Failure> {
    let mut surveyed = survey_source(source, options)?;
    let linked = match options.reading {
        Reading::Alone => false,
        Reading::Linked => {
            let named_so = [".cjs", ".cts"].iter().any(|extension| source.path.as_str().ends_with(extension));
            !surveyed.classic || surveyed.survey.common_js.is_some() || named_so
        }
        Reading::Imported => true,
    };
    if !linked {
        let (compiled, diagnostics) = compile_alone(id, source, options, effort, surveyed)?;
        return Ok((Read::Script(compiled), diagnostics));
    }
    let unresolved = SyntaxContext::empty().apply_mark(surveyed.marks.unresolved);
    let common_js = surveyed.classic
        && match options.package_type {
            Some(PackageType::Module) => false,
            Some(PackageType::CommonJs) => true,
            None => common_js::is_common_js(&surveyed.parsed.program, unresolved),
        };
    if surveyed.classic && !common_js {
        // What holds no sign of a module is one when it is imported.
        surveyed.parsed = surveyed.parsed.again_as_module(source).map_err(Failure::Broken)?;
        surveyed.survey = resolve_and_survey(&mut surveyed.parsed, surveyed.marks, options);
    }
    surveyed.lower(source, options)?;
    let Surveyed { parsed, survey, marks, source_map, written, browsers, .. } = surveyed;
    let lowering = Lowering {
        source,
        unresolved: marks.unresolved,
        synthetic: survey.jsx.unwrap_or_default(),
        common_js,
        has_lexical_names: browsers.has_arrow_functions,
        evals: survey.dynamic_scope,
        mapped: options.source_map,
    };
    let (mut module, diagnostics) = module::into_module(parsed, written, &lowering)?;
    module.references.extend(source_map);
    Ok((Read::Module(module), diagnostics))
}

/// A script that is parsed and whose names are resolved.
struct Surveyed {
    parsed: Parsed,
    survey: Survey,
    marks: Marks,
    /// Its top-level names are globals, unless it is a CommonJS module.
    classic: bool,
    source_map: Option<FoundReference>,
    written: Vec<FoundReference>,
    browsers: Browsers,
}

fn survey_source(source: &Arc<Source>, options: &ScriptOptions<'_>) -> Result<Surveyed, Failure> {
    let mut parsed = parse::parse(source).map_err(Failure::Broken)?;
    let marks = Marks { unresolved: Mark::new(), top_level: Mark::new() };
    let mut survey = resolve_and_survey(&mut parsed, marks, options);
    if survey.jsx.is_some() && format::is_classic(&parsed.program) && has_automatic_jsx(&parsed, options.jsx) {
        // The elements' functions will be imported.
        parsed = parsed.again_as_module(source).map_err(Failure::Broken)?;
        survey = resolve_and_survey(&mut parsed, marks, options);
    }
    let twice = redeclared::redeclared(&parsed.program);
    if !twice.is_empty() {
        return Err(Failure::Broken(twice.iter().map(|twice| declared_twice(source, &parsed, twice)).collect()));
    }
    let classic = format::is_classic(&parsed.program);
    let source_map = comments::take_source_map(&parsed.comments, &parsed.positions);
    let written = references::written_imports(&parsed.program, &parsed.positions);
    let browsers = Browsers::new(options.targets);
    Ok(Surveyed { parsed, survey, marks, classic, source_map, written, browsers })
}

impl Surveyed {
    fn lower(&mut self, source: &Arc<Source>, options: &ScriptOptions<'_>) -> Result<(), Failure> {
        let Self { parsed, survey, marks, browsers, .. } = self;
        let meaning = Meaning { jsx: options.jsx, types: options.types };
        let complaints = Complaints::default();
        HANDLER.set(&complaints.handler(), || lower::lower(parsed, survey, *marks, meaning, browsers));
        let complaints = complaints.into_diagnostics(source, &self.parsed.positions);
        if complaints.is_empty() { Ok(()) } else { Err(Failure::Broken(complaints)) }
    }
}

/// Compiles what is written on its own.
fn compile_alone(
    id: ModuleId,
    source: &Arc<Source>,
    options: &ScriptOptions<'_>,
    effort: Effort,
    mut read: Surveyed,
) -> Result<(Compiled, Vec<Diagnostic>), Failure> {
    read.lower(source, options)?;
    let Surveyed { parsed, survey, marks, classic, source_map, written, browsers } = read;
    let diagnostics = if classic { common_js_warning(source, &parsed, &survey) } else { Vec::new() };
    let unresolved = SyntaxContext::empty().apply_mark(marks.unresolved);
    let Parsed { mut program, comments, positions, map, .. } = parsed;
    let placeholders = Placeholders::unused_in([source.text.as_str()]);
    let synthetic = survey.jsx.unwrap_or_default();
    let mut links = references::take_links(&mut program, &positions, unresolved, synthetic, &placeholders);
    let type_references = written
        .into_iter()
        .filter(|import| !links.references.iter().any(|kept| kept.specifier == import.specifier))
        .collect();
    let format = format::settle_format(&mut program, classic);
    program.mutate(hygiene());

    if effort == Effort::Minified && !survey.dynamic_scope {
        minify::minify(&mut program, !classic, browsers.language, &comments);
    }
    if format == ScriptFormat::Iife {
        format::wrap(&mut program, browsers.has_arrow_functions);
    }
    program.mutate(fixer(Some(&comments)));

    let compact = effort != Effort::Readable;
    let preamble = if compact { comments::legal_comments(&comments) } else { String::new() };
    drop_hashbang(&mut program);
    let style = print::Style {
        compact,
        language: browsers.language,
        comments: (!compact).then_some(&comments),
        mapped: options.source_map,
    };
    let (printed, printed_positions) = print::print(&mut program, &map, &style).map_err(|_| Failure::Misprinted)?;
    // Parsing is cheap beside minifying, and swc has printed what does not parse.
    if !parse::parses(&printed, format == ScriptFormat::Esm) {
        return Err(Failure::Misprinted);
    }
    let source_map_of_text = options.source_map.then(|| {
        let mut map = print::source_map(source, &positions, &printed_positions);
        map.shift_lines(preamble.matches('\n').count() as u32);
        map
    });
    let piece = placeholders.cut(&(preamble + &printed), source_map_of_text, |reference, offset| {
        let kind = links.references.get(reference).map(|reference| reference.kind);
        let dotted = matches!(kind, Some(ReferenceKind::Import | ReferenceKind::DynamicImport));
        Hole { offset, module: id, reference, dotted }
    });
    links.references.extend(source_map);
    let script = Script { piece, format, imports: links.imports, exports: links.exports };
    Ok((Compiled { script, references: links.references, type_references }, diagnostics))
}

/// Resolves the names, puts files and defined values in place, and surveys what can run then.
fn resolve_and_survey(parsed: &mut Parsed, marks: Marks, options: &ScriptOptions<'_>) -> Survey {
    let unresolved = SyntaxContext::empty().apply_mark(marks.unresolved);
    parsed.program.mutate(resolver(marks.unresolved, marks.top_level, parsed.dialect.has_types()));
    globs::expand(&mut parsed.program, options.globs, marks.top_level);
    if define::define(&mut parsed.program, unresolved, options.defines) {
        fold::fold(&mut parsed.program);
    }
    survey::survey(&parsed.program, unresolved)
}

fn has_automatic_jsx(parsed: &Parsed, jsx: &Jsx) -> bool {
    jsx.runtime == JsxRuntime::Automatic || comments::ask_for_automatic_jsx(&parsed.comments)
}

fn common_js_warning(source: &Arc<Source>, parsed: &Parsed, survey: &Survey) -> Vec<Diagnostic> {
    let Some(span) = survey.common_js else { return Vec::new() };
    let span: Span = parsed.positions.span(span);
    let written = source.text.get(span.start..span.end).unwrap_or_default();
    vec![
        Diagnostic::warning(Code::CommonJsScript, format!("`{written}` works in Node.js, not in browsers"))
            .at(Place::span(source, span))
            .hint("Use `import` and `export`, or take the package's build for browsers"),
    ]
}

fn declared_twice(source: &Arc<Source>, parsed: &Parsed, twice: &Redeclared) -> Diagnostic {
    Diagnostic::error(Code::InvalidScript, format!("`{}` is declared twice in one scope", twice.name))
        .at(Place::span(source, parsed.positions.span(twice.second)))
        .related("first declared here", Place::span(source, parsed.positions.span(twice.first)))
        .hint("Browsers refuse the whole script; rename one of the two, or assign without declaring")
}

/// `#!/usr/bin/env node` means nothing to a browser, and legal comments go before the code.
fn drop_hashbang(program: &mut Program) {
    match program {
        Program::Script(script) => script.shebang = None,
        Program::Module(module) => module.shebang = None,
    }
}

#[cfg(test)]
mod tests;
