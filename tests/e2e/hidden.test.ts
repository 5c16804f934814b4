/** Training goes on in a tab that another one hides. */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Served, serveApp } from "./app";
import { launchWindow, type Tab, tabsOf } from "./tabs";

let browser: Browser;
let app: Served;

beforeAll(async () => {
  [browser, app] = await Promise.all([launchWindow(), serveApp()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

/** Presses Train where it can be pressed; whether it could. */
const PRESS_TRAIN = `(() => {
  const button = [...document.querySelectorAll("button")].find(
    (each) => each.textContent.trim() === "Train" && each.ariaDisabled !== "true",
  );
  button?.click();
  return button !== undefined;
})()`;
const STEP = `document.querySelector('[data-testid="step"]').textContent`;

it("a hidden tab trains on, and its title says how far", async () => {
  const open = await tabsOf(browser);
  // Trousers alone, few images a step.
  const tab: Tab = await open(`${app.address}?v=1&classes=1&batch=16`);
  const step = async () => Number((await tab.evaluate<string>(STEP)).replace(",", ""));
  await expect.poll(() => tab.evaluate<boolean>(PRESS_TRAIN)).toBe(true);
  await expect.poll(step).toBeGreaterThan(2);
  const visibility = () => tab.evaluate<string>("document.visibilityState");
  expect(await visibility()).toBe("visible");

  const other = await open("about:blank");
  await expect.poll(visibility).toBe("hidden");
  const hiddenAt = await step();
  await expect.poll(step).toBeGreaterThan(hiddenAt + 40);
  expect(await visibility()).toBe("hidden");
  expect(await tab.evaluate("document.title")).toMatch(/^\d+ of 50/);
  await other.close();
});
