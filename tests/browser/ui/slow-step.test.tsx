import { afterEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { SlowLayer, SlowStep } from "../../../src/protocol/messages";
import { expectNoViolations } from "./axe";
import { createFakeInference } from "./fakeInference";
import { button, type Opened, open } from "./harness";

let opened: Opened | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

const spread = (most: number) => ({
  most,
  rms: most / 3,
  counts: Uint32Array.from({ length: 31 }, (_, bin) => 16 - Math.abs(bin - 15)),
});

function layer(name: string, norm: number, dead = 0, change: number | null = 0.012): SlowLayer {
  const weights = { values: spread(0.5), gradient: spread(norm), gradientNorm: norm, change };
  const own = { layer: name, output: spread(2), gradient: spread(norm), gradientNorm: norm };
  return { ...own, units: 32, dead, weights };
}

const STEP: SlowStep = {
  images: { shape: { height: 28, width: 28, channels: 1 }, count: 3, pixels: pixels(3) },
  count: 40,
  learningRate: 0.001,
  lossBefore: 0.2512,
  loss: 0.2613,
  lossAfter: 0.2411,
  layers: [
    layer("encoder_conv", 0.00002),
    { ...layer("encoder_pool", 0.02), weights: null },
    layer("latent", 0.04, 12),
    layer("reconstruction", 0.03, 0, null),
  ],
  weight: {
    layer: "latent",
    before: 0.25,
    gradient: -0.031,
    mean: { before: 0.01, after: 0.0059 },
    square: { before: 0.0001, after: 0.00010086 },
    after: 0.2489,
  },
};

function pixels(count: number) {
  return Uint8Array.from({ length: count * 784 }, (_, i) => i % 251);
}

const panel = page.getByTestId("slow-step");
const shown = (row: string) => page.getByRole("row", { name: new RegExp(`^${row}`) });

function take(step: number, slow: SlowStep | null) {
  const runId = opened!.app.store.getState().run!.id;
  opened!.worker.emit({ type: "slowStep", runId, step, slow });
}

async function taken() {
  await page.viewport(1440, 900);
  opened = await open({}, {}, createFakeInference());
  await button("A step, slowly").click();
  await panel.getByRole("button", { name: "Take a step" }).click();
  take(1, STEP);
  await expect.element(panel).toHaveTextContent(/40 garments in random order/);
}

describe("a step, slowly", () => {
  it("is asked of the worker while its panel is open, and taken by its button", async () => {
    await taken();
    const asked = () =>
      opened!.worker.commands.flatMap((command) =>
        command.type === "slowly" ? [command.isWanted] : [],
      );
    expect(asked().at(-1)).toBe(true);
    expect(opened!.worker.commands.some(({ type }) => type === "step")).toBe(true);
    await userEvent.keyboard("{Escape}");
    await expect.element(panel).not.toBeInTheDocument();
    expect(asked().at(-1)).toBe(false);
  });

  it("goes from the batch to the error after it, a stage at a time", async () => {
    await taken();
    const next = panel.getByRole("button", { name: "The next stage" });
    await next.click();
    await expect.element(panel).toHaveTextContent(/12 maps or numbers are 0 for the whole batch/);
    await expect.element(shown("latent")).toHaveTextContent(/12 of 32/);
    // What comes later is not there yet, for nobody.
    await expect.element(shown("latent")).not.toHaveAccessibleName(/0\.04/);
    await next.click();
    await expect.element(panel).toHaveTextContent(/a loss of 0\.2613/);
    await next.click();
    await expect.element(panel).toHaveTextContent(/it vanishes at one layer/);
    await expect.element(shown("encoder_conv")).toHaveTextContent(/2\.0 · 10⁻⁵ vanishing/);
    await expect.element(shown("latent")).toHaveTextContent(/0\.04/);
    await next.click();
    await expect.element(page.getByTestId("slow-weight")).toHaveTextContent(/One weight of latent/);
    await expect.element(page.getByTestId("slow-weight")).toHaveTextContent(/it moves by−0\.0011/);
    await expect.element(shown("latent")).toHaveTextContent(/1\.2%/);
    await expect.element(shown("reconstruction")).toHaveTextContent(/from 0/);
    await next.click();
    await expect.element(panel).toHaveTextContent(/It is smaller by 0\.01/);
    await expect.element(page.getByTestId("loss-after")).toHaveTextContent("0.24110");
    await expect.element(next).toBeDisabled();
    await panel.getByRole("button", { name: "Batch", exact: true }).click();
    await expect.element(panel).toHaveTextContent(/40 garments in random order/);
  });

  it("plays by itself when it has been taken, and is paused by a press", async () => {
    await taken();
    const forward = panel.getByRole("button", { name: "Forward", exact: true });
    await expect.element(forward).toHaveAttribute("aria-current", "step");
    await panel.getByRole("button", { name: "Pause the stages" }).click();
    await expect.element(panel.getByRole("button", { name: "Play the stages" })).toBeVisible();
    await new Promise((resolve) => setTimeout(resolve, 4000));
    await expect.element(forward).toHaveAttribute("aria-current", "step");
    // The next step begins with its batch, and plays.
    take(2, { ...STEP, lossAfter: 0.27 });
    await expect.element(panel).toHaveTextContent("step 2");
    await panel.getByRole("button", { name: "Error after", exact: true }).click();
    await expect.element(panel).toHaveTextContent(/It is larger by 0\.019/);
  });

  it("says so where a step cannot be taken apart", async () => {
    await taken();
    take(2, null);
    await expect.element(panel).toHaveTextContent(/cannot be taken apart here/);
  });

  it("is clean to axe in both schemes, also on a phone, where nothing is wider than the window", async () => {
    await taken();
    await panel.getByRole("button", { name: "Error after", exact: true }).click();
    const clean = async () => {
      await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
      await expectNoViolations(panel.element() as HTMLElement);
    };
    await clean();
    await button("Switch to dark colours").click();
    await clean();
    await page.viewport(390, 844);
    await clean();
    const root = document.documentElement;
    expect(root.scrollWidth).toBeLessThanOrEqual(root.clientWidth);
    await button("Switch to light colours").click();
  });
});
