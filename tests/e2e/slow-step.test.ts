/** A training step taken apart, by a net that trains on the real data. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
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
import { seriousViolations, sidewaysOverflow } from "./axe";

let browser: Browser;
let app: Served;
beforeAll(async () => {
  [browser, app] = await Promise.all([launchBrowser(), serveApp()]);
});
afterAll(async () => {
  await closePages(browser);
  await app?.close();
});

const panel = (page: Page) => page.getByTestId("slow-step");
const stage = (page: Page, name: string) =>
  panel(page).getByRole("button", { name, exact: true }).click();

it("is the step that the run takes: its losses are those of the chart, and every layer has a gradient", async () => {
  const { page, errors } = await openPage(browser, `${app.address}?v=1&classes=1&batch=16`);
  await ready(page);
  await button(page, "A step, slowly").click();
  for (const [name, number] of [
    ["Take a step", 1],
    ["Take another step", 2],
  ] as const) {
    await panel(page).getByRole("button", { name }).click();
    await expect.poll(() => panel(page).innerText()).toContain(`step ${number}`);
    await stage(page, "Error after");
    const said = Number(/training\s+(0\.\d+)/.exec(await panel(page).innerText())?.[1]);
    await expect.poll(() => shownNumber(page, "step")).toBe(number);
    // Behind the first step, the chart's running mean is of that step alone.
    if (number === 1) {
      await expect.poll(() => shownNumber(page, "training-loss")).toBeCloseTo(said, 3);
    }
    const rows = panel(page).locator("tbody tr");
    expect(await rows.count()).toBe(9);
    for (const words of await rows.allInnerTexts()) expect(words).not.toMatch(/NaN|none$/);
    expect(await panel(page).getByTestId("slow-weight").innerText()).toMatch(/it moves by/);
  }
  expect(await panel(page).innerText()).toMatch(/It is (smaller|larger) by/);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await sidewaysOverflow(page)).toBe(0);
  expect(await seriousViolations(page, '[data-testid="slow-step"]')).toEqual([]);
  // The run goes on as if nobody had looked.
  await button(page, "Close the slow step").click();
  await button(page, "Resume").click();
  await expect.poll(() => shownNumber(page, "step"), { timeout: 30_000 }).toBeGreaterThan(10);
  expect(errors).toEqual([]);
});
