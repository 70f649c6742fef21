// Every style of an output folder parses, and everything local that it refers to is there: `node check-styles.mjs OUT`.

import { readFileSync, statSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { parse, walk } from "css-tree";
import { filesBelow, finish } from "./files.mjs";

const [out] = process.argv.slice(2);
const problems = [];
let sheets = 0;
let references = 0;

function isFile(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function check(sheet, written) {
  if (/^(?:[a-z][a-z0-9+.-]*:|\/|#|\?|$)/i.test(written)) return;
  references += 1;
  const path = decodeURIComponent(written.replace(/[?#].*$/s, ""));
  const target = posix.join(posix.dirname(sheet), path);
  if (target.startsWith("../")) problems.push(`${sheet}: ${written} leads out of the output`);
  else if (!isFile(join(out, target))) problems.push(`${sheet}: ${written} leads nowhere`);
}

/**
 * Whether the fault is css-tree's: a filter as Internet Explorer had them, which no grammar knows and browsers skip, or a custom property,
 * which may hold anything.
 */
function isHarmless(text, { offset }) {
  const before = text.slice(0, offset);
  const start = Math.max(before.lastIndexOf(";"), before.lastIndexOf("{")) + 1;
  return /^\s*(?:--|(?:-ms-)?filter:\s*(?:progid:|alpha\())/i.test(text.slice(start, offset + 40));
}

for (const sheet of filesBelow(out).filter((path) => path.endsWith(".css"))) {
  sheets += 1;
  const text = readFileSync(join(out, sheet), "utf8");
  const tree = parse(text, {
    filename: sheet,
    positions: true,
    parseCustomProperty: true,
    onParseError: (error) => {
      if (!isHarmless(text, error)) problems.push(`${sheet}:${error.line}:${error.column}: ${error.message}: ${text.slice(error.offset - 40, error.offset + 20)}`);
    },
  });
  walk(tree, (node) => {
    if (node.type === "Url") check(sheet, node.value);
    if (node.type === "Atrule" && node.name === "import") {
      const first = node.prelude?.children?.first;
      if (first?.type === "String") check(sheet, first.value);
    }
  });
  const map = /\/\*# sourceMappingURL=(\S+) \*\/\s*$/.exec(text)?.[1];
  if (map && !isFile(join(out, dirname(sheet), decodeURIComponent(map)))) problems.push(`${sheet}: its source map ${map} is missing`);
}

finish(`${sheets} styles, ${references} references`, problems);
