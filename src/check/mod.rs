//! Looks for faults in how a project's templates and its assets fit together.
//!
//! In: settings, the manifest of a build, the project's files. Out: diagnostics, and the edits that mend some of them. Only the
//! project's own templates are read. Not here: how templates are read (`templates`), printing (`report`).

mod apps;
mod catalog;
mod fix;
mod judge;
mod survey;
mod unused;

pub use fix::{Edit, FixedFile, fixed_files};

use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use crate::config::Settings;
use crate::diagnostic::{Code, Diagnostic, Place, sort};
use crate::emit::manifest::Manifest;
use crate::fs;
use crate::source::Source;
use crate::templates::{Language, Template, read};

use catalog::Catalog;
use survey::{Found, survey};

/// What a check looks at besides the project's files.
pub struct Subject<'a> {
    pub settings: &'a Settings,
    pub manifest: &'a Manifest,
    /// The URL of the static files, with `/` at both ends.
    pub static_url: &'a str,
    /// A virtual environment that lies outside of the project, whose packages may bring static files.
    pub environment: Option<PathBuf>,
}

/// What a check found.
#[derive(Debug, Default)]
pub struct Findings {
    /// Sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// What mends them, as far as that is certain.
    pub edits: Vec<Edit>,
    pub templates: usize,
    /// Static files that templates name.
    pub uses: usize,
    /// Names that are put together while pages are rendered, or that belong to packages which cannot be seen: not checked.
    pub unknown: usize,
}

/// Larger files in a folder of templates are none.
const LARGEST: u64 = 8 << 20;

/// Looks at everything.
pub fn check(subject: &Subject) -> Findings {
    let found = survey(subject.settings);
    let read: Vec<_> = found.templates.par_iter().map(|path| read_template(subject, &found, path)).collect();
    let mut findings = Findings { templates: read.len(), ..Findings::default() };
    findings.diagnostics.extend(found.faults.iter().cloned());
    let catalog = Catalog::new(subject, &found);
    for template in read {
        match template {
            Ok(template) => judge::judge(&template, &catalog, &mut findings),
            Err(fault) => findings.diagnostics.push(fault),
        }
    }
    apps::overlapping(&catalog, &mut findings.diagnostics);
    apps::not_namespaced(subject, &found, &mut findings.diagnostics);
    if findings.templates > 0 {
        unused::unused(subject, &found, &mut findings.diagnostics);
    }
    sort(&mut findings.diagnostics);
    findings
}

/// A template and its text.
struct ReadTemplate {
    source: Arc<Source>,
    language: Language,
    template: Template,
}

fn read_template(subject: &Subject, found: &Found, path: &survey::TemplatePath) -> Result<ReadTemplate, Diagnostic> {
    let on_disk = path.path.on_disk(&subject.settings.root);
    let size = fs::size(&on_disk).unwrap_or(0);
    if size > LARGEST {
        let message = format!("`{}` has {} MB, so it was not read as a template", path.path, size >> 20);
        return Err(Diagnostic::warning(Code::TemplateTooLarge, message)
            .at(Place::file(path.path.as_str()))
            .hint("move it out of the templates' folder if it is none"));
    }
    let bytes = fs::read(&on_disk).map_err(|error| Diagnostic::unreadable(path.path.as_str(), &fs::reason(&error)))?;
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let source = Source::new(path.path.clone(), String::from_utf8_lossy(error.as_bytes()).into_owned());
            let span = crate::source::Span::new(at, at + char::REPLACEMENT_CHARACTER.len_utf8());
            return Err(Diagnostic::error(Code::InvalidUtf8, format!("`{}` is not UTF-8", path.path))
                .at(Place::span(&source, span))
                .hint("save the file as UTF-8; Django cannot read it either"));
        }
    };
    let mut template = read(&text, path.language, subject.static_url);
    if found.builtins {
        template.loads.push("static".to_owned());
    }
    Ok(ReadTemplate { source: Source::new(path.path.clone(), text), language: path.language, template })
}
