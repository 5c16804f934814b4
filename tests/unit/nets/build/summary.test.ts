import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { IMAGE_INPUT } from "../../../../src/nets/summary";
import { buildModel } from "../../../../src/nets/build";
import { summarize } from "../../../../src/nets/build/summary";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

describe("summarize", () => {
  it("counts a transposed convolution once for each input position", () => {
    const model = tf.sequential({
      layers: [
        tf.layers.conv2dTranspose({ filters: 3, kernelSize: 2, strides: 2, inputShape: [5, 4, 6] }),
      ],
    });
    const [layer] = summarize(model).layers;
    expect(layer).toMatchObject({ outputShape: [10, 8, 3], parameters: 2 * 2 * 3 * 6 + 3 });
    expect(layer!.multiplyAdds).toBe(5 * 4 * 2 * 2 * 3 * 6);
    model.dispose();
  });

  it("lists the layers of a net with skips, inputs left out", () => {
    const input = tf.input({ shape: [3] });
    const dense = tf.layers.dense({ units: 3, name: "change" }).apply(input) as tf.SymbolicTensor;
    const sum = tf.layers.add({ name: "sum" }).apply([input, dense]) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: sum });
    const summary = summarize(model);
    expect(
      summary.layers.map(({ name, inputs, multiplyAdds }) => [name, inputs, multiplyAdds]),
    ).toEqual([
      ["change", [IMAGE_INPUT], 9],
      ["sum", [IMAGE_INPUT, "change"], 0],
    ]);
    expect(summary.parameters).toBe(12);
    model.dispose();
  });

  it("says what each layer is set to", () => {
    const model = buildModel({ preset: "modified", latentSize: 4, seed: 1 });
    const details = new Map(summarize(model).layers.map(({ name, detail }) => [name, detail]));
    expect(details.get("encoder_conv_1")).toBe("3×3, ReLU");
    expect(details.get("encoder_pool_1")).toBe("2×2");
    expect(details.get("encoder_norm_1")).toBe("");
    expect(details.get("encoder_dropout")).toBe("20%");
    expect(details.get("latent")).toBe("ReLU");
    expect(details.get("decoder_upsampling_1")).toBe("2×2, nearest");
    expect(details.get("reconstruction")).toBe("3×3, sigmoid");
    model.dispose();
  });

  it("says strides, shuffled pixels and where an activation is missing", () => {
    const model = buildModel({ preset: "loom", latentSize: 4, seed: 1 });
    const details = new Map(summarize(model).layers.map(({ name, detail }) => [name, detail]));
    expect(details.get("encoder_conv_1")).toBe("3×3, stride 2, ReLU");
    expect(details.get("code_linear")).toBe("");
    expect(details.get("decoder_residual")).toBe("3×3");
    expect(details.get("decoder_pixels")).toBe("2×2");
    model.dispose();
  });

  it("names the one input of every layer of a sequential net", () => {
    const model = buildModel({ preset: "baseline", latentSize: 4, seed: 1 });
    const { layers } = summarize(model);
    const before = [IMAGE_INPUT, ...layers.map(({ name }) => name)];
    expect(layers.map(({ inputs }) => inputs)).toEqual(layers.map((_, i) => [before[i]]));
    model.dispose();
  });
});
