// A headless Chromium, and the server its pages come from.

import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { chromium } from "playwright-core";

const TYPES = {
  ".apng": "image/png",
  ".css": "text/css; charset=utf-8",
  ".gif": "image/gif",
  ".html": "text/html; charset=utf-8",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
};

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

export function launch(executablePath) {
  return chromium.launch({ executablePath, args: FLAGS });
}

/**
 * Serves folders over loopback: `routes` maps a prefix such as `/built/` to a folder, or to a function from the URL to a page's text or
 * to the path of a file.
 * Gives the origin and a function that ends it.
 */
export async function serve(routes) {
  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://localhost");
    const prefix = Object.keys(routes).find((prefix) => url.pathname.startsWith(prefix));
    const route = routes[prefix];
    const made = typeof route === "function" ? route(url) : undefined;
    if (made?.html) {
      response.writeHead(200, { "content-type": TYPES[".html"], "cache-control": "no-store" }).end(made.html);
      return;
    }
    const path = made ? made.file : route && join(route, normalize(`/${decodeURIComponent(url.pathname.slice(prefix.length))}`));
    if (!path || !existsSync(path) || !statSync(path).isFile()) {
      response.writeHead(404).end();
      return;
    }
    const type = TYPES[extname(path).toLowerCase()] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type, "cache-control": "no-store" });
    createReadStream(path).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
