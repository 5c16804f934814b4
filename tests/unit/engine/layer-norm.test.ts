/** Layer and group normalisation on every device. */

import * as tf from "@tensorflow/tfjs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../../src/engine/compile";
import { GroupNormalization } from "../../../src/nets/build/layers/group-normalization";
import { chain, type Net } from "./nets";
import { expectSame, expectSameOnThreads, Trainers } from "./pair";
import { GpuPairs, sharedGpu } from "./webgpu/gpu";

const { conv2d, dense, depthwiseConv2d, flatten, layerNormalization, prelu } = tf.layers;

const around =
  (channels: number, units: number, ...norms: (() => tf.layers.Layer)[]): Net =>
  () =>
    chain(
      [4, 5, 2],
      conv2d({ filters: channels, kernelSize: 3, padding: "same", activation: "tanh" }),
      ...norms.map((make) => make()),
      conv2d({ filters: 3, kernelSize: 2 }),
      flatten(),
      dense({ units }),
      ...norms.map((make) => make()),
      dense({ units: 3 }),
    );

const NETS: Record<string, Net> = {
  "layers of 5 channels": around(5, 7, () => layerNormalization({ epsilon: 0.01 })),
  "layers of 8 channels": around(8, 70, () => layerNormalization()),
  "layers without a scale": around(6, 5, () => layerNormalization({ scale: false })),
  "layers without an offset": around(3, 4, () => layerNormalization({ center: false })),
  "layers without either": around(3, 4, () => layerNormalization({ center: false, scale: false })),
  "groups of 3 channels": around(6, 9, () => new GroupNormalization({ groups: 3 })),
  "one group": around(5, 6, () => new GroupNormalization({ groups: 1, epsilon: 0.1 })),
  "groups of 8 channels": around(16, 16, () => new GroupNormalization({ groups: 2 })),
  "groups without either": around(
    6,
    6,
    () => new GroupNormalization({ groups: 2, scale: false, center: false }),
  ),
  // A bias right before them has no gradient but what rounding leaves.
  instances: () =>
    chain(
      [4, 5, 2],
      conv2d({ filters: 4, kernelSize: 3, useBias: false }),
      new GroupNormalization({ groups: -1 }),
      flatten(),
      dense({ units: 3 }),
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

describe.each(Object.entries(NETS))("%s", (_, net) => {
  test.each([1, 3])("are tfjs's, in batches of %d", async (images) => {
    const batch = Uint32Array.from({ length: images }, (_, i) => 5 - i);
    await expectSame(await trainers.ours(net), await trainers.theirs(net), batch);
  });

  test("train to the same bits on 1 to 7 threads", () => expectSameOnThreads(trainers, net));
});

test("are on the GPU what they are on WASM", async () => {
  const both = () => [layerNormalization(), new GroupNormalization({ groups: 3 })];
  // Between layers that its software takes 0.1 s for, not a second as for convolutions.
  const images = (channels: number) => () =>
    chain(
      [4, 5, channels],
      depthwiseConv2d({ kernelSize: 2, padding: "same", activation: "tanh" }),
      ...both(),
      depthwiseConv2d({ kernelSize: 1 }),
    );
  const vectors = (units: number) => () => chain([units], ...both(), prelu(), ...both());
  for (const net of [images(6), vectors(9), images(12), vectors(66)]) {
    const [ours, theirs] = await pairs.both(net);
    await expectSame(ours, theirs);
  }
}, 120_000);

test("along other axes are refused", () => {
  const model = chain([4, 4, 2], layerNormalization({ axis: [1, 2, 3], name: "odd" }));
  expect(() => compile(model)).toThrow('"odd" (LayerNormalization)');
  expect(() => chain([4, 4, 6], new GroupNormalization({ groups: 4 }))).toThrow(
    "cannot divide 6 channels into 4 groups",
  );
});
