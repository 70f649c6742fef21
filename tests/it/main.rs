//! Every test that needs the whole binary or the whole tree; one binary, because each links swc once more.

mod django;
mod tidy;
