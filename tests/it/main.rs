//! Every test that needs the whole binary or the whole tree; one binary, because each links swc once more.

mod browser;
mod bundles;
mod check;
mod django;
mod docs;
mod doctor;
mod kill;
mod link;
mod manifest;
mod random_edits;
mod real_tree;
mod serving;
mod sass;
mod tidy;
mod toolbox;
mod watch;
#[path = "../fixtures/tree.rs"]
#[expect(dead_code, clippy::disallowed_methods, reason = "the fixtures use the rest; tests look at what was written")]
mod tree;
