//! From what was written to what the target browsers know: types, decorators and JSX go, newer syntax is rewritten.

use swc_core::common::comments::SingleThreadedComments;
use swc_core::common::sync::Lrc;
use swc_core::common::{Mark, SyntaxContext};
use swc_core::ecma::ast::{EsVersion, Ident, ModuleItem, Program, Script};
use swc_core::ecma::preset_env::{
    Caniuse, Config as EnvConfig, EnvConfig as Env, Feature, Targets as EnvTargets, Version as EnvVersion, Versions,
    transform_from_env,
};
use swc_core::ecma::transforms::base::assumptions::Assumptions;
use swc_core::ecma::transforms::base::helpers::{HELPERS, Helpers, inject_helpers};
use swc_core::ecma::transforms::base::resolver;
use swc_core::ecma::transforms::proposal::decorator_2023_11::decorator_2023_11;
use swc_core::ecma::transforms::proposal::decorators::{Config as DecoratorsConfig, decorators};
use swc_core::ecma::transforms::proposal::explicit_resource_management::explicit_resource_management;
use swc_core::ecma::transforms::react::{Options as ReactOptions, Runtime, react};
use swc_core::ecma::transforms::typescript::{
    Config as TypesConfig, TsImportExportAssignConfig, TsxConfig, tsx, typescript,
};
use swc_core::ecma::utils::prepend_stmts;
use swc_core::ecma::visit::{VisitMut, VisitMutWith};

use super::TypeOptions;
use super::parse::Parsed;
use super::survey::Survey;
use crate::config::{Jsx, JsxRuntime, Targets};

/// The marks of resolved identifiers.
#[derive(Clone, Copy)]
pub struct Marks {
    /// What no declaration of the script explains: globals.
    pub unresolved: Mark,
    pub top_level: Mark,
}

/// What a project says of JSX and types.
#[derive(Clone, Copy)]
pub struct Meaning<'a> {
    pub jsx: &'a Jsx,
    pub types: &'a TypeOptions,
}

/// Rewrites `parsed.program`, whose identifiers are resolved. Complaints go to swc's handler of this thread.
pub fn lower(parsed: &mut Parsed, survey: &Survey, marks: Marks, meaning: Meaning<'_>, targets: &Browsers) {
    let Parsed { program, dialect, comments, map, .. } = parsed;
    let Meaning { jsx, types } = meaning;
    let legacy_decorators = survey.decorators && types.legacy_decorators;
    if legacy_decorators {
        // Before the types go: metadata is made of them.
        program.mutate(decorators(DecoratorsConfig {
            legacy: true,
            emit_metadata: types.decorator_metadata,
            use_define_for_class_fields: types.define_fields,
        }));
    }
    if dialect.has_types() {
        strip_types(program, dialect.has_jsx(), comments, map, marks, meaning);
    }
    // Only where needed: the pass rewrites the computed keys of every class, and in another order.
    if survey.decorators && !legacy_decorators {
        program.mutate(decorator_2023_11());
    }
    // Lowered for all browsers: some of the newest do not have it.
    if survey.using {
        program.mutate(explicit_resource_management());
    }
    if dialect.has_jsx() {
        let options = react_options(jsx);
        program.mutate(react(Lrc::clone(map), Some(comments.clone()), options, marks.top_level, marks.unresolved));
    }
    // Only TypeScript's own fields may be assigned, as its older versions did.
    let assigns_fields = dialect.has_types() && !types.define_fields;
    if targets.versions.is_some() || assigns_fields {
        let versions = targets.versions.unwrap_or_else(newest);
        let config = EnvConfig { targets: Some(EnvTargets::Versions(versions)), ..EnvConfig::default() };
        let mut assumptions = Assumptions::default();
        assumptions.set_public_class_fields = assigns_fields;
        program.mutate(transform_from_env(marks.unresolved, Some(comments.clone()), config.into(), assumptions));
    }
    add_helpers(program, marks);
}

/// Puts the functions before the code that the transforms call.
///
/// In a classic script they become globals, most of them named with a leading `_`: they cannot be wrapped without
/// wrapping the script's own names. Only old targets, decorators and `using` need any.
fn add_helpers(program: &mut Program, marks: Marks) {
    let mut helpers = Program::Script(Script::default());
    helpers.mutate(inject_helpers(marks.unresolved));
    // swc resolves names from top to bottom here, and so takes one that a helper uses above its declaration for
    // another (`desc` in the decorators' helper).
    helpers.visit_mut_with(&mut Unresolve);
    helpers.mutate(resolver(marks.unresolved, HELPERS.with(Helpers::mark), false));
    let Program::Script(Script { body: helpers, .. }) = helpers else { return };
    match program {
        Program::Module(module) => prepend_stmts(&mut module.body, helpers.into_iter().map(ModuleItem::Stmt)),
        Program::Script(script) => prepend_stmts(&mut script.body, helpers.into_iter()),
    }
}

struct Unresolve;

impl VisitMut for Unresolve {
    fn visit_mut_ident(&mut self, ident: &mut Ident) {
        ident.ctxt = SyntaxContext::empty();
    }
}

fn strip_types(
    program: &mut Program,
    has_jsx: bool,
    comments: &SingleThreadedComments,
    map: &Lrc<swc_core::common::SourceMap>,
    marks: Marks,
    Meaning { jsx, types }: Meaning<'_>,
) {
    let config = TypesConfig {
        no_empty_export: true,
        verbatim_module_syntax: types.keep_imports,
        // `import x = require()` and `export =` are Node's: an error.
        import_export_assign_config: TsImportExportAssignConfig::EsNext,
        ..TypesConfig::default()
    };
    // With the classic runtime an import of `React` is used though no code says so.
    if has_jsx && jsx.runtime == JsxRuntime::Classic {
        let factories =
            TsxConfig { pragma: Some(jsx.factory.clone().into()), pragma_frag: Some(jsx.fragment.clone().into()) };
        let strip = tsx(Lrc::clone(map), config, factories, comments.clone(), marks.unresolved, marks.top_level);
        program.mutate(strip);
    } else {
        program.mutate(typescript(config, marks.unresolved, marks.top_level));
    }
}

fn react_options(jsx: &Jsx) -> ReactOptions {
    let common = ReactOptions { development: Some(false), ..ReactOptions::default() };
    match jsx.runtime {
        JsxRuntime::Classic => ReactOptions {
            runtime: Some(Runtime::Classic),
            pragma: Some(jsx.factory.clone().into()),
            pragma_frag: Some(jsx.fragment.clone().into()),
            ..common
        },
        JsxRuntime::Automatic => ReactOptions {
            runtime: Some(Runtime::Automatic),
            import_source: Some(jsx.import_source.as_str().into()),
            ..common
        },
    }
}

/// Browsers for which nothing is lowered.
fn newest() -> Versions {
    Versions { chrome: Some(EnvVersion { major: 1000, minor: 0, patch: 0 }), ..Versions::default() }
}

/// The target browsers as swc knows them.
pub struct Browsers {
    /// `None`: no browser is named, so nothing is lowered for one.
    versions: Option<Versions>,
    pub has_arrow_functions: bool,
    /// What the minifier and the printer may use on their own account.
    pub language: EsVersion,
}

impl Browsers {
    pub fn new(targets: &Targets) -> Self {
        let Targets { android, chrome, edge, firefox, ie, ios, opera, safari, samsung } = *targets;
        let version = |version: Option<(u8, u8, u8)>| {
            version.map(|(major, minor, patch)| EnvVersion {
                major: major.into(),
                minor: minor.into(),
                patch: patch.into(),
            })
        };
        let versions = Versions {
            android: version(android),
            chrome: version(chrome),
            edge: version(edge),
            firefox: version(firefox),
            ie: version(ie),
            ios: version(ios),
            opera: version(opera),
            safari: version(safari),
            samsung: version(samsung),
            ..Versions::default()
        };
        if versions.is_any_target() {
            return Self { versions: None, has_arrow_functions: true, language: EsVersion::EsNext };
        }
        let config = EnvConfig { targets: Some(EnvTargets::Versions(versions)), ..EnvConfig::default() };
        let features = Env::from(config).get_feature_config();
        let language = if features.caniuse(Feature::ClassStaticBlock) && features.caniuse(Feature::OptionalChaining) {
            EsVersion::Es2022
        } else if features.caniuse(Feature::OptionalCatchBinding) {
            EsVersion::Es2019
        } else if features.caniuse(Feature::ArrowFunctions) && features.caniuse(Feature::TemplateLiterals) {
            EsVersion::Es2015
        } else {
            EsVersion::Es5
        };
        Self { versions: Some(versions), has_arrow_functions: features.caniuse(Feature::ArrowFunctions), language }
    }
}
