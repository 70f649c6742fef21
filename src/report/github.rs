use std::fmt::Write;

use crate::diagnostic::{Diagnostic, Severity};

/// The diagnostics as GitHub's workflow commands, which become annotations of a pull request.
pub fn github(diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let mut properties = Vec::new();
        if let Some(place) = &diagnostic.place {
            properties.push(format!("file={}", property(&place.file)));
            if let Some(((line, column), (end_line, end_column))) = place.lines_and_columns() {
                properties.push(format!("line={line},endLine={end_line},col={column},endColumn={end_column}"));
            }
        }
        properties.push(format!("title={}", diagnostic.code));
        let hint = diagnostic.hint.as_ref().map_or(String::new(), |hint| format!("\nhint: {hint}"));
        let _ =
            writeln!(out, "::{command} {}::{}", properties.join(","), data(&format!("{}{hint}", diagnostic.message)));
    }
    out
}

/// A message is one line for the runner, which undoes these.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
