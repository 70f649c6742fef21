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
    ///
    /// Fix the value at the marked place. `assetc schema` prints what each key may be; editors that read JSON Schemas
    /// show it while you type.
    InvalidConfig = "invalid-config",
    /// `assetc.toml` has a key that assetc does not know. Nothing is ever ignored in silence.
    ///
    /// Correct the spelling, or delete the key. `assetc schema` prints all keys.
    UnknownKey = "unknown-key",
    /// A source root of the configuration does not exist, or no folder matches its glob.
    ///
    /// Create the folder, or correct `roots` in `assetc.toml`. Without that key the sources are looked for in
    /// `assets/`.
    MissingRoot = "missing-root",
    /// The output folder is a source root, lies inside one, or holds one. Built files would become sources,
    /// or sources would be published.
    ///
    /// Give sources and output folders of their own: set `output.dir` or `roots` in `assetc.toml`, or `--out`.
    OutputOverlapsSource = "output-overlaps-source",
    /// An entry of `[entries]` names a source that does not exist or that cannot be an entry.
    ///
    /// Correct the path on the right of the `=`. It is looked up below the source roots, then below the project's
    /// folder, and must be a script or a style.
    MissingEntry = "missing-entry",
    /// A file or folder could not be read.
    ///
    /// Let the user who runs assetc read it, or leave it out with `ignore` in `assetc.toml`.
    UnreadableFile = "unreadable-file",
    /// A file name is not UTF-8, or its path cannot be written as a URL.
    ///
    /// Rename the file; letters, digits, `-`, `_` and `.` always work.
    UnusablePath = "unusable-path",
    /// A script, stylesheet, SVG, JSON or configuration file is not UTF-8.
    ///
    /// Save the file as UTF-8. An editor may call the old form Latin-1, Windows-1252 or UTF-16.
    InvalidUtf8 = "invalid-utf8",
    /// A symbolic link leads back to a folder above it.
    ///
    /// Delete the link, or leave it out with `ignore` in `assetc.toml`.
    SymlinkLoop = "symlink-loop",
    /// Two sources would be written to the same output.
    ///
    /// Rename one of the files, put them into folders of their own (such as `shop/` and `blog/`), or give one another
    /// name under `[entries]`.
    NameClaimedTwice = "name-claimed-twice",
    /// Two outputs differ only in upper and lower case: on macOS and Windows one would replace the other.
    ///
    /// Rename one of the files.
    NamesDifferOnlyByCase = "names-differ-only-by-case",
    /// A reference leads to no file.
    ///
    /// Correct the path, or add the file. A path is looked up beside the file that wrote it, then at the same place
    /// below every source root, then in the output folder.
    UnresolvedReference = "unresolved-reference",
    /// A file is there, but outside of every source root, so it has no place in the output.
    ///
    /// Move the file into a source root, or name its folder under `roots` in `assetc.toml`.
    ReferenceOutsideRoots = "reference-outside-roots",
    /// A script imports something that cannot be imported yet: a package, a stylesheet, a JSON file.
    ///
    /// Name the specifier under `js.external` in `assetc.toml` if an import map of the page provides it; else load
    /// the file with a tag of its own.
    UnsupportedImport = "unsupported-import",
    /// A module imports a name that the imported module does not export.
    ///
    /// Correct the name in the import, or export it where it is declared.
    MissingExport = "missing-export",
    /// Sources import each other in a circle that nothing outside reaches, so none of them is an entry.
    ///
    /// Name the file that a page loads under `[entries]` in `assetc.toml`.
    UnreachableCircle = "unreachable-circle",
    /// A stylesheet's `@import`s could not be brought into one sheet.
    ///
    /// Fix the `@import` at the marked place.
    InvalidImport = "invalid-import",
    /// A script does not parse.
    ///
    /// Fix the script at the marked place; browsers would not run any of it.
    InvalidScript = "invalid-script",
    /// A stylesheet does not parse.
    ///
    /// Fix the stylesheet at the marked place, often a brace or a quote that is never closed.
    InvalidStyle = "invalid-style",
    /// Browsers skip a rule or declaration that they cannot parse; so would they here.
    ///
    /// Fix the spelling. If an old browser is meant to read it (such as `*zoom: 1`), it can go: no browser that is
    /// still in use does.
    SkippedStyle = "skipped-style",
    /// An SVG is not well-formed XML; it was copied as it is.
    ///
    /// Fix the SVG at the marked place; browsers may not show it.
    InvalidSvg = "invalid-svg",
    /// A web app manifest is not valid JSON.
    ///
    /// Fix the JSON at the marked place; browsers would ignore the whole manifest.
    InvalidWebManifest = "invalid-web-manifest",
    /// A file nests deeper than any written by hand; reading it could exhaust the stack.
    ///
    /// Split the expression or rule; generated files often can be generated flatter.
    NestedTooDeep = "nested-too-deep",
    /// A `sourceMappingURL` comment names a file that does not exist; the comment was dropped.
    ///
    /// Nothing breaks. Add the map to the sources if you want to debug that file, or delete the comment.
    MissingSourceMap = "missing-source-map",
    /// A picture could not be decoded; it was copied byte for byte.
    ///
    /// Nothing breaks if browsers show it. If they do not, export it again; it may have been cut off in a transfer.
    UndecodablePicture = "undecodable-picture",
    /// The bytes of a picture are of another kind than its name says; it was copied byte for byte.
    ///
    /// Browsers show it all the same, but servers and people go by the name. Give the file its right extension.
    MisnamedPicture = "misnamed-picture",
    /// An optimized picture did not decode to the same pixels; the original was kept. Please report it.
    PictureChanged = "picture-changed",
    /// A script could not be minified safely, so it was only printed without white space.
    ///
    /// Nothing breaks; the file is only larger than it could be.
    NotMinified = "not-minified",
    /// A script uses `require` or `module.exports`, which browsers do not have.
    ///
    /// Use the package's build for browsers, or write `import` and `export`.
    CommonJsScript = "commonjs-script",
    /// A module cannot work in a plain `<script>`: it needs `<script type="module">`.
    ///
    /// Load it with `<script type="module">`, which is right for every module.
    NeedsModuleTag = "needs-module-tag",
    /// A Sass sheet does not compile.
    ///
    /// Fix the sheet at the marked place; the places below it are the way from the entry to there.
    InvalidSass = "invalid-sass",
    /// Compiling a Sass sheet took more time, memory or stack than it may.
    ///
    /// Look for a mixin or function that calls itself without end, or a loop that never ends. A sheet that only needs
    /// long gets more with `time_limit` under `[sass]` in `assetc.toml`.
    SassRanAway = "sass-ran-away",
    /// The Sass compiler could not be run.
    ///
    /// Correct `command` under `[sass]` in `assetc.toml`, or delete it: assetc compiles Sass itself. Without that key,
    /// see that the assetc executable was not moved or deleted while it ran.
    SassNotRun = "sass-not-run",
    /// A sheet said something with `@warn`.
    ///
    /// Do what it says, or leave it.
    SassWarning = "sass-warning",
    /// A sheet said something with `@debug`.
    ///
    /// Delete the `@debug` when you are done with it.
    SassDebug = "sass-debug",
    /// A sheet uses something that a later Sass will not have.
    ///
    /// Follow the link of the message. `silence` under `[sass]` in `assetc.toml` silences a deprecation by its name; those
    /// in packages are never shown.
    SassDeprecation = "sass-deprecation",
    /// A file in the output folder is in the way and assetc did not write it.
    ///
    /// Move that file among the sources if it belongs to the site, or delete it; or choose another output folder with
    /// `output.dir` or `--out`.
    NotOurs = "not-ours",
    /// A file that assetc wrote was edited by hand since.
    ///
    /// Make the same edit in the source, then delete the edited file.
    EditedByHand = "edited-by-hand",
    /// Another assetc is at work on this output folder.
    ///
    /// Wait until the other one has ended, end it, or build to another folder with `--out`.
    OutputLocked = "output-locked",
    /// The output folder could not be written.
    ///
    /// Let the user who runs assetc write there, and see that the disk has space. The output folder is as it was
    /// before.
    UnwritableOutput = "unwritable-output",
    /// A source changed while it was being read.
    ///
    /// Build again; an editor, a `git` command or another tool was writing at that moment.
    SourceChanged = "source-changed",
    /// The worker threads could not be started.
    ///
    /// Ask for fewer with `--jobs`, or raise the limit on processes or memory.
    NoThreads = "no-threads",
    /// There was nothing to build.
    ///
    /// Put sources into `assets/`, name other folders under `roots` in `assetc.toml`, or start elsewhere with
    /// `--root`.
    NothingToBuild = "nothing-to-build",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
