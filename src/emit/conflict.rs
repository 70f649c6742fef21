use crate::config::Settings;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::path::{ProjectPath, UrlPath};

/// What to say when something is in the way.
pub struct Words {
    output_root: String,
}

impl Words {
    pub fn new(settings: &Settings) -> Self {
        let output_root = match ProjectPath::below(&settings.root, &settings.output_root) {
            Some(path) => path.to_string(),
            None => settings.output_root.display().to_string(),
        };
        Self { output_root }
    }

    /// A file of the output folder as the user knows it.
    pub fn name(&self, path: impl std::fmt::Display) -> String {
        format!("{}/{path}", self.output_root)
    }

    /// A file that we did not write lies at `path`, which `source` needs as a file or as a folder.
    pub fn not_ours(&self, path: &str, source: &ProjectPath) -> Diagnostic {
        let name = self.name(path);
        let message = format!("`{name}` is in the way of `{source}`, and assetc did not write it");
        Diagnostic::error(Code::NotOurs, message)
            .at(Place::file(&name))
            .hint(format!("move or delete `{name}`, or add `{source}` to `ignore` in `assetc.toml`"))
    }

    /// A folder lies at `path`, where `source` needs a file; in it lies `inside`, which is not ours.
    pub fn folder_not_ours(&self, path: &str, source: &ProjectPath, inside: Option<&str>) -> Diagnostic {
        let name = self.name(path);
        let message =
            format!("the folder `{name}` is in the way of `{source}`, which is written to a file of that name");
        let diagnostic = Diagnostic::error(Code::NotOurs, message)
            .at(Place::file(&name))
            .hint(format!("move or delete the folder, or add `{source}` to `ignore` in `assetc.toml`"));
        match inside {
            Some(inside) => diagnostic.note(format!("it holds `{inside}`, which assetc did not write")),
            None => diagnostic,
        }
    }

    /// A symbolic link lies at `path`, which `source` needs as a file or as a folder.
    pub fn link(&self, path: &str, source: &ProjectPath) -> Diagnostic {
        let name = self.name(path);
        let message =
            format!("`{name}` is a symbolic link in the way of `{source}`, and assetc writes through no link");
        Diagnostic::error(Code::NotOurs, message)
            .at(Place::file(&name))
            .hint("delete the link, or choose the folder that it leads to with `--out`")
    }

    /// What we wrote to `path` was changed since, and `source` needs the name.
    pub fn edited(&self, path: &UrlPath, source: &ProjectPath) -> Diagnostic {
        let name = self.name(path);
        Diagnostic::error(Code::EditedByHand, format!("`{name}` was edited by hand, and `{source}` is written to it"))
            .at(Place::file(&name))
            .hint(format!("make the edit in `{source}`, then delete `{name}`; the next build writes it anew"))
    }

    /// What we wrote to `path` was changed since, and nothing needs it any more.
    pub fn edited_and_left(&self, path: &UrlPath) -> Diagnostic {
        let name = self.name(path);
        let message = format!("`{name}` has no source any more, but was edited by hand, so it was left there");
        Diagnostic::warning(Code::EditedByHand, message)
            .at(Place::file(&name))
            .hint("delete it if nothing uses it; assetc will not touch it again")
    }

    /// The manifest's name is taken.
    pub fn manifest(&self, path: &str, code: Code) -> Diagnostic {
        let name = self.name(path);
        let message = match code {
            Code::EditedByHand => format!("`{name}` was edited by hand, and every build writes it"),
            _ => format!("`{name}` is in the way of the manifest of that name, and assetc did not write it"),
        };
        Diagnostic::error(code, message)
            .at(Place::file(&name))
            .hint(format!("move or delete `{name}`; the next build writes it anew"))
    }
}
