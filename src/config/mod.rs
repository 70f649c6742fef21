//! From command line, environment and `assetc.toml` to [`Settings`].
//!
//! In: texts and flags. Out: settings with no `Option` left to interpret, paths rooted, globs compiled.
//! Not here: reading files (`cli` hands over the text).

mod settings;
mod targets;

pub use settings::{EntrySetting, Jsx, JsxRuntime, Mode, Names, Retention, RootPattern, ScriptSettings, Settings};
pub use targets::Targets;
