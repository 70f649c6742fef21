//! `[js]` of the file.

use std::collections::BTreeMap;

use toml::Spanned;

use super::merge::FileLayer;
use super::options::{AliasOption, ExternalOptions, ScriptOptions};
use super::settings::{External, Format, JsxRuntime, ScriptSettings};
use crate::path::is_address;

impl FileLayer<'_> {
    pub(super) fn scripts(&mut self, options: ScriptOptions) -> ScriptSettings {
        let mut scripts = ScriptSettings::default();
        scripts.bundle = options.bundle.unwrap_or(scripts.bundle);
        scripts.format = options.format.unwrap_or(scripts.format);
        if let Some(name) = options.global_name {
            if !is_dotted_name(name.get_ref()) || name.get_ref().contains('.') {
                self.fault(name.span(), "`js.global_name` must be the name of a variable");
            } else if scripts.format != Format::Iife {
                self.fault(name.span(), "`js.global_name` has no effect without `format = \"iife\"`").hint =
                    Some("set `format = \"iife\"`, or delete the key".to_owned());
            }
            scripts.global_name = Some(name.into_inner());
        }
        let set = options.jsx.is_some()
            || options.jsx_factory.is_some()
            || options.jsx_fragment.is_some()
            || options.jsx_import_source.is_some();
        let jsx = &mut scripts.jsx;
        // Only the classic runtime calls a function of the project's choice.
        let names_function = options.jsx_factory.is_some() || options.jsx_fragment.is_some();
        let runtime = if names_function { JsxRuntime::Classic } else { jsx.runtime };
        jsx.runtime = options.jsx.unwrap_or(runtime);
        let automatic = jsx.runtime == JsxRuntime::Automatic;
        for (key, option, setting) in [
            ("jsx_factory", options.jsx_factory, &mut jsx.factory),
            ("jsx_fragment", options.jsx_fragment, &mut jsx.fragment),
        ] {
            let Some(option) = option else { continue };
            if automatic {
                self.fault(option.span(), format!("`js.{key}` has no effect with `jsx = \"automatic\"`")).hint =
                    Some("delete the key, or set `jsx = \"classic\"`".to_owned());
            } else if !is_dotted_name(option.get_ref()) {
                self.fault(option.span(), format!("`js.{key}` must be the name of a function")).hint =
                    Some("for example `h` or `React.createElement`".to_owned());
            }
            *setting = option.into_inner();
        }
        if let Some(option) = options.jsx_import_source {
            if !automatic {
                self.fault(option.span(), "`js.jsx_import_source` has no effect with `jsx = \"classic\"`").hint =
                    Some("set `jsx = \"automatic\"`, or delete the key".to_owned());
            } else if option.get_ref().is_empty() {
                self.fault(option.span(), "`js.jsx_import_source` is empty");
            }
            jsx.import_source = option.into_inner();
        }
        scripts.jsx_is_set = set;
        self.apply_names(options.external, options.alias, options.define, &mut scripts);
        scripts
    }

    fn apply_names(
        &mut self,
        external: Option<ExternalOptions>,
        alias: BTreeMap<Spanned<String>, Spanned<AliasOption>>,
        define: BTreeMap<Spanned<String>, toml::Value>,
        scripts: &mut ScriptSettings,
    ) {
        let pairs: Vec<(Spanned<String>, Option<Spanned<String>>)> = match external {
            None => Vec::new(),
            Some(ExternalOptions::List(list)) => list.into_iter().map(|specifier| (specifier, None)).collect(),
            Some(ExternalOptions::Table(table)) => table.into_iter().map(|(name, to)| (name, Some(to))).collect(),
        };
        for (specifier, to) in pairs {
            if specifier.get_ref().is_empty() {
                self.fault(specifier.span(), "`js.external` has an empty specifier");
            }
            let external = match to {
                None => External::AsWritten,
                Some(to) if is_address(to.get_ref()) => External::Address(to.into_inner()),
                Some(to) => {
                    if !is_dotted_name(to.get_ref()) {
                        let words = format!("`{}` is neither a global nor an address", to.get_ref());
                        self.fault(to.span(), words).hint = Some(
                            "write a global such as `window.jQuery`, or an address such as `https://…`".to_owned(),
                        );
                    }
                    External::Global(to.into_inner())
                }
            };
            scripts.external.insert(specifier.into_inner(), external);
        }
        for (name, to) in alias {
            if name.get_ref().is_empty() || name.get_ref().starts_with('.') {
                self.fault(name.span(), "an alias stands for a name, not for a path").hint =
                    Some("for example `\"@\" = \"./assets/ts\"`".to_owned());
            }
            let span = to.span();
            let to = match to.into_inner() {
                AliasOption::To(to) => Some(to),
                AliasOption::Switch(on) => {
                    if on {
                        self.fault(span, "an alias is a specifier, or `false` for nothing");
                    }
                    None
                }
            };
            scripts.alias.push((name.into_inner(), to));
        }
        scripts.alias.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        for (name, value) in define {
            if !is_dotted_name(name.get_ref()) {
                self.fault(name.span(), format!("`{}` is not a name, or names joined by dots", name.get_ref()));
            }
            match json_of(value) {
                Some(value) => drop(scripts.define.insert(name.into_inner(), value.to_string())),
                None => {
                    self.fault(name.span(), "JavaScript has no such value").hint =
                        Some("write dates as strings; numbers are finite".to_owned());
                }
            }
        }
    }
}

/// A value of TOML as JSON; `None` for dates and for numbers that JSON has not.
fn json_of(value: toml::Value) -> Option<serde_json::Value> {
    Some(match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => serde_json::Number::from_f64(number)?.into(),
        toml::Value::Boolean(switch) => switch.into(),
        toml::Value::Datetime(_) => return None,
        toml::Value::Array(items) => items.into_iter().map(json_of).collect::<Option<Vec<_>>>()?.into(),
        toml::Value::Table(table) => {
            let pairs = table.into_iter().map(|(key, value)| Some((key, json_of(value)?)));
            serde_json::Value::Object(pairs.collect::<Option<_>>()?)
        }
    })
}

/// Whether the text is identifiers joined by dots.
fn is_dotted_name(text: &str) -> bool {
    text.split('.').all(|name| {
        let mut characters = name.chars();
        let first = |c: char| c.is_alphabetic() || c == '_' || c == '$';
        characters.next().is_some_and(first) && characters.all(|c| first(c) || c.is_numeric())
    })
}
