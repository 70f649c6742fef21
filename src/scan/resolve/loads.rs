//! What a file becomes for the one who refers to it.

use super::{Resolution, Resolver};
use crate::diagnostic::{Code, Diagnostic};
use crate::graph::{FoundReference, Kind, Load, ReferenceKind, SourceFile};

impl Resolver<'_> {
    /// An imported file, read as its attribute, its query and its kind say, in that order.
    pub(super) fn check_module(
        &self,
        found: &FoundReference,
        query: &str,
        file: SourceFile,
    ) -> Result<SourceFile, Diagnostic> {
        let load = match found.attribute.as_deref() {
            Some("json") => json(found),
            Some("text") => Load::Text,
            Some("bytes") => Load::Bytes,
            Some(other) => return Err(unknown_attribute(other)),
            None => match asked(query) {
                Some(Asked::Load(load)) => load,
                Some(Asked::Worker) => return Err(worker_query(&found.specifier)),
                None => self.natural(found, &file)?,
            },
        };
        match load {
            Load::AsKind => Ok(file),
            _ if !self.settings.scripts.bundle => Err(not_a_script(&file)),
            Load::Address if file.logical.is_none() => Err(outside_roots(&file)),
            Load::DataUrl if matches!(file.kind, Kind::Script | Kind::Style | Kind::Sass) => Err(cannot_inline(&file)),
            load => Ok(as_script(file, load)),
        }
    }

    /// What an address, or the import of a stylesheet, leads to.
    pub(super) fn check_address(&self, found: &FoundReference, file: SourceFile) -> Resolution {
        match (found.kind, file.kind) {
            (ReferenceKind::SourceMap, _) => Resolution::AsWritten,
            (ReferenceKind::StyleImport, Kind::Style) => file.into(),
            (ReferenceKind::StyleImport, _) | (_, Kind::Sass) => not_a_style(&file).into(),
            (ReferenceKind::Worker { .. }, kind) if kind != Kind::Script => not_a_worker(&file).into(),
            _ if file.logical.is_none() => outside_roots(&file).into(),
            _ => file.into(),
        }
    }

    /// What an import without further words means.
    fn natural(&self, found: &FoundReference, file: &SourceFile) -> Result<Load, Diagnostic> {
        let extension = file.path.file_name().rsplit_once('.').map_or("", |(_, extension)| extension);
        match file.kind {
            Kind::Script => Ok(Load::AsKind),
            Kind::Style | Kind::Sass if !self.settings.scripts.bundle => Err(style_import(file)),
            Kind::Style | Kind::Sass => Ok(Load::AsKind),
            _ if extension.eq_ignore_ascii_case("json") => Ok(json(found)),
            Kind::Opaque if matches!(extension, "vue" | "svelte" | "astro" | "mdx" | "node") => {
                Err(needs_a_compiler(file, extension))
            }
            Kind::Svg
            | Kind::WebManifest
            | Kind::Png
            | Kind::Jpeg
            | Kind::Gif
            | Kind::Webp
            | Kind::Avif
            | Kind::Ico
            | Kind::Font
            | Kind::SourceMap
            | Kind::Opaque => Ok(Load::Address),
        }
    }
}

enum Asked {
    Load(Load),
    Worker,
}

/// What a query asks for; any other is somebody's way around a cache.
fn asked(query: &str) -> Option<Asked> {
    query.split('&').find_map(|part| match part {
        "raw" => Some(Asked::Load(Load::Text)),
        "url" => Some(Asked::Load(Load::Address)),
        "inline" => Some(Asked::Load(Load::DataUrl)),
        "worker" | "sharedworker" => Some(Asked::Worker),
        _ => None,
    })
}

/// `require` gives the value itself; `import` gives a module with it.
fn json(found: &FoundReference) -> Load {
    if found.kind == ReferenceKind::Require { Load::RequiredJson } else { Load::Json }
}

fn as_script(file: SourceFile, load: Load) -> SourceFile {
    let logical = file.logical.map(|logical| logical.with_suffix(".js"));
    SourceFile { kind: Kind::Script, load, logical, partial: true, side_effects: false, ..file }
}

fn unknown_attribute(value: &str) -> Diagnostic {
    Diagnostic::error(Code::UnsupportedImport, format!("imports of the type `{value}` are not known"))
        .hint("the types are \"json\", \"text\" and \"bytes\"")
}

fn worker_query(specifier: &str) -> Diagnostic {
    let path = specifier.split('?').next().unwrap_or_default();
    Diagnostic::error(Code::UnsupportedImport, "`?worker` is Vite's own; browsers know another way to start a worker")
        .hint(format!("write `new Worker(new URL(\"{path}\", import.meta.url), {{ type: \"module\" }})`"))
}

fn cannot_inline(file: &SourceFile) -> Diagnostic {
    Diagnostic::error(Code::UnsupportedImport, format!("`{}` cannot be imported with `?inline`", file.path))
        .hint("`?inline` is for pictures, fonts and other files; `?raw` gives the text as it is written")
}

fn needs_a_compiler(file: &SourceFile, extension: &str) -> Diagnostic {
    Diagnostic::error(
        Code::UnsupportedImport,
        format!("`{}` cannot be imported: assetc does not compile `.{extension}` files", file.path),
    )
    .hint("use a build of it in JavaScript, or take its address with `?url`")
}

fn not_a_script(file: &SourceFile) -> Diagnostic {
    Diagnostic::error(Code::UnsupportedImport, format!("`{}` is not a script and cannot be imported yet", file.path))
        .hint("use `new URL(\"…\", import.meta.url)` to get its address")
}

fn style_import(file: &SourceFile) -> Diagnostic {
    Diagnostic::error(
        Code::UnsupportedImport,
        format!("`{}` is a stylesheet, which only bundles can import", file.path),
    )
    .hint("load it with a <link> of its own, or set `bundle = true` under `[js]` in assetc.toml")
}

fn not_a_style(file: &SourceFile) -> Diagnostic {
    Diagnostic::error(Code::UnsupportedImport, format!("`{}` is not a CSS file and cannot be imported", file.path))
        .hint("import a .css file")
}

fn not_a_worker(file: &SourceFile) -> Diagnostic {
    Diagnostic::error(Code::UnsupportedImport, format!("`{}` is not a script, so it cannot be a worker", file.path))
        .hint("name the script that the worker runs")
}

fn outside_roots(file: &SourceFile) -> Diagnostic {
    Diagnostic::error(
        Code::ReferenceOutsideRoots,
        format!("`{}` lies outside of every source root, so it has no place in the output", file.path),
    )
    .hint("move the file into a source root, or add its folder to `roots` in assetc.toml")
}
