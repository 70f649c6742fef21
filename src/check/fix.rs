use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use crate::fs;
use crate::path::ProjectPath;
use crate::source::Span;

/// A replacement of some bytes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub file: ProjectPath,
    pub span: Span,
    pub text: String,
}

/// A file before and after its edits.
#[derive(Debug, PartialEq, Eq)]
pub struct FixedFile {
    pub path: ProjectPath,
    pub before: String,
    pub after: String,
}

/// Lines around a change.
const CONTEXT: usize = 3;

/// What the edits make of their files.
pub fn fixed_files(root: &Path, edits: &[Edit]) -> Vec<FixedFile> {
    let mut by_file: BTreeMap<&ProjectPath, Vec<&Edit>> = BTreeMap::new();
    for edit in edits {
        by_file.entry(&edit.file).or_default().push(edit);
    }
    let fixed = |(path, mut edits): (&ProjectPath, Vec<&Edit>)| {
        // It was read a moment ago; what cannot be read again now is left alone.
        let before = String::from_utf8(fs::read(&path.on_disk(root)).ok()?).ok()?;
        edits.sort_by_key(|edit| edit.span);
        let mut after = before.clone();
        for edit in edits.iter().rev() {
            after.get(edit.span.start..edit.span.end)?;
            after.replace_range(edit.span.start..edit.span.end, &edit.text);
        }
        Some(FixedFile { path: path.clone(), before, after })
    };
    by_file.into_iter().filter_map(fixed).collect()
}

impl FixedFile {
    /// What `diff -u` prints: no edit takes a line away, and the ones that add a line add a whole one.
    pub fn diff(&self) -> String {
        let before: Vec<&str> = self.before.split_inclusive('\n').collect();
        let after: Vec<&str> = self.after.split_inclusive('\n').collect();
        let rows = rows(&before, &after);
        let from = if self.before.is_empty() { "/dev/null".to_owned() } else { format!("a/{}", self.path) };
        let mut out = format!("--- {from}\n+++ b/{}\n", self.path);
        let mut at = 0;
        while let Some(first) = rows[at..].iter().position(Row::is_change).map(|first| at + first) {
            let start = first.saturating_sub(CONTEXT).max(at);
            let mut end = first + 1;
            while let Some(next) = rows[end..].iter().take(2 * CONTEXT + 1).position(Row::is_change) {
                end += next + 1;
            }
            let end = (end + CONTEXT).min(rows.len());
            write_hunk(&mut out, &rows, start, end);
            at = end;
        }
        out
    }
}

enum Row<'t> {
    Same(&'t str),
    Changed(&'t str, &'t str),
    Added(&'t str),
}

impl Row<'_> {
    fn is_change(&self) -> bool {
        !matches!(self, Self::Same(_))
    }
}

/// Pairs the lines. Where there is one more line after than before, the first that fits nowhere was added.
fn rows<'t>(before: &[&'t str], after: &[&'t str]) -> Vec<Row<'t>> {
    let mut rows = Vec::new();
    let mut extra = after.len().saturating_sub(before.len());
    let (mut old, mut new) = (0, 0);
    while new < after.len() {
        let rest_fits = before.get(old) == after.get(new + 1) || old == before.len();
        if extra > 0 && before.get(old) != after.get(new) && rest_fits {
            rows.push(Row::Added(after[new]));
            extra -= 1;
        } else {
            match before.get(old) {
                Some(line) if *line == after[new] => rows.push(Row::Same(line)),
                Some(line) => rows.push(Row::Changed(line, after[new])),
                None => rows.push(Row::Added(after[new])),
            }
            old += 1;
        }
        new += 1;
    }
    rows
}

fn write_hunk(out: &mut String, rows: &[Row], start: usize, end: usize) {
    let old = |rows: &[Row]| rows.iter().filter(|row| !matches!(row, Row::Added(_))).count();
    let old_length = old(&rows[start..end]);
    // Of nothing the first line has the number 0.
    let old_start = old(&rows[..start]) + usize::from(old_length > 0);
    let _ = writeln!(out, "@@ -{old_start},{old_length} +{},{} @@", start + 1, end - start);
    let mut line = |mark: char, text: &str| {
        let (text, end) = match text.strip_suffix('\n') {
            Some(text) => (text, ""),
            None => (text, "\\ No newline at end of file\n"),
        };
        let _ = write!(out, "{mark}{text}\n{end}");
    };
    for row in &rows[start..end] {
        match row {
            Row::Same(text) => line(' ', text),
            Row::Changed(before, after) => {
                line('-', before);
                line('+', after);
            }
            Row::Added(text) => line('+', text),
        }
    }
}
