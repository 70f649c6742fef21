//! What a stylesheet or script refers to, and how the reference is written anew, as Django's `HashedFilesMixin` does (Django 6.1;
//! 5.2 follows references in comments too).

use std::ops::Range;
use std::sync::Arc;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::kinds::js::imported_paths;
use crate::kinds::style_tokens::{TokenKind, Tokens, quoted_url, value};
use crate::source::Source;

/// What would mean something else in a URL, or end the string that it stands in.
const IN_A_STRING: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'$').add(b'%').add(b'\'').add(b'?').add(b'\\').add(b'`');

/// A place where a name stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    pub form: Form,
    /// The URL as written.
    pub url: String,
    /// What is replaced.
    pub range: Range<usize>,
    pub target: Target,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `url(x)`
    Url,
    /// `@import "x"`
    Import,
    StyleMap,
    ScriptMap,
    /// A specifier in a script, with its quote.
    Specifier(char),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Below the static root.
    Name(String),
    /// Out of the static root.
    Outside,
}

impl Reference {
    /// The URL with another file name in it, in the form that Django gives it: percent-decoded, the query and fragment kept.
    pub fn renamed(&self, hashed: &str) -> String {
        let (path, query, fragment) = split_url(&self.url);
        let file = hashed.rsplit('/').next().unwrap_or(hashed);
        let folder = path.rfind('/').map_or("", |slash| &path[..=slash]);
        if let Form::Specifier(_) = self.form {
            // Django knows no specifiers, so here nothing need be decoded.
            let suffix = &self.url[path.len()..];
            return format!("{folder}{}{suffix}", utf8_percent_encode(file, IN_A_STRING));
        }
        let mut url = format!("{}{file}", decoded(folder.trim_start()));
        if !query.is_empty() {
            url.push('?');
            url.push_str(&decoded(query));
        }
        if let Some(fragment) = fragment.filter(|fragment| !fragment.is_empty()) {
            // `font.eot?#iefix`: Internet Explorer's hack needs its question mark.
            url.push_str(if self.url.contains("?#") { "?#" } else { "#" });
            url.push_str(&decoded(fragment));
        }
        url
    }

    /// The whole replacement.
    pub fn written(&self, url: &str) -> String {
        match self.form {
            Form::Url => format!("url(\"{url}\")"),
            Form::Import => format!("@import url(\"{url}\")"),
            Form::StyleMap => format!("/*# sourceMappingURL={url} */"),
            Form::ScriptMap => format!("//# sourceMappingURL={url}"),
            Form::Specifier(quote) => format!("{quote}{url}{quote}"),
        }
    }

    /// Without this one nothing on a page is missing.
    pub fn is_source_map(&self) -> bool {
        matches!(self.form, Form::StyleMap | Form::ScriptMap)
    }
}

/// The references of the file called `name`, in order.
pub fn references(name: &str, source: &Arc<Source>, static_url: &str) -> Vec<Reference> {
    let mut found = if name.ends_with(".css") { in_style(&source.text) } else { in_script(source) };
    found.sort_by_key(|(_, _, range)| range.start);
    let local = |(form, url, range): (Form, String, Range<usize>)| {
        let target = target(name, &url, static_url)?;
        Some(Reference { form, url, range, target })
    };
    found.into_iter().filter_map(local).collect()
}

type Found = (Form, String, Range<usize>);

fn in_style(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut tokens = Tokens::new(text);
    while let Some(token) = tokens.next() {
        match token.kind {
            TokenKind::Url { closed: true } => found.push((Form::Url, value(token, text).0, token.start..token.end)),
            TokenKind::Function => {
                if let Some((string, end)) = quoted_url(token, &tokens) {
                    found.push((Form::Url, value(string, text).0, token.start..end));
                    tokens.skip_to(end);
                }
            }
            TokenKind::AtKeyword if token.name(text).eq_ignore_ascii_case("import") => {
                let next = tokens.clone().find(|next| !next.is_blank());
                if let Some(string) = next.filter(|next| next.kind == TokenKind::String { closed: true }) {
                    found.push((Form::Import, value(string, text).0, token.start..string.end));
                    tokens.skip_to(string.end);
                }
            }
            TokenKind::Comment { closed: true } => found.extend(style_map(text, token.start..token.end)),
            _ => {}
        }
    }
    found
}

/// `/*# sourceMappingURL=x */`, alone on its line.
fn style_map(text: &str, range: Range<usize>) -> Option<Found> {
    let url = text[range.clone()].strip_prefix("/*#")?.strip_prefix([' ', '\t'])?.strip_prefix("sourceMappingURL=")?;
    let url = url.strip_suffix("*/")?;
    let begins = range.start == 0 || text[..range.start].ends_with('\n');
    let ends = range.end == text.len() || text[range.end..].starts_with('\n');
    (begins && ends && !url.contains('\n')).then(|| (Form::StyleMap, url.trim().to_owned(), range))
}

fn in_script(source: &Arc<Source>) -> Vec<Found> {
    let text = &source.text;
    let mut found = Vec::new();
    for (at, _) in text.match_indices("//# sourceMappingURL=") {
        if at > 0 && !text[..at].ends_with('\n') {
            continue;
        }
        let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
        let url = text[at + "//# sourceMappingURL=".len()..end].trim();
        found.push((Form::ScriptMap, url.to_owned(), at..end));
    }
    for (specifier, span) in imported_paths(source) {
        // Names of packages are an import map's.
        if !specifier.starts_with(['.', '/']) {
            continue;
        }
        let quote = text[span.start..].chars().next().unwrap_or('"');
        found.push((Form::Specifier(quote), specifier, span.start..span.end));
    }
    found
}

/// Where a URL leads; `None` when that is not into the static root.
fn target(name: &str, url: &str, static_url: &str) -> Option<Target> {
    let scheme = url.split(':').next().filter(|scheme| scheme.len() < url.len());
    if scheme.is_some_and(|scheme| !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphabetic()))
        || url.starts_with("//")
    {
        return None;
    }
    let (path, _, _) = split_url(url);
    if path.trim().is_empty() {
        return None;
    }
    let joined = match path.strip_prefix('/') {
        Some(_) => path.strip_prefix(static_url)?.to_owned(),
        None => match name.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{path}"),
            None => path.to_owned(),
        },
    };
    let joined = decoded(joined.trim());
    let mut segments: Vec<&str> = Vec::new();
    for segment in joined.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                if segments.pop().is_none() {
                    return Some(Target::Outside);
                }
            }
            segment => segments.push(segment),
        }
    }
    Some(Target::Name(segments.join("/")))
}

/// Path, query and fragment.
fn split_url(url: &str) -> (&str, &str, Option<&str>) {
    let (rest, fragment) = url.split_once('#').map_or((url, None), |(rest, fragment)| (rest, Some(fragment)));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    (path, query, fragment)
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
