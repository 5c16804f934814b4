/** The app's main job: the published baseline learns from the real images, in a browser without a GPU. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  button,
  closePages,
  launchBrowser,
  MOVING,
  openPage,
  type Served,
  serveApp,
  shownNumber,
} from "./app";
import { seriousViolations, sidewaysOverflow } from "./axe";
import { tasksDuring } from "./longTasks";

/** The loss that counts as trained: the write-up's own run passes it in its third epoch. */
const TRAINED = 0.27;
const LIMIT = 240_000;
/** Milliseconds from which on people notice that a page does not answer. */
const LONG_TASK = 50;
const ms = (milliseconds: number) => `${milliseconds.toFixed(0)} ms`;

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

/** Every canvas of the grid, as it is drawn now. */
const gridPictures = () =>
  page
    .getByTestId("reconstructions")
    .locator("canvas")
    .evaluateAll((canvases) => canvases.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));

/** What the layers make of the garment: every canvas over the net's figure. */
const activations = () =>
  page
    .getByTestId("activations")
    .locator("canvas")
    .evaluateAll((canvases) => canvases.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));

const gridScores = () => page.getByTestId("ssim-writeup").allInnerTexts();

const lossCurves = () =>
  page
    .getByTestId("loss-chart")
    .locator("path.recharts-line-curve")
    .evaluateAll((paths) => paths.map((path) => path.getAttribute("d")).filter(Boolean));

describe("training the baseline on Fashion-MNIST", () => {
  it("starts from the real images, with an empty chart", async () => {
    await expect
      .poll(() => page.getByTestId("data-source").first().innerText())
      .toMatch(/^Fashion-MNIST/);
    expect(await shownNumber(page, "validation-loss")).toBeNaN();
    expect(await lossCurves()).toEqual([]);
  });

  it(`learns to a validation loss under ${TRAINED}, and chart, grid and SSIM follow`, {
    // Not tried again: there is no Train to press in a page that trains.
    timeout: 2 * LIMIT,
    retry: 0,
  }, async () => {
    await button(page, "Train").click();
    await expect.poll(() => shownNumber(page, "epoch")).toBe(1);
    await expect.poll(() => shownNumber(page, "images-per-second")).toBeGreaterThan(0);
    await expect
      .poll(() => shownNumber(page, "validation-loss"), { timeout: LIMIT })
      .toBeGreaterThan(0);
    await expect.poll(() => gridScores()).not.toEqual([]);
    const first = {
      loss: await shownNumber(page, "validation-loss"),
      curves: await lossCurves(),
      pictures: await gridPictures(),
      scores: await gridScores(),
    };
    // Five stages and the code.
    await expect.poll(async () => new Set(await activations()).size).toBe(6);
    const lit = await activations();
    expect(first.curves.length).toBeGreaterThan(0);

    // The start has settled: from here on the main thread must stay free.
    const from = performance.now();
    const tasks = await tasksDuring(browser, page, LONG_TASK, async () => {
      await expect
        .poll(() => shownNumber(page, "validation-loss"), { timeout: LIMIT, interval: 500 })
        .toBeLessThan(TRAINED);
    });
    const seconds = (performance.now() - from) / 1000;

    expect(await shownNumber(page, "validation-loss")).toBeLessThan(first.loss);
    expect(await lossCurves()).not.toEqual(first.curves);
    expect(await gridPictures()).not.toEqual(first.pictures);
    expect(await gridScores()).not.toEqual(first.scores);
    await expect.poll(async () => (await activations()).length).toBe(6);
    expect(await activations()).not.toEqual(lit);

    const figures = tasks.map(({ wall, processor }) => `${ms(wall)} (${ms(processor)} of work)`);
    console.info(
      `${await shownNumber(page, "images-per-second")} images a second on ` +
        `${await page.getByTestId("device-in-use").first().innerText()}; main-thread tasks over ` +
        `${LONG_TASK} ms in ${seconds.toFixed(0)} s: ${figures.join(", ") || "none"}.`,
    );
    // By the clock, a task of 5 ms takes 100 where other programs have the cores: what the page
    // is to blame for is the work. Even that takes up to twice as long beside them, since two
    // threads share a core (seen: 54 ms of work, once in a run, where the longest is 30).
    const working = tasks.filter(({ processor }) => processor > LONG_TASK);
    expect(working.filter(({ processor }) => processor > 2 * LONG_TASK)).toEqual([]);
    expect(working.length).toBeLessThanOrEqual(1 + seconds / 10);
  });

  it("ends with results over the whole test split when stopped", async () => {
    expect(await page.title()).toMatch(/^\d+ of 50 · Latent Loom$/);
    await button(page, "Stop").click();
    const results = page.getByTestId("test-results");
    await expect.poll(() => results.innerText()).toMatch(/0\.\d{2,}/);
    expect(await page.title()).toBe("Finished · Latent Loom");
    expect(errors).toEqual([]);
  });

  it("rings the epoch with the lowest validation loss", async () => {
    const chart = page.getByTestId("loss-chart");
    const words = await chart.getByRole("img").first().getAttribute("aria-label");
    const best = Number(/best in epoch (\d+)\.$/.exec(words!)![1]);
    const { ring, points } = await chart.locator("circle.best").evaluate((circle) => ({
      ring: ["cx", "cy"].map((name) => Number(circle.getAttribute(name))),
      points: circle
        .parentElement!.querySelector(".recharts-line-curve")!
        .getAttribute("d")!
        .slice(1)
        .split("L")
        .map((place) => place.split(",").map(Number)),
    }));
    const [x = 0, y = 0] = points[best - 1]!;
    expect(ring).toEqual([expect.closeTo(x, 0), expect.closeTo(y, 0)]);
    // Downwards on the screen.
    expect(y).toBe(Math.max(...points.map(([, y]) => y!)));
  });

  it.each(["light", "dark"] as const)("is accessible after training, %s", async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    expect(await seriousViolations(page)).toEqual([]);
  });

  it.each([390, 2560])("fits %i pixels after training too", async (width) => {
    await page.setViewportSize({ width, height: 1440 });
    await expect.poll(() => sidewaysOverflow(page)).toBe(0);
  });
});
