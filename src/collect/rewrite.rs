use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::Request;
use super::names::{fingerprint, hashed_name};
use super::references::{Form, Reference, Target, references};
use super::tree::Tree;
use crate::diagnostic::{Code, Diagnostic, Place, did_you_mean};
use crate::fs::{self, OutputError, Staging};
use crate::path::ProjectPath;
use crate::source::{Source, Span};

/// A file and its fingerprinted copy.
pub struct HashedFile {
    pub name: String,
    /// `None`: the bytes of the file.
    pub text: Option<String>,
}

pub struct Rewritten {
    /// By the collected file's name.
    pub files: BTreeMap<String, HashedFile>,
    pub loose_imports: usize,
}

/// A stylesheet or script that refers to others.
struct Sheet {
    source: Arc<Source>,
    references: Vec<Reference>,
}

/// Gives every file its name, from the leaves up. Files that refer to each other in a circle share one fingerprint.
pub fn rewrite(request: &Request, tree: &Tree, diagnostics: &mut Vec<Diagnostic>) -> Rewritten {
    let code: Vec<&String> = tree.files.keys().filter(|name| name.ends_with(".css") || name.ends_with(".js")).collect();
    let read: Vec<Result<(String, Sheet), Diagnostic>> =
        code.par_iter().filter_map(|name| read_sheet(request, name).transpose()).collect();
    let mut sheets: BTreeMap<String, Sheet> = BTreeMap::new();
    for sheet in read {
        match sheet {
            Ok((name, sheet)) => drop(sheets.insert(name, sheet)),
            Err(warning) => diagnostics.push(warning),
        }
    }
    let mut loose_imports = 0;
    for sheet in sheets.values_mut() {
        loose_imports += keep_what_leads_somewhere(request, tree, sheet, diagnostics);
    }
    sheets.retain(|_, sheet| !sheet.references.is_empty());

    let mut names = Names { tree, built: tree.final_names(), given: BTreeMap::new() };
    for group in groups(&sheets) {
        names.give(&group, &sheets);
    }
    let others = tree.files.iter().filter(|(name, _)| !names.given.contains_key(*name));
    let others: Vec<(String, HashedFile)> = others
        .map(|(name, digits)| (name.clone(), HashedFile { name: hashed_name(name, digits), text: None }))
        .collect();
    names.given.extend(others);
    Rewritten { files: names.given, loose_imports }
}

/// `None` for what refers to nothing.
fn read_sheet(request: &Request, name: &str) -> Result<Option<(String, Sheet)>, Diagnostic> {
    let shown = format!("{}/{name}", request.shown);
    let bytes = fs::read(&request.static_root.join(name))
        .map_err(|error| Diagnostic::unreadable(&shown, &fs::reason(&error)))?;
    let Ok(text) = String::from_utf8(bytes) else {
        return Err(Diagnostic::warning(
            Code::InvalidUtf8,
            format!("`{name}` is not UTF-8, so nothing in it was rewritten"),
        )
        .at(Place::file(shown))
        .hint("save the file as UTF-8"));
    };
    let path = ProjectPath::new(Path::new(&shown)).or_else(|| ProjectPath::new(Path::new(name)));
    // A name that was listed is a path.
    let Some(path) = path else { return Ok(None) };
    let source = Source::new(path, text);
    let references = references(name, &source, &request.static_url);
    Ok((!references.is_empty()).then(|| (name.to_owned(), Sheet { source, references })))
}

/// Reports references that lead nowhere and drops them; how many of them are imports, which are dropped in silence: packages
/// bring sources that no page loads.
fn keep_what_leads_somewhere(
    request: &Request,
    tree: &Tree,
    sheet: &mut Sheet,
    diagnostics: &mut Vec<Diagnostic>,
) -> usize {
    let mut loose = 0;
    let Sheet { source, references } = sheet;
    references.retain(|reference| {
        if let Target::Name(name) = &reference.target
            && (tree.all.contains(name)
                || (tree.folders.contains(name) || name.is_empty()) && !reference.is_source_map())
        {
            return true;
        }
        if matches!(reference.form, Form::Specifier(_)) {
            loose += 1;
        } else {
            diagnostics.push(leads_nowhere(request, tree, source, reference));
        }
        false
    });
    loose
}

fn leads_nowhere(request: &Request, tree: &Tree, source: &Arc<Source>, reference: &Reference) -> Diagnostic {
    let span = Span::new(reference.range.start, reference.range.end);
    let url = &reference.url;
    let diagnostic = if reference.is_source_map() {
        Diagnostic::warning(
            Code::MissingSourceMap,
            format!("there is no source map `{url}`, so its name was left as it is"),
        )
        .hint("nothing breaks; only who debugs this file misses it")
    } else {
        let fault = match &reference.target {
            Target::Name(name) => {
                let fault = Diagnostic::error(Code::UnresolvedReference, format!("there is no file `{name}`"));
                match did_you_mean(name, tree.files.keys().map(String::as_str)) {
                    Some(near) => fault.hint(format!("did you mean `{near}`?")),
                    None => fault.hint("add the file where the sheet comes from, or collect with `--allow-missing`"),
                }
            }
            Target::Outside => {
                Diagnostic::error(Code::UnresolvedReference, format!("`{url}` leads out of the static root"))
                    .hint("refer to a file of the static root, or collect with `--allow-missing`")
            }
        };
        if request.allow_missing {
            Diagnostic { severity: crate::diagnostic::Severity::Warning, ..fault }
        } else {
            fault
        }
    };
    diagnostic.at(Place::span(source, span))
}

/// The names that are known so far.
struct Names<'a> {
    tree: &'a Tree,
    built: BTreeMap<String, String>,
    given: BTreeMap<String, HashedFile>,
}

impl Names<'_> {
    /// Names a file, or the members of a circle.
    fn give(&mut self, group: &[String], sheets: &BTreeMap<String, Sheet>) {
        let [name] = group else { return self.give_circle(group, sheets) };
        let sheet = &sheets[name];
        if refers_to(sheet, name) {
            return self.give_circle(group, sheets);
        }
        let text = self.filled(sheet, &BTreeSet::new());
        let name_given = hashed_name(name, &fingerprint(text.as_bytes()));
        self.given.insert(name.clone(), HashedFile { name: name_given, text: Some(text) });
    }

    /// No fingerprint can be that of bytes which hold it: it is that of all members with their own names left as they are.
    fn give_circle(&mut self, group: &[String], sheets: &BTreeMap<String, Sheet>) {
        let members: BTreeSet<&String> = group.iter().collect();
        let texts: Vec<String> = members.iter().map(|name| self.filled(&sheets[*name], &members)).collect();
        let shared = fingerprint(texts.join("\0").as_bytes());
        for name in &members {
            let name_given = hashed_name(name, &shared);
            self.given.insert((*name).clone(), HashedFile { name: name_given, text: None });
        }
        for name in &members {
            let text = self.filled(&sheets[*name], &BTreeSet::new());
            if let Some(file) = self.given.get_mut(*name) {
                file.text = Some(text);
            }
        }
    }

    /// The text with final names, but for references to `unnamed`.
    fn filled(&self, sheet: &Sheet, unnamed: &BTreeSet<&String>) -> String {
        let text = &sheet.source.text;
        let mut out = String::with_capacity(text.len() + 16 * sheet.references.len());
        let mut at = 0;
        for reference in &sheet.references {
            let Target::Name(target) = &reference.target else { continue };
            // A folder keeps its name, and so does the URL as it is written.
            let url = match self.final_name(target).filter(|_| !unnamed.contains(target)) {
                Some(name) => reference.renamed(&name),
                None => reference.url.clone(),
            };
            out.push_str(&text[at..reference.range.start]);
            out.push_str(&reference.written(&url));
            at = reference.range.end;
        }
        out.push_str(&text[at..]);
        out
    }

    fn final_name(&self, name: &str) -> Option<String> {
        let given = self.given.get(name).map(|file| file.name.clone());
        given.or_else(|| self.built.get(name).cloned()).or_else(|| {
            let digits = self.tree.files.get(name)?;
            Some(hashed_name(name, digits))
        })
    }
}

fn refers_to(sheet: &Sheet, name: &str) -> bool {
    sheet.references.iter().any(|reference| matches!(&reference.target, Target::Name(target) if target == name))
}

/// The sheets in groups that refer to each other in a circle, most of one member, each group after all it refers to (Tarjan).
fn groups(sheets: &BTreeMap<String, Sheet>) -> Vec<Vec<String>> {
    let mut search = Search { sheets, seen: BTreeMap::new(), open: Vec::new(), groups: Vec::new() };
    for name in sheets.keys() {
        if !search.seen.contains_key(name.as_str()) {
            search.visit(name);
        }
    }
    search.groups
}

struct Search<'a> {
    sheets: &'a BTreeMap<String, Sheet>,
    /// The order of discovery, and the earliest sheet on the stack that can be reached; the latter `usize::MAX` when done.
    seen: BTreeMap<&'a str, (usize, usize)>,
    open: Vec<&'a str>,
    groups: Vec<Vec<String>>,
}

impl<'a> Search<'a> {
    /// Recursion is as deep as the longest chain of references; the stack has room for a million of them.
    fn visit(&mut self, name: &'a str) -> usize {
        let order = self.seen.len();
        self.seen.insert(name, (order, order));
        self.open.push(name);
        let mut lowest = order;
        let sheets = self.sheets;
        for reference in &sheets[name].references {
            let Target::Name(target) = &reference.target else { continue };
            let Some((target, _)) = sheets.get_key_value(target) else { continue };
            let reached = match self.seen.get(target.as_str()) {
                None => self.visit(target),
                Some((_, lowest)) => *lowest,
            };
            lowest = lowest.min(reached);
        }
        self.seen.insert(name, (order, lowest));
        if lowest == order {
            let at = self.open.iter().position(|open| *open == name).unwrap_or_default();
            let group: Vec<&str> = self.open.split_off(at);
            for member in &group {
                self.seen.insert(member, (order, usize::MAX));
            }
            self.groups.push(group.into_iter().map(str::to_owned).collect());
            return usize::MAX;
        }
        lowest
    }
}

/// Writes the copies that are not there yet; how many.
pub fn write(
    request: &Request,
    tree: &Tree,
    files: &BTreeMap<String, HashedFile>,
    staging: &Staging,
) -> Result<usize, OutputError> {
    let root = &request.static_root;
    let is_missing = |file: &HashedFile| match &file.text {
        None => !tree.whole.contains(&file.name),
        Some(text) => fs::read(&root.join(&file.name)).ok().as_deref() != Some(text.as_bytes()),
    };
    let missing: Vec<_> = files.iter().filter(|(_, file)| is_missing(file)).collect();
    // All that can fill the disk comes before anything shows.
    let staged: Result<Vec<_>, OutputError> = missing
        .par_iter()
        .map(|(name, file)| {
            let staged = staging.file();
            let written = match &file.text {
                Some(text) => fs::write(&staged, text.as_bytes()),
                None => fs::duplicate(&root.join(name), &staged),
            };
            written.map_err(|error| OutputError::Unwritable { path: root.join(&file.name), error })?;
            Ok((staged, root.join(&file.name)))
        })
        .collect();
    for (staged, path) in &staged? {
        fs::move_over(staged, path).map_err(|error| OutputError::Unwritable { path: path.clone(), error })?;
    }
    Ok(missing.len())
}
