//! Proposes how a project is set up for assetc.
//!
//! In: a project's folder. Out: files as they would be, and what else is to do. Writes nothing. Not here: asking (`cli`).

mod bundler;
mod framework;

use std::path::Path;

use crate::check::FixedFile;
use crate::doctor::settings_module;
use crate::fs;
use crate::path::ProjectPath;

use framework::{Framework, Setup};

/// What to change, and what a person has to do.
#[derive(Debug, Default)]
pub struct Proposal {
    pub framework: Option<&'static str>,
    pub files: Vec<FixedFile>,
    /// Full sentences.
    pub notes: Vec<String>,
}

/// Looks at the project.
pub fn propose(root: &Path) -> Proposal {
    let framework = Framework::of(root);
    let mut setup = Setup::of(root, framework);
    let mut proposal = Proposal { framework: framework.map(Framework::name), ..Proposal::default() };
    bundler::entries(root, &mut setup, &mut proposal.notes);
    if fs::is_file(&root.join("assetc.toml")) {
        proposal.notes.push("`assetc.toml` is there already, so it is left as it is.".to_owned());
    } else {
        proposal.add(root, "assetc.toml", |_| setup.configuration());
    }
    proposal.add(root, ".gitignore", |before| ignoring(before, &setup));
    if framework == Some(Framework::Django) {
        proposal.django_settings(root, &setup);
    }
    proposal.notes.extend(setup.notes);
    proposal
}

impl Proposal {
    /// `change` gives the file's new text from its present one, which is empty if there is none.
    fn add(&mut self, root: &Path, path: &str, change: impl FnOnce(&str) -> String) {
        let before = match fs::read(&root.join(path)) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => text,
                Err(_) => return self.notes.push(format!("`{path}` is not UTF-8, so it is left as it is.")),
            },
            Err(_) => String::new(),
        };
        let after = change(&before);
        if let (true, Some(path)) = (after != before, ProjectPath::new(Path::new(path))) {
            self.files.push(FixedFile { path, before, after });
        }
    }

    /// Only what the settings do not say at all is added; what they say otherwise is told.
    fn django_settings(&mut self, root: &Path, setup: &Setup) {
        let module = settings_module(root).unwrap_or_default();
        let path = format!("{}.py", module.replace('.', "/"));
        let directories = format!("STATICFILES_DIRS = [BASE_DIR / \"{}\"]", setup.output);
        let lines =
            [("STATICFILES_DIRS", directories.as_str()), ("STATIC_ROOT", "STATIC_ROOT = BASE_DIR / \"staticfiles\"")];
        let text = fs::read(&root.join(&path)).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let Some(text) = text.filter(|text| text.contains("BASE_DIR =")) else {
            let wanted = lines.map(|(_, line)| format!("`{line}`")).join(" and ");
            return self.notes.push(format!("The settings need {wanted}."));
        };
        let is_set = |name: &str| text.lines().any(|line| line.starts_with(name));
        let missing: Vec<&str> = lines.iter().filter(|(name, _)| !is_set(name)).map(|(_, line)| *line).collect();
        if is_set("STATICFILES_DIRS") && !text.contains(&format!("\"{}\"", setup.output)) {
            self.notes.push(format!("`STATICFILES_DIRS` in `{path}` must hold `BASE_DIR / \"{}\"`.", setup.output));
        }
        if !missing.is_empty() {
            let comment =
                format!("\n# assetc writes to {}/, collectstatic copies from there to STATIC_ROOT.\n", setup.output);
            self.add(root, &path, |before| format!("{}{comment}{}\n", ended(before), missing.join("\n")));
        }
    }
}

/// `.gitignore` with a line for each folder that is built.
fn ignoring(before: &str, setup: &Setup) -> String {
    let has = |line: &str| before.lines().any(|there| there.trim().trim_matches('/') == line.trim_matches('/'));
    let missing = setup.ignored.iter().filter(|line| !has(line));
    missing.fold(before.to_owned(), |text, line| format!("{}{line}\n", ended(&text)))
}

/// The text with a line break at its end, unless it is empty.
fn ended(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}

#[cfg(test)]
mod tests;
