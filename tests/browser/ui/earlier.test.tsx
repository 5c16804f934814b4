/** Earlier runs behind the present one's curves: in the axis, and named where their own curve is. */

import { afterEach, describe, expect, it } from "vitest";
import { page } from "vitest/browser";
import type { QualityFigures } from "../../../src/metrics/metrics";
import { type Opened, open, STEPS_PER_EPOCH } from "./harness";

let opened: Opened;
afterEach(() => opened.close());

const figures = (ssim: number): QualityFigures => ({
  mse: 0.1 * (1 - ssim),
  psnr: 20,
  ssim: ssim - 0.05,
  ssimWriteup: ssim,
});

/** What the next run reaches: its SSIM after every epoch is nearer to it. */
let reached = 0.9;
const script = { quality: (epoch: number) => figures(reached - 0.2 / (1 + epoch)) };

async function train(latentSize: number, epochs: number, ssim: number): Promise<void> {
  reached = ssim;
  const { app, worker } = opened;
  app.change({ latentSize, epochs });
  app.train();
  worker.advance(epochs * STEPS_PER_EPOCH);
  await expect.poll(() => app.store.getState().run?.phase).toBe("finished");
}

/** The charts of a panel, as rectangles on the screen. */
function chartsOf(testId: string) {
  const panel = page.getByTestId(testId).element();
  return [...panel.querySelectorAll<SVGSVGElement>(".recharts-surface")].flatMap((svg) => {
    const clip = svg.querySelector("[data-earlier] clipPath rect");
    if (!clip) return [];
    const at = svg.getBoundingClientRect();
    const [x, y, width, height] = ["x", "y", "width", "height"].map((name) =>
      Number(clip.getAttribute(name)),
    ) as [number, number, number, number];
    const curves = [...svg.querySelectorAll("[data-earlier] > g[clip-path] > path")].map((path) =>
      [...path.getAttribute("d")!.matchAll(/([-\d.]+),([-\d.]+)/g)].map(
        ([, left, top]) => [Number(left), Number(top)] as const,
      ),
    );
    const names = [...svg.querySelectorAll("[data-earlier] text")].map((text) => {
      const box = text.getBoundingClientRect();
      return {
        text: text.textContent!,
        left: box.left - at.left,
        right: box.right - at.left,
        middle: (box.top + box.bottom) / 2 - at.top,
        joined: text.parentElement!.querySelector("path") !== null,
      };
    });
    const levels = [...svg.querySelectorAll(".recharts-reference-line line")].map((line) =>
      Number(line.getAttribute("y1")),
    );
    return [
      { plot: { left: x, top: y, right: x + width, bottom: y + height }, curves, names, levels },
    ];
  });
}

describe.each([1440, 390])("earlier runs, %i pixels wide", (width) => {
  it.each([
    ["of one epoch", 1],
    ["of several", 3],
  ])("%s are on the axis, each name beside its own curve", async (_, epochs) => {
    await page.viewport(width, 900);
    opened = await open(script);
    // Far below PCA's 0.938, and the first of them with a name too long for a phone's plot.
    opened.app.change({ classes: [0, 1], monitor: "ssimWriteup", restoreBest: true });
    await train(16, epochs, 0.6);
    opened.app.change({ monitor: "validationLoss", restoreBest: false });
    await train(64, epochs, 0.75);
    await train(128, 4, 0.95);
    for (const panel of ["ssim-chart", "loss-chart"]) {
      page.getByTestId(panel).element().scrollIntoView();
      await expect.poll(() => chartsOf(panel).some(({ curves }) => curves.length === 2)).toBe(true);
      await expect.poll(() => chartsOf(panel).some(({ names }) => names.length > 0)).toBe(true);
      for (const { plot, curves, names, levels } of chartsOf(panel)) {
        const isInside = ([x, y]: readonly [number, number]) =>
          x >= plot.left && x <= plot.right && y >= plot.top && y <= plot.bottom;
        const ends = curves.map((curve) => curve.at(-1)!);
        expect(ends.map(isInside)).toEqual([true, true]);
        for (const { text, left, right, middle, joined } of names) {
          expect(text).toMatch(/^(latent|kept)/);
          expect(left).toBeGreaterThanOrEqual(plot.left - 1);
          expect(right).toBeLessThanOrEqual(plot.right + 1);
          expect(middle).toBeGreaterThan(plot.top);
          expect(middle).toBeLessThan(plot.bottom);
          const away = Math.min(...ends.map(([, y]) => Math.abs(y - middle)));
          expect(away < 12 || joined).toBe(true);
          expect(away).toBeLessThanOrEqual(50);
          if (panel === "ssim-chart") {
            for (const level of levels) expect(Math.abs(level - middle)).toBeGreaterThan(8);
          }
        }
      }
    }
  });
});

it("has no name for a curve that a zoom has left out of sight", async () => {
  await page.viewport(1440, 900);
  opened = await open(script);
  await train(16, 2, 0.6);
  await train(128, 8, 0.95);
  const names = () => chartsOf("ssim-chart").flatMap((chart) => chart.names);
  await expect.poll(() => names().length).toBe(2);
  opened.app.changeCharts({ zoom: [5, 8] });
  await expect.poll(() => names().length).toBe(0);
  opened.app.changeCharts({ zoom: null });
  await expect.poll(() => names().length).toBe(2);
});
