/** Links, the queue and saved charts, on the real images. */

import { readFileSync } from "node:fs";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  button,
  closePages,
  launchBrowser,
  openMore,
  openPage,
  ready,
  type Served,
  serveApp,
  setNumber,
  shownNumber,
} from "./app";
import { seriousViolations } from "./axe";

const LIMIT = 240_000;
/** Trousers alone through eight numbers: an epoch of a few seconds on one core. */
const LINK = "?v=1&preset=baseline-linear&latent=8&classes=1&seed=7&epochs=1&batch=256";

let browser: Browser;
let app: Served;
let page: Page;
let errors: string[];

beforeAll(async () => {
  [browser, app] = await Promise.all([launchBrowser(), serveApp({ data: "all" })]);
  ({ page, errors } = await openPage(browser, `${app.address}${LINK}&lr=9&colour=red`, {
    permissions: ["clipboard-read", "clipboard-write"],
  }));
});
afterAll(async () => {
  await closePages(browser);
  await app?.close();
});

const results = () => page.getByTestId("test-results");
const finished = () =>
  expect.poll(() => results().count(), { timeout: LIMIT, interval: 200 }).toBe(1);
/** The cells of the verdict's table, row by row, without its head. */
const rows = async () =>
  (await page.getByRole("region", { name: "Results" }).getByRole("row").allInnerTexts())
    .slice(1)
    .map((row) => row.split("\t").map((cell) => cell.trim()));

describe("a link", () => {
  it("sets every setting that it can, and names the others", async () => {
    await ready(page);
    const alert = page.getByRole("alert");
    expect(await alert.innerText()).toMatch(/lr=9 was left out\. .* from 0\.000001 to 1/);
    expect(await alert.innerText()).toMatch(/colour is not a setting/);
    await button(page, "Dismiss message").click();
    expect(await page.locator("summary", { hasText: /^More / }).innerText()).toMatch(
      /\d changes?$/,
    );
    await openMore(page);
    expect(await page.getByRole("spinbutton", { name: "Seed" }).inputValue()).toBe("7");
    expect(await page.getByTestId("data-source").innerText()).toMatch(/5,600 training/);
  });

  it(
    "trains the same run to the last digit wherever it is opened",
    async () => {
      await button(page, "Train").click();
      await finished();
      const first = (await rows()).map(([, ...figures]) => figures);
      await button(page, "Copy link to this run and its figures").click();
      const link = await page.evaluate(() => navigator.clipboard.readText());
      const [own, got = ""] = link.split("&got=");
      expect(own).toBe(`${app.address}${LINK}`);
      expect(got).toMatch(/^ssimWriteup:0\.\d+,ssim:0\.\d+,mse:0\.\d+,psnr:\d\d\.\d+$/);
      await page.goto(link);
      await ready(page);
      // The sender's figures stand there before anything is trained, and then beside one's own.
      const sent = (await rows()).map(([, figure]) => figure);
      expect(sent.join()).toMatch(/^0\.\d{3},0\.\d{3},\d+\.\d\d,\d\d\.\d$/);
      await button(page, "Train").click();
      await finished();
      expect((await rows()).map(([, , ...figures]) => figures)).toEqual(first);
      // On the same device they are the same.
      expect((await rows()).map(([, , figure]) => figure)).toEqual(sent);
    },
    2 * LIMIT,
  );

  it("follows the form", async () => {
    await setNumber(page, "Seed", 8);
    await expect.poll(() => new URL(page.url()).search).toBe(LINK.replace("seed=7", "seed=8"));
  });
});

describe("a chart", () => {
  const charts = ["loss-chart", "ssim-chart"].map((name) => () => page.getByTestId(name));
  const curves = () =>
    charts[0]!()
      .locator("path.recharts-line-curve")
      .evaluateAll((paths) => paths.map((path) => path.getAttribute("d")));
  /** The figures along an axis. */
  const ticks = (chart: () => Locator, axis: "x" | "y") =>
    chart().locator(`.recharts-${axis}Axis-tick-labels text`).allTextContents();
  const surface = () => page.getByRole("slider", { name: "Cursor in the chart of Loss" });
  /** A place over the plot, at shares of its sides. */
  const at = async (x: number): Promise<[number, number]> => {
    const box = (await surface().boundingBox())!;
    return [box.x + x * box.width, box.y + box.height / 2];
  };
  const saved = async (format: string) => {
    const download = page.waitForEvent("download");
    await button(page, `Save Loss as ${format}`).click();
    const file = await download;
    return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
  };

  it.each(["PNG", "SVG"])("is saved as %s, named by its run", async (format) => {
    const { name, bytes } = await saved(format);
    const ending = format.toLowerCase();
    expect(name).toBe(`latent-loom-loss-baseline-linear-8-seed7.${ending}`);
    if (format === "PNG") expect(bytes.subarray(1, 4).toString()).toBe("PNG");
    else expect(bytes.toString()).toMatch(/^<svg[\s\S]+Baseline, linear code/);
  });

  it("shows the file's figures under a crosshair that all charts share", async () => {
    const { bytes } = await saved("CSV");
    // A head, and 22 steps of 256 images.
    const rows = bytes.toString().trimEnd().split("\n");
    expect(rows).toHaveLength(23);
    const smoothed = await curves();
    await page.getByRole("slider", { name: "Smooth" }).focus();
    await page.keyboard.press("Home");
    // Every step as it is: one line in place of a faint and a smooth one.
    await expect.poll(async () => (await curves()).length).toBe(smoothed.length - 1);
    await surface().scrollIntoViewIfNeeded();
    await page.mouse.move(...(await at(0.25)));
    await page.mouse.move(...(await at(0.5)));
    for (const chart of charts)
      await expect.poll(() => chart().innerText()).toMatch(/epoch 0\.50, step 11/);
    const lines = await page.locator('[class*="crosshair"]').evaluateAll((all) =>
      all.map((line) => {
        const { left, width } = line.parentElement!.getBoundingClientRect();
        return (line.getBoundingClientRect().left - left) / width;
      }),
    );
    expect(lines).toEqual([expect.closeTo(0.5, 2), expect.closeTo(0.5, 2)]);
    const loss = Number(rows[11]!.split(",")[2]);
    expect(await shownNumber(page, "training-loss")).toBeCloseTo(loss, 4);
    await page.mouse.move(0, 0);
    await expect.poll(() => page.locator('[class*="crosshair"]').count()).toBe(0);
  });

  it("zooms to what is dragged over, all charts together, and has a logarithmic axis", async () => {
    const whole = await ticks(charts[0]!, "x");
    await page.mouse.move(...(await at(0.25)));
    await page.mouse.down();
    await page.mouse.move(...(await at(0.4)));
    await page.mouse.move(...(await at(0.5)));
    await page.mouse.up();
    await expect.poll(() => ticks(charts[0]!, "x")).toContain("0.3");
    const zoomed = await ticks(charts[0]!, "x");
    expect(zoomed).not.toContain("0.6");
    for (const chart of charts) expect(await ticks(chart, "x")).toEqual(zoomed);
    await page.mouse.dblclick(...(await at(0.5)));
    for (const chart of charts) await expect.poll(() => ticks(chart, "x")).toEqual(whole);
    const [linear, drawn] = [await ticks(charts[0]!, "y"), await curves()];
    await button(page, "Log axis").click();
    await expect.poll(() => ticks(charts[0]!, "y")).not.toEqual(linear);
    await expect.poll(curves).not.toEqual(drawn);
    await button(page, "Log axis").click();
    await expect.poll(curves).toEqual(drawn);
  });
});

describe("the queue", () => {
  it(
    "takes several seeds, outlives a reload, and trains one run after another",
    async () => {
      await button(page, "Add to queue").click();
      await setNumber(page, "Seed", 7);
      await setNumber(page, "Latent size (number)", 4);
      await button(page, "Add several seeds to queue").click();
      await page.getByRole("button", { name: "3 seeds 7 to 9" }).click();
      const queue = page.getByTestId("queue");
      expect(await queue.innerText()).toMatch(/3 in the queue/);
      await page.reload();
      await ready(page);
      await queue.getByText("3 in the queue").click();
      for (const seed of [9, 8]) {
        await queue.getByRole("button", { name: new RegExp(`^Remove: .*seed ${seed}$`) }).click();
      }
      expect(await queue.innerText()).toMatch(/1 in the queue/);
      expect(await shownNumber(page, "step")).toBe(0);
      await button(page, "Start queue").click();
      await finished();
      expect(await queue.count()).toBe(0);
      expect(errors).toEqual([]);
    },
    2 * LIMIT,
  );
});

describe("runs side by side", () => {
  it("differ in a setting, and on the same test images by more than chance", async () => {
    await page.evaluate(() => (location.hash = "runs"));
    const rows = page.getByTestId("run");
    const done = rows.and(page.locator('[data-status="finished"]'));
    const of = (size: number) => done.filter({ hasText: `${size} numbers` }).first();
    for (const size of [4, 8]) {
      await of(size).getByRole("checkbox").check();
    }
    await button(page, "Compare").click();
    const comparison = page.getByTestId("comparison");
    await expect.poll(() => comparison.innerText()).toMatch(/latent size\s+(4\s+8|8\s+4)/);
    const difference = page.getByTestId("difference");
    await expect.poll(() => difference.innerText()).toMatch(/better|worse/);
    const [mean, low, high] = [...(await difference.innerText()).matchAll(/[+−]?0\.\d+/g)].map(
      ([figure]) => Number(figure.replace("−", "-")),
    );
    expect(Math.sign(low!)).toBe(Math.sign(high!));
    expect(mean).toBeGreaterThan(low!);
    expect(mean).toBeLessThan(high!);
    const pictures = page.getByTestId("side-by-side").locator("canvas");
    await expect.poll(() => pictures.count()).toBe(30);
    expect(await seriousViolations(page)).toEqual([]);
  });
});
