// Files below a folder, as paths with `/`, sorted.

import { readdirSync } from "node:fs";
import { join } from "node:path";

export function filesBelow(folder, prefix = "") {
  return readdirSync(join(folder, prefix), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${prefix}${entry.name}`;
      return entry.isDirectory() ? filesBelow(folder, `${path}/`) : [path];
    });
}

/** Prints what was found wrong and ends: 1 when there is something. */
export function finish(summary, problems) {
  for (const problem of problems) console.log(problem);
  console.log(`${summary}, ${problems.length} wrong`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
