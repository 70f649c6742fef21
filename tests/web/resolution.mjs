// The hooks of `register-resolution.mjs`.

import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Script } from "node:vm";

const isFile = (path) => existsSync(path) && statSync(path).isFile();
const read = (path) => JSON.parse(readFileSync(path, "utf8"));

function complete(path) {
  const candidates = [path, `${path}.js`, `${path}.mjs`, `${path}.cjs`, `${path}.json`, join(path, "index.js"), join(path, "index.mjs")];
  return candidates.find(isFile);
}

function packageFolder(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, "node_modules", name);
    if (existsSync(join(found, "package.json"))) return found;
    if (folder === dirname(folder)) return undefined;
  }
}

function ownPackage(file) {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
  }
  return undefined;
}

/** What the package says stands for this file in a browser. */
function replaced(path) {
  const folder = ownPackage(path);
  const map = folder && read(join(folder, "package.json")).browser;
  if (typeof map !== "object" || map === null) return path;
  for (const [from, to] of Object.entries(map)) {
    if (from.startsWith(".") && complete(join(folder, from)) === path) return to === false ? "" : complete(join(folder, to));
  }
  return path;
}

export async function resolve(specifier, context, next) {
  const parent = context.parentURL?.startsWith("file:") ? fileURLToPath(context.parentURL) : undefined;
  const conditions = [...new Set([...context.conditions.filter((one) => !["node", "node-addons", "module-sync"].includes(one)), "browser", "module", process.env.NODE_ENV ?? "production"])];
  let path;
  if (/^\.\.?(\/|$)/.test(specifier) && parent) path = complete(join(dirname(parent), specifier));
  else if (/^[@\w]/.test(specifier) && !specifier.includes(":") && parent) {
    const [, name, rest] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(specifier);
    const own = ownPackage(parent);
    const map = own && read(join(own, "package.json")).browser;
    if (typeof map === "object" && map !== null && specifier in map) {
      if (map[specifier] === false) return { url: "data:text/javascript,module.exports={}", format: "commonjs", shortCircuit: true };
      path = complete(join(own, map[specifier]));
    }
    const folder = packageFolder(name, dirname(parent));
    if (!path && folder) {
      const json = read(join(folder, "package.json"));
      if (json.exports === undefined) {
        const main = typeof json.browser === "string" ? json.browser : json.module ?? json.main ?? "index.js";
        path = complete(join(folder, rest === "" ? main : rest));
      }
    }
  }
  if (path) path = replaced(path);
  if (path === "") return { url: "data:text/javascript,export default {}", shortCircuit: true };
  if (path) return next(pathToFileURL(path).href, { ...context, conditions });
  return next(specifier, { ...context, conditions });
}

function isCommonJs(source) {
  try {
    return Boolean(new Script(`(function () {${source}\n})`));
  } catch {
    return false;
  }
}

/** Files whose package does not say what they are count as what they are written as. */
export async function load(url, context, next) {
  if (url.startsWith("file:") && extname(url) === ".js") {
    const path = fileURLToPath(url);
    const folder = ownPackage(path);
    if (folder && read(join(folder, "package.json")).type === undefined) {
      const source = readFileSync(path, "utf8");
      if (!isCommonJs(source)) return { format: "module", source, shortCircuit: true };
    }
  }
  return next(url, context);
}
