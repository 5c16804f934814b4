/** The page in Firefox and in WebKit, Safari's engine: it loads, trains, pauses, goes on, ends. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Served, serveApp } from "../e2e/app";
import { ENGINES } from "./engines";
import { collectsErrors, Tab } from "./tab";

/** What each engine has of WASM: WebKitGTK isolates pages, but gives them no SharedArrayBuffer. */
const THREADS = {
  Firefox: /^WASM relaxed SIMD, ([2-9]|\d\d) threads$/,
  WebKit: /^WASM .*, 1 thread$/,
};
const CORES = { Firefox: false, WebKit: true };

for (const engine of ENGINES) {
  describe.skipIf(!engine.isHere)(engine.name, () => {
    let app: Served;
    let tab: Tab;

    beforeAll(async () => {
      app = await serveApp({ data: "all", plugins: [collectsErrors] });
      tab = await Tab.open(engine);
      // Trousers alone, two epochs of 44 steps.
      await tab.goto(`${app.address}?v=1&classes=1&epochs=2`);
    });
    afterAll(async () => {
      await tab?.close();
      await app?.close();
    });

    const step = () => tab.number("step");

    it("loads the real images, isolated", async () => {
      await expect.poll(() => tab.text("data-source")).toMatch(/^Fashion-MNIST/);
      expect(await tab.evaluate(() => crossOriginIsolated)).toBe(true);
      expect(await tab.errors()).toEqual([]);
    });

    it("trains on its threads, and says why where there is one", async () => {
      await tab.click("Train");
      await expect.poll(step).toBeGreaterThan(3);
      expect(await tab.text("device-in-use")).toMatch(THREADS[engine.name]);
      await tab.evaluate(() => {
        const more = [...document.querySelectorAll<HTMLElement>("aside summary")];
        more.find(({ textContent }) => textContent.startsWith("More "))?.click();
      });
      const reason = () =>
        tab.evaluate(() => document.querySelector('[data-testid="devices"]')?.textContent ?? "");
      await expect.poll(reason).toContain("Automatic");
      expect((await reason()).includes("One thread: this browser has no SharedArrayBuffer.")).toBe(
        CORES[engine.name],
      );
      await expect.poll(() => tab.number("training-loss")).toBeLessThan(0.6);
    });

    it("pauses, and goes on from there", async () => {
      await tab.click("Pause");
      await expect.poll(() => tab.words()).toMatch(/\bPaused\b/);
      const paused = await step();
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(await step()).toBe(paused);
      await tab.click("Resume");
      await expect.poll(step).toBeGreaterThan(paused);
    });

    it("shows SSIM of the reconstructions after an epoch", async () => {
      await expect.poll(() => tab.number("validation-loss")).toBeLessThan(0.4);
      const scores = async () => (await tab.text("ssim-writeup")).match(/0\.\d+/g)?.map(Number);
      await expect.poll(scores).toBeDefined();
      for (const score of (await scores()) ?? []) expect(score).toBeGreaterThan(0.1);
    });

    it("ends with the test split's figures", async () => {
      await expect.poll(() => tab.words()).toMatch(/\bFinished\b/);
      await expect.poll(() => tab.text("test-results")).toMatch(/0\.\d{2,}/);
      expect(await tab.errors()).toEqual([]);
    });

    it.each([
      ["images", "images-view"],
      ["lab", "lab"],
      ["space", "map"],
      ["data", "data-view"],
    ])("draws #%s", async (view, testId) => {
      await tab.evaluate((name) => {
        location.hash = name;
      }, view);
      await expect.poll(() => tab.hasDrawn(testId)).toBe(true);
      expect(await tab.errors()).toEqual([]);
    });

    it("has kept the run when it is opened again, and its threads start from what was kept", async () => {
      await tab.goto(`${app.address}#runs`);
      await tab.reload();
      await expect.poll(() => tab.text("run")).toMatch(/0\.\d{2,}/);
      await tab.goto(`${app.address}#train`);
      await expect.poll(() => tab.text("data-source")).toMatch(/^Fashion-MNIST/);
      expect(await tab.errors()).toEqual([]);
    });
  });
}
