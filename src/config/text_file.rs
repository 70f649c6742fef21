use std::ops::Range;
use std::path::{Component, Path};
use std::sync::Arc;

use crate::diagnostic::Place;
use crate::path::ProjectPath;
use crate::source::{Source, Span};

/// A file that settings are read from: its text, and the name by which the user knows it.
#[derive(Clone, Debug)]
pub struct TextFile {
    pub name: String,
    source: Arc<Source>,
}

impl TextFile {
    /// `name` is what diagnostics show: relative to the root, or as given on the command line.
    pub fn new(name: &str, text: &str) -> Self {
        let inner = Path::new(name).components().filter(|part| matches!(part, Component::Normal(_)));
        let path = ProjectPath::new(&inner.collect::<std::path::PathBuf>());
        // Only normal components of a `str` are left, and those always make a project path.
        let path = path.expect("a path without `..`");
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self { name: name.to_owned(), source: Source::new(path, text.to_owned()) }
    }

    pub(super) fn text(&self) -> &str {
        &self.source.text
    }

    /// A range of bytes of the text, as a place to show.
    pub fn place(&self, range: Range<usize>) -> Place {
        Place { frame: Some((Arc::clone(&self.source), Span::new(range.start, range.end))), ..Place::file(&self.name) }
    }
}
