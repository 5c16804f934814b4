/**
 * Builds the service workers of src/service-worker/ into dist/, once the page is there: what they keep
 * is a list of its files.
 *
 * workbox's own plugin for Vite brings 327 packages of 78 MB for that list, which is 30 lines here.
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build, runnerImport } from "vite";
import { OLDEST } from "./lib/oldest.mjs";
import { filesUnder, ROOT } from "./lib/project.mjs";

/** @typedef {{ url: string, revision: string | null }} Entry as src/service-worker/offline.ts takes it */

const files = filesUnder("dist").map((file) => file.replace(/^dist\//, ""));
const read = (/** @type {string} */ url) => readFileSync(join(ROOT, "dist", url));

/** @returns {Entry} */
const entryOf = (/** @type {string} */ url, file = url) => ({
  url,
  // A name under assets/ changes with what is in the file.
  revision: url.startsWith("assets/")
    ? null
    : createHash("sha256").update(read(file)).digest("hex").slice(0, 16),
});

/** The classes that every visit begins with, of the data set that it begins with. */
async function firstShards() {
  const { module } = await runnerImport(join(ROOT, "src/config/config.ts"), {
    configFile: false,
    logLevel: "error",
  });
  const { data, classes } = module.DEFAULT_CONFIG;
  const folder = `data/${data}`;
  // Where the data could not be had, the page draws garments.
  if (!files.includes(`${folder}/manifest.json`)) return [];
  const manifest = JSON.parse(read(`${folder}/manifest.json`).toString());
  return classes.map((/** @type {number} */ id) => `${folder}/${manifest.classes[id].file}`);
}

const shards = await firstShards();
const isPacked = /\.(br|gz)$/;
const kept = [
  // Some hosts lead from index.html to its folder.
  entryOf("./", "index.html"),
  ...files
    .filter((file) => /^(assets|nets)\/|^favicon|^data\/[^/]+\/manifest\.json$/.test(file))
    .filter((file) => !isPacked.test(file))
    .concat(shards)
    .map((file) => entryOf(file)),
];
const others = files
  .filter((file) => /^data\/.*\.shard$/.test(file) && !shards.includes(file))
  .map((file) => entryOf(file));

for (const name of ["isolate", "offline"]) {
  await build({
    configFile: false,
    root: ROOT,
    publicDir: false,
    logLevel: "warn",
    define: {
      FILES: JSON.stringify(kept),
      SHARDS: JSON.stringify(others),
      "process.env.NODE_ENV": '"production"',
    },
    build: {
      target: OLDEST,
      outDir: "dist",
      emptyOutDir: false,
      rolldownOptions: {
        input: `src/service-worker/${name}.ts`,
        output: { format: "iife", entryFileNames: `${name}.js` },
      },
    },
  });
}
