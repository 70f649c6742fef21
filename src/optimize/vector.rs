use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::graph::{Dimensions, Hole, Piece, Placeholders, SourceFile};
use crate::hash::ContentHash;
use crate::kinds::svg;

/// What the text of an SVG gives.
#[derive(Serialize, Deserialize)]
struct Judged {
    dimensions: Option<Dimensions>,
    /// `None` where it cannot be made smaller.
    smaller: Option<String>,
}

/// An SVG: measured, and made smaller unless the user wants it as it is. Its references stay holes.
pub fn vector(cx: &Context, file: &SourceFile, piece: &Piece) -> (Piece, Option<Dimensions>) {
    let settings = &cx.settings.images;
    let may_shrink = settings.optimize && !settings.keep.is_match(file.path.as_str());
    let placeholders = Placeholders::unused_in([piece.text.as_str()]);
    let mut index = 0..;
    let (text, _) = piece.fill(|_| index.next().map_or(String::new(), |index| placeholders.token(index)).into());
    let parts = (ContentHash::of(text.as_bytes()), may_shrink);
    let judged = cx.store.memo("svg", &parts, &[], || Judged {
        dimensions: svg::dimensions(&text),
        smaller: if may_shrink { svg::shrink(&text) } else { None },
    });
    let piece = match &judged.smaller {
        Some(smaller) => placeholders.cut(smaller, None, |index, offset| Hole { offset, ..piece.holes[index] }),
        None => piece.clone(),
    };
    (piece, judged.dimensions)
}
