// Two folders hold the same pictures, pixel by pixel: `node compare-pictures.mjs A B`.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import { filesBelow, finish } from "./files.mjs";

const [left, right] = process.argv.slice(2);
const problems = [];
const names = new Set([...filesBelow(left), ...filesBelow(right)]);
for (const name of names) {
  try {
    const [a, b] = [left, right].map((folder) => PNG.sync.read(readFileSync(join(folder, name))));
    if (a.width !== b.width || a.height !== b.height) problems.push(`${name}: ${a.width}x${a.height} and ${b.width}x${b.height}`);
    else {
      const different = pixelmatch(a.data, b.data, undefined, a.width, a.height, { threshold: 0, includeAA: true });
      if (different > 0) problems.push(`${name}: ${different} pixels differ`);
    }
  } catch (error) {
    problems.push(`${name}: ${error.message}`);
  }
}
finish(`${names.size} pictures`, problems);
