use crate::{diagnostic::*, graph::*, source::*};
use std::sync::Arc;
pub fn scan(_: ModuleId, _: &Arc<Source>) -> (Option<(Piece, Vec<FoundReference>)>, Vec<Diagnostic>) {
    (None, vec![])
}
