import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { LossWeights } from "../../../../src/config/loss";
import { Clamp } from "../../../../src/nets/build/layers/clamp";
import { DepthToSpace } from "../../../../src/nets/build/layers/depth-to-space";
import { NestedDropout } from "../../../../src/nets/build/layers/nested-dropout";
import { chain, gradients, type Net, relativeError } from "../nets";
import { GpuPairs, sharedGpu } from "./gpu";

// A GPU in software needs half a second for each kernel, and more on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const { activation, add, batchNormalization, concatenate, conv2d, conv2dTranspose } = tf.layers;
const { dense, dropout, flatten, leakyReLU, maxPooling2d, rescaling, reshape, upSampling2d } =
  tf.layers;

const apply = (layer: tf.layers.Layer, ...inputs: tf.SymbolicTensor[]) =>
  layer.apply(inputs.length === 1 ? inputs[0]! : inputs) as tf.SymbolicTensor;

function graph(inputShape: number[], build: (input: tf.SymbolicTensor) => tf.SymbolicTensor) {
  const input = tf.input({ shape: inputShape });
  return tf.model({ inputs: input, outputs: build(input) });
}

const conv3 = (filters: number, relu = false) =>
  conv2d({ filters, kernelSize: 3, padding: "same", activation: relu ? "relu" : "linear" });

/**
 * Every operation, and of products every form: channels in vectors and one by one, steps split and
 * not, phases of one size and of several, gradients from either side, one column and four.
 */
const NETS: Record<string, Net> = {
  "the baseline in small": () =>
    chain(
      [8, 8, 1],
      conv3(4, true),
      maxPooling2d({ poolSize: 2 }),
      flatten(),
      dense({ units: 8, activation: "relu" }),
      dense({ units: 64, activation: "relu" }),
      reshape({ targetShape: [4, 4, 4] }),
      upSampling2d({ size: [2, 2] }),
      conv3(4, true),
      conv3(1),
    ),
  "the modified net in small, with a pixel shuffle": () =>
    chain(
      [8, 8, 1],
      conv2d({ filters: 4, kernelSize: 3, padding: "same", useBias: false }),
      batchNormalization(),
      leakyReLU({ alpha: 0.1 }),
      maxPooling2d({ poolSize: 2 }),
      flatten(),
      dropout({ rate: 0.2 }),
      dense({ units: 6 }),
      new NestedDropout(),
      dense({ units: 48, activation: "swish" }),
      reshape({ targetShape: [4, 4, 3] }),
      conv2d({ filters: 8, kernelSize: 3, padding: "same", activation: "elu" }),
      dropout({ rate: 0.2 }),
      new DepthToSpace({ blockSize: 2 }),
      conv3(1),
      new Clamp({}),
    ),
  "the loom in small": () =>
    graph([8, 8, 1], (input) => {
      const pixels = apply(rescaling({ scale: 0.5 }), apply(flatten(), input));
      const strided = conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: "same" });
      const encoded = apply(flatten(), apply(leakyReLU(), apply(strided, input)));
      const code = apply(
        add(),
        apply(dense({ units: 5 }), pixels),
        apply(dense({ units: 5 }), encoded),
      );
      const image = apply(reshape({ targetShape: [8, 8, 1] }), apply(dense({ units: 64 }), code));
      const maps = apply(
        reshape({ targetShape: [4, 4, 4] }),
        apply(dense({ units: 64, activation: "relu" }), code),
      );
      const view = apply(conv2d({ filters: 8, kernelSize: 2, strides: 2 }), image);
      const joined = apply(conv3(4, true), apply(concatenate(), maps, view));
      const skipped = apply(add(), joined, apply(conv3(4, true), joined), joined);
      const shuffled = apply(new DepthToSpace({ blockSize: 2 }), apply(conv3(4), skipped));
      return apply(new Clamp({}), apply(add(), image, shuffled));
    }),
  "odd sizes, transposed, and up-sampling that cannot fold": () =>
    chain(
      [5, 4, 2],
      conv2d({ filters: 3, kernelSize: [2, 3], activation: "sigmoid" }),
      conv2dTranspose({
        filters: 5,
        kernelSize: 3,
        strides: 2,
        padding: "same",
        activation: "elu",
      }),
      activation({ activation: "swish" }),
      maxPooling2d({ poolSize: 3 }),
      upSampling2d({ size: [3, 3] }),
      conv2d({ filters: 2, kernelSize: 3, strides: 2, useBias: false }),
    ),
  "slopes that are added up, of a tensor that has one too": () =>
    graph([4, 4, 2], (input) => {
      const first = apply(conv3(4, true), input);
      const swish = apply(activation({ activation: "swish" }), first);
      const flat = apply(flatten(), first);
      const image = apply(reshape({ targetShape: [4, 4, 4] }), apply(dense({ units: 64 }), flat));
      return apply(conv3(1), apply(add(), swish, first, image, apply(leakyReLU(), first)));
    }),
  "long dense layers, whose steps are split": () =>
    chain([600], dense({ units: 8, activation: "sigmoid" }), dense({ units: 600 })),
};

let pairs: GpuPairs;
beforeAll(async () => {
  await tf.setBackend("cpu");
  pairs = new GpuPairs(await sharedGpu());
});
afterEach(() => pairs.dispose());

const BATCH = Uint32Array.of(4, 0, 3, 1, 2, 6, 5);

async function compare(net: Net, loss: LossWeights): Promise<void> {
  const [ours, theirs] = await pairs.both(net, { loss, seed: 9, flips: false });
  const expected = await gradients(theirs, BATCH);
  const actual = await gradients(ours, BATCH);
  for (const [index, variable] of ours.model.trainableWeights.entries()) {
    expect(relativeError(actual[index]!, expected[index]!), variable.name).toBeLessThan(1e-4);
  }
  expect((await ours.evaluate(BATCH)) / (await theirs.evaluate(BATCH))).toBeCloseTo(1, 5);
  const outputs = await ours.predict(BATCH);
  expect(relativeError(outputs, await theirs.predict(BATCH))).toBeLessThan(1e-5);
}

test.each(Object.keys(NETS))("gradients of %s equal the WASM device's", async (name) => {
  await compare(NETS[name]!, { meanSquaredError: 1 });
});

describe("losses", () => {
  const net = (end: "linear" | "sigmoid"): Net => {
    return () =>
      chain([12, 14, 1], conv2d({ filters: 1, kernelSize: 3, padding: "same", activation: end }));
  };
  test.each<[string, "linear" | "sigmoid", LossWeights]>([
    ["cross-entropy", "sigmoid", { binaryCrossentropy: 0.7 }],
    ["absolute error and a Gaussian SSIM", "linear", { meanAbsoluteError: 0.5, ssimGaussian: 1 }],
    ["the cosine and Huber's", "linear", { cosineSimilarity: 1, huber: 3 }],
    [
      "every term",
      "sigmoid",
      {
        binaryCrossentropy: 0.4,
        meanSquaredError: 2,
        meanAbsoluteError: 0.3,
        ssimUniform: 0.5,
        ssimGaussian: 1.5,
        ssimWriteup: 0.7,
        huber: 1.2,
        cosineSimilarity: 0.6,
      },
    ],
  ])("%s and its gradient equal the WASM device's", async (_, end, loss) => {
    await compare(net(end), loss);
  });

  test("SSIMs of small images in colour equal the WASM device's", async () => {
    const conv = conv2d({ filters: 3, kernelSize: 3, padding: "same", activation: "sigmoid" });
    await compare(() => chain([8, 9, 3], conv), {
      binaryCrossentropy: 0.4,
      ssimUniform: 0.5,
      ssimGaussian: 1.5,
      ssimWriteup: 0.7,
    });
  });

  test("refuse what does not fit", async () => {
    const small: Net = () => chain([6, 28, 1], conv2d({ filters: 1, kernelSize: 1 }));
    await expect(pairs.gpu(small, { loss: { ssimGaussian: 1 } })).rejects.toThrow(
      "at least 7 × 7 pixels",
    );
    const linear: Net = () => chain([4], dense({ units: 4 }));
    await expect(pairs.gpu(linear, { loss: { binaryCrossentropy: 1 } })).rejects.toThrow("sigmoid");
  });
});
