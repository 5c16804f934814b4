/** Workers and kernels whose files cannot be had: what was asked of them fails in words, and can be asked again. */

import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Plugin } from "vite";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  button,
  closePages,
  launchBrowser,
  openPage,
  ready,
  type Served,
  serveApp,
  shownNumber,
} from "./app";

/** Trousers alone through four numbers. */
const LINK = "?v=1&preset=baseline-linear&latent=4&classes=1&seed=5&batch=256&epochs=";

let browser: Browser;
let app: Served;
let page: Page;
let context: BrowserContext;
/** Files that the server does not have at the moment, and those that are something else. */
let missing: RegExp | null = null;
let garbage: RegExp | null = null;

/** At the server: what workers of workers ask for goes past Playwright. */
const faulty: Plugin = {
  name: "faulty",
  configurePreviewServer({ middlewares }) {
    middlewares.use(({ url = "" }, response, next) => {
      if (missing?.test(url)) response.statusCode = 404;
      else if (!garbage?.test(url)) return next();
      response.end("<!doctype html><p>Welcome.");
    });
  },
};

beforeAll(async () => {
  [browser, app] = await Promise.all([launchBrowser(), serveApp({ plugins: [faulty] })]);
});
afterEach(async () => {
  missing = null;
  garbage = null;
  await context?.close();
});
afterAll(async () => {
  await closePages(browser);
  await app?.close();
});

async function open(epochs: number, hash = ""): Promise<void> {
  ({ page } = await openPage(browser, `${app.address}${LINK}${epochs}${hash}`));
  context = page.context();
}

const step = () => shownNumber(page, "step");
const notice = (code: string) => page.locator(`[data-code="${code}"]`);
const MISSING = /could not be loaded: one of its files is missing or damaged on the server/;

describe("the training worker", () => {
  it.each([
    ["its script", /tfjs\.worker/],
    ["what that imports", /training\.thread/],
    ["tfjs", /\/tfjs-/],
  ])("without %s: the page says so, and loads its images once it is there", async (_what, file) => {
    missing = file;
    await open(900);
    await notice("not-loaded").waitFor();
    expect(await notice("not-loaded").innerText()).toMatch(/^The training worker could/);
    expect(await notice("not-loaded").innerText()).toMatch(MISSING);
    missing = null;
    await button(page, "Try again").click();
    await expect.poll(() => page.getByTestId("data-source").innerText()).toMatch(/^Fashion-MNIST/);
    await ready(page);
    expect(await notice("not-loaded").count()).toBe(0);
    await button(page, "Train").click();
    await expect.poll(step).toBeGreaterThan(1);
  });

  it("is no longer waited for off line, and asked for again back on line", async () => {
    missing = /tfjs\.worker/;
    await open(900);
    await notice("not-loaded").waitFor();
    await context.setOffline(true);
    await button(page, "Try again").click();
    await expect.poll(() => notice("not-loaded").innerText()).toMatch(/this device is offline/);
    missing = null;
    await context.setOffline(false);
    await ready(page);
  });
});

describe("threads of the training worker", () => {
  it("helpers that are missing leave one thread to train, and the page says why", async () => {
    missing = /wasm-thread/;
    await open(900);
    await ready(page);
    await button(page, "Train").click();
    await expect.poll(step).toBeGreaterThan(1);
    expect(await page.getByTestId("device-in-use").innerText()).toMatch(/\b1 thread\b/);
    expect(await notice("device-lost").innerText()).toMatch(
      /a helper thread could not be loaded from the server/,
    );
  });

  it("PCA's that is missing keeps no run from its result once it is there", async () => {
    missing = /pca\.worker/;
    await open(1);
    await ready(page);
    await button(page, "Train").click();
    const failed = page.getByRole("alert").filter({ hasText: "PCA's worker could not be loaded" });
    await failed.first().waitFor();
    missing = null;
    // The run itself may have got as far as its figures; if so, it is kept and goes on to them.
    await expect
      .poll(async () => {
        if ((await page.getByTestId("test-results").count()) > 0) return true;
        const resume = button(page, "Resume");
        if ((await resume.count()) > 0 && (await resume.isEnabled())) await resume.click();
        else if (await button(page, "Train").isVisible()) await button(page, "Train").click();
        return false;
      })
      .toBe(true);
  });

  it.each([
    ["missing", /kernels could not be loaded: the server answers 404/],
    ["garbage", /kernels are damaged, or something else came in their place/],
  ])("kernels that are %s are named in plain words", async (how, words) => {
    if (how === "missing") missing = /kernels-/;
    else garbage = /kernels-/;
    await open(900);
    await ready(page);
    await button(page, "Train").click();
    await notice("device-lost").waitFor();
    expect(await notice("device-lost").innerText()).toMatch(words);
    expect(await notice("device-lost").innerText()).not.toMatch(/magic|HTTP|npm/);
  });
});

describe("other workers", () => {
  it("the lab's: the view says so, and begins anew on demand", async () => {
    missing = /inference\.thread/;
    await open(900, "#lab");
    const trouble = page.getByTestId("trouble");
    await trouble.waitFor();
    expect(await trouble.innerText()).toMatch(/^The lab's worker could/);
    expect(await trouble.innerText()).toMatch(MISSING);
    missing = null;
    await trouble.getByRole("button", { name: "Try again" }).click();
    await expect.poll(() => page.getByTestId("lab").innerText()).toMatch(/SSIM/);
    await trouble.waitFor({ state: "detached" });
  });

  it("UMAP's: the map says so, and lays the codes out on demand", async () => {
    await open(900, "#space");
    await expect.poll(() => page.getByTestId("selection").innerText()).toMatch(/SSIM 0\.9/);
    missing = /umap\.worker/;
    await page.getByText("UMAP", { exact: true }).first().click();
    await page.getByTestId("trouble").waitFor();
    expect(await page.getByTestId("trouble").innerText()).toMatch(/^UMAP could not be loaded/);
    expect(await page.getByTestId("umap").innerText()).toMatch(/UMAP could not be loaded/);
    missing = null;
    await button(page, "Start it again").click();
    await page.getByTestId("trouble").waitFor({ state: "detached" });
    await expect.poll(() => page.getByTestId("umap").innerText()).toMatch(/has laid out/);
  });

  it.each([
    ["codec", /mozjpeg_enc/, /JPEG's codec could not be loaded from the server/],
    ["worker", /jpeg\.worker/, /JPEG's worker could not be loaded from the server/],
  ])("JPEG's %s: the lab says so, and asks anew on demand", async (_what, file, words) => {
    missing = file;
    await open(900, "#lab");
    const trouble = page.getByTestId("trouble");
    await trouble.waitFor();
    expect(await trouble.innerText()).toMatch(words);
    missing = null;
    await trouble.getByRole("button", { name: "Try again" }).click();
    await trouble.waitFor({ state: "detached" });
    // Its bytes, or that it needs more than the slider gives.
    await expect.poll(() => page.getByTestId("details-jpeg").innerText()).toMatch(/bytes/);
  });

  it("the exporting one and the one for files: what was asked says why", async () => {
    missing = /export\.thread|file\.worker/;
    await open(900, "#lab");
    await page.getByText("Export this net").click();
    await page.getByRole("button", { name: /^ONNX/ }).click();
    const state = page.getByTestId("export-targets").getByRole("status");
    await expect.poll(() => state.innerText()).toMatch(/^The export could not be loaded/);
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([new Uint8Array(100)], "kept.loom"));
      document.body.dispatchEvent(
        new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }),
      );
    });
    await notice("storage").waitFor();
    expect(await notice("storage").innerText()).toMatch(
      /^kept\.loom is not taken in: the part of the page that reads and writes files could not/,
    );
    missing = null;
    await page.getByRole("button", { name: /^ONNX/ }).click();
    await expect.poll(() => state.innerText()).toMatch(/ONNX is among your downloads/);
  });
});
