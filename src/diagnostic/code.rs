use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// Every kind of fault that assetc reports. The name is stable: tools may match it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
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
    /// A script imports a part of Node.js, such as `fs`. Browsers do not have it.
    ///
    /// If the code that uses it never runs in a browser, replace it by nothing: `[js.alias]` `fs = false` in `assetc.toml`.
    /// Else find a package that does the same in browsers and name it there.
    NodeBuiltIn = "node-built-in",
    /// A tsconfig.json or jsconfig.json cannot be read, or one that it extends or refers to.
    ///
    /// Fix the file. It is read for `paths`, `jsx` and the few other options that change what a script means.
    InvalidTsconfig = "invalid-tsconfig",
    /// A JSON file that a script imports is not valid JSON.
    ///
    /// Fix the JSON at the marked place.
    InvalidJson = "invalid-json",
    /// `import.meta.glob` names files, and there are none.
    ///
    /// Correct the pattern. It is relative to the script, or with `/` first to the project's folder.
    NothingMatches = "nothing-matches",
    /// A file is there, but outside of every source root, so it has no place in the output.
    ///
    /// Move the file into a source root, or name its folder under `roots` in `assetc.toml`.
    ReferenceOutsideRoots = "reference-outside-roots",
    /// A script imports something that cannot be imported: a package where there is none, a file that needs a compiler.
    ///
    /// Name the specifier under `js.external` in `assetc.toml` if an import map of the page provides it; else load
    /// the file with a tag of its own, or take its address with `?url`.
    UnsupportedImport = "unsupported-import",
    /// A module imports a name that the imported module does not export.
    ///
    /// Correct the name in the import, or export it where it is declared.
    MissingExport = "missing-export",
    /// A module imports a name that another exports twice, by two `export *` of different modules.
    ///
    /// Export the one that is meant by its name: that wins over every `export *`.
    AmbiguousExport = "ambiguous-export",
    /// An entry has to be a classic script, and cannot be one: it waits at its top level, asks for `import.meta`, or imports
    /// something that is not linked.
    ///
    /// Take that out of the entry, or let it be a module: `format = "auto"` in `assetc.toml`, `type: "module"` for a worker.
    NotClassic = "not-classic",
    /// A module assigns a name that it imports; only the module that declares it may.
    ///
    /// Let the declaring module export a function that assigns the name, and call that.
    AssignedImport = "assigned-import",
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
    /// `images.variants` names a picture of which no other forms can be made.
    ///
    /// The picture itself was written. Let the globs of `images.variants` pass it over.
    NoVariants = "no-variants",
    /// A font is not whole, or none; it was copied byte for byte.
    ///
    /// Browsers would not load it. Get the font again from where it came from.
    BrokenFont = "broken-font",
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
    /// There is no build, or none that can be read, where one is needed.
    ///
    /// Run `assetc build` first; `--root` and `--out` must be those of the build.
    NoBuild = "no-build",
    /// The build is older than the sources.
    ///
    /// Run `assetc build`, or keep `assetc watch` running while you edit.
    StaleBuild = "stale-build",
    /// A template names a static file that does not exist.
    ///
    /// Correct the name, or add the file. With Django's manifest storages such a page ends with an error, but only in
    /// production.
    MissingStaticFile = "missing-static-file",
    /// A template names a static file in another case than the file's. It works on macOS and Windows alone.
    ///
    /// Write the name as the file has it.
    WrongCase = "wrong-case",
    /// A static file's name begins with `/`. It works while `DEBUG` is on; in production the page ends with an error.
    ///
    /// Leave the slash out; `assetc check --fix` does.
    LeadingSlash = "leading-slash",
    /// A template names a folder where a static file is needed. In production the page ends with an error.
    ///
    /// Name a file. For the URL of a folder use `{% get_static_prefix %}`.
    NamesAFolder = "names-a-folder",
    /// A template uses a tag whose library it does not load.
    ///
    /// Add `{% load static %}` (or `{% load assetc %}` for `{% asset %}`) at its top. A template that extends another
    /// does not get the libraries which that one loads.
    TagNotLoaded = "tag-not-loaded",
    /// A template has the URL of a static file written out: it misses the fingerprint, so browsers keep old files, and it
    /// does not follow when `STATIC_URL` moves to another host.
    ///
    /// Use `{% static %}`; `assetc check --fix` does.
    HardCodedUrl = "hard-coded-url",
    /// No template, script, style or Python file of the project names this asset.
    ///
    /// Delete it if nothing uses it. A name that is put together while the site runs cannot be seen; name such files
    /// under `check.used` in `assetc.toml`.
    UnusedAsset = "unused-asset",
    /// Two files have the same path below the static root. Django takes the first that it finds: `STATICFILES_DIRS` first,
    /// then apps in the order of `INSTALLED_APPS`.
    ///
    /// Put the files of each app into a folder with the app's name.
    OverlappingPaths = "overlapping-paths",
    /// A file of an app is not in a folder with the app's name, so a file of another app can take its place.
    ///
    /// Move it: `shop/static/style.css` to `shop/static/shop/style.css`.
    NotNamespaced = "not-namespaced",
    /// A template loads something as an entry that is none.
    ///
    /// Only scripts and styles that no other source imports are entries. `[entries]` in `assetc.toml` makes one.
    NotAnEntry = "not-an-entry",
    /// A template cannot be read to its end: a comment or a verbatim block is never closed.
    ///
    /// Close it where it should end.
    UnclosedBlock = "unclosed-block",
    /// A file is too large for a template and was passed over.
    ///
    /// Move it out of the templates' folder if it is none.
    TemplateTooLarge = "template-too-large",
    /// `STATIC_ROOT` is not there, or empty.
    ///
    /// Run `python manage.py collectstatic --noinput --no-post-process` first, and give `assetc collect` the same folder.
    NothingCollected = "nothing-collected",
    /// No Python could be run, or none that has Django.
    ///
    /// Activate the project's virtual environment, or name its Python with `--python`.
    NoPython = "no-python",
    /// The project's settings cannot be imported.
    ///
    /// Fix what the traceback shows; `python manage.py check` shows the same. Name other settings with `--settings`.
    SettingsFailed = "settings-failed",
    /// `STATIC_URL` does not end, or does not begin, with a slash, or is missing.
    ///
    /// Write `STATIC_URL = "/static/"`, or the whole URL of another host with a slash at its end.
    StaticUrl = "static-url",
    /// A setting that this Django ignores in silence.
    ///
    /// Django 5.1 took `STATICFILES_STORAGE` away: move its value to `STORAGES["staticfiles"]["BACKEND"]`.
    IgnoredSetting = "ignored-setting",
    /// Django does not find what assetc writes: the output folder is neither on `STATICFILES_DIRS` nor an app's `static`.
    ///
    /// Add it to `STATICFILES_DIRS`.
    OutputNotFound = "output-not-found",
    /// `STATIC_ROOT` is one of the folders from which files are collected, or lies in one, or is missing.
    ///
    /// Give it a folder of its own, such as `BASE_DIR / "staticfiles"`.
    StaticRoot = "static-root",
    /// WhiteNoise's middleware stands where it cannot do its work.
    ///
    /// Put it right behind `SecurityMiddleware`, above everything else.
    WhiteNoiseOrder = "whitenoise-order",
    /// `WHITENOISE_IMMUTABLE_FILE_TEST` matches names without a fingerprint: browsers would keep those for ten years.
    ///
    /// Use what `assetc headers whitenoise` prints.
    ImmutableTest = "immutable-test",
    /// The storage hashes again what assetc has hashed already.
    ///
    /// Use `assetc.storage.AssetcStaticFilesStorage` (or `AssetcWhiteNoiseStorage`) of the Python package, or write plain
    /// names only: `fingerprint = false` under `[output]`.
    DoubleHashing = "double-hashing",
    /// A compressed file does not hold what the file beside it holds; servers send it all the same.
    ///
    /// Delete it. For `STATIC_ROOT`, `collectstatic --clear` once does.
    StaleSibling = "stale-sibling",
    /// The output folder is not ignored by git.
    ///
    /// Add it to `.gitignore`: what is built is built anew for every deploy.
    NotIgnored = "not-ignored",
    /// The web server's user cannot read a collected file or folder.
    ///
    /// `chmod -R a+rX` on `STATIC_ROOT`; `FILE_UPLOAD_PERMISSIONS` in the settings decides it for new files.
    UnreadableForServer = "unreadable-for-server",
    /// A build for development is where one for production belongs.
    ///
    /// Run `assetc build` before `collectstatic`.
    DevelopmentBuild = "development-build",
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
