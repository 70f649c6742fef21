// Makes Node find modules as a bundler for browsers does: `node --import ./register-resolution.mjs …`. Only the finding: the modules run as
// Node runs them. Conditions `browser` and `module` of `exports`; else the fields `browser`, `module` and `main`; extensions may be left out.

import { register } from "node:module";

register("./resolution.mjs", import.meta.url);
