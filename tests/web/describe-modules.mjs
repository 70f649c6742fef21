// What modules export, in a window: `node describe-modules.mjs PACKAGES JOBS OUT`. JOBS is a JSON object from a name to a file that exports `all`;
// OUT becomes one from the name to a description: keys and types, three levels deep. PACKAGES is the folder that holds happy-dom.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [packages, jobs, out] = process.argv.slice(2);
const require = createRequire(join(packages, "package.json"));
const { GlobalRegistrator } = await import(pathToFileURL(require.resolve("@happy-dom/global-registrator")).href);
const { error } = console;
GlobalRegistrator.register({ url: "http://localhost/" });
console.error = error;
// happy-dom has none.
globalThis.XPathEvaluator ??= class {
  createExpression = () => ({ evaluate: () => ({ iterateNext: () => null }) });
};
const pristine = new Set(Reflect.ownKeys(globalThis));

const name = (key) => (typeof key === "symbol" ? String(key) : key);
const own = new Set(["name", "length", "prototype", "arguments", "caller"]);

function describe(value, depth) {
  if (value === null) return "null";
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return depth > 2 ? `${typeof value} ${value}` : typeof value;
  if (typeof value !== "object" && typeof value !== "function") return typeof value;
  if (depth === 0 || value === globalThis || value === globalThis.document) return typeof value;
  const isNamespace = Object.prototype.toString.call(value) === "[object Module]";
  // What stands deeper under such a name is a state, which may hang on the time.
  const isInternal = (key) => depth < 3 && typeof key === "string" && key.startsWith("_");
  const keys = Reflect.ownKeys(value).filter((key) => !(typeof value === "function" && own.has(key)) && !(isNamespace && key === "module.exports") && !isInternal(key));
  if (keys.length > 3000) return `${typeof value} of ${keys.length}`;
  const described = {};
  for (const key of keys.sort((a, b) => (name(a) < name(b) ? -1 : 1))) {
    const property = Object.getOwnPropertyDescriptor(value, key);
    // A live binding is a getter in a bundle.
    described[name(key)] = "value" in property ? describe(property.value, depth - 1) : isNamespace ? describe(value[key], depth - 1) : "accessor";
  }
  return { [`${typeof value}${isNamespace ? " module" : ""}`]: described };
}

const found = {};
for (const [name, file] of Object.entries(JSON.parse(readFileSync(jobs, "utf8")))) {
  try {
    found[name] = describe((await import(pathToFileURL(file).href)).all, 3);
  } catch (error) {
    found[name] = { threw: `${error?.name}: ${String(error?.message).split("\n")[0]}`, at: String(error?.stack).split("\n").slice(0, 6).join("\n") };
  }
}
found["the globals"] = Reflect.ownKeys(globalThis).filter((key) => !pristine.has(key)).map(name).sort();
writeFileSync(out, JSON.stringify(found));
process.exit(0);
