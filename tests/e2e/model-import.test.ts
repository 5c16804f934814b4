/** A model that real Keras has trained and saved, dropped on the built page: looked at, opened, judged, trained on. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { unzipSync } from "fflate";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { button, closePages, launchBrowser, openPage, ready, type Served, serveApp } from "./app";
import { seriousViolations } from "./axe";

let served: Served;
let browser: Browser;
beforeAll(async () => {
  served = await serveApp();
  browser = await launchBrowser();
});
afterAll(async () => {
  await closePages(browser);
  await served?.close();
});

/** 784 pixels from −1 to 1 in a row, through 8 numbers, to a tanh: by Keras 3.15 in 20 epochs of T-shirts and trousers. */
const TUTORIAL = readFileSync(fileURLToPath(new URL("./files/tutorial.keras", import.meta.url)));

/** Drops a file on the page. */
async function drop(page: Page, name: string, bytes: Buffer): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([file, base64]) => {
      const content = Uint8Array.from(atob(base64!), (letter) => letter.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([content], file!));
      return data;
    },
    [name, bytes.toString("base64")],
  );
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
}

const dialog = (page: Page) => page.getByTestId("model-dialog");
const found = (page: Page) =>
  page.locator('[data-testid="model-dialog"][data-step="found"]').waitFor();

describe("a model of Keras", () => {
  it("is looked at, opened, judged beside PCA, looked into, and trained on", async () => {
    const { page, errors } = await openPage(browser, served.address);
    await ready(page);
    await drop(page, "tutorial.keras", TUTORIAL);
    await found(page);
    expect(await page.getByTestId("model-facts").innerText()).toBe(
      "tutorial has 6 layers and 13,336 weights, and takes 28 × 28, grey. Its code is 8 numbers.",
    );
    const takes = page.getByLabel("Black and white that it takes");
    expect(await takes.inputValue()).toBe("-1..1");
    expect(await page.getByLabel("Black and white that it makes").inputValue()).toBe("-1..1");
    const error = () => page.getByTestId("model-error").locator("b").innerText().then(Number);
    const right = await error();
    expect(await seriousViolations(page)).toEqual([]);
    // What is wrong shows.
    await takes.selectOption("0..1");
    await found(page);
    expect(await error()).toBeGreaterThan(2 * right);
    await takes.selectOption("-1..1");
    await found(page);
    expect(right).toBeLessThan(0.03);

    await button(page, "Open").click();
    await dialog(page).waitFor({ state: "detached" });
    const results = page.getByTestId("test-results");
    await results.waitFor();
    // By its own words: it has been stopped by nobody.
    expect(await page.getByText("Imported", { exact: true }).count()).toBe(1);
    expect(await results.innerText()).not.toContain("trained to its end");
    const cells = await results.locator("td").allInnerTexts();
    // A linear code of 8 numbers comes near PCA, and not beyond.
    expect(cells.join(" ")).toMatch(/0\.[5-9]/);

    // HDF5's own library writes in the page, under its rules for scripts; what it wrote is what was read.
    const menu = page.getByTestId("export").first();
    await menu.getByText("Export this net").click();
    const download = page.waitForEvent("download");
    await menu.getByRole("button", { name: /^Keras notebook/ }).click();
    const files = unzipSync(readFileSync(await (await download).path()));
    await page.keyboard.press("Escape");
    await drop(page, "again.keras", Buffer.from(files["model.keras"]!));
    await found(page);
    expect(await page.getByTestId("model-facts").innerText()).toContain("Its code is 8 numbers.");
    expect(await takes.inputValue()).toBe("0..1");
    expect(await error()).toBeCloseTo(right, 4);
    await button(page, "Cancel").click();
    await dialog(page).waitFor({ state: "detached" });

    await page.evaluate(() => {
      location.hash = "runs";
    });
    const row = page.getByTestId("run").first();
    expect(await row.innerText()).toMatch(/\bimported\b/);
    expect(await page.getByRole("textbox", { name: /name/i }).first().inputValue()).toBe(
      "tutorial",
    );
    await page.getByRole("button", { name: "Train on tutorial" }).click();
    await page.getByRole("spinbutton", { name: "More epochs" }).fill("1");
    await button(page, "Train copy").click();
    await expect
      .poll(() => page.locator('[data-testid="run"][data-status="finished"]').count())
      .toBe(2);
    for (const view of ["images", "lab", "space"]) {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, view);
      await page.locator("main canvas").first().waitFor();
    }
    expect(errors).toEqual([]);
  });

  it("that there is no form of is told of, and nothing is kept", async () => {
    const { page } = await openPage(browser, served.address);
    await ready(page);
    await drop(page, "model.h5", Buffer.from("<!doctype html><html>"));
    await page.locator('[data-testid="model-dialog"][data-step="refused"]').waitFor();
    const words = await dialog(page).innerText();
    expect(words).toContain("model.h5 is not taken");
    expect(words).toContain("is a web page (HTML)");
    await button(page, "Close").last().click();
    await dialog(page).waitFor({ state: "detached" });
  });
});
