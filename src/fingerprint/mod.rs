//! Gives every output its final name.
//!
//! In: drafts, whose text holds holes. Out: outputs, whose text holds URLs. From the leaves up: once everything that an
//! output refers to has its name, its holes are filled, and its fingerprint is the SHA-256 of its final bytes. Outputs
//! that refer to each other in a circle share one hash. Not here: what refers to what (`scan`), writing (`emit`).
//!
//! Same bytes, same name; any change below, a new name; no two outputs, one name.

mod circles;
mod fill;
mod final_name;

use std::collections::BTreeMap;

use crate::context::Context;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::graph::{ChunkId, Draft, DraftBody, Kind, Output, OutputBody, OutputEntry, OutputFile};
use crate::hash::ContentHash;
use crate::path::UrlPath;
use circles::{Group, groups};
use fill::{Filled, Names};
use final_name::final_name;

pub fn fingerprint(cx: &Context, drafts: &[Draft]) -> Vec<Output> {
    let names = cx.settings.fingerprint.as_ref();
    let mut paths: Vec<Option<UrlPath>> = vec![None; drafts.len()];
    let mut outputs: Vec<Option<(Output, Option<Output>)>> = drafts.iter().map(|_| None).collect();
    for Group { members, circle } in groups(drafts) {
        if let (true, Some(names)) = (circle, names) {
            let hash = fill::hash_of_circle(drafts, &members, &paths);
            for &member in &members {
                paths[member.0] = Some(final_name(&drafts[member.0].logical, hash, names));
            }
        } else if names.is_none() {
            for &member in &members {
                paths[member.0] = Some(drafts[member.0].logical.clone());
            }
        }
        for &member in &members {
            let finished = Finish { cx, drafts, paths: &paths, circle }.finish(member);
            paths[member.0] = Some(finished.0.path.clone());
            outputs[member.0] = Some(finished);
        }
    }
    let mut outputs: Vec<Output> =
        outputs.into_iter().flatten().flat_map(|(output, map)| std::iter::once(output).chain(map)).collect();
    outputs.sort_by(|a, b| a.logical.cmp(&b.logical));
    report_equal_paths(cx, &outputs);
    outputs
}

struct Finish<'a> {
    cx: &'a Context<'a>,
    drafts: &'a [Draft],
    /// Final names, as far as they are known.
    paths: &'a [Option<UrlPath>],
    circle: bool,
}

impl Finish<'_> {
    /// The output, and its source map if it has one.
    fn finish(&self, id: ChunkId) -> (Output, Option<Output>) {
        let draft = &self.drafts[id.0];
        match &draft.body {
            DraftBody::Text { .. } => self.finish_text(id),
            DraftBody::Staged { file, hash, size } => {
                (self.finish_binary(draft, || OutputBody::Staged(file.clone()), *hash, *size), None)
            }
            DraftBody::Copy { file, hash, size } => {
                (self.finish_binary(draft, || OutputBody::Copy(file.clone()), *hash, *size), None)
            }
        }
    }

    fn finish_binary(&self, draft: &Draft, body: impl Fn() -> OutputBody, hash: ContentHash, size: u64) -> Output {
        let path = self.name(&draft.logical, hash);
        let immutable = path != draft.logical;
        let mut files = vec![OutputFile { path: path.clone(), body: body(), hash, size, immutable }];
        if immutable && draft.entry {
            files.push(OutputFile { path: draft.logical.clone(), body: body(), hash, size, immutable: false });
        }
        self.output(draft, path, hash, size, files)
    }

    fn finish_text(&self, id: ChunkId) -> (Output, Option<Output>) {
        let draft = &self.drafts[id.0];
        let fingerprinted = self.cx.settings.fingerprint.is_some();
        let fill = |names| fill::fill(self.drafts, self.paths, draft, names);

        let Filled { mut text, map } = fill(Names::Final);
        let mut map = map.map(|map| self.map_output(draft, map));
        if let Some(map) = &map {
            append_map_comment(&mut text, draft.kind, &map.path);
        }
        let hash = ContentHash::of(text.as_bytes());
        // A circle's names were given before its text was.
        let path = match &self.paths[id.0] {
            Some(path) => path.clone(),
            None => self.name(&draft.logical, hash),
        };
        let mut files = vec![file(path.clone(), text, hash, fingerprinted)];
        if fingerprinted && draft.entry {
            // Scripts refer to fingerprinted names under both of theirs, so the twins are the same bytes and share one map.
            let twin = if draft.kind == Kind::Script {
                let OutputBody::Bytes(bytes) = &files[0].body else { unreachable!("text was put there above") };
                OutputFile {
                    path: draft.logical.clone(),
                    body: OutputBody::Bytes(bytes.clone()),
                    hash,
                    size: files[0].size,
                    immutable: false,
                }
            } else {
                let Filled { mut text, map: plain_map } = fill(Names::Plain);
                if let (Some(map), Some(plain_map)) = (&mut map, plain_map) {
                    let plain = draft.logical.with_suffix(".map");
                    append_map_comment(&mut text, draft.kind, &plain);
                    let hash = ContentHash::of(plain_map.as_bytes());
                    map.files.push(file(plain.clone(), plain_map, hash, false));
                    map.plain = Some(plain);
                }
                let hash = ContentHash::of(text.as_bytes());
                file(draft.logical.clone(), text, hash, false)
            };
            files.push(twin);
        }
        let size = files[0].size;
        (self.output(draft, path, hash, size, files), map)
    }

    fn map_output(&self, draft: &Draft, json: String) -> Output {
        let logical = draft.logical.with_suffix(".map");
        let hash = ContentHash::of(json.as_bytes());
        let path = self.name(&logical, hash);
        let fingerprinted = path != logical;
        let size = json.len() as u64;
        Output {
            source: draft.source.clone(),
            kind: Kind::SourceMap,
            source_size: 0,
            plain: (!fingerprinted && draft.entry).then(|| logical.clone()),
            hash,
            size,
            circle: false,
            references: Vec::new(),
            foreign: Vec::new(),
            files: vec![file(path.clone(), json, hash, fingerprinted)],
            entry: None,
            dimensions: None,
            variants: Vec::new(),
            placeholder: None,
            siblings: Vec::new(),
            path,
            logical,
        }
    }

    fn name(&self, logical: &UrlPath, hash: ContentHash) -> UrlPath {
        match &self.cx.settings.fingerprint {
            Some(names) => final_name(logical, hash, names),
            None => logical.clone(),
        }
    }

    fn output(&self, draft: &Draft, path: UrlPath, hash: ContentHash, size: u64, files: Vec<OutputFile>) -> Output {
        let logical = |ids: &[ChunkId]| ids.iter().map(|id| self.drafts[id.0].logical.clone()).collect::<Vec<_>>();
        let mut references = logical(&draft.references);
        references.sort();
        let entry = (draft.entry && draft.kind.is_code()).then(|| OutputEntry {
            format: draft.script.as_ref().map(|script| script.format),
            imports: draft.script.as_ref().map_or(Vec::new(), |script| logical(&script.imports)),
            dynamic: draft.script.as_ref().map_or(Vec::new(), |script| logical(&script.dynamic)),
        });
        Output {
            logical: draft.logical.clone(),
            source: draft.source.clone(),
            kind: draft.kind,
            source_size: draft.source_size,
            path,
            plain: draft.entry.then(|| draft.logical.clone()),
            hash,
            size,
            circle: self.circle,
            references,
            foreign: draft.foreign.clone(),
            files,
            entry,
            dimensions: draft.dimensions,
            variants: draft.variants.clone(),
            placeholder: draft.placeholder.clone(),
            siblings: Vec::new(),
        }
    }
}

fn file(path: UrlPath, text: String, hash: ContentHash, immutable: bool) -> OutputFile {
    OutputFile { path, hash, size: text.len() as u64, body: OutputBody::Bytes(text.into_bytes()), immutable }
}

/// On a line of its own: Django's storages rewrite it only there.
fn append_map_comment(text: &mut String, kind: Kind, map: &UrlPath) {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let url = map.relative_url_from(map);
    match kind {
        Kind::Script => text.push_str(&format!("//# sourceMappingURL={url}\n")),
        _ => text.push_str(&format!("/*# sourceMappingURL={url} */\n")),
    }
}

/// A source may have the very name that another gets by its fingerprint.
fn report_equal_paths(cx: &Context, outputs: &[Output]) {
    let mut owners: BTreeMap<&UrlPath, &Output> = BTreeMap::new();
    for output in outputs {
        for file in &output.files {
            let Some(other) = owners.insert(&file.path, output) else { continue };
            cx.report(
                Diagnostic::error(
                    Code::NameClaimedTwice,
                    format!("`{}` and `{}` would both be written to `{}`", other.source, output.source, file.path),
                )
                .at(Place::file(output.source.as_str()))
                .related("also claimed by", Place::file(other.source.as_str()))
                .hint("rename one of them"),
            );
        }
    }
}

#[cfg(test)]
mod tests;
