//! Puts a bundle together: helpers, namespaces and wrappers first, then what runs, in order.

use std::collections::BTreeSet;

use super::helpers;
use super::part::{Copier, DECLARE, Part, Put, Syntax, key, member, quoted};
use crate::graph::{
    Binding, Bundle, ChunkId, Form, Helper, Linkage, Lowered, ModuleGraph, ModuleId, Name, Shape, Statement, Step,
    Target,
};

/// A bundle as text with holes, not minified and without its imports and exports.
#[derive(Debug, Default)]
pub struct Composed {
    pub parts: Vec<Part>,
    /// Names that the parts declare.
    pub declared: BTreeSet<Name>,
    /// Names that are imported from scripts outside.
    pub outside: BTreeSet<usize>,
    /// For other chunks: what each `import()` of this one takes of them.
    pub taken: Vec<(ChunkId, Name)>,
    pub waits: bool,
}

pub struct Composer<'a> {
    pub graph: &'a ModuleGraph,
    pub linkage: &'a Linkage,
    pub chunk: ChunkId,
    pub bundle: &'a Bundle,
    pub syntax: Syntax,
    /// Whether each part says whose it is.
    pub commented: bool,
}

impl Composer<'_> {
    pub fn compose(&self) -> Composed {
        let mut composed = Composed::default();
        let mut body: Vec<Part> = Vec::new();
        let mut hoisted: Vec<Part> = Vec::new();
        for &module in &self.bundle.modules {
            self.module(module, &mut hoisted);
        }
        for (nth, step) in self.bundle.steps.iter().enumerate() {
            self.step(nth, step, &mut hoisted, &mut body, &mut composed);
        }
        let used: BTreeSet<Name> =
            names(hoisted.iter().chain(&body)).chain(self.bundle.exports.values().filter_map(Binding::name)).collect();
        let mut made = Vec::new();
        for &name in &used {
            self.make_loader(name, &mut made, &mut composed);
        }
        let helpers: BTreeSet<Helper> = names(made.iter().chain(&hoisted).chain(&body))
            .filter_map(|name| match name {
                Name::Helper(helper) => Some(helper),
                _ => None,
            })
            .collect();
        for helper in helpers {
            let mut part = Part::default();
            part.push(helpers::keyword(helper));
            part.name(Name::Helper(helper));
            part.push(helpers::text(helper));
            part.declares.insert(Name::Helper(helper));
            composed.parts.push(part);
        }
        composed.outside.extend(used.iter().filter_map(|name| match name {
            Name::Outside(id) => Some(*id),
            _ => None,
        }));
        composed.parts.extend(made);
        composed.parts.extend(hoisted);
        composed.parts.extend(body);
        composed.parts.retain(|part| !part.text.is_empty());
        composed.declared = composed.parts.iter().flat_map(|part| part.declares.iter().copied()).collect();
        composed
    }

    fn lowered(&self, module: ModuleId) -> Option<Copier<'_>> {
        let lowered = self.graph.lowered(module)?;
        Some(Copier { graph: self.graph, linkage: self.linkage, module, lowered })
    }

    fn part(&self, module: ModuleId) -> Part {
        let mut part = Part::of(module);
        if self.commented {
            part.push(&format!("// {}\n", self.graph.module(module).file.path));
        }
        part
    }

    /// What of a module stands before everything that runs: its namespace, its function if it is wrapped.
    fn module(&self, module: ModuleId, hoisted: &mut Vec<Part>) {
        let Some(copier) = self.lowered(module) else { return };
        if self.linkage.namespaces.contains_key(&module) && copier.lowered.common_js.is_none() {
            hoisted.push(self.namespace(module));
        }
        match self.linkage.shapes[module.0] {
            Shape::Absent | Shape::Inline | Shape::Waiting => {}
            Shape::Lazy => hoisted.extend(self.lazy(&copier)),
            Shape::CommonJs => hoisted.push(self.common_js(&copier)),
            Shape::LazyCommonJs => {
                hoisted.push(self.common_js(&copier));
                hoisted.extend(self.lazy_common_js(module));
            }
        }
        if copier.lowered.common_js.is_none() && self.linkage.made.contains(&Name::Require(module)) {
            let mut part = Part::default();
            self.declare(&mut part, Name::Require(module));
            part.name(Name::Helper(Helper::Required));
            part.push("(");
            part.thunk(self.syntax, |part| {
                part.push("(");
                part.name(Name::Init(module));
                part.push("(), ");
                part.name(Name::Namespace(module));
                part.push(")");
            });
            part.push(");\n");
            hoisted.push(part);
        }
    }

    fn declare(&self, part: &mut Part, name: Name) {
        part.declares.insert(name);
        part.push(DECLARE);
        part.push(" ");
        part.name(name);
        part.push(" = ");
    }

    fn namespace(&self, module: ModuleId) -> Part {
        let mut part = Part::default();
        self.declare(&mut part, Name::Namespace(module));
        // Nothing has to run for it, so it goes when nothing uses it.
        part.push("/*#__PURE__*/ ");
        part.name(Name::Helper(Helper::Namespace));
        part.push("({\n");
        for (name, binding) in self.linkage.namespaces.get(&module).into_iter().flatten() {
            part.push(&format!("  {}: ", key(name)));
            part.thunk(self.syntax, |part| part.binding(binding, false));
            part.push(",\n");
        }
        part.push("});\n");
        part
    }

    fn common_js(&self, copier: &Copier<'_>) -> Part {
        let mut part = self.part(copier.module);
        self.declare(&mut part, Name::Require(copier.module));
        part.push("/*#__PURE__*/ ");
        part.name(Name::Helper(Helper::CommonJs));
        part.push("(");
        let uses_this = copier.lowered.common_js.as_ref().is_some_and(|found| found.uses_this);
        part.function(Syntax { arrows: self.syntax.arrows && !uses_this }, "exports, module");
        let end = copier.lowered.text.len() as u32;
        copier.copy(&mut part, 0, end);
        part.push("});\n");
        part
    }

    /// `exports = require(); interop = …`, as far as they are needed.
    fn evaluate(&self, module: ModuleId, part: &mut Part, keyword: &str) {
        let made = &self.linkage.made;
        if !made.contains(&Name::Exports(module)) {
            part.name(Name::Require(module));
            part.push("();\n");
            return;
        }
        part.declares.insert(Name::Exports(module));
        part.push(keyword);
        part.name(Name::Exports(module));
        part.push(" = ");
        part.name(Name::Require(module));
        part.push("();\n");
        for node in [false, true].into_iter().filter(|node| made.contains(&Name::Interop(module, *node))) {
            part.declares.insert(Name::Interop(module, node));
            part.push(keyword);
            part.name(Name::Interop(module, node));
            part.push(" = ");
            part.name(Name::Helper(Helper::Interop));
            part.push("(");
            part.name(Name::Exports(module));
            if node {
                let names = self.linkage.common_js_names.get(&module).into_iter().flatten();
                let names: Vec<String> = names.map(|name| quoted(name)).collect();
                part.push(&format!(", 1, [{}]", names.join(", ")));
            }
            part.push(");\n");
        }
    }

    fn lazy_common_js(&self, module: ModuleId) -> Option<Part> {
        let made = &self.linkage.made;
        if !self.linkage.begun.contains(&module) {
            return None;
        }
        let mut part = Part::default();
        let mut names = vec![Name::Exports(module), Name::Interop(module, false), Name::Interop(module, true)];
        names.retain(|name| made.contains(name));
        self.declare_all(&mut part, &names);
        self.declare(&mut part, Name::Init(module));
        part.push("/*#__PURE__*/ ");
        part.name(Name::Helper(Helper::Lazy));
        part.push("(");
        part.function(self.syntax, "");
        self.evaluate(module, &mut part, "");
        part.push("});\n");
        Some(part)
    }

    fn declare_all(&self, part: &mut Part, names: &[Name]) {
        for (nth, name) in names.iter().enumerate() {
            part.push(if nth == 0 { "var " } else { ", " });
            part.name(*name);
        }
        if !names.is_empty() {
            part.push(";\n");
        }
    }

    /// The names of a wrapped module, then its functions.
    fn outside_of_wrapper(&self, copier: &Copier<'_>) -> Part {
        let mut part = self.part(copier.module);
        let module = copier.module;
        let mut names: Vec<Name> = Vec::new();
        for (_, statement) in self.included(copier) {
            let declared = statement.declares.iter().map(|&symbol| Name::Symbol(module, symbol));
            part.declares.extend(declared.clone());
            part.statements += 1;
            if statement.form != Form::Function {
                names.extend(declared.filter(|name| !names.contains(name)).collect::<Vec<_>>());
            }
        }
        self.declare_all(&mut part, &names);
        for (_, statement) in self.included(copier).filter(|(_, statement)| statement.form == Form::Function) {
            copier.copy(&mut part, statement.start, statement.end);
        }
        part
    }

    fn included<'c>(&self, copier: &Copier<'c>) -> impl Iterator<Item = (usize, &'c Statement)> + use<'c, '_> {
        let included = &self.linkage.included[copier.module.0];
        copier.lowered.statements.iter().enumerate().filter(|(nth, _)| included[*nth])
    }

    /// The statements of a module whose names are declared elsewhere.
    fn body_of_wrapper(&self, copier: &Copier<'_>, part: &mut Part) {
        for (_, statement) in self.included(copier) {
            assigning(copier, statement, part);
        }
    }

    fn lazy(&self, copier: &Copier<'_>) -> [Part; 2] {
        let module = copier.module;
        let outside = self.outside_of_wrapper(copier);
        let mut part = Part::of(module);
        self.declare(&mut part, Name::Init(module));
        part.push("/*#__PURE__*/ ");
        part.name(Name::Helper(Helper::Lazy));
        part.push("(");
        part.function(self.syntax, "");
        for import in self.linkage.imports.get(&module).into_iter().flatten() {
            if matches!(self.linkage.shapes[import.0], Shape::Lazy | Shape::LazyCommonJs) {
                part.name(Name::Init(*import));
                part.push("();\n");
            }
        }
        self.body_of_wrapper(copier, &mut part);
        part.push("});\n");
        [outside, part]
    }

    fn step(&self, nth: usize, step: &Step, hoisted: &mut Vec<Part>, body: &mut Vec<Part>, composed: &mut Composed) {
        let mut part = Part::default();
        match step {
            Step::Run(module) => {
                let Some(copier) = self.lowered(*module) else { return };
                let empty = self.part(*module);
                let begins = empty.text.len();
                part = empty;
                for (_, statement) in self.included(&copier) {
                    copier.copy(&mut part, statement.start, statement.end);
                    let declared = statement.declares.iter().map(|&symbol| Name::Symbol(*module, symbol));
                    part.declares.extend(declared);
                    part.statements += 1;
                }
                composed.waits |= copier.lowered.awaits;
                if part.text.len() == begins {
                    return;
                }
            }
            Step::Init(module) => {
                part.name(Name::Init(*module));
                part.push("();\n");
            }
            Step::Evaluate(module) => self.evaluate(*module, &mut part, "var "),
            Step::Begin(module, waits_for) => {
                let Some(copier) = self.lowered(*module) else { return };
                hoisted.push(self.outside_of_wrapper(&copier));
                part.module = Some(*module);
                self.declare(&mut part, Name::Evaluation(*module));
                part.name(Name::Helper(Helper::Evaluate));
                part.push(&format!("({nth}, "));
                if copier.lowered.awaits {
                    part.push("async ");
                }
                part.function(self.syntax, "");
                self.body_of_wrapper(&copier, &mut part);
                part.push(&format!("}}, {}, [", copier.lowered.awaits));
                for (nth, module) in waits_for.iter().enumerate() {
                    part.push(if nth == 0 { "" } else { ", " });
                    part.name(Name::Evaluation(*module));
                }
                part.push("]);\n");
            }
            Step::Await(module) => {
                composed.waits = true;
                part.push("await ");
                part.name(Name::Evaluation(*module));
                part.push(".done;\n");
            }
        }
        body.push(part);
    }

    /// The function that a call of `import()`, or of `require` of something outside, became.
    fn make_loader(&self, name: Name, made: &mut Vec<Part>, composed: &mut Composed) {
        let mut part = Part::default();
        match name {
            Name::Dynamic(module, node) => {
                self.declare(&mut part, name);
                part.thunk(self.syntax, |part| self.import(module, node, part, composed));
            }
            Name::OutsideDynamic(module, reference) => {
                self.declare(&mut part, name);
                part.thunk(self.syntax, |part| {
                    part.push("import(\"");
                    part.put(Put::Reference { module, reference, dotted: true });
                    part.push("\")");
                });
            }
            Name::OutsideRequire(module, reference) => {
                self.declare(&mut part, name);
                let reference = &self.graph.module(module).references[reference];
                let specifier = &reference.found.specifier;
                part.thunk(self.syntax, |part| match &reference.target {
                    // A stylesheet has nothing to give.
                    Target::Module(_) => part.push("({})"),
                    Target::Global(expression) => part.push(&format!("({expression})")),
                    Target::Missing => part.push(&format!(
                        "(() => {{ throw Object.assign(Error({}), {{ code: \"MODULE_NOT_FOUND\" }}); }})()",
                        quoted(&format!("Cannot find module '{specifier}'"))
                    )),
                    _ => part.push(&format!("require({})", quoted(specifier))),
                });
            }
            _ => return,
        }
        part.push(";\n");
        made.push(part);
    }

    fn import(&self, module: ModuleId, node: bool, part: &mut Part, composed: &mut Composed) {
        let common_js = self.graph.lowered(module).is_some_and(|lowered| lowered.common_js.is_some());
        let wanted = if common_js { Name::Interop(module, node) } else { Name::Namespace(module) };
        let asked = matches!(self.linkage.shapes[module.0], Shape::Lazy | Shape::LazyCommonJs);
        let there = self.linkage.chunk_of[module.0];
        if let Some(chunk) = self.linkage.natural.get(&module).copied() {
            part.push("import(\"");
            part.put(Put::Chunk(chunk));
            return part.push("\")");
        }
        let Some(chunk) = there.filter(|chunk| *chunk != self.chunk) else {
            part.push("Promise.resolve().then(");
            part.thunk(self.syntax, |part| {
                part.push(if asked { "(" } else { "" });
                if asked {
                    part.name(Name::Init(module));
                    part.push("(), ");
                }
                part.name(wanted);
                part.push(if asked { ")" } else { "" });
            });
            return part.push(")");
        };
        part.push("import(\"");
        part.put(Put::Chunk(chunk));
        part.push("\").then(");
        let property = |composed: &mut Composed, name: Name| {
            composed.taken.push((chunk, name));
            self.linkage.aliases.get(&name).map(|alias| member(alias)).unwrap_or_default()
        };
        let mut give = property(composed, wanted);
        give = format!("chunk{give}");
        if asked {
            let init = property(composed, Name::Init(module));
            give = format!("(chunk{init}(), {give})");
        }
        match self.syntax.arrows {
            true => part.push(&format!("(chunk) => {give}")),
            false => part.push(&format!("function(chunk) {{ return {give}; }}")),
        }
        part.push(")");
    }
}

/// A declaration as an assignment: its names are declared elsewhere.
fn assigning(copier: &Copier<'_>, statement: &Statement, part: &mut Part) {
    let Statement { start, end, code, form, .. } = *statement;
    let Lowered { text, .. } = copier.lowered;
    // The last `;` and the line end.
    let behind = text[..end as usize].trim_end().len() as u32;
    match form {
        Form::Function => {}
        Form::Other => copier.copy(part, start, end),
        Form::Variable { initialized: false, .. } => {}
        Form::Variable { keyword, pattern, .. } => {
            copier.copy(part, start, code);
            let begin = code + keyword.as_str().len() as u32 + 1;
            part.push(if pattern { "(" } else { "" });
            copier.copy(part, begin, behind);
            part.text.pop(); // The `;`.
            part.push(if pattern { ");\n" } else { ";\n" });
        }
        Form::Class => {
            copier.copy(part, start, code);
            if let Some(&symbol) = statement.declares.first() {
                part.name(Name::Symbol(copier.module, symbol));
                part.push(" = ");
            }
            copier.copy(part, code, behind);
            part.push(";\n");
        }
    }
}

/// The names in the holes of parts.
pub fn names<'p>(parts: impl IntoIterator<Item = &'p Part>) -> impl Iterator<Item = Name> {
    parts.into_iter().flat_map(|part| &part.holes).filter_map(|(_, put)| match put {
        Put::Name(name) => Some(*name),
        Put::Reference { .. } | Put::Chunk(_) => None,
    })
}
