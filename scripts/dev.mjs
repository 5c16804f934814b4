/** `npm run dev`: the development server; kernels are rebuilt when their sources change. */

import { join } from "node:path";
import { ASSEMBLY, buildWasm, GENERATED, TABLE } from "./build-wasm.mjs";
import { ensureData } from "./lib/data.mjs";
import { ensureDependencies } from "./lib/install.mjs";
import { serverOptions } from "./lib/options.mjs";
import { freePort, ROOT, say } from "./lib/project.mjs";

const { port, host } = serverOptions(5173);
await ensureDependencies("page");
await ensureData();
await buildWasm();

// Imported late: before ensureDependencies there may be no vite.
const { createServer } = await import("vite");
const server = await createServer({
  root: ROOT,
  server: { port: await freePort(port, host), host, strictPort: true },
});
await server.listen();
say(`Latent Loom (development) is at ${server.resolvedUrls?.local[0]}`);

const assembly = join(ROOT, ASSEMBLY);
const generated = join(ROOT, GENERATED);
const table = join(ROOT, TABLE);
let building = Promise.resolve();
server.watcher.add([assembly, table]);
server.watcher.on("all", (_event, path) => {
  if (path !== table && (!path.startsWith(assembly) || path.startsWith(generated))) return;
  building = building.then(async () => {
    if (await buildWasm()) server.ws.send({ type: "full-reload" });
  });
});
