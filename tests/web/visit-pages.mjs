// Pages work under a strict Content-Security-Policy: `node visit-pages.mjs CHROMIUM SITE PAGE…`. SITE holds `react.html`, `vue.html`, `board.html` and `static`;
// PAGE is the name of one of them.
//
// Each is used as a person would; nothing may be said on the console. In the React page execution stops at a place of the TSX source that the source
// map leads to, and the place where it stopped leads back to it.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TraceMap, generatedPositionFor, originalPositionFor, sourceContentFor } from "@jridgewell/trace-mapping";
import { launch, serve } from "./browser.mjs";
import { finish } from "./files.mjs";

const [chromium, site, ...pages] = process.argv.slice(2);
const problems = [];
const page = (name) => () => ({ html: readFileSync(join(site, `${name}.html`), "utf8") });
const server = await serve({
  "/static/": join(site, "static"),
  "/react": page("react"),
  "/vue": page("vue"),
  "/board": page("board"),
  "/fragment": () => ({ html: "<b>Fresh from the server</b>" }),
});
const browser = await launch(chromium);

async function visit(name, use) {
  if (!pages.includes(name)) return;
  const page = await browser.newPage();
  page.setDefaultTimeout(20_000);
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(`${name}: the console says ${message.text()}`));
  page.on("pageerror", (error) => problems.push(`${name}: ${error.stack}`));
  page.on("requestfailed", (request) => problems.push(`${name}: ${request.url()} could not be had`));
  const shows = async (selector, text) => {
    const matches = ([selector, text]) => [...document.querySelectorAll(selector)].map((at) => at.textContent.trim()).join("|") === text;
    await page.waitForFunction(matches, [selector, text]).catch(async () => {
      problems.push(`${name}: \`${selector}\` shows ${JSON.stringify(await page.locator(selector).allTextContents())}, not ${JSON.stringify(text)}`);
    });
  };
  try {
    await page.goto(`${server.origin}/${name}`);
    await use(page, shows);
  } catch (error) {
    problems.push(`${name}: ${error.message.split("\n")[0]}`);
  }
  await page.close();
}

/** The source maps of what the page loaded, by the address of the script. */
async function mapsOf(page) {
  const scripts = await page.evaluate(() => performance.getEntriesByType("resource").map((entry) => entry.name).filter((name) => name.endsWith(".js")));
  const maps = [];
  for (const url of scripts) {
    const text = await (await fetch(url)).text();
    const comment = [...text.matchAll(/^\/\/# sourceMappingURL=(.*)$/gm)].at(-1)?.[1];
    if (!comment) continue;
    const mapUrl = new URL(comment, url).href;
    maps.push({ url, map: new TraceMap(await (await fetch(mapUrl)).json(), mapUrl) });
  }
  return maps;
}

/** Stops at `words` of the source `ending`, when `use` is done on the page. */
async function stopsAt(page, ending, words, use) {
  const found = (await mapsOf(page)).flatMap(({ url, map }) => map.sources.filter((source) => source?.endsWith(ending)).map((source) => ({ url, map, source })));
  if (found.length !== 1) throw new Error(`${found.length} scripts have ${ending} in their source maps`);
  const [{ url, map, source }] = found;
  const content = sourceContentFor(map, source);
  const offset = content.indexOf(words);
  const line = content.slice(0, offset).split("\n").length;
  const column = offset - (content.lastIndexOf("\n", offset - 1) + 1);
  const generated = generatedPositionFor(map, { source, line, column });
  if (generated.line === null) throw new Error(`${ending}:${line}:${column} is not in the source map`);
  const client = await page.context().newCDPSession(page);
  await client.send("Debugger.enable");
  const stopped = new Promise((resolve, reject) => {
    client.on("Debugger.paused", resolve);
    setTimeout(() => reject(new Error(`nothing stops at ${generated.line}:${generated.column}`)), 10_000).unref();
  });
  await client.send("Debugger.setBreakpointByUrl", { url, lineNumber: generated.line - 1, columnNumber: generated.column });
  // It ends only when execution goes on; should it never have stopped, `stopped` tells.
  const used = Promise.allSettled([use()]);
  const { callFrames } = await stopped;
  const { lineNumber, columnNumber } = callFrames[0].location;
  await client.send("Debugger.resume");
  await client.send("Debugger.disable");
  await used;
  const place = originalPositionFor(map, { line: lineNumber + 1, column: columnNumber });
  if (place.source !== source || place.line !== line || place.column !== column) {
    problems.push(`the breakpoint at ${ending}:${line}:${column} stopped at ${place.source}:${place.line}:${place.column}`);
  }
}

try {
  await visit("react", async (page, shows) => {
    await shows("h1", "Basket");
    await shows("#count", "0 of tea");
    await stopsAt(page, "Counter.tsx", "setCount(Math.min", () => page.click("#add"));
    await shows("#count", "2 of tea");
    await page.click("#add");
    await shows("#count", "full");
  });
  await visit("vue", async (page, shows) => {
    await shows("#heading", "Orders: 2");
    await page.fill("#text", "Oolong");
    await page.click("#add");
    await shows("#heading", "Orders: 3");
    await shows("li", "Sencha|Assam|Oolong");
  });
  await visit("board", async (page, shows) => {
    await shows("#sum", "1 + 2 + 3 = 6 = 6");
    await page.click("#load");
    await shows("#loaded", "Fresh from the server");
    await page.click("#toggle");
    await shows("#details", "Picked in spring");
    await page.click("#draw");
    await page.waitForSelector('#chart[data-bars="3 of 6"]');
    const red = await page.evaluate(() => {
      const canvas = document.getElementById("chart");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return data.some((value, at) => at % 4 === 0 && value === 0xbb && data[at + 1] === 0 && data[at + 3] === 255);
    });
    if (!red) problems.push("board: no bar is drawn");
  });
} finally {
  await browser.close();
  server.close();
}
finish(`${pages.length} pages`, problems);
