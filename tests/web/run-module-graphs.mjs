// Runs modules and prints the trace that they leave: `node run-module-graphs.mjs JOBS OUT`. JOBS is a JSON file: a list of lists of files, the entries of
// one program, which are imported one after the other into one realm, as a page does. Writes a JSON list of `{ trace, early }`: a list of lines, and whether
// something was read before it was initialised.
//
// Time is virtual, so that a trace says what the modules decide and not how quick the disk is: when nothing can run any more, the first
// dynamic import that was asked for starts; when there is none, the first promise of `K` is kept.

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

let trace, loads, waits, now, events, early;

function note(line) {
  events += 1;
  trace.push(line);
}

const describe = (value, depth = 2) => {
  if (typeof value === "function") return "function";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  if (value instanceof RegExp || value instanceof Promise) return Object.prototype.toString.call(value);
  if (depth === 0) return "…";
  const isNamespace = Object.prototype.toString.call(value) === "[object Module]";
  // Later versions of Node add this name.
  const keys = (isNamespace ? Reflect.ownKeys(value) : Object.keys(value)).filter((key) => key !== Symbol.toStringTag && key !== "module.exports");
  return `${isNamespace ? "namespace " : ""}${Array.isArray(value) ? "[" : "{"}${keys.map((key) => `${String(key)}: ${describe(R(() => value[key]), depth - 1)}`).join(", ")}}`;
};

/** What a function returns; or that it throws, and what kind of error. */
function R(read) {
  try {
    return read();
  } catch (error) {
    if (/before initialization/.test(error?.message)) early = true;
    return `throws ${error?.name ?? describe(error)}`;
  }
}

Object.assign(globalThis, {
  R,
  T: (...values) => note(values.map((value, nth) => (nth === 0 ? value : describe(value))).join(" ")),
  V: (label, value) => (note(`${label} gives ${describe(value)}`), value),
  B: (read) => {
    const base = R(read);
    return typeof base === "function" && base.prototype !== undefined && Object.getOwnPropertyDescriptor(base, "prototype").writable === false ? base : Object;
  },
  K: (time) => new Promise((resolve) => waits.push({ at: now + time, resolve })),
  L: (load) => new Promise((resolve) => loads.push({ load, resolve })),
});
// When Node notices a rejection that nobody handles depends on more than the order in which modules run.
process.on("unhandledRejection", () => undefined);

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Waits until `done` says so; whether it did. */
async function until(done, milliseconds) {
  for (const start = performance.now(); performance.now() - start < milliseconds; ) {
    for (let turns = 0; turns < 20; turns++) {
      if (done()) return true;
      await turn();
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return done();
}

async function settle() {
  for (let quiet = 0, seen = events; quiet < 3; quiet++) {
    await turn();
    if (events !== seen) [quiet, seen] = [0, events];
  }
}

async function run(entry) {
  let outcome;
  const start = events;
  import(pathToFileURL(entry)).then(
    () => (outcome = "done"),
    (error) => (outcome = `failed: ${error?.name}${error instanceof SyntaxError ? ` ${error.message}` : ""}`),
  );
  const busy = () => outcome !== undefined || loads.length > 0 || waits.length > 0;
  await until(() => busy() || events > start, 20_000);
  for (;;) {
    await settle();
    if (loads.length > 0) {
      const { load, resolve } = loads.shift();
      const before = events;
      let over = false;
      const promise = new Promise((resolve) => resolve(load()));
      note("asked");
      promise.then(() => (over = true), () => (over = true));
      resolve(promise);
      // A module that is loaded says so at once; one that waits for another says nothing.
      await until(() => over || events > before + 1, 1000);
    } else if (waits.length > 0) {
      const first = waits.reduce((a, b) => (b.at < a.at ? b : a));
      waits.splice(waits.indexOf(first), 1);
      now = Math.max(now, first.at);
      first.resolve(first.at);
    } else if (outcome !== undefined || !(await until(busy, 400))) {
      break;
    }
  }
  note(outcome ?? "never done");
}

const traces = [];
for (const entries of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  [trace, loads, waits, now, events, early] = [[], [], [], 0, 0, false];
  for (const [nth, entry] of entries.entries()) {
    trace.push(`# entry ${nth}`);
    await run(entry);
  }
  traces.push({ trace, early });
}
writeFileSync(process.argv[3], JSON.stringify(traces));
process.exit(0);
