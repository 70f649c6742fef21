use crate::context::Context;
use crate::graph::{Dimensions, Hole, Piece, Placeholders, SourceFile};
use crate::kinds::svg;

/// An SVG: measured, and made smaller unless the user wants it as it is. Its references stay holes.
pub fn vector(cx: &Context, file: &SourceFile, piece: &Piece) -> (Piece, Option<Dimensions>) {
    let settings = &cx.settings.images;
    let dimensions = svg::dimensions(&piece.text);
    if !settings.optimize || settings.keep.is_match(file.path.as_str()) {
        return (piece.clone(), dimensions);
    }
    let placeholders = Placeholders::unused_in([piece.text.as_str()]);
    let mut index = 0..;
    let (text, _) = piece.fill(|_| index.next().map_or(String::new(), |index| placeholders.token(index)).into());
    let smaller = svg::shrink(&text).map(|smaller| {
        let hole = |index: usize, offset| Hole { offset, ..piece.holes[index] };
        placeholders.cut(&smaller, None, hole)
    });
    (smaller.unwrap_or_else(|| piece.clone()), dimensions)
}
