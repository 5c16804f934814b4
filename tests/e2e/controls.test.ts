/** Train, Pause, Resume, Step, Stop and Reset, by mouse and by keyboard. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { button, launchBrowser, openPage, ready, type Served, serveApp, shownNumber } from "./app";

/** Small steps, so that every control answers between two of them; trousers alone. */
const LINK = "?v=1&classes=1&batch=16";

let browser: Browser;
let app: Served;
let page: Page;

beforeAll(async () => {
  [browser, app] = await Promise.all([launchBrowser(), serveApp()]);
  ({ page } = await openPage(browser, app.address + LINK));
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});
/** As if the page had just been opened: Reset drops whatever the last test left. */
beforeEach(async () => {
  if (await button(page, "Reset").isEnabled()) await button(page, "Reset").click();
  await expect.poll(step).toBe(0);
  await ready(page);
});

const step = () => shownNumber(page, "step");

describe("the controls", () => {
  it("pause keeps the step, Step takes one, Resume goes on", async () => {
    await button(page, "Train").click();
    await expect.poll(step).toBeGreaterThan(5);
    await button(page, "Pause").click();
    await expect.poll(() => button(page, "Resume").isEnabled()).toBe(true);
    const paused = await step();
    await page.waitForTimeout(500);
    expect(await step()).toBe(paused);

    await button(page, "Step").click();
    await expect.poll(step).toBe(paused + 1);
    await expect.poll(() => button(page, "Resume").isEnabled()).toBe(true);

    await button(page, "Resume").click();
    await expect.poll(step).toBeGreaterThan(paused + 5);
  });

  it("pause shows what the net makes of the validation images now", async () => {
    await button(page, "Train").click();
    await expect.poll(step).toBeGreaterThan(5);
    await button(page, "Pause").click();
    await expect.poll(() => page.getByTestId("ssim-writeup").count()).toBeGreaterThan(0);
  });

  it("Step before any run takes the first step and waits", async () => {
    await button(page, "Step").click();
    await expect.poll(step).toBe(1);
    await page.waitForTimeout(500);
    expect(await step()).toBe(1);
  });

  it("Stop evaluates what there is", async () => {
    await button(page, "Train").click();
    await expect.poll(step).toBeGreaterThan(5);
    await button(page, "Stop").click();
    await expect.poll(() => page.getByTestId("test-results").innerText()).toMatch(/0\.\d{2,}/);
    await ready(page);
  });

  it("Reset drops the run", async () => {
    await button(page, "Train").click();
    await expect.poll(step).toBeGreaterThan(5);
    await button(page, "Reset").click();
    await expect.poll(step).toBe(0);
    await ready(page);
    await page.waitForTimeout(500);
    expect(await step()).toBe(0);
  });

  it("work by keyboard alone", async () => {
    await focusByTab("Train");
    await page.keyboard.press("Enter");
    await expect.poll(step).toBeGreaterThan(2);
    await focusByTab("Pause");
    await page.keyboard.press("Space");
    await expect.poll(() => button(page, "Resume").isVisible()).toBe(true);
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
