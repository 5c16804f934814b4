/** One net for all views on the real data, through a reload, a new tab and old links. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { button, closePages, launchBrowser, openPage, ready, type Served, serveApp } from "./app";
import { seriousViolations, sidewaysOverflow } from "./axe";

const LIMIT = 240_000;
/** Trousers alone through four numbers: an epoch takes a second. */
const LINK = "?v=1&preset=baseline-linear&latent=4&classes=1&seed=5&epochs=1&batch=256";
const SHIPPED = "Nested net that comes with the page";

let browser: Browser;
let app: Served;
let page: Page;
let errors: string[];

beforeAll(async () => {
  [browser, app] = await Promise.all([launchBrowser(), serveApp()]);
  ({ page, errors } = await openPage(browser, app.address + LINK));
});
afterAll(async () => {
  await closePages(browser);
  await app?.close();
});

const show = (tab: Page, hash: string) => tab.evaluate((view) => (location.hash = view), hash);
const choice = (tab: Page) => tab.getByRole("combobox", { name: "Looking at" });
const lookedAt = (tab: Page) => choice(tab).locator("option:checked").innerText();
const train = async () => {
  await ready(page);
  await button(page, "Train").click();
  await page.getByTestId("test-results").waitFor();
};
/** Names of the kept runs, the newest first. */
const names = async () => {
  await show(page, "runs");
  await page.getByTestId("run").first().waitFor();
  return page
    .getByTestId("run")
    .getByRole("textbox")
    .evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value));
};

/** The net's feature maps and code as they are drawn. */
const maps = () =>
  page
    .getByTestId("activations")
    .locator("canvas")
    .evaluateAll((all) => all.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));
/** The same once they no longer change: layers light up one after another. */
const settledMaps = async () => {
  let seen: string[] = [];
  await expect
    .poll(
      async () => {
        const before = seen;
        seen = await maps();
        return seen.length > 0 && seen.join() === before.join();
      },
      { interval: 700 },
    )
    .toBe(true);
  return seen;
};

/** Each view's own sign that it is about a net of 4 numbers. */
const OF_FOUR = {
  lab: (tab: Page) => tab.getByTestId("kept").getByText("4", { exact: true }),
  space: (tab: Page) => tab.getByText("The encoder turns each garment into 4 numbers"),
  images: (tab: Page) => tab.getByTestId("chosen").getByText(/^50 images/),
};
const expectEverywhere = async (tab: Page, title: string) => {
  for (const [view, sign] of Object.entries(OF_FOUR)) {
    await show(tab, view);
    await expect.poll(() => lookedAt(tab)).toBe(title);
    await sign(tab).waitFor();
  }
};

describe("the current net", () => {
  let first: string;
  /** The feature maps that the first run ended with. */
  let trained: readonly string[];
  let second: string;
  const title = (name: string) => `${name}: Baseline, linear code, 4 numbers, seed 5`;

  it(
    "is the run just trained in every view, and still is after a reload",
    async () => {
      await train();
      await expect.poll(async () => (await maps()).length).toBeGreaterThan(4);
      trained = await settledMaps();
      await show(page, "lab");
      await expect.poll(() => lookedAt(page)).toMatch(/Baseline, linear code, 4 numbers, seed 5$/);
      [first = ""] = await names();
      await expectEverywhere(page, title(first));
      await page.reload();
      await expectEverywhere(page, title(first));
    },
    LIMIT,
  );

  it(
    "has its feature maps again where it is opened, as they were, and those of another garment",
    async () => {
      await show(page, "train");
      await button(page, "Show it here too").click();
      await page.getByTestId("test-results").waitFor();
      await expect.poll(settledMaps).toEqual(trained);
      await page.getByRole("button", { name: /^Trouser 5\b.*show in the figure$/ }).click();
      await expect.poll(maps).not.toEqual(trained);
      const other = await settledMaps();
      expect(other).toHaveLength(trained.length);
      // Elsewhere and back.
      await show(page, "runs");
      await page.getByTestId("run").first().waitFor();
      await show(page, "train");
      await expect.poll(settledMaps).toEqual(trained);
      // The form's garments are others now: the run's maps do not stand beside them.
      await page.getByText("Bag", { exact: true }).first().click();
      await expect.poll(async () => (await maps()).length).toBe(0);
      await page.getByText("Bag", { exact: true }).first().click();
      await button(page, "Reset").click();
    },
    LIMIT,
  );

  it(
    "is what was current before a reload, and in a new tab the newest",
    async () => {
      await show(page, "train");
      await train();
      [second = ""] = await names();
      expect(second).not.toBe(first);
      await show(page, "space");
      await expect.poll(() => lookedAt(page)).toBe(title(second));
      await choice(page).selectOption(SHIPPED);
      await page.getByText("The encoder turns each garment into 256 numbers").waitFor();
      await page.reload();
      await expect.poll(() => lookedAt(page)).toBe(SHIPPED);
      await choice(page).selectOption(title(first));
      await page.reload();
      await expectEverywhere(page, title(first));
      const tab = await page.context().newPage();
      tab.on("pageerror", (error) => errors.push(String(error)));
      await tab.goto(`${app.address}#images`);
      await expect.poll(() => lookedAt(tab)).toBe(title(second));
      await tab.close();
    },
    LIMIT,
  );

  it("is named by old links, which then name the view alone", async () => {
    const id = await choice(page).locator("option", { hasText: second }).getAttribute("value");
    await show(page, `lab?run=${id}`);
    await expect.poll(() => lookedAt(page)).toBe(title(second));
    await expect.poll(() => new URL(page.url()).hash).toBe("#lab");
    await choice(page).selectOption(title(first));
    await page.reload();
    await expect.poll(() => lookedAt(page)).toBe(title(first));
    await page.goto(`${app.address}${LINK}#space?run=${id}`);
    await page.reload();
    await expect.poll(() => lookedAt(page)).toBe(title(second));
    await show(page, "lab?run=nobody");
    const notice = page.locator('[data-code="storage"]');
    await notice.waitFor();
    expect(await notice.innerText()).toMatch(/is not kept in this browser/);
    await button(page, "Dismiss message").click();
    await expect.poll(() => lookedAt(page)).toBe(title(second));
  });

  it("goes to the next one with its run", async () => {
    await show(page, "runs");
    await button(page, `Delete ${second}`).click();
    await show(page, "lab");
    await expect.poll(() => lookedAt(page)).toBe(title(first));
  });

  it.each([
    [1440, "light"],
    [390, "dark"],
  ] as const)("is chosen by axe's rules at %i pixels, %s", async (width, colorScheme) => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    for (const [view, sign] of Object.entries(OF_FOUR)) {
      await show(page, view);
      await sign(page).waitFor();
      expect(await sidewaysOverflow(page)).toBe(0);
      expect(await seriousViolations(page)).toEqual([]);
    }
    expect(errors).toEqual([]);
  });
});
