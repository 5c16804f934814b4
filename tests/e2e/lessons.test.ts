/** A lesson from guess to answer on real garments, and the net that it trained on its way out. */

import { readFile } from "node:fs/promises";
import { unzipSync } from "fflate";
import * as ort from "onnxruntime-web";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  button,
  closePages,
  launchBrowser,
  openPage,
  type Served,
  serveApp,
  shownNumber,
} from "./app";
import { seriousViolations, sidewaysOverflow } from "./axe";

let browser: Browser;
let app: Served;
let page: Page;
let errors: string[];

beforeAll(async () => {
  [browser, app] = await Promise.all([launchBrowser(), serveApp()]);
  ({ page, errors } = await openPage(browser, `${app.address}?lesson=bag&hide=device`));
});
afterAll(async () => {
  await closePages(browser);
  await app?.close();
});

/** Milliseconds for a run of 52 steps where other programs have the cores; alone it takes 4,000. */
const LIMIT = 240_000;

const lesson = () => page.getByTestId("lesson");
const within = (name: string) => lesson().getByRole("button", { name, exact: true });

describe("a lesson", () => {
  it("sets the page up, trains, and keeps its place in the address", async () => {
    await within("Next").click();
    await lesson().getByRole("slider").fill("0.4");
    await within("That is my guess").click();
    await within("Next").click();
    await within("Set up and train").click();
    await expect.poll(() => shownNumber(page, "step")).toBeGreaterThan(0);
    await button(page, "Stop").click();
    await expect.poll(() => page.url()).toContain("preset=loom");
    expect(new URL(page.url()).searchParams.get("lesson")).toBe("bag");
    expect(new URL(page.url()).searchParams.get("hide")).toBe("device");
  });

  it("trains a net that never saw a bag, and shows what becomes of one", {
    timeout: 2 * LIMIT,
  }, async () => {
    const run = lesson().getByTestId("run-small");
    const answer = lesson().getByTestId("lesson-answer");
    await expect.poll(() => run.innerText()).toMatch(/Stopped at step \d+ of 52, which answers/);
    expect(await answer.innerText()).toContain("comes here");

    await within("Train").click();
    await expect.poll(() => answer.innerText(), { timeout: LIMIT }).toContain("bags 0.");
    const words = await answer.innerText();
    const [clothes, bags] = [...words.matchAll(/0\.\d{3}/g)].map(([figure]) => Number(figure));
    console.info(`T-shirts and trousers ${clothes}, bags ${bags} by a net that never saw one.`);
    const verdict = await lesson().getByTestId("lesson-judgement").innerText();
    expect(verdict).toMatch(/^You said 0\.40, it came to 0\.\d{3}: /);
    expect(verdict).toContain(`it came to ${bags}`);
    expect(bags).toBeLessThan(clothes! - 0.1);
    // Both rows are drawn: bags are bright, and so is what the net makes of them.
    const bright = await answer.locator("canvas").evaluateAll((canvases) =>
      canvases.map((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const context = (canvas as HTMLCanvasElement).getContext("2d")!;
        const { data } = context.getImageData(0, 0, width, height);
        return data.filter((value, i) => i % 4 === 0 && value > 60).length;
      }),
    );
    expect(bright).toHaveLength(2);
    for (const pixels of bright) expect(pixels).toBeGreaterThan(500);
  });

  it.each(["light", "dark"] as const)(
    "is accessible in %s, and fits its window",
    async (scheme) => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width: scheme === "dark" ? 1440 : 390, height: 844 });
      await expect.poll(() => sidewaysOverflow(page)).toBe(0);
      expect(await seriousViolations(page)).toEqual([]);
      await page.setViewportSize({ width: 1440, height: 900 });
    },
  );
});

describe("the net on its way out", () => {
  /** The files of the zip that a choice of the menu downloads. */
  async function exported(name: string): Promise<Record<string, Uint8Array>> {
    const menu = page.getByTestId("export");
    const opens = menu.getByRole("button", { name: "Export this net" });
    if ((await opens.getAttribute("aria-expanded")) !== "true") await opens.click();
    const waiting = page.waitForEvent("download");
    await menu.getByRole("button", { name }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toMatch(/^latent-loom-loom-32-\w+\.zip$/);
    return unzipSync(new Uint8Array(await readFile(await download.path())));
  }

  it("is ONNX that onnxruntime runs, half by half and whole", async () => {
    ort.env.wasm.numThreads = 1;
    const files = await exported("ONNX");
    const run = async (name: string, inputs: Record<string, ort.Tensor>) =>
      (await ort.InferenceSession.create(files[name]!)).run(inputs);
    const pixels = Float32Array.from({ length: 784 }, (_, i) => (i % 29) / 29);
    const image = new ort.Tensor("float32", pixels, [1, 28, 28, 1]);
    const { code } = await run("encoder.onnx", { image });
    expect(code!.dims).toEqual([1, 32]);
    const { reconstruction: half } = await run("decoder.onnx", { code: code! });
    const { reconstruction: whole } = await run("autoencoder.onnx", { image });
    const [a, b] = [half!.data as Float32Array, whole!.data as Float32Array];
    expect(Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))).toBeLessThan(1e-5);
    expect(Math.max(...a)).toBeGreaterThan(0.1);
  });

  it("is a notebook with its arrays, and codes of the test images", async () => {
    const keras = await exported("Keras notebook");
    expect(Object.keys(keras).sort().join()).toBe(
      "expected.npz,latent-loom.ipynb,model.keras,split.npz,train.py,weights.npz",
    );
    const codes = await exported("Codes");
    const lines = new TextDecoder().decode(codes["codes.tsv"]).trimEnd().split("\n");
    expect(lines).toHaveLength(100);
    expect(lines[0]!.split("\t")).toHaveLength(32);
    expect(errors).toEqual([]);
  });
});

describe("a reload while a run is measured", () => {
  it("leaves a lesson that can be trained again", async () => {
    await page.evaluate(() => {
      const key = "latent-loom.lessons";
      const progress = JSON.parse(localStorage.getItem(key) ?? "{}");
      // As it is stored between a run's end and what is then looked at.
      delete progress.bag.runs.small.bags;
      localStorage.setItem(key, JSON.stringify(progress));
    });
    await page.reload();
    await within("Set up and train").or(within("Train")).waitFor();
    expect(await lesson().getByTestId("run-small").innerText()).not.toContain("Looking");
  });
});
