use std::fmt::Write;

use super::frame::{Mark, gutter, write_frame};
use super::{BOLD, DIM, Detail, ERROR, HINT, RELATED, WARNING, count, plain};
use crate::diagnostic::{Code, Diagnostic, Severity};

/// Warnings of one code that are shown in short.
const SHOWN_OF_A_CODE: usize = 3;

/// All diagnostics and how many there are; nothing when there are none.
///
/// Warnings come first, by code, so that the errors, which are what keeps a build from being done, stand last
/// and together. In short, of each code's warnings only the first few are shown.
pub fn diagnostics(diagnostics: &[Diagnostic], detail: Detail) -> String {
    let mut out = String::new();
    let (errors, warnings): (Vec<_>, Vec<_>) = diagnostics.iter().partition(|diagnostic| diagnostic.is_error());
    let mut codes: Vec<Code> = warnings.iter().map(|warning| warning.code).collect();
    codes.sort_unstable();
    codes.dedup();
    for code in codes {
        let of_code: Vec<_> = warnings.iter().filter(|warning| warning.code == code).collect();
        let shown = if detail == Detail::Full { of_code.len() } else { of_code.len().min(SHOWN_OF_A_CODE) };
        of_code[..shown].iter().for_each(|warning| write_diagnostic(&mut out, warning));
        if of_code.len() > shown {
            let rest = of_code.len() - shown;
            let plural = if rest == 1 { "" } else { "s" };
            let _ = writeln!(out, "{DIM}… and {rest} more `{code}` warning{plural} (-v shows all){DIM:#}\n");
        }
    }
    errors.iter().for_each(|error| write_diagnostic(&mut out, error));
    let totals = [(errors.len(), "error"), (warnings.len(), "warning")];
    let totals: Vec<_> = totals.iter().filter(|(n, _)| *n > 0).map(|&(n, noun)| count(n, noun)).collect();
    if !totals.is_empty() {
        let _ = writeln!(out, "{BOLD}{}{BOLD:#}", totals.join(", "));
    }
    out
}

fn write_diagnostic(out: &mut String, diagnostic: &Diagnostic) {
    let (style, name) = match diagnostic.severity {
        Severity::Error => (ERROR, "error"),
        Severity::Warning => (WARNING, "warning"),
    };
    let _ = writeln!(out, "{style}{name}[{}]{style:#}{BOLD}: {}{BOLD:#}", diagnostic.code, plain(&diagnostic.message));
    let places = diagnostic.place.iter().chain(diagnostic.related.iter().map(|(_, place)| place));
    let gutter = places.map(gutter).max().unwrap_or(1);
    if let Some(place) = &diagnostic.place {
        write_frame(out, place, gutter, Mark { arrow: "-->", underline: '^', style, label: "" });
    }
    for (label, place) in &diagnostic.related {
        write_frame(out, place, gutter, Mark { arrow: ":::", underline: '-', style: RELATED, label });
        if place.frame.is_none() {
            let _ = writeln!(out, "{:gutter$} {RELATED}={RELATED:#} {}", "", plain(label));
        }
    }
    for note in &diagnostic.notes {
        let _ = writeln!(out, "{:gutter$} {RELATED}={RELATED:#} {}", "", plain(note));
    }
    if let Some(hint) = &diagnostic.hint {
        let _ = writeln!(out, "\n{HINT}hint{HINT:#}: {}", plain(hint));
    }
    out.push('\n');
}
