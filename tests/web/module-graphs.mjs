// Random graphs of modules: ECMAScript modules, CommonJS and JSON, which Node runs as they are.
//
// A graph is data, so that a failing one can be made smaller: `makeGraph(seed)` draws it, `prune` drops what does not hold (imports of names
// that are not exported, uses of names that are not declared, modules that no entry reaches), `filesOf` writes it out, `reductions` lists
// graphs that are a little smaller. The sources use five globals, which `run-module-graphs.mjs` defines:
// `T(label, ...values)` appends to the trace, `V(label, value)` does too and gives the value, `R(read)` gives what a function returns or says
// what it throws, `B(read)` gives something to extend, `K(n)` is a promise for a later time, `L(load)` runs a dynamic `import()`.

/** Mulberry32: a number from 0 to below 1 a call. */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let at = Math.imul(state ^ (state >>> 15), 1 | state);
    at = (at + Math.imul(at ^ (at >>> 7), 61 | at)) ^ at;
    return ((at ^ (at >>> 14)) >>> 0) / 4294967296;
  };
}

// Few names, so that modules of one chunk share them; some are those of globals, of CommonJS or of what minifiers choose.
const NAMES = "a b c d e t n r x y z foo bar value ns init _a $ self".split(" ");
const ODD_NAMES = "exports module require Object Promise Symbol default_1 __esModule name async of get".split(" ");
const LITERALS = ["0", "1", "-0", "''", "'s'", "'a text that is long enough'", "true", "null", "undefined", "1234567", "10n", "`t`", "[1, 2]", "({ a: 1 })", "/re/g"];

/** `without`: features to leave out. */
export function makeGraph(seed, without = []) {
  const next = random(seed);
  const chance = (part) => next() < part;
  const below = (end) => Math.floor(next() * end);
  const pick = (list) => list[below(list.length)];
  const some = (list, part) => list.filter(() => chance(part));

  const size = 2 + below(chance(0.2) ? 10 : 6);
  const commonPart = chance(0.5) ? 0.35 : 0;
  const cyclic = chance(0.5);
    // What a graph may hold; most hold few of these, so that a fault is seen alone.
  const holds = { waits: chance(0.25), dynamic: chance(0.35), json: chance(0.15), odd: chance(0.3), throws: chance(0.06), microtasks: chance(0.1), missing: chance(0.2), early: chance(0.5), packaged: chance(0.15), commonEntry: true, commonLoads: true, replacedExports: true };
  for (const feature of without) holds[feature] = false;

  const entryCount = chance(0.5) ? 1 : 2 + below(2);
  // What others may read early is a function or a `var`, unless the graph is to show what happens else.
  const keywords = holds.early ? ["let", "const", "var"] : ["var"];

  const modules = Array.from({ length: size }, (_, id) => {
    let kind = chance(commonPart) && (id >= entryCount || (holds.commonEntry && chance(0.2))) ? "cjs" : "esm";
    if (holds.json && id >= entryCount && chance(0.3)) kind = "json";
    return { id, kind, pure: holds.packaged && kind === "esm" && id >= entryCount && chance(0.5), items: [], names: new Set(), exported: new Set() };
  });
  const free = (module) => {
    for (;;) {
      const name = holds.odd && module.kind === "esm" && chance(0.15) ? pick(ODD_NAMES) : pick(NAMES) + (chance(0.15) ? below(3) : "");
      if (!module.names.has(name)) {
        module.names.add(name);
        return name;
      }
    }
  };
  const exportNames = (module, name) => {
    const names = [];
    if (chance(0.7)) names.push(name);
    if (chance(0.15)) names.push(pick(NAMES));
    if (holds.odd && chance(0.08)) names.push(pick(["a-b", "👍", "then2", "constructor", "toString"]));
    return names.filter((name) => !module.exported.has(name) && module.exported.add(name));
  };
  const label = (module) => `'m${module.id} ${module.items.length}'`;

  // An expression and the local names that it uses.
  const locals = (module) => [...module.names].filter((name) => name !== "__esModule");
  const read = (module) => {
    const name = pick(locals(module));
    if (name === undefined || chance(0.05)) return { text: pick(["typeof missingThing", "R(() => missingThing)", "typeof globalThis.missingThing"]), uses: [] };
    const member = pick([...NAMES, "default"]);
    const text = pick([
      `R(() => ${name})`, `R(() => ${name})`, `R(() => ${name})`, `R(() => ${name}())`, `R(() => ${name}())`, `R(() => typeof ${name})`, `R(() => new ${name}())`,
      `R(() => ${name}.${member})`, `R(() => ${name}.${member})`, `R(() => ${name}?.${member}?.())`, `R(() => '${member}' in ${name})`, `R(() => Reflect.ownKeys(${name}).length > 0)`,
      `R(() => ({ ${name} }).${name})`, `R(() => { const { ${member}: q = 'none' } = ${name}; return q; })`, `R(() => ((${member === "default" ? "q" : member}) => ${name})(7))`,
      `R(() => [...Object.keys(${name})])`, `R(() => ${name}['${member}'])`,
    ]);
    return { text, uses: [name] };
  };
  const init = (module) => {
    if (module.pure) return chance(0.6) ? { text: pick(LITERALS), uses: [] } : { text: `() => ${pick(LITERALS)}`, uses: [] };
    const way = below(10);
    if (way < 4) return { text: pick(LITERALS), uses: [] };
    if (way < 6) return { text: `V(${label(module)}, ${pick(LITERALS)})`, uses: [] };
    const { text, uses } = read(module);
    if (way < 8) return { text, uses };
    if (way < 9) return { text: `() => ${text}`, uses };
    return { text: `{ get g() { T(${label(module)}); return ${text}; }, p: ${text} }`, uses };
  };

  // First what each module declares, then what it takes from others, then code that reads all of it.
  for (const module of modules) {
    if (module.kind === "json") {
      module.items.push({ t: "json", text: pick(['{ "a": 1, "b": [2], "not a name": 3 }', "[1, 2]", '"text"', "7", '{ "default": 1, "x": { "y": null } }']) });
      continue;
    }
    for (let count = 1 + below(4); count > 0; count--) module.items.push(module.kind === "cjs" ? commonExport(module) : declaration(module));
  }
  for (const module of modules) if (module.kind !== "json") links(module);
  for (const module of modules) {
    if (module.kind === "json") continue;
    if (!module.pure) {
      for (let count = 1 + below(4); count > 0; count--) insert(module, code(module));
      module.items.unshift({ t: "code", text: `T('m${module.id} begins');`, uses: [] });
      module.items.push({ t: "code", text: `T('m${module.id} ends');`, uses: [] });
    }
    if (module.kind === "cjs" && holds.replacedExports && chance(0.3)) module.items.push(...commonEnd(module));
  }
  const entries = [0];
  while (entries.length < Math.min(entryCount, size)) {
    const id = chance(0.6) ? entries.length : below(size);
    if (entries.includes(id) || modules[id].kind === "json" || (modules[id].kind === "cjs" && !holds.commonEntry) || modules[id].pure) {
      if (chance(0.2)) break;
      continue;
    }
    entries.push(id);
  }
  if (chance(0.2)) entries.reverse();
  return { seed, entries, modules: modules.map(({ id, kind, pure, items }) => ({ id, kind, pure, items })) };

  function insert(module, item) {
    module.items.splice(below(module.items.length + 1), 0, item);
  }

  function declaration(module) {
    const hasDefault = module.exported.has("default");
    const way = below(hasDefault ? 9 : 12);
    if (way >= 9) {
      module.exported.add("default");
      const { text, uses } = init(module);
      const form = pick(["function", "named function", "async", "generator", "as", "live", ...(holds.early ? ["expression", "class", "named class", "arrow"] : [])]);
      if (form === "expression" || form === "arrow") return { t: "code", text: `export default ${form === "arrow" ? `() => (${text})` : `(${text})`};`, uses, exports: [["default", null]] };
      if (form === "function") return { t: "code", text: `export default function () { return ${text}; }`, uses, exports: [["default", null]] };
      if (form === "async") return { t: "code", text: `export default async function () { return ${text}; }`, uses, exports: [["default", null]] };
      if (form === "generator") return { t: "code", text: `export default function* () { yield ${text}; }`, uses, exports: [["default", null]] };
      if (form === "class") return { t: "code", text: `export default class { static s = ${text}; }`, uses, exports: [["default", null]] };
      const name = free(module);
      const declares = [name];
      if (form === "named function") return { t: "code", text: `export default function ${name}() { return ${text}; }`, uses, declares, exports: [["default", name]] };
      if (form === "named class") return { t: "code", text: `export default class ${name} { static s = ${text}; m() { return typeof ${name}; } }`, uses, declares, exports: [["default", name]] };
      if (form === "live") return { t: "code", text: `export default function ${name}() { return ${pick(LITERALS)}; }\n${name} = ${pick(LITERALS)};`, uses: [], declares, exports: [["default", name]] };
      return { t: "code", text: `${pick(keywords)} ${name} = ${text};\nexport { ${name} as default };`, uses, declares, exports: [["default", name]] };
    }
    const name = free(module);
    const item = { t: "code", declares: [name], exports: exportNames(module, name).map((exported) => [exported, name]), apart: chance(0.3) };
    const { text, uses } = init(module);
    item.uses = uses;
    if (way < 4) {
      const how = pick(keywords);
      item.text = `${how} ${name} = ${text};`;
      if (how !== "const") module.changes = [...(module.changes ?? []), name];
    } else if (way < 5 && !module.pure) {
      const other = free(module);
      item.declares.push(other);
      item.exports.push(...exportNames(module, other).map((exported) => [exported, other]));
      item.text = `${pick(keywords)} { a: ${name}, b: [${other} = ${text}] = [] } = V(${label(module)}, { a: 1, b: [${pick(["", "5"])}] });`;
    } else if (way < 7) {
      const changed = pick(module.changes ?? []);
      const change = changed && !module.pure && chance(0.6) ? `${changed} = ${pick(["typeof " + changed, "'changed'", `${changed} + ''`])}; ` : "";
      const parameter = pick(NAMES);
      item.uses = [...uses, ...(change ? [changed] : [])].filter((use) => use !== parameter);
      item.text = `function ${name}(${chance(0.3) ? parameter : ""}) { ${change ? `R(() => { ${change}}); ` : ""}return ${text}; }`;
      if (chance(0.15) && !module.pure) item.text += `\n${name} = ${pick(["5", "() => 'replaced'"])};`;
    } else {
      const base = locals(module).filter((other) => other !== name);
      const extended = base.length > 0 && chance(0.4) && !module.pure ? pick(base) : undefined;
      if (extended) item.uses = [...uses, extended];
      const traced = module.pure ? "" : pick(["", `static { T(${label(module)}); }`, `static s2 = V(${label(module)}, 3);`, `[V(${label(module)}, 'key')]() {}`]);
      item.text = `${holds.early ? "" : `var ${name} = `}class ${name}${extended ? ` extends B(() => ${extended})` : ""} { ${traced} static ${pick(["s", "name2", "of"])} = ${text}; field = ${pick(LITERALS)}; get g() { return ${text}; } static m() { return typeof ${name}; } }`;
    }
    return item;
  }

  function commonExport(module) {
    const { text, uses } = init(module);
    const name = pick(NAMES);
    module.exported.add(name);
    return pick([
      () => ({ t: "code", text: `exports.${name} = ${text};`, uses, common: [name] }),
      () => ({ t: "code", text: `exports.${name} = ${text};`, uses, common: [name] }),
      () => ({ t: "code", text: `module.exports.${name} = function () { return ${text}; };`, uses, common: [name] }),
      () => ({ t: "code", text: `Object.defineProperty(exports, '${name}', { enumerable: true, value: ${text} });`, uses, common: [name] }),
      () => ({ t: "code", text: `Object.defineProperty(exports, '__esModule', { value: true });\nexports.default = ${text};`, uses, common: ["__esModule", "default"], once: "esModule" }),
      () => {
        const local = free(module);
        return { t: "code", text: `function ${local}() { return ${text}; }\nexports.${name} = ${local};`, uses, declares: [local], common: [name] };
      },
      () => {
        const local = free(module);
        return { t: "code", text: `var ${local} = ${text};`, uses, declares: [local] };
      },
    ])();
  }

  function commonEnd(module) {
    const name = locals(module)[0];
    if (name === undefined) return [{ t: "code", text: `module.exports = ${pick(["7", "'text'", "null", "() => 1", "class { static x = 1 }"])};`, uses: [] }];
    return pick([
      () => [{ t: "code", text: `module.exports = { ${name}, 'x': ${name} };`, uses: [name], common: [name, "x"] }],
      () => [{ t: "code", text: `module.exports = ${name};`, uses: [name] }],
      () => [{ t: "code", text: `module.exports = function () { return 1; };\nmodule.exports.a = 2;`, uses: [], common: ["a"] }],
    ])();
  }

  function links(module) {
    // Without circles imports go to later modules only. Pure modules import pure ones.
    const may = modules.filter((other) => (cyclic && !module.pure && !(module.kind === "cjs" && other.kind === "cjs" && chance(0.6)) ? true : other.id > module.id));
    const targets = may.filter((other) => (module.kind === "cjs" ? other.kind !== "esm" : true) && (!module.pure || other.pure));
    for (const target of some(targets, 0.45).slice(0, 4)) {
      if (target === module && chance(0.8)) continue;
      const item = module.kind === "cjs" ? requirement(module, target) : importation(module, target);
      if (chance(0.85)) module.items.unshift(item);
      else insert(module, item);
    }
    // No import that is only written in another module keeps a module from being reached.
    if (holds.dynamic && !module.pure && (module.kind === "esm" || holds.commonLoads) && chance(0.4)) insert(module, load(module, pick(modules)));
    if (holds.waits && module.kind === "esm" && !module.pure && chance(0.4)) {
      insert(module, { t: "code", text: pick([`await K(${below(4)});`, `await K(${below(4)});\nT(${label(module)}, 'waited');`, `for await (const one of [K(1), 2]) T(${label(module)}, one);`]), uses: [], waits: true });
    }
    if (holds.microtasks && module.kind === "esm" && !module.pure && chance(0.3)) {
      insert(module, { t: "code", text: `await 0;`, uses: [], waits: true });
    }
    if (holds.throws && !module.pure && chance(0.3)) insert(module, { t: "code", text: `if (T) throw new RangeError('m${module.id}');`, uses: [] });
  }

  function requirement(module, target) {
    const from = target.id;
    const local = free(module);
    return pick([
      () => ({ t: "code", from, text: `${pick(["const", "var"])} ${local} = require(FROM);`, uses: [], declares: [local] }),
      () => ({ t: "code", from, text: `${pick(["const", "var"])} ${local} = require(FROM);`, uses: [], declares: [local] }),
      () => ({ t: "code", from, text: `require(FROM);`, uses: [] }),
      () => ({ t: "code", from, text: `function ${local}() { return require(FROM); }`, uses: [], declares: [local] }),
      () => ({ t: "code", from, text: `if (V(${label(module)}, ${pick(["true", "false"])})) { T(${label(module)}, require(FROM)); }`, uses: [] }),
      () => ({ t: "code", from, text: `module.exports = require(FROM);`, uses: [], commonFrom: true, once: "all" }),
      () => ({ t: "code", from, text: `var { a: ${local} } = require(FROM);`, uses: [], declares: [local] }),
    ])();
  }

  function importation(module, target) {
    const from = target.id;
    const names = [...target.exported].filter((name) => name !== "default");
    const way = below(10);
    if (target.kind === "json") return { t: "import", from, def: free(module) };
    if (way < 1) return { t: "import", from };
    if (way < 2) return { t: "star", from };
    if (way < 3) return { t: "reexport", from, names: some([...names, "default", pick(NAMES)], 0.5).map((name) => [name, pick([name, pick(NAMES)])]).filter(([, name]) => !module.exported.has(name) && module.exported.add(name)) };
    if (way < 4) {
      const as = pick([...NAMES, ...(holds.odd ? ["default"] : [])]);
      if (!module.exported.has(as)) return module.exported.add(as), { t: "starAs", from, as };
    }
    const item = { t: "import", from };
    if (way < 6) item.ns = free(module);
    else {
      const wanted = some([...names, pick(NAMES), pick(NAMES)], 0.6);
      item.names = wanted.map((name) => [name, free(module)]);
    }
    if (chance(0.3)) item.def = free(module);
    if (chance(0.15)) {
      const local = item.names?.[0]?.[1] ?? item.ns ?? item.def;
      const exported = local && exportNames(module, local);
      if (exported?.length > 0) item.again = exported.map((name) => [name, local]);
    }
    return item;
  }

  function load(module, target) {
    const from = target.id;
    if (module.kind === "esm" && holds.waits && chance(0.4)) {
      return { t: "code", from, dynamic: true, waits: true, text: `T(${label(module)}, await L(() => import(FROM)));`, uses: [] };
    }
    return { t: "code", from, dynamic: true, text: `L(() => import(FROM)).then((all) => T(${label(module)}, all), (error) => T(${label(module)}, 'lost', error.name));`, uses: [] };
  }

  function code(module) {
    const { text, uses } = read(module);
    const again = read(module);
    const changed = pick(module.changes ?? []);
    const ways = [
      () => ({ t: "code", text: `T(${label(module)}, ${text});`, uses }),
      () => ({ t: "code", text: `T(${label(module)}, ${text}, ${again.text});`, uses: [...uses, ...again.uses] }),
      () => ({ t: "code", text: `T(${label(module)}, ${text}, ${again.text});`, uses: [...uses, ...again.uses] }),
      () => ({ t: "code", text: `for (const one of [1, 2]) { T(${label(module)}, one, ${text}); }`, uses: uses.filter((use) => use !== "one") }),
      () => ({ t: "code", text: `if (R(() => ${text})) T(${label(module)}, 'yes'); else T(${label(module)}, ${again.text});`, uses: [...uses, ...again.uses] }),
      () => ({ t: "code", text: `try { T(${label(module)}, ${text}); throw 1; } catch { T(${label(module)}, ${again.text}); }`, uses: [...uses, ...again.uses] }),
    ];
    if (changed) ways.push(() => ({ t: "code", text: `R(() => { ${changed} = ${pick(["'new'", `typeof ${changed}`, "5"])}; });`, uses: [changed] }));
    if (module.kind === "cjs") ways.push(() => ({ t: "code", text: `T(${label(module)}, this === module.exports, exports === module.exports, typeof module, exports);`, uses: [] }));
    if (module.kind === "cjs" && holds.missing) ways.push(() => ({ t: "code", text: `try { require('./is-not-there'); } catch (error) { T(${label(module)}, error.name, error.code); }`, uses: [] }));
    if (module.kind === "esm") ways.push(() => ({ t: "code", text: `T(${label(module)}, this, typeof import.meta);`, uses: [] }));
    return pick(ways)();
  }
}

const declaresOf = (item) => [...(item.declares ?? []), ...(item.def ? [item.def] : []), ...(item.ns ? [item.ns] : []), ...(item.names && item.t === "import" ? item.names.map(([, local]) => local) : [])];

/** Where a name that a module exports comes from; undefined when it exports none such, "ambiguous" when several stars give different ones. */
function resolveExport(graph, module, name, seen = new Set()) {
  const key = `${module.id} ${name}`;
  if (seen.has(key)) return undefined;
  seen.add(key);
  if (module.kind === "json") return name === "default" ? key : undefined;
  if (module.kind === "cjs") return name === "default" || commonNames(graph, module).has(name) ? key : undefined;
  const through = (local) => {
    for (const item of module.items) {
      if (item.t !== "import") continue;
      const target = graph.modules.find((other) => other.id === item.from);
      if (item.ns === local) return `${target.id} *`;
      if (item.def === local) return resolveExport(graph, target, "default", seen);
      const imported = item.names?.find(([, name]) => name === local);
      if (imported) return resolveExport(graph, target, imported[0], seen);
    }
    return `${module.id} local ${local ?? name}`;
  };
  for (const item of module.items) {
    const own = [...(item.exports ?? []), ...(item.again ?? [])].find(([exported]) => exported === name);
    if (own) return through(own[1]);
    const again = item.t === "reexport" && item.names.find(([, exported]) => exported === name);
    const target = item.from !== undefined && graph.modules.find((other) => other.id === item.from);
    if (again) return resolveExport(graph, target, again[0], seen);
    if (item.t === "starAs" && item.as === name) return `${target.id} *`;
  }
  if (name === "default") return undefined;
  let found;
  for (const item of module.items) {
    if (item.t !== "star") continue;
    const one = resolveExport(graph, graph.modules.find((other) => other.id === item.from), name, seen);
    if (one === "ambiguous" || (one && found && one !== found)) return "ambiguous";
    found ??= one;
  }
  return found;
}

/** The names that Node's lexer finds in a CommonJS module. */
function commonNames(graph, module, seen = new Set()) {
  const names = new Set();
  if (seen.has(module.id) || module.kind !== "cjs") return names;
  seen.add(module.id);
  for (const item of module.items) {
    item.common?.forEach((name) => names.add(name));
    if (item.commonFrom) commonNames(graph, graph.modules.find((other) => other.id === item.from), seen).forEach((name) => names.add(name));
  }
  return names;
}

/** The graph without what does not hold in it. */
export function prune(graph) {
  const pruned = structuredClone(graph);
  for (let before = ""; before !== JSON.stringify(pruned); ) {
    before = JSON.stringify(pruned);
    const byId = new Map(pruned.modules.map((module) => [module.id, module]));
    pruned.entries = pruned.entries.filter((id) => byId.has(id));
    for (const module of pruned.modules) module.items = module.items.filter((item) => item.from === undefined || byId.has(item.from));
    for (const module of pruned.modules) {
      const declared = new Set(module.items.flatMap(declaresOf));
      const once = new Set();
      module.items = module.items.filter((item) => {
        if (item.uses?.some((use) => !declared.has(use))) return false;
        return !item.once || (!once.has(item.once) && once.add(item.once));
      });
      for (const item of module.items) {
        const target = byId.get(item.from);
        const holds = (name) => ![undefined, "ambiguous"].includes(resolveExport(pruned, target, name));
        if (item.names) item.names = item.names.filter(([name]) => holds(name));
        if (item.def && !holds("default")) delete item.def;
        if (item.again) {
          const declared = declaresOf(item);
          item.again = item.again.filter(([, local]) => declared.includes(local));
        }
      }
    }
    const reached = new Set();
    const open = [...pruned.entries];
    while (open.length > 0) {
      const id = open.pop();
      if (!reached.has(id) && reached.add(id)) byId.get(id).items.forEach((item) => item.from !== undefined && open.push(item.from));
    }
    pruned.modules = pruned.modules.filter((module) => reached.has(module.id));
  }
  return pruned;
}

const quote = (name) => (/^[\w$]+$/.test(name) ? name : JSON.stringify(name));

/** The files of a graph below a project's root, and its entries, as paths below `assets`. */
export function filesOf(graph, folder) {
  const byId = new Map(graph.modules.map((module) => [module.id, module]));
  const extension = (module) => ({ esm: "mjs", cjs: "cjs", json: "json" })[module.kind];
  const file = (module) => `m${module.id}.${extension(module)}`;
  const specifier = (module, target) => `'${target.pure && !module.pure ? `${folder}-pure/` : "./"}${file(target)}'`;
  const files = [];
  for (const module of graph.modules) {
    const lines = module.items.map((item) => {
      const target = byId.get(item.from);
      const from = target && specifier(module, target) + (target.kind === "json" && module.kind === "esm" ? " with { type: 'json' }" : "");
      switch (item.t) {
        case "json":
          return item.text;
        case "star":
          return `export * from ${from};`;
        case "starAs":
          return `export * as ${quote(item.as)} from ${from};`;
        case "reexport":
          return `export { ${item.names.map(([name, as]) => (name === as ? quote(name) : `${quote(name)} as ${quote(as)}`)).join(", ")} } from ${from};`;
        case "import": {
          const names = item.names?.length > 0 ? [`{ ${item.names.map(([name, local]) => (name === local ? name : `${quote(name)} as ${local}`)).join(", ")} }`] : [];
          const clause = [...(item.def ? [item.def] : []), ...(item.ns ? [`* as ${item.ns}`] : names)].join(", ");
          const again = item.again?.length > 0 ? `\nexport { ${item.again.map(([name, local]) => `${local} as ${quote(name)}`).join(", ")} };` : "";
          return `import ${clause ? `${clause} from ` : ""}${from};${again}`;
        }
        case "code": {
          const asked = target && specifier(module, target) + (target.kind === "json" && item.dynamic ? ", { with: { type: 'json' } }" : "");
          const text = item.text.replaceAll("FROM", () => asked);
          const own = (item.exports ?? []).filter(([, local]) => local !== null && !/^export default/.test(text) && !/ as default \}/.test(text));
          if (own.length === 0) return text;
          const plain = own.length === 1 && own[0][0] === own[0][1] && item.declares.length === 1 && !item.apart;
          return plain ? `export ${text}` : `${text}\nexport { ${own.map(([name, local]) => `${local} as ${quote(name)}`).join(", ")} };`;
        }
      }
    });
    files.push([`${module.pure ? `node_modules/${folder}-pure` : `assets/${folder}`}/${file(module)}`, `${lines.join("\n")}\n`]);
  }
  if (graph.modules.some((module) => module.pure)) {
    files.push([`node_modules/${folder}-pure/package.json`, `{ "name": "${folder}-pure", "version": "1.0.0", "type": "module", "sideEffects": false }\n`]);
  }
  return { files, entries: graph.entries.map((id) => `${folder}/${file(byId.get(id))}`) };
}

/** Graphs that are smaller than this one, the much smaller ones first. */
export function reductions(graph) {
  const smaller = [];
  const change = (edit) => {
    const copy = structuredClone(graph);
    edit(copy);
    smaller.push(copy);
  };
  graph.modules.forEach((module) => change((copy) => (copy.modules = copy.modules.filter((other) => other.id !== module.id))));
  if (graph.entries.length > 1) graph.entries.forEach((_, nth) => change((copy) => copy.entries.splice(nth, 1)));
  graph.modules.forEach((module, at) => {
    const half = Math.ceil(module.items.length / 2);
    if (half > 1) {
      change((copy) => (copy.modules[at].items = module.items.slice(half)));
      change((copy) => (copy.modules[at].items = module.items.slice(0, half)));
    }
  });
  graph.modules.forEach((module, at) =>
    module.items.forEach((item, nth) => {
      change((copy) => copy.modules[at].items.splice(nth, 1));
      for (const list of ["names", "exports", "again"]) {
        if (item[list]?.length > 0 && item.t !== "json") {
          if (list === "exports" && /^export default/.test(item.text)) continue;
          item[list].forEach((_, name) => change((copy) => copy.modules[at].items[nth][list].splice(name, 1)));
        }
      }
      for (const single of ["def", "ns"]) if (item[single] && item.t === "import") change((copy) => delete copy.modules[at].items[nth][single]);
      for (const plain of ["1", "'s'"]) {
        const simpler = item.text?.replace(/^(\w+ [\w$]+ = ).*;$/, `$1${plain};`);
        if (simpler && simpler !== item.text && !/^\w+ [\w$]+ = (1|'s');$/.test(item.text) && item.from === undefined) {
          change((copy) => Object.assign(copy.modules[at].items[nth], { text: simpler, uses: [] }));
        }
      }
    }),
  );
  return smaller.map(prune).filter((copy) => copy.entries.length > 0);
}
