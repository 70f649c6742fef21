use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a source is, told by its name. A closed set: stages match on it without a `_` arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// `.js .mjs .cjs .jsx .ts .mts .cts .tsx`
    Script,
    /// `.css`
    Style,
    /// `.scss .sass`
    Sass,
    /// `.png .apng`
    Png,
    /// `.jpg .jpeg .jpe .jfif`
    Jpeg,
    /// `.gif`
    Gif,
    /// `.webp`
    Webp,
    /// `.avif`
    Avif,
    /// `.ico`
    Ico,
    /// `.svg`
    Svg,
    /// `.ttf .otf .woff .woff2`
    Font,
    /// `.webmanifest`, and `manifest.json`
    WebManifest,
    /// `.map`
    SourceMap,
    /// Everything else: copied byte for byte.
    Opaque,
}

impl Kind {
    /// The kind of the file with this name or path.
    pub fn of(path: &str) -> Self {
        let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
        if name == "manifest.json" {
            return Self::WebManifest;
        }
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        match extension.to_ascii_lowercase().as_str() {
            "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" => Self::Script,
            "css" => Self::Style,
            "scss" | "sass" => Self::Sass,
            "png" | "apng" => Self::Png,
            "jpg" | "jpeg" | "jpe" | "jfif" => Self::Jpeg,
            "gif" => Self::Gif,
            "webp" => Self::Webp,
            "avif" => Self::Avif,
            "ico" => Self::Ico,
            "svg" => Self::Svg,
            "ttf" | "otf" | "woff" | "woff2" => Self::Font,
            "webmanifest" => Self::WebManifest,
            "map" => Self::SourceMap,
            _ => Self::Opaque,
        }
    }

    /// The extension its output has, where that may differ from the source's. `.mjs` becomes `.js`: web servers
    /// send `.mjs` as `application/octet-stream`, which browsers refuse as a module.
    pub fn output_extension(self) -> Option<&'static str> {
        match self {
            Self::Script => Some("js"),
            Self::Style | Self::Sass => Some("css"),
            Self::Png
            | Self::Jpeg
            | Self::Gif
            | Self::Webp
            | Self::Avif
            | Self::Ico
            | Self::Svg
            | Self::Font
            | Self::WebManifest
            | Self::SourceMap
            | Self::Opaque => None,
        }
    }

    /// Whether it can be imported, and so is an entry only when nothing imports it.
    pub fn is_code(self) -> bool {
        match self {
            Self::Script | Self::Style | Self::Sass => true,
            Self::Png
            | Self::Jpeg
            | Self::Gif
            | Self::Webp
            | Self::Avif
            | Self::Ico
            | Self::Svg
            | Self::Font
            | Self::WebManifest
            | Self::SourceMap
            | Self::Opaque => false,
        }
    }

    /// Whether it is a picture made of pixels.
    pub fn is_raster(self) -> bool {
        matches!(self, Self::Png | Self::Jpeg | Self::Gif | Self::Webp | Self::Avif | Self::Ico)
    }

    /// What people call it, for a sentence.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Script => "script",
            Self::Style => "style",
            Self::Sass => "Sass style",
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::Gif => "GIF",
            Self::Webp => "WebP",
            Self::Avif => "AVIF",
            Self::Ico => "ICO",
            Self::Svg => "SVG",
            Self::Font => "font",
            Self::WebManifest => "web manifest",
            Self::SourceMap => "source map",
            Self::Opaque => "other file",
        }
    }
}
