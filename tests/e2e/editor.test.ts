/** A net changed in its figure, by pointer, by keyboard and by touch, on the real data. */

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

/** Trousers alone, in steps that take no time. */
const LINK = "?v=1&classes=1&batch=16";
const BASELINE =
  "conv 32 3 relu > pool 2 > latent 128 relu > dense 6272 relu > shape 14x14x32 > up 2 > conv 32 3 relu > conv 1 3 sigmoid";

let browser: Browser;
let app: Served;
beforeAll(async () => {
  [browser, app] = await Promise.all([launchBrowser(), serveApp()]);
});
afterAll(async () => {
  await closePages(browser);
  await app?.close();
});

const lane = (page: Page) => page.getByRole("toolbar", { name: "Layers of the net" });
const layer = (page: Page, name: RegExp) => lane(page).getByRole("button", { name }).first();
/** What stands on the marks, in their order. */
const marks = (page: Page) => lane(page).locator("[data-id] > span:first-child").allInnerTexts();
const plus = (page: Page, name: string) => lane(page).getByRole("button", { name, exact: true });
const choose = (page: Page, kind: string) =>
  page.getByRole("menuitem", { name: kind, exact: true }).click();
const weights = (page: Page) => shownNumber(page, "net-weights");
const net = (page: Page) => new URL(page.url()).searchParams.get("net");
const open = async (page: Page) => {
  await ready(page);
  await lane(page).waitFor();
};
const dialog = (page: Page) => page.getByRole("dialog");

const MIRRORED = ["Conv 32", "Max pool 2", "Code 128", "Dense 6272", "Reshape", "Up 2", "Conv 32"];

describe("by pointer", () => {
  let page: Page;
  let errors: string[];
  beforeAll(async () => {
    ({ page, errors } = await openPage(browser, app.address + LINK));
    await open(page);
  });

  it("a + puts a layer in, which the decoder undoes, and its sizes are there at once", async () => {
    expect(await marks(page)).toEqual([...MIRRORED, "Conv 1"]);
    const before = await weights(page);
    await plus(page, "Insert a layer before Code 128").click();
    await choose(page, "Convolution");
    expect(await marks(page)).toEqual([
      ...["Conv 32", "Max pool 2", "Conv 32", "Code 128", "Dense 6272", "Reshape"],
      ...["Conv 32", "Up 2", "Conv 32", "Conv 1"],
    ]);
    // Two of 3 × 3 × 32 × 32 and 32 biases.
    expect(await weights(page)).toBe(before + 2 * (9 * 32 * 32 + 32));
    await expect.poll(() => net(page)).toContain("pool 2 > conv 32 3 relu > latent 128");
    expect(await page.getByTestId("net-to-beat").innerText()).toMatch(/PCA 128/);
    expect(await page.getByRole("radio", { name: "Your own net" }).isChecked()).toBe(true);
  });

  it("a layer's popover sets it, in the figure and in the link", async () => {
    await layer(page, /Convolution.*makes 14×14×32/).click();
    await dialog(page).getByRole("spinbutton", { name: "Filters" }).fill("8");
    await page.keyboard.press("Enter");
    await dialog(page).getByRole("switch", { name: "Batch normalisation" }).check();
    await expect.poll(() => net(page)).toContain("conv 8 3 relu > norm > latent 128");
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "hidden" });
    expect(await page.getByRole("figure").first().textContent()).toContain("Conv 8");
  });

  it("a layer is pulled to another place, and away", async () => {
    const pull = async (name: RegExp, x: number, y: number) => {
      const box = (await layer(page, name).boundingBox())!;
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(x, y, { steps: 6 });
      await page.mouse.up();
    };
    const first = (await plus(page, "Insert a layer before Conv 32").first().boundingBox())!;
    await pull(/Batch norm/, first.x + 12, first.y + 20);
    await expect.poll(() => net(page)).toMatch(/^norm > conv 32 3 relu > pool 2/);
    const box = (await lane(page).boundingBox())!;
    await pull(/Batch norm/, box.x + 200, box.y + 250);
    await expect.poll(() => net(page)).toMatch(/^conv 32 3 relu > pool 2 > conv 8 3 relu > latent/);
    expect(await dialog(page).count()).toBe(0);
  });

  it("what cannot be is drawn as far as it goes, says what is wrong where, and trains the last that could", async () => {
    const text = net(page);
    await layer(page, /Max pooling/).click();
    await dialog(page).getByRole("textbox", { name: "Window" }).fill("3");
    await page.keyboard.press("Enter");
    const problem = page.getByTestId("net-problem");
    await expect.poll(() => problem.innerText()).toMatch(/windows of 3.* 28×28.*last net that can/);
    await page.keyboard.press("Escape");
    expect(await layer(page, /Max pooling/).getAttribute("data-wrong")).toBe("true");
    expect(await layer(page, /the code/).getAttribute("data-unknown")).toBe("true");
    expect(net(page)).toBe(text);
    await button(page, "Step").click();
    await expect.poll(() => shownNumber(page, "step")).toBe(1);
    await button(page, "Reset").click();
    await button(page, "Undo").click();
    expect(await problem.innerText()).toBe("");
  });

  it("is trained, keeps its name, and comes back from its link", async () => {
    await page.getByRole("textbox", { name: "Name of the net" }).fill("Eight maps");
    await page.keyboard.press("Enter");
    await button(page, "Step").click();
    await expect.poll(() => shownNumber(page, "step")).toBe(1);
    await expect
      .poll(() => page.getByTestId("net-rate").innerText())
      .toMatch(/^about [\d,]+ images a second here$/);
    await button(page, "Stop").click();
    await page.getByTestId("test-results").waitFor();
    expect(await page.getByTestId("test-results").innerText()).toContain("Eight maps");
    const other = await openPage(browser, page.url());
    await open(other.page);
    expect(await marks(other.page)).toEqual(await marks(page));
    expect(await other.page.getByRole("textbox", { name: "Name of the net" }).inputValue()).toBe(
      "Eight maps",
    );
    await other.page.context().close();
  });

  it("is compared with another, and is text and Keras code that take text back", async () => {
    await page.getByRole("combobox", { name: "Compare with" }).selectOption("baseline");
    expect(await page.getByTestId("net-comparison").innerText()).toMatch(
      /Published baseline.* 2 added/,
    );
    await button(page, "Text and code").click();
    const code = page.getByTestId("keras-code");
    await expect.poll(() => code.inputValue()).toMatch(/def build_model[\s\S]+filters|Conv2D\(/);
    const text = page.getByRole("textbox", { name: "The net, layer by layer" });
    await text.fill("conv 4 3 relu /2 > latent 6 > mirror");
    await button(page, "Use this net").click();
    expect(await marks(page)).toEqual([
      ...["Conv 4", "Code 6", "Dense 784", "Reshape", "Up 2", "Conv 4", "Conv 1"],
    ]);
    await expect.poll(() => code.inputValue()).toContain("6,");
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousViolations(page)).toEqual([]);
    }
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

describe("by keyboard alone", () => {
  it("layers are walked, set, put in, moved, taken away, and all is undone", async () => {
    const { page, errors } = await openPage(browser, app.address + LINK);
    await open(page);
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await layer(page, /Convolution/).focus();
    await press("ArrowRight");
    expect(await focused()).toMatch(/Max pooling/);
    await press("+");
    await page.getByRole("menuitem").first().waitFor();
    await press("ArrowDown");
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent))
      .toBe("Convolution");
    await press("Enter");
    await expect.poll(focused).toMatch(/Convolution.*makes 14×14×32/);
    await expect
      .poll(() => net(page))
      .toMatch(/^conv 32 3 relu > pool 2 > conv 32 3 relu > latent/);
    await press("Alt+ArrowLeft");
    await expect
      .poll(() => net(page))
      .toMatch(/^conv 32 3 relu > conv 32 3 relu > pool 2 > latent/);
    await expect.poll(focused).toMatch(/Convolution.*makes 28×28×32/);
    await press("Enter");
    await dialog(page).waitFor();
    await press("Escape");
    await expect.poll(focused).toMatch(/Convolution.*makes 28×28×32/);
    await press("Delete");
    await expect.poll(() => net(page)).toMatch(/^conv 32 3 relu > pool 2 > latent/);
    await press("Control+z", "Control+z", "Control+z");
    await expect.poll(() => net(page)).toBeNull();
    expect(await marks(page)).toEqual([...MIRRORED, "Conv 1"]);
    await press("Control+Shift+z", "End");
    await expect.poll(() => net(page)).toContain("pool 2 > conv 32 3 relu > latent");
    expect(await focused()).toMatch(/Convolution.*makes 28×28×1/);
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

describe("by touch on a phone", () => {
  it("targets are large, a tap sets, a pull takes away, and nothing leaves the page", async () => {
    const { page, errors } = await openPage(browser, app.address + LINK, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    await open(page);
    const small = () =>
      page.getByTestId("net-editor").evaluate((editor) =>
        [...editor.querySelectorAll("button, select")]
          .map((control) => [control, control.getBoundingClientRect()] as const)
          .filter(([, { width, height }]) => width < 44 || height < 44)
          .map(
            ([control, { width, height }]) =>
              `${control.outerHTML.slice(0, 80)} ${width} ${height}`,
          ),
      );
    expect(await small()).toEqual([]);
    await layer(page, /Max pooling/).scrollIntoViewIfNeeded();
    await layer(page, /Max pooling/).tap();
    const box = (await dialog(page).boundingBox())!;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(390);
    await dialog(page).getByRole("combobox", { name: "Kind" }).selectOption("averagePool");
    await expect.poll(() => net(page)).toContain("average-pool 2");
    await dialog(page).getByRole("button", { name: "Close" }).tap();
    await dialog(page).waitFor({ state: "hidden" });
    await plus(page, "Insert a layer before Mean pool 2").tap();
    await choose(page, "Batch normalisation");
    await expect.poll(() => net(page)).toContain("norm > average-pool 2");
    // A finger that goes up takes the layer with it.
    const norm = (await layer(page, /Batch norm/).boundingBox())!;
    const client = await page.context().newCDPSession(page);
    const [x, y] = [norm.x + norm.width / 2, norm.y + norm.height / 2];
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", at: number) =>
      client.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: type === "touchEnd" ? [] : [{ x, y: at }],
      });
    await touch("touchStart", y);
    for (let up = 15; up <= 150; up += 15) await touch("touchMove", y - up);
    await touch("touchEnd", y - 150);
    await expect.poll(() => net(page)).toMatch(/^conv 32 3 relu > average-pool 2 > latent/);
    expect(await sidewaysOverflow(page)).toBe(0);
    expect(await seriousViolations(page)).toEqual([]);
    await button(page, "Undo").tap();
    await expect.poll(() => net(page)).toContain("norm > average-pool 2");
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

it("stands still while it loads and while a net is changed", async () => {
  const { page } = await openPage(
    browser,
    `${app.address}${LINK}&net=${encodeURIComponent(BASELINE)}`,
  );
  await open(page);
  const top = () =>
    page.getByTestId("loss-chart").evaluate((chart) => chart.getBoundingClientRect().y);
  const before = await top();
  await plus(page, "Insert a layer before Code 128").click();
  await choose(page, "Max pooling");
  await layer(page, /Max pooling/).focus();
  await page.keyboard.press("Delete");
  await button(page, "Undo").click();
  expect(await top()).toBe(before);
  await page.context().close();
});
