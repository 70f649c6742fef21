// One case of a suite, in a thread of `run-suites.mjs`; says `null` when it passes, else what is wrong.

import assert from "node:assert";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runInThisContext } from "node:vm";
import { parentPort, workerData as job } from "node:worker_threads";

const tell = (error) => `${error?.name ?? error?.constructor?.name ?? "it throws"}: ${String(error?.message ?? error).split("\n")[0]}`;
const end = (outcome) => parentPort.postMessage(outcome ?? null);
process.on("unhandledRejection", (error) => end(tell(error)));

const kinds = {
  async test262() {
    for (const file of ["assert.js", "sta.js", ...(job.asynchronous ? ["doneprintHandle.js"] : []), ...job.includes]) {
      runInThisContext(readFileSync(join(job.harness, file), "utf8"), { filename: file });
    }
    const done = new Promise((resolve, reject) => {
      globalThis.print = (text) => (text === "Test262:AsyncTestComplete" ? resolve() : reject(new Error(text)));
    });
    await import(pathToFileURL(job.file).href);
    if (job.asynchronous) await done;
  },
  async rollup() {
    const require = createRequire(job.config);
    globalThis.defineTest = (config) => config;
    const config = require(job.config);
    globalThis.assert = assert;
    const given = typeof config.context === "function" ? config.context() : config.context;
    Object.assign(globalThis, given);
    const exports = await import(pathToFileURL(job.file).href);
    // rollup's suite runs CommonJS bundles, whose `module.exports` is the default export when it is the only one.
    const keys = Object.keys(exports);
    await config.exports?.(keys.length === 1 && keys[0] === "default" ? exports.default : exports);
  },
  async esbuild() {
    const exports = await import(pathToFileURL(job.file).href);
    if (job.asynchronous) await (exports.async ?? exports.default?.async)?.();
  },
};

kinds[job.suite]().then(() => end(), (error) => end(tell(error)));
