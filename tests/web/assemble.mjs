// Lays out third-party files as a site's `assets/vendor` folder: `node assemble.mjs SITE [DJANGO]`.
//
// Only what is meant for browsers as it is: no Sass, no CommonJS, no modules that import packages by name. DJANGO is the folder of
// an installed Django, whose admin brings its own static files. PNGs that no package has are written by `png-samples.mjs`.

import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { pngSamples } from "./png-samples.mjs";

// Package: patterns of its files. `*` stays within a folder, `**` does not, `{a,b}` is either.
const PACKAGES = {
  "@fortawesome/fontawesome-free": ["css/*.css", "js/{all,brands,conflict-detection,v4-shims}*.js", "webfonts/*", "svgs/brands/a*.svg"],
  "@highlightjs/cdn-assets": ["highlight*.js", "styles/{a,b}*", "languages/{c,d}*.js", "es/core*.js"],
  "@popperjs/core": ["dist/umd/*.js"],
  alpinejs: ["dist/cdn*.js", "dist/module.esm*.js"],
  angular: ["angular*.js", "angular-csp.css"],
  "animate.css": ["animate*.css"],
  aos: ["dist/*.css", "dist/aos.js"],
  backbone: ["backbone*.js"],
  bootstrap: ["dist/css/*", "dist/js/bootstrap{,.bundle}{,.min}.js*"],
  "bootstrap-icons": ["font/*.css", "font/fonts/*", "icons/{a,c}*.svg", "bootstrap-icons.svg"],
  bulma: ["css/*.css", "css/versions/*.min.css"],
  "chart.js": ["dist/chart.umd*"],
  cropperjs: ["dist/cropper{,.esm}{,.min}.{js,css}"],
  d3: ["dist/*.js"],
  "datatables.net": ["js/*.js"],
  "datatables.net-bs5": ["css/*.css", "js/*.js"],
  "datatables.net-dt": ["css/*.css", "js/*.js"],
  "famfamfam-flags": ["dist/png/*.png", "dist/sprite/*"],
  flatpickr: ["dist/*.{js,css}", "dist/l10n/{a,d,e,f,z}*.js", "dist/plugins/*.js", "dist/themes/*.css"],
  "font-awesome": ["css/*", "fonts/*"],
  hammerjs: ["hammer*.js"],
  handlebars: ["dist/handlebars{,.runtime}{,.min}.js"],
  "htmx.org": ["dist/htmx{,.min,.esm}.js", "dist/ext/*.js"],
  "intro.js": ["introjs*.css", "minified/*", "themes/*.css", "intro.js"],
  jquery: ["dist/*.{js,map}"],
  "jquery-ui-dist": ["*.{js,css}", "images/*"],
  "jquery-validation": ["dist/*.js", "dist/localization/*_{de,fr,pl}*.js"],
  jstree: ["dist/*.js", "dist/themes/**"],
  knockout: ["build/output/*.js"],
  leaflet: ["dist/**"],
  lightbox2: ["dist/**"],
  lodash: ["lodash{,.min}.js", "core{,.min}.js"],
  "lodash-es": ["*.js"],
  moment: ["min/*.{js,map}", "locale/{d,e}*.js"],
  mustache: ["mustache{,.min}.js", "mustache.mjs"],
  "normalize.css": ["normalize.css"],
  nouislider: ["dist/*.{css,js,mjs}"],
  "owl.carousel": ["dist/**"],
  photoswipe: ["dist/**.{css,js}"],
  pngparse: ["data/*.png"],
  "pngjs-suite": ["examples/test/**.png"],
  prismjs: ["prism.js", "themes/*.css", "components/prism-{c,j,m}*.js", "plugins/{line,tool}*/*"],
  quill: ["dist/*.{js,css,map}"],
  select2: ["dist/css/*", "dist/js/*.js"],
  "slick-carousel": ["slick/**.{css,js,eot,svg,ttf,woff,gif}"],
  sweetalert2: ["dist/*.{js,css}"],
  swiper: ["swiper{,-bundle,-element,-element-bundle}{,.min}.{css,js,mjs}", "shared/*.mjs", "modules/*.{css,mjs}"],
  "tippy.js": ["dist/*.css", "dist/*.umd*.js", "themes/*.css", "animations/*.css"],
  toastr: ["build/*"],
  "tom-select": ["dist/css/*", "dist/js/*.{js,map}"],
  "typeahead.js": ["dist/*.js"],
  underscore: ["underscore-umd*"],
  vue: ["dist/vue{,.runtime}.{global,esm-browser}{,.prod}.js"],
};

const NEVER = /(\.d\.ts|\.scss|\.sass|\.less|\.md|\.cjs\.js|\.esm\.js\.map|package\.json|LICENSE[^/]*)$/;

/** A pattern as a regular expression over the whole path. */
function matcher(pattern) {
  const source = pattern.replace(/\*\*|[*.{},()+]/g, (at) => ({ "**": ".*", "*": "[^/]*", "{": "(?:", "}": ")", ",": "|" })[at] ?? `\\${at}`);
  return new RegExp(`^${source}$`);
}

function* filesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== "node_modules") yield* filesBelow(path);
    } else if (entry.isFile()) yield path;
  }
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
}

const [site, django] = process.argv.slice(2);
const vendor = join(site, "assets/vendor");
const packages = join(dirname(fileURLToPath(import.meta.url)), "node_modules");
let count = 0;

for (const [name, patterns] of Object.entries(PACKAGES)) {
  const folder = join(packages, name);
  const wanted = patterns.map(matcher);
  const found = [...filesBelow(folder)]
    .map((path) => relative(folder, path))
    .filter((path) => wanted.some((pattern) => pattern.test(path)) && !NEVER.test(path));
  for (const pattern of patterns) {
    if (!found.some((path) => matcher(pattern).test(path))) throw new Error(`${name}: nothing matches ${pattern}`);
  }
  // A `.mjs` is written as `.js`, so of `a.mjs` and `a.js` a site can have only one.
  const kept = found.filter((path) => !(path.endsWith(".mjs") && found.includes(path.replace(/mjs$/, "js"))));
  for (const path of kept) copy(join(folder, path), join(vendor, name, path));
  count += kept.length;
}

if (django) {
  const admin = join(django, "contrib/admin/static/admin");
  if (!existsSync(admin)) throw new Error(`${admin} is missing`);
  for (const path of filesBelow(admin)) {
    copy(path, join(site, "assets/admin", relative(admin, path)));
    count += 1;
  }
}

for (const [name, bytes] of pngSamples(packages)) {
  const path = join(site, "assets/png", name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  count += 1;
}
console.log(`${count} files`);
