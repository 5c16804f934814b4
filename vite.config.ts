import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { listParts } from "./scripts/lib/parts.mjs";

/** Cross-origin isolation: without it a browser gives a page no SharedArrayBuffer, so no threads. */
export const ISOLATION_HEADERS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  plugins: [react(), listParts()],
  // Relative addresses: the built page works in any folder of any server.
  base: "./",
  // A missing file is a 404, not the page: the data loader relies on it.
  appType: "mpa",
  server: { headers: ISOLATION_HEADERS },
  preview: { headers: ISOLATION_HEADERS },
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
      "umap-js",
      "valibot",
      "wasm-feature-detect",
    ],
  },
  build: {
    target: "es2022",
    // tfjs, in the worker's bundle, is 1.5 MB unpacked; nothing in it can be left out at start.
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      checks: { bundlerTimings: false },
      output: {
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
            { name: "mantine", test: /node_modules[\\/](@mantine|@floating-ui)[\\/]/ },
            {
              name: "charts",
              test: /node_modules[\\/](recharts|d3-|victory-vendor|es-toolkit|@reduxjs|redux|immer|reselect)/,
            },
          ],
        },
      },
    },
  },
});
