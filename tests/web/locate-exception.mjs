// Loads a script that throws and prints where, by its source maps: `node locate-exception.mjs CHROMIUM OUT SCRIPT module|classic`.
//
// First the place of the exception, then each frame of its stack, as `source:line:column`, both from 1.

import { launch, serve } from "./browser.mjs";
import { TraceMap, originalPositionFor } from "@jridgewell/trace-mapping";

const [chromium, out, script, type] = process.argv.slice(2);
const tag = `<!doctype html><title>Throws</title><script ${type === "module" ? 'type="module"' : ""} src="/built/${script}"></script>`;
const server = await serve({ "/built/": out, "/": () => ({ html: tag }) });
const browser = await launch(chromium);
const maps = new Map();

async function mapOf(url) {
  if (!maps.has(url)) {
    const text = await (await fetch(url)).text();
    const comment = [...text.matchAll(/^\/\/# sourceMappingURL=(.*)$/gm)].at(-1)?.[1];
    if (!comment) throw new Error(`${url} names no source map`);
    const mapUrl = new URL(comment, url).href;
    const map = new TraceMap(await (await fetch(mapUrl)).json(), mapUrl);
    if (!map.sourcesContent?.every((content) => typeof content === "string")) throw new Error(`${mapUrl} holds no sources`);
    maps.set(url, map);
  }
  return maps.get(url);
}

/** A position of the browser, from 0, as one of the source. */
async function original({ url, lineNumber, columnNumber }) {
  const map = await mapOf(url);
  const { source, line, column } = originalPositionFor(map, { line: lineNumber + 1, column: columnNumber });
  if (source === null) return `${url}:${lineNumber + 1}:${columnNumber + 1} is not mapped`;
  return `${source.replace(server.origin, "")}:${line}:${column + 1}`;
}

try {
  const page = await browser.newPage();
  const client = await page.context().newCDPSession(page);
  const thrown = new Promise((resolve, reject) => {
    client.on("Runtime.exceptionThrown", ({ exceptionDetails }) => resolve(exceptionDetails));
    setTimeout(() => reject(new Error("nothing was thrown")), 30_000).unref();
  });
  await client.send("Runtime.enable");
  await page.goto(server.origin);
  const details = await thrown;
  console.log(await original(details));
  for (const frame of details.stackTrace?.callFrames ?? []) console.log(await original(frame));
} finally {
  await browser.close();
  server.close();
}
