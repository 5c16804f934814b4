import react from "@vitejs/plugin-react";
import { type Connect, defineConfig, type Plugin } from "vite";
import { builtHeaders, OPEN_HEADERS } from "./scripts/lib/headers.mjs";
import { hostFiles } from "./scripts/lib/hosts.mjs";
import { OLDEST } from "./scripts/lib/oldest.mjs";
import { listParts } from "./scripts/lib/parts.mjs";
import { shared } from "./scripts/lib/sharing.mjs";

/** Where the page is worked on nothing of it is kept in the browser, and what was kept there goes: src/client/offline.ts. */
const WITHOUT_SERVICE_WORKER = "/offline.js";
const answerNothing: Connect.NextHandleFunction = (_request, response) => {
  response.statusCode = 204;
  response.end();
};

/** Writes down what servers send with the page, in the words of each of them, and sends it. */
export const headers: Plugin = {
  name: "headers",
  configurePreviewServer({ middlewares }) {
    const all = Object.entries(builtHeaders());
    middlewares.use((_request, response, next) => {
      // With "304 Not Modified" too: for want of COEP in it, Safari ends workers that it has kept.
      for (const [name, value] of all) response.setHeader(name, value);
      next();
    });
    middlewares.use(WITHOUT_SERVICE_WORKER, answerNothing);
  },
  configureServer({ middlewares }) {
    middlewares.use(WITHOUT_SERVICE_WORKER, answerNothing);
  },
  generateBundle: {
    order: "post",
    handler(_options, bundle) {
      const page = bundle["index.html"];
      // Workers are bundles of their own.
      if (page?.type !== "asset") return;
      for (const [fileName, source] of Object.entries(hostFiles(String(page.source)))) {
        this.emitFile({ type: "asset", fileName, source });
      }
    },
  },
};

export default defineConfig({
  plugins: [react(), listParts(), shared(process.env.PAGE_URL), headers],
  // Relative addresses: the built page works in any folder of any server.
  base: "./",
  // A missing file is a 404, not the page: the data loader relies on it.
  appType: "mpa",
  // The development page has scripts of Vite's own; the built one is served under _headers.
  server: { headers: OPEN_HEADERS },
  worker: {
    format: "es",
    rolldownOptions: {
      output: {
        codeSplitting: {
          // A file of its own, which browsers keep when our code changes; WebGPU's is fetched late.
          groups: [
            { name: "tfjs", test: /node_modules[\\/]@tensorflow[\\/](?!tfjs-backend-webgpu)/ },
          ],
        },
      },
    },
  },
  optimizeDeps: {
    // It finds its WebAssembly beside its own files, which a bundle would take it from.
    exclude: ["@jsquash/jpeg"],
    // Only the worker imports these: found late, they would make the development page reload.
    include: [
      "@tensorflow/tfjs",
      "@tensorflow/tfjs-backend-webgpu",
      "fflate",
      "valibot",
      "wasm-feature-detect",
    ],
  },
  build: {
    target: OLDEST,
    // tfjs, in the worker's bundle, is 1.5 MB unpacked; nothing in it can be left out at start.
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      checks: { bundlerTimings: false },
      output: {
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
            // What floats over the page comes with the first part that has it.
            { name: "mantine", test: /node_modules[\\/]@mantine[\\/]/, tags: ["$initial"] },
            // Views that draw no chart have scales, too.
            { name: "scales", test: /node_modules[\\/](d3-|internmap)/ },
            {
              name: "charts",
              test: /node_modules[\\/](recharts|victory-vendor|es-toolkit|@reduxjs|redux|immer|reselect)/,
            },
          ],
        },
      },
    },
  },
});
