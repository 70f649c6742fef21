use std::collections::BTreeMap;

use super::bundle::{ImportTarget, Sheet};
use crate::graph::{ModuleId, Specifier, Target};
use crate::path::UrlPath;

/// The distinct URLs of a bundle. Equal ones share a stand-in, so that the minifier sees that they are equal.
pub(super) struct Urls {
    pub all: Vec<Url>,
    /// By sheet and index of the URL in the sheet.
    of_sheets: Vec<Vec<usize>>,
    /// Of the imports with a hole, by sheet and index of the reference.
    of_imports: BTreeMap<(usize, usize), usize>,
}

/// What goes to where a stand-in was printed.
pub(super) struct Url {
    /// The module and the index of its reference whose path comes before `text`.
    pub hole: Option<(ModuleId, usize)>,
    /// The suffix, or the whole URL.
    pub text: String,
    /// Written as a string, not as `url("…")`.
    pub import: bool,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Leads {
    Module(ModuleId),
    Foreign(UrlPath),
    Written,
}

impl Urls {
    pub fn of(sheets: &[Sheet<'_>]) -> Self {
        let mut urls = Self { all: Vec::new(), of_sheets: Vec::new(), of_imports: BTreeMap::new() };
        let mut known: BTreeMap<(Leads, String), usize> = BTreeMap::new();
        for (index, sheet) in sheets.iter().enumerate() {
            let of_sheet = sheet.reading.urls.iter().map(|url| {
                let reference = sheet.reference_at(url.span.start);
                let leads = match reference.map(|reference| &sheet.references[reference].target) {
                    Some(Target::Module(module)) => Leads::Module(*module),
                    Some(Target::Foreign(path)) => Leads::Foreign(path.clone()),
                    Some(Target::AsWritten | Target::Global(_) | Target::Address(_) | Target::Missing) | None => {
                        Leads::Written
                    }
                };
                let hole = reference.filter(|_| leads != Leads::Written).map(|reference| (sheet.module, reference));
                let text = if hole.is_some() { suffix(&url.value) } else { &url.value };
                *known.entry((leads, text.to_owned())).or_insert_with(|| {
                    urls.all.push(Url { hole, text: text.to_owned(), import: false });
                    urls.all.len() - 1
                })
            });
            let of_sheet = of_sheet.collect();
            urls.of_sheets.push(of_sheet);
            for (import, target) in sheet.reading.imports.iter().zip(&sheet.imports) {
                if let ImportTarget::Foreign(reference) = *target {
                    urls.of_imports.insert((index, reference), urls.all.len());
                    let hole = Some((sheet.module, reference));
                    urls.all.push(Url { hole, text: suffix(&import.value).to_owned(), import: true });
                }
            }
        }
        urls
    }

    pub fn of_sheet(&self, sheet: usize, nth: usize) -> usize {
        self.of_sheets[sheet][nth]
    }

    pub fn of_import(&self, sheet: usize, reference: usize) -> usize {
        self.of_imports[&(sheet, reference)]
    }
}

fn suffix(specifier: &str) -> &str {
    match Specifier::parse(specifier) {
        Specifier::Local { suffix, .. } => suffix,
        Specifier::Elsewhere => "",
    }
}
