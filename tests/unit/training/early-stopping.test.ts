import { describe, expect, it } from "vitest";
import type { MonitorName } from "../../../src/config/config";
import { MONITORS } from "../../../src/config/settings";
import { EarlyStopping, monitoredValue } from "../../../src/training/early-stopping";
import type { Evaluation } from "../../../src/training/evaluate";

const VALIDATION: Evaluation = {
  loss: 0.25,
  bce: 0.3,
  quality: { mse: 0.004, psnr: 25, ssim: 0.8, ssimWriteup: 0.9 },
  images: { ssim: Float32Array.of(), ssimWriteup: Float32Array.of(), mse: Float32Array.of() },
};

function withValue(monitor: MonitorName, value: number): Evaluation {
  if (monitor === "validationLoss") return { ...VALIDATION, loss: value };
  return { ...VALIDATION, quality: { ...VALIDATION.quality, [monitor]: value } };
}

/** Which of those values in a row are the best so far. */
function best(monitor: MonitorName, values: readonly number[]): boolean[] {
  const stopping = new EarlyStopping({ monitor, patience: null });
  return values.map((value, i) => stopping.isBest(i + 1, withValue(monitor, value)));
}

describe("monitoredValue", () => {
  it("is the figure of that name", () => {
    expect(MONITORS.map((monitor) => monitoredValue(monitor, VALIDATION))).toEqual([
      0.25, 0.9, 0.8, 0.004,
    ]);
  });
});

describe("EarlyStopping", () => {
  it.each(["validationLoss", "mse"] as const)("wants less of %s", (monitor) => {
    expect(best(monitor, [0.5, 0.4, 0.4, 0.45, 0.3])).toEqual([true, true, false, false, true]);
  });

  it.each(["ssim", "ssimWriteup"] as const)("wants more of %s", (monitor) => {
    expect(best(monitor, [0.5, 0.6, 0.6, 0.55, 0.7])).toEqual([true, true, false, false, true]);
  });

  it("takes the first epoch as the best, however bad", () => {
    expect(best("ssim", [-0.2, -0.1])).toEqual([true, true]);
    expect(best("validationLoss", [1e9])).toEqual([true]);
  });

  it("is over after as many epochs without a better one as its patience has", () => {
    const stopping = new EarlyStopping({ monitor: "validationLoss", patience: 2 });
    const over = [0.5, 0.4, 0.45, 0.3, 0.3, 0.31].map((loss, i) => {
      stopping.isBest(i + 1, { ...VALIDATION, loss });
      return stopping.isOver(i + 1);
    });
    expect(over).toEqual([false, false, false, false, false, true]);
  });

  it("without a patience is never over", () => {
    const stopping = new EarlyStopping({ monitor: "validationLoss", patience: null });
    stopping.isBest(1, VALIDATION);
    expect(stopping.isOver(1000)).toBe(false);
  });
});
