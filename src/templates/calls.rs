use super::{How, Language, Template, Use};
use crate::source::Span;

/// Adds the static files that the code names. `offset` is where the code stands in the template.
pub fn find(code: &str, offset: usize, language: Language, template: &mut Template) {
    let words = code.trim_start_matches(['-', '+', '=', '~', ' ', '\t', '\n']);
    if language == Language::Django {
        // A tag is its first word: the `static` of `{% if static %}` is a variable.
        let name = words.split_whitespace().next().unwrap_or_default();
        if name == "load" {
            template.loads.extend(loaded(words));
        } else if let Some((_, how)) = language.calls().iter().find(|(call, _)| *call == name) {
            let start = code.len() - words.len() + name.len();
            read_argument(code, start, offset, *how, language, template);
        }
        return;
    }
    for (call, how) in language.calls() {
        for (at, _) in code.match_indices(call) {
            let end = at + call.len();
            if is_word(code, at, end) && !in_string(code, at) {
                read_argument(code, end, offset, *how, language, template);
            }
        }
    }
}

/// `{% load a b %}` and `{% load x from a %}`.
fn loaded(words: &str) -> Vec<String> {
    let words: Vec<&str> = words.split_whitespace().skip(1).collect();
    match words.iter().position(|word| *word == "from") {
        Some(from) => words.get(from + 1).map(|library| (*library).to_owned()).into_iter().collect(),
        None => words.into_iter().map(str::to_owned).collect(),
    }
}

/// Reads the argument behind a call that ends at `from`: a string by itself is a name, anything else is not known.
fn read_argument(code: &str, from: usize, offset: usize, how: How, language: Language, template: &mut Template) {
    let mut rest = from;
    let skip =
        |at: usize, extra: char| at + code[at..].len() - code[at..].trim_start_matches([' ', '\t', '\n', extra]).len();
    rest = skip(rest, '(');
    if language == Language::Jinja && code[..from].ends_with("url_for") {
        // `url_for('static', filename='css/app.css')`; other endpoints are pages.
        let Some((endpoint, end)) = string_at(code, rest) else { return };
        if endpoint.trim() != "static" {
            return;
        }
        let Some(filename) = code[end..].find("filename") else { return };
        rest = skip(end + filename + "filename".len(), '=');
    } else if language == Language::Eex {
        // `static_path(@conn, "/js/app.js")`.
        let Some(comma) = code[rest..].find(',') else { return };
        rest = skip(rest + comma, ',');
    }
    let Some((name, end)) = string_at(code, rest) else {
        // `{% static %}` alone, or a function that is only named.
        if code[rest..].starts_with(|next: char| next.is_alphanumeric() || "_$@".contains(next)) {
            template.dynamic += 1;
        }
        return;
    };
    // Joined with something, filtered, or with something to be filled in.
    let joined = code[end..].trim_start().starts_with(['+', '~', '.', '|', '%']);
    if joined || name.contains("#{") || name.contains("{$") || name.contains("{{") {
        template.dynamic += 1;
        return;
    }
    let start = offset + rest + 1;
    template.uses.push(Use {
        how,
        name: name.to_owned(),
        span: Span::new(start, start + name.len()),
        plain_script: false,
    });
}

/// The string literal at `at`, without its quotes, and where it ends.
fn string_at(code: &str, at: usize) -> Option<(&str, usize)> {
    let quote = code[at..].chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let length = code[at + 1..].find(quote)?;
    Some((&code[at + 1..at + 1 + length], at + length + 2))
}

fn is_word(code: &str, start: usize, end: usize) -> bool {
    let part = |next: Option<char>| next.is_some_and(|next| next.is_alphanumeric() || next == '_');
    !part(code[..start].chars().next_back()) && !part(code[end..].chars().next())
}

/// Whether a string is open before `at`.
fn in_string(code: &str, at: usize) -> bool {
    let mut open = None;
    for character in code[..at].chars() {
        match (open, character) {
            (None, '"' | '\'') => open = Some(character),
            (Some(quote), _) if quote == character => open = None,
            _ => {}
        }
    }
    open.is_some()
}
