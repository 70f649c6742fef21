use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// Every kind of fault that assetc reports. The name is stable: tools may match it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
        pub enum Code {
            $($(#[doc = $doc])+ #[serde(rename = $name)] $variant,)+
        }

        impl Code {
            pub const ALL: &[Code] = &[$(Code::$variant,)+];

            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $name,)+ }
            }

            /// What the code means and what to do: what `assetc explain` prints.
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$variant => concat!($($doc, "\n",)+),)+ }
            }
        }
    };
}

codes! {
    /// `assetc.toml` is not valid TOML, or a value has the wrong type.
    InvalidConfig = "invalid-config",
    /// `assetc.toml` has a key that assetc does not know. Nothing is ever ignored in silence.
    UnknownKey = "unknown-key",
    /// A source root of the configuration does not exist, or no folder matches its glob.
    MissingRoot = "missing-root",
    /// The output folder is a source root, lies inside one, or holds one. Built files would become sources,
    /// or sources would be published.
    OutputOverlapsSource = "output-overlaps-source",
    /// An entry of `[entries]` names a source that does not exist or that cannot be an entry.
    MissingEntry = "missing-entry",
    /// A file or folder could not be read.
    UnreadableFile = "unreadable-file",
    /// A file name is not UTF-8, or its path cannot be written as a URL.
    UnusablePath = "unusable-path",
    /// A script, stylesheet, SVG or JSON file is not UTF-8.
    InvalidUtf8 = "invalid-utf8",
    /// A symbolic link leads back to a folder above it.
    SymlinkLoop = "symlink-loop",
    /// Two sources would be written to the same output.
    NameClaimedTwice = "name-claimed-twice",
    /// Two outputs differ only in upper and lower case: on macOS and Windows one would replace the other.
    NamesDifferOnlyByCase = "names-differ-only-by-case",
    /// A reference leads to no file.
    UnresolvedReference = "unresolved-reference",
    /// A file is there, but outside of every source root, so it has no place in the output.
    ReferenceOutsideRoots = "reference-outside-roots",
    /// A script imports something that cannot be imported yet: a package, a stylesheet, a JSON file.
    UnsupportedImport = "unsupported-import",
    /// A module imports a name that the imported module does not export.
    MissingExport = "missing-export",
    /// Sources import each other in a circle that nothing outside reaches, so none of them is an entry.
    UnreachableCircle = "unreachable-circle",
    /// A stylesheet's `@import`s could not be brought into one sheet.
    InvalidImport = "invalid-import",
    /// A script does not parse.
    InvalidScript = "invalid-script",
    /// A stylesheet does not parse.
    InvalidStyle = "invalid-style",
    /// Browsers skip a rule or declaration that they cannot parse; so would they here.
    SkippedStyle = "skipped-style",
    /// An SVG is not well-formed XML; it was copied as it is.
    InvalidSvg = "invalid-svg",
    /// A web app manifest is not valid JSON.
    InvalidWebManifest = "invalid-web-manifest",
    /// A file nests deeper than any written by hand; reading it could exhaust the stack.
    NestedTooDeep = "nested-too-deep",
    /// A `sourceMappingURL` comment names a file that does not exist; the comment was dropped.
    MissingSourceMap = "missing-source-map",
    /// A picture could not be decoded; it was copied byte for byte.
    UndecodablePicture = "undecodable-picture",
    /// An optimized picture did not decode to the same pixels; the original was kept. Please report it.
    PictureChanged = "picture-changed",
    /// A script could not be minified safely, so it was only printed without white space.
    NotMinified = "not-minified",
    /// A script uses `require` or `module.exports`, which browsers do not have.
    CommonJsScript = "commonjs-script",
    /// A module cannot work in a plain `<script>`: it needs `<script type="module">`.
    NeedsModuleTag = "needs-module-tag",
    /// A Sass file was left out: this version does not compile Sass.
    SassLeftOut = "sass-left-out",
    /// A file in the output folder is in the way and assetc did not write it.
    NotOurs = "not-ours",
    /// A file that assetc wrote was edited by hand since.
    EditedByHand = "edited-by-hand",
    /// Another assetc is at work on this output folder.
    OutputLocked = "output-locked",
    /// The output folder could not be written.
    UnwritableOutput = "unwritable-output",
    /// A source changed while it was being read.
    SourceChanged = "source-changed",
    /// The worker threads could not be started.
    NoThreads = "no-threads",
    /// There was nothing to build.
    NothingToBuild = "nothing-to-build",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
