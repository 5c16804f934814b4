import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { configFor } from "../../../../src/config/recipes";
import { presetModel, presetSummary } from "../../preset-models";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

describe("the modified net", () => {
  it("has the write-up's layers, sizes and parameters", () => {
    const model = presetModel(configFor("modified"));
    const { layers, parameters } = presetSummary(configFor("modified"));
    expect(layers.map((layer) => [layer.name, layer.className, layer.outputShape])).toEqual([
      ["encoder_conv_1", "Conv2D", [28, 28, 32]],
      ["encoder_norm_1", "BatchNormalization", [28, 28, 32]],
      ["encoder_pool_1", "MaxPooling2D", [14, 14, 32]],
      ["encoder_conv_2", "Conv2D", [14, 14, 64]],
      ["encoder_norm_2", "BatchNormalization", [14, 14, 64]],
      ["encoder_pool_2", "MaxPooling2D", [7, 7, 64]],
      ["encoder_flatten", "Flatten", [3136]],
      ["encoder_dropout", "Dropout", [3136]],
      ["latent", "Dense", [256]],
      ["decoder_dense", "Dense", [3136]],
      ["decoder_reshape", "Reshape", [7, 7, 64]],
      ["decoder_norm_1", "BatchNormalization", [7, 7, 64]],
      ["decoder_upsampling_1", "UpSampling2D", [14, 14, 64]],
      ["decoder_conv_1", "Conv2D", [14, 14, 64]],
      ["decoder_norm_2", "BatchNormalization", [14, 14, 64]],
      ["decoder_upsampling_2", "UpSampling2D", [28, 28, 64]],
      ["decoder_conv_2", "Conv2D", [28, 28, 32]],
      ["decoder_norm_3", "BatchNormalization", [28, 28, 32]],
      ["decoder_dropout", "Dropout", [28, 28, 32]],
      ["reconstruction", "Conv2D", [28, 28, 1]],
    ]);
    const convolutions = 320 + 18_496 + 36_928 + 18_464 + 289;
    const dense = (3136 + 1) * 256 + (256 + 1) * 3136;
    expect(parameters).toBe(convolutions + dense + 4 * (32 + 64 + 64 + 64 + 32));
    // Moving averages are not trained: half of batch normalisation's numbers.
    const trained = model.trainableWeights.reduce((sum, { shape }) => sum + size(shape), 0);
    expect(parameters - trained).toBe(2 * (32 + 64 + 64 + 64 + 32));
    model.dispose();
  });

  it("normalises and drops as Keras does by default", () => {
    const model = presetModel({ preset: "modified", latentSize: 3, seed: 1 });
    for (const layer of model.layers) {
      if (layer.getClassName() === "BatchNormalization") {
        expect(layer.getConfig()).toMatchObject({
          axis: -1,
          momentum: 0.99,
          epsilon: 0.001,
          center: true,
          scale: true,
        });
        const values = layer.getWeights().map((weight) => weight.dataSync()[0]);
        expect(values).toEqual([1, 0, 0, 1]);
      }
      if (layer.getClassName() === "Dropout") expect(layer.getConfig().rate).toBe(0.2);
    }
    const activation = (name: string) => model.getLayer(name).getConfig().activation;
    for (const name of ["encoder_conv_1", "encoder_conv_2", "latent", "decoder_dense"]) {
      expect(activation(name)).toBe("relu");
    }
    for (const name of ["decoder_conv_1", "decoder_conv_2"]) expect(activation(name)).toBe("relu");
    expect(activation("reconstruction")).toBe("sigmoid");
    model.dispose();
  });

  it.each([1, 512])("works with a latent size of %d", (latentSize) => {
    const model = presetModel({ preset: "modified", latentSize, seed: 4294967295 });
    const output = model.predict(tf.zeros([2, 28, 28, 1])) as tf.Tensor;
    expect(output.shape).toEqual([2, 28, 28, 1]);
    expect(model.getLayer("latent").outputShape).toEqual([null, latentSize]);
    model.dispose();
  });
});

const size = (shape: readonly (number | null)[]) =>
  shape.reduce<number>((product, length) => product * (length ?? 1), 1);
