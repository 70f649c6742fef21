use std::path::Path;

use super::*;
use crate::config::{JsxRuntime, ScriptSettings};
use crate::diagnostic::Severity;
use crate::path::ProjectPath;

/// How a test compiles.
struct Case {
    minify: bool,
    source_map: bool,
    jsx: Jsx,
    types: TypeOptions,
    defines: Defines,
    targets: Targets,
}

impl Case {
    fn new() -> Self {
        let targets = Targets::baseline_widely_available();
        Self {
            minify: true,
            source_map: false,
            jsx: Jsx { runtime: JsxRuntime::Classic, ..ScriptSettings::default().jsx },
            types: TypeOptions::default(),
            defines: Defines::default(),
            targets,
        }
    }

    fn readable() -> Self {
        Self { minify: false, ..Self::new() }
    }

    fn compile(&self, name: &str, text: &str) -> (Option<Compiled>, Vec<Diagnostic>) {
        let source = source(name, text);
        let options = ScriptOptions {
            minify: self.minify,
            source_map: self.source_map,
            targets: &self.targets,
            jsx: &self.jsx,
            types: &self.types,
            defines: &self.defines,
            globs: &[],
            reading: Reading::Alone,
            package_type: None,
        };
        let (read, diagnostics) = read_on_big_stack(&source, &options);
        let compiled = read.map(|read| match read {
            Read::Script(compiled) => compiled,
            Read::Module(_) => panic!("what is read to stand alone is a script"),
        });
        (compiled, diagnostics)
    }

    #[track_caller]
    fn compiled(&self, name: &str, text: &str) -> Compiled {
        let (compiled, diagnostics) = self.compile(name, text);
        assert!(diagnostics.is_empty(), "{}: {diagnostics:?}", messages(&diagnostics));
        compiled.unwrap()
    }

    /// The output, with every hole filled by what was written there.
    #[track_caller]
    fn text(&self, name: &str, text: &str) -> String {
        let Compiled { script, references, .. } = self.compiled(name, text);
        let path = |specifier: &str| specifier.split(['?', '#']).next().unwrap_or_default().to_owned();
        script.piece.fill(|hole| path(&references[hole.reference].specifier).into()).0
    }
}

/// As every caller must.
fn read_on_big_stack(source: &Arc<Source>, options: &ScriptOptions<'_>) -> (Option<Read>, Vec<Diagnostic>) {
    std::thread::scope(|scope| {
        let job = || read(ModuleId(7), source, options);
        let thread = std::thread::Builder::new().stack_size(256 << 20).spawn_scoped(scope, job);
        thread.unwrap().join().unwrap()
    })
}

fn source(name: &str, text: &str) -> Arc<Source> {
    Source::new(ProjectPath::new(Path::new(name)).unwrap(), text.to_owned())
}

fn messages(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect::<Vec<_>>().join("; ")
}

#[track_caller]
fn minified(name: &str, text: &str) -> String {
    Case::new().text(name, text)
}

#[track_caller]
fn broken(name: &str, text: &str) -> Vec<Diagnostic> {
    let (compiled, diagnostics) = Case::new().compile(name, text);
    assert!(compiled.is_none() && diagnostics.iter().all(Diagnostic::is_error) && !diagnostics.is_empty());
    diagnostics
}

fn written(source: &str, span: Span) -> &str {
    &source[span.start..span.end]
}

#[test]
fn a_classic_script_keeps_its_top_level_names() {
    let text = "var x = 1; function unused(longName) { var other = longName + 1; return other * x }
        const K = 2; let l = x; class C {}";
    assert_eq!(minified("a.js", text), "var x=1;function unused(n){return(n+1)*x}const K=2;let l=x;class C{}");
    assert_eq!(Case::new().compiled("a.js", text).script.format, ScriptFormat::Classic);
}

#[test]
fn sloppy_functions_in_blocks_stay_globals() {
    assert_eq!(minified("a.js", "try { function go() { return 2 } } catch {}"), "try{function go(){return 2}}catch{}");
}

#[test]
fn eval_and_with_keep_every_name() {
    let text = "function f(param) { var local = 1; return eval(param) }";
    assert_eq!(minified("a.js", text), "function f(param){var local=1;return eval(param)}");
    let text = "function f(param) { with (param) return local }";
    assert_eq!(minified("a.js", text), "function f(param){with(param)return local}");
    let text = "export function f(param) { return eval(param) }";
    assert_eq!(minified("a.js", text), "export function f(param){return eval(param)}");
}

#[test]
fn a_module_without_links_is_wrapped() {
    let case = Case::new();
    let compiled = case.compiled("a.js", "export {}; let name = import('./b.js'); self.x = [this, name, name]");
    assert_eq!(compiled.script.format, ScriptFormat::Iife);
    let text = case.text("a.js", "export {}; let name = import('./b.js'); self.x = [this, name, name]");
    assert_eq!(text, r#"(()=>{"use strict";let e=import("./b.js");self.x=[void 0,e,e]})();"#);
    assert_eq!(minified("a.js", "export {}"), "");
    assert_eq!(minified("types.ts", "import type { A } from './a'; export type B = A;"), "");
}

#[test]
fn a_wrapper_is_a_function_where_arrows_are_unknown() {
    let case = Case { targets: Targets { ie: Some((11, 0, 0)), ..Targets::default() }, ..Case::new() };
    let text = case.text("a.js", "export {}; const a = () => this; self.x = a()");
    assert!(text.starts_with("!function(){\"use strict\"") || text.starts_with("(function(){\"use strict\""), "{text}");
    assert!(!text.contains("=>") && !text.contains("const"), "{text}");
}

#[test]
fn what_needs_a_module_stays_one() {
    for text in ["await f()", "for await (const a of b);", "f(import.meta.url)", "import './a.js'", "export let a"] {
        assert_eq!(Case::new().compiled("a.js", text).script.format, ScriptFormat::Esm, "{text}");
    }
    for text in ["async () => { await f() }", "import('./a.js')", "var await = 1"] {
        assert_eq!(Case::new().compiled("a.js", text).script.format, ScriptFormat::Classic, "{text}");
    }
}

#[test]
fn only_paths_of_local_references_become_holes() {
    let text = r#"import { a as b } from "./b.js?x#y"; import "https://cdn/x.js"; import d, * as ns from "lodash";
export * from "./s.js"; export * as q from "./q.js"; export { z as default, z as "a b" } from "../z.js";
export const { k, j: [l] } = b(d, ns);
export function load() { return [import(`./dyn.js`), new URL("./img.png#i", import.meta.url), new URL(".", import.meta.url)] }"#;
    let Compiled { script, references, .. } = Case::new().compiled("a.js", text);
    let found: Vec<_> = references.iter().map(|at| (at.kind, at.specifier.as_str(), written(text, at.span))).collect();
    assert_eq!(
        found,
        [
            (ReferenceKind::Import, "./b.js?x#y", "\"./b.js?x#y\""),
            (ReferenceKind::Import, "lodash", "\"lodash\""),
            (ReferenceKind::Import, "./s.js", "\"./s.js\""),
            (ReferenceKind::Import, "./q.js", "\"./q.js\""),
            (ReferenceKind::Import, "../z.js", "\"../z.js\""),
            (ReferenceKind::DynamicImport, "./dyn.js", "`./dyn.js`"),
            (ReferenceKind::Url, "./img.png#i", "\"./img.png#i\""),
        ]
    );
    let taken: Vec<_> =
        script.imports.iter().map(|at| (at.reference, at.name.as_str(), written(text, at.span))).collect();
    let taken_from_z = (4, "z", "z as \"a b\"");
    assert_eq!(taken, [(0, "a", "a as b"), (1, "default", "d"), (4, "z", "z as default"), taken_from_z]);
    assert_eq!(script.exports.stars, [2]);
    assert_eq!(Vec::from_iter(&script.exports.names), ["a b", "default", "k", "l", "load", "q"]);
    let dotted: Vec<_> = script.piece.holes.iter().map(|hole| (hole.reference, hole.dotted)).collect();
    assert_eq!(dotted, [(0, true), (1, true), (2, true), (3, true), (4, true), (5, true), (6, false)]);
    assert!(script.piece.text.contains("from\"?x#y\""), "{}", script.piece.text);
}

#[test]
fn imports_of_types_leave_no_reference() {
    let text = "import type { T } from './t'; import { U, type V } from './u'; import { w } from './w';
        export const u: T = w as U as V; export type { X } from './x'; export enum E { A, B = A + 2 }";
    let Compiled { script, references, .. } = Case::readable().compiled("a.ts", text);
    assert_eq!(references.iter().map(|at| at.specifier.as_str()).collect::<Vec<_>>(), ["./w"]);
    assert_eq!(Vec::from_iter(&script.exports.names), ["E", "u"]);
}

#[test]
fn classic_typescript_keeps_its_globals() {
    let text =
        Case::readable().text("a.ts", "enum Color { Red } namespace App { export let n = 1 } import N = App.n; f(N);");
    for global in ["var Color", "var App", "var N"] {
        assert!(text.contains(global) || text.contains(&global.replace("var", "const")), "{global}: {text}");
    }
}

#[test]
fn jsx_is_compiled_for_either_runtime() {
    let text = "const el = <p a=\"1\">{b}</p>";
    assert_eq!(minified("a.jsx", text), r#"const el=React.createElement("p",{a:"1"},b);"#);
    let mut case = Case::new();
    case.jsx.runtime = JsxRuntime::Automatic;
    let Compiled { script, references, .. } = case.compiled("a.jsx", &format!("{text}; f(el)"));
    assert_eq!(script.format, ScriptFormat::Esm);
    assert_eq!(references[0].specifier, "react/jsx-runtime");
    assert_eq!(written(text, references[0].span), "<p a=\"1\">{b}</p>");
}

#[test]
fn a_name_that_forbids_the_syntax_is_told_what_would_allow_it() {
    let hint = |name, text| broken(name, text)[0].hint.clone().unwrap();
    assert_eq!(hint("js/a.js", "f(<p>hi</p>)"), "Rename the file to `a.jsx`");
    assert_eq!(hint("a.js", "let a: number = 1"), "Rename the file to `a.ts`");
    assert_eq!(hint("a.ts", "f(<p>hi</p>)"), "Rename the file to `a.tsx`");
}

#[test]
fn every_syntax_error_has_its_place() {
    let diagnostics = broken("a.js", "\u{feff}export {}; var é = 010;\n\nwith (é) {}");
    let places = diagnostics.iter().map(|diagnostic| diagnostic.place.as_ref().unwrap().lines_and_columns().unwrap().0);
    assert_eq!(Vec::from_iter(places), [(1, 21), (3, 1)], "{}", messages(&diagnostics));
    assert_eq!(broken("a.js", "export {}; with (a) {}")[0].code, Code::InvalidScript);
    assert_eq!(broken("a.ts", "import a = require('a'); f(a)")[0].code, Code::InvalidScript);
}

#[test]
fn a_name_declared_twice_in_one_scope_is_an_error() {
    for twice in [
        "let a; let a",
        "var a; const a = 1",
        "class a {} function a() {}",
        "f(b => { let b })",
        "function f(a) { let a }",
        "{ let a; let a }",
        "switch (x) { case 1: let a; case 2: let a }",
        "import { a } from './a.js'; let a",
        "import { a } from './a.js'; import a from './a.js'",
        "try {} catch (e) { let e }",
    ] {
        println!("{twice}");
        let diagnostics = broken("a.js", twice);
        assert_eq!(diagnostics.len(), 1);
        assert!(diagnostics[0].message.ends_with("is declared twice in one scope"), "{}", messages(&diagnostics));
    }
    for once in [
        "var a; var a; function a() {} function a() {}",
        "let a; { let a }",
        "let a; function f(a) { var a; { let a } }",
        "f(function g() { let g })",
        "let a = class a { a() { let a } }",
        "function f(a = () => b) { let b }",
        "try {} catch (e) { var e }",
        "for (let a of b) { let a }",
        "f(a => a); let a",
    ] {
        minified("a.js", once);
    }
    for merged in [
        "function f(a: 1): void; function f(a: 2): void; function f(a) {}",
        "class a {} namespace a { export let b = 1 } interface a {}",
        "enum a { b } enum a { c = 2 }",
        "declare let a: 1; interface b {} const b = 1",
        "type a = 1; const a = 1",
    ] {
        minified("a.ts", merged);
    }
}

#[test]
fn sloppy_scripts_are_parsed_as_such() {
    assert_eq!(minified("a.js", "<!-- html\nvar a = 010, await = 1;\n--> end"), "var a=8,await=1;");
    assert_eq!(minified("a.js", "#!/usr/bin/env node\nf()"), "f();");
}

#[test]
fn common_js_is_warned_of_unless_guarded() {
    let warnings = |text| Case::new().compile("a.js", text).1;
    for text in ["var a = require('a')", "module.exports = 1", "exports.a = 1"] {
        let warnings = warnings(text);
        assert_eq!((warnings[0].code, warnings[0].severity), (Code::CommonJsScript, Severity::Warning), "{text}");
    }
    for text in [
        "if (typeof module === 'object') module.exports = 1",
        "(function () { module.exports = 1 })()",
        "var exports = {}; exports.a = 1",
        "require(['a'], function () {})",
        "try { require('a') } catch {}",
    ] {
        assert!(warnings(text).is_empty(), "{text}");
    }
}

#[test]
fn legal_comments_stand_above_once_each_and_maps_are_dropped() {
    let text = "/*! A */ 'use strict'; // plain\nvar a = 1; /** @license B </script> */ /*! A */\n//# sourceMappingURL=a.js.map";
    let Compiled { script, references, .. } = Case::new().compiled("a.js", text);
    assert_eq!(script.piece.text, "/*! A */\n/** @license B <\\/script> */\n\"use strict\";var a=1;");
    assert_eq!((references[0].kind, written(text, references[0].span)), (ReferenceKind::SourceMap, "a.js.map"));
    let readable = Case::readable().compiled("a.js", text).script.piece.text;
    assert!(readable.contains("// plain") && !readable.contains("sourceMappingURL"), "{readable}");
    let inline = Case::new().compiled("a.js", "f()\n//# sourceMappingURL=data:application/json,{}");
    assert!(inline.references.is_empty() && inline.script.piece.text == "f();");
}

#[test]
fn pure_calls_are_dropped() {
    assert_eq!(
        minified("a.js", "export {};\n/*#__PURE__*/ f(); const a = /*#__PURE__*/ g(); h()"),
        "(()=>{\"use strict\";h()})();"
    );
}

#[test]
fn output_can_stand_in_a_page() {
    let text = minified("a.js", r#"var a = "</script><!--", b = /<\/script>/, c = `</script>${a}`"#);
    assert!(!text.contains("</script") && !text.contains("<!--"), "{text}");
}

#[test]
fn modern_syntax_stays_for_modern_browsers() {
    let text = "class A{static #a=1;static{f()}static [g()]=1;b=A.#a??1;c(){return#a in this}}\
        h?.(1n**2n,async()=>{for await(let a of b);},/(?<=a)b/v);";
    assert_eq!(minified("a.js", text), text);
}

#[test]
fn old_browsers_get_what_they_know() {
    let case = Case { targets: Targets { chrome: Some((58, 0, 0)), ..Targets::default() }, ..Case::new() };
    let text = case.text("a.js", "export {}; f(a?.b ?? c, async () => { await d }, { ...e })");
    assert!(!text.contains("?.") && !text.contains("??") && !text.contains("...") && text.contains("async"), "{text}");
}

#[test]
fn helpers_of_decorators_know_their_own_names() {
    let text = Case::readable().text("a.js", "export {}; function d() {} class A { @d m() {} }");
    assert!(text.contains("return desc[name].call") == text.contains("var desc ="), "{text}");
    assert!(!text.contains("@d"), "{text}");
}

#[test]
fn source_maps_lead_back_to_the_source() {
    let text = "\u{feff}/*! é */\nimport a from './b.js';\n/* 😀 */ export function go(x) { throw new Error(a + x) }";
    for minify in [true, false] {
        let case = Case { minify, source_map: true, ..Case::new() };
        let piece = case.compiled("a.js", text).script.piece;
        let (source, map) = (source("a.js", text), piece.map.unwrap());
        for token in ["go", "Error", "throw"] {
            let line = piece.text.lines().position(|line| line.contains(token)).unwrap();
            let before = piece.text.lines().nth(line).unwrap().split(token).next().unwrap();
            let column = before.encode_utf16().count() as u32;
            let mapping = map.mappings.iter().find(|at| (at.line as usize, at.column) == (line, column));
            let mapping = mapping.unwrap_or_else(|| panic!("{token} is not mapped: {}", piece.text));
            let offset = source.offset_of_utf16(mapping.source_line, mapping.source_column);
            assert!(text[offset..].starts_with(token), "{token}: {}", &text[offset..]);
        }
        assert!(map.mappings.windows(2).all(|pair| (pair[0].line, pair[0].column) < (pair[1].line, pair[1].column)));
    }
}

#[test]
fn what_nests_deep_is_compiled_or_refused() {
    let repeat = |text: &str| text.repeat(100_000);
    let refused = |name, text: String| assert_eq!(broken(name, &text)[0].code, Code::NestedTooDeep);
    refused("a.js", repeat("(") + &repeat(")"));
    refused("a.js", format!("x = a{}", repeat(" + a")));
    refused("a.js", format!("x = {}a", repeat("!")));
    refused("a.js", format!("{}f()", repeat("if (a) b(); else ")));
    refused("a.js", format!("x = a{}", repeat("[0]")));
    refused("a.jsx", format!("x = {}{}", repeat("<a>"), repeat("</a>")));
    let flat = format!("x = [{}]; // {}", "'(', `[${1}{`, /[(]/, ".repeat(3_000), repeat("("));
    Case::readable().compiled("a.js", &flat);
    Case::readable().compiled("a.js", &"a = f(c.d)\n".repeat(10_000));
}

#[test]
fn known_faults_of_the_compressor_are_avoided() {
    for (text, kept) in [
        ("export {}; function f(a) { for (var i = 0, b = a(), n = b.length; i < 2; i++) g(b) } f(h)", "=r(),"),
        ("function f(o) { o = o || {}; return g.apply(this, arguments) }", "||"),
        ("app = {}; go(window.app, app)", "app={};"),
        ("f(-1 !== -1n)", "-1!==-1n"),
        ("f((0, o?.f)())", "(0,o?.f)()"),
        ("export {}; init(); var speed = 300; function init() { f(speed) }", "=300"),
        ("export {}; switch (3) { default: f('d'); case 2: f(2) }", "(2)"),
    ] {
        let minified = minified("a.js", text);
        assert!(minified.contains(kept), "{kept}: {minified}");
    }
    // swc inlines these into each other until the stack overflows.
    minified("a.js", "f(function () { function g() { return h() } function h(a) { return a || g() } return h(1) }())");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let text =
        "export {}; import('./a.js'); for (const [k, v] of Object.entries({ ...self })) { f(k, v) } class A { #b = 1 }";
    let case = Case { targets: Targets { ie: Some((11, 0, 0)), ..Targets::default() }, ..Case::new() };
    let first = case.text("a.js", text);
    assert!((0..5).all(|_| case.text("a.js", text) == first));
}

#[test]
fn globals_that_blocks_declare_keep_their_names() {
    let text =
        "var counter = 0; if (counter) { var inIf = 1 } for (var inFor = 0; inFor < 3; inFor++) { var inLoop = inFor }
        try { var inTry = 5 } catch (error) { var inCatch = 6 } switch (counter) { case 0: var inSwitch = 1 }
        var { short, long: [renamed] } = { short: 1, long: [2] }; label: { var labelled = 1 }";
    let printed = Case::new().compiled("a.js", text).script.piece.text;
    for name in ["counter", "inIf", "inFor", "inLoop", "inTry", "inCatch", "inSwitch", "short", "renamed", "labelled"] {
        let kept = printed.match_indices(name).any(|(at, _)| {
            let ends = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
            ends(printed.as_bytes().get(at + name.len())) && (at == 0 || ends(printed.as_bytes().get(at - 1)))
        });
        assert!(kept, "{name} is gone: {printed}");
    }
    assert!(printed.contains("short:short"), "{printed}");
}

#[test]
fn functions_of_strict_blocks_do_not_become_globals() {
    let printed = minified("a.js", "'use strict'; { function local() { return 1 } window.f = local; }");
    assert!(printed.starts_with("\"use strict\";{function "), "{printed}");
}

#[test]
fn imports_of_types_are_told_apart() {
    let text = "import type { A } from './types'; import { B } from './also-types'; import { c } from './code'; let b: A | B = c; f(b)";
    let compiled = Case::new().compiled("a.ts", text);
    let specifiers = |found: &[FoundReference]| found.iter().map(|at| at.specifier.clone()).collect::<Vec<_>>();
    assert_eq!(specifiers(&compiled.references), ["./code"]);
    assert_eq!(specifiers(&compiled.type_references), ["./types", "./also-types"]);
}

#[test]
fn tsconfig_decides_what_fields_and_decorators_mean() {
    let text = "declare const D: any, P: any; class Dep {}\n@D class A { @P x: Dep = new Dep(); y?: number; z = 1 }\nexport { A };";
    let old =
        TypeOptions { legacy_decorators: true, decorator_metadata: true, define_fields: false, keep_imports: false };
    let legacy = Case { types: old, ..Case::readable() }.text("a.ts", text);
    assert!(legacy.contains("design:type") && legacy.contains("_ts_decorate") && !legacy.contains(" y;"), "{legacy}");
    assert!(legacy.contains("this.z = 1"), "{legacy}");
    let standard = Case::readable().text("a.ts", text);
    assert!(!standard.contains("design:type") && standard.contains("_apply_decs"), "{standard}");
    // What JavaScript writes is JavaScript's.
    let plain = Case { types: TypeOptions { define_fields: false, ..TypeOptions::default() }, ..Case::readable() };
    assert!(plain.text("a.js", "export class A { z = 1 }").contains("z = 1;\n"));
}

#[test]
fn imports_stay_where_the_project_says_so() {
    let text = "import { a, type B } from './a.js'; export const b: B = 1;";
    assert!(!Case::readable().text("a.ts", text).contains("a.js"));
    let verbatim = TypeOptions { keep_imports: true, ..TypeOptions::default() };
    assert!(Case { types: verbatim, ..Case::readable() }.text("a.ts", text).contains("import { a } from"));
}

/// What a production build knows of itself.
fn production() -> Case {
    let values = [("process.env.NODE_ENV", "production"), ("__VERSION__", "1.4")];
    let values = values.map(|(name, value)| (name.to_owned(), value.into())).into();
    let env = [("MODE".to_owned(), "production".into()), ("PROD".to_owned(), true.into())].into();
    let defines = Defines { values, import_meta_env: Some(env), global: false };
    Case { defines, ..Case::readable() }
}

#[test]
fn defined_values_stand_in_place_of_names() {
    let text = |text: &str| production().text("a.js", text).replace(['\n', ' '], "");
    assert_eq!(
        text("f(__VERSION__, process.env.NODE_ENV, process?.env?.NODE_ENV);"),
        r#"f("1.4","production","production");"#
    );
    assert_eq!(text("f({ __VERSION__ }, process.env['NODE_ENV'])"), r#"f({__VERSION__:"1.4"},"production");"#);
    // Names of the script's own, other members, and what is assigned to.
    for kept in [
        "(function(__VERSION__){f(__VERSION__);})(1);",
        "f(a.__VERSION__,process.env);",
        "__VERSION__=1;",
        "process.env.NODE_ENV=1;",
        "delete process.env.NODE_ENV;",
    ] {
        assert_eq!(text(kept), kept.replace(' ', ""));
    }
    let env = "export const a = [import.meta.env.MODE, import.meta.env.PROD, import.meta.env.SECRET, import.meta.hot];";
    assert_eq!(text(env), r#"exportconsta=["production",true,void0,void0];"#);
    assert_eq!(text("export const a = import.meta.env;"), r#"exportconsta={"MODE":"production","PROD":true};"#);
}

#[test]
fn branches_that_never_run_are_gone() {
    let text = |text: &str| production().text("a.js", text).replace(['\n', ' '], "");
    let development = "process.env.NODE_ENV !== 'production'";
    assert_eq!(text(&format!("if ({development}) {{ require('./dev.js') }} else f()")), "f();");
    assert_eq!(text(&format!("{development} && g(); f({development} ? 1 : 2, {development} || 3)")), "false;f(2,3);");
    assert_eq!(text(&format!("if ({development} && x) g(); else if (!({development})) f()")), "f();");
    // What the branch declared stays declared.
    assert_eq!(text(&format!("if ({development}) {{ var a = 1, [b] = c; let d }} f(a, b)")), "{vara,b;}f(a,b);");
    // A function of a sloppy block may be one of the script.
    assert!(text(&format!("if ({development}) {{ function g() {{}} }} g()")).contains("functiong(){}"));
    assert_eq!(
        text(&format!("if ({development}) {{ function g() {{}} }} export {{}}; f()")),
        "(()=>{\"usestrict\";f();})();"
    );
    // Whoever calls keeps the `this` that there was, which was none.
    assert_eq!(text(&format!("({development} || a.b)()")), "(0,a.b)();");
    // Without anything defined in it a script stays as it is.
    assert_eq!(text("if (false) g()"), "if(false)g();");
}
