use oxc_resolver::TsConfig;

use crate::config::{Jsx, JsxRuntime, ScriptSettings};
use crate::kinds::js::TypeOptions;

/// What of a tsconfig.json changes what a script means. Its `target` is not asked: the browsers of the project decide.
#[derive(Debug, PartialEq, Eq)]
pub struct TypeScriptOptions {
    pub jsx: Jsx,
    pub types: TypeOptions,
}

/// `[js]` in assetc.toml wins over tsconfig.json.
pub fn typescript_options(settings: &ScriptSettings, tsconfig: Option<&TsConfig>) -> TypeScriptOptions {
    let Some(TsConfig { compiler_options: said, .. }) = tsconfig else {
        return TypeScriptOptions { jsx: settings.jsx.clone(), types: TypeOptions::default() };
    };
    let mut jsx = settings.jsx.clone();
    if !settings.jsx_is_set {
        let factory = said.jsx_factory.is_some() || said.jsx_fragment_factory.is_some();
        match said.jsx.as_deref() {
            Some("react") => jsx.runtime = JsxRuntime::Classic,
            Some("react-jsx" | "react-jsxdev") => jsx.runtime = JsxRuntime::Automatic,
            // `preserve` and `react-native` leave it to the bundler.
            _ if said.jsx_import_source.is_some() => jsx.runtime = JsxRuntime::Automatic,
            _ if factory => jsx.runtime = JsxRuntime::Classic,
            _ => {}
        }
        let set = |setting: &mut String, said: &Option<String>| said.iter().for_each(|said| setting.clone_from(said));
        set(&mut jsx.factory, &said.jsx_factory);
        set(&mut jsx.fragment, &said.jsx_fragment_factory);
        set(&mut jsx.import_source, &said.jsx_import_source);
    }
    let is = |option: Option<bool>| option.unwrap_or(false);
    let types = TypeOptions {
        legacy_decorators: is(said.experimental_decorators),
        decorator_metadata: is(said.experimental_decorators) && is(said.emit_decorator_metadata),
        define_fields: said.use_define_for_class_fields.unwrap_or_else(|| defines_fields(said.target.as_deref())),
        keep_imports: is(said.verbatim_module_syntax)
            || is(said.preserve_value_imports)
            || matches!(said.imports_not_used_as_values.as_deref(), Some("preserve" | "error")),
    };
    TypeScriptOptions { jsx, types }
}

/// The default of `useDefineForClassFields` hangs on `target` (<https://www.typescriptlang.org/tsconfig/#useDefineForClassFields>).
fn defines_fields(target: Option<&str>) -> bool {
    let Some(target) = target.map(str::to_ascii_lowercase) else { return true };
    match target.strip_prefix("es") {
        Some("next") => true,
        Some(year) => year.parse().is_ok_and(|year: u32| year >= 2022),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_of_define_hangs_on_the_target() {
        for (target, defines) in [
            (None, true),
            (Some("ES2021"), false),
            (Some("es5"), false),
            (Some("ES2022"), true),
            (Some("ESNext"), true),
        ] {
            assert_eq!(defines_fields(target), defines, "{target:?}");
        }
    }
}
