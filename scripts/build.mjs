/** Builds the page into dist/, where its sources have changed since the last build. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ASSEMBLY, buildWasm } from "./build-wasm.mjs";
import { ensureDependencies } from "./lib/install.mjs";
import {
  duration,
  fail,
  filesUnder,
  hashFiles,
  ROOT,
  readIfThere,
  runTool,
  say,
} from "./lib/project.mjs";

/** Resolves false where the kernels or the page do not build, with the tools' messages shown. */
export async function buildPage() {
  if (!(await buildWasm())) return false;
  const inputs = [
    "index.html",
    "vite.config.ts",
    "package.json",
    "package-lock.json",
    "scripts/lib/headers.mjs",
    "scripts/lib/parts.mjs",
    ...filesUnder("src", ["src/cli", ASSEMBLY]),
    ...filesUnder("public", ["public/data"]),
    // Of the data its manifest is enough: it has the checksums of all the rest.
    ...filesUnder("public/data").filter((file) => file.endsWith("/manifest.json")),
  ];
  const stamp = join(ROOT, "dist", ".inputs.sha256");
  const wanted = hashFiles(inputs);
  if (readIfThere(stamp) === wanted) return true;
  say("Building the page …");
  const start = Date.now();
  const { code, output } = await runTool("vite/bin/vite.js", ["build", "--logLevel", "warn"], {
    capture: true,
    // Under Vitest it is "test", for which Vite would build React's slow development version.
    env: { NODE_ENV: "production" },
  });
  if (output.trim()) say(output.trim());
  if (code !== 0) return false;
  // Vite empties dist first, so an interrupted build leaves no stamp behind.
  writeFileSync(stamp, wanted);
  say(`Page built in ${duration(Date.now() - start)}.`);
  return true;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await ensureDependencies("page");
  if (!(await buildPage())) fail("The page does not build (see above).");
}
