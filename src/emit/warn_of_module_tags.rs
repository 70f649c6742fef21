use crate::context::Context;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::graph::ScriptFormat;

use super::manifest::{Manifest, ManifestEntry};

/// Warns of entries that worked in a plain `<script>` when they were last built in this mode and no longer do: templates
/// that load them may have to change.
pub fn warn_of_module_tags(cx: &Context, previous: &Manifest, manifest: &Manifest) {
    // The modes do not link alike, so that a change of mode says nothing about the sources.
    if previous.mode != manifest.mode {
        return;
    }
    let needs_tag = |entry: &ManifestEntry| entry.format == Some(ScriptFormat::Esm);
    for (logical, entry) in manifest.entries.iter().filter(|(_, entry)| needs_tag(entry)) {
        let worked = previous.entries.get(logical).is_some_and(|entry| entry.format.is_some() && !needs_tag(entry));
        let Some(file) = manifest.files.get(logical).filter(|_| worked) else { continue };
        let why = match entry.imports.first() {
            Some(import) => format!("it shares code with others, which it now imports from `{import}`"),
            None => "it is a module now that exports names, loads others or waits at its top level".to_owned(),
        };
        let message = format!("`{logical}` no longer works in a plain `<script>`");
        cx.report(
            Diagnostic::warning(Code::NeedsModuleTag, message)
                .at(Place::file(file.source.as_str()))
                .note(why)
                .hint("write `<script type=\"module\">` wherever a page loads it; that is right for every module"),
        );
    }
}
