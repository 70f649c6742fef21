use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::context::Context;
use crate::fs::OutputError;
use crate::ledger::{Ledger, MANIFEST};
use crate::path::UrlPath;

use super::check_targets::{Targets, wrote_what_is_there};
use super::claim_names::Claims;
use super::conflict::Words;
use super::survey::Survey;

/// Files of ours that nothing needs any more, sorted. One that was edited by hand stays, with a warning.
pub fn find_stale<'l>(
    cx: &Context,
    words: &Words,
    ledger: &'l Ledger,
    claims: &Claims,
    targets: &Targets,
    retained: &BTreeSet<&UrlPath>,
    survey: &Survey,
) -> Vec<&'l UrlPath> {
    let needed = |path: &UrlPath| {
        claims.contains_key(path)
            || retained.contains(path)
            || targets.obstacles.files.contains(path)
            || path.as_str() == MANIFEST
    };
    // A folder or a link in its place is not ours.
    let left: Vec<_> = ledger.files.keys().filter(|path| !needed(path) && survey.has_file(path)).collect();
    let is_stale = |path: &&UrlPath| match wrote_what_is_there(cx, survey.root(), ledger, path) {
        Ok(true) => true,
        Ok(false) => {
            cx.report(words.edited_and_left(path));
            false
        }
        Err(error) => {
            let path = path.on_disk(survey.root());
            cx.report(OutputError::Unreadable { path, error }.into_diagnostic(&cx.settings.root));
            false
        }
    };
    left.into_par_iter().filter(is_stale).collect()
}
