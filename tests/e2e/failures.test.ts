/** What can go wrong on somebody's machine, and what the page then says. */

import type { Browser, Page, Worker } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  button,
  launchBrowser,
  openPage,
  type Served,
  serveApp,
  setNumber,
  shownNumber,
} from "./app";

let browser: Browser;
let app: Served | null = null;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());
afterEach(async () => {
  await page?.context().close();
  await app?.close();
  app = null;
});

async function open(...options: Parameters<typeof serveApp>): Promise<void> {
  app = await serveApp(...options);
  ({ page } = await openPage(browser, app.address));
  await expect.poll(() => button(page, "Train").isEnabled(), { timeout: 20_000 }).toBe(true);
}

function trainingWorker(page: Page): Worker {
  const found = page.workers().find((worker) => worker.url().includes("training.worker"));
  if (!found) throw new Error("The page has no training worker.");
  return found;
}

/** The text of everything on the page that announces trouble. */
const alerts = async () => (await page.getByRole("alert").allInnerTexts()).join("\n");

describe("trouble", () => {
  it("without isolation headers, one thread still trains, and the page says why", async () => {
    await open({ isolated: false });
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    await button(page, "Train").click();
    await expect.poll(() => shownNumber(page, "step"), { timeout: 60_000 }).toBeGreaterThan(3);
    expect(await page.getByTestId("device-in-use").innerText()).toMatch(/\b1 thread\b/);
    expect(await page.locator("body").textContent()).toMatch(/not cross-origin isolated/);
  });

  it("without the data set, it trains on garments labelled synthetic", async () => {
    await open({ data: false });
    await expect
      .poll(() => page.getByTestId("data-source").first().innerText(), { timeout: 20_000 })
      .toMatch(/synthetic/i);
    await button(page, "Train").click();
    await expect.poll(() => shownNumber(page, "step"), { timeout: 60_000 }).toBeGreaterThan(3);
    await button(page, "Stop").click();
    const results = page.getByTestId("test-results");
    await expect.poll(() => results.innerText(), { timeout: 60_000 }).toMatch(/synthetic/i);
  });

  it("a crash of the worker becomes a message, and Train starts afresh", async () => {
    await open();
    await button(page, "Train").click();
    await expect.poll(() => shownNumber(page, "step"), { timeout: 60_000 }).toBeGreaterThan(3);
    await trainingWorker(page).evaluate(() => {
      setTimeout(() => {
        throw new Error("crashed for a test");
      });
    });
    await expect.poll(alerts, { timeout: 20_000 }).toMatch(/crashed for a test/);
    expect(await alerts()).toMatch(/Press Train/);
    await button(page, "Train").click();
    await expect.poll(() => shownNumber(page, "step"), { timeout: 60_000 }).toBeGreaterThan(3);
  });

  it("a loss that is no number becomes a message that says to lower the learning rate", async () => {
    await open();
    await button(page, "Train").click();
    await expect.poll(() => shownNumber(page, "step"), { timeout: 60_000 }).toBeGreaterThan(3);
    // No setting makes this engine's loss NaN: at the highest rate, 1, it reaches 6 · 10⁷ and comes
    // back. So Adam's step size is spoilt from outside, which spoils the weights.
    await trainingWorker(page).evaluate(() => {
      Math.sqrt = () => Number.NaN;
    });
    await expect.poll(alerts, { timeout: 60_000 }).toMatch(/not a number at step/);
    expect(await alerts()).toMatch(/lower the learning rate/i);
  });

  it("a number outside its range is refused, with the range", async () => {
    await open();
    await setNumber(page, "Epochs", 0);
    expect(await alerts()).toMatch(/1 to 1000/);
  });
});
