use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::Mode;
use crate::graph::{Dimensions, Kind, Output, ScriptFormat};
use crate::hash::ContentHash;
use crate::path::{ProjectPath, UrlPath};

/// `assetc.json`: which file to serve for each name that a template uses.
///
/// All paths are relative to the folder of `assetc.json`, separated by `/` and not percent-encoded. Keys are sorted, and
/// nothing in it depends on the time or the machine. Later versions of assetc add keys; they never change the meaning of
/// those that are there. It is replaced as a whole, once every file that it names is complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    /// 1
    pub version: u32,
    /// How the files were built. Only production builds belong on a server.
    pub mode: Mode,
    /// Every output by its logical name: what a template writes, such as `css/app.css`.
    pub files: BTreeMap<UrlPath, ManifestFile>,
    /// What a page needs to load an entry, by the logical name of each script and style that a page may name.
    pub entries: BTreeMap<UrlPath, ManifestEntry>,
    /// Files of earlier releases that are still there for pages which were rendered before this one. Sorted.
    pub retained: Vec<UrlPath>,
}

/// One output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ManifestFile {
    /// The file to serve: its name holds a fingerprint of its bytes, so it may be cached for ever. In development, and
    /// with fingerprints turned off, the plain name.
    pub path: UrlPath,
    /// The file without a fingerprint in its name, for tools that look it up themselves. Missing for what exists only
    /// under its fingerprinted name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plain: Option<UrlPath>,
    /// The source it was made from, relative to the project's folder.
    pub source: ProjectPath,
    /// The kind of the source.
    pub kind: Kind,
    /// The size of `path` in bytes.
    pub size: u64,
    /// The SHA-256 of `path` as 64 lowercase hex digits. The fingerprint is the beginning of it, unless `circle` is set.
    pub sha256: String,
    /// The value of an `integrity` attribute for `path` (Subresource Integrity). Missing in development.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integrity: Option<String>,
    /// The natural size of a picture in pixels, turned as its metadata says. Missing for what is no picture, and for one that could
    /// not be measured.
    #[serde(flatten)]
    pub dimensions: Option<Dimensions>,
    /// Files beside `path` that hold its bytes compressed, by content coding: `br`, `gzip`, `zstd`. Missing when there are none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub compressed: BTreeMap<String, CompressedFile>,
    /// Other forms of this file, as logical names: smaller pictures, WebP, WOFF2. Sorted; missing when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<UrlPath>,
    /// A blurred picture of some 25 bytes, to be shown until the file is loaded: a ThumbHash in base64. Missing when none was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
    /// The outputs that this one refers to, as logical names. Sorted.
    pub references: Vec<UrlPath>,
    /// Files of the output folder that this one refers to and that assetc did not write. Sorted; missing when there are
    /// none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign: Vec<UrlPath>,
    /// Set for outputs that refer to each other in a circle: their fingerprint is shared, and is not the beginning of
    /// `sha256`. Missing for all others.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub circle: bool,
}

/// The bytes of an output in a content coding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CompressedFile {
    /// The file: the path of the output with `.br`, `.gz` or `.zst` appended.
    pub path: UrlPath,
    /// Its size in bytes.
    pub size: u64,
}

/// A script or style that a page may name. All lists are of logical names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ManifestEntry {
    /// How a script may be loaded; missing for styles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<ScriptFormat>,
    /// The scripts it imports, directly or not, in the order in which they run: what to preload.
    pub imports: Vec<UrlPath>,
    /// The scripts it may load later.
    pub dynamic: Vec<UrlPath>,
    /// The styles it refers to, directly or not. Sorted.
    pub css: Vec<UrlPath>,
    /// Everything else but scripts that it refers to, directly or not. Sorted.
    pub assets: Vec<UrlPath>,
}

impl Manifest {
    /// What `outputs` are; nothing retained yet.
    pub fn of(mode: Mode, outputs: &[Output]) -> Self {
        let by_name: BTreeMap<_, _> = outputs.iter().map(|output| (&output.logical, output)).collect();
        let entries = outputs.iter().filter_map(|output| Some((output.logical.clone(), entry(output, &by_name)?)));
        let files = outputs.iter().map(|output| (output.logical.clone(), file(mode, output)));
        Self { version: 1, mode, files: files.collect(), entries: entries.collect(), retained: Vec::new() }
    }

    /// Pretty-printed, with a final newline.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Strings, numbers and maps keyed by strings: there is nothing that JSON could not hold.
        let mut bytes = serde_json::to_vec_pretty(self).expect("plain data");
        bytes.push(b'\n');
        bytes
    }

    /// `None` for what is no manifest, or one of another version.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().filter(|manifest: &Self| manifest.version == 1)
    }
}

fn file(mode: Mode, output: &Output) -> ManifestFile {
    let compressed = output.siblings.iter().map(|sibling| {
        (sibling.coding.name().to_owned(), CompressedFile { path: sibling.path.clone(), size: sibling.size })
    });
    ManifestFile {
        path: output.path.clone(),
        plain: output.plain.clone(),
        source: output.source.clone(),
        kind: output.kind,
        size: output.size,
        sha256: output.hash.to_hex(),
        integrity: (mode == Mode::Production).then(|| ContentHash::integrity(output.hash)),
        dimensions: output.dimensions,
        compressed: compressed.collect(),
        variants: output.variants.clone(),
        placeholder: output.placeholder.clone(),
        references: output.references.clone(),
        foreign: output.foreign.clone(),
        circle: output.circle,
    }
}

fn entry<'o>(output: &'o Output, by_name: &BTreeMap<&UrlPath, &'o Output>) -> Option<ManifestEntry> {
    let entry = output.entry.as_ref().filter(|_| output.kind.is_code())?;
    let reached = reach(output, by_name);
    let names = |wanted: fn(Kind) -> bool| {
        reached.iter().filter(|output| wanted(output.kind)).map(|output| output.logical.clone()).collect()
    };
    Some(ManifestEntry {
        format: entry.format,
        imports: entry.imports.clone(),
        dynamic: entry.dynamic.clone(),
        css: names(is_style),
        assets: names(|kind| !kind.is_code()),
    })
}

fn is_style(kind: Kind) -> bool {
    matches!(kind, Kind::Style | Kind::Sass)
}

/// What `output` refers to, directly or not, without itself, sorted by logical name.
fn reach<'o>(output: &'o Output, by_name: &BTreeMap<&UrlPath, &'o Output>) -> Vec<&'o Output> {
    let mut seen = BTreeSet::from([&output.logical]);
    let mut found = BTreeMap::new();
    let mut open: Vec<&UrlPath> = output.references.iter().collect();
    while let Some(name) = open.pop() {
        if let Some(next) = by_name.get(name)
            && seen.insert(&next.logical)
        {
            found.insert(&next.logical, *next);
            open.extend(&next.references);
        }
    }
    found.into_values().collect()
}
