//! The shortest names for what is used most.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::part::{Part, Put};
use super::units::Small;
use crate::graph::Name;
use crate::kinds::js::{is_word_of_the_language, short_name};

/// A name for everything in the holes of a bundle, and for `also`.
pub fn short_names(
    bundle: &Small,
    globals: &BTreeSet<String>,
    also: impl Iterator<Item = Name>,
) -> BTreeMap<Name, String> {
    // Uses, and where the first one is.
    let mut uses: BTreeMap<Name, (usize, usize)> = BTreeMap::new();
    let mut used = |name: Name| {
        let next = uses.len();
        uses.entry(name).or_insert((0, next)).0 += 1;
    };
    bundle.parts.iter().flat_map(names).for_each(&mut used);
    also.for_each(&mut used);

    let mut by_uses: Vec<(Name, usize, usize)> =
        uses.into_iter().map(|(name, (uses, first))| (name, uses, first)).collect();
    by_uses.sort_unstable_by_key(|&(_, uses, first)| (Reverse(uses), first));
    let is_free =
        |name: &str| !globals.contains(name) && !bundle.globals.contains(name) && !is_word_of_the_language(name);
    let mut pool = Pool { names: Vec::new(), next: 0, is_free: &is_free };
    let nothing = BTreeSet::new();
    let captures = |name: &Name| bundle.captures.get(name).unwrap_or(&nothing);
    // First only how long each name gets.
    let mut lengths: BTreeMap<usize, Vec<(Name, usize)>> = BTreeMap::new();
    for &(name, _, first) in &by_uses {
        let given = pool.take(captures(&name));
        lengths.entry(given.len()).or_default().push((name, first));
    }
    // Within a length names are given in the order in which they occur: text that looks alike gets names that look alike.
    let mut pool = Pool { names: Vec::new(), next: 0, is_free: &is_free };
    let mut given = BTreeMap::new();
    for (_, mut names) in lengths {
        names.sort_unstable_by_key(|&(_, first)| first);
        for (name, _) in names {
            given.insert(name, pool.take(captures(&name)));
        }
    }
    given
}

fn names(part: &Part) -> impl Iterator<Item = Name> {
    part.holes.iter().filter_map(|(_, put)| match put {
        Put::Name(name) => Some(*name),
        Put::Reference { .. } | Put::Chunk(_) => None,
    })
}

/// The names that are left, the shortest first.
struct Pool<'a> {
    names: Vec<String>,
    next: usize,
    is_free: &'a dyn Fn(&str) -> bool,
}

impl Pool<'_> {
    /// The first name that is not among `captures`.
    fn take(&mut self, captures: &BTreeSet<String>) -> String {
        let mut at = 0;
        loop {
            if at == self.names.len() {
                let name = short_name(self.next);
                self.next += 1;
                if (self.is_free)(&name) {
                    self.names.push(name);
                }
                continue;
            }
            if !captures.contains(&self.names[at]) {
                return self.names.remove(at);
            }
            at += 1;
        }
    }
}
