use super::catalog::{Catalog, Meaning};
use super::fix::Edit;
use super::{Findings, ReadTemplate};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::graph::ScriptFormat;
use crate::source::Span;
use crate::templates::{How, Language, Use};

/// Says what is wrong with the static files that a template names.
pub fn judge(read: &ReadTemplate, catalog: &Catalog, findings: &mut Findings) {
    let template = &read.template;
    findings.uses += template.uses.len();
    findings.unknown += template.dynamic;
    if let Some(span) = template.unclosed {
        let fault = "this block is never closed, so nothing behind it is read";
        findings.diagnostics.push(
            Diagnostic::warning(Code::UnclosedBlock, fault)
                .at(Place::span(&read.source, span))
                .hint("close it where it should end"),
        );
    }
    not_loaded(read, findings);
    let mut judge = Judge { read, catalog, findings, loads: false };
    for found in &template.uses {
        judge.judge(found);
    }
    if judge.loads && read.language == Language::Django && !template.loads.iter().any(|library| library == "static") {
        let at = template.load_at;
        findings.edits.push(Edit {
            file: read.source.path.clone(),
            span: Span::new(at, at),
            text: if at == 0 { "{% load static %}\n".to_owned() } else { "\n{% load static %}".to_owned() },
        });
    }
}

/// Django templates get no library from the template that they extend.
fn not_loaded(read: &ReadTemplate, findings: &mut Findings) {
    let libraries = [(How::Static, "static"), (How::Asset, "assetc")];
    for (how, library) in libraries.into_iter().filter(|_| read.language == Language::Django) {
        let used = read.template.uses.iter().find(|found| found.how == how);
        let loaded = |name: &String| name == library || (library == "static" && name == "staticfiles");
        if let Some(first) = used.filter(|_| !read.template.loads.iter().any(loaded)) {
            let tag = if how == How::Static { "static" } else { "asset" };
            let fault = format!("`{{% {tag} %}}` is used, and `{{% load {library} %}}` is missing");
            findings.diagnostics.push(
                Diagnostic::error(Code::TagNotLoaded, fault)
                    .at(Place::span(&read.source, first.span))
                    .hint(format!("add `{{% load {library} %}}` at the top, behind `{{% extends %}}` if there is one")),
            );
        }
    }
}

struct Judge<'a, 'c> {
    read: &'a ReadTemplate,
    catalog: &'a Catalog<'c>,
    findings: &'a mut Findings,
    /// Whether an edit put in a `{% static %}`.
    loads: bool,
}

impl Judge<'_, '_> {
    fn judge(&mut self, found: &Use) {
        match found.how {
            How::HardCoded => self.hard_coded(found),
            How::Asset => self.asset(found),
            How::Static => self.named(found, &found.name),
            How::Extended(extension) => {
                let name = &found.name;
                let extended = name.rsplit('/').next().is_some_and(|last| last.contains('.'));
                self.named(found, &if extended { name.clone() } else { format!("{name}.{extension}") });
            }
        }
    }

    fn named(&mut self, found: &Use, name: &str) {
        if name.contains("://") || name.starts_with("//") {
            return;
        }
        let bare = name.trim_start_matches('/');
        if bare.len() < name.len() && matches!(self.read.language, Language::Django | Language::Jinja) {
            self.report(
                found,
                Diagnostic::error(Code::LeadingSlash, format!("`{name}` begins with a slash"))
                    .note("it works while `DEBUG` is on and ends with an error in production")
                    .hint(format!("write `{bare}`")),
            );
            let slashes = Span::new(found.span.start, found.span.start + (name.len() - bare.len()));
            self.edit(slashes, String::new());
        }
        if self.exists(found, bare) && found.plain_script {
            self.module_in_plain_tag(found, bare);
        }
    }

    /// Whether the name stands for a file; else what is wrong was said.
    fn exists(&mut self, found: &Use, name: &str) -> bool {
        let fault = match self.catalog.meaning(name) {
            Meaning::File => return true,
            Meaning::Unknown => {
                self.findings.unknown += 1;
                return false;
            }
            Meaning::Chunk => Diagnostic::error(
                Code::NotAnEntry,
                format!("`{name}` is only imported by other scripts, so pages cannot load it"),
            )
            .hint(format!("load the script that imports it, or make it an entry: `[entries]` `\"{name}\" = \"…\"`")),
            Meaning::Folder => Diagnostic::error(Code::NamesAFolder, format!("`{name}` is a folder"))
                .hint("name a file in it; for the URL of a folder, use `{% get_static_prefix %}`"),
            Meaning::OtherCase(file) => {
                Diagnostic::error(Code::WrongCase, format!("there is no static file `{name}`, but `{file}`"))
                    .hint(format!("write `{file}`"))
            }
            Meaning::Missing { near } => {
                let fault = Diagnostic::error(Code::MissingStaticFile, format!("there is no static file `{name}`"));
                fault.hint(match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => {
                        "add the file, or correct the name; `assetc build --verbose` lists what there is".to_owned()
                    }
                })
            }
        };
        self.report(found, fault);
        false
    }

    /// A script that a plain tag cannot run.
    fn module_in_plain_tag(&mut self, found: &Use, name: &str) {
        let is_module = self.catalog.entry(name).is_some_and(|entry| entry.format == Some(ScriptFormat::Esm));
        if is_module {
            self.report(
                found,
                Diagnostic::error(Code::NeedsModuleTag, format!("`{name}` is a module, and this tag runs no modules"))
                    .hint("write `<script type=\"module\" src=…>`"),
            );
        }
    }

    fn asset(&mut self, found: &Use) {
        let name = &found.name;
        if self.catalog.entry(name).is_some() {
            return;
        }
        let entries = self.catalog.manifest.entries.keys().map(|entry| entry.as_str());
        let near = crate::diagnostic::did_you_mean(name, entries);
        let hint = match (self.catalog.meaning(name), near) {
            (Meaning::File, _) => format!("use `{{% static '{name}' %}}`"),
            (_, Some(near)) => format!("did you mean `{near}`?"),
            _ => "scripts and styles that no other source imports are entries".to_owned(),
        };
        self.report(found, Diagnostic::error(Code::NotAnEntry, format!("there is no entry `{name}`")).hint(hint));
    }

    fn hard_coded(&mut self, found: &Use) {
        let written = &self.read.source.text[found.span.start..found.span.end];
        let fault = Diagnostic::warning(Code::HardCodedUrl, format!("`{written}` is written out"))
            .note("it has no fingerprint, so browsers may keep an old file, and it does not follow `STATIC_URL`");
        let name = &found.name;
        if self.catalog.meaning(name) != Meaning::File {
            self.report(found, fault.hint("name the file with the template's function for static files"));
            self.exists(found, name);
            return;
        }
        let call = match self.read.language {
            Language::Django => Some(format!("{{% static '{name}' %}}")),
            _ => None,
        };
        let hint = call.clone().unwrap_or_else(|| "the template's function for static files".to_owned());
        self.report(found, fault.hint(format!("use `{hint}`")));
        // In an attribute with single quotes the name needs double ones.
        let single = self.read.source.text[..found.span.start].ends_with('\'');
        if let Some(call) = call.filter(|_| !name.contains(['\'', '"'])) {
            self.edit(found.span, if single { call.replace('\'', "\"") } else { call });
            self.loads = true;
        }
    }

    fn report(&mut self, found: &Use, diagnostic: Diagnostic) {
        self.findings.diagnostics.push(diagnostic.at(Place::span(&self.read.source, found.span)));
    }

    fn edit(&mut self, span: Span, text: String) {
        self.findings.edits.push(Edit { file: self.read.source.path.clone(), span, text });
    }
}
