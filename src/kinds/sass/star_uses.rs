//! Keeps one member from being reached through several `@use … as *` of a sheet.
//!
//! The compiler refuses that, also where both lead to one and the same member: `@use "all" as *; @use "all/colors" as *`,
//! where `all` forwards `colors`. Sass accepts it, and Carbon is written so. What another one gives too gets a namespace that nobody
//! uses. Where two only share a part, the last of them is replaced by a sheet of ours that forwards both, which either accepts.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use super::{Load, LoadRule, Loader, Syntax, survey};

/// What the URLs of our own sheets begin with.
const SCHEME: &str = "assetc-stars:";

/// The sheets that were made for others, and what is known of all.
#[derive(Default)]
pub(super) struct StarUses {
    /// By URL.
    made: RefCell<BTreeMap<String, String>>,
    known: RefCell<BTreeMap<String, Rc<Reach>>>,
}

/// The sheets whose members another gives, itself included.
#[derive(Default)]
struct Reach {
    /// All of their members.
    whole: BTreeSet<String>,
    /// At least some.
    any: BTreeSet<String>,
}

/// A `@use … as *` of a sheet of the user's.
struct Star<'l> {
    load: &'l Load,
    path: String,
    reach: Rc<Reach>,
}

impl StarUses {
    /// The text of one of our own sheets.
    pub fn made(&self, url: &str) -> Option<String> {
        self.made.borrow().get(url).cloned()
    }

    pub fn is_ours(url: &str) -> bool {
        url.starts_with(SCHEME)
    }

    /// The sheet at `path`, in which no two `@use … as *` reach the same sheet. Every line stays where it is.
    pub fn rewrite(&self, path: &str, text: String, syntax: Syntax, loader: &dyn Loader) -> String {
        let loads = survey(&text, syntax);
        let stars = loads.iter().filter(|load| load.star.is_some() && !load.url.starts_with("sass:"));
        let stars: Vec<Star> = stars
            .filter_map(|load| {
                let path = loader.canonicalize(&load.url, path, false).ok()??.path;
                Some(Star { load, reach: self.reach(&path, loader), path })
            })
            .collect();
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        let mut left: Vec<&Star> = Vec::new();
        for (nth, star) in stars.iter().enumerate() {
            let given_too = stars.iter().enumerate().any(|(other, by)| {
                other != nth && by.reach.whole.contains(&star.path) && (by.path != star.path || other > nth)
            });
            if given_too { edits.push(namespace(star, nth)) } else { left.push(star) }
        }
        while let Some(first) = left.pop() {
            let mut group = vec![first];
            while let Some(at) = left.iter().position(|star| group.iter().any(|other| star.overlaps(other))) {
                group.push(left.remove(at));
            }
            if group.len() > 1 {
                edits.extend(self.merge(path, &mut group));
            }
        }
        // From the last to the first, so that the places of the others still hold.
        edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        let mut text = text;
        for (range, replacement) in edits {
            text.replace_range(range, &replacement);
        }
        text
    }

    /// The edits that leave one star of a group: the last, of a sheet that forwards them all.
    fn merge(&self, path: &str, group: &mut [&Star]) -> Vec<(Range<usize>, String)> {
        group.sort_by_key(|star| star.load.span);
        let Some((last, others)) = group.split_last() else { return Vec::new() };
        let url = format!("{SCHEME}{}:{path}", last.load.span.start);
        let forwards = group.iter().map(|star| format!("@forward \"{}\";\n", star.path.replace('\\', "\\\\")));
        self.made.borrow_mut().insert(url.clone(), forwards.collect());
        let span = last.load.span;
        let others = others.iter().map(|star| namespace(star, star.load.span.start));
        std::iter::once((span.start..span.end, format!("\"{url}\""))).chain(others).collect()
    }

    fn reach(&self, path: &str, loader: &dyn Loader) -> Rc<Reach> {
        if let Some(known) = self.known.borrow().get(path) {
            return Rc::clone(known);
        }
        let mut reach = Reach::default();
        let mut open = vec![(path.to_owned(), true)];
        while let Some((path, whole)) = open.pop() {
            let new = reach.any.insert(path.clone());
            if !(whole && reach.whole.insert(path.clone()) || new) {
                continue;
            }
            let Ok(Some((text, syntax))) = loader.load(&path) else { continue };
            let forwards =
                survey(&text, syntax).into_iter().filter(|load| load.rule == LoadRule::Forward && !load.renames);
            open.extend(forwards.filter_map(|load| {
                let found = loader.canonicalize(&load.url, &path, false).ok()??;
                Some((found.path, whole && !load.filters))
            }));
        }
        let reach = Rc::new(reach);
        self.known.borrow_mut().insert(path.to_owned(), Rc::clone(&reach));
        reach
    }
}

impl Star<'_> {
    fn overlaps(&self, other: &Star) -> bool {
        self.reach.any.intersection(&other.reach.any).next().is_some()
    }
}

/// The edit that gives a star a namespace instead.
fn namespace(star: &Star, number: usize) -> (Range<usize>, String) {
    // Only loads with a star are stars.
    (star.load.star.clone().unwrap_or_default(), format!("assetc-star-{number}"))
}
