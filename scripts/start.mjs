/** `npm start`: installs, gets the data, builds what changed, serves the app, prints its address. */

import { buildPage } from "./build.mjs";
import { ensureData } from "./lib/data.mjs";
import { ensureDependencies } from "./lib/install.mjs";
import { serverOptions } from "./lib/options.mjs";
import { fail, freePort, ROOT, say } from "./lib/project.mjs";

const { port, host } = serverOptions(4173);
await ensureDependencies("page");
await ensureData();
if (!(await buildPage())) fail("The page does not build (see above).");

// Imported late: before ensureDependencies there may be no vite.
const { preview } = await import("vite");
const server = await preview({
  root: ROOT,
  logLevel: "warn",
  preview: { port: await freePort(port, host), host, strictPort: true },
});
const address = server.resolvedUrls?.local[0] ?? server.resolvedUrls?.network[0];
say(`Latent Loom is at ${address} (Ctrl-C ends it).`);
