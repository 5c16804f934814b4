/** Products, differences, means and extremes of tensors, on every device, held to tfjs's. */

import * as tf from "@tensorflow/tfjs";
import { afterAll, afterEach, beforeAll, describe, test } from "vitest";
import { Subtract } from "../../../src/nets/build/layers/subtract";
import type { Net } from "./nets";
import { expectSame, expectSameOnThreads, Trainers } from "./pair";
import { GpuPairs, sharedGpu } from "./webgpu/gpu";

const { average, conv2d, dense, flatten, maximum, minimum, multiply } = tf.layers;

const subtract = () => new Subtract({});
const LAYERS = { multiply, subtract, average, maximum, minimum };
type Name = keyof typeof LAYERS;

const apply = (layer: tf.layers.Layer, ...inputs: tf.SymbolicTensor[]) =>
  layer.apply(inputs.length === 1 ? inputs[0]! : inputs) as tf.SymbolicTensor;

/** So many convolutions of one image joined, the first and the input's of them again, with a ReLU between. */
const joining =
  (name: Name, count: number, channels: number): Net =>
  () => {
    const input = tf.input({ shape: [3, 5, 2] });
    const parts = Array.from({ length: count }, () =>
      apply(conv2d({ filters: channels, kernelSize: 3, padding: "same" }), input),
    );
    const joined = apply(LAYERS[name](), ...parts);
    const again = apply(LAYERS[name](), parts[0]!, apply(tf.layers.reLU(), joined));
    // Zeros of both, where the first of them has the gradient.
    const ties = apply(
      LAYERS[name](),
      apply(tf.layers.reLU(), parts[0]!),
      apply(tf.layers.reLU(), again),
    );
    const flat = apply(flatten(), apply(tf.layers.add(), again, ties));
    return tf.model({ inputs: input, outputs: apply(dense({ units: 4 }), flat) });
  };

/** Seven dense layers of a vector, and what the first is joined with: the software GPU is slow. */
const small =
  (name: Name): Net =>
  () => {
    const input = tf.input({ shape: [6] });
    const parts = Array.from({ length: name === "subtract" ? 2 : 7 }, () =>
      apply(dense({ units: name === "average" ? 8 : 5 }), input),
    );
    const joined = apply(tf.layers.reLU(), apply(LAYERS[name](), ...parts));
    const output = apply(LAYERS[name](), apply(tf.layers.reLU(), parts[0]!), joined);
    return tf.model({ inputs: input, outputs: apply(dense({ units: 4 }), output) });
  };

const COUNTS: Record<Name, readonly number[]> = {
  multiply: [2, 3, 8],
  subtract: [2],
  average: [2, 3, 8],
  maximum: [2, 3, 8],
  minimum: [2, 3, 8],
};

const trainers = new Trainers();
let pairs: GpuPairs;
beforeAll(async () => {
  await tf.setBackend("cpu");
  pairs = new GpuPairs(await sharedGpu());
}, 60_000);
afterEach(() => trainers.dispose());
afterAll(() => pairs.dispose());

describe.each(Object.keys(LAYERS) as Name[])("%s", (name) => {
  test("is tfjs's, of any number of inputs, in batches of 1 and 3", async () => {
    for (const count of COUNTS[name]) {
      for (const batch of [Uint32Array.of(3), Uint32Array.of(4, 0, 2)]) {
        const net = joining(name, count, 3);
        await expectSame(await trainers.ours(net), await trainers.theirs(net), batch);
      }
    }
  });

  test("is on the GPU what it is on WASM", async () => {
    const [ours, theirs] = await pairs.both(small(name));
    await expectSame(ours, theirs);
  }, 120_000);

  test("trains to the same bits on 1 to 7 threads", () =>
    expectSameOnThreads(trainers, joining(name, 2, 3)));
});

/** A vector for the channels of an image, and a channel for all of them, weighing or shifting it. */
const weighing =
  (name: "multiply" | "subtract" | "average" | "add"): Net =>
  () => {
    const layer = () => (name === "add" ? tf.layers.add() : LAYERS[name]());
    const input = tf.input({ shape: [3, 5, 2] });
    const image = apply(conv2d({ filters: 6, kernelSize: 3, padding: "same" }), input);
    const means = apply(tf.layers.globalAveragePooling2d({}), image);
    const vector = apply(dense({ units: 6, activation: "sigmoid" }), means);
    const thin = apply(conv2d({ filters: 1, kernelSize: 1 }), input);
    const both = apply(layer(), apply(layer(), image, vector), thin);
    const turned = apply(layer(), vector, both);
    return tf.model({
      inputs: input,
      outputs: apply(dense({ units: 4 }), apply(flatten(), turned)),
    });
  };

describe.each(["multiply", "subtract", "average", "add"] as const)(
  "%s of different shapes",
  (name) => {
    const net = weighing(name);

    test("is tfjs's, in batches of 1 and 3", async () => {
      for (const batch of [Uint32Array.of(3), Uint32Array.of(4, 0, 2)]) {
        await expectSame(await trainers.ours(net), await trainers.theirs(net), batch);
      }
    });

    test("is on the GPU what it is on WASM", async () => {
      const [ours, theirs] = await pairs.both(net);
      await expectSame(ours, theirs);
    }, 120_000);

    test("trains to the same bits on 1 to 7 threads", () => expectSameOnThreads(trainers, net));
  },
);
