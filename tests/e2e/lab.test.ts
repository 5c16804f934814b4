/** The latent lab on the real data: its slider, its film, and a sweep that outlives a reload. */

import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { InferenceSession, Tensor } from "onnxruntime-web";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  button,
  closePages,
  launchBrowser,
  openPage,
  type Served,
  serveApp,
  setNumber,
  shownNumber,
} from "./app";
import { seriousViolations, sidewaysOverflow } from "./axe";

let browser: Browser;
let app: Served;
let page: Page;
let errors: string[];

beforeAll(async () => {
  [browser, app] = await Promise.all([launchBrowser(), serveApp({ data: "all" })]);
  ({ page, errors } = await openPage(browser, `${app.address}#lab`));
});
afterAll(async () => {
  await closePages(browser);
  await app?.close();
});

const mean = (rival: "net" | "pca" | "jpeg") => shownNumber(page, `mean-${rival}`);
const slider = () => page.getByRole("slider", { name: "Latent size" });

/** Sum of the first garment's bytes, as a rival's canvas shows them. */
const brightness = (lane: number) =>
  page.evaluate((place) => {
    const canvases = document.querySelectorAll<HTMLCanvasElement>(
      '[aria-label="Garments there and back"] button:first-of-type canvas',
    );
    const { data } = canvases[place]!.getContext("2d")!.getImageData(0, 0, 28, 28);
    return data.reduce((sum, byte, i) => (i % 4 === 0 ? sum + byte * (i + 1) : sum), 0);
  }, lane);

describe("the lab", () => {
  it("shows what comes back before anything was trained, beside PCA", async () => {
    for (const rival of ["net", "pca"] as const) {
      await expect.poll(() => mean(rival)).toBeGreaterThan(0.3);
    }
    expect(await mean("net")).toBeGreaterThan(await mean("pca"));
  });

  it("changes pixels and figures with the slider, by keyboard too", async () => {
    await slider().focus();
    await page.keyboard.press("Home");
    await expect.poll(() => shownNumber(page, "kept")).toBe(1);
    await expect.poll(() => mean("net")).toBeLessThan(0.7);
    const [few, pixels] = [await mean("net"), await brightness(1)];
    await expect.poll(() => page.getByTestId("details-jpeg").innerText()).toBe("needs more bytes");
    await page.keyboard.press("End");
    await expect.poll(() => shownNumber(page, "kept")).toBe(256);
    await expect.poll(() => mean("net")).toBeGreaterThan(0.9);
    // 256 bytes are more than a JPEG of the lowest quality takes.
    await expect.poll(() => mean("jpeg")).toBeGreaterThan(0.9);
    expect(await mean("net")).toBeGreaterThan(few);
    expect(await brightness(1)).not.toBe(pixels);
    expect(await shownNumber(page, "ratio")).toBeCloseTo(784 / 256, 1);
  });

  it("follows a hand through all sizes", async () => {
    const { frames, seconds } = await slide(30);
    console.log(
      `the slider: ${(frames / seconds).toFixed(0)} frames a second, ${(30 / seconds).toFixed(0)} of them with other garments`,
    );
  });

  it("has a film of one garment, whose frames take the slider along", async () => {
    await page.getByRole("button", { name: /^8 numbers/ }).click();
    await expect.poll(() => shownNumber(page, "kept")).toBe(8);
    const second = page.getByRole("button", { name: /\b2: show it at every size/ });
    await second.click();
    await expect.poll(() => second.getAttribute("aria-pressed")).toBe("true");
  });

  it("draws the curves of net, PCA and JPEG, and stands where the slider does", async () => {
    const chart = page.getByTestId("size-chart");
    await expect.poll(() => chart.locator(".recharts-line-curve").count()).toBe(3);
    const here = () => page.getByTestId("here").getAttribute("x1").then(Number);
    const before = await here();
    await slider().focus();
    await page.keyboard.press("End");
    await expect.poll(here).toBeGreaterThan(before);
  });

  it("has nothing that axe calls serious, and fits a phone", async () => {
    expect(await seriousViolations(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await sidewaysOverflow(page)).toBe(0);
    expect(await seriousViolations(page)).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it("trains a sweep whose points are there after a reload", async () => {
    const sweep = page.getByTestId("sweep");
    await sweep.getByRole("combobox", { name: "Net" }).selectOption("Published baseline");
    await setNumber(page, "Epochs each", 1);
    for (const size of [2, 4, 8, 32, 64, 128, 256]) {
      await sweep.getByText(String(size), { exact: true }).click();
    }
    await button(page, "Train 1 net").click();
    const progress = page.getByTestId("sweep-progress");
    await expect.poll(() => progress.innerText()).toMatch(/^0 of 1/);
    await expect.poll(() => progress.innerText()).toMatch(/^1 of 1/);
    const row = () => page.getByTestId("sweep-table").locator("tbody tr").innerText();
    expect(await row()).toMatch(/^16\s+0\.\d{3}\s+0\.\d{3}/);
    const before = await row();
    await page.reload();
    await expect.poll(row).toBe(before);
  });

  it("shows in the space how many numbers of that net the ReLU has killed", async () => {
    const link = page.getByTestId("sweep-table").getByRole("link", { name: "seed 1" });
    const run = (await link.getAttribute("href"))!.split("?")[1];
    await page.evaluate((hash) => {
      window.location.hash = hash;
    }, `space?${run}`);
    await expect
      .poll(() => page.getByTestId("selection").innerText())
      .toMatch(/^1,400 garments, mean SSIM 0\.\d/);
    await expect
      .poll(async () => {
        await page.mouse.wheel(0, 300);
        return page.getByTestId("dead").count();
      })
      .toBe(1);
    const words = await page.getByTestId("dead").innerText();
    console.log(words);
    const dead = Number(/^(\d+) of 16 numbers (is|are) dead/.exec(words)?.[1]);
    expect(dead).toBeGreaterThan(0);
    // The dead have no knob.
    const knobs = page.getByTestId("knobs").getByRole("slider");
    await expect.poll(() => knobs.count()).toBe(Math.min(12, 16 - dead));
  });

  it("exports the net that comes with the page, in which onnxruntime sees a net", async () => {
    await page.evaluate(() => {
      window.location.hash = "lab";
    });
    // The sweep's net was looked at last.
    const looking = page.getByRole("combobox", { name: "Looking at" });
    await looking.selectOption("Nested net that comes with the page");
    await expect.poll(() => shownNumber(page, "kept")).toBeGreaterThan(0);
    const menu = page.getByTestId("export");
    await menu.getByText("Export this net").click();
    const download = page.waitForEvent("download");
    await menu.getByRole("button", { name: /^ONNX/ }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe("latent-loom-nested-shipped-onnx.zip");
    const files = unzipSync(readFileSync(await file.path()));
    const session = await InferenceSession.create(files["decoder.onnx"]!);
    const code = new Tensor("float32", new Float32Array(256), [1, 256]);
    const outputs = await session.run({ [session.inputNames[0]!]: code });
    const image = outputs[session.outputNames[0]!]!;
    expect(image.dims).toEqual([1, 28, 28, 1]);
    expect((image.data as Float32Array).every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(errors).toEqual([]);
  });
});

/** Moves the slider to and fro in every frame until so many pictures of the net were drawn. */
async function slide(times: number) {
  return page.evaluate(async (most) => {
    const input = document.querySelector<HTMLInputElement>('input[aria-label="Latent size"]')!;
    const picture = document.querySelectorAll<HTMLCanvasElement>(
      '[aria-label="Garments there and back"] button[aria-pressed] canvas',
    )[1];
    const { putImageData } = CanvasRenderingContext2D.prototype;
    const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")!.set!;
    let [frames, drawn] = [0, 0];
    CanvasRenderingContext2D.prototype.putImageData = function (
      this: CanvasRenderingContext2D,
      ...given: [ImageData, number, number]
    ) {
      if (this.canvas === picture) drawn += 1;
      Reflect.apply(putImageData, this, given);
    } as typeof putImageData;
    const begun = performance.now();
    await new Promise<void>((resolve) => {
      const move = (now: number) => {
        const share = (now - begun) / 2000;
        frames += 1;
        const size = 1 + 255 * (0.5 - 0.5 * Math.cos(2 * Math.PI * share));
        setValue.call(input, String(Math.log2(size)));
        input.dispatchEvent(new Event("input", { bubbles: true }));
        if (drawn < most) requestAnimationFrame(move);
        else resolve();
      };
      requestAnimationFrame(move);
    });
    CanvasRenderingContext2D.prototype.putImageData = putImageData;
    const seconds = (performance.now() - begun) / 1000;
    return { frames, seconds };
  }, times);
}
