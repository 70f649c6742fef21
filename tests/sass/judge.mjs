// What npm's `sass` makes of the sheets in a folder: judge.mjs <project> <out>
// What source maps say of declarations, ours beside its: judge.mjs <project> <out> <ours>
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import * as sass from "sass";

const [project, out, ours] = process.argv.slice(2);
const packages = join(project, "node_modules");
const loadPaths = [packages, join(packages, "@uswds/uswds/packages"), join(packages, "foundation-sites/scss")];
const tilde = { findFileUrl: (url) => (url.startsWith("~") ? new URL(pathToFileURL(join(packages, url.slice(1)))) : null) };

/** `property sheet line` for every declaration of readable CSS. */
function declarations(css, map) {
  const found = [];
  const trace = new TraceMap(map);
  css.split("\n").forEach((line, index) => {
    const declaration = /^\s+([a-z-]+): .*;$/.exec(line);
    if (!declaration) return;
    const { source, line: original } = originalPositionFor(trace, { line: index + 1, column: line.search(/\S/) });
    if (source === null) return;
    const sheet = source.replace(/^.*\/(node_modules|assets)\//, "$1/");
    found.push(`${declaration[1].replace(/^-(webkit|moz|ms|o)-/, "")} ${sheet} ${original}`);
  });
  return found;
}

mkdirSync(out, { recursive: true });
const result = {};
for (const file of readdirSync(join(project, "assets")).filter((name) => name.endsWith(".scss"))) {
  const name = file.replace(".scss", "");
  const options = { loadPaths, importers: [tilde], quietDeps: true, logger: sass.Logger.silent, sourceMap: Boolean(ours) };
  const started = process.cpuUsage();
  const compiled = sass.compile(join(project, "assets", file), options);
  const { user, system } = process.cpuUsage(started);
  writeFileSync(join(out, `${name}.css`), compiled.css);
  result[name] = { seconds: (user + system) / 1e6 };
  if (ours && existsSync(join(ours, `${name}.css.map`))) {
    const known = new Set(declarations(compiled.css, compiled.sourceMap));
    const map = JSON.parse(readFileSync(join(ours, `${name}.css.map`), "utf8"));
    const looked = declarations(readFileSync(join(ours, `${name}.css`), "utf8"), map);
    const strange = looked.filter((place) => !known.has(place));
    Object.assign(result[name], { declarations: looked.length, strange: strange.length, examples: strange.slice(0, 3) });
  }
}
console.log(JSON.stringify(result));
