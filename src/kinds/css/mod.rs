//! Stylesheets, on lightningcss.
//!
//! In: the text of sheets and what their references lead to. Out: references, and one printed sheet an entry, with every
//! local `@import` inlined and holes where the names of other outputs go. Not here: finding files (`scan`), names
//! (`fingerprint`).
//!
//! ```text
//! source ─reading→ Reading ─masked→ Masked ─parse→ rules ─inline→ rules of all sheets ─print→ Piece
//! ```

mod bundle;
mod custom_media;
mod declarations;
mod guard;
mod guard_layers;
mod hoist;
mod inline;
mod masked;
mod nesting;
mod parse;
mod print;
mod reading;
mod scan;
mod source_map;
mod stand_ins;
mod urls;

pub use bundle::{Sheets, StyleOptions, bundle};
pub use scan::scan;

#[cfg(test)]
mod tests;
