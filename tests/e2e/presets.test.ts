/** Every lesson of the page on the real images, in a browser without a GPU: choose, train, judge. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lossName } from "../../src/config/loss";
import { RECIPES } from "../../src/config/recipes";
import {
  button,
  closePages,
  launchBrowser,
  MOVING,
  openPage,
  ready,
  type Served,
  serveApp,
  setNumber,
  shownNumber,
} from "./app";
import { seriousViolations, sidewaysOverflow } from "./axe";
import { tasksDuring } from "./longTasks";

const LIMIT = 240_000;
/** Milliseconds from which on people notice that a page does not answer. */
const LONG_TASK = 50;
const ROUNDS = 4;

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

async function choose(preset: keyof typeof RECIPES): Promise<void> {
  await ready(page);
  await page.getByRole("radio", { name: RECIPES[preset].title, exact: true }).check();
}

const results = () => page.getByTestId("test-results");
const step = () => shownNumber(page, "step");

/** Trains to the end of so many epochs, and waits for the verdict. */
async function trainEpochs(epochs: number): Promise<void> {
  await setNumber(page, "Epochs", epochs);
  await button(page, "Train").click();
  // Those of the last run are gone at once.
  await expect.poll(() => results().count()).toBe(0);
  await results().waitFor();
}

/** The net's and PCA's SSIM by the write-up's protocol, as the verdict's table has them. */
async function ssims(): Promise<{ net: number; pca: number }> {
  const row = results().getByRole("row", { name: /^SSIM write-up/ });
  const [net = "", pca = ""] = await row.getByRole("cell").allInnerTexts();
  return { net: Number(net), pca: Number(pca) };
}

describe("the first lesson, one click from the baseline", () => {
  it(
    "trains the baseline with a linear code, and PCA is still ahead",
    async () => {
      await choose("baseline-linear");
      await page.getByText("T-shirt/top", { exact: true }).first().click();
      await trainEpochs(1);
      const { net, pca } = await ssims();
      // The published baseline reaches 0.684 on validation images after its first epoch.
      expect(net).toBeGreaterThan(0.6);
      expect(pca).toBeGreaterThan(0.93);
      expect(await results().innerText()).toMatch(
        /^Did the net beat PCA\?\s+Export this net\s+No\./,
      );
      expect(errors).toEqual([]);
    },
    LIMIT,
  );
});

describe("the loom", () => {
  it(
    "starts as PCA, trains on SSIM, and the page says plainly how it compares",
    async () => {
      await choose("loom");
      await page.getByText("T-shirt/top", { exact: true }).first().click();
      await trainEpochs(1);
      const { net, pca } = await ssims();
      expect(net).toBeGreaterThan(pca);
      const words = await results().innerText();
      expect(words).toMatch(/(Yes\. With the same 128 numbers|Partly\. Better by the write-up’s)/);
      expect(words).toMatch(/Loom, 128 numbers/);
      expect(await page.getByTestId("loss-chart").innerText()).toContain(
        lossName(RECIPES.loom.recipe.loss),
      );
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await seriousViolations(page)).toEqual([]);
      }
      expect(errors).toEqual([]);
    },
    LIMIT,
  );
});

describe("nets that take longer a step", () => {
  it.each(["modified", "loom"] as const)(
    "%s trains without holding up the page",
    async (preset) => {
      await choose(preset);
      await button(page, "Train").click();
      try {
        await expect.poll(step).toBeGreaterThan(3);
        // What the page's own work holds up, it holds up each time. By the clock, a task waits where
        // other programs have the cores, and even its work takes twice as long beside them.
        for (let round = 1; ; round++) {
          const from = await step();
          const tasks = await tasksDuring(browser, page, LONG_TASK, async () => {
            await expect.poll(step).toBeGreaterThan(from + 15);
          });
          console.info(
            `${preset}: ${await step()} steps, ${await shownNumber(page, "images-per-second")} ` +
              `images a second; tasks over ${LONG_TASK} ms by the clock: ${tasks.length}.`,
          );
          const working = tasks.filter(({ processor }) => processor > LONG_TASK);
          if (working.length === 0) break;
          if (round === ROUNDS) expect(working).toEqual([]);
        }
      } finally {
        await button(page, "Reset").click();
      }
      await expect.poll(step).toBe(0);
    },
    LIMIT,
  );
});

describe("the layers of every net", () => {
  it("are accessible, light and dark, and fit 390 pixels", async () => {
    const view = page.getByTestId("model-view");
    // The rest of the page is looked at in load.test.ts.
    const violations = () => seriousViolations(page, '[data-testid="model-view"]');
    await view.getByText("Layers", { exact: true }).click();
    for (const preset of ["modified", "loom", "nested"] as const) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.emulateMedia({ colorScheme: "light" });
      await choose(preset);
      await expect.poll(() => view.getByRole("row").count()).toBeGreaterThan(20);
      expect(await violations()).toEqual([]);
      // Colours are the same at any width, and widths in any colours.
      await page.setViewportSize({ width: 390, height: 844 });
      await page.emulateMedia({ colorScheme: "dark" });
      await expect.poll(() => sidewaysOverflow(page)).toBe(0);
      expect(await violations()).toEqual([]);
    }
    expect(errors).toEqual([]);
  });
});
