//! Makes CSS of the Sass sheets that are entries, or that something else than Sass imports.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::sass_loader::{SassLoader, SheetFiles, without_mark};
use crate::config::SassSettings;
use crate::context::Context;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::graph::{CompiledStyle, FoundReference, Kind, ModuleGraph, ModuleId, ReferenceKind, SourceFile, Target};
use crate::inputs::Reads;
use crate::kinds::css;
use crate::kinds::sass::{self, Compiled, Fault, Request, Syntax, Warning, describe_fault};
use crate::sass_process::{CommandFault, Ended, compile_in_worker, run_command};
use crate::source::{Source, SourceMap};

/// What became of an entry.
pub struct CompiledSheet {
    /// `None` when it was reported as broken.
    pub style: Option<CompiledStyle>,
    /// What the CSS refers to; spans are of the CSS.
    pub references: Vec<FoundReference>,
    pub warnings: Vec<Warning>,
}

/// The sheets to compile: those that no other sheet loads, but for partials, those that `is_named` says, and those that
/// something else imports.
pub fn sheets_to_compile(graph: &ModuleGraph, is_named: impl Fn(&SourceFile) -> bool) -> Vec<ModuleId> {
    let targets = |wanted: fn(ReferenceKind) -> bool| -> BTreeSet<ModuleId> {
        let references =
            graph.ids().flat_map(|id| graph.module(id).references.iter().map(move |reference| (id, reference)));
        let wanted = references.filter(|(_, reference)| wanted(reference.found.kind));
        let targets = wanted.filter_map(|(from, reference)| match reference.target {
            Target::Module(to) if to != from => Some(to),
            _ => None,
        });
        targets.collect()
    };
    let loaded = targets(|kind| kind == ReferenceKind::SassLoad);
    let imported = targets(|kind| kind != ReferenceKind::SassLoad && kind.imports());
    let wanted = graph.ids().filter(|id| {
        let module = graph.module(*id);
        let file = &module.file;
        let stands_alone = !file.partial && file.logical.is_some() && !loaded.contains(id);
        file.kind == Kind::Sass && module.source.is_some() && (stands_alone || is_named(file) || imported.contains(id))
    });
    wanted.collect()
}

/// Compiles the sheet of a file, whose text is `source`. Its faults are reported.
pub fn compile_sass(cx: &Context, files: &SheetFiles, file: &SourceFile, source: &Arc<Source>) -> CompiledSheet {
    let nothing = CompiledSheet { style: None, references: Vec::new(), warnings: Vec::new() };
    let settings = &cx.settings.sass;
    let (Some(path), Some(folder)) = (file.on_disk.to_str(), cx.settings.root.to_str()) else {
        cx.report(
            Diagnostic::error(Code::UnusablePath, "the folder of this project is not UTF-8, and Sass needs it to be")
                .at(Place::file(file.path.as_str()))
                .hint("rename the folder"),
        );
        return nothing;
    };
    let request = Request {
        path: path.to_owned(),
        text: without_mark(&source.text).to_owned(),
        syntax: Syntax::of(path),
        folder: folder.to_owned(),
        silenced: settings.silence.clone(),
    };
    let outcome = remembered(cx, files, &request, source);
    let compiled = match &*outcome {
        Ok(compiled) => compiled,
        Err(Failed::Sheets(fault)) => {
            cx.report(describe_fault(fault, files));
            return nothing;
        }
        Err(Failed::Otherwise { fault, .. }) => {
            cx.report(fault.clone().at(Place::file(file.path.as_str())));
            return nothing;
        }
    };
    let style = CompiledStyle {
        css: Source::new(file.path.clone(), compiled.css.clone()),
        map: map(files, source, &compiled.sources, &compiled.mappings),
    };
    let parts = (&style.css.path, style.css.hash());
    let scanned = cx.store.memo("style-scan", &parts, std::slice::from_ref(&style.css), || css::scan(&style.css));
    let (references, diagnostics) = (*scanned).clone();
    cx.report_all(diagnostics.into_iter().map(|diagnostic| diagnostic.map_places(|place| style.original_place(place))));
    // A map of CSS that a sheet took in describes another text.
    let references = references.into_iter().filter(|found| found.kind != ReferenceKind::SourceMap).collect();
    CompiledSheet { style: Some(style), references, warnings: compiled.warnings.clone() }
}

/// The map from the CSS to the sheets; empty when the compiler names sheets that are not there.
fn map(files: &SheetFiles, entry: &Arc<Source>, sources: &[String], mappings: &str) -> SourceMap {
    use sass::Sheets;
    let sources: Vec<Arc<Source>> =
        sources.iter().map(|path| files.source(path).unwrap_or_else(|| Arc::clone(entry))).collect();
    SourceMap::decode(mappings, sources).unwrap_or_default()
}

type Outcome = Result<Compiled, Failed>;

#[derive(Serialize, Deserialize)]
enum Failed {
    Sheets(Fault),
    Otherwise {
        /// Without its place.
        fault: Diagnostic,
        /// Whether the same sheets would fail the same way again.
        lasts: bool,
    },
}

/// What became of the same sheets the last time, or becomes of them now.
fn remembered(cx: &Context, files: &SheetFiles, request: &Request, source: &Source) -> Arc<Outcome> {
    let settings = &cx.settings.sass;
    if settings.command.is_some() {
        // Nobody knows what it reads, or whether it is the same tomorrow.
        return Arc::new(run(cx, files, request, &cx.reads));
    }
    let parts = (&request.path, source.hash(), &request.folder, &request.silenced, &settings.load_paths);
    let now = Cell::new(false);
    let outcome = cx.store.memo_reading("sass", &parts, &cx.reads, |reads| {
        now.set(true);
        run(cx, files, request, reads)
    });
    match &*outcome {
        Err(Failed::Otherwise { lasts: false, .. }) if !now.get() => Arc::new(run(cx, files, request, &cx.reads)),
        _ => outcome,
    }
}

fn run(cx: &Context, files: &SheetFiles, request: &Request, reads: &Reads) -> Outcome {
    let settings = &cx.settings.sass;
    if let Some(command) = &settings.command {
        let load_paths: Vec<String> =
            settings.load_paths.iter().map(|path| path.to_string_lossy().into_owned()).collect();
        return run_command(command, &cx.settings.root, &load_paths, request, settings.time_limit).map_err(|fault| {
            match fault {
                CommandFault::Sheets(fault) => Failed::Sheets(fault),
                CommandFault::TookTooLong => Failed::passing(took_too_long(settings)),
                CommandFault::NotStarted(error) => Failed::passing(command_not_run(command, &error.to_string())),
                CommandFault::NotSass(words) => Failed::passing(command_not_run(command, &words)),
            }
        });
    }
    let loader = SassLoader::new(files, reads);
    let Some(worker) = &settings.worker else { return sass::compile(request, &loader).map_err(Failed::Sheets) };
    let ended = compile_in_worker(worker, request.clone(), &loader, settings.time_limit);
    let lasts = matches!(ended, Ended::Recursed | Ended::AteMemory);
    let fault = match ended {
        Ended::Done(done) => return done.map_err(Failed::Sheets),
        Ended::Recursed => {
            ran_away("compiling this sheet never ended: it calls or loads itself without end, or nests thousands deep")
                .hint("look for a mixin or function that includes itself under no condition")
        }
        Ended::AteMemory => ran_away("compiling this sheet needed more than 2 GB of memory")
            .hint("look for a list, map or string that a loop makes longer without end"),
        Ended::TookTooLong => took_too_long(settings),
        Ended::Died(how) => ran_away(&format!("the Sass compiler died on this sheet ({how})"))
            .hint("please report it, with the sheet and what it loads"),
        Ended::NotStarted(error) => Diagnostic::error(
            Code::SassNotRun,
            format!("the Sass compiler could not be started as `{}`: {error}", worker.display()),
        )
        .hint("assetc runs itself to compile Sass: put its executable where it was, or start it again"),
    };
    Err(Failed::Otherwise { fault, lasts })
}

impl Failed {
    fn passing(fault: Diagnostic) -> Self {
        Self::Otherwise { fault, lasts: false }
    }
}

fn ran_away(message: &str) -> Diagnostic {
    Diagnostic::error(Code::SassRanAway, message)
}

fn took_too_long(settings: &SassSettings) -> Diagnostic {
    let seconds = settings.time_limit.as_secs();
    let plural = if seconds == 1 { "" } else { "s" };
    ran_away(&format!("compiling this sheet took longer than {seconds} second{plural}"))
        .hint("look for a loop that never ends, or raise `time_limit` under [sass] in assetc.toml")
}

fn command_not_run(command: &[String], words: &str) -> Diagnostic {
    let mut lines = words.lines();
    let first = lines.next().unwrap_or_default();
    let mut fault = Diagnostic::error(Code::SassNotRun, format!("`{}` compiled nothing: {first}", command.join(" ")));
    fault.notes.extend(lines.take(10).map(str::to_owned));
    fault.hint("correct `command` under [sass] in assetc.toml, or delete it: assetc compiles Sass itself")
}
