import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { compile } from "../../../src/engine/compile";
import { foldedTaps, phasesOf } from "../../../src/engine/taps";
import { presetModel } from "../preset-models";
import { chain } from "./nets";

const { conv2d, maxPooling2d, upSampling2d } = tf.layers;

describe("compile", () => {
  test("fuses the baseline into eight operations", () => {
    const plan = compile(presetModel({ preset: "baseline", latentSize: 128, seed: 1 }));
    const shown = plan.operations.map((operation) =>
      "activation" in operation ? `${operation.kind} ${operation.activation}` : operation.kind,
    );
    expect(shown).toEqual([
      "conv linear",
      "maxPool relu",
      "reshape",
      "dense relu",
      "dense relu",
      "reshape",
      "conv relu",
      "conv sigmoid",
    ]);
    expect(plan.operations[6]).toMatchObject({ upsample: 2, kernelSize: [3, 3] });
    expect(plan.parameters.reduce((sum, { size }) => sum + size, 0)).toBe(1_621_889);
  });

  test("folds an up-sampling only where that is exact", () => {
    const upsamples = (padding: "same" | "valid", kernelSize: number, strides = 1) =>
      compile(
        chain(
          [6, 6, 1],
          upSampling2d({ size: [2, 2] }),
          conv2d({ filters: 1, kernelSize, padding, strides }),
        ),
      ).operations.filter(({ kind }) => kind === "upsample").length;
    expect(upsamples("same", 3)).toBe(0);
    expect(upsamples("same", 5)).toBe(0);
    expect(upsamples("valid", 3)).toBe(1);
    expect(upsamples("same", 2)).toBe(1);
    expect(upsamples("same", 3, 2)).toBe(1);
  });

  test("refuses a layer that is used twice, by name", () => {
    const input = tf.input({ shape: [4, 4, 1] });
    const pool = maxPooling2d({ poolSize: 2, name: "pool" });
    const once = pool.apply(input) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: pool.apply(once) as tf.SymbolicTensor });
    expect(() => compile(model)).toThrow('"pool" (MaxPooling2D)');
  });

  test("does not fuse what another layer takes too", () => {
    const input = tf.input({ shape: [4, 4, 1] });
    const conv = conv2d({ filters: 2, kernelSize: 1 }).apply(input) as tf.SymbolicTensor;
    const relu = tf.layers.activation({ activation: "relu" }).apply(conv) as tf.SymbolicTensor;
    const sum = tf.layers.add().apply([conv, relu]) as tf.SymbolicTensor;
    const { operations, result } = compile(tf.model({ inputs: input, outputs: sum }));
    expect(operations.map(({ kind, inputs }) => [kind, inputs])).toEqual([
      ["conv", [0]],
      ["activation", [1]],
      ["add", [1, 2]],
    ]);
    expect(result).toBe(3);
  });
});

describe("taps", () => {
  test("nine taps on a doubled image are four sums a phase", () => {
    expect(foldedTaps(3)).toEqual([
      { offset: -1, taps: [2] },
      { offset: 0, taps: [1, 2] },
      { offset: 1, taps: [0, 1] },
      { offset: 2, taps: [0] },
    ]);
  });

  test("a scatter's phases share out its weights", () => {
    for (const [stride, offset, weights] of [
      [1, -1, 3],
      [2, -1, 4],
      [2, 0, 5],
    ]) {
      const phases = phasesOf(stride, offset, weights);
      const all = phases.flatMap((phase) => phase.weights).sort((a, b) => a - b);
      expect(all).toEqual(Array.from({ length: weights }, (_, i) => i));
      for (const { phase, first, weights: used } of phases) {
        for (const [place, weight] of used.entries()) {
          // Input first + place sends that weight to output stride·0 + phase.
          expect(stride * (first + place) + offset + weight).toBe(phase);
        }
      }
    }
  });
});
