//! From the compiler's words to diagnostics with frames.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::compile::{Fault, Frame, Warning, WarningKind};
use crate::diagnostic::{Code, Diagnostic, Place, did_you_mean};
use crate::source::{Source, Span};

/// The sheets that were loaded.
pub trait Sheets {
    /// By absolute path.
    fn source(&self, path: &str) -> Option<Arc<Source>>;
    /// All of them.
    fn all(&self) -> Vec<Arc<Source>>;
    /// Facts and a hint about a sheet that was not found, by its URL and the path of the sheet that asked for it.
    fn about_missing(&self, url: &str, from: &str) -> (Option<String>, String);
}

/// Calls and loads that are shown on the way to a fault.
const LONGEST_CHAIN: usize = 6;
/// Further places of one deprecation that are shown.
const MORE_PLACES: usize = 2;

/// The frames at the end of what the compiler says, and how many characters its innermost one marks.
///
/// Sass ends every message with lines such as `  scss/_a.scss 3:7  button()`, the innermost first, and marks the place with
/// carets. Paths are relative to `folder` where that is shorter.
pub(super) fn frames_of(text: &str, folder: &str) -> (Vec<Frame>, usize) {
    let marked = text.lines().filter(|line| line.trim_start().starts_with(['|', '│']));
    let carets = marked.map(|line| line.chars().filter(|&character| character == '^').count()).find(|&count| count > 0);
    let frames = text.lines().filter_map(|line| frame(line, folder)).collect();
    (frames, carets.unwrap_or(1))
}

fn frame(line: &str, folder: &str) -> Option<Frame> {
    let (place, name) = line.strip_prefix("  ")?.rsplit_once("  ")?;
    let (file, place) = place.trim().rsplit_once(' ')?;
    let (line, column) = place.split_once(':')?;
    let (line, column) = (line.parse().ok()?, column.parse().ok()?);
    let path = without_dots(&Path::new(folder).join(file.trim()));
    Some(Frame { path: path.to_string_lossy().into_owned(), line, column, name: name.trim().to_owned() })
}

fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => _ = plain.pop(),
            Component::CurDir => {}
            component => plain.push(component),
        }
    }
    plain
}

/// What a `sass` executable printed when it failed.
pub fn fault_of_text(text: &str, folder: &str) -> Fault {
    let (frames, length) = frames_of(text, folder);
    let message: Vec<&str> = text
        .lines()
        .skip_while(|line| line.trim().is_empty())
        .take_while(|line| !line.trim_start().starts_with(['╷', ',']) && frame(line, folder).is_none())
        .collect();
    let message = message.join("\n");
    Fault { message: message.trim_start_matches("Error: ").trim().to_owned(), frames, length }
}

/// A fault of the sheets, at its place, with the way from the entry to there.
pub fn describe_fault(fault: &Fault, sheets: &dyn Sheets) -> Diagnostic {
    let mut lines = fault.message.lines();
    let first = lines.next().unwrap_or("this sheet cannot be compiled").trim_end_matches('.').to_owned();
    let marked = fault.frames.first().and_then(|frame| text_at(frame, fault.length, sheets));
    let mut diagnostic = match (&marked, fault.frames.first()) {
        (Some(marked), Some(frame)) if first == "Can't find stylesheet to import" => {
            let url = quoted_in(marked).unwrap_or(marked);
            let (note, hint) = sheets.about_missing(url, &frame.path);
            let missing =
                Diagnostic::error(Code::UnresolvedReference, format!("could not find the stylesheet `{url}`"));
            let missing = missing.hint(hint);
            match note {
                Some(note) => missing.note(note),
                None => missing,
            }
        }
        _ if first.len() > 1 && first.starts_with('"') && first.ends_with('"') => {
            let said = first[1..first.len() - 1].trim_end_matches('.');
            Diagnostic::error(Code::InvalidSass, format!("`@error` says: {said}"))
        }
        _ => {
            let within = fault.frames.first().and_then(|frame| sheets.source(&frame.path));
            let hint = hint(&first, marked.as_deref(), within.as_deref(), sheets);
            let invalid = Diagnostic::error(Code::InvalidSass, first);
            match hint {
                Some(hint) => invalid.hint(hint),
                None => invalid,
            }
        }
    };
    diagnostic.notes.extend(lines.map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned));
    at(diagnostic, &fault.frames, fault.length, sheets)
}

fn at(diagnostic: Diagnostic, frames: &[Frame], length: usize, sheets: &dyn Sheets) -> Diagnostic {
    let Some(first) = frames.first() else { return diagnostic };
    let mut diagnostic = diagnostic.at(place(first, length, sheets));
    for (inner, outer) in frames.iter().zip(&frames[1..]).take(LONGEST_CHAIN) {
        let label = match inner.name.as_str() {
            "@use" | "@forward" | "@import" | "load-css()" | "root stylesheet" => "loaded here".to_owned(),
            name => format!("`{name}` is called here"),
        };
        diagnostic = diagnostic.related(label, place(outer, 1, sheets));
    }
    diagnostic
}

fn place(frame: &Frame, length: usize, sheets: &dyn Sheets) -> Place {
    let Some(source) = sheets.source(&frame.path) else { return Place::file(frame.path.as_str()) };
    match span(&source, frame, length) {
        Some(span) => Place::span(&source, span),
        None => Place::file(source.path.as_str()),
    }
}

fn span(source: &Source, frame: &Frame, length: usize) -> Option<Span> {
    let line = source.text.split('\n').nth(frame.line.checked_sub(1)?)?;
    let line_start = line.as_ptr() as usize - source.text.as_ptr() as usize;
    let from = frame.column.saturating_sub(1);
    let offset =
        |characters: usize| line.char_indices().nth(characters).map_or(line.trim_end_matches('\r').len(), |(at, _)| at);
    let start = offset(from);
    let mut end = offset(from + length.max(1));
    if length <= 1 {
        // Only where it begins is known: mark the word.
        let word =
            |character: char| character.is_alphanumeric() || matches!(character, '-' | '_' | '$' | '@' | '.' | '%');
        let rest = &line[start..];
        let quoted = rest.starts_with(['"', '\'']).then(|| rest[1..].find(&rest[..1])).flatten();
        let length = quoted.map(|close| close + 2).or_else(|| rest.find(|character| !word(character)));
        end = end.max(start + length.unwrap_or(rest.len()));
    }
    Some(Span::new(line_start + start, line_start + end))
}

fn text_at(frame: &Frame, length: usize, sheets: &dyn Sheets) -> Option<String> {
    let source = sheets.source(&frame.path)?;
    let span = span(&source, frame, length)?;
    source.text.get(span.start..span.end).map(str::to_owned)
}

fn quoted_in(rule: &str) -> Option<&str> {
    let open = rule.find(['"', '\''])?;
    let quote = &rule[open..=open];
    let rest = &rule[open + 1..];
    rest.find(quote).map(|close| &rest[..close])
}

/// What to do about a message, where more can be said than it says itself.
fn hint(message: &str, marked: Option<&str>, within: Option<&Source>, sheets: &dyn Sheets) -> Option<String> {
    let undefined = [("Undefined variable", "$"), ("Undefined mixin", "@mixin "), ("Undefined function", "@function ")];
    if let Some((_, introduces)) = undefined.iter().find(|(what, _)| message.starts_with(what)) {
        return undefined_hint(marked?, introduces, within, sheets);
    }
    if let Some(namespace) = message.strip_prefix("There is no module with the namespace \"") {
        let namespace = namespace.trim_end_matches('"');
        let built_in = matches!(namespace, "color" | "list" | "map" | "math" | "meta" | "selector" | "string");
        let url = if built_in { format!("sass:{namespace}") } else { namespace.to_owned() };
        return Some(format!("write `@use \"{url}\";` at the top of this file"));
    }
    if message.starts_with("Module loop") || message.starts_with("This file is already being loaded") {
        return Some("move what both sheets need into a third one that loads neither".to_owned());
    }
    if message.contains("is available from multiple global modules") {
        return Some("give one of the modules a namespace: `@use \"…\" as name`".to_owned());
    }
    if message.starts_with("@while exceeded") {
        return Some("let its condition become false".to_owned());
    }
    if message.starts_with("It's not clear which file to import") {
        return Some("rename or delete one of them, or write the extension".to_owned());
    }
    None
}

/// Where the name is declared, or the one that was probably meant.
fn undefined_hint(marked: &str, introduces: &str, within: Option<&Source>, sheets: &dyn Sheets) -> Option<String> {
    let name = marked.trim_start_matches("@include").trim();
    let name = name.split(['(', ' ', ';', '{']).next()?;
    let name = name.rsplit_once('.').map_or(name, |(_, name)| name).trim_start_matches('$').replace('_', "-");
    let mut declared: BTreeMap<String, Arc<Source>> = BTreeMap::new();
    for source in sheets.all() {
        for (at, _) in source.text.match_indices(introduces) {
            let rest = &source.text[at + introduces.len()..];
            let end = rest.find(|character: char| !character.is_alphanumeric() && !matches!(character, '-' | '_'));
            let (found, behind) = rest.split_at(end.unwrap_or(rest.len()));
            // In the sheet itself it may be an argument.
            let here = within.is_some_and(|within| within.path == source.path) && found.replace('_', "-") != name;
            if introduces != "$" || here || behind.trim_start().starts_with(':') {
                declared.entry(found.replace('_', "-")).or_insert_with(|| Arc::clone(&source));
            }
        }
    }
    let written = |name: &str| format!("{}{name}", if introduces == "$" { "$" } else { "" });
    if let Some(source) = declared.get(&name) {
        return Some(format!(
            "`{}` is declared in `{}`: load that file with `@use`, and write its namespace before the name",
            written(&name),
            source.path
        ));
    }
    let near = did_you_mean(&name, declared.keys().map(String::as_str))?;
    Some(format!("did you mean `{}`?", written(near)))
}

/// What the sheets of a build say, each thing once: deprecations by their id, with how many places there are.
pub fn describe_warnings<'w>(warnings: impl Iterator<Item = &'w Warning>, sheets: &dyn Sheets) -> Vec<Diagnostic> {
    let mut described = Vec::new();
    let mut deprecations: BTreeMap<&str, Vec<&Warning>> = BTreeMap::new();
    let mut omitted = 0;
    let mut seen = BTreeSet::new();
    for warning in warnings {
        let place = warning.frames.first().map(|frame| (&frame.path, frame.line, frame.column));
        if let WarningKind::Omitted(more) = warning.kind {
            omitted += more;
        } else if seen.insert((&warning.kind, &warning.message, place)) {
            match &warning.kind {
                WarningKind::Deprecation(id) => deprecations.entry(id).or_default().push(warning),
                WarningKind::Warn => described.push(said(warning, Code::SassWarning, "`@warn` says", sheets)),
                WarningKind::Debug => described.push(
                    said(warning, Code::SassDebug, "`@debug` says", sheets)
                        .hint("delete the `@debug` when you are done"),
                ),
                WarningKind::Omitted(_) => {}
            }
        }
    }
    for (id, mut places) in deprecations {
        places
            .sort_by_key(|warning| warning.frames.first().map(|frame| (frame.path.clone(), frame.line, frame.column)));
        described.push(deprecation(id, &places, std::mem::take(&mut omitted), sheets));
    }
    described
}

fn said(warning: &Warning, code: Code, who: &str, sheets: &dyn Sheets) -> Diagnostic {
    let mut lines = warning.message.lines();
    let first = lines.next().unwrap_or_default().trim_end_matches('.');
    let mut diagnostic = Diagnostic::warning(code, format!("{who}: {first}"));
    diagnostic.notes.extend(lines.map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned));
    at(diagnostic, &warning.frames, warning.length, sheets)
}

fn deprecation(id: &str, places: &[&Warning], omitted: usize, sheets: &dyn Sheets) -> Diagnostic {
    let first = places[0];
    let mut lines = first.message.lines().map(str::trim).filter(|line| !line.is_empty());
    let message = lines.next().unwrap_or_default();
    let (message, suggests) = match message.split_once(" Suggestion") {
        Some((message, _)) => (message, "write "),
        None => (message, ""),
    };
    let message = format!("{} (`{id}`)", message.trim_end_matches('.'));
    let mut diagnostic = Diagnostic::warning(Code::SassDeprecation, message);
    diagnostic.notes.extend(lines.map(|line| format!("{suggests}{line}")));
    if let Some(frame) = first.frames.first() {
        diagnostic = diagnostic.at(place(frame, first.length, sheets));
    }
    for more in places.iter().skip(1).take(MORE_PLACES) {
        let Some(frame) = more.frames.first() else { continue };
        diagnostic = diagnostic.related("here too", place(frame, more.length, sheets));
    }
    let rest = places.len().saturating_sub(1 + MORE_PLACES);
    if rest > 0 {
        let plural = if rest == 1 { "" } else { "s" };
        diagnostic = diagnostic.note(format!("and in {rest} more place{plural}"));
    }
    if omitted > 0 {
        diagnostic = diagnostic.note(format!("Sass left out {omitted} more deprecations, of this and of other kinds"));
    }
    diagnostic.hint(format!(
        "https://sass-lang.com/d/{id} says what to write; `[sass] silence = [\"{id}\"]` in assetc.toml silences it"
    ))
}

/// The warnings among what a `sass` executable printed.
pub fn warnings_of_text(text: &str, folder: &str) -> Vec<Warning> {
    let mut blocks: Vec<Vec<&str>> = Vec::new();
    for line in text.lines() {
        let begins =
            line.starts_with("WARNING: ") || line.starts_with("DEPRECATION WARNING") || line.contains(" DEBUG: ");
        match blocks.last_mut() {
            Some(block) if !begins => block.push(line),
            _ if begins => blocks.push(vec![line]),
            _ => {}
        }
    }
    blocks.iter().filter_map(|block| warning_of_block(block, folder)).collect()
}

fn warning_of_block(block: &[&str], folder: &str) -> Option<Warning> {
    let (first, rest) = block.split_first()?;
    if let Some((place, message)) = first.split_once(" DEBUG: ") {
        let (file, line) = place.rsplit_once(':')?;
        let path = without_dots(&Path::new(folder).join(file)).to_string_lossy().into_owned();
        let frames = vec![Frame { path, line: line.parse().ok()?, column: 1, name: String::new() }];
        return Some(Warning { kind: WarningKind::Debug, message: message.to_owned(), frames, length: 1 });
    }
    let (kind, message) = match first.strip_prefix("WARNING: ") {
        Some(message) => match message.split_once(" repetitive deprecation warnings omitted") {
            Some((count, _)) => (WarningKind::Omitted(count.parse().ok()?), message),
            None => (WarningKind::Warn, message),
        },
        None => {
            let (id, message) = first.strip_prefix("DEPRECATION WARNING [")?.split_once("]: ")?;
            (WarningKind::Deprecation(id.to_owned()), message)
        }
    };
    let more = rest.iter().take_while(|line| {
        !line.trim_start().starts_with(['╷', ',']) && frame(line, folder).is_none() && !line.contains("More info")
    });
    let message = std::iter::once(message).chain(more.copied()).collect::<Vec<_>>().join("\n");
    let (frames, length) = frames_of(&rest.join("\n"), folder);
    Some(Warning { kind, message: message.trim().to_owned(), frames, length })
}
