use std::fmt::Write;

use crate::diagnostic::Code;

/// The code's explanation; without a code, all codes with the first sentence of theirs.
pub(super) fn explanation(name: Option<&str>) -> String {
    let mut out = String::new();
    let wanted: Vec<Code> = Code::ALL.iter().copied().filter(|code| name == Some(code.as_str())).collect();
    for code in &wanted {
        let _ = writeln!(out, "{code}\n\n{}", text(*code).trim_end());
    }
    if wanted.is_empty() {
        let width = Code::ALL.iter().map(|code| code.as_str().len()).max().unwrap_or_default();
        for code in Code::ALL {
            let text = text(*code).replace('\n', " ");
            let first = text.split_once(". ").map_or(text.trim_end().trim_end_matches('.'), |(first, _)| first);
            let _ = writeln!(out, "{:width$}  {first}", code.as_str());
        }
    }
    out
}

/// A doc comment keeps the space behind its slashes.
fn text(code: Code) -> String {
    code.explanation().lines().map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line))).collect()
}
