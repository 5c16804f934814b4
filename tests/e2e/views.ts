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
