// Packages export from a bundle what they export in Node: `node check-packages.mjs ASSETC PACKAGES FOLDER NAME…`. PACKAGES is a folder with `node_modules`.
//
// Every package is an entry of one project. It is built in both modes; keys and types of what each bundle exports, three levels deep, and the globals that
// appear, must be those of Node's own import of the package as a browser's bundler finds it.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { finish } from "./files.mjs";

const [assetc, packages, folder, ...names] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const slug = (name) => name.replace(/^@/, "").replaceAll("/", "-");
const problems = [];

rmSync(folder, { recursive: true, force: true });
mkdirSync(join(folder, "assets"), { recursive: true });
symlinkSync(join(packages, "node_modules"), join(folder, "node_modules"));
writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
writeFileSync(join(folder, "assetc.toml"), "[compress]\nbrotli = false\ngzip = false\n");
for (const name of names) writeFileSync(join(folder, "assets", `${slug(name)}.mjs`), `export * as all from "${name}";\n`);

function describe(files, mode, kind) {
  const [jobs, out] = [join(folder, `${kind}-${mode}.json`), join(folder, `${kind}-${mode}.out.json`)];
  writeFileSync(jobs, JSON.stringify(files));
  const hooks = kind === "node" ? ["--import", join(here, "register-resolution.mjs")] : [];
  const run = spawnSync(process.execPath, ["--no-warnings", ...hooks, join(here, "describe-modules.mjs"), packages, jobs, out], { env: { ...process.env, NODE_ENV: mode }, encoding: "utf8" });
  if (!existsSync(out)) throw new Error(`Node ended with ${run.status}\n${run.stderr.slice(0, 3000)}`);
  return JSON.parse(readFileSync(out, "utf8"));
}

/** The first place where two descriptions differ. */
function difference(a, b, at = "") {
  // Node's lexer finds names of CommonJS modules that are not set, such as those of the branch for development.
  if (a === b || (a === undefined && b === "undefined")) return undefined;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return `${at || "it"} is ${JSON.stringify(a)?.slice(0, 300)}, in Node ${JSON.stringify(b)?.slice(0, 300)}`;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const found = difference(a[key], b[key], `${at}/${key}`);
    if (found) return found;
  }
  return undefined;
}

let equal = 0;
for (const mode of ["production", "development"]) {
  const command = spawnSync(assetc, ["build", "--root", folder, "--mode", mode, "--quiet"], { encoding: "utf8", maxBuffer: 1 << 30 });
  if (command.status !== 0) {
    problems.push(`${mode}: the build ended with ${command.status}\n${command.stderr.slice(0, 20_000)}`);
    continue;
  }
  const { files } = JSON.parse(readFileSync(join(folder, "static/assetc.json"), "utf8"));
  const inNode = describe(Object.fromEntries(names.map((name) => [name, join(folder, "assets", `${slug(name)}.mjs`)])), mode, "node");
  const bundled = describe(Object.fromEntries(names.map((name) => [name, join(folder, "static", files[`${slug(name)}.js`].path)])), mode, "bundle");
  for (const [name, expected] of Object.entries(inNode)) {
    // Node finds no names in some CommonJS modules that a bundler does; then it is enough that the bundle works.
    if (/does not provide an export named/.test(expected.threw) && !bundled[name].threw) {
      console.log(`${mode}: ${name}: Node cannot import it: ${expected.threw}`);
      continue;
    }
    if (expected.threw) problems.push(`${mode}: ${name}: Node itself fails: ${expected.threw} ${expected.at}`);
    const found = bundled[name].threw ? `it throws ${bundled[name].threw} ${bundled[name].at}` : difference(bundled[name], expected);
    if (found) problems.push(`${mode}: ${name}: ${found}`);
    else equal += 1;
  }
}
finish(`${names.length} packages, ${equal} times the same as in Node`, problems);
