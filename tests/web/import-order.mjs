// Random graphs of stylesheets that import each other, with layers, media and supports conditions; Chromium says what they mean.
// Writes them: `node import-order.mjs write FOLDER NUMBER`. Compares the styles of the probes of each page, once with the
// sources and once with what was built of them: `node import-order.mjs compare CHROMIUM SOURCES BUILT NUMBER`.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { launch, serve } from "./browser.mjs";
import { finish } from "./files.mjs";

const PROBES = 4;
const SHEETS = ["_b", "_c", "_d", "_e"];

/** Numbers that look random and are the same in every run (mulberry32). */
function random(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 4294967296) * below);
  };
}

function sheet(pick, name, counter) {
  const one = (list) => list[pick(list.length)];
  const lines = [];
  if (pick(4) === 0) lines.push(one(["@layer x, y;", "@layer y, x;", "@layer x.z;"]));
  const imports = pick(name === "a" ? 4 : 3) + (name === "a" ? 1 : 0);
  for (let nth = 0; nth < imports; nth++) {
    const layer = one(["", "", "", " layer", " layer(x)", " layer(y)", " layer(x.z)"]);
    const supports = one(["", "", "", " supports(display: grid)", " supports(display: nonsense)", " supports(not (display: nonsense))"]);
    const media = one(["", "", "", " screen", " print", " (min-width: 1px)", " (max-width: 1px), screen"]);
    lines.push(`@import "${one(SHEETS)}.css"${layer}${supports}${media};`);
  }
  for (let nth = 1 + pick(3); nth > 0; nth--) {
    const rule = `.p${pick(PROBES)} { order: ${++counter.last}${one(["", "", "", " !important"])}; }`;
    lines.push(one([rule, rule, `@layer x { ${rule} }`, `@layer { ${rule} }`, `@media screen { ${rule} }`, `@layer y { @layer z { ${rule} } }`]));
  }
  return `${lines.join("\n")}\n`;
}

function write(folder, number) {
  for (let graph = 0; graph < number; graph++) {
    const pick = random(graph);
    const counter = { last: 0 };
    mkdirSync(join(folder, `g${graph}`), { recursive: true });
    for (const name of ["a", ...SHEETS]) writeFileSync(join(folder, `g${graph}`, `${name}.css`), sheet(pick, name, counter));
  }
}

async function compare(executable, sources, built, number) {
  const page = (url) => {
    const probes = Array.from({ length: PROBES }, (_, nth) => `<p class="p${nth}">`).join("");
    return { html: `<!doctype html><link rel="stylesheet" href="${url.searchParams.get("sheet")}">${probes}` };
  };
  const server = await serve({ "/page": page, "/sources/": sources, "/built/": built });
  const browser = await launch(executable);
  const tab = await browser.newPage();
  const problems = [];
  const orders = async (sheet) => {
    await tab.goto(`${server.origin}/page?sheet=${sheet}`, { waitUntil: "load" });
    return tab.evaluate(() => [...document.querySelectorAll("p")].map((probe) => getComputedStyle(probe).order).join(" "));
  };
  for (let graph = 0; graph < number; graph++) {
    const [meant, got] = [await orders(`/sources/g${graph}/a.css`), await orders(`/built/g${graph}/a.css`)];
    if (meant !== got) problems.push(`g${graph}: ${meant} in the sources, ${got} as built`);
  }
  await browser.close();
  server.close();
  finish(`${number} graphs of stylesheets`, problems);
}

const [command, ...rest] = process.argv.slice(2);
if (command === "write") write(rest[0], Number(rest[1]));
else await compare(rest[0], rest[1], rest[2], Number(rest[3]));
