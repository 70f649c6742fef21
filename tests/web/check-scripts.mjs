// Every script of a build gives a page what its source gives: `node check-scripts.mjs SITE OUT CHROMIUM [PATTERN]`.
//
// A classic script is loaded into a fresh page, once from the source and once from the output, after the libraries it needs; then all
// globals that the page did not have before are described: their types, and the keys of objects and functions, two levels deep. A
// module is imported and its namespace described. Times and chance are made the same for both.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inParallel, launch, serve } from "./browser.mjs";
import { finish } from "./files.mjs";

const [site, out, chromium, pattern = ""] = process.argv.slice(2);
const manifest = JSON.parse(readFileSync(join(out, "assetc.json"), "utf8"));
const problems = [];

const VENDOR = "assets/vendor";
const JQUERY = `${VENDOR}/jquery/dist/jquery.js`;
const ADMIN = "assets/admin/js";
const ADMIN_JQUERY = `${ADMIN}/vendor/jquery/jquery.js`;
// What a script needs on its page before it; the first pattern that matches its source.
const NEEDS = [
  [/assets\/admin\/js\/vendor\/select2\/i18n/, [ADMIN_JQUERY, `${ADMIN}/vendor/select2/select2.full.js`]],
  [/assets\/admin\/js\/(vendor\/select2|jquery\.init)/, [ADMIN_JQUERY]],
  [/assets\/admin\/js\/(?!vendor)/, [ADMIN_JQUERY, `${ADMIN}/jquery.init.js`, `${ADMIN}/core.js`]],
  [/assets\/admin\/js\/vendor/, []],
  [/select2\/dist\/js\/i18n/, [JQUERY, `${VENDOR}/select2/dist/js/select2.full.js`]],
  [/datatables\.net-/, [JQUERY, `${VENDOR}/datatables.net/js/dataTables.js`]],
  [/(jquery-ui|select2|datatables|toastr|owl\.carousel|jstree|lightbox\.|slick|typeahead|bloodhound|jquery\.validate)/, [JQUERY]],
  [/jquery-validation/, [JQUERY, `${VENDOR}/jquery-validation/dist/jquery.validate.js`]],
  [/moment\/(locale|min\/locales)/, [`${VENDOR}/moment/min/moment.min.js`]],
  [/cdn-assets\/languages/, [`${VENDOR}/@highlightjs/cdn-assets/highlight.js`]],
  [/prismjs\/(components|plugins)/, [`${VENDOR}/prismjs/prism.js`]],
  [/flatpickr\/dist\/(l10n|plugins)/, [`${VENDOR}/flatpickr/dist/flatpickr.js`]],
  [/backbone/, [`${VENDOR}/underscore/underscore-umd.js`]],
  [/(bootstrap\/dist\/js\/bootstrap\.(min\.)?js|tippy)/, [`${VENDOR}/@popperjs/core/dist/umd/popper.js`]],
  [/htmx\.org\/dist\/ext/, [`${VENDOR}/htmx.org/dist/htmx.js`]],
];

/** In the page, before anything else: no chance, no time, and a way to describe what appeared. */
function prepare() {
  let seed = 1;
  Math.random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const start = 1700000000000;
  Date.now = () => start;
  performance.now = () => 0;
  const pristine = new Set(Reflect.ownKeys(window));

  const tag = (value) => Object.prototype.toString.call(value);
  const name = (key) => (typeof key === "symbol" ? String(key) : key);
  function describe(value, depth) {
    if (value === null || (typeof value !== "object" && typeof value !== "function")) {
      return typeof value === "string" || typeof value === "boolean" ? `${typeof value} ${value}` : typeof value;
    }
    if (value instanceof Node || value === window || depth === 0) return `${typeof value} ${tag(value)}`;
    const keys = Reflect.ownKeys(value).filter((key) => key !== "name" && key !== "length");
    const described = {};
    for (const key of keys.sort((a, b) => (name(a) < name(b) ? -1 : 1))) {
      const property = Object.getOwnPropertyDescriptor(value, key);
      described[name(key)] = "value" in property ? describe(property.value, depth - 1) : "accessor";
    }
    return { [`${typeof value} ${tag(value)}`]: described };
  }
  const appeared = () =>
    Object.fromEntries(Reflect.ownKeys(window).filter((key) => !pristine.has(key)).map((key) => [name(key), describe(window[key], 3)]));
  Object.defineProperty(window, "__assetc", { value: { describe, appeared }, enumerable: false });
  pristine.add("__assetc");
}

const encode = (path) => path.split("/").map(encodeURIComponent).join("/");
const html = (url) =>
  `<!doctype html><meta charset="utf-8"><title>Scripts</title><body><form id="form"><input name="a"></form>${url.searchParams
    .getAll("script")
    .map((src) => `<script src="${src}"></script>`)
    .join("")}</body>`;

/** What a page knows after these scripts: its globals, and the kinds of errors. */
async function afterScripts(context, origin, scripts) {
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.name));
  page.on("dialog", (dialog) => dialog.dismiss());
  try {
    const client = await context.newCDPSession(page);
    let contextId;
    client.on("Runtime.executionContextCreated", ({ context }) => {
      if (context.auxData?.isDefault) contextId = context.id;
    });
    await client.send("Runtime.enable");
    await page.goto(`${origin}/page?${new URLSearchParams(scripts.map((script) => ["script", script]))}`);
    const { names } = await client.send("Runtime.globalLexicalScopeNames", { executionContextId: contextId });
    const lexical = {};
    for (const name of names.sort()) lexical[name] = await page.evaluate(`__assetc.describe(${name}, 3)`);
    return { globals: await page.evaluate("__assetc.appeared()"), lexical, errors: errors.sort() };
  } finally {
    await page.close();
  }
}

/** What a module exports, or the kind of error that importing it gives. */
async function namespaceOf(context, origin, url) {
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  try {
    await page.goto(`${origin}/page`);
    return await page.evaluate(
      (url) => import(url).then((namespace) => ({ exports: __assetc.describe(namespace, 3), globals: __assetc.appeared() }), (error) => ({ error: error.name })),
      url,
    );
  } finally {
    await page.close();
  }
}

/** The first place where two descriptions differ. */
function difference(a, b, at = "") {
  if (a === b) return undefined;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return `${at || "it"} is ${JSON.stringify(a)?.slice(0, 120)}, was ${JSON.stringify(b)?.slice(0, 120)}`;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const found = difference(a[key], b[key], `${at}/${key}`);
    if (found) return found;
  }
  return undefined;
}

const scripts = Object.entries(manifest.files).filter(([logical, file]) => file.kind === "script" && file.source.includes(pattern) && manifest.entries[logical]);
const server = await serve({ "/source/": site, "/built/": out, "/page": html });
const browser = await launch(chromium);
const context = await browser.newContext();
await context.addInitScript(prepare);
const count = { classic: 0, modules: 0, threw: 0 };
try {
  await inParallel(scripts, 3, async ([logical, file]) => {
    const [source, built] = [`/source/${encode(file.source)}`, `/built/${encode(file.path)}`];
    let before, after;
    if (manifest.entries[logical].format === "classic") {
      const needs = (NEEDS.find(([pattern]) => pattern.test(file.source))?.[1] ?? []).map((need) => `/source/${encode(need)}`);
      before = await afterScripts(context, server.origin, [...needs, source]);
      after = await afterScripts(context, server.origin, [...needs, built]);
      count.classic += 1;
      count.threw += before.errors.length > 0 ? 1 : 0;
      if (before.errors.length > 0 && pattern) console.log(`${file.source}: throws ${before.errors}`);
    } else if (/\.m?js$/.test(file.source)) {
      before = await namespaceOf(context, server.origin, source);
      after = await namespaceOf(context, server.origin, built);
      count.modules += 1;
      count.threw += before.error ? 1 : 0;
    } else return;
    const found = difference(after, before);
    if (found) problems.push(`${file.source}: ${found}`);
  });
} finally {
  await browser.close();
  server.close();
}

finish(`${count.classic} classic scripts, ${count.modules} modules, ${count.threw} of them throw in both`, problems.sort());
