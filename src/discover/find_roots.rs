//! Which folders are source roots, and which may still lead to one.

use globset::{GlobBuilder, GlobMatcher};

use crate::config::RootPattern;
use crate::path::ProjectPath;

/// The configured patterns, split at `/`, so that the walk enters no folder that cannot matter.
#[derive(Clone)]
pub struct RootPatterns(Vec<(RootPattern, Vec<Component>)>);

#[derive(Clone)]
enum Component {
    /// `**`: any number of folders.
    AnyDepth,
    One {
        glob: GlobMatcher,
        text: String,
    },
}

impl RootPatterns {
    pub fn new(patterns: &[RootPattern]) -> Self {
        let split = |pattern: &RootPattern| pattern.text.split('/').filter_map(Component::new).collect();
        Self(patterns.iter().map(|pattern| (pattern.clone(), split(pattern))).collect())
    }

    pub fn is_root(&self, path: &str) -> bool {
        self.0.iter().any(|(_, pattern)| matches(pattern, &segments(path)) == Match::Root)
    }

    /// Whether the walk must look at `path`: it leads to a source root, is one, or lies in one.
    pub fn may_hold(&self, path: &str) -> bool {
        let segments = segments(path);
        self.0.iter().any(|(_, pattern)| match matches(pattern, &segments) {
            Match::Root | Match::MayLeadToRoot => true,
            Match::No => (0..segments.len()).any(|end| {
                matches(pattern, &segments[..end]) == Match::Root && segments[end..].iter().all(|name| is_source(name))
            }),
        })
    }

    /// Whether a pattern names `path`, or a folder in it, without a wildcard up to there. The output folder is looked
    /// into only then, to say that it must not be.
    pub fn spell_out(&self, path: &str) -> bool {
        let named =
            |(component, name): (&Component, &&str)| matches!(component, Component::One { text, .. } if text == name);
        let segments = segments(path);
        self.0.iter().any(|(_, pattern)| pattern.len() >= segments.len() && pattern.iter().zip(&segments).all(named))
            || segments.is_empty()
    }

    /// The patterns that none of `roots` matches.
    pub fn without_match(&self, roots: &[ProjectPath]) -> impl Iterator<Item = &RootPattern> {
        self.0.iter().filter_map(|(pattern, components)| {
            let met = roots.iter().any(|root| matches(components, &segments(root.as_str())) == Match::Root);
            (!met).then_some(pattern)
        })
    }
}

fn segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|segment| !segment.is_empty()).collect()
}

/// Collectstatic skips `.*`, `*~` and `CVS` (`StaticFilesConfig.ignore_patterns`), so nothing of the kind may be written.
fn is_source(name: &str) -> bool {
    !name.starts_with('.') && !name.ends_with('~') && name != "CVS"
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    No,
    MayLeadToRoot,
    Root,
}

fn matches(pattern: &[Component], path: &[&str]) -> Match {
    match (pattern, path) {
        ([], []) => Match::Root,
        ([], _) => Match::No,
        ([Component::AnyDepth, rest @ ..], _) => {
            let none = matches(rest, path);
            let some = match path {
                [] => Match::MayLeadToRoot,
                [name, path @ ..] if is_entered_by_wildcard(name) => matches(pattern, path),
                _ => Match::No,
            };
            none.max(some)
        }
        (_, []) => Match::MayLeadToRoot,
        ([first, rest @ ..], [name, path @ ..]) if first.matches(name) => matches(rest, path),
        _ => Match::No,
    }
}

/// `*` stands for the project's own folders only.
fn is_entered_by_wildcard(name: &str) -> bool {
    is_source(name) && name != "node_modules"
}

impl Component {
    fn new(text: &str) -> Option<Self> {
        match text {
            "" | "." => None,
            "**" => Some(Self::AnyDepth),
            // The whole pattern was compiled by `config`, so its parts compile too.
            _ => GlobBuilder::new(text)
                .build()
                .ok()
                .map(|glob| Self::One { glob: glob.compile_matcher(), text: text.to_owned() }),
        }
    }

    fn matches(&self, name: &str) -> bool {
        match self {
            Self::AnyDepth => true,
            Self::One { text, .. } if text == name => true,
            Self::One { glob, text } => {
                glob.is_match(name) && (is_entered_by_wildcard(name) || text.starts_with('.') && is_source(&name[1..]))
            }
        }
    }
}
