/**
 * Every activation on every device: in a layer, where its slope is taken as the gradient passes, and
 * in a layer of its own. Gradients are held to tfjs's.
 */

import * as tf from "@tensorflow/tfjs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { nodeWasmPlatform } from "../../../src/cli/wasm-platform";
import { NAMED_ACTIVATIONS } from "../../../src/engine/activations";
import { compile } from "../../../src/engine/compile";
import { createWasmTrainer } from "../../../src/engine/wasm/trainer";
import "../../../src/nets/build/layers";
import { samplesWithNan } from "./nan";
import { chain, type Net, randomise, samplesFor } from "./nets";
import { complete, expectSame, expectSameOnThreads, Trainers } from "./pair";
import { GpuPairs, sharedGpu } from "./webgpu/gpu";

const { conv2d, dense, flatten, rescaling } = tf.layers;

type Name = NonNullable<Parameters<typeof tf.layers.activation>[0]["activation"]>;
/** tfjs's type lists its own alone; registered ones are taken too. */
const NAMES = [...Object.keys(NAMED_ACTIVATIONS), "softmax"] as Name[];

/** Values from −4 to 4 before each activation, so that those with ends reach both. */
const spread = () => rescaling({ scale: 8, offset: -4 });

/** In a convolution with odd sides, and a vector of 5. */
const inLayers =
  (name: Name): Net =>
  () =>
    chain(
      [5, 3, 2],
      spread(),
      conv2d({ filters: 5, kernelSize: 3, padding: "same", activation: name }),
      flatten(),
      dense({ units: 5, activation: name }),
      dense({ units: 3 }),
    );

const byThemselves =
  (make: () => tf.layers.Layer): Net =>
  () =>
    chain(
      [3, 3, 2],
      spread(),
      conv2d({ filters: 4, kernelSize: 1 }),
      make(),
      conv2d({ filters: 3, kernelSize: 2 }),
      make(),
      flatten(),
      dense({ units: 3 }),
    );

const LAYERS: Record<string, () => tf.layers.Layer> = {
  ...Object.fromEntries(
    NAMES.map((name) => [name, () => tf.layers.activation({ activation: name })]),
  ),
  "ReLU up to 0.7": () => tf.layers.reLU({ maxValue: 0.7 }),
  "leaky ReLU": () => tf.layers.leakyReLU({ alpha: 0.3 }),
  "thresholded ReLU": () => tf.layers.thresholdedReLU({ theta: 0.4 }),
  "a slope for each number": () => tf.layers.prelu({}),
  "softmax of its own": () => tf.layers.softmax({ axis: -1 }),
};

const ALL: Record<string, Net> = {
  ...Object.fromEntries(NAMES.map((name) => [`${name} in layers`, inLayers(name)])),
  ...Object.fromEntries(
    Object.entries(LAYERS).map(([name, make]) => [`${name} by itself`, byThemselves(make)]),
  ),
};

const trainers = new Trainers();
let pairs: GpuPairs;
beforeAll(async () => {
  await tf.setBackend("cpu");
  pairs = new GpuPairs(await sharedGpu());
}, 60_000);
afterEach(() => trainers.dispose());
afterAll(() => pairs.dispose());

ALL["a slope for each channel"] = byThemselves(() => tf.layers.prelu({ sharedAxes: [1, 2] }));

describe.each(Object.entries(ALL))("%s", (_, net) => {
  test.each([1, 3])("is tfjs's, in batches of %d", async (images) => {
    const batch = Uint32Array.from({ length: images }, (_, i) => 5 - i);
    const theirs = await trainers.theirs(net);
    await expectSame(await trainers.ours(net), theirs, batch);
    const again = await trainers.theirs(net);
    const plain = await createWasmTrainer(
      randomise(net(), 3),
      complete({}),
      nodeWasmPlatform,
      1,
      "simd",
    );
    await plain.setSamples(samplesFor(plain.model, 12, 11));
    await expectSame(plain, again, batch);
    plain.dispose();
  });
});

/** Few nets with several each: the software GPU takes half a second for a kernel. */
const MIXED: Record<string, Net> = {
  "in layers": () =>
    chain(
      [4, 3, 2],
      spread(),
      conv2d({ filters: 3, kernelSize: 1, activation: "selu" }),
      conv2d({ filters: 4, kernelSize: 1, activation: "mish" }),
      flatten(),
      dense({ units: 5, activation: "softmax" }),
    ),
  "by themselves": () =>
    chain(
      [2, 3, 4],
      spread(),
      conv2d({ filters: 4, kernelSize: 1 }),
      tf.layers.prelu({ sharedAxes: [1, 2] }),
      ...Object.values(LAYERS).flatMap((make) => [make(), spread()]),
      conv2d({ filters: 3, kernelSize: 1 }),
    ),
};

test.each(Object.keys(MIXED))(
  "those %s are on the GPU what they are on WASM",
  async (name) => {
    const [ours, theirs] = await pairs.both(MIXED[name]!);
    await expectSame(ours, theirs);
  },
  120_000,
);

test("all in one net train to the same bits on 1 to 7 threads", () =>
  expectSameOnThreads(trainers, () =>
    chain(
      [4, 3, 2],
      ...NAMES.map((name) => conv2d({ filters: 3, kernelSize: 1, activation: name })),
      tf.layers.prelu({ sharedAxes: [1, 2] }),
      conv2d({ filters: 3, kernelSize: 1 }),
      tf.layers.prelu({}),
    ),
  ));

test("all pass on what is no number", async () => {
  const samples = samplesWithNan(16, 3, [5]);
  for (const [name, make] of Object.entries(LAYERS)) {
    const net = () => chain([4, 4, 1], make(), flatten(), dense({ units: 3 }));
    for (const trainer of [
      await trainers.ours(net, {}, 1, samples),
      await pairs.gpu(net, {}, samples),
    ]) {
      expect(await trainer.evaluate(Uint32Array.of(0)), name).toBeNaN();
      expect(await trainer.evaluate(Uint32Array.of(1)), name).not.toBeNaN();
    }
  }
}, 120_000);

test("settings without a meaning here are refused by name", () => {
  const refused = (layer: tf.layers.Layer, input = [4, 4, 2]) => {
    const model = chain(input, conv2d({ filters: 2, kernelSize: 1 }), layer);
    return expect(() => compile(model));
  };
  refused(tf.layers.reLU({ maxValue: 0 })).toThrow("maxValue must be over 0");
  refused(tf.layers.thresholdedReLU({ theta: -1 })).toThrow("theta must not be negative");
  refused(tf.layers.softmax({ axis: 1 })).toThrow("axis must be the last");
  refused(tf.layers.prelu({ sharedAxes: [1] })).toThrow("sharedAxes must be 1 and 2, or none");
});
