use std::fmt::Write;
use std::path::Path;

use crate::fs::{self, EntryKind};
use crate::ledger::MANIFEST;

/// What renders the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framework {
    Django,
    Rails,
    Laravel,
    Phoenix,
    Symfony,
    Flask,
    Go,
}

/// How assetc is to be configured.
#[derive(Debug, Default)]
pub struct Setup {
    pub roots: Vec<String>,
    pub output: String,
    pub formats: Vec<&'static str>,
    /// Logical name and source.
    pub entries: Vec<(String, String)>,
    /// Lines for `.gitignore`.
    pub ignored: Vec<String>,
    pub notes: Vec<String>,
}

impl Framework {
    pub fn of(root: &Path) -> Option<Self> {
        let has = |path: &str| fs::is_file(&root.join(path));
        let says = |path: &str, word: &str| text(root, path).contains(word);
        let python = ["app.py", "wsgi.py", "requirements.txt", "pyproject.toml"];
        if has("manage.py") && says("manage.py", "DJANGO_SETTINGS_MODULE") {
            Some(Self::Django)
        } else if has("config/application.rb") || says("Gemfile", "\"rails\"") || says("Gemfile", "'rails'") {
            Some(Self::Rails)
        } else if has("artisan") {
            Some(Self::Laravel)
        } else if says("mix.exs", ":phoenix") {
            Some(Self::Phoenix)
        } else if has("bin/console") && says("composer.json", "symfony/") {
            Some(Self::Symfony)
        } else if python.iter().any(|path| text(root, path).to_lowercase().contains("flask")) {
            Some(Self::Flask)
        } else if has("go.mod") {
            Some(Self::Go)
        } else {
            None
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Django => "Django",
            Self::Rails => "Ruby on Rails",
            Self::Laravel => "Laravel",
            Self::Phoenix => "Phoenix",
            Self::Symfony => "Symfony",
            Self::Flask => "Flask",
            Self::Go => "Go",
        }
    }
}

impl Setup {
    /// What suits the framework and the folders that are there.
    pub fn of(root: &Path, framework: Option<Framework>) -> Self {
        let (sources, output, format) = match framework {
            Some(Framework::Django | Framework::Flask) | None => ("assets", "static", None),
            Some(Framework::Go) => ("assets", "static", Some("flat")),
            Some(Framework::Rails) if text(root, "Gemfile").contains("sprockets") => {
                ("frontend", "public/assets", Some("sprockets"))
            }
            Some(Framework::Rails) => ("frontend", "public/assets", Some("propshaft")),
            Some(Framework::Laravel) if fs::is_file(&root.join("webpack.mix.js")) => {
                ("resources", "public", Some("mix"))
            }
            Some(Framework::Laravel) => ("resources", "public/build", Some("laravel")),
            Some(Framework::Phoenix) => ("assets", "priv/static", Some("phoenix")),
            Some(Framework::Symfony) if fs::is_file(&root.join("importmap.php")) => {
                ("assets", "public/assets", Some("asset-mapper"))
            }
            Some(Framework::Symfony) if text(root, "composer.json").contains("encore") => {
                ("assets", "public/build", Some("encore"))
            }
            Some(Framework::Symfony) => ("assets", "public/build", Some("symfony")),
        };
        let mut setup = Self {
            roots: vec![sources.to_owned()],
            output: output.to_owned(),
            formats: format.into_iter().collect(),
            ..Self::default()
        };
        setup.look_at_folders(root, framework);
        setup.ignored.push(format!("/{}/", setup.output));
        if framework == Some(Framework::Django) {
            setup.ignored.push("/staticfiles/".to_owned());
        }
        setup
    }

    fn look_at_folders(&mut self, root: &Path, framework: Option<Framework>) {
        let sources = self.roots[0].clone();
        let has_sources = fs::is_folder(&root.join(&sources));
        let output = root.join(&self.output);
        // Most projects have their sources in `static`, where we would write.
        let by_hand = self.output == "static" && fs::is_folder(&output) && !fs::is_file(&output.join(MANIFEST));
        if by_hand && !has_sources {
            self.roots = vec!["static".to_owned()];
            self.output = "static_built".to_owned();
            let note = "Your sources are in `static`; they stay there, and the output goes to `static_built`.";
            self.notes.push(note.to_owned());
        } else if !has_sources {
            self.notes.push(format!("Put your stylesheets, scripts and pictures into `{sources}`."));
        }
        let apps = fs::list(root).unwrap_or_default();
        let has_app_sources = apps.iter().any(|(name, kind)| {
            *kind == EntryKind::Folder && *name != *sources && fs::is_folder(&root.join(name).join("assets"))
        });
        if framework == Some(Framework::Django) && has_app_sources {
            self.roots.push("*/assets".to_owned());
        }
    }

    /// The text of `assetc.toml`: what differs from the defaults, and the roots, which people ask for first.
    pub fn configuration(&self) -> String {
        let quoted = |items: &[String]| items.iter().map(|item| format!("{item:?}")).collect::<Vec<_>>().join(", ");
        let mut out = String::from("# `assetc schema` and the README list every key.\n\n");
        let _ = writeln!(out, "# The folders that hold sources.\nroots = [{}]", quoted(&self.roots));
        if !self.entries.is_empty() {
            out.push_str("\n# The name that templates use = its source.\n[entries]\n");
            for (logical, source) in &self.entries {
                let _ = writeln!(out, "{logical:?} = {source:?}");
            }
        }
        if self.output != "static" {
            let _ = writeln!(out, "\n[output]\ndir = {:?}", self.output);
        }
        if !self.formats.is_empty() {
            let formats: Vec<String> = self.formats.iter().map(|format| (*format).to_owned()).collect();
            let _ = writeln!(out, "\n# What your framework reads.\n[manifest]\nformats = [{}]", quoted(&formats));
        }
        out
    }
}

/// Empty when it cannot be read.
pub fn text(root: &Path, path: &str) -> String {
    fs::read(&root.join(path)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}
