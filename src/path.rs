//! Paths that are never a bare string and never depend on the working directory.

use std::fmt;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// A file of the project: relative to `--root`, separated by `/`, without `.`. Only the files of packages may lie outside of
/// the root, and only their paths begin with `..`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProjectPath(Arc<str>);

impl ProjectPath {
    /// Normalises `path` (already relative to the root); `None` when it leaves the root or is not UTF-8.
    pub fn new(path: &Path) -> Option<Self> {
        normalize(path).map(|path| Self(path.into()))
    }

    /// The path of `absolute` below `root`; `None` when it lies elsewhere.
    pub fn below(root: &Path, absolute: &Path) -> Option<Self> {
        Self::new(absolute.strip_prefix(root).ok()?)
    }

    /// The path of `absolute` from `root`, with `..` where it lies elsewhere. Both are absolute and without `.` and `..`.
    /// What is not UTF-8 becomes U+FFFD.
    pub fn from_root(root: &Path, absolute: &Path) -> Self {
        let shared = root.components().zip(absolute.components()).take_while(|(a, b)| a == b).count();
        let climbs = root.components().skip(shared).map(|_| "..".into());
        let below = absolute.components().skip(shared).map(|part| part.as_os_str().to_string_lossy());
        Self(climbs.chain(below).collect::<Vec<_>>().join("/").into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where this file is on the disk.
    pub fn on_disk(&self, root: &Path) -> PathBuf {
        root.join(&*self.0)
    }

    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&*self.0, |(_, name)| name)
    }

    /// How the file `from` names this one: a relative path, not percent-encoded.
    pub fn relative_from(&self, from: &ProjectPath) -> String {
        let (climbs, rest) = relative(&self.0, &from.0);
        "../".repeat(climbs) + rest
    }

    /// `relative`, written in this file, as a project path; `None` when it leaves the root.
    pub fn join_sibling(&self, relative: &str) -> Option<Self> {
        let folder = self.0.rsplit_once('/').map_or("", |(folder, _)| folder);
        Self::new(&Path::new(folder).join(relative))
    }
}

/// A file of the output tree: relative to the output root, separated by `/`, not percent-encoded.
///
/// Logical names (`css/app.css`), plain names and fingerprinted names are all of this type.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UrlPath(Arc<str>);

impl UrlPath {
    /// Normalises `path`; `None` when it is empty, absolute, leaves the output root or is not UTF-8.
    pub fn new(path: &Path) -> Option<Self> {
        normalize(path).filter(|path| !path.is_empty()).map(|path| Self(path.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn on_disk(&self, output_root: &Path) -> PathBuf {
        output_root.join(&*self.0)
    }

    /// The folder, `""` for the output root itself.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&*self.0, |(_, name)| name)
    }

    /// The name without its last extension, and that extension without its dot, as Python's
    /// `os.path.splitext` splits (what Django's storages use): `app.js.map` is (`app.js`, `map`).
    pub fn split_extension(&self) -> (&str, Option<&str>) {
        match self.file_name().rfind('.') {
            Some(dot) if dot > 0 => {
                let at = self.0.len() - self.file_name().len() + dot;
                (&self.0[..at], Some(&self.0[at + 1..]))
            }
            _ => (&self.0, None),
        }
    }

    /// `relative`, written in this file, as a path of the output tree.
    pub fn join_sibling(&self, relative: &str) -> Option<Self> {
        Self::new(&Path::new(self.folder()).join(relative))
    }

    /// The same path with `suffix` appended to the file name.
    pub fn with_suffix(&self, suffix: &str) -> Self {
        Self(format!("{}{suffix}", self.0).into())
    }

    /// The same path with its last extension replaced.
    pub fn with_extension(&self, extension: &str) -> Self {
        Self(format!("{}.{extension}", self.split_extension().0).into())
    }

    /// The URL by which the file `from` reaches this one: relative, percent-encoded, so that the tree works
    /// under any `STATIC_URL` or CDN, and free of every character that CSS, JS, XML or JSON would need escaped.
    pub fn relative_url_from(&self, from: &UrlPath) -> String {
        let (climbs, rest) = relative(&self.0, &from.0);
        let mut url = "../".repeat(climbs);
        for (nth, segment) in rest.split('/').enumerate() {
            if nth > 0 {
                url.push('/');
            }
            url.extend(utf8_percent_encode(segment, URL_SEGMENT));
        }
        url
    }
}

/// How many folders to climb from the file `from`, and what of `path` to write then: at least the file's name.
fn relative<'p>(path: &'p str, from: &str) -> (usize, &'p str) {
    let mut rest = path;
    let mut folders = from.split('/').rev().skip(1).collect::<Vec<_>>();
    while let (Some(folder), Some((first, below))) = (folders.last(), rest.split_once('/')) {
        if *folder != first {
            break;
        }
        folders.pop();
        rest = below;
    }
    (folders.len(), rest)
}

/// Everything but RFC 3986's unreserved characters and the harmless `@`, `+` and `,`.
const URL_SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'!')
    .add(b'"')
    .add(b'#')
    .add(b'$')
    .add(b'%')
    .add(b'&')
    .add(b'\'')
    .add(b'(')
    .add(b')')
    .add(b'*')
    .add(b'/')
    .add(b':')
    .add(b';')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Whether nothing is left to normalise: what was written from a path is read back by the ten thousand.
fn is_normal(text: &str) -> bool {
    text.split('/').all(|segment| !matches!(segment, "" | "." | ".."))
}

fn normalize(path: &Path) -> Option<String> {
    let mut segments: Vec<&str> = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(segment) => segments.push(segment.to_str()?),
            Component::CurDir => {}
            Component::ParentDir => {
                segments.pop()?;
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(segments.join("/"))
}

/// Whether the specifier of an import is not ours to follow: an address, not a path, a package or a `#name` of one.
pub fn is_address(specifier: &str) -> bool {
    specifier.is_empty()
        || specifier.starts_with(['/', '\\', '?'])
        || has_scheme(specifier) && !specifier.starts_with("node:") && !specifier.starts_with("bun:")
}

/// Whether a reference begins with a scheme, as `https:` is one (RFC 3986, section 3.1).
pub fn has_scheme(path: &str) -> bool {
    path.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.chars().all(|at| at.is_ascii_alphanumeric() || matches!(at, '+' | '-' | '.'))
    })
}

macro_rules! shown_as_text {
    ($($path:ident)*) => {$(
        impl fmt::Display for $path {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $path {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", self.0)
            }
        }

        impl serde::Serialize for $path {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $path {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                if is_normal(&text) {
                    return Ok(Self(text.into()));
                }
                Self::new(Path::new(&text)).ok_or_else(|| serde::de::Error::custom("a path that leaves its root"))
            }
        }

        impl schemars::JsonSchema for $path {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($path).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string" })
            }
        }
    )*};
}
shown_as_text!(ProjectPath UrlPath);

#[cfg(test)]
mod tests;
