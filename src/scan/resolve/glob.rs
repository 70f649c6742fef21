//! Lists the files that a glob of a script names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};

use super::packages::SOURCE_EXTENSIONS;
use super::{Resolver, normalized};
use crate::context::Context;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::fs::EntryKind;
use crate::graph::SourceFile;
use crate::kinds::js::{GlobFile, GlobQuery};
use crate::path::ProjectPath;
use crate::source::Source;

impl Resolver<'_> {
    /// The files that match, by key; never the script itself. What is no glob, or matches nothing, is reported.
    pub fn glob(&self, cx: &Context, from: &SourceFile, source: &Arc<Source>, query: &GlobQuery) -> Vec<GlobFile> {
        let place = || Place::span(source, query.span);
        let mut patterns = Vec::new();
        for pattern in &query.patterns {
            match self.absolute(from, pattern) {
                Ok(pattern) => patterns.push(pattern),
                Err(error) => {
                    let words = format!("`{pattern}` is not a glob: {error}");
                    cx.report(Diagnostic::error(Code::InvalidScript, words).at(place()).hint("correct the pattern"));
                    return Vec::new();
                }
            }
        }
        let (taken, wanted): (Vec<_>, Vec<_>) = patterns.into_iter().partition(|pattern| pattern.takes_away);
        let mut files = BTreeSet::new();
        for pattern in &wanted {
            let mut found = Vec::new();
            self.walk(&pattern.base, query.exhaustive, &mut found);
            files.extend(found.into_iter().filter(|path| {
                let names = |pattern: &Absolute| pattern.matches(path, query.without_extension);
                names(pattern) && !taken.iter().any(names) && *path != from.on_disk
            }));
        }
        if files.is_empty() && query.expects_matches {
            let warning = Diagnostic::warning(Code::NothingMatches, "no file matches, so the object is empty");
            cx.report(
                warning
                    .at(place())
                    .hint("patterns are relative to the script, or with `/` first to the project's folder"),
            );
        }
        let rooted = query.patterns.iter().all(|pattern| pattern.trim_start_matches('!').starts_with('/'));
        let mut listed: Vec<GlobFile> = files.iter().flat_map(|path| self.keys(from, path, rooted, query)).collect();
        listed.sort_by(|a, b| a.key.cmp(&b.key));
        listed.dedup_by(|a, b| a.key == b.key);
        listed
    }

    fn absolute(&self, from: &SourceFile, pattern: &str) -> Result<Absolute, globset::Error> {
        let (takes_away, pattern) = pattern.strip_prefix('!').map_or((false, pattern), |pattern| (true, pattern));
        let folder = from.on_disk.parent().unwrap_or(&from.on_disk);
        let start = if pattern.starts_with('/') { &self.settings.root } else { folder };
        // The folders before the first that a glob names.
        let pattern = pattern.trim_start_matches('/');
        let plain = pattern.find(['*', '?', '[', '{']).unwrap_or(pattern.len());
        let cut = pattern[..plain].rfind('/').map_or(0, |slash| slash + 1);
        let base = normalized(&start.join(&pattern[..cut]));
        let matcher = GlobBuilder::new(&pattern[cut..]).literal_separator(true).build()?.compile_matcher();
        Ok(Absolute { takes_away, base, matcher })
    }

    /// Every file below a folder.
    fn walk(&self, folder: &Path, exhaustive: bool, found: &mut Vec<PathBuf>) {
        for name in self.reads.names(folder) {
            if !exhaustive && (name.starts_with('.') || name == "node_modules") {
                continue;
            }
            let path = folder.join(name);
            match self.reads.entry(&path) {
                // Links to folders are not entered: they may lead round.
                Some(EntryKind::Folder) if path != self.settings.output_root => self.walk(&path, exhaustive, found),
                Some(EntryKind::File) => found.push(path),
                Some(EntryKind::Link) if self.reads.is_file(&path) => found.push(path),
                _ => {}
            }
        }
    }

    fn keys(&self, from: &SourceFile, path: &Path, rooted: bool, query: &GlobQuery) -> Vec<GlobFile> {
        let folder = from.on_disk.parent().unwrap_or(&from.on_disk);
        let relative = ProjectPath::from_root(folder, path).to_string();
        let specifier = if relative.starts_with("../") { relative } else { format!("./{relative}") };
        let key = match rooted {
            true => format!("/{}", ProjectPath::from_root(&self.settings.root, path)),
            false => specifier.clone(),
        };
        let stem = SOURCE_EXTENSIONS.iter().find_map(|extension| key.strip_suffix(extension)).map(str::to_owned);
        let stem = stem.filter(|_| query.without_extension);
        let keys = stem.into_iter().chain([key]);
        keys.map(|key| GlobFile { key, specifier: specifier.clone() }).collect()
    }
}

/// A glob, and the folder that it starts from.
struct Absolute {
    takes_away: bool,
    base: PathBuf,
    matcher: GlobMatcher,
}

impl Absolute {
    fn matches(&self, path: &Path, without_extension: bool) -> bool {
        let Ok(below) = path.strip_prefix(&self.base) else { return false };
        self.matcher.is_match(below)
            || without_extension
                && below.to_str().is_some_and(|below| {
                    let mut stems = SOURCE_EXTENSIONS.iter().filter_map(|extension| below.strip_suffix(extension));
                    stems.any(|stem| self.matcher.is_match(stem))
                })
    }
}
