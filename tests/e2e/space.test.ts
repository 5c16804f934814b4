/** The space of codes on the real data, by the net that comes with the page. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closePages, launchBrowser, openPage, type Served, serveApp, setNumber } from "./app";
import { seriousViolations, sidewaysOverflow } from "./axe";

let browser: Browser;
let app: Served;
let page: Page;
let errors: string[];

beforeAll(async () => {
  [browser, app] = await Promise.all([launchBrowser(), serveApp({ data: "all" })]);
  ({ page, errors } = await openPage(browser, `${app.address}#space`));
});
afterAll(async () => {
  await closePages(browser);
  await app?.close();
});

const selection = () => page.getByTestId("selection").innerText();
const map = () => page.getByTestId("map");
const choose = (name: string) => page.getByText(name, { exact: true }).first().click();

/** Pixels that are not the ground's, and a sum that every change of one of them changes. */
const painted = (testId: string) =>
  page.evaluate((id) => {
    const canvas = document.querySelector<HTMLCanvasElement>(`[data-testid="${id}"] canvas`);
    if (!canvas || canvas.width < 2) return { count: 0, sum: 0 };
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    const words = new Uint32Array(data.buffer);
    let [count, sum] = [0, 0];
    for (const [i, word] of words.entries()) {
      if (word === words[0]) continue;
      count += 1;
      sum += (word & 0xffffff) * (1 + (i % 1009));
    }
    return { count, sum };
  }, testId);
const sum = async (testId: string) => (await painted(testId)).sum;

/** Heights of the histogram's bars, as drawn. */
const bars = () =>
  page
    .getByTestId("spread")
    .locator(".recharts-bar-rectangle path")
    .evaluateAll((paths) => paths.map((path) => path.getAttribute("d")).join());

/** Drags through shares of the map's width and height. */
async function drag(places: readonly (readonly [number, number])[]): Promise<void> {
  const box = (await map().boundingBox())!;
  const at = ([x, y]: readonly [number, number]) =>
    [box.x + x * box.width, box.y + y * box.height] as const;
  await page.mouse.move(...at(places[0]!));
  await page.mouse.down();
  for (const place of places) await page.mouse.move(...at(place), { steps: 3 });
  await page.mouse.up();
}

describe("the space of codes", () => {
  it("maps every test image, and draws what lives in the middle", async () => {
    await expect.poll(selection).toMatch(/^1,400 garments, mean SSIM 0\.9/);
    await expect.poll(async () => (await painted("map")).count).toBeGreaterThan(5000);
    await expect.poll(async () => (await painted("here-picture")).count).toBeGreaterThan(100);
    expect(await page.getByTestId("axes-words").innerText()).toMatch(/hold \d+% of the codes/);
  });

  it("draws another garment wherever a hand or a key goes", async () => {
    const before = await sum("here-picture");
    await drag([
      [0.3, 0.4],
      [0.35, 0.45],
    ]);
    await expect.poll(() => sum("here-picture")).not.toBe(before);
    const dragged = await sum("here-picture");
    await map().focus();
    for (let i = 0; i < 20; i++) await page.keyboard.press("ArrowRight");
    await expect.poll(() => sum("here-picture")).not.toBe(dragged);
  });

  it("is coloured by class, by SSIM and by a number of the code, with a legend", async () => {
    const legend = page.getByTestId("legend");
    expect(await legend.innerText()).toMatch(/T-shirt\/top\s+700\s+Trouser\s+700/);
    const colour = page.getByRole("combobox", { name: "Colour" });
    let before = await sum("map");
    await colour.selectOption("by SSIM, Wang");
    await expect
      .poll(() => legend.innerText())
      .toMatch(/SSIM, Wang[^\d]*2004\s+0\.\d\d\s+(0|1)\.\d\d/);
    await expect.poll(() => sum("map")).not.toBe(before);
    before = await sum("map");
    await colour.selectOption("by one number");
    await setNumber(page, "Number of the code", 2);
    await expect.poll(() => legend.innerText()).toContain("Number 2 of the code");
    await expect.poll(() => sum("map")).not.toBe(before);
    await colour.selectOption("by class");
  });

  it("selects by lasso, by class and by what is in view; the histogram follows", async () => {
    await expect.poll(bars).not.toBe("");
    const all = await bars();
    await choose("Lasso");
    await drag([
      [0.1, 0.1],
      [0.5, 0.1],
      [0.4, 0.9],
      [0.1, 0.9],
    ]);
    await expect.poll(selection).toMatch(/^\d+ of 1,400 garments, mean SSIM 0\.9\d\d; of all/);
    await expect.poll(bars).not.toBe(all);
    await choose("Look");
    await page.getByRole("button", { name: "Trouser 700" }).click();
    await expect.poll(selection).toMatch(/^700 of 1,400/);
    await map().focus();
    for (let i = 0; i < 8; i++) await page.keyboard.press("+");
    await page.getByRole("button", { name: "Select what is in view" }).click();
    await expect.poll(selection).toMatch(/^\d{1,3} of 1,400/);
    await page.getByRole("button", { name: "Select none" }).click();
    await expect.poll(selection).toMatch(/^1,400 garments/);
  });

  it("shows the garments themselves when it is near, and one by its hover card", async () => {
    const thumbnails = () => map().locator("canvas").getAttribute("data-thumbnails").then(Number);
    await expect.poll(thumbnails).toBeGreaterThan(3);
    await map().focus();
    await page.keyboard.press("Enter");
    const box = (await map().boundingBox())!;
    const [, x, y] = /translate\((\S+) (\S+)\)/.exec(
      (await page.getByTestId("cross").getAttribute("transform"))!,
    )!;
    await page.mouse.move(box.x + Number(x) + 2, box.y + Number(y) + 2);
    await expect
      .poll(() => page.getByTestId("hover-card").innerText())
      .toMatch(/(T-shirt\/top|Trouser)\s+SSIM [01]\.\d{3} write-up/);
    await page.keyboard.press("0");
    await expect.poll(thumbnails).toBe(0);
  });

  it("is painted anew as it is panned", async () => {
    const milliseconds = await pan(30);
    console.log(`panned 1,400 points: ${(30_000 / milliseconds).toFixed(0)} frames a second`);
  });

  it("draws all over the net's own two axes", async () => {
    await choose("First two numbers");
    await choose("What the decoder draws");
    const count = async () => (await painted("map")).count;
    await expect.poll(count).toBeGreaterThan(100_000);
    await choose("Garments");
    await expect.poll(count).toBeLessThan(100_000);
    expect(await count()).toBeGreaterThan(5000);
  });

  it("has nothing that axe calls serious, light and dark, and fits a phone", async () => {
    expect(await seriousViolations(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    // The charts follow the window a moment later.
    await expect.poll(() => sidewaysOverflow(page)).toBe(0);
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Switch to dark colours" }).click();
    expect(await seriousViolations(page)).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });
    expect(await seriousViolations(page)).toEqual([]);
  });

  it("has UMAP lay all of them out", async () => {
    // Noted in the page: it may have laid them out before anybody asks.
    const waiting = await page.evaluateHandle(() => {
      const seen: { words: string; inert: boolean; saves: boolean }[] = [];
      const part = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
      new MutationObserver(() => {
        const words = part("umap-pending")?.innerText;
        if (words === undefined) return;
        const inert = part("map")!.hasAttribute("inert");
        seen.push({ words, inert, saves: part("save-map") !== null });
      }).observe(document.body, { subtree: true, childList: true, attributes: true });
      return seen;
    });
    await choose("UMAP");
    const words = () => page.getByTestId("umap").innerText();
    await expect.poll(words).toContain("UMAP has laid out 1,400 garments");
    // Until it has laid out anything, the points of the axes before are no map of its own.
    const seen = await waiting.jsonValue();
    expect(seen.length).toBeGreaterThan(0);
    for (const state of seen) {
      expect(state.words).toMatch(/^UMAP has no map yet/);
      expect(state).toMatchObject({ inert: true, saves: false });
    }
    expect((await painted("map")).count).toBeGreaterThan(5000);
    expect(await page.getByTestId("umap-pending").count()).toBe(0);
    expect(await map().evaluate((element) => element.hasAttribute("inert"))).toBe(false);
    await page.getByTestId("save-map").waitFor();
    expect(errors).toEqual([]);
  });
});

describe("the sections below the map", () => {
  const section = (name: string) => page.getByTestId(name);
  /** Sections come as they are scrolled near. */
  const open = async (name: string) => {
    await expect
      .poll(async () => {
        await page.mouse.wheel(0, 400);
        return section(name).count();
      })
      .toBe(1);
    await section(name).scrollIntoViewIfNeeded();
  };

  it("has knobs in the order of their worth, and redraws as one is turned", async () => {
    await page.mouse.move(20, 500);
    await open("knobs");
    await expect.poll(() => section("dead").innerText()).toContain("All 256 numbers are alive");
    await expect.poll(() => section("knobs").innerText()).toContain("In the order of what each");
    const worth = [...(await section("knobs").innerText()).matchAll(/worth (-?0\.\d+)/g)];
    expect(worth.length).toBe(12);
    const values = worth.map(([, value]) => Number(value));
    expect(values).toEqual([...values].sort((a, b) => b - a));
    const before = await sum("knob-picture");
    const knob = section("knobs").getByRole("slider").first();
    await knob.focus();
    for (let i = 0; i < 8; i++) await page.keyboard.press("PageUp");
    await expect.poll(() => sum("knob-picture")).not.toBe(before);
    await page.getByRole("button", { name: "Put all back" }).click();
    await expect.poll(() => sum("knob-picture")).toBe(before);
  });

  it("morphs through codes and through pixels, which differ half-way", async () => {
    await open("morph");
    await expect.poll(() => section("morph-gap").innerText()).toMatch(/^\d/);
    /** A sum of each picture's pixels along a strip. */
    const along = (strip: string) =>
      section(`morph-${strip}`)
        .locator("canvas")
        .evaluateAll((canvases) =>
          (canvases as HTMLCanvasElement[]).map((canvas) => {
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d")!.getImageData(0, 0, width, height);
            return data.reduce((total, value, i) => total + value * (1 + (i % 1009)), 0);
          }),
        );
    await expect.poll(async () => new Set(await along("latent")).size).toBeGreaterThan(6);
    const [codes, pixels] = [await along("latent"), await along("pixel")];
    expect(codes.length).toBe(pixels.length);
    const middle = (codes.length - 1) / 2;
    expect(codes[middle]).not.toBe(pixels[middle]);
  });

  it("draws codes by chance, and measures how far they are from real ones", async () => {
    await open("sample");
    await expect
      .poll(() => section("sample-verdict").innerText())
      .toMatch(/samples land \d+\.\d times as far/);
    const times = Number(/land (\S+) times/.exec(await section("sample-verdict").innerText())![1]);
    expect(times).toBeGreaterThan(1.2);
  });

  it("probes what the codes still know", async () => {
    await open("probe");
    await page.getByRole("button", { name: "Probe the codes" }).click();
    // 25 s of both cores, of which other files take two thirds.
    const patient = { timeout: 240_000 };
    await expect.poll(() => section("probe").getByRole("table").count(), patient).toBe(1);
    const stops = section("probe").getByRole("button", { name: "Stop" });
    await expect.poll(() => stops.count(), patient).toBe(0);
    const figures = await section("probe").getByRole("table").innerText();
    console.log(figures.replace(/\s*\n\s*/g, " | "));
    expect(Math.max(...[...figures.matchAll(/\b0\.\d+/g)].map(Number))).toBeGreaterThan(0.95);
    expect(await seriousViolations(page)).toEqual([]);
  });
});

/** Moves the map to and fro in every frame until it was painted so many times: milliseconds. */
async function pan(times: number): Promise<number> {
  await choose("Move");
  const result = await page.evaluate(async (most) => {
    const frame = document.querySelector<HTMLElement>('[data-testid="map"]')!;
    const canvas = frame.querySelector("canvas");
    const { putImageData } = CanvasRenderingContext2D.prototype;
    let frames = 0;
    CanvasRenderingContext2D.prototype.putImageData = function (
      this: CanvasRenderingContext2D,
      ...given: [ImageData, number, number]
    ) {
      if (this.canvas === canvas) frames += 1;
      Reflect.apply(putImageData, this, given);
    } as typeof putImageData;
    const box = frame.getBoundingClientRect();
    const send = (type: string, share: number) =>
      frame.dispatchEvent(
        new PointerEvent(type, {
          bubbles: true,
          pointerId: 1,
          button: 0,
          buttons: 1,
          clientX: box.left + box.width * (0.5 + 0.2 * Math.sin(6 * share)),
          clientY: box.top + box.height / 2,
        }),
      );
    // A pointer that no hand holds cannot be captured.
    frame.setPointerCapture = () => {};
    const begun = performance.now();
    send("pointerdown", 0);
    await new Promise<void>((resolve) => {
      const move = (now: number) => {
        send("pointermove", (now - begun) / 2000);
        if (frames < most) requestAnimationFrame(move);
        else resolve();
      };
      requestAnimationFrame(move);
    });
    const taken = performance.now() - begun;
    send("pointerup", 1);
    CanvasRenderingContext2D.prototype.putImageData = putImageData;
    Reflect.deleteProperty(frame, "setPointerCapture");
    return taken;
  }, times);
  await choose("Look");
  await map().focus();
  await page.keyboard.press("0");
  return result;
}
