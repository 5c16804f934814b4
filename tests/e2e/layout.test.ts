/** Nothing on the page moves by itself: not as a view loads, nor when something opens over it. */

import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { button, launchBrowser, ready, type Served, serveApp } from "./app";
import { settled, VIEW_NAMES } from "./views";

/** Trousers alone through eight numbers: an epoch of a few seconds on one core. */
const LINK = "?v=1&preset=baseline-linear&latent=8&classes=1&seed=7&epochs=1&batch=256";
/** Of 0.1 that web.dev calls good, a tenth. */
const MOST = 0.01;
const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
let browser: Browser;
let app: Served;
/** Holds a run that is trained to its end. */
let kept: BrowserContext;

beforeAll(async () => {
  [browser, app] = await Promise.all([launchBrowser(), serveApp()]);
  kept = await browser.newContext();
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

/** As a string: compiled, it would call helpers that the page has not. */
const OBSERVE = `
  const shifts = (window.layoutShifts = []);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (!entry.hadRecentInput) shifts.push({
        value: entry.value,
        moved: entry.sources.map(({ node, previousRect: a, currentRect: b }) =>
          (node?.dataset?.testid ?? node?.className ?? node?.textContent ?? "?") +
          " " + a.y + "+" + a.height + " to " + b.y + "+" + b.height),
      });
    }
  }).observe({ type: "layout-shift", buffered: true });
`;

interface Shift {
  readonly value: number;
  readonly moved: readonly string[];
}

async function openAt(context: BrowserContext, size: (typeof SIZES)[number], path: string) {
  const page = await context.newPage();
  page.setDefaultTimeout(90_000);
  await page.setViewportSize(size);
  await page.addInitScript({ content: OBSERVE });
  await page.goto(app.address + path);
  return page;
}

/** The sum of all shifts is small, or they are named. */
async function expectStill(page: Page) {
  const shifts = await page.evaluate(
    () => (window as unknown as { layoutShifts: Shift[] }).layoutShifts,
  );
  const sum = shifts.reduce((total, { value }) => total + value, 0);
  const named = shifts.map(({ value, moved }) => `${value.toFixed(4)}: ${moved.join(", ")}`);
  expect(sum, named.join("\n")).toBeLessThan(MOST);
}

/** From its top to its end, as soon as it is there, and until all of it is. */
async function scrollThrough(page: Page) {
  for (let step = 0; step < 30; step++) {
    await page.evaluate(() => window.scrollBy(0, 300));
    await page.waitForTimeout(100);
  }
}

describe.each(SIZES)("at $width × $height", (size) => {
  it("a run trains to its end without moving what stands around its figures", async () => {
    const page = await openAt(kept, size, LINK);
    await ready(page);
    await button(page, "Train").click();
    await page.getByTestId("test-results").waitFor();
    await page.waitForTimeout(1000);
    await expectStill(page);
    await page.close();
  });

  describe.each(VIEW_NAMES)("%s", (view) => {
    it("loads without moving, where nothing is stored", async () => {
      const context = await browser.newContext();
      const page = await openAt(context, size, `#${view}`);
      await settled(page, view);
      await expectStill(page);
      await context.close();
    });

    it("loads without moving, where a run is stored", async () => {
      const page = await openAt(kept, size, `#${view}`);
      await settled(page, view);
      await expectStill(page);
      await page.close();
    });

    it("loads without moving while it is scrolled through", async () => {
      const context = await browser.newContext();
      const page = await openAt(context, size, `#${view}`);
      await scrollThrough(page);
      await settled(page, view);
      await expectStill(page);
      await context.close();
    });
  });

  describe("what opens over the page", () => {
    /** Places of all that has a name for tests, outside of what opened. */
    const places = (page: Page) =>
      page.evaluate(() =>
        [...document.querySelectorAll("header, h2, h3, section, [data-testid]")]
          .filter((element) => element.closest("[data-screen-only]") === null)
          .map((element) => {
            const { x, y, width, height } = element.getBoundingClientRect();
            return `${element.tagName} ${x} ${y} ${width} ${height}`;
          }),
      );

    it.each([
      ["train", "Save figure", { name: "174 mm full page" }, "radio"],
      ["lab", "Export this net", { name: /^ONNX/ }, "button"],
      ["images", "Save figure", { name: "174 mm full page" }, "radio"],
    ] as const)("in %s, %s moves nothing, fits, and closes by Escape", async (...row) => {
      const [view, name, what, role] = row;
      const page = await openAt(kept, size, `#${view}`);
      await settled(page, view);
      const opens = page.getByRole("button", { name, exact: true }).last();
      await opens.scrollIntoViewIfNeeded();
      await page.waitForTimeout(1000);
      const before = await places(page);
      await opens.press("Enter");
      await page.getByRole(role, what).waitFor();
      expect(await places(page)).toEqual(before);
      const box = (await page.getByRole("dialog").boundingBox())!;
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(size.width);
      expect(box.y).toBeGreaterThanOrEqual(0);
      expect(box.y + box.height).toBeLessThanOrEqual(size.height);
      expect(await page.evaluate(() => document.activeElement?.closest("[role=dialog]"))).not.toBe(
        null,
      );
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "hidden" });
      expect(await opens.evaluate((element) => element === document.activeElement)).toBe(true);
      await page.close();
    });
  });
});
