// Random graphs of modules leave the same trace as bundles as they leave in Node: `node check-module-graphs.mjs ASSETC FOLDER SEED COUNT [OPTION…]`.
//
// The graphs of the seeds SEED to SEED + COUNT are the sources of one project, which is built in both modes. A graph that fails is made
// smaller as long as it fails, and printed. Options: `without=FEATURE,…` leaves features out of the graphs (`holds` in `module-graphs.mjs`), `early` judges graphs too
// that read something before it is initialised, `modes=MODE,…` builds in these modes alone, `shrink=NUMBER` makes that many failing graphs smaller, `aloud` prints each
// as it is found, `esbuild=PATH` judges that bundler instead, which tells whether the graphs find faults.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { filesOf, makeGraph, prune, reductions } from "./module-graphs.mjs";
import { finish } from "./files.mjs";

const [assetc, folder, seed, count, ...options] = process.argv.slice(2);
const peer = options.find((option) => option.startsWith("esbuild="))?.slice("esbuild=".length);
const most = Number(options.find((option) => option.startsWith("shrink="))?.slice("shrink=".length) ?? 5);
const without = (options.find((option) => option.startsWith("without="))?.slice("without=".length) ?? "").split(",");
const judgesEarly = options.includes("early");
const MODES = (options.find((option) => option.startsWith("modes="))?.slice("modes=".length) ?? "production,development").split(",");
const runner = join(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), "run-module-graphs.mjs");

function run(jobs, name) {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(jobs));
  // Warnings of Node about JSON modules are no part of this.
  execFileSync(process.execPath, ["--no-warnings", runner, file, `${file}.out`]);
  return JSON.parse(readFileSync(`${file}.out`, "utf8"));
}

function write(project, written) {
  rmSync(project, { recursive: true, force: true });
  const all = written.filter((one) => one.included);
  for (const [path, text] of all.flatMap((one) => one.files)) {
    mkdirSync(join(project, dirname(path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  const entries = all.flatMap((one) => one.entries);
  const named = entries.map((entry) => `"${entry.replace(/\.\w+$/, ".js")}" = "${entry}"`);
  writeFileSync(join(project, "assetc.toml"), `ignore = []\n[compress]\nbrotli = false\ngzip = false\n[entries]\n${named.join("\n")}\n`);
  // Without fingerprint and manifest of its own, a bundle is a module to Node by this.
  writeFileSync(join(project, "package.json"), '{ "type": "module" }\n');
  return entries;
}

/** Builds all graphs in a mode; what cannot be built is said in `refused` and left out. Gives the file of each entry. */
function build(project, written, mode) {
  for (;;) {
    const entries = write(project, written);
    const command = peer
      ? spawnSync(peer, [...entries.map((entry) => join(project, "assets", entry)), "--bundle", "--splitting", "--format=esm", "--platform=node", `--outbase=${join(project, "assets")}`, `--outdir=${join(project, "static")}`, ...(mode === "production" ? ["--minify"] : []), "--log-limit=0", "--log-level=error"], { encoding: "utf8" })
      : spawnSync(assetc, ["build", "--root", project, "--mode", mode, "--quiet"], { encoding: "utf8", maxBuffer: 1 << 30 });
    if (command.status === 0) {
      const files = peer ? undefined : JSON.parse(readFileSync(join(project, "static/assetc.json"), "utf8")).files;
      return (entry) => {
        const logical = entry.replace(/\.\w+$/, ".js");
        return join(project, "static", files?.[logical]?.path ?? logical);
      };
    }
    const named = new Set([...`${command.stdout}${command.stderr}`.matchAll(/\b(g\d+)(?=\/|-pure)/g)].map((match) => match[1]));
    const refused = written.filter((one) => one.included && named.has(one.name));
    if (refused.length === 0) throw new Error(`the build ended with ${command.status}\n${command.stderr.slice(0, 5000)}`);
    for (const one of refused) {
      one.included = false;
      one.problem = `${mode}: the build fails\n${command.stderr.split(/\n(?=error|warning)/).filter((part) => part.includes(`${one.name}/`)).join("\n").slice(0, 3000)}`;
    }
  }
}

/** For each graph what is wrong with it, or undefined. */
function check(graphs) {
  const written = graphs.map((graph, nth) => ({ name: `g${nth}`, included: true, ...filesOf(graph, `g${nth}`) }));
  const project = join(folder, "project");
  write(project, written);
  const native = run(written.map((one) => one.entries.map((entry) => join(project, "assets", entry))), "native");
  for (const [nth, one] of written.entries()) {
    one.early = native[nth].early;
    if (one.early && !judgesEarly) one.included = false;
    const invalid = native[nth].trace.find((line) => line.startsWith("failed: SyntaxError"));
    if (invalid) Object.assign(one, { included: false, invalid, problem: `the graph is not valid: ${invalid}` });
  }
  for (const mode of MODES) {
    const place = build(project, written, mode);
    const ran = written.filter((one) => one.included);
    const traces = run(ran.map((one) => one.entries.map(place)), mode);
    for (const [nth, one] of ran.entries()) {
      const expected = native[written.indexOf(one)].trace, found = traces[nth].trace;
      const at = expected.findIndex((line, at) => line !== found[at]);
      if (at === -1 && found.length === expected.length) continue;
      const first = at === -1 ? expected.length : at;
      const around = (trace) => trace.slice(Math.max(0, first - 3), first + 6).map((line) => `    ${line}`).join("\n");
      one.problem ??= `${mode}: at line ${first} of the trace\n  Node:\n${around(expected)}\n  bundle:\n${around(found)}`;
    }
  }
  return written.map((one) => ({ problem: one.problem, invalid: one.invalid !== undefined, early: one.early, files: one.files, entries: one.entries }));
}

/** The smallest graph that fails too. */
function shrink(graph, problem) {
  let found = { graph, problem };
  for (;;) {
    const smaller = reductions(found.graph).slice(0, 120);
    const checked = smaller.length > 0 ? check(smaller) : [];
    const size = (graph) => JSON.stringify(graph).length;
    const failing = smaller.map((graph, nth) => ({ graph, ...checked[nth] })).filter((one) => one.problem && !one.invalid);
    failing.sort((a, b) => size(a.graph) - size(b.graph));
    if (failing.length === 0 || size(failing[0].graph) >= size(found.graph)) return found;
    found = failing[0];
  }
}

mkdirSync(folder, { recursive: true });
const seeds = Array.from({ length: Number(count) }, (_, nth) => Number(seed) + nth);
const problems = [];
let early = 0;
for (let start = 0; start < seeds.length; start += 300) {
  const batch = seeds.slice(start, start + 300);
  const graphs = batch.map((seed) => prune(makeGraph(seed, without)));
  const checked = check(graphs);
  early += checked.filter((one) => one.early).length;
  for (const [nth, { problem, invalid }] of checked.entries()) {
    if (!problem) continue;
    const small = problems.length < most && !invalid ? shrink(graphs[nth], problem) : { graph: graphs[nth], problem };
    const { files, entries } = filesOf(small.graph, "g0");
    const sources = problems.length < most ? `\nentries: ${entries.join(" ")}\n${files.map(([path, text]) => `--- ${path}\n${text}`).join("")}` : "";
    problems.push(`seed ${batch[nth]}: ${small.problem}${sources}\n`);
    if (options.includes("aloud")) console.log(problems.at(-1));
  }
}
finish(`${seeds.length} graphs from seed ${seed}, ${early} of them read something before it is initialised`, problems);
