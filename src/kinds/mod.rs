//! The crafts: what each kind of file is read and printed with. Text in, text out; none knows another.

pub mod style_tokens;

pub mod css;
pub mod font;
pub mod image;
pub mod js;
pub mod sass;
pub mod svg;
pub mod web_manifest;
