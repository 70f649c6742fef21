//! From command line, environment and `assetc.toml` to [`Settings`].
//!
//! In: texts and flags. Out: settings with no `Option` left to interpret, paths rooted, globs compiled.
//! Not here: reading files (`cli` hands over the text).

mod compile_globs;
mod env_files;
mod manifest_format;
mod merge;
mod merge_scripts;
mod options;
mod queries;
mod read_options;
mod settings;
mod targets;
mod text_file;

pub use env_files::{PUBLIC, env_file_names, public_variables};
pub use manifest_format::ManifestFormat;
pub use merge::{Flags, Inputs, settings};
pub use options::Options;
pub use settings::{
    CacheSettings, Coding, EntrySetting, External, Format, ImageSettings, Jsx, JsxRuntime, Mode, Names, Retention,
    RootPattern, SassSettings, ScriptSettings, Settings, StyleSettings, Variants,
};
pub use targets::Targets;
pub use text_file::TextFile;

/// The JSON Schema of `assetc.toml`, for editors.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Options)
}

#[cfg(test)]
pub(crate) mod schema_check;
#[cfg(test)]
mod tests;
