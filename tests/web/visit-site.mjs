// Visits pages as a customer does and keeps pictures of them: `node visit-site.mjs CHROMIUM ORIGIN PICTURES PATH…`.
//
// Anything in the console but plain words, an exception, a request that fails: all of it is wrong.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launch } from "./browser.mjs";
import { finish } from "./files.mjs";

const [chromium, origin, pictures, ...paths] = process.argv.slice(2);
const problems = [];
let requests = 0;
mkdirSync(pictures, { recursive: true });

const browser = await launch(chromium);
try {
  const context = await browser.newContext({ viewport: { width: 1000, height: 800 }, reducedMotion: "reduce" });
  for (const path of paths) {
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) problems.push(`${path}: ${message.type()}: ${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => problems.push(`${path}: ${error.stack}`));
    page.on("requestfailed", (request) => problems.push(`${path}: ${request.url()} ${request.failure()?.errorText}`));
    page.on("response", (response) => {
      requests += 1;
      if (response.status() >= 400) problems.push(`${path}: ${response.url()} answered ${response.status()}`);
    });
    const picture = async (name) => {
      await page.evaluate(() => document.fonts.ready);
      await page.screenshot({ path: join(pictures, `${name}.png`), animations: "disabled", fullPage: true });
    };
    const name = path.replaceAll("/", "_");
    await page.goto(origin + path, { waitUntil: "networkidle" });
    await picture(name);
    for (const [act, selector] of [["basket", "[data-cart-add]"], ["gallery", "a[data-gallery]"], ["open", "[data-cart-open]"]]) {
      if ((await page.locator(selector).count()) === 0) continue;
      await page.locator(selector).first().click();
      await page.waitForLoadState("networkidle");
      await picture(`${name}-${act}`);
      await page.evaluate(() => document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close()));
    }
    await page.close();
  }
} finally {
  await browser.close();
}

finish(`${paths.length} pages, ${requests} requests`, problems);
