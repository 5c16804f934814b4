/** A headless Chromium with the bench's page in it, served by Vite with isolation headers. */

import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { createServer } from "vite";
import type { BenchReply, BenchRequest } from "../../../bench/browser/messages";
import { CHROMIUM_FLAGS, findBrowser, NO_BROWSER } from "../../../scripts/lib/browser.mjs";
import { adapterName, isSoftwareAdapter } from "../../engine/renderers";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
/** WebGPU on Linux, headless, and on drivers that Chromium does not know. */
const GPU_FLAGS = [
  "--enable-unsafe-webgpu",
  "--enable-features=Vulkan,WebGPU",
  "--ignore-gpu-blocklist",
];
/** WebGL and WebGPU drawn by the CPU: what a machine without a GPU has. */
const SOFTWARE_FLAGS = [
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--enable-unsafe-webgpu",
  "--enable-features=Vulkan,WebGPU",
  "--use-webgpu-adapter=swiftshader",
];

export interface BenchBrowser {
  readonly version: string;
  /** Name of the GPU on which WebGL and WebGPU compute; null where the CPU stands in for one. */
  readonly gpu: string | null;
  /** Runs one request in a fresh page and worker. @throws Error saying why it could not run */
  run(request: BenchRequest): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

/** V8 joins pairs of vectors of 128 bits into one of 256 where a processor has such; off by default in 2026. */
export const WIDE_FLAGS = ["--js-flags=--wasm-revectorize"];

/**
 * @param flags beside those that the bench needs
 * @throws Error where no browser is installed
 */
export async function openBenchBrowser(flags: readonly string[] = []): Promise<BenchBrowser> {
  const executablePath = findBrowser();
  if (!executablePath) throw new Error(NO_BROWSER);
  const server = await createServer({
    configFile: false,
    root: `${ROOT}bench/browser`,
    cacheDir: `${ROOT}node_modules/.vite/bench`,
    logLevel: "error",
    worker: { format: "es" },
    optimizeDeps: {
      include: ["@tensorflow/tfjs", "@tensorflow/tfjs-backend-webgpu", "@jax-js/jax"],
    },
    server: {
      host: "127.0.0.1",
      // A source file that changes must not reload the page in the middle of a measurement.
      watch: null,
      fs: { allow: [ROOT] },
      headers: {
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
      },
    },
  });
  await server.listen();
  const address = server.resolvedUrls?.local[0];
  const launch = (graphics: readonly string[]) =>
    chromium.launch({
      executablePath,
      args: [...CHROMIUM_FLAGS, ...graphics, ...flags],
      // Ctrl-C is the command's own affair: closed by Playwright, the browser would only seem to fail.
      handleSIGINT: false,
    });
  let browser = await launch(GPU_FLAGS);
  const gpu = await findGpu(browser, `${address}`);
  if (gpu === null) {
    await browser.close();
    browser = await launch(SOFTWARE_FLAGS);
  }

  const run: BenchBrowser["run"] = async (request) => {
    const page = await browser.newPage();
    try {
      await page.goto(`${address}`);
      const images = "images" in request ? request.images : new Uint8Array();
      const encoded = Buffer.from(images).toString("base64");
      // As an array, bytes would cross to the page one number at a time.
      const rest = { ...request, images: null };
      const reply = await page.evaluate(
        ({ rest, encoded }) =>
          new Promise<BenchReply>((resolve) => {
            const worker = new Worker("/worker.ts", { type: "module" });
            worker.onmessage = (event) => resolve(event.data);
            worker.onerror = (event) =>
              resolve({ ok: false, error: event.message || "The worker did not start." });
            const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
            worker.postMessage({ ...rest, images: bytes });
          }),
        { rest, encoded },
      );
      if (!reply.ok) throw new Error(reply.error);
      return reply.figures;
    } finally {
      await page.close();
    }
  };
  return {
    version: `Chromium ${browser.version()}`,
    gpu,
    run,
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

/** The name of the GPU behind WebGPU; null where there is none, or a program that plays one. */
async function findGpu(browser: Browser, address: string): Promise<string | null> {
  const page = await browser.newPage();
  try {
    await page.goto(address);
    const facts = await page.evaluate(async () => {
      const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
      if (!adapter) return null;
      const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
      return { vendor, architecture, device, description, isFallbackAdapter };
    });
    return facts && !isSoftwareAdapter(facts) ? adapterName(facts) || "GPU" : null;
  } finally {
    await page.close();
  }
}
