/** Train, Pause, Resume, Step, Stop, Reset and Restart, by mouse and by keyboard. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
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

/** Small steps, so that every control answers between two of them; trousers alone. */
const LINK = "?v=1&classes=1&batch=16";

let browser: Browser;
let app: Served;
let page: Page;

beforeAll(async () => {
  [browser, app] = await Promise.all([launchBrowser(), serveApp({ data: "all" })]);
  ({ page } = await openPage(browser, app.address + LINK, MOVING));
});
afterAll(async () => {
  await closePages(browser);
  await app?.close();
});
/**
 * As if the page had just been opened: Reset drops the last test's run, and the page is loaded anew
 * where a test that failed left other settings.
 */
beforeEach(async () => {
  if (await button(page, "Reset").isEnabled()) await button(page, "Reset").click();
  if (new URL(page.url()).search !== LINK) await page.goto(app.address + LINK);
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
    expect(await page.title()).toBe("1 of 50, paused · Latent Loom");
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
    expect(await page.title()).toMatch(/^Latent Loom: train an autoencoder/);
    await page.waitForTimeout(500);
    expect(await step()).toBe(0);
  });

  it("changed settings leave the run alone until Restart, and go back one by one", async () => {
    await button(page, "Train").click();
    await expect.poll(step).toBeGreaterThan(5);
    await setNumber(page, "Epochs", 3);
    await setNumber(page, "Latent size (number)", 32);
    const changes = () => page.locator("p", { hasText: /^New changes/ }).allInnerTexts();
    await expect.poll(changes).toEqual(["New changes latent size 32, epochs 3"]);
    const changed = await step();
    await expect.poll(step).toBeGreaterThan(changed + 5);
    await button(page, "Put Epochs back to 50, as in the recipe").click();
    await expect.poll(changes).toEqual(["New changes latent size 32"]);
    await expect.poll(() => new URL(page.url()).search).toBe("?v=1&latent=32&classes=1&batch=16");

    const before = await step();
    await button(page, "Restart").click();
    await expect.poll(step).toBeLessThan(before);
    await expect.poll(step).toBeGreaterThan(5);
    expect(await changes()).toEqual([]);
    const earlier = page.getByTestId("loss-chart").locator("[data-earlier]");
    await expect.poll(() => earlier.locator("text").allTextContents()).toContain("latent size 128");
    expect(await earlier.locator("path").last().getAttribute("d")).toMatch(/^M.+L/);
    await button(page, "Forget earlier runs").click();
    await expect.poll(() => earlier.locator("path").count()).toBe(0);
    await button(page, "Put Latent size back to 128, as in the recipe").click();
  });

  it("nothing moves by itself for people who want it still", async () => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await button(page, "Train").click();
    const seen = await page.evaluate(async () => {
      const lit = () => document.querySelectorAll('[data-testid="activations"] canvas').length;
      let moving = 0;
      // The net's layers light up one after another, for half a second.
      for (let frames = 0; frames < 60; frames += lit() > 0 ? 1 : 0) {
        await new Promise(requestAnimationFrame);
        moving = Math.max(moving, document.getAnimations().length);
      }
      return moving;
    });
    expect(seen).toBe(0);
    await page.emulateMedia({ reducedMotion: null });
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
