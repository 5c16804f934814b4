import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_CONFIG } from "../../../../src/config/config";
import { presetModel, presetSummary } from "../../preset-models";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const kernelOf = (model: tf.LayersModel, layer: string) =>
  model.getLayer(layer).getWeights()[0]!.dataSync<"float32">();

describe("the baseline", () => {
  it("has the write-up's layers, sizes and parameters", () => {
    const { layers, parameters } = presetSummary(DEFAULT_CONFIG);
    expect(layers.map((layer) => [layer.name, layer.className, layer.outputShape])).toEqual([
      ["encoder_conv", "Conv2D", [28, 28, 32]],
      ["encoder_pool", "MaxPooling2D", [14, 14, 32]],
      ["encoder_flatten", "Flatten", [6272]],
      ["latent", "Dense", [128]],
      ["decoder_dense", "Dense", [6272]],
      ["decoder_reshape", "Reshape", [14, 14, 32]],
      ["decoder_upsampling", "UpSampling2D", [28, 28, 32]],
      ["decoder_conv", "Conv2D", [28, 28, 32]],
      ["reconstruction", "Conv2D", [28, 28, 1]],
    ]);
    // 320 + (6272 + 1) · 128 + (128 + 1) · 6272 + 9248 + 289
    expect(parameters).toBe(1_621_889);
  });

  it("counts the multiply-adds of one image", () => {
    const pixels = 28 * 28;
    const convolutions = pixels * 9 * (32 + 32 * 32 + 32);
    const { multiplyAdds } = presetSummary({ preset: "baseline", latentSize: 10 });
    expect(multiplyAdds).toBe(convolutions + 2 * 6272 * 10);
  });

  it("activates with ReLU, in the latent layer too, and ends in a sigmoid", () => {
    const model = presetModel({ preset: "baseline", latentSize: 2, seed: 1 });
    const activation = (name: string) => model.getLayer(name).getConfig().activation;
    for (const name of ["encoder_conv", "latent", "decoder_dense", "decoder_conv"]) {
      expect(activation(name)).toBe("relu");
    }
    expect(activation("reconstruction")).toBe("sigmoid");
    model.dispose();
  });

  it("draws the same weights from the same seed, other weights from another", () => {
    const [first, again, other] = [1, 1, 2].map((seed) =>
      presetModel({ preset: "baseline", latentSize: 3, seed }),
    );
    for (const layer of ["encoder_conv", "latent", "decoder_dense", "decoder_conv"]) {
      expect(kernelOf(again!, layer)).toEqual(kernelOf(first!, layer));
      expect(kernelOf(other!, layer)).not.toEqual(kernelOf(first!, layer));
    }
    for (const model of [first, again, other]) model!.dispose();
  });

  it("starts within Glorot's bounds, without bias", () => {
    const model = presetModel({ preset: "baseline", latentSize: 8, seed: 4294967295 });
    const bound = Math.sqrt(6 / (6272 + 8));
    const kernel = kernelOf(model, "latent");
    const largest = kernel.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
    expect(largest).toBeLessThanOrEqual(bound);
    expect(largest).toBeGreaterThan(0.99 * bound);
    const mean = kernel.reduce((sum, weight) => sum + weight, 0) / kernel.length;
    expect(Math.abs(mean)).toBeLessThan(0.02 * bound);
    for (const layer of model.layers) {
      for (const bias of layer.getWeights().slice(1)) {
        expect(bias.dataSync().every((value) => value === 0)).toBe(true);
      }
    }
    model.dispose();
  });
});

describe("baseline-linear", () => {
  it("is the baseline, weight for weight, without the ReLU on the latent vector", () => {
    const baseline = presetModel({ preset: "baseline", latentSize: 3, seed: 1 });
    const model = presetModel({ preset: "baseline-linear", latentSize: 3, seed: 1 });
    expect(model.getLayer("latent").getConfig().activation).toBe("linear");
    for (const layer of baseline.layers) {
      const { activation, ...config } = model.getLayer(layer.name).getConfig();
      const { activation: theirs, ...original } = layer.getConfig();
      expect(config).toEqual(original);
      if (layer.name !== "latent") expect(activation).toBe(theirs);
    }
    const values = (net: tf.LayersModel) => net.getWeights().map((weight) => weight.dataSync());
    expect(values(model)).toEqual(values(baseline));
    // Some of its latent numbers are negative, which the baseline's can never be.
    const encoder = tf.model({ inputs: model.inputs, outputs: model.getLayer("latent").output });
    const codes = encoder.predict(
      tf.randomUniform([4, 28, 28, 1], 0, 1, "float32", 1),
    ) as tf.Tensor;
    expect(codes.min().dataSync()[0]).toBeLessThan(0);
    model.dispose();
    baseline.dispose();
  });
});
