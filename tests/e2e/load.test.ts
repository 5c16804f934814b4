/** The page before any training: isolation, a clean console, every screen, every colour scheme. */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { button, launchBrowser, openPage, type Served, serveApp } from "./app";
import { seriousViolations, sidewaysOverflow } from "./axe";

let browser: Browser;
let app: Served;

beforeAll(async () => {
  [browser, app] = await Promise.all([launchBrowser(), serveApp()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

describe("the page as served", () => {
  it("is cross-origin isolated, worker files too", async () => {
    const { page } = await openPage(browser, app.address);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    const findWorker = () =>
      page.evaluate(() =>
        performance
          .getEntriesByType("resource")
          .map((entry) => entry.name)
          .find((name) => name.includes("training.worker")),
      );
    // The worker is asked for after the page has loaded, and listed once it has arrived.
    await expect.poll(findWorker, { timeout: 20_000 }).toBeDefined();
    const worker = await findWorker();
    const headers = (await page.request.get(worker!)).headers();
    expect(headers["cross-origin-embedder-policy"]).toBe("require-corp");
    expect(headers["cross-origin-opener-policy"]).toBe("same-origin");
    await page.context().close();
  });

  it("loads the real images without an error on the console", async () => {
    const { page, errors } = await openPage(browser, app.address);
    await expect
      .poll(() => page.getByTestId("data-source").innerText(), { timeout: 20_000 })
      .toMatch(/^Fashion-MNIST/);
    await expect.poll(() => button(page, "Train").isEnabled()).toBe(true);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it("answers a missing file with 404, not with the page", async () => {
    const { page } = await openPage(browser, app.address);
    const answer = await page.request.get(`${app.address}data/no-such-file`);
    expect(answer.status()).toBe(404);
    await page.context().close();
  });
});

describe.each(["light", "dark"] as const)("the %s page", (colorScheme) => {
  it("has nothing that axe calls serious", async () => {
    const { page } = await openPage(browser, app.address, { colorScheme });
    await expect.poll(() => button(page, "Train").isEnabled(), { timeout: 20_000 }).toBe(true);
    expect(await seriousViolations(page)).toEqual([]);
    await page.context().close();
  });
});

describe("a phone's page, 390 pixels wide", () => {
  it("does not scroll sideways, and axe finds nothing serious", async () => {
    const { page } = await openPage(browser, app.address, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    await expect.poll(() => button(page, "Train").isEnabled(), { timeout: 20_000 }).toBe(true);
    expect(await sidewaysOverflow(page)).toBe(0);
    expect(await seriousViolations(page)).toEqual([]);
    await page.context().close();
  });
});
