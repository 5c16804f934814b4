/** Training outlives a GPU that is lost in the middle of a run. */

import { type Browser, chromium, type Page } from "playwright-core";
import type { Plugin } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM_FLAGS, findBrowser, SOFTWARE_WEBGPU_FLAGS } from "../../scripts/lib/browser.mjs";
import {
  button,
  openMore,
  openPage,
  ready,
  type Served,
  serveApp,
  setNumber,
  shownNumber,
  trainingWorker,
} from "./app";

/** The chunk of tfjs's WebGPU backend, named after the folder of its package that it comes from. */
const WEBGPU_BACKEND = /\/assets\/dist-[\w-]+\.js/;

let browser: Browser;
let app: Served;
let page: Page;

beforeAll(async () => {
  const executablePath = findBrowser() ?? "";
  [browser, app] = await Promise.all([
    chromium.launch({ executablePath, args: [...CHROMIUM_FLAGS, ...SOFTWARE_WEBGPU_FLAGS] }),
    serveApp(),
  ]);
  ({ page } = await openPage(browser, app.address));
  await setNumber(page, "Batch size", 2);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

const step = () => shownNumber(page, "step");

describe("a GPU that is lost in the middle of a run", () => {
  it("is replaced by WASM, which goes on where it was, and the page says so", async () => {
    // Keeps every GPUDevice that the worker opens, so that one can be destroyed from outside.
    const worker = await trainingWorker(page);
    await worker.evaluate(() => {
      const opened: GPUDevice[] = [];
      Object.assign(globalThis, { opened });
      const request = GPUAdapter.prototype.requestDevice;
      GPUAdapter.prototype.requestDevice = async function (...descriptor) {
        const device = await request.apply(this, descriptor);
        opened.push(device);
        return device;
      };
    });
    await ready(page);
    await openMore(page);
    await page.getByRole("radio", { name: "WebGPU", exact: true }).check();
    await button(page, "Train").click();
    // WebGPU in software: it compiles for a while, but is lost like any other.
    await expect
      .poll(() => page.getByTestId("devices").innerText(), { interval: 50 })
      .toMatch(/Compiling kernels, \d+ of \d\d/);
    await expect.poll(step).toBeGreaterThan(3);
    expect(await page.getByTestId("device-in-use").innerText()).toMatch(/^WebGPU/);
    await worker.evaluate(() => {
      for (const device of (globalThis as unknown as { opened: GPUDevice[] }).opened) {
        device.destroy();
      }
    });
    const notice = page.locator('[data-code="device-lost"]');
    await expect.poll(() => notice.innerText()).toMatch(/goes on on WASM/);
    const replaced = await step();
    await expect.poll(step).toBeGreaterThan(replaced + 10);
    expect(await page.getByTestId("device-in-use").innerText()).toMatch(/^WASM/);
    await expect.poll(() => page.getByTestId("loss-chart").textContent()).toMatch(/now on WASM/);
  }, 300_000);
});

describe("a device whose own code the server has not", () => {
  it("leaves the run to the next one, and the page says why", async () => {
    const missing: string[] = [];
    // At the server: what workers ask for goes past the driver.
    const withoutBackend: Plugin = {
      name: "without-backend",
      configurePreviewServer({ middlewares }) {
        middlewares.use(({ url = "" }, response, next) => {
          if (!WEBGPU_BACKEND.test(url)) return next();
          missing.push(url);
          response.statusCode = 404;
          response.end();
        });
      },
    };
    const bare = await serveApp({ plugins: [withoutBackend] });
    const opened = await openPage(browser, bare.address);
    await ready(opened.page);
    await openMore(opened.page);
    await opened.page.getByRole("radio", { name: "tfjs WebGPU", exact: true }).check();
    await button(opened.page, "Train").click();
    const notice = opened.page.locator('[data-code="device-lost"]');
    await expect
      .poll(() => notice.innerText())
      .toMatch(/tfjs's WebGPU backend could not be loaded from the server/);
    await expect.poll(() => shownNumber(opened.page, "step")).toBeGreaterThan(1);
    expect(await opened.page.getByTestId("device-in-use").innerText()).not.toMatch(/tfjs WebGPU/);
    expect(missing.length).toBeGreaterThan(0);
    await opened.page.context().close();
    await bare.close();
  }, 300_000);
});
