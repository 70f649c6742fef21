//! What assetc takes from a package.json.

use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::Deserialize;
use serde_json::Value;

use crate::graph::PackageType;

/// A package.json. Fields of a type that Node.js would not read count as not written.
#[derive(Debug, Default)]
pub struct Manifest {
    pub name: Option<String>,
    pub version: Option<String>,
    pub module_type: Option<PackageType>,
    /// `None`: it does not say.
    pub side_effects: Option<SideEffects>,
    /// Whether it says which of its files are whose, by `exports`.
    pub has_exports: bool,
    /// Names of packages that it lists under any kind of dependency, sorted.
    pub dependencies: Vec<String>,
}

/// `sideEffects` (<https://webpack.js.org/guides/tree-shaking>).
#[derive(Debug)]
pub enum SideEffects {
    Everywhere,
    Nowhere,
    /// Of these files alone, relative to the package.json.
    Files(GlobSet),
}

impl Manifest {
    /// `None` when it is no JSON object.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Fields {
            name: Option<Value>,
            version: Option<Value>,
            r#type: Option<Value>,
            side_effects: Option<Value>,
            exports: Option<Value>,
            dependencies: Option<Value>,
            dev_dependencies: Option<Value>,
            optional_dependencies: Option<Value>,
            peer_dependencies: Option<Value>,
        }
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let fields: Fields = serde_json::from_slice(bytes).ok()?;
        let text = |value: Option<Value>| value.and_then(|value| Some(value.as_str()?.to_owned()));
        let lists =
            [fields.dependencies, fields.dev_dependencies, fields.optional_dependencies, fields.peer_dependencies];
        let mut dependencies: Vec<String> =
            lists.iter().flatten().filter_map(Value::as_object).flat_map(|list| list.keys().cloned()).collect();
        dependencies.sort();
        dependencies.dedup();
        Some(Self {
            name: text(fields.name).filter(|name| !name.is_empty()),
            version: text(fields.version),
            module_type: match text(fields.r#type).as_deref() {
                Some("module") => Some(PackageType::Module),
                Some("commonjs") => Some(PackageType::CommonJs),
                _ => None,
            },
            side_effects: fields.side_effects.as_ref().and_then(SideEffects::read),
            has_exports: fields.exports.is_some(),
            dependencies,
        })
    }
}

impl SideEffects {
    fn read(value: &Value) -> Option<Self> {
        let files = match value {
            Value::Bool(true) => return Some(Self::Everywhere),
            Value::Bool(false) => return Some(Self::Nowhere),
            Value::String(file) => vec![file.as_str()],
            Value::Array(files) => files.iter().filter_map(Value::as_str).collect(),
            _ => return None,
        };
        let mut globs = GlobSetBuilder::new();
        for file in files {
            let file = file.strip_prefix("./").unwrap_or(file).trim_start_matches('/');
            // As webpack reads it: a pattern without a folder means that name in any folder.
            let pattern = if file.contains('/') { file.to_owned() } else { format!("**/{file}") };
            // What is no glob matches nothing; its author cannot be told here.
            if let Ok(glob) = GlobBuilder::new(&pattern).literal_separator(true).build() {
                globs.add(glob);
            }
        }
        // Globs that compiled one by one compile together, unless they are too many: then nothing may be dropped.
        Some(globs.build().map_or(Self::Everywhere, Self::Files))
    }

    /// Whether the file with this path, relative to the package.json, has any.
    pub fn of(&self, path: &Path) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Nowhere => false,
            Self::Files(globs) => globs.is_match(path),
        }
    }
}

/// The package that a specifier names, and the rest: `@a/b/c/d` is (`@a/b`, `/c/d`).
pub fn split_package_name(specifier: &str) -> (&str, &str) {
    let mut slashes = specifier.match_indices('/').map(|(at, _)| at);
    let end = if specifier.starts_with('@') { slashes.nth(1) } else { slashes.next() };
    specifier.split_at(end.unwrap_or(specifier.len()))
}

/// The commands that install what package.json lists and that add a package to it, told by the lock file among `names`.
pub fn install_commands(names: &[String]) -> (&'static str, &'static str) {
    let has = |name: &str| names.iter().any(|at| at == name);
    if has("pnpm-lock.yaml") {
        ("pnpm install", "pnpm add")
    } else if has("yarn.lock") {
        ("yarn install", "yarn add")
    } else if has("bun.lock") || has("bun.lockb") {
        ("bun install", "bun add")
    } else {
        ("npm install", "npm install")
    }
}
