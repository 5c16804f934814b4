import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { configFor } from "../../../src/config/recipes";
import { compile } from "../../../src/engine/compile";
import { trainingFlops } from "../../../src/engine/flops";
import { type NetChoice, PRESETS, type PresetName } from "../../../src/nets/presets";
import { IMAGE_INPUT } from "../../../src/nets/spec";
import { presetModel, presetSummary } from "../preset-models";

beforeAll(() => tf.setBackend("cpu"));

/** By the net's summary: what each layer computes, and whether anything before it has weights. */
function written(choice: NetChoice): number {
  const constant = new Set([IMAGE_INPUT]);
  let flops = 0;
  for (const { name, parameters, inputs, multiplyAdds } of presetSummary(choice).layers) {
    const isFirst = inputs.every((input) => constant.has(input));
    if (isFirst && parameters === 0) constant.add(name);
    flops += 2 * multiplyAdds * (isFirst ? 2 : 3);
  }
  return flops;
}

describe("trainingFlops", () => {
  it.each(PRESETS)("as written, counts what the summary of %s counts", (preset: PresetName) => {
    const model = presetModel(configFor(preset));
    expect(trainingFlops(compile(model), "written")).toBe(written(configFor(preset)));
    model.dispose();
  });

  it("counts the baseline's products one by one", () => {
    const model = presetModel(configFor("baseline"));
    const others = 6 * (2 * 6272 * 128 + 784 * 9 * 32);
    const first = 4 * 784 * 9 * 32;
    // 28 × 28 outputs of 3 × 3 taps, or four 2 × 2 convolutions over 14 × 14.
    const large = 6 * 784 * 9 * 32 * 32;
    const folded = 6 * 196 * 16 * 32 * 32;
    expect(trainingFlops(compile(model), "written")).toBe(first + others + large);
    expect(trainingFlops(compile(model), "folded")).toBe(first + others + folded);
    expect(large / folded).toBe(2.25);
    // Nine products of differences for a small pixel.
    const differences = 6 * 196 * 9 * 32 * 32;
    expect(trainingFlops(compile(model), "wasm")).toBe(first + others + differences);
    model.dispose();
  });

  it("counts 16 products for a tile of 2 × 2, where WASM cuts a convolution into such", () => {
    const layer = { filters: 32, kernelSize: 3, padding: "same" } as const;
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ inputShape: [7, 8, 1], ...layer }),
        tf.layers.conv2d(layer),
        tf.layers.conv2d({ ...layer, strides: 2 }),
      ],
    });
    const first = 4 * 56 * 9 * 32;
    const last = 6 * 16 * 9 * 32 * 32;
    expect(trainingFlops(compile(model), "folded")).toBe(first + 6 * 56 * 9 * 32 * 32 + last);
    expect(trainingFlops(compile(model), "wasm")).toBe(first + 6 * 16 * 16 * 32 * 32 + last);
    model.dispose();
  });

  it("counts a transposed convolution once for each input position", () => {
    const model = tf.sequential({
      layers: [
        tf.layers.conv2dTranspose({
          inputShape: [5, 4, 3],
          filters: 2,
          kernelSize: 3,
          strides: 2,
          padding: "same",
        }),
        tf.layers.conv2dTranspose({ filters: 1, kernelSize: 2, strides: 2, padding: "same" }),
      ],
    });
    const first = 4 * (5 * 4) * (9 * 3 * 2);
    const second = 6 * (10 * 8) * (4 * 2 * 1);
    expect(trainingFlops(compile(model))).toBe(first + second);
    model.dispose();
  });

  it("needs the gradient of an input where one branch to it has weights", () => {
    const image = tf.input({ shape: [4, 4, 1] });
    const norm = tf.layers.batchNormalization({}).apply(image) as tf.SymbolicTensor;
    const sum = tf.layers.add().apply([image, norm]) as tf.SymbolicTensor;
    const conv = { filters: 2, kernelSize: 3, padding: "same" } as const;
    const early = tf.layers.conv2d(conv).apply(image) as tf.SymbolicTensor;
    const late = tf.layers.conv2d(conv).apply(sum) as tf.SymbolicTensor;
    const outputs = tf.layers.add().apply([early, late]) as tf.SymbolicTensor;
    const model = tf.model({ inputs: image, outputs });
    expect(trainingFlops(compile(model))).toBe((4 + 6) * 16 * 9 * 2);
    model.dispose();
  });
});
