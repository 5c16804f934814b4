/** Nothing on the page moves by itself: not as a view loads, nor when something opens over it. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  button,
  closePages,
  launchBrowser,
  MOVING,
  openContext,
  ready,
  type Served,
  serveApp,
} from "./app";
import { scrollThrough, settled, showView, VIEW_NAMES } from "./views";

/** Trousers alone through eight numbers: an epoch of a few seconds on one core. */
const LINK = "?v=1&preset=baseline-linear&latent=8&classes=1&seed=7&epochs=1&batch=256";
/** Of 0.1 that web.dev calls good, a tenth. */
const MOST = 0.01;
const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const SIZES = [WIDE, PHONE];
let browser: Browser;
let app: Served;
/** Where nothing is stored. */
let bare: Page;
/** Where a run is stored that was trained to its end. */
let kept: Page;

beforeAll(async () => {
  [browser, app] = await Promise.all([launchBrowser(), serveApp()]);
  [bare, kept] = await Promise.all([watched(), watched()]);
  // As on a first visit, every time.
  const session = await bare.context().newCDPSession(bare);
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
});
afterAll(async () => {
  await closePages(browser);
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
          (node?.dataset?.testid ?? node?.className ?? "") +
          " “" + (node?.textContent ?? "?").slice(0, 40) + "” " + a.y + "+" + a.height + " to " + b.y + "+" + b.height),
      });
    }
  }).observe({ type: "layout-shift", buffered: true });
`;

interface Shift {
  readonly value: number;
  readonly moved: readonly string[];
}

/** A page that notes what moves, in a context of its own. */
async function watched(): Promise<Page> {
  const context = await openContext(browser, MOVING);
  const page = await context.newPage();
  await page.addInitScript({ content: OBSERVE });
  return page;
}

/** Loads the page anew, at that size. */
async function open(page: Page, size: (typeof SIZES)[number], path: string) {
  // Another part behind "#" alone would load nothing.
  await page.goto("about:blank");
  await page.setViewportSize(size);
  await page.goto(app.address + path);
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

describe.each(SIZES)("at $width × $height", (size) => {
  it("a run trains to its end without moving what stands around its figures", async () => {
    await open(kept, size, LINK);
    await ready(kept);
    await button(kept, "Train").click();
    await kept.getByTestId("test-results").waitFor();
    await kept.waitForTimeout(1000);
    await expectStill(kept);
  });

  describe.each(VIEW_NAMES)("%s", (view) => {
    const path = `${LINK}#${view}`;
    // A load takes seconds of a processor: of the eight ways to load at two sizes these four have each
    // pair of size, store and scrolling.
    const isWide = size === WIDE;

    it(`loads without moving, where a run is ${isWide ? "" : "not "}stored`, async () => {
      const page = isWide ? kept : bare;
      await open(page, size, path);
      await settled(page, view);
      await expectStill(page);
      await scrollThrough(page);
      await expectStill(page);
    });

    it("loads without moving while it is scrolled through", async () => {
      const page = isWide ? bare : kept;
      await open(page, size, path);
      // As soon as it is there, and until all of it is.
      await scrollThrough(page, 3000);
      await settled(page, view);
      await expectStill(page);
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
      const page = kept;
      await page.setViewportSize(size);
      await showView(page, view);
      const opens = page.getByRole("button", { name, exact: true }).last();
      await opens.scrollIntoViewIfNeeded();
      // The lab's answers come when they come: on a busy machine some are there after a second.
      let before: string[] = [];
      await expect
        .poll(
          async () => {
            const last = before;
            before = await places(page);
            return before.join() === last.join();
          },
          { interval: 1000 },
        )
        .toBe(true);
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
    });
  });
});
