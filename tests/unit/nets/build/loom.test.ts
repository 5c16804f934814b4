import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { FASHION_MNIST } from "../../../../src/datasets/fashion-mnist";
import { fitPca, reconstructWithPca } from "../../../../src/math/pca";
import { buildNet } from "../../../../src/nets/build";
import { startFromPca } from "../../../../src/nets/build/pca-start";
import { type LoomOptions, loom, loomDefaults, nested } from "../../../../src/nets/presets/loom";
import type { NetSpec } from "../../../../src/nets/spec";
import { summarizeNet } from "../../../../src/nets/summary";
import { grey28 } from "../../image-sets";
import { noisyBoxes } from "../../training/fixtures";
import { keepFirst } from "../keep-first";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const { images } = noisyBoxes(60);
const TRAIN = Uint32Array.from({ length: 40 }, (_, i) => i);
const TEST = Uint32Array.from({ length: 3 }, (_, i) => 45 + i);
const PCA = fitPca(grey28(images), TRAIN);
const pixels = (indices: Uint32Array) =>
  tf
    .tensor(
      [...indices].flatMap((index) => [...images.subarray(index * 784, (index + 1) * 784)]),
      [indices.length, 28, 28, 1],
    )
    .div<tf.Tensor>(255);
const predict = (model: tf.LayersModel) =>
  (model.predict(pixels(TEST)) as tf.Tensor).dataSync<"float32">();
const kernelOf = (model: tf.LayersModel, layer: string) =>
  model.getLayer(layer).getWeights()[0]!.dataSync<"float32">();

type Choice = Partial<LoomOptions> & { readonly latentSize: number; readonly seed: number };

const NETS = new WeakMap<tf.LayersModel, NetSpec>();

function built(net: NetSpec, seed: number): tf.LayersModel {
  const model = buildNet(net, seed);
  NETS.set(model, net);
  return model;
}

const buildLoom = ({ latentSize, seed, ...options }: Choice) =>
  built(loom(latentSize, FASHION_MNIST, options), seed);
const buildNested = ({ latentSize, seed, ...options }: Choice) =>
  built(nested(latentSize, FASHION_MNIST, options), seed);
const netOfModel = (model: tf.LayersModel) => NETS.get(model)!;

function furthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = Math.abs(a.length - b.length);
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
}

describe("the loom", () => {
  it("is two linear layers and a branch around each", () => {
    const { layers } = summarizeNet(loom(128, FASHION_MNIST));
    const seen = Object.fromEntries(layers.map((layer) => [layer.name, layer]));
    const shapes = {
      code_linear: [128],
      encoder_conv_1: [14, 14, 32],
      encoder_conv_2: [7, 7, 64],
      code_residual: [128],
      latent: [128],
      skip_linear: [784],
      decoder_maps: [14, 14, 16],
      decoder_view: [14, 14, 8],
      decoder_join: [14, 14, 24],
      decoder_conv: [14, 14, 32],
      decoder_skip_2: [14, 14, 32],
      decoder_residual: [14, 14, 4],
      decoder_pixels: [28, 28, 1],
      reconstruction: [28, 28, 1],
    };
    for (const [name, shape] of Object.entries(shapes)) {
      expect(seen[name]?.outputShape, name).toEqual(shape);
    }
    expect(layers.at(-1)!.className).toBe("Clamp");
    expect(layers.some((layer) => layer.className === "InputLayer")).toBe(false);
  });

  it.each([1, 32, 128, 242, 243, 256, 303, 304, 403, 404, 512])(
    "with %d numbers stays under 2 M weights and 60 MFLOP an image",
    (latentSize) => {
      const { parameters, multiplyAdds } = summarizeNet(loom(latentSize, FASHION_MNIST));
      expect(parameters).toBeLessThan(2_000_000);
      expect(2 * multiplyAdds).toBeLessThan(60_000_000);
      expect(loomDefaults(latentSize, FASHION_MNIST).codeMaps).toBeGreaterThanOrEqual(4);
    },
  );

  it.each([1, 8, 30])(
    "started from PCA, reconstructs with %d numbers as PCA does",
    (latentSize) => {
      const model = buildLoom({ latentSize, seed: 1 });
      startFromPca(model, netOfModel(model), PCA, 1);
      const expected = reconstructWithPca(PCA, latentSize, grey28(images), TEST);
      expect(furthest(predict(model), expected)).toBeLessThan(1e-5);
      model.dispose();
    },
  );

  it("learns in every layer, the branches that start at 0 too", () => {
    const widths = { encoderFilters: [4, 4], codeMaps: 2, viewFilters: 2, decoderFilters: 4 };
    const model = buildLoom({ latentSize: 4, seed: 1, ...widths });
    startFromPca(model, netOfModel(model), PCA, 1);
    const before = model.getWeights().map((weight) => weight.dataSync<"float32">().slice());
    const optimizer = tf.train.sgd(0.1);
    const x = pixels(TEST);
    // The branches' inner layers get gradients once their last ones have left 0.
    for (let step = 0; step < 2; step++) {
      optimizer.minimize(() =>
        (model.apply(x, { training: true }) as tf.Tensor).sub(x).square().sum().asScalar(),
      );
    }
    for (const [i, weight] of model.getWeights().entries()) {
      expect(weight.dataSync(), model.weights[i]!.name).not.toEqual(before[i]);
    }
    model.dispose();
  });

  it("draws the same weights from the same seed, other weights from another", () => {
    const [first, again, other] = [1, 1, 2].map((seed) => buildLoom({ latentSize: 3, seed }));
    for (const layer of ["code_linear", "encoder_conv_2", "skip_linear", "decoder_block_2"]) {
      expect(kernelOf(again!, layer)).toEqual(kernelOf(first!, layer));
      expect(kernelOf(other!, layer)).not.toEqual(kernelOf(first!, layer));
    }
    for (const layer of ["code_residual", "decoder_residual"]) {
      expect(kernelOf(first!, layer).every((weight) => weight === 0)).toBe(true);
    }
    for (const model of [first, again, other]) model!.dispose();
  });

  it("has widths that a search may vary", () => {
    const widths = { encoderFilters: [5, 6, 7], codeMaps: 3, viewFilters: 2, decoderFilters: 9 };
    const model = buildLoom({ latentSize: 2, seed: 1, ...widths, blocks: 0 });
    expect(model.getLayer("encoder_conv_3").outputShape).toEqual([null, 4, 4, 7]);
    expect(model.getLayer("decoder_join").outputShape).toEqual([null, 14, 14, 5]);
    expect(model.layers.some((layer) => layer.name.startsWith("decoder_block"))).toBe(false);
    model.dispose();
  });

  it("comes back from its topology and weights as it was", async () => {
    const model = buildLoom({ latentSize: 6, seed: 1 });
    startFromPca(model, netOfModel(model), PCA, 1);
    const copy = await tf.models.modelFromJSON(
      JSON.parse(JSON.stringify(model.toJSON(null, false))),
    );
    copy.setWeights(model.getWeights());
    expect(predict(copy)).toEqual(predict(model));
    copy.dispose();
    model.dispose();
  });
});

describe("the nested net", () => {
  it("is the loom with codes that are cut off after `latent`", () => {
    const { layers } = summarizeNet(nested(16, FASHION_MNIST));
    const cut = layers.find(({ name }) => name === "truncation");
    expect(cut?.inputs).toEqual(["latent"]);
    // Nothing of the decoder sees the latent vector but through it; "ones" makes ones of it.
    const readers = layers.filter(({ inputs }) => inputs.includes("latent"));
    expect(readers.map(({ name }) => name).sort()).toEqual(["ones", "truncation"]);
  });

  it("tells its decoder how many numbers are kept", () => {
    const model = buildNested({ latentSize: 16, seed: 1 });
    const told = tf.model({
      inputs: model.inputs,
      outputs: model.getLayer("length_truncation").output as tf.SymbolicTensor,
    });
    for (const kept of [1, 7, null]) {
      keepFirst(model, kept);
      const output = told.predict(tf.ones([1, 28, 28, 1])) as tf.Tensor;
      const ones = [...output.dataSync()];
      expect(ones).toEqual(ones.map((_, i) => (i < (kept ?? 16) ? 1 / 8 : 0)));
    }
    model.dispose();
  });

  it("at 256 numbers has fewer than a million weights, and can have 512", () => {
    const [usual, large] = [256, 512].map((latentSize) => buildNested({ latentSize, seed: 1 }));
    expect(usual!.countParams()).toBeLessThan(1_000_000);
    expect(large!.countParams()).toBeLessThan(2_000_000);
    for (const model of [usual, large]) model!.dispose();
  });

  it.each([1, 5, 16])("started from PCA, its first %d numbers are PCA of that size", (kept) => {
    const model = buildNested({ latentSize: 16, seed: 1 });
    startFromPca(model, netOfModel(model), PCA, 1);
    keepFirst(model, kept);
    const expected = reconstructWithPca(PCA, kept, grey28(images), TEST);
    expect(furthest(predict(model), expected)).toBeLessThan(1e-5);
    keepFirst(model, null);
    const all = reconstructWithPca(PCA, 16, grey28(images), TEST);
    expect(furthest(predict(model), all)).toBeLessThan(1e-5);
    model.dispose();
  });

  it("refuses to keep nothing, and a net without truncation", () => {
    const model = buildNested({ latentSize: 2, seed: 1 });
    expect(() => keepFirst(model, 0)).toThrow(RangeError);
    model.dispose();
    const whole = buildLoom({ latentSize: 2, seed: 1 });
    expect(() => keepFirst(whole, 1)).toThrow(/loom has no NestedDropout/);
    whole.dispose();
  });
});

describe("startFromPca", () => {
  const RANK = PCA.variances.length;

  it("beyond PCA's rank gives the code small random directions and the skip zeros", () => {
    const latentSize = RANK + 10;
    const model = buildLoom({ latentSize, seed: 1 });
    startFromPca(model, netOfModel(model), PCA, 1);
    expect(
      furthest(predict(model), reconstructWithPca(PCA, RANK, grey28(images), TEST)),
    ).toBeLessThan(1e-5);
    const code = kernelOf(model, "code_linear");
    for (let row = RANK; row < latentSize; row++) {
      // Pixels reach the layer divided by 8.
      const length =
        Math.hypot(...Array.from({ length: 784 }, (_, i) => code[i * latentSize + row]!)) / 8;
      expect(length).toBeGreaterThan(0.08);
      expect(length).toBeLessThan(0.12);
    }
    expect(
      kernelOf(model, "skip_linear")
        .subarray(RANK * 784)
        .every((weight) => weight === 0),
    ).toBe(true);
    model.dispose();
  });

  it("draws those directions from the seed", () => {
    const spare = (seed: number) => {
      const model = buildLoom({ latentSize: RANK + 1, seed: 1 });
      startFromPca(model, netOfModel(model), PCA, seed);
      const values = Array.from(
        { length: 784 },
        (_, i) => kernelOf(model, "code_linear")[i * (RANK + 1) + RANK]!,
      );
      model.dispose();
      return values;
    };
    const first = spare(1);
    expect(spare(1)).toEqual(first);
    expect(spare(2)).not.toEqual(first);
  });

  it("says which layer a net is missing", () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [784] })] });
    const net = { ...loom(2, FASHION_MNIST), layers: [] };
    expect(() => startFromPca(model, net, PCA, 1)).toThrow(/loom has no layer that starts as PCA/);
    model.dispose();
  });
});
