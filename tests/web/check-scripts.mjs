// Every script of a build gives a page what its source gives: `node check-scripts.mjs SITE OUT CHROMIUM [PATTERN]`.
//
// A classic script is loaded into a fresh page, once from the source and once from the output, after the libraries it needs; then all
// globals that the page did not have before are described: their types, and the keys of objects and functions, two levels deep. A
// module is imported and its namespace described. Times and chance are made the same for both.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { launch, serve } from "./browser.mjs";
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
  window.Date = class Date extends window.Date {
    constructor(...parts) {
      super(...(parts.length > 0 ? parts : [start]));
    }
    static now() {
      return start;
    }
  };
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
const body = '<form id="form"><input name="a"></form>';
const html = (scripts) =>
  `<!doctype html><meta charset="utf-8"><title>Scripts</title><body>${body}${scripts.map((src) => `<script src="${src}"></script>`).join("")}</body>`;

// What each tab shows: the same addresses for a source and for what was built from it, since scripts may keep their address.
const tabs = [];
const tabOf = (url) => tabs[Number(url.searchParams.get("tab"))];

/** A tab that goes from page to page; each page is fresh. */
class Tab {
  static async open(context, origin) {
    const tab = new Tab();
    tab.origin = origin;
    tab.number = tabs.push(tab) - 1;
    tab.page = await context.newPage();
    tab.page.setDefaultTimeout(30_000);
    tab.page.on("pageerror", (error) => tab.errors.push(error.name));
    tab.page.on("dialog", (dialog) => dialog.dismiss());
    tab.client = await context.newCDPSession(tab.page);
    tab.client.on("Runtime.executionContextCreated", ({ context }) => {
      if (context.auxData?.isDefault) tab.contextId = context.id;
    });
    await tab.client.send("Runtime.enable");
    return tab;
  }

  /** What a page knows after these scripts: its globals, and the kinds of errors. */
  async afterScripts(needs, file) {
    this.errors = [];
    this.html = html([...needs, `/tested.js?tab=${this.number}`]);
    this.file = file;
    await this.page.goto(`${this.origin}/page?tab=${this.number}`);
    const { names } = await this.client.send("Runtime.globalLexicalScopeNames", { executionContextId: this.contextId });
    const lexical = {};
    for (const name of names.sort()) lexical[name] = await this.page.evaluate(`__assetc.describe(${name}, 3)`);
    return { globals: await this.page.evaluate("__assetc.appeared()"), lexical, errors: this.errors.sort() };
  }

  /** What a module exports, or the kind of error that importing it gives. */
  async namespaceOf(url) {
    this.errors = [];
    this.html = html([]);
    await this.page.goto(`${this.origin}/page?tab=${this.number}`);
    const describe = (url) =>
      import(url).then(
        (namespace) => ({ exports: __assetc.describe(namespace, 3), globals: __assetc.appeared() }),
        (error) => ({ error: error.name }),
      );
    return await this.page.evaluate(describe, url);
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
const server = await serve({ "/source/": site, "/built/": out, "/tested.js": (url) => ({ file: tabOf(url).file }), "/page": (url) => ({ html: tabOf(url).html }) });
const browser = await launch(chromium);
const context = await browser.newContext();
await context.addInitScript(prepare);
const count = { classic: 0, modules: 0, threw: 0 };

async function check(tab, logical, file) {
  let before, after;
  if (manifest.entries[logical].format === "classic") {
    const needs = (NEEDS.find(([pattern]) => pattern.test(file.source))?.[1] ?? []).map((need) => `/source/${encode(need)}`);
    before = await tab.afterScripts(needs, join(site, file.source));
    after = await tab.afterScripts(needs, join(out, file.path));
    count.classic += 1;
    count.threw += before.errors.length > 0 ? 1 : 0;
    if (before.errors.length > 0 && pattern) console.log(`${file.source}: throws ${before.errors}`);
  } else if (/\.m?js$/.test(file.source)) {
    before = await tab.namespaceOf(`/source/${encode(file.source)}`);
    after = await tab.namespaceOf(`/built/${encode(file.path)}`);
    count.modules += 1;
    count.threw += before.error ? 1 : 0;
  } else return;
  const found = difference(after, before);
  if (found) problems.push(`${file.source}: ${found}`);
}

try {
  const queue = scripts[Symbol.iterator]();
  const work = async () => {
    const tab = await Tab.open(context, server.origin);
    for (const [logical, file] of queue) {
      try {
        await check(tab, logical, file);
      } catch (error) {
        problems.push(`${file.source}: ${error.message.split("\n")[0]}`);
      }
    }
  };
  await Promise.all([work(), work()]);
} finally {
  await browser.close();
  server.close();
}

finish(`${count.classic} classic scripts, ${count.modules} modules, ${count.threw} of them throw in both`, problems.sort());
