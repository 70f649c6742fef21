// Exits 1 unless the JSON document DOCUMENT is as SCHEMA (JSON Schema 2020-12) says.
//
// node validate.mjs SCHEMA DOCUMENT

import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";

const [schema, document] = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, "utf8")));
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
if (!ajv.validate(schema, document)) {
  console.error(ajv.errorsText());
  process.exit(1);
}
