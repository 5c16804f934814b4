/** Train, Pause, Resume, Step, Stop and Reset, by mouse and by keyboard. */

import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
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
let app: Served;
let page: Page;

beforeAll(async () => {
  [browser, app] = await Promise.all([launchBrowser(), serveApp()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});
beforeEach(async () => {
  ({ page } = await openPage(browser, app.address));
  // Small steps: every control answers between two of them.
  await setNumber(page, "Batch size", 16);
  await expect.poll(() => button(page, "Train").isEnabled(), { timeout: 20_000 }).toBe(true);
});
afterEach(() => page.context().close());

const step = () => shownNumber(page, "step");

describe("the controls", () => {
  it("pause keeps the step, Step takes one, Resume goes on", async () => {
    await button(page, "Train").click();
    await expect.poll(step, { timeout: 30_000 }).toBeGreaterThan(5);
    await button(page, "Pause").click();
    await expect.poll(() => button(page, "Resume").isEnabled(), { timeout: 20_000 }).toBe(true);
    const paused = await step();
    await page.waitForTimeout(500);
    expect(await step()).toBe(paused);

    await button(page, "Step").click();
    await expect.poll(step, { timeout: 20_000 }).toBe(paused + 1);
    await expect.poll(() => button(page, "Resume").isEnabled(), { timeout: 20_000 }).toBe(true);

    await button(page, "Resume").click();
    await expect.poll(step, { timeout: 20_000 }).toBeGreaterThan(paused + 5);
  });

  it("pause shows what the net makes of the validation images now", async () => {
    await button(page, "Train").click();
    await expect.poll(step, { timeout: 30_000 }).toBeGreaterThan(5);
    await button(page, "Pause").click();
    await expect
      .poll(() => page.getByTestId("ssim-writeup").count(), { timeout: 20_000 })
      .toBeGreaterThan(0);
  });

  it("Step before any run takes the first step and waits", async () => {
    await button(page, "Step").click();
    await expect.poll(step, { timeout: 30_000 }).toBe(1);
    await page.waitForTimeout(500);
    expect(await step()).toBe(1);
  });

  it("Stop evaluates what there is", async () => {
    await button(page, "Train").click();
    await expect.poll(step, { timeout: 30_000 }).toBeGreaterThan(5);
    await button(page, "Stop").click();
    await expect
      .poll(() => page.getByTestId("test-results").innerText(), { timeout: 60_000 })
      .toMatch(/0\.\d{2,}/);
    await expect.poll(() => button(page, "Train").isEnabled()).toBe(true);
  });

  it("Reset drops the run", async () => {
    await button(page, "Train").click();
    await expect.poll(step, { timeout: 30_000 }).toBeGreaterThan(5);
    await button(page, "Reset").click();
    await expect.poll(step).toBe(0);
    await expect.poll(() => button(page, "Train").isEnabled(), { timeout: 20_000 }).toBe(true);
    await page.waitForTimeout(500);
    expect(await step()).toBe(0);
  });

  it("work by keyboard alone", async () => {
    await focusByTab("Train");
    await page.keyboard.press("Enter");
    await expect.poll(step, { timeout: 30_000 }).toBeGreaterThan(2);
    await focusByTab("Pause");
    await page.keyboard.press("Space");
    await expect.poll(() => button(page, "Resume").isVisible(), { timeout: 20_000 }).toBe(true);
  });
});

/** Presses Tab until the button of that name has the focus; as many times as a patient person. */
async function focusByTab(name: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    // A button: the navigation has a link of the same name.
    const focused = await page.evaluate(() =>
      document.activeElement instanceof HTMLButtonElement
        ? document.activeElement.textContent?.trim()
        : null,
    );
    if (focused === name) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`80 presses of Tab do not reach ${name}.`);
}
