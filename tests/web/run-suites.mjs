// The public suites of others, bundled and run: `node run-suites.mjs ASSETC WORK NAME=FOLDER…`. NAME is `test262`, `rollup` or `esbuild`, FOLDER what its repository
// holds. Prints, as Markdown, how many cases pass, and each that does not, with the reason.
//
// All cases of a suite are entries of one project, in folders whose names begin with `_`, so that their other files are none; what cannot be built is refused, left out, and the rest built again.

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { filesBelow } from "./files.mjs";

const [assetc, work, ...suites] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const MODES = ["production", "development"];

/** Runs a case in a thread of its own; undefined, or what went wrong. */
function run(job) {
  return new Promise((resolve) => {
    const worker = new Worker(join(here, "run-suite-case.mjs"), { workerData: job, stdout: true, stderr: true, execArgv: ["--no-warnings"] });
    const timer = setTimeout(() => (resolve("it does not end"), worker.terminate()), 10_000);
    const end = (outcome) => (clearTimeout(timer), resolve(outcome), worker.terminate());
    worker.on("message", (outcome) => end(outcome ?? undefined));
    worker.on("error", (error) => end(`${error?.name}: ${error?.message}`.split("\n")[0]));
    worker.on("exit", () => end("it ends before its end"));
  });
}

/**
 * Builds a project with these cases, `{ name, entry }`, and runs them.
 * `blamed(error, cases)` gives those that an error of the build is about.
 */
async function judge(project, cases, blamed, job) {
  const verdicts = new Map(cases.map((one) => [one.name, []]));
  let left = cases;
  for (const mode of MODES) {
    let files;
    for (;;) {
      const entries = left.map((one) => `"${one.entry.replace(/\.\w+$/, "")}.js" = "_${one.entry}"`);
      writeFileSync(join(project, "assetc.toml"), `[compress]\nbrotli = false\ngzip = false\n[entries]\n${entries.join("\n")}\n`);
      const built = spawnSync(assetc, ["build", "--root", project, "--mode", mode, "--quiet"], { encoding: "utf8", maxBuffer: 1 << 30 });
      if (built.status === 0) {
        files = JSON.parse(readFileSync(join(project, "static/assetc.json"), "utf8")).files;
        break;
      }
      const errors = built.stderr.split(/\n(?=error|warning|note)/).filter((text) => text.startsWith("error"));
      const refused = new Set();
      for (const error of errors) {
        for (const one of blamed(error, left)) {
          refused.add(one);
          verdicts.get(one.name).push(`${mode}: refused: ${error.split("\n")[0]}`);
        }
      }
      if (refused.size === 0) throw new Error(errors.join("\n").slice(0, 3000) || built.stderr.slice(-3000));
      left = left.filter((one) => !refused.has(one));
      for (const one of refused) one.remove?.();
    }
    for (const one of left) {
      const outcome = await run({ ...job(one), file: join(project, "static", files[`${one.entry.replace(/\.\w+$/, "")}.js`].path) });
      if (outcome) verdicts.get(one.name).push(`${mode}: ${outcome}`);
    }
  }
  return verdicts;
}

function freshProject(name) {
  const project = join(work, name);
  rmSync(project, { recursive: true, force: true });
  mkdirSync(join(project, "assets"), { recursive: true });
  writeFileSync(join(project, "package.json"), '{ "type": "module" }\n');
  return project;
}

const ofFolder = (error, cases) => {
  const named = new Set([...error.matchAll(/assets\/_(c\d+)\//g)].map((match) => match[1]));
  return cases.filter((one) => named.has(one.entry.split("/")[0]));
};

const SUITES = {
  async test262(folder) {
    const project = freshProject("test262");
    const skipped = [], cases = [];
    for (const part of ["module-code", "import"]) {
      const source = join(folder, "test/language", part);
      cpSync(source, join(project, "assets", `_${part}`), { recursive: true });
      for (const file of filesBelow(source)) {
        if (!file.endsWith(".js") || file.includes("_FIXTURE")) continue;
        const text = readFileSync(join(source, file), "utf8");
        const about = /\/\*---([\s\S]*?)---\*\//.exec(text)?.[1] ?? "";
        const list = (name) => (new RegExp(`${name}:\\s*\\[(.*?)\\]`).exec(about)?.[1] ?? "").split(",").map((one) => one.trim()).filter(Boolean);
        const name = `${part}/${file}`;
        const remove = () => rmSync(join(project, "assets", `_${name}`), { force: true });
        const native = join(folder, "test/language", part, file);
        if (/^negative:/m.test(about)) skipped.push([name, "negative: it must not run"]);
        else if (!list("flags").includes("module")) skipped.push([name, "not a module"]);
        else cases.push({ name, entry: name, includes: list("includes"), asynchronous: list("flags").includes("async"), remove, native });
        if (skipped.at(-1)?.[0] === name) remove();
      }
    }
    writeFileSync(join(folder, "test/package.json"), '{ "type": "module" }\n');
    const job = (one) => ({ suite: "test262", harness: join(folder, "harness"), includes: one.includes, asynchronous: one.asynchronous });
    const able = [];
    for (const one of cases) {
      const outcome = await run({ ...job(one), file: one.native });
      if (outcome) skipped.push([one.name, "Node itself fails"]), one.remove();
      else able.push(one);
    }
    const blamed = (error, left) => {
      const direct = left.filter((one) => error.includes(`assets/_${one.entry}`));
      if (direct.length > 0) return direct;
      const fixture = /([\w-]+_FIXTURE\.\w+)/.exec(error)?.[1];
      const near = fixture ? left.filter((one) => readFileSync(one.native, "utf8").includes(fixture)) : [];
      // A fixture of a fixture: all that stand beside it.
      const folder = /assets\/_([^:\s`]+)\//.exec(error)?.[1];
      return near.length > 0 ? near : left.filter((one) => folder && one.entry.startsWith(`${folder.split("/").slice(0, 2).join("/")}`));
    };
    return { verdicts: await judge(project, able, blamed, job), skipped };
  },

  async rollup(folder) {
    const project = freshProject("rollup");
    const require = createRequire(import.meta.url);
    globalThis.defineTest = (config) => config;
    const skipped = [], cases = [];
    const samples = join(folder, "test/function/samples");
    for (const file of filesBelow(samples)) {
      if (!file.endsWith("/_config.js")) continue;
      const name = dirname(file);
      const source = join(samples, name);
      let config;
      try {
        config = require(join(source, "_config.js"));
      } catch (error) {
        skipped.push([name, "its configuration needs rollup itself"]);
        continue;
      }
      const options = Object.keys(config.options ?? {}).filter((key) => key !== "treeshake");
      const needs = ["error", "generateError", "runtimeError", "code", "bundle", "buildStart", "before", "beforeEach", "after", "skip", "abortOnStderr"].filter((key) => config[key]);
      const main = ["main.js", "main.mjs"].find((one) => existsSync(join(source, one)));
      if (!main) skipped.push([name, "no main.js"]);
      else if (needs.length > 0) skipped.push([name, `\`${needs[0]}\`: about rollup's errors or interface`]);
      else if (options.length > 0) skipped.push([name, `option \`${options[0]}\` of rollup`]);
      else {
        const id = `c${cases.length}`;
        cpSync(source, join(project, "assets", `_${id}`), { recursive: true });
        rmSync(join(project, "assets", `_${id}`, "_config.js"));
        cases.push({ name, entry: `${id}/${main}`, config: join(source, "_config.js"), remove: () => rmSync(join(project, "assets", `_${id}`), { recursive: true, force: true }) });
      }
    }
    return { verdicts: await judge(project, cases, ofFolder, (one) => ({ suite: "rollup", config: one.config })), skipped };
  },

  async esbuild(folder) {
    const project = freshProject("esbuild");
    const skipped = [], cases = [];
    const text = readFileSync(join(folder, "scripts/end-to-end-tests.js"), "utf8");
    const require = createRequire(import.meta.url);
    let found = [];
    const harness = {
      test: (args, files, options) => found.push({ args, files, options }),
      testWatch: () => undefined,
      require: (name) => (name.startsWith("./") ? { installForTests: () => ({}), buildBinary: () => "", dirname: "" } : require(name)),
      process: { ...process, exit: () => undefined, platform: "linux", version: process.version, versions: process.versions, env: {}, argv: [] },
      console, setTimeout, Buffer, __dirname: folder, __filename: join(folder, "x.js"), module: {}, exports: {},
    };
    // The file defines `test` and runs what it is given; here it only lists.
    const listed = text.replace(/^function test\(/m, "function ran(").replace(/^(async )?function testWatch\(/m, "$1function watched(").replace(/^main\(\)/m, "0 && main()");
    runInNewContext(listed, harness);
    for (const [nth, { args, files, options }] of found.entries()) {
      const flags = args.filter((arg) => arg.startsWith("-") && !/^--(bundle|minify|outfile=node\.js|log-|keep-names=|target=es6|target=es(202\d|next))/.test(arg));
      const input = args.find((arg) => !arg.startsWith("-"));
      const name = `${nth} ${args.join(" ")}`;
      const entry = Object.keys(files).find((file) => file.replace(/\.\w+$/, "") === input?.replace(/^\.\//, "").replace(/\.\w+$/, ""));
      if (!args.includes("--bundle")) skipped.push([name, "not bundled"]);
      else if (options?.expectedStderr?.includes("ERROR")) skipped.push([name, "about an error"]);
      else if (flags.length > 0 && !flags.every((flag) => ["--format=esm"].includes(flag))) skipped.push([name, `option \`${flags[0]}\` of esbuild`]);
      else if (!args.includes("--outfile=node.js") || !entry) skipped.push([name, "the caller of its output is CommonJS"]);
      else {
        const id = `c${nth}`;
        for (const [path, content] of Object.entries(files)) {
          if (typeof content !== "string" && !(content instanceof Uint8Array)) continue;
          mkdirSync(dirname(join(project, "assets", `_${id}`, path)), { recursive: true });
          writeFileSync(join(project, "assets", `_${id}`, path), content);
        }
        if (!files["package.json"]) writeFileSync(join(project, "assets", `_${id}`, "package.json"), "{}\n");
        cases.push({ name: `${name}: ${String(files[entry]).trim().slice(0, 100).replaceAll(/\s+/g, " ")}`, entry: `${id}/${entry}`, asynchronous: Boolean(options?.async), remove: () => rmSync(join(project, "assets", `_${id}`), { recursive: true, force: true }) });
      }
    }
    return { verdicts: await judge(project, cases, ofFolder, (one) => ({ suite: "esbuild", asynchronous: one.asynchronous })), skipped };
  },
};

for (const suite of suites) {
  const [name, folder] = suite.split("=");
  const { verdicts, skipped } = await SUITES[name](folder);
  const failed = [...verdicts].filter(([, found]) => found.length > 0);
  console.log(`## ${name}\n\n${verdicts.size - failed.length} passed, ${failed.length} failed, ${skipped.length} skipped\n`);
  for (const [one, found] of failed) console.log(`- ${one}: ${[...new Set(found)].join("; ")}`);
  const reasons = Map.groupBy ? Map.groupBy(skipped, ([, reason]) => reason) : skipped.reduce((map, one) => map.set(one[1], [...(map.get(one[1]) ?? []), one]), new Map());
  console.log(`\nSkipped:\n`);
  for (const [reason, all] of [...reasons].sort((a, b) => b[1].length - a[1].length)) console.log(`- ${all.length}: ${reason}`);
  console.log("");
}
