//! From browserslist queries to [`Targets`].

use std::ops::Range;

use browserslist::{Error, Opts, resolve};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Mode;
use super::targets::{Targets, Version};
use super::text_file::TextFile;
use crate::diagnostic::{Code, Diagnostic, did_you_mean};

/// A query, and where it stands in its file.
pub(super) struct Query {
    pub text: String,
    pub span: Range<usize>,
}

/// The day on which queries about Baseline are answered, so that a build gives the same bytes tomorrow.
/// [`Targets::baseline_widely_available`] is of the same day.
const BASELINE_DAY: &str = "2026-11-01";
/// What is newly available on one day is widely available thirty months later. The day meant is 2026-08-01: for later
/// ones browserslist's data name features, but not yet the versions that have them.
const BASELINE_DAY_NEWLY: &str = "2029-02-01";

/// The oldest versions that the queries select, all together.
pub(super) fn resolve_queries(file: &TextFile, queries: &[Query]) -> Result<Targets, Diagnostic> {
    let fault = |query: &Query, message: String| {
        Diagnostic::error(Code::InvalidConfig, message).at(file.place(query.span.clone()))
    };
    if let Some(query) = queries.iter().find(|query| asks_the_machine(&query.text)) {
        return Err(fault(query, format!("the query `{}` needs Node.js, which assetc does not use", query.text))
            .hint("write the browsers themselves, for example `baseline widely available`"));
    }
    let texts: Vec<String> = queries.iter().map(|query| on_a_fixed_day(&query.text)).collect();
    let chosen = resolve(&texts, &Opts::default()).map_err(|error| {
        // Queries build on those before them, so the one at fault is the last of the shortest list that fails.
        let at = (1..texts.len()).find(|&n| resolve(&texts[..n], &Opts::default()).is_err()).unwrap_or(texts.len());
        // Only a query fails, so there is one.
        let query = &queries[at - 1];
        fault(query, format!("browserslist does not understand `{}`: {}", query.text, in_words(&error)))
            .hint(hint(&error))
    })?;
    let mut targets = Targets::default();
    for (name, version) in chosen.iter().filter_map(|one| Some((one.name(), lowest(one.version())?))) {
        let target = match name {
            "android" => &mut targets.android,
            "chrome" | "and_chr" => &mut targets.chrome,
            "edge" => &mut targets.edge,
            "firefox" | "and_ff" => &mut targets.firefox,
            "ie" => &mut targets.ie,
            "ios_saf" => &mut targets.ios,
            "opera" | "op_mob" => &mut targets.opera,
            "safari" => &mut targets.safari,
            "samsung" => &mut targets.samsung,
            // Opera Mini, KaiOS and the like: neither swc nor lightningcss knows what they can do.
            _ => continue,
        };
        *target = Some(target.map_or(version, |known| known.min(version)));
    }
    if let Some(query) = queries.iter().find(|query| query.text.to_ascii_lowercase().contains("baseline"))
        && [targets.chrome, targets.edge, targets.firefox, targets.ios, targets.safari].contains(&None)
    {
        return Err(fault(query, format!("`{}` selects browsers that are newer than those assetc knows", query.text))
            .hint("ask for an earlier year or day, or for `baseline newly available`"));
    }
    match queries.last() {
        Some(query) if targets == Targets::default() => Err(fault(query, "the targets select no browser".to_owned())
            .hint("write the browsers, for example `baseline widely available`")),
        _ => Ok(targets),
    }
}

/// Whether browserslist would start Node.js or read files for the query.
fn asks_the_machine(query: &str) -> bool {
    let query = query.to_ascii_lowercase();
    ["extends ", "browserslist config", "current node"].iter().any(|asking| query.contains(asking))
}

fn on_a_fixed_day(query: &str) -> String {
    let mut text = query.split_whitespace().collect::<Vec<_>>().join(" ");
    for (words, fixed) in [
        ("baseline widely available", format!("baseline widely available on {BASELINE_DAY}")),
        ("baseline newly available", format!("baseline widely available on {BASELINE_DAY_NEWLY}")),
    ] {
        let mut from = 0;
        while let Some(found) = text[from..].to_ascii_lowercase().find(words) {
            let (start, end) = (from + found, from + found + words.len());
            from = end;
            if !text[end..].to_ascii_lowercase().starts_with(" on ") {
                text.replace_range(start..end, &fixed);
                from = start + fixed.len();
            }
        }
    }
    text
}

/// `15.2-15.3` is 15.2; `TP` and `all` are no versions.
fn lowest(version: &str) -> Option<Version> {
    let mut numbers = version.split('-').next()?.split('.').map(|number| number.parse::<u32>());
    let mut next = || Some(numbers.next()?.ok()?.min(255) as u8);
    Some((next()?, next().unwrap_or(0), next().unwrap_or(0)))
}

fn in_words(error: &Error) -> String {
    match error {
        Error::BrowserNotFound(name) => format!("there is no browser `{name}`"),
        Error::UnknownBrowserVersion(name, version) => format!("there is no version {version} of `{name}`"),
        Error::UnknownQuery(query) => format!("`{query}` is not a query"),
        Error::NotAtFirst(query) => format!("`{query}` has nothing before it to take away from"),
        Error::Nom(rest) if rest.is_empty() => "it ends too early".to_owned(),
        Error::Nom(rest) => format!("`{}` is not understood", rest.trim()),
        other => other.to_string(),
    }
}

fn hint(error: &Error) -> String {
    const NAMES: [&str; 17] = [
        "android", "and_chr", "and_ff", "baseline", "chrome", "edge", "explorer", "firefox", "ie", "ios_saf", "kaios",
        "op_mini", "op_mob", "opera", "safari", "samsung", "defaults",
    ];
    match error {
        Error::BrowserNotFound(name) | Error::UnknownQuery(name) => did_you_mean(name, NAMES),
        _ => None,
    }
    .map_or_else(
        || "https://browsersl.ist shows what a query selects; the default is `baseline widely available`".to_owned(),
        |near| format!("did you mean `{near}`?"),
    )
}

/// The queries of a `.browserslistrc`: one a line, `#` comments, and sections such as `[production]`.
///
/// As browserslist does: the section of the mode, else what stands above all sections.
pub(super) fn queries_of_browserslistrc(file: &TextFile, mode: Mode) -> Vec<Query> {
    let (mut common, mut of_mode) = (Vec::new(), None);
    let mut section: Option<bool> = None;
    let mut start = 0;
    for line in file.text().split_inclusive('\n') {
        let text = line.split('#').next().unwrap_or_default();
        let leading = text.len() - text.trim_start().len();
        let text = text.trim();
        let span = start + leading..start + leading + text.len();
        start += line.len();
        if let Some(names) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
            let ours = names.split_whitespace().any(|name| name == mode.as_str());
            if ours {
                of_mode.get_or_insert_with(Vec::new);
            }
            section = Some(ours);
        } else if !text.is_empty() {
            let query = Query { text: text.to_owned(), span };
            match (section, &mut of_mode) {
                (None, _) => common.push(query),
                (Some(true), Some(queries)) => queries.push(query),
                _ => {}
            }
        }
    }
    of_mode.unwrap_or(common)
}

/// The queries under `browserslist` in a `package.json`: a string, a list, or lists by environment.
pub(super) fn queries_of_package_json(file: &TextFile, mode: Mode) -> Result<Vec<Query>, Diagnostic> {
    #[derive(Deserialize)]
    struct Package<'a> {
        #[serde(borrow)]
        browserslist: Option<&'a RawValue>,
    }
    let unreadable = |error: &serde_json::Error, from: usize| {
        let at = from + offset_of(&file.text()[from..], error.line(), error.column());
        Diagnostic::error(Code::InvalidConfig, format!("`{}` cannot be read: {}", file.name, without_position(error)))
            .at(file.place(at..at))
            .hint("it may name browsers under `browserslist`; with `targets` in `assetc.toml` it is not read")
    };
    let package: Package<'_> = serde_json::from_str(file.text()).map_err(|error| unreadable(&error, 0))?;
    let Some(value) = package.browserslist else { return Ok(Vec::new()) };
    let value = match value.get().starts_with('{') {
        false => Some(value),
        true => {
            let by_name: std::collections::BTreeMap<String, &RawValue> =
                serde_json::from_str(value.get()).map_err(|error| unreadable(&error, offset_in(file, value)))?;
            by_name.get(mode.as_str()).or_else(|| by_name.get("defaults")).copied()
        }
    };
    let Some(value) = value else { return Ok(Vec::new()) };
    let raw: Vec<&RawValue> = match value.get().starts_with('[') {
        true => serde_json::from_str(value.get()).map_err(|error| unreadable(&error, offset_in(file, value)))?,
        false => vec![value],
    };
    raw.into_iter()
        .map(|value| {
            let start = offset_in(file, value);
            let text = serde_json::from_str(value.get()).map_err(|_| {
                Diagnostic::error(Code::InvalidConfig, "`browserslist` must be a string or a list of strings")
                    .at(file.place(start..start + value.get().len()))
            })?;
            Ok(Query { text, span: start..start + value.get().len() })
        })
        .collect()
}

/// Where a borrowed part of the text begins.
fn offset_in(file: &TextFile, value: &RawValue) -> usize {
    value.get().as_ptr() as usize - file.text().as_ptr() as usize
}

/// serde_json counts lines from 1 and columns in bytes, from 1 or at the end of what it read.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let at = (start + column.saturating_sub(1)).min(text.len());
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

fn without_position(error: &serde_json::Error) -> String {
    let words = error.to_string();
    words.split(" at line ").next().unwrap_or(&words).to_owned()
}
