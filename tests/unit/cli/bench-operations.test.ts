import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  figuresOf,
  measureOperations,
  type OperationFigures,
  type OperationsReport,
  operationsMarkdown,
} from "../../../src/cli/bench/operations";
import { configFor } from "../../../src/config/recipes";
import { IMAGE_PIXELS } from "../../../src/datasets/fashion-mnist";
import { compile } from "../../../src/engine/compile";
import { trainingFlops } from "../../../src/engine/flops";
import { presetModel } from "../preset-models";

const PART = {
  name: "conv",
  layer: "encoder",
  milliseconds: 4,
  kernels: [{ name: "gemm", milliseconds: 4 } as const],
  multiplyAdds: 40e6,
  directMultiplyAdds: 90e6,
  cacheBytes: 20e6,
  memoryBytes: 10e6,
};
const PEAKS = { gigaMultiplyAdds: 20, cacheGbps: 40, memoryGbps: 10 };

describe("an operation's bound", () => {
  it("is what its multiply-adds take at the peak, or its traffic where that takes longer", () => {
    expect(figuresOf(PART, PEAKS)).toMatchObject({
      boundMilliseconds: 2,
      bound: "multiply-adds",
      fractionOfBound: 0.5,
    });
    // 0.5 ms in the cache and 4 in memory.
    expect(figuresOf({ ...PART, memoryBytes: 40e6 }, PEAKS)).toMatchObject({
      boundMilliseconds: 4.5,
      bound: "traffic",
      fractionOfBound: 4.5 / 4,
    });
  });

  it("is no fraction of what took no time", () => {
    expect(figuresOf({ ...PART, milliseconds: 0 }, PEAKS).fractionOfBound).toBe(0);
  });
});

const BATCH = 4;
let report: OperationsReport;
beforeAll(async () => {
  report = await measureOperations({
    configs: [configFor("modified"), configFor("loom")],
    shape: { height: 28, width: 28, channels: 1 },
    batch: [BATCH],
    threads: [2],
    trial: true,
    data: "noise",
    images: Uint8Array.from({ length: BATCH * IMAGE_PIXELS }, (_, i) => (i * 37) % 256),
    say: () => {},
  });
});

describe("a step taken apart", () => {
  const sum = (
    operations: readonly OperationFigures[],
    key: "multiplyAdds" | "directMultiplyAdds",
  ) => operations.reduce((total, each) => total + (each.name === "loss" ? 0 : each[key]), 0);

  it("has all products of the step, as they are done and as they are written", async () => {
    await tf.setBackend("cpu");
    for (const { preset, operations } of report.steps) {
      const model = presetModel(configFor(preset));
      const plan = compile(model);
      model.dispose();
      expect(2 * sum(operations, "multiplyAdds")).toBe(BATCH * trainingFlops(plan, "wasm"));
      expect(2 * sum(operations, "directMultiplyAdds")).toBe(
        BATCH * trainingFlops(plan, "written"),
      );
    }
  });

  it("names each operation with its layer, and the kernels that it runs", () => {
    const [modified] = report.steps;
    const find = (layer: string, name: string) =>
      modified?.operations.find((each) => each.layer === layer && each.name === name);
    const kernels = find("encoder_conv_2", "convGradient")?.kernels.map(({ name }) => name);
    expect(kernels).toEqual(expect.arrayContaining(["gemm", "winogradInput"]));
    const image = 28 * 28 * 32 * 4;
    // Images are read for their sums, and once more when these are known; the result is taken at once.
    expect(find("encoder_norm_1", "batchNorm")).toMatchObject({
      cacheBytes: BATCH * image,
      memoryBytes: 2 * BATCH * image + 2 * 32 * 4,
    });
    expect(modified?.operations.at(-1)).toMatchObject({ name: "update", layer: null });
    expect(modified?.operations.every(({ milliseconds }) => milliseconds >= 0)).toBe(true);
  });

  it("counts the filters of SSIM, which no product is", () => {
    const loss = report.steps[1]?.operations.find(({ name }) => name === "loss");
    const filters = (side: number, rows: number) => side * rows * (10 * 28 + 4 * rows);
    // Those of the write-up, of uniform windows and of Gaussian ones.
    expect(loss?.multiplyAdds).toBe(BATCH * (2 * filters(7, 22) + filters(11, 18)));
  });

  it("times its phases on one thread and on those asked for", () => {
    for (const { phases, milliseconds } of report.steps) {
      expect(Object.keys(milliseconds)).toEqual(["1", "2"]);
      expect(phases.length).toBeGreaterThan(8);
      for (const phase of phases) {
        expect(Object.keys(phase.milliseconds)).toEqual(["1", "2"]);
        expect(phase.parts.length).toBeGreaterThan(0);
      }
    }
  });
});

describe("its report", () => {
  it("has the peaks, and a row for each operation with its bound", () => {
    const step = {
      preset: "baseline",
      net: null,
      batch: 128,
      milliseconds: { 1: 100, 2: 50 },
      operations: [figuresOf(PART, PEAKS)],
      phases: [
        { parts: ["a", "b", "c"], chunks: 16, milliseconds: { 1: 4, 2: 2.5 } },
        { parts: ["tiny"], chunks: 1, milliseconds: { 1: 0.1, 2: 0.1 } },
      ],
    } as const;
    const lines = operationsMarkdown({ ...report, peaks: PEAKS, steps: [step] }).split("\n");
    expect(lines).toContain(
      "Measured peaks of one thread: 20 billion multiply-adds a second, 40 GB/s in its cache, 10 GB/s in memory.",
    );
    expect(lines).toContain(
      "A step takes 100 ms (1,280 images a second) on 1 thread, 50 ms (2,560 images a second) on 2 threads; " +
        "its operations, one at a time, 4 ms.",
    );
    expect(lines).toContain(
      "| encoder | conv | 4 | 100.0% | 40 | 90 | 30 | 2 | multiply-adds | 50% |",
    );
    expect(lines).toContain("| a … c (3) | 16 | 4 | 2.5 |");
    expect(lines.some((line) => line.startsWith("| tiny"))).toBe(false);
  });
});
