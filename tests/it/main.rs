//! Every test that needs the whole binary or the whole tree; one binary, because each links swc once more.

mod django;
mod tidy;
mod kill;
mod manifest;
mod real_tree;
mod toolbox;
#[path = "../fixtures/tree.rs"]
mod tree;
