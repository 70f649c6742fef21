//! Sass, on sasso: sheets in both syntaxes become CSS with a source map.
//!
//! In: the text of an entry, and a [`Loader`] that is asked for everything it loads. Out: CSS, or a fault with the frames
//! that lead to it; both are plain values, since a compiler runs in another process (`sass_process`). Not here: where a URL
//! leads (`scan`), that process, what becomes of the CSS (`kinds/css`).
//!
//! ```text
//! text ─survey→ Loads                        (what a sheet loads, before anything is compiled)
//! Request, Loader ─compile→ Compiled | Fault ─describe→ Diagnostic
//! ```

mod compile;
mod describe;
mod star_uses;
mod survey;

pub use compile::{Compiled, Fault, Found, Loader, Request, Syntax, Warning, compile};
pub use describe::{Sheets, describe_fault, describe_warnings, fault_of_text, warnings_of_text};
pub use survey::{Load, LoadRule, survey};

#[cfg(test)]
mod tests;
