/**
 * `npm run build`: gets the data, and builds the page into dist/ as any host can serve it.
 *
 * `--url https://example.org/loom/` says where it will be: chats then show a picture of it beside a link.
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ASSEMBLY, buildWasm } from "./build-wasm.mjs";
import { ensureData } from "./lib/data.mjs";
import { ensureDependencies } from "./lib/install.mjs";
import { buildOptions } from "./lib/options.mjs";
import { packFiles } from "./lib/packed.mjs";
import {
  duration,
  fail,
  filesUnder,
  hashFiles,
  ROOT,
  readIfThere,
  run,
  runTool,
  say,
} from "./lib/project.mjs";

/** Builds what has changed since the last time, for that address or any. Resolves false where the kernels or the page do not build, with the tools' messages shown. */
export async function buildPage(/** @type {string | undefined} */ url = undefined) {
  if (!(await buildWasm())) return false;
  const inputs = [
    "index.html",
    "vite.config.ts",
    "package.json",
    "package-lock.json",
    "scripts/lib/headers.mjs",
    "scripts/lib/hosts.mjs",
    "scripts/lib/oldest.mjs",
    "scripts/lib/parts.mjs",
    "scripts/lib/sharing.mjs",
    "scripts/service-workers.mjs",
    ...filesUnder("src", ["src/cli", ASSEMBLY]),
    ...filesUnder("public", ["public/data"]),
    // Of the data its manifest is enough: it has the checksums of all the rest.
    ...filesUnder("public/data").filter((file) => file.endsWith("/manifest.json")),
  ];
  const stamp = join(ROOT, "dist", ".inputs.sha256");
  const wanted = [hashFiles(inputs), url].join(" ");
  if (readIfThere(stamp) === wanted) return true;
  say("Building the page …");
  const start = Date.now();
  // Under Vitest it is "test", for which Vite would build React's slow development version.
  const options = { capture: true, env: { NODE_ENV: "production", PAGE_URL: url } };
  const steps = [
    () => runTool("vite/bin/vite.js", ["build", "--logLevel", "warn"], options),
    () => run(process.execPath, ["scripts/service-workers.mjs"], options),
  ];
  for (const step of steps) {
    const { code, output } = await step();
    if (output.trim()) say(output.trim());
    if (code !== 0) return false;
  }
  // Vite empties dist first, so an interrupted build leaves no stamp behind.
  writeFileSync(stamp, wanted);
  say(`Page built in ${duration(Date.now() - start)}.`);
  return true;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { url } = buildOptions();
  await ensureDependencies("page");
  await ensureData();
  if (!(await buildPage(url))) fail("The page does not build (see above).");
  await packFiles("dist");
  say("The page is in dist/: copy that folder to a server (docs/hosting.md).");
}
