use crate::graph::{Body, ChunkId, DraftBody, Fill, Hole, ModuleGraph, ModuleId, Piece};

/// A module that only loads `of` and exports all that it exports.
pub fn facade(graph: &ModuleGraph, module: ModuleId, of: ChunkId) -> DraftBody {
    let has_default = match &graph.module(module).body {
        Body::Script(script) => script.exports.names.contains("default"),
        _ => false,
    };
    let mut piece = Piece::default();
    let mut export = |head: &str| {
        piece.text.push_str(head);
        let offset = piece.text.len();
        // The hole stands for the chunk in `fills`; no reference of the module asked for it.
        piece.holes.push(Hole { offset, module, reference: usize::MAX, dotted: true });
        piece.text.push_str("\";\n");
    };
    export("export * from \"");
    if has_default {
        // `export *` leaves `default` out (ECMA-262, GetExportedNames).
        export("export { default } from \"");
    }
    let fills = piece.holes.iter().map(|_| Fill::Chunk(of)).collect();
    DraftBody::Text { piece, fills }
}
