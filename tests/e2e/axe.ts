/** Accessibility by axe, and the width of the page. */

import axe from "axe-core";
import type { Page } from "playwright-core";

/**
 * What axe finds that is serious or critical: rule, how bad, and where. Empty is good.
 *
 * @param within a selector, where the rest of the page is looked at elsewhere
 */
export async function seriousViolations(page: Page, within?: string): Promise<string[]> {
  // A colour halfway through its transition is nobody's choice.
  await animationsEnded(page);
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  const found = await page.evaluate(async (selector) => {
    const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run(selector, { resultTypes: ["violations"] });
    return violations.flatMap(({ id, impact, nodes }) =>
      nodes.map((node) => ({ id, impact, where: node.target.join(" "), why: node.failureSummary })),
    );
  }, within ?? "html");
  return found
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, impact, where, why }) => `${id} (${impact}) at ${where}: ${why}`);
}

/** Waits for what moves or fades, but not for what pulses for ever. */
export function animationsEnded(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => Number(effect?.getComputedTiming().endTime) < 10_000)
      .map((animation) => animation.finished);
    // Those of hidden elements may be held where they are.
    const patience = new Promise((resolve) => setTimeout(resolve, 5000));
    await Promise.race([Promise.allSettled(ending), patience]);
  });
}

/** Pixels by which the content is wider than the window: over 0, the page scrolls sideways. */
export function sidewaysOverflow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const root = document.documentElement;
    return root.scrollWidth - root.clientWidth;
  });
}
