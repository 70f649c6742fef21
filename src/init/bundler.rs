use std::path::Path;

use super::framework::{Setup, text};
use crate::fs;
use crate::graph::Kind;
use crate::path::UrlPath;

/// Configurations of bundlers that name what they start from.
const CONFIGURATIONS: [&str; 9] = [
    "vite.config.js",
    "vite.config.ts",
    "vite.config.mjs",
    "webpack.config.js",
    "webpack.config.cjs",
    "webpack.mix.js",
    "rollup.config.js",
    "gulpfile.js",
    "esbuild.config.js",
];

/// Adds the entries that a bundler's configuration names: every string in it that is the path of a script or style.
pub fn entries(root: &Path, setup: &mut Setup, notes: &mut Vec<String>) {
    for name in CONFIGURATIONS.into_iter().filter(|name| fs::is_file(&root.join(name))) {
        let text = text(root, name);
        let mut found = 0;
        for quoted in text.split(['"', '\'', '`']).skip(1).step_by(2) {
            let path = quoted.trim_start_matches("./");
            let kind = Kind::of(path);
            if !kind.is_code() || CONFIGURATIONS.contains(&path) || !fs::is_file(&root.join(path)) {
                continue;
            }
            let Some(entry) = logical(path, kind) else { continue };
            if !setup.entries.iter().any(|(_, source)| source == path) {
                setup.entries.push((entry, path.to_owned()));
                found += 1;
            }
        }
        notes.push(match found {
            0 => format!(
                "`{name}` is there; what it starts from goes under `[entries]`, where it is imported by others."
            ),
            1 => format!("The entry is taken from `{name}`; look whether it is right."),
            _ => format!("The entries are taken from `{name}`; look whether they are right."),
        });
    }
}

/// `assets/src/main.ts` → `js/main.js`.
fn logical(path: &str, kind: Kind) -> Option<String> {
    let extension = kind.output_extension()?;
    let path = UrlPath::new(Path::new(path))?;
    let stem = path.file_name().split('.').next().unwrap_or_default();
    Some(format!("{extension}/{stem}.{extension}"))
}
