// Every PNG of a build has the pixels of its source: `node check-pictures.mjs SITE OUT CHROMIUM`.
//
// Two judges: pngjs, which keeps all 16 bits, and Chromium, which also knows frames, gamma and colour profiles, and is more lenient. A file
// that Chromium cannot decode must have been copied as it is.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PNG } from "pngjs";
import { launch, serve } from "./browser.mjs";
import { finish } from "./files.mjs";

const [site, out, chromium] = process.argv.slice(2);
const problems = [];
const manifest = JSON.parse(readFileSync(join(out, "assetc.json"), "utf8"));
const pictures = Object.values(manifest.files).filter((file) => /\.a?png$/i.test(file.source));

/** Width, height and all samples as 16 bits; `undefined` for what cannot be decoded. */
function decode(bytes) {
  let png;
  try {
    png = PNG.sync.read(bytes, { skipRescale: true });
  } catch {
    return undefined;
  }
  // With a palette pngjs gives 8 bits, whatever the depth of the indices.
  const most = png.palette || png.colorType === 3 ? 255 : 2 ** png.depth - 1;
  return { width: png.width, height: png.height, samples: Array.from(png.data, (sample) => Math.round((sample * 65535) / most)) };
}

function same(a, b) {
  return a.width === b.width && a.height === b.height && a.samples.length === b.samples.length && a.samples.every((sample, at) => sample === b.samples[at]);
}

let decoded = 0;
for (const file of pictures) {
  const source = readFileSync(join(site, file.source));
  for (const path of [file.path, file.plain].filter(Boolean)) {
    const built = readFileSync(join(out, path));
    if (built.equals(source)) continue;
    if (built.length > source.length) problems.push(`${path}: larger than its source`);
    const [before, after] = [decode(source), decode(built)];
    if (!before) continue;
    if (!after) problems.push(`${path}: can no longer be decoded`);
    else if (!same(before, after)) problems.push(`${path}: other pixels`);
    decoded += 1;
  }
}

/** In the page: a digest of each frame's pixels, or `broken`. */
async function framesOf(url) {
  const bytes = await (await fetch(url)).arrayBuffer();
  const frames = [];
  try {
    const decoder = new ImageDecoder({ data: bytes, type: "image/png", colorSpaceConversion: "default" });
    await decoder.tracks.ready;
    const count = decoder.tracks.selectedTrack.frameCount;
    for (let frameIndex = 0; frameIndex < count; frameIndex += 1) {
      const { image } = await decoder.decode({ frameIndex });
      const canvas = new OffscreenCanvas(image.displayWidth, image.displayHeight);
      const context = canvas.getContext("2d");
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data)).join(".");
      frames.push(`${image.displayWidth}x${image.displayHeight} for ${image.duration}: ${digest}`);
      image.close();
    }
    frames.push(`repeats ${decoder.tracks.selectedTrack.repetitionCount}`);
  } catch {
    frames.push("broken");
  }
  return frames.join("\n");
}

const server = await serve({ "/source/": site, "/built/": out, "/": () => ({ html: "<!doctype html><title>Pictures</title>" }) });
const browser = await launch(chromium);
try {
  const page = await browser.newPage();
  await page.goto(server.origin);
  await page.evaluate(`window.framesOf = ${framesOf}`);
  const encode = (path) => path.split("/").map(encodeURIComponent).join("/");
  for (const { source, path } of pictures) {
    const [before, after] = await page.evaluate((urls) => Promise.all(urls.map((url) => framesOf(url))), [`/source/${encode(source)}`, `/built/${encode(path)}`]);
    const changed = !readFileSync(join(site, source)).equals(readFileSync(join(out, path)));
    if (before === "broken" && changed) problems.push(`${path}: cannot be decoded, yet it was changed`);
    if (before !== after) problems.push(`${path}: looks different in Chromium (${before.split("\n").length} and ${after.split("\n").length} lines)`);
  }
} finally {
  await browser.close();
  server.close();
}

finish(`${pictures.length} pictures, ${decoded} changed files`, problems);
