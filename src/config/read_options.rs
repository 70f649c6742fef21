use std::ops::Range;

use serde::Deserialize;
use toml::de::{DeArray, DeTable, DeValue, Error};

use super::options::Options;
use super::text_file::TextFile;
use crate::diagnostic::{Code, Diagnostic, did_you_mean};

/// Reads the TOML. Every fault of the file is reported; what is at fault counts as not written.
pub(super) fn read_options(file: &TextFile, faults: &mut Vec<Diagnostic>) -> Options {
    let (mut table, errors) = DeTable::parse_recoverable(file.text());
    if !errors.is_empty() {
        // The values of a text that does not parse would only give faults that are not there; and so would
        // whatever follows a bracket or quote that is never closed.
        let told = if errors.iter().any(|error| error.message().starts_with("unclosed")) { 1 } else { errors.len() };
        faults.extend(errors.iter().take(told).map(|error| syntax_fault(file, error)));
        return Options::default();
    }
    // serde stops at the first fault: take what is at fault out and read again, until nothing is.
    loop {
        let error = match Options::deserialize(toml::Deserializer::from(table.clone())) {
            Ok(options) => return options,
            Err(error) => error,
        };
        let Some(subject) = error.span().and_then(|span| take_out(table.get_mut(), &span)) else {
            faults.push(Diagnostic::error(Code::InvalidConfig, error.message()).at(file.place(0..0)));
            return Options::default();
        };
        faults.push(value_fault(file, &subject, &error));
    }
}

fn syntax_fault(file: &TextFile, error: &Error) -> Diagnostic {
    let end = file.text().len();
    let hint = match error.message() {
        "duplicate key" => "a key or table can be written once; put what belongs together into one",
        _ => "strings stand in quotes, lists in `[ ]`, and a key ends with its line; https://toml.io shows every form",
    };
    Diagnostic::error(Code::InvalidConfig, format!("`{}` is not valid TOML: {}", file.name, error.message()))
        .at(file.place(error.span().unwrap_or(end..end)))
        .hint(hint)
}

/// What a fault is about.
struct Subject {
    /// The key, dotted.
    path: String,
    /// Whether it is an item of the list under that key.
    item: bool,
}

/// Removes the entry or list item whose key or value is at `span`.
fn take_out(table: &mut DeTable<'_>, span: &Range<usize>) -> Option<Subject> {
    for (key, value) in table.iter_mut() {
        let key = as_written(key.get_ref());
        match value.get_mut() {
            DeValue::Table(inner) => {
                if let Some(subject) = take_out(inner, span) {
                    return Some(Subject { path: format!("{key}.{}", subject.path), ..subject });
                }
            }
            DeValue::Array(list) if list.iter().any(|item| item.span() == *span) => {
                *list =
                    std::mem::replace(list, DeArray::new()).into_iter().filter(|item| item.span() != *span).collect();
                return Some(Subject { path: key, item: true });
            }
            _ => {}
        }
    }
    let (key, _) = table.iter().find(|(key, value)| key.span() == *span || value.span() == *span)?;
    let key = key.get_ref().to_string();
    table.remove(key.as_str());
    Some(Subject { path: as_written(&key), item: false })
}

/// The key in quotes if TOML needs them.
fn as_written(key: &str) -> String {
    let bare = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if bare { key.to_owned() } else { format!("{key:?}") }
}

/// Puts serde's words into ours.
fn value_fault(file: &TextFile, subject: &Subject, error: &Error) -> Diagnostic {
    let place = file.place(error.span().unwrap_or(0..0));
    let path = &subject.path;
    let message = error.message();
    let mut quoted = message.split('`').skip(1).step_by(2);
    let fault = |code, message: String| Diagnostic::error(code, message).at(place.clone());
    if message.starts_with("unknown field") {
        let wrong = quoted.next().unwrap_or(path);
        return fault(Code::UnknownKey, format!("there is no key `{path}`")).hint(suggestion(
            wrong,
            &quoted.collect::<Vec<_>>(),
            "the keys here are",
            "and",
        ));
    }
    if message.starts_with("unknown variant") {
        let wrong = quoted.next().unwrap_or_default();
        return fault(Code::InvalidConfig, format!("`{path}` cannot be `{wrong}`")).hint(suggestion(
            wrong,
            &quoted.collect::<Vec<_>>(),
            "it can be",
            "or",
        ));
    }
    let subject = if subject.item { format!("each item of `{path}`") } else { format!("`{path}`") };
    let Some((found, expected)) =
        message.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected "))
    else {
        return fault(Code::InvalidConfig, format!("{subject} cannot be read: {message}"));
    };
    let written = error.span().and_then(|span| file.text().get(span)).unwrap_or_default();
    let (expected, found) = (expected_in_words(expected), found_in_words(found, written));
    if expected == found {
        return fault(Code::InvalidConfig, format!("{subject} is too large"));
    }
    fault(Code::InvalidConfig, format!("{subject} must be {expected}, not {found}"))
}

fn suggestion(wrong: &str, known: &[&str], these: &str, joined: &str) -> String {
    if let Some(near) = did_you_mean(wrong, known.iter().copied()) {
        return format!("did you mean `{near}`?");
    }
    let mut list: Vec<_> = known.iter().map(|known| format!("`{known}`")).collect();
    let last = list.pop().unwrap_or_default();
    format!("{these} {} {joined} {last}", list.join(", "))
}

fn expected_in_words(expected: &str) -> &str {
    match expected {
        "a boolean" => "`true` or `false`",
        "i64" => "a whole number",
        "a sequence" => "a list",
        "a map" => "a table",
        words => words,
    }
}

/// `string "x"` and the like, without the value: that is seen in the frame.
fn found_in_words<'a>(found: &'a str, written: &str) -> &'a str {
    match found.split(['`', '"']).next().unwrap_or(found).trim_end() {
        "boolean" => "`true` or `false`",
        "integer" => "a whole number",
        "floating point" => "a number with a point",
        "string" => "a string",
        "sequence" => "a list",
        // serde knows no dates; the `toml` crate hands one over as a map.
        "map" if written.starts_with(|c: char| c.is_ascii_digit()) => "a date",
        "map" => "a table",
        words => words,
    }
}
