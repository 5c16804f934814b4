/** A look inside each layer of nets that the engine trains, on the real data. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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

const panel = (page: Page) => page.getByTestId("inside");
const check = (page: Page) => page.getByTestId("inside-check");
const apart = async (page: Page) => Number(await check(page).getAttribute("data-apart"));
const output = (page: Page) => panel(page).getByRole("button", { name: /^What it makes/ });

/** Trousers alone, after a single step, with the panel open. */
async function open(link: string, width = 1440) {
  const opened = await openPage(browser, app.address + link, {
    viewport: { width, height: 900 },
  });
  const { page } = opened;
  await ready(page);
  await button(page, "Step").click();
  await expect.poll(() => shownNumber(page, "step")).toBe(1);
  await button(page, "Look inside").click();
  await check(page).waitFor();
  return opened;
}

/** Looks at some numbers of every layer; how far each of them is from the engine's. */
async function throughAllLayers(page: Page) {
  const found: { layer: string; apart: number }[] = [];
  const names = await panel(page)
    .getByLabel("Layer", { exact: true })
    .locator("option")
    .allInnerTexts();
  for (const layer of names) {
    await panel(page).getByLabel("Layer", { exact: true }).selectOption({ label: layer });
    await check(page).waitFor();
    await output(page).focus();
    for (const key of ["ArrowLeft", "PageDown"]) {
      found.push({ layer, apart: await apart(page) });
      await page.keyboard.press(key);
    }
  }
  return found;
}

const MIXED =
  "conv 8 3 as a > norm > relu > conv 8 3 elu > add a > dropout 0.2 > pool 2 > latent 16 relu > dense 1568 > shape 14x14x8 > up 2 > conv-transpose 4 3 swish > conv 1 3 sigmoid";

describe.each(["preset=baseline", "preset=loom", `net=${encodeURIComponent(MIXED)}`])(
  "the net of ?%s",
  (net) => {
    it("has every layer's numbers as the engine has them, to 1e-5", async () => {
      const { page, errors } = await open(`?v=1&classes=1&batch=16&${net}`);
      const found = await throughAllLayers(page);
      expect(found.length).toBeGreaterThan(15);
      expect(found.filter((each) => !(each.apart < 1e-5))).toEqual([]);
      expect(errors).toEqual([]);
      await page.context().close();
    });
  },
);

it("goes on as the net trains, stays with its end, and is gone when it is closed", async () => {
  const { page, errors } = await open("?v=1&classes=1&batch=16&epochs=400");
  const step = () => shownNumber(page, "inside-step");
  expect(await step()).toBe(1);
  await button(page, "Resume").click();
  // Within the first epoch, between previews.
  await expect.poll(step, { timeout: 30_000 }).toBeGreaterThan(1);
  const first = await step();
  await expect.poll(step, { timeout: 30_000 }).toBeGreaterThan(first);
  expect(await page.getByTestId("inside-step").innerText()).toMatch(/live/);
  expect(await apart(page)).toBeLessThan(1e-5);
  await button(page, "Pause").click();
  await expect.poll(() => page.getByTestId("inside-step").innerText()).not.toMatch(/live/);
  await expect.poll(async () => (await step()) === (await shownNumber(page, "step"))).toBe(true);
  expect(await panel(page).innerText()).toMatch(/has moved by [\d.]+% of its length/);
  await button(page, "Close the look inside").click();
  await panel(page).waitFor({ state: "detached" });
  // A press on a map of the figure opens it again, at that map.
  await page.getByRole("button", { name: "Look inside Max pool" }).click();
  await check(page).waitFor();
  expect(await panel(page).innerText()).toMatch(/Of each window only the largest/);
  expect(errors).toEqual([]);
  await page.context().close();
});

describe("a number of the code", () => {
  /** What is said of each of eight numbers. */
  async function said(page: Page, layer: string) {
    await panel(page).getByLabel("Layer", { exact: true }).selectOption({ label: layer });
    const facts = page.getByTestId("code-number");
    const seen: string[] = [];
    for (let number = 1; number <= 8; number++) {
      await page.getByRole("region", { name: `Number ${number} of the code` }).waitFor();
      await expect
        .poll(() => facts.innerText())
        .toMatch(/Its spread over \d+ test images \(after step 1\)/);
      seen.push(`${await page.getByTestId("number-life").innerText()} ${await facts.innerText()}`);
      await output(page).press("ArrowRight");
    }
    return seen;
  }

  it("says what it looks for, what it draws, how it is spread, and that it is alive", async () => {
    const { page, errors } = await open("?v=1&classes=1&batch=16&latent=8&preset=loom");
    const layers = panel(page).getByLabel("Layer", { exact: true }).locator("option");
    const code = (await layers.allInnerTexts()).find((name) => name.endsWith(", the code"))!;
    for (const words of await said(page, code)) {
      expect(words).toMatch(/It is alive: it tells the 24 garments below apart/);
      expect(words).toMatch(/It looks for.*as that gets brighter/);
      expect(words).toMatch(/It draws: the garment with this number from low to high/);
      expect(words).toMatch(/from −?[\d.]+ to [\d.]+, in the mean −?[\d.]+; this garment has/);
    }
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it("of ReLU says when it died, and looks for nothing then", async () => {
    const { page, errors } = await open("?v=1&classes=1&batch=16&latent=8");
    const all = await said(page, "4. Dense 8, the code");
    const dead = all.filter((words) => /It is a dead number/.test(words));
    expect(dead.length).toBeGreaterThan(0);
    for (const words of dead) {
      expect(words).toMatch(
        /(first looked at|told them apart), (before the first step|after step 1)/,
      );
      expect(words).toMatch(/It looks for.*nothing in this garment/);
    }
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

it("fits a phone, by touch, and is clean to axe in the dark", async () => {
  const { page } = await open("?v=1&classes=1&batch=16", 390);
  expect(await sidewaysOverflow(page)).toBe(0);
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await seriousViolations(page, '[data-testid="inside"]')).toEqual([]);
  const box = (await output(page).boundingBox())!;
  expect(box.x + box.width).toBeLessThanOrEqual(390);
  await page.mouse.click(box.x + 1, box.y + 1);
  expect(await output(page).getAttribute("aria-label")).toMatch(/row 1, column 1/);
  expect(await apart(page)).toBeLessThan(1e-5);
  await page.context().close();
});
