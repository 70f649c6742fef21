use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use unicode_width::UnicodeWidthStr;

use super::{BOLD, DIM, Detail, LESS, plain};
use crate::graph::{Kind, OutputReport, Report};

/// Rows of single outputs in short.
const ROWS: usize = 20;

/// A table of the outputs whose bytes are new, largest first; totals of all outputs by kind, and what a visitor saves; what happened to the
/// files, and the time. The output folder is named relative to `base` if it lies below it.
pub fn summary(report: &Report, base: &Path, detail: Detail) -> String {
    let mut new: Vec<&OutputReport> =
        report.outputs.iter().filter(|output| output.new && !is_made_map(output)).collect();
    new.sort_by(|a, b| b.size.cmp(&a.size).then_with(|| a.logical.cmp(&b.logical)));
    let shown = if detail == Detail::Full { new.len() } else { new.len().min(ROWS) };
    let mut rows: Vec<Row> = new[..shown].iter().map(|output| Row::of(output)).collect();
    if new.len() > shown {
        rows.push(Row::note(format!("… and {} more (-v shows all)", new.len() - shown)));
    }
    if !rows.is_empty() {
        rows.push(Row::note(String::new()));
    }
    rows.extend(totals(&report.outputs));
    let mut out = String::new();
    write_table(&mut out, &rows);
    write_outcome(&mut out, report, base);
    out
}

/// Whether it is a map that a build made, which nobody put into the sources and no page loads.
fn is_made_map(output: &OutputReport) -> bool {
    output.kind == Kind::SourceMap && output.source_size == 0
}

/// A line of the table.
/// What `assetc clean` did.
pub fn emptied(folder: &str, files: usize, bytes: u64) -> String {
    match files {
        0 => format!("`{}` holds no cache\n", plain(folder)),
        _ => format!("{}: deleted {}, {}\n", plain(folder), super::count(files, "file"), size(bytes)),
    }
}

struct Row {
    name: String,
    sizes: Option<Sizes>,
}

/// Bytes: before, after, and what a browser is sent that takes a coding.
#[derive(Clone, Copy, Default)]
struct Sizes {
    before: u64,
    after: u64,
    /// In the order of [`CODINGS`]; `None` where nothing is compressed so.
    sent: [Option<u64>; 3],
}

/// The content codings that may be in a table.
const CODINGS: [&str; 3] = ["gzip", "br", "zstd"];

impl Sizes {
    fn of(output: &OutputReport) -> Self {
        let sent = |coding: &str| output.siblings.iter().find(|at| at.coding.name() == coding).map(|at| at.size);
        Self { before: output.source_size, after: output.size, sent: CODINGS.map(sent) }
    }

    /// What is not compressed is sent as it is, but a column in which nothing is compressed stays empty.
    fn plus(self, other: Self) -> Self {
        let mut sent = [None; 3];
        for (nth, sum) in sent.iter_mut().enumerate() {
            let either = self.sent[nth].is_some() || other.sent[nth].is_some();
            *sum = either.then(|| self.sent[nth].unwrap_or(self.after) + other.sent[nth].unwrap_or(other.after));
        }
        Self { before: self.before + other.before, after: self.after + other.after, sent }
    }

    /// The bytes that a visitor does not have to load.
    fn saved(&self) -> u64 {
        let sent = self.sent.iter().flatten().copied().min().unwrap_or(self.after).min(self.after);
        self.before.saturating_sub(sent)
    }
}

impl Row {
    fn of(output: &OutputReport) -> Self {
        Self { name: plain(output.path.as_str()), sizes: Some(Sizes::of(output)) }
    }

    fn note(name: String) -> Self {
        Self { name, sizes: None }
    }
}

/// One row a kind, and one for all if there are several.
fn totals(outputs: &[OutputReport]) -> Vec<Row> {
    const KINDS: [(Kind, &str); 14] = [
        (Kind::Style, "style"),
        (Kind::Sass, "Sass style"),
        (Kind::Script, "script"),
        (Kind::Png, "PNG picture"),
        (Kind::Jpeg, "JPEG picture"),
        (Kind::Gif, "GIF picture"),
        (Kind::Webp, "WebP picture"),
        (Kind::Avif, "AVIF picture"),
        (Kind::Ico, "icon"),
        (Kind::Svg, "SVG picture"),
        (Kind::Font, "font"),
        (Kind::WebManifest, "web manifest"),
        (Kind::SourceMap, "source map"),
        (Kind::Opaque, "other file"),
    ];
    let row = |noun: &str, of_kind: &dyn Fn(&&OutputReport) -> bool| {
        let of_kind: Vec<_> = outputs.iter().filter(|output| !is_made_map(output)).filter(of_kind).collect();
        let sizes = of_kind.iter().map(|output| Sizes::of(output)).reduce(Sizes::plus);
        sizes.map(|sizes| Row { name: super::count(of_kind.len(), noun), sizes: Some(sizes) })
    };
    let mut rows: Vec<Row> =
        KINDS.iter().filter_map(|&(kind, noun)| row(noun, &|output| output.kind == kind)).collect();
    if rows.len() > 1 {
        rows.extend(row("output", &|_| true));
    }
    rows
}

fn write_table(out: &mut String, rows: &[Row]) {
    let Some(name_width) = rows.iter().filter(|row| row.sizes.is_some()).map(|row| row.name.width()).max() else {
        return;
    };
    let sizes = || rows.iter().filter_map(|row| row.sizes.as_ref());
    let columns: Vec<usize> =
        (0..CODINGS.len()).filter(|&nth| sizes().any(|sizes| sizes.sent[nth].is_some())).collect();
    let mut header = format!("{:name_width$}  {:>8}  {:>8}", "", "before", "after");
    if !columns.is_empty() {
        let names = columns.iter().map(|&nth| if CODINGS[nth] == "br" { "brotli" } else { CODINGS[nth] });
        header += &format!("  {:>5}", "");
        names.chain(["saved"]).for_each(|name| header += &format!("  {name:>8}"));
    }
    let _ = writeln!(out, "{DIM}{header}{DIM:#}");
    for Row { name, sizes } in rows {
        let Some(sizes) = sizes else {
            out.push_str(&if name.is_empty() { "\n".to_owned() } else { format!("{DIM}{name}{DIM:#}\n") });
            continue;
        };
        let padding = name_width - name.width();
        let (before, after) = (size(sizes.before), size(sizes.after));
        let mut line = format!("{name}{:padding$}  {before:>8}  {after:>8}", "");
        line += &match change(sizes.before, sizes.after) {
            Some(percent) if percent < 0 => format!("  {LESS}{percent:>4}%{LESS:#}"),
            Some(percent) if percent > 0 => format!("  {percent:>+4}%"),
            _ => format!("  {:>5}", ""),
        };
        for &nth in &columns {
            line += &format!("  {:>8}", sizes.sent[nth].map_or(String::new(), size));
        }
        if !columns.is_empty() {
            line += &format!("  {:>8}", size(sizes.saved()));
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out.push('\n');
}

fn write_outcome(out: &mut String, report: &Report, base: &Path) {
    let folder = report.output_root.strip_prefix(base).unwrap_or(&report.output_root);
    let folder = plain(&folder.to_string_lossy());
    let parts = [
        ("written", Some(report.written)),
        ("unchanged", Some(report.unchanged)),
        ("removed", Some(report.removed).filter(|&removed| removed > 0)),
        ("kept for earlier releases", Some(report.retained).filter(|&retained| retained > 0)),
    ];
    let parts: Vec<_> =
        parts.iter().filter_map(|(what, number)| number.map(|number| format!("{what} {number}"))).collect();
    let _ = writeln!(
        out,
        "{BOLD}{folder}{BOLD:#} ({}): {}, in {}",
        report.mode.as_str(),
        parts.join(", "),
        duration(report.elapsed)
    );
}

/// Three digits and a unit of a thousand.
pub(super) fn size(bytes: u64) -> String {
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut number = bytes as f64 / 1000.0;
    for unit in ["kB", "MB", "GB"] {
        // 999.95 would be rounded to 1000.0.
        if number < 999.95 {
            return if number < 9.995 { format!("{number:.2} {unit}") } else { format!("{number:.1} {unit}") };
        }
        number /= 1000.0;
    }
    format!("{number:.1} TB")
}

/// Percent, rounded towards less change, so that 100% less is only said of nothing left.
fn change(before: u64, after: u64) -> Option<i64> {
    let (before, after) = (i128::from(before), i128::from(after));
    (before > 0).then(|| i64::try_from((after - before) * 100 / before).unwrap_or(i64::MAX))
}

pub(super) fn duration(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    match seconds {
        0 => format!("{} ms", elapsed.as_millis()),
        1..60 => format!("{:.2} s", elapsed.as_secs_f64()),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}
