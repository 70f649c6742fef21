use std::collections::BTreeMap;

use serde_json::Value;

use super::resolve::is_in_packages;
use crate::config::{Mode, Settings};
use crate::graph::SourceFile;
use crate::kinds::js::Defines;

/// What scripts may ask of the build that compiles them.
pub struct DefinesOfBuild {
    of_sources: Defines,
    of_packages: Defines,
}

impl DefinesOfBuild {
    pub fn new(settings: &Settings) -> Self {
        let production = settings.mode == Mode::Production;
        let mode = Value::from(settings.mode.as_str());
        let mut values = BTreeMap::from([
            ("process.env.NODE_ENV".to_owned(), mode.clone()),
            // What webpack calls its own: there is nothing to replace a module by while the page runs.
            ("module.hot".to_owned(), Value::from(false)),
        ]);
        // The settings hold JSON alone.
        let set = settings.scripts.define.iter().filter_map(|(name, json)| Some((name.clone(), json.parse().ok()?)));
        values.extend(set);
        let mut env: BTreeMap<String, Value> =
            settings.scripts.public.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        env.extend([
            ("MODE".to_owned(), mode),
            ("DEV".to_owned(), (!production).into()),
            ("PROD".to_owned(), production.into()),
            ("SSR".to_owned(), false.into()),
        ]);
        let of_sources = Defines { values, import_meta_env: Some(env), global: false };
        Self { of_packages: Defines { global: true, ..of_sources.clone() }, of_sources }
    }

    pub fn of(&self, file: &SourceFile) -> &Defines {
        if is_in_packages(&file.on_disk) { &self.of_packages } else { &self.of_sources }
    }
}
