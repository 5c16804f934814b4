/** When each view of the page is whole. */

import type { Page } from "playwright-core";
import { ready } from "./app";

/** What is the last to come in each view. */
const LAST = {
  train: '[data-testid="reconstructions"] canvas',
  images: '[data-testid="gallery"] canvas',
  lab: '[data-testid="size-chart"] .recharts-line-curve',
  space: '[data-testid="selection"]',
  runs: '[data-testid="storage"]',
  data: '[data-testid="counts"]',
} as const;

export type ViewName = keyof typeof LAST;
export const VIEW_NAMES = Object.keys(LAST) as ViewName[];

/** Waits for all that a view loads by itself. */
export async function settled(page: Page, view: ViewName): Promise<void> {
  await ready(page);
  // Attached: a curve that is level has no height, so that it counts as hidden.
  await page.locator(LAST[view]).first().waitFor({ state: "attached" });
  // What follows the last part at once.
  await page.waitForTimeout(1000);
}

/** Goes to another view, whose parts are there at the end: a page costs five times what a view does. */
export async function showView(page: Page, view: ViewName): Promise<void> {
  await page.evaluate((hash) => {
    window.location.hash = hash;
  }, view);
  await settled(page, view);
}

/**
 * From the top of a view to its end, so that what waits until it is near is mounted.
 *
 * @param growth milliseconds in which it may still grow once its end is reached
 */
export function scrollThrough(page: Page, growth = 1000): Promise<void> {
  return page.evaluate(async (most) => {
    window.scrollTo(0, 0);
    for (let still = 0, last = -1; still < most; ) {
      window.scrollBy(0, 400);
      await new Promise((resolve) => setTimeout(resolve, 50));
      still = window.scrollY === last ? still + 50 : 0;
      last = window.scrollY;
    }
  }, growth);
}
