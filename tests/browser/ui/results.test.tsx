import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { page } from "vitest/browser";
import { lossName } from "../../../src/config/loss";
import { configFor, RECIPES } from "../../../src/config/recipes";
import { learningRateAt } from "../../../src/config/schedule";
import type { QualityFigures } from "../../../src/metrics/metrics";
import { learningRate } from "../../../src/ui/kit/format";
import { button, type Opened, open, STEPS_PER_EPOCH, text } from "./harness";
import { PCA_FIGURES } from "./script";

let opened: Opened | null = null;

beforeEach(() => page.viewport(1440, 900));
afterEach(() => {
  opened?.close();
  opened = null;
});

/** Trains the preset for four epochs with those figures, and stops. */
async function train(preset: keyof typeof RECIPES, quality?: QualityFigures): Promise<void> {
  opened = await open(quality ? { quality: () => quality } : {});
  await page.getByRole("radio", { name: RECIPES[preset].title, exact: true }).click();
  await button("Train").click();
  opened.worker.advance(4 * STEPS_PER_EPOCH);
}

async function finish(): Promise<void> {
  await button("Stop").click();
  await expect.element(page.getByTestId("test-results")).toBeVisible();
}

const row = (name: RegExp) =>
  page.getByRole("region", { name: "Results" }).getByRole("row", { name });

describe("the verdict", () => {
  it("is yes where the net is better throughout, figure beside figure", async () => {
    await train("loom", { mse: 0.0024, psnr: 28.1, ssim: 0.94, ssimWriteup: 0.959 });
    await finish();
    expect(text("test-results")).toMatch(/Yes\. With the same 128 numbers the net rebuilds/);
    await expect.element(row(/^SSIM write-up/)).toHaveTextContent("0.9590.938Net by 0.021");
    await expect.element(row(/^SSIM Wang/)).toHaveTextContent("0.9400.911Net by 0.029");
    await expect.element(row(/^MSE/)).toHaveTextContent("2.402.66Net by 0.26");
    await expect.element(row(/^PSNR/)).toHaveTextContent("28.127.1Net by 1.0");
  });

  it("is honest where the figures pull apart", async () => {
    await train("loom", { ...PCA_FIGURES, mse: 0.003, psnr: 26.5, ssimWriteup: 0.95 });
    await finish();
    expect(text("test-results")).toContain(
      "Partly. Better by the write-up’s SSIM; worse by MSE and PSNR.",
    );
    expect(text("test-results")).toContain("the loss decides which the net learns");
    await expect.element(row(/^SSIM Wang/)).toHaveTextContent("even");
  });

  it("says during the run how it stands on the validation images, and that it is no answer", async () => {
    await train("baseline");
    const live = page.getByTestId("live-results");
    await expect.element(live).toHaveTextContent(/validation images after epoch 4: not yet/);
    expect(live.element().textContent).toMatch(/answer comes from the test images/);
    expect(page.getByTestId("test-results").elements()).toEqual([]);
  });

  it("stays with the net it is about when another is chosen", async () => {
    await train("baseline-linear");
    await finish();
    await page.getByRole("radio", { name: RECIPES.loom.title, exact: true }).click();
    expect(text("test-results")).toContain("Baseline, linear code, 128 numbers.");
  });
});

describe("the published result", () => {
  it.each([
    ["baseline", "0.913"],
    ["modified", "0.928"],
  ] as const)("of %s stands beside its own size", async (preset, value) => {
    await train(preset);
    await finish();
    expect(text("test-results")).toContain(`Published: SSIM ${value} by the write-up’s protocol`);
    expect(text("ssim-chart")).toContain("published");
  });

  it("is not shown beside other nets", async () => {
    await train("loom");
    await finish();
    expect(text("test-results")).not.toMatch(/published/i);
    expect(text("ssim-chart")).not.toMatch(/published/i);
  });
});

describe("the charts", () => {
  it("name the loss in use, and draw the floor of cross-entropy only", async () => {
    await train("baseline");
    const chart = page.getByTestId("loss-chart");
    await expect.element(chart).toHaveTextContent("binary cross-entropy");
    await expect.element(chart).toHaveTextContent("a perfect reconstruction scores 0.230");
    opened!.close();
    await train("loom");
    await expect.element(chart).toHaveTextContent(lossName(RECIPES.loom.recipe.loss));
    // Every step, those smoothed, and validation.
    await expect
      .poll(() => chart.element().querySelectorAll(".recharts-line-curve").length)
      .toBe(3);
    expect(text("loss-chart")).not.toContain("perfect reconstruction");
  });

  it("show both SSIMs, each with PCA's", async () => {
    await train("baseline");
    const chart = page.getByTestId("ssim-chart");
    await expect.element(chart).toHaveTextContent(/write-up protocol0\.\d{3}/);
    await expect.element(chart).toHaveTextContent(/Wang et al\. 20040\.\d{3}/);
    await expect
      .poll(() => chart.element().querySelectorAll(".recharts-line-curve").length)
      .toBe(2);
    await expect.element(chart).toHaveTextContent("0.938");
    await expect.element(chart).toHaveTextContent("0.911");
  });

  it("show the learning rate of now, and its whole course", async () => {
    await train("loom");
    const strip = page.getByTestId("learning-rate");
    const config = configFor("loom");
    const now = learningRateAt(config, 4 * STEPS_PER_EPOCH, STEPS_PER_EPOCH * config.epochs);
    await expect.element(strip).toHaveTextContent(`learning rate ${learningRate(now)}`);
    const d = strip.element().querySelectorAll("path")[1]!.getAttribute("d")!;
    expect(d.match(/L/g)!.length).toBeGreaterThan(20);
  });
});

describe("a net that draws its codes", () => {
  const nats = (epoch: number) => ({
    elbo: 230 - 4 * epoch,
    reconstruction: 210 - 2 * epoch,
    kl: 20 - 2 * epoch,
    activeUnits: 2,
    klOfNumbers: [0.001, 20 - 2 * epoch - 3.001, 3],
  });

  it("shows its ELBO, the two parts of it, and what each number costs", async () => {
    opened = await open({ nats });
    await page.getByRole("radio", { name: "Variational", exact: true }).click();
    const chart = page.getByTestId("elbo-chart");
    await expect.element(chart).toHaveTextContent("Measured after each epoch");
    await button("Train").click();
    opened.worker.advance(4 * STEPS_PER_EPOCH);
    await expect.element(page.getByTestId("elbo")).toHaveTextContent("214.0");
    await expect.element(chart).toHaveTextContent(/reconstruction202.0.*divergence12.0/);
    await expect
      .element(chart.getByRole("img", { name: /^ELBO on the validation/ }))
      .toHaveAccessibleName(/214.0 nats an image: reconstruction 202.0, divergence 12.0/);
    await expect
      .poll(() => chart.element().querySelectorAll("path[stroke]").length)
      .toBeGreaterThan(2);
    const bars = [...page.getByTestId("kl-bars").element().children] as HTMLElement[];
    expect(bars.map(({ title }) => title)).toEqual([
      "number 2: 9.00 nats",
      "number 3: 3.00 nats",
      "number 1: 0.00 nats",
    ]);
    expect(bars.map((bar) => bar.offsetHeight / bars[0]!.offsetHeight)).toEqual([
      1,
      expect.closeTo(1 / 3, 1),
      expect.closeTo(0, 1),
    ]);
    await expect.element(page.getByText("2 of 3 numbers are active")).toBeVisible();
  });

  it("is the only one with such charts", async () => {
    await train("baseline");
    await expect.element(page.getByTestId("live-results")).toBeVisible();
    expect(page.getByTestId("elbo-chart").elements()).toEqual([]);
  });
});
