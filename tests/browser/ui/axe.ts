/** Accessibility as axe judges it. */

import axe from "axe-core";
import { expect } from "vitest";

/** Fails with what axe finds within an element, or in the whole page. */
export async function expectNoViolations(within: Element = document.body): Promise<void> {
  const { violations } = await axe.run(within, { rules: { region: { enabled: false } } });
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`),
  ).toEqual([]);
}

/** The same in light colours and in dark ones. */
export async function expectNoViolationsInBothSchemes(within?: Element): Promise<void> {
  for (const scheme of ["light", "dark"]) {
    document.documentElement.setAttribute("data-mantine-color-scheme", scheme);
    // Colours fade for 150 ms; half-way, their contrast means nothing.
    const fading = document.getAnimations().filter((each) => each instanceof CSSTransition);
    await Promise.allSettled(fading.map(({ finished }) => finished));
    await expectNoViolations(within);
  }
}
