// Random graphs of modules. `node link-graphs.mjs write DIR SEED COUNT` writes them as sources of a project, `node link-graphs.mjs run DIR SEED COUNT EXTENSION`
// runs the entries of each below DIR and prints, as JSON, the trace that each left. What Node makes of the sources is what it must make of the bundles.

import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [command, folder, seed, count, extension] = process.argv.slice(2);

/** Mulberry32. */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let at = Math.imul(state ^ (state >>> 15), 1 | state);
    at = (at + Math.imul(at ^ (at >>> 7), 61 | at)) ^ at;
    return ((at ^ (at >>> 14)) >>> 0) / 4294967296;
  };
}

/** The files of one graph: its modules, `m0`, `m1`, …, of which the first ones are entries. */
export function graph(seed) {
  const next = random(seed);
  const chance = (part) => next() < part;
  const below = (end) => Math.floor(next() * end);
  const pick = (list) => list[below(list.length)];

  const size = 2 + below(chance(0.2) ? 14 : 7);
  const entries = chance(0.5) ? 1 : 1 + below(3);
  const cyclic = chance(0.5);
  // What waits is run in order within one chunk.
  const waiting = chance(0.4) && entries === 1;
  const commonJs = chance(0.5) ? 0.35 : 0;
  const dynamic = !waiting && chance(0.4);
  const modules = Array.from({ length: size }, (_, at) => ({
    at,
    name: `m${at}`,
    common: at >= entries && chance(commonJs),
    waits: waiting && chance(0.3),
  }));
  for (const module of modules) {
    module.file = `${module.name}.${module.common ? "cjs" : "mjs"}`;
    if (module.common) module.waits = false;
  }
  // With circles everything that others read at once is a `var` or a function, which may be read early.
  const keyword = cyclic ? () => "var" : () => pick(["let", "const", "var"]);
  const targets = (module) => {
    const some = modules.filter((other) => (cyclic ? other !== module : other.at > module.at));
    // What Node runs by `require` may be a CommonJS module alone.
    return module.common ? some.filter((other) => other.common && other.at > module.at) : some;
  };
  const text = (module) => {
    const lines = [], { name } = module;
    const list = targets(module).filter(() => chance(0.4)).slice(0, 4);
    const late = [];
    if (module.common) {
      lines.push(`t("${name} starts", typeof module, this === module.exports);`);
      list.forEach((target, nth) => {
        if (chance(0.3)) {
          lines.push(`exports.later${nth} = () => require("./${target.file}").value_${target.name};`);
          late.push(`exports.later${nth}()`);
        } else {
          lines.push(`const r${nth} = require("./${target.file}"); t("${name} has", Object.keys(r${nth}).join());`);
        }
      });
      lines.push(`exports.value_${name} = "${name}";`, `exports.call_${name} = function () { t("call ${name}"); return 1; };`);
      if (chance(0.3)) lines.push(`Object.defineProperty(exports, "__esModule", { value: true }); exports.default = "default of ${name}";`);
      if (chance(0.2)) lines.push(`module.exports = { value_${name}: exports.value_${name}, call_${name}: exports.call_${name} };`);
      lines.push(`t("${name} ends");`);
      return lines.join("\n");
    }
    list.forEach((target, nth) => {
      const from = `from "./${target.file}"`, call = `call_${target.name}`, value = `value_${target.name}`;
      const forms = [
        () => {
          lines.push(`import { ${value} as v${nth}, ${call} as c${nth} } ${from};`);
          if (!target.common && chance(0.7)) late.push(`c${nth}()`);
          late.push(`v${nth}`);
        },
        () => {
          lines.push(`import * as ns${nth} ${from};`);
          late.push(`Reflect.ownKeys(ns${nth}).map(String).join()`, `ns${nth}.${value}`);
          if (!cyclic) late.push(`JSON.stringify(Object.entries(ns${nth}).map(([key, value]) => [key, typeof value]))`);
        },
        () => lines.push(`import "./${target.file}";`),
        () => lines.push(`export { ${value} as again${nth}_${name}, ${call} } ${from};`),
        () => lines.push(`export * ${from};`),
        () => lines.push(`export * as all${nth}_${name} ${from};`),
      ];
      if (target.common || target.hasDefault !== false) {
        forms.push(() => {
          lines.push(`import d${nth} ${from};`);
          late.push(target.common ? `typeof d${nth} + Object.keys(d${nth}).join()` : `typeof d${nth}`);
        });
      }
      pick(forms)();
    });
    lines.push(`t("${name} starts");`);
    const how = keyword();
    lines.push(`export ${how} value_${name} = "${name}";`);
    lines.push(`export function call_${name}() { t("call ${name}"${how === "const" ? "" : `, value_${name} += "+"`}); return value_${name}; }`);
    const given = pick(["function", "function name", "class", "value"]);
    const forms = {
      function: "export default function () { return 1; }",
      "function name": `export default function named_${name}() { return typeof named_${name}; }`,
      class: cyclic ? "export default function () {}" : `export default class { static made = t("class of ${name}"); }`,
      value: cyclic ? "export default function () {}" : `export default t("default of ${name}") || { of: "${name}" };`,
    };
    lines.push(forms[given]);
    if (chance(0.3)) lines.push(`for (var i_${name} = 0; i_${name} < 2; i_${name}++) t("${name} loops", i_${name});`);
    if (chance(0.3)) lines.push(`const unused_${name} = () => t("never");`);
    if (chance(0.3)) lines.push(`{ let value = "block"; const { length: size_${name} } = value; t(size_${name}); }`);
    if (chance(0.3)) lines.push(`var { length: length_${name}, [0]: first_${name} = "none" } = value_${name}; t(length_${name}, first_${name});`);
    if (module.waits) {
      lines.push(chance(0.5) ? `await 0;` : `await new Promise((done) => setTimeout(done, ${below(5)}));`, `t("${name} waited");`);
    }
    for (const expression of late) {
      // In a circle what is read may not be there yet.
      lines.push(cyclic ? `try { t("${name}", ${expression}); } catch (error) { t("${name} fails", error.name); }` : `t("${name}", ${expression});`);
    }
    if (dynamic && chance(0.5)) {
      const target = pick(modules);
      if (target !== module) {
        lines.push(`later(() => import("./${target.file}").then((all) => t("${name} loaded", Reflect.ownKeys(all).map(String).join(), all.value_${target.name})));`);
      }
    }
    lines.push(`t("${name} ends");`);
    return lines.join("\n");
  };
  return {
    entries: modules.slice(0, entries).map((module) => module.name),
    files: modules.map((module) => [module.file, text(module) + "\n"]),
  };
}

if (command === "write") {
  for (let at = 0; at < count; at++) {
    const { files } = graph(+seed + at);
    mkdirSync(join(folder, `_g${at}`), { recursive: true });
    for (const [name, text] of files) writeFileSync(join(folder, `_g${at}`, name), text);
  }
}
if (command === "entries") {
  for (let at = 0; at < count; at++) {
    for (const name of graph(+seed + at).entries) console.log(`"g${at}/${name}.js" = "_g${at}/${name}.mjs"`);
  }
}
if (command === "run") {
  const traces = [];
  for (let at = 0; at < count; at++) {
    const trace = [], waiting = [];
    globalThis.t = (...words) => void trace.push(words.join(" "));
    globalThis.later = (load) => void waiting.push(load);
    for (const name of graph(+seed + at).entries) {
      trace.push(`# ${name}`);
      try {
        await import(pathToFileURL(resolve(folder, (extension === ".mjs" ? "_g" : "g") + at, name + extension)));
      } catch (error) {
        trace.push(`failed: ${error?.name}${error instanceof SyntaxError ? error.message : ""}`);
      }
      for (let load; (load = waiting.shift()); ) {
        await load().catch((error) => trace.push(`failed later: ${error?.name}`));
      }
    }
    traces.push(trace);
  }
  console.log(JSON.stringify(traces));
}
