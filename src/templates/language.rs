use super::How;

/// The template languages that are read. Told by the file's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    Django,
    Jinja,
    Erb,
    Blade,
    Eex,
    Twig,
    Go,
}

/// A pair of marks.
pub type Marks = (&'static str, &'static str);

impl Language {
    /// The language of a template with this path, if the name tells of a template at all. `.html` alone is Django's in a
    /// Django project, Jinja's elsewhere and in folders called `jinja2`.
    pub fn of(path: &str, django: bool) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let folders = || path.split('/').rev().skip(1);
        match extension {
            "erb" => Some(Self::Erb),
            "php" if name.ends_with(".blade.php") => Some(Self::Blade),
            "eex" | "heex" | "leex" => Some(Self::Eex),
            "twig" => Some(Self::Twig),
            "gohtml" | "tmpl" => Some(Self::Go),
            "jinja" | "jinja2" | "j2" => Some(Self::Jinja),
            "djhtml" => Some(Self::Django),
            "html" | "htm" | "xml" | "svg" | "txt" | "md" if folders().any(|folder| folder == "jinja2") => {
                Some(Self::Jinja)
            }
            "html" | "htm" | "xml" | "svg" | "txt" | "md" if folders().any(|folder| folder == "templates") => {
                Some(if django { Self::Django } else { Self::Jinja })
            }
            _ => None,
        }
    }

    /// What stands around code.
    pub fn code(self) -> &'static [Marks] {
        match self {
            Self::Django | Self::Jinja | Self::Twig => &[("{%", "%}"), ("{{", "}}")],
            Self::Erb => &[("<%", "%>")],
            Self::Blade => &[("{!!", "!!}"), ("{{", "}}")],
            Self::Eex => &[("<%", "%>"), ("{", "}")],
            Self::Go => &[("{{", "}}")],
        }
    }

    /// What stands around comments.
    pub fn comments(self) -> &'static [Marks] {
        match self {
            Self::Django | Self::Jinja | Self::Twig => &[("{#", "#}"), ("<!--", "-->")],
            Self::Erb => &[("<%#", "%>"), ("<!--", "-->")],
            Self::Blade => &[("{{--", "--}}"), ("<!--", "-->")],
            Self::Eex => &[("<%!--", "--%>"), ("<%#", "%>"), ("<!--", "-->")],
            Self::Go => &[("{{/*", "*/}}"), ("{{- /*", "*/ -}}"), ("<!--", "-->")],
        }
    }

    /// Tags that take what follows as text, or as nothing, up to a tag of another name.
    pub fn blocks(self) -> &'static [Marks] {
        match self {
            Self::Django => &[("comment", "endcomment"), ("verbatim", "endverbatim")],
            Self::Jinja => &[("raw", "endraw")],
            Self::Twig => &[("verbatim", "endverbatim")],
            Self::Blade | Self::Erb | Self::Eex | Self::Go => &[],
        }
    }

    /// Functions and tags whose first argument is the name of a static file.
    pub fn calls(self) -> &'static [(&'static str, How)] {
        match self {
            Self::Django => &[("static", How::Static), ("asset", How::Asset)],
            Self::Jinja => &[("static", How::Static), ("asset", How::Asset), ("url_for", How::Static)],
            Self::Erb => &[
                ("stylesheet_link_tag", How::Extended("css")),
                ("stylesheet_path", How::Extended("css")),
                ("javascript_include_tag", How::Extended("js")),
                ("javascript_path", How::Extended("js")),
                ("image_tag", How::Static),
                ("image_path", How::Static),
                ("image_url", How::Static),
                ("asset_path", How::Static),
                ("asset_url", How::Static),
                ("font_path", How::Static),
            ],
            Self::Blade => &[("asset", How::Static), ("mix", How::Static)],
            Self::Eex => &[("static_path", How::Static), ("static_url", How::Static)],
            Self::Twig => &[("asset", How::Static)],
            Self::Go => &[("asset", How::Static), ("static", How::Static)],
        }
    }
}
