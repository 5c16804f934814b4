/** Images of one's own through the built page: from a table and from the camera to a trained net. */

import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM_FLAGS, findBrowser } from "../../scripts/lib/browser.mjs";
import { button, openPage, ready, type Served, serveApp, setNumber } from "./app";
import { seriousViolations } from "./axe";

/** Chromium's own camera: a green picture on which something turns. */
const CAMERA_FLAGS = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];

let served: Served;
let browser: Browser;
beforeAll(async () => {
  served = await serveApp();
  browser = await chromium.launch({
    executablePath: findBrowser()!,
    args: [...CHROMIUM_FLAGS, ...CAMERA_FLAGS],
  });
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

/** Bars of 8 × 8 pixels, upright and level, from 0 to 16 as scikit-learn's digits are; the label last. */
function table(rows: number): Buffer {
  const lines = Array.from({ length: rows }, (_, row) => {
    const at = row % 8;
    const isUpright = row % 2 === 0;
    const pixels = Array.from({ length: 64 }, (_, i) => {
      const near = (isUpright ? i % 8 : Math.floor(i / 8)) === at;
      return near ? 16 - (row % 5) : (i * 7 + row) % 4;
    });
    return [...pixels, isUpright ? 0 : 1].join();
  });
  return Buffer.from(lines.join("\n"));
}

const show = async (page: Page, view: string) => {
  await page.evaluate((hash) => {
    window.location.hash = hash;
  }, view);
};
const dialog = (page: Page) => page.getByTestId("bring");
const openDialog = async (page: Page) => {
  await show(page, "data");
  await page.getByRole("button", { name: /^Your own images/ }).click();
  await dialog(page).waitFor();
};

describe("images of one's own", () => {
  it("come from a table, are looked at, kept, trained on, changed, and are there after a reload", async () => {
    const { page, errors } = await openPage(browser, served.address);
    await ready(page);
    await openDialog(page);
    const choose = async () => {
      await page
        .locator('input[type="file"]')
        .first()
        .setInputFiles({
          name: "bars.csv",
          mimeType: "text/csv",
          buffer: table(240),
        });
      await page.getByTestId("preview").waitFor();
    };
    await choose();
    expect(await page.getByTestId("facts").innerText()).toMatch(/^240 images of 8 × 8, grey/);
    expect(await dialog(page).locator("canvas").count()).toBe(16);
    expect(await seriousViolations(page)).toEqual([]);
    const range = page.getByLabel("Numbers from black to white");
    expect(await range.inputValue()).toBe("0..16");
    await range.selectOption("0..255");
    await page.locator('[data-testid="preview"][data-step="proposed"]').waitFor();
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Bars");
    await button(page, "Keep").click();
    await dialog(page).waitFor({ state: "detached" });
    const card = page.getByRole("article", { name: "Bars" });
    await card.waitFor();
    await card.getByRole("button", { name: "In use Bars" }).waitFor();
    const id = await card.getAttribute("data-set");

    await show(page, "train");
    await page.getByText("192 training", { exact: false }).waitFor();
    await setNumber(page, "Epochs", 2);
    await button(page, "Train").click();
    await page
      .getByTestId("state")
      .getByText("finished")
      .or(page.getByText("after epoch 2"))
      .first()
      .waitFor();
    const picture = page.locator('[data-testid="reconstructions"] canvas').first();
    const { width, scale } = await picture.evaluate((canvas: HTMLCanvasElement) => ({
      width: canvas.width,
      scale: canvas.getBoundingClientRect().width / canvas.width,
    }));
    expect(width).toBe(8);
    expect(scale).toBe(Math.round(scale));

    await show(page, "data");
    await button(page, "Edit Bars").click();
    await page.getByTestId("set-editor").waitFor();
    // The run that was trained on it keeps it.
    await page.getByText("One kept run was trained on this set", { exact: false }).waitFor();
    await page.getByRole("option", { name: "Picture 2", exact: true }).click();
    await button(page, "Delete 1 picture").click();
    await page.getByText("of 119", { exact: false }).waitFor();
    expect(await page.getByTestId("own-set").count()).toBe(2);

    await page.reload();
    await page.getByTestId("own-set").nth(1).waitFor();
    expect(await page.getByTestId("own-set").count()).toBe(2);

    // Deleted, it takes nothing along: the form has other images, and says so, until it is put back.
    const link = page.url();
    expect(link).toMatch(/[?&]data=[0-9a-f]{32}&.*of=Bars/);
    const used = page.getByTestId("own-set").and(page.locator("[data-used]"));
    const said = page.getByRole("alert").filter({ hasText: "“Bars” was deleted" });
    await used.getByRole("button", { name: "Delete Bars" }).click();
    await said.getByText("they are for Fashion-MNIST now").waitFor();
    await page.waitForURL(({ searchParams }) => !searchParams.has("data"));
    await button(page, "Undo").click();
    await said.waitFor({ state: "detached" });
    await used.waitFor();
    await page.waitForURL(link);
    await used.getByRole("button", { name: "Delete Bars" }).click();
    await page.getByRole("button", { name: "Delete Bars" }).click();
    await page.getByTestId("own-set").waitFor({ state: "detached" });
    await show(page, "train");
    await page.getByText("800 training", { exact: false }).waitFor();
    // The run that was trained on it is looked at without its images, and a link to them says what to bring.
    await page.goto(link.replace("#data", "#images"));
    await page.getByText("The data set “Bars” was deleted from this browser").first().waitFor();
    const others = `v=1&data=${id}&latent=24&of=Bars%2C%208%20%C3%97%208%20%C3%97%201`;
    await page.goto(`${served.address}?${others}`);
    const missing = page
      .getByRole("alert")
      .getByText(/“Bars, 8 × 8 × 1”, which is not in this browser: bring its files/);
    await missing.waitFor();
    await openDialog(page);
    await choose();
    await range.selectOption("0..255");
    await page.locator('[data-testid="preview"][data-step="proposed"]').waitFor();
    await button(page, "Keep").click();
    await missing.waitFor({ state: "detached" });
    await used.waitFor();
    await page.waitForURL(
      ({ searchParams }) => searchParams.get("data") === id && searchParams.get("latent") === "24",
    );
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it("come from the camera, as long as a class's button is held", async () => {
    const { page, errors } = await openPage(browser, served.address, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
    });
    await ready(page);
    await openDialog(page);
    await button(page, "Take pictures").click();
    await button(page, "Start the camera").click();
    await page.locator('[data-testid="camera"][data-state="on"]').waitFor();
    const hold = (name: string) =>
      page.getByRole("button", { name: `Hold to take pictures of ${name}` });
    const taken = (name: string, least: number) =>
      page.waitForFunction(
        ([label, count]) =>
          Number.parseInt(
            document.querySelector(`section[aria-label="${label}"] output`)?.textContent ?? "",
            10,
          ) >= Number(count),
        [name, least] as const,
      );
    await hold("Class 1").hover();
    await page.mouse.down();
    await taken("Class 1", 34);
    await page.mouse.up();
    await hold("Class 2").focus();
    await page.keyboard.down("Space");
    await taken("Class 2", 34);
    await page.keyboard.up("Space");
    await button(page, "Look at them").click();
    await page.getByTestId("preview").waitFor();
    expect(await page.getByTestId("facts").innerText()).toMatch(
      /^\d+ images of 32 × 32, in colour, from the camera of 128 × 128/,
    );
    expect(await seriousViolations(page)).toEqual([]);
    await button(page, "Keep").click();
    await page.getByRole("article", { name: "Camera" }).waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });
});
