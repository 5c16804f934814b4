/** The page before any training: isolation, a clean console, every screen, every colour scheme. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closePages, launchBrowser, MOVING, openPage, ready, type Served, serveApp } from "./app";
import { seriousViolations, sidewaysOverflow } from "./axe";

let browser: Browser;
let app: Served;
let page: Page;
let errors: string[];

beforeAll(async () => {
  [browser, app] = await Promise.all([launchBrowser(), serveApp({ data: "all" })]);
  ({ page, errors } = await openPage(browser, app.address, MOVING));
});
afterAll(async () => {
  await closePages(browser);
  await app?.close();
});

describe("the page as served", () => {
  it("is cross-origin isolated, worker files too", async () => {
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    const findWorker = () =>
      page.evaluate(() =>
        performance
          .getEntriesByType("resource")
          .map((entry) => entry.name)
          .find((name) => name.includes("tfjs.worker")),
      );
    // The worker is asked for after the page has loaded, and listed once it has arrived.
    await expect.poll(findWorker).toBeDefined();
    const worker = await findWorker();
    const headers = (await page.request.get(worker!)).headers();
    expect(headers["cross-origin-embedder-policy"]).toBe("require-corp");
    expect(headers["cross-origin-opener-policy"]).toBe("same-origin");
  });

  it("loads the real images without an error on the console", async () => {
    await expect.poll(() => page.getByTestId("data-source").innerText()).toMatch(/^Fashion-MNIST/);
    await ready(page);
    expect(errors).toEqual([]);
  });

  it("answers a missing file with 404, not with the page", async () => {
    const answer = await page.request.get(`${app.address}data/no-such-file`);
    expect(answer.status()).toBe(404);
  });
});

describe.each(["light", "dark"] as const)("the %s page", (colorScheme) => {
  it("has nothing that axe calls serious", async () => {
    await page.emulateMedia({ colorScheme });
    expect(await seriousViolations(page)).toEqual([]);
  });
});

describe("a phone's page, 390 pixels wide", () => {
  it("does not scroll sideways, and axe finds nothing serious", async () => {
    const { page: phone } = await openPage(browser, app.address, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    await ready(phone);
    expect(await sidewaysOverflow(phone)).toBe(0);
    expect(await seriousViolations(phone)).toEqual([]);
  });
});
