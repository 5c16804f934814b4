import { describe, expect, it } from "vitest";
import type { RunConfig } from "../../../src/config/config";
import { configFor } from "../../../src/config/recipes";
import { learningRateAt } from "../../../src/config/schedule";
import type { DataSource } from "../../../src/datasets/dataset";
import { publishedResult } from "../../../src/runs/published";
import { appendLosses, EMPTY_SERIES } from "../../../src/state/series";
import { around, clamped } from "../../../src/ui/charts/ChartSurface";
import {
  bestEpoch,
  epochAt,
  MOST_POINTS,
  ratePoints,
  trainingAt,
  trainingPoints,
} from "../../../src/ui/charts/curves";
import { fittedRange, logRange, lossRange, ssimRange } from "../../../src/ui/charts/ranges";
import { epochTicks, linearMarks, logMarks, lossMarks } from "../../../src/ui/charts/ticks";

describe("the curves", () => {
  it("never have more than 500 points", () => {
    const series = appendLosses(EMPTY_SERIES, 1, new Float32Array(4400).fill(0.25));
    const points = trainingPoints(series, 88);
    expect(points.length).toBeLessThanOrEqual(MOST_POINTS);
    expect(points.at(-1)!.x).toBe(50);
  });

  it("leave the first, steep losses out of the range, and keep the floor in it", () => {
    const points = Array.from({ length: 100 }, (_, i) => ({ x: i / 10, y: i < 8 ? 0.69 : 0.25 }));
    const [low, high] = lossRange(points, 0.23);
    expect(low).toBe(0.23);
    expect(high).toBeGreaterThan(0.25);
    expect(high).toBeLessThan(0.3);
  });

  it("begin at 0, or nearer to the curve, where the loss has no floor", () => {
    const flat = Array.from({ length: 100 }, (_, i) => ({ x: i / 10, y: 0.08 + 0.001 * (i % 2) }));
    const [low, high] = lossRange(flat, null);
    expect(low).toBeGreaterThan(0);
    expect(low).toBeLessThan(0.08 * 0.8 + 1e-9);
    expect(high).toBeGreaterThan(0.081);
    // A validation loss far below, as with codes that only training cuts off.
    expect(lossRange([...flat, { x: 9, y: 0.01 }], null)[0]).toBe(0);
    const falling = Array.from({ length: 100 }, (_, i) => ({ x: i / 10, y: 0.1 / (i + 1) }));
    expect(lossRange(falling, null)[0]).toBe(0);
    expect(lossRange([], null)[0]).toBe(0);
  });

  it("keep every reference line in the SSIM range", () => {
    const [low, high] = ssimRange([{ x: 1, y: 0.68 }], [0.938, 0.913]);
    expect(low).toBeLessThan(0.68);
    expect(high).toBe(1);
    expect(ssimRange([], [0.12])[0]).toBeLessThan(0.12);
    expect(ssimRange([{ x: 1, y: 0.956 }], [0.94])[0]).toBe(0.9);
  });

  it("of earlier runs are in the SSIM range, the only epoch of one too", () => {
    const own = [{ x: 1, y: 0.95 }];
    const short = [{ x: 1, y: 0.41 }];
    expect(ssimRange(own, [0.94], [short])[0]).toBeLessThan(0.41);
    const long = [0.1, 0.62, 0.7].map((y, i) => ({ x: i + 1, y }));
    const [low] = ssimRange(own, [0.94], [long]);
    expect(low).toBeLessThan(0.62);
    expect(low).toBeGreaterThan(0.1);
  });

  it("of earlier runs end within the loss range, however short or low they are", () => {
    const falling = (from: number, to: number, end: number, power = 4) =>
      Array.from({ length: 100 }, (_, i) => {
        const share = (i + 1) / 100;
        return { x: end * share, y: to + (from - to) * (1 - share) ** power };
      });
    const own = falling(0.69, 0.25, 50, 30);
    const [, alone] = lossRange(own, 0.23);
    const short = falling(0.69, 0.31, 1);
    expect(alone).toBeLessThan(0.31);
    const [, high] = lossRange(own, 0.23, [short]);
    expect(high).toBeGreaterThan(0.31);
    // Its steep first half does not flatten all others.
    expect(high).toBeLessThan(0.4);
    const lower = falling(0.5, 0.17, 50, 30);
    const [low, top] = lossRange(own, 0.23, [lower]);
    expect(low).toBeLessThan(0.17);
    expect(low).toBeGreaterThan(0.1);
    expect(top).toBe(alone);
    expect(lossRange([], 0.23, [short])[1]).toBeGreaterThan(0.31);
  });
});

describe("zooming", () => {
  const losses = appendLosses(
    EMPTY_SERIES,
    1,
    Float32Array.from({ length: 8800 }, (_, i) => 1 / (i + 1)),
  );

  it("draws the epochs shown in full, and a step more on either side", () => {
    const points = trainingPoints(losses, 88, 0, [10, 11]);
    expect(points).toHaveLength(90);
    expect(points[0]!.x).toBeLessThanOrEqual(10);
    expect(points.at(-1)!.x).toBeGreaterThanOrEqual(11);
    expect(points[1]!.y).toBeCloseTo(1 / (points[1]!.x * 88), 9);
    expect(trainingPoints(losses, 88, 0, [200, 300])).toEqual([]);
  });

  it("smooths from the first step of the run, not of what is shown", () => {
    const whole = trainingPoints(losses, 88, 0.9, [0, 0.5]);
    const part = trainingPoints(losses, 88, 0.9, [0.25, 0.5]);
    expect(part.at(-1)).toEqual(whole.at(-1));
    const step = Math.round(part.at(-1)!.x * 88);
    expect(trainingAt(losses, 0.9, step)).toBe(part.at(-1)!.y);
    expect(trainingAt(losses, 0.9, 0)).toBeNull();
    expect(trainingAt(losses, 0.9, 8801)).toBeNull();
  });

  it("fits an axis to what is shown, in round numbers", () => {
    const points = [0.2412, 0.2467].map((y, x) => ({ x, y }));
    const [low, high] = fittedRange(points, [0, 1]);
    expect(low).toBeLessThanOrEqual(0.2412);
    expect(low).toBeGreaterThan(0.235);
    expect(high).toBeGreaterThanOrEqual(0.2467);
    expect(high).toBeLessThan(0.255);
    expect(fittedRange([], [0, 1])).toEqual([0, 1]);
    const [below, above] = fittedRange([{ x: 0, y: 0.5 }], [0, 1]);
    expect(above).toBeGreaterThan(below);
  });

  it("keeps a range that can be shown", () => {
    expect(around([2, 6], 3, 0.5)).toEqual([2, 4]);
    expect(clamped([-1, 3])).toEqual([0, 4]);
    const [from, to] = clamped([5, 5]);
    expect(to - from).toBeGreaterThan(0);
  });
});

describe("a logarithmic axis", () => {
  it("holds every loss over 0", () => {
    const points = [0.69, 0, 0.0004].map((y, x) => ({ x, y }));
    const [low, high] = logRange(points);
    expect(low).toBeGreaterThan(0);
    expect(low).toBeLessThan(0.0004);
    expect(high).toBeGreaterThan(0.69);
    expect(logRange([])[0]).toBeGreaterThan(0);
  });

  /** Marks as they are read. */
  const words = (range: readonly [number, number]) => {
    const { ticks, tickFormatter } = logMarks(range);
    return ticks.map(tickFormatter);
  };

  it.each([
    [
      [0.0004, 0.7],
      ["0.001", "0.01", "0.1"],
    ],
    [
      [0.22, 0.72],
      ["0.3", "0.4", "0.5", "0.6", "0.7"],
    ],
    [
      [0.02, 0.11],
      ["0.02", "0.03", "0.04", "0.05", "0.1"],
    ],
    // Three marks at least, as on any other axis where it is short.
    [
      [0.241, 0.249],
      ["0.242", "0.244", "0.246", "0.248"],
    ],
    [
      [0.61, 0.69],
      ["0.62", "0.64", "0.66", "0.68"],
    ],
  ] as const)("of %j has marks at %j", (range, marks) => {
    expect(words(range)).toEqual(marks);
  });

  it("jumps now and then, and not with every loss", () => {
    const losses = Array.from({ length: 1000 }, (_, i) => ({ x: i, y: 0.25 + 0.45 / (1 + i / 9) }));
    const ranges = losses.map((_, i) => logRange(losses.slice(0, i + 1)).join());
    expect(new Set(ranges).size).toBeLessThan(15);
    expect(new Set(ranges).size).toBeGreaterThan(3);
  });
});

describe("the figures under the cursor", () => {
  const epochs = [1, 2, 3].map((epoch) => ({
    epoch,
    step: epoch * 88,
    trainLoss: 1,
    validationLoss: 1,
    validation: { mse: 0, psnr: 0, ssim: 0, ssimWriteup: 0 },
    isBest: epoch < 3,
    seconds: 1,
  }));

  it("are the last epoch's that was over by then", () => {
    expect(epochAt({ epochs }, 87)).toBeUndefined();
    expect(epochAt({ epochs }, 88)?.epoch).toBe(1);
    expect(epochAt({ epochs }, 263)?.epoch).toBe(2);
    expect(epochAt({ epochs }, null)?.epoch).toBe(3);
    expect(epochAt(null, null)).toBeUndefined();
  });

  it("tell the best epoch so far", () => {
    expect(bestEpoch({ epochs })?.epoch).toBe(2);
  });
});

describe("marks", () => {
  it.each([
    [[0, 50], 5, "0 10 20 30 40 50"],
    [[0.229, 0.251], 4, "0.230 0.235 0.240 0.245 0.250"],
    [[0.85, 1], 4, "0.85 0.90 0.95 1.00"],
    [[0.96, 1], 2, "0.96 0.98 1.00"],
    [[0, 7000], 4, "0 2,000 4,000 6,000"],
  ] as const)("of %j about %i", (range, count, words) => {
    const { ticks, tickFormatter } = lossMarks(range, count);
    expect(ticks.map(tickFormatter).join(" ")).toBe(words);
    expect(linearMarks(range, count).ticks).toEqual(ticks);
  });

  it("are whole epochs, where there is more than one or two", () => {
    expect(epochTicks([0, 3])).toEqual([0, 1, 2, 3]);
    expect(epochTicks([0, 0.5])).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
  });
});

describe("a net that diverges", () => {
  // As large as a 32-bit float can be: files and checkpoints hold no larger loss.
  const losses = Float32Array.from({ length: 600 }, (_, i) => (i < 300 ? 0.5 : 3.4e38));
  const points = trainingPoints(appendLosses(EMPTY_SERIES, 1, losses), 100, 0.9);

  it("has finite axes that end over its losses, and words that fit beside them", () => {
    for (const range of [lossRange(points, null), logRange(points), fittedRange(points, [0, 1])]) {
      expect(range.every(Number.isFinite)).toBe(true);
      const { ticks, tickFormatter } = range[0] > 0 ? logMarks(range) : lossMarks(range, 4);
      expect(ticks.length).toBeGreaterThan(1);
      expect(ticks.length).toBeLessThan(50);
      for (const tick of ticks) expect(tickFormatter(tick).length).toBeLessThanOrEqual(6);
      expect(new Set(ticks.map(tickFormatter)).size).toBe(ticks.length);
    }
  });

  it("has losses told as others are where they are not large", () => {
    const words = (range: readonly [number, number]) => {
      const { ticks, tickFormatter } = lossMarks(range, 2);
      return ticks.map(tickFormatter);
    };
    expect(words([0, 0.002])).toEqual(["0.000", "0.001", "0.002"]);
    expect(words([0, 1])).toEqual(["0.0", "0.5", "1.0"]);
    expect(words([0, 20_000])).toEqual(["0", "1e4", "2e4"]);
  });
});

describe("the learning rate", () => {
  const recipe = configFor("loom", { epochs: 10 });

  it("is drawn as it is used, from the first step to the end of the axis", () => {
    const points = ratePoints(recipe, 100, [0, 5]);
    expect(points[0]).toEqual({ x: 0.01, y: learningRateAt(recipe, 1, 1000) });
    expect(points.at(-1)).toEqual({ x: 5, y: learningRateAt(recipe, 500, 1000) });
    for (const { x, y } of points) {
      expect(y).toBe(learningRateAt(recipe, Math.round(x * 100), 1000));
    }
  });

  it("ends with the last step, and is there for a single one", () => {
    expect(ratePoints(recipe, 100, [0, 20]).at(-1)!.x).toBe(10);
    expect(ratePoints({ ...recipe, epochs: 1 }, 1, [0, 1])).toHaveLength(1);
  });
});

describe("the published results", () => {
  const published = (config: RunConfig, source: DataSource = "fashion-mnist") =>
    publishedResult(config, source)?.ssimWriteup ?? null;

  it("stand only beside what they were measured on", () => {
    expect(published(configFor("baseline"))).toBe(0.913);
    expect(published(configFor("modified"))).toBe(0.928);
    expect(published(configFor("baseline"), "synthetic")).toBeNull();
    expect(published(configFor("baseline", { latentSize: 256 }))).toBeNull();
    expect(published(configFor("modified", { latentSize: 128 }))).toBeNull();
    expect(published(configFor("baseline", { classes: [0] }))).toBeNull();
    for (const preset of ["baseline-linear", "loom", "nested"] as const) {
      expect(published(configFor(preset, { latentSize: 128 }))).toBeNull();
    }
  });
});
