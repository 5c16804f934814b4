/** Up-sampling on every device: not square, and bilinear as in tfjs and as in Keras 3. */

import * as tf from "@tensorflow/tfjs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { BilinearUpSampling2D } from "../../../src/nets/build/layers/bilinear";
import { chain, type Net } from "./nets";
import { expectSame, expectSameOnThreads, Trainers } from "./pair";
import { GpuPairs, sharedGpu } from "./webgpu/gpu";

const { conv2d, upSampling2d } = tf.layers;

const LAYERS: Record<string, (size: [number, number]) => tf.layers.Layer> = {
  "nearest neighbours": (size) => upSampling2d({ size }),
  "bilinear as in tfjs": (size) => upSampling2d({ size, interpolation: "bilinear" }),
  "bilinear as in Keras 3": (size) => new BilinearUpSampling2D({ size }),
};

const SIZES: readonly [number, number][] = [
  [2, 2],
  [3, 1],
  [1, 4],
  [2, 3],
];

const netOf =
  (make: () => tf.layers.Layer, channels: number): Net =>
  () =>
    chain(
      [3, 4, 2],
      conv2d({ filters: channels, kernelSize: 2 }),
      make(),
      conv2d({ filters: 2, kernelSize: 2, padding: "same" }),
    );

const trainers = new Trainers();
let pairs: GpuPairs;
beforeAll(async () => {
  await tf.setBackend("cpu");
  pairs = new GpuPairs(await sharedGpu());
}, 60_000);
afterEach(() => trainers.dispose());
afterAll(() => pairs.dispose());

describe.each(Object.entries(LAYERS))("%s", (_, make) => {
  test("is tfjs's, of any factors, in batches of 1 and 3", async () => {
    for (const size of SIZES) {
      for (const channels of [3, 5]) {
        for (const batch of [Uint32Array.of(3), Uint32Array.of(4, 0, 2)]) {
          const net = netOf(() => make(size), channels);
          await expectSame(await trainers.ours(net), await trainers.theirs(net), batch);
        }
      }
    }
  });

  test("is on the GPU what it is on WASM", async () => {
    for (const channels of [3, 4]) {
      const [ours, theirs] = await pairs.both(netOf(() => make([3, 2]), channels));
      await expectSame(ours, theirs);
    }
  }, 120_000);

  test("trains to the same bits on 1 to 7 threads", () =>
    expectSameOnThreads(
      trainers,
      netOf(() => make([2, 3]), 3),
    ));
});

test("Keras 3's takes pixels by their middles", () => {
  const layer = new BilinearUpSampling2D({ size: [1, 2] });
  const row = layer.apply(tf.tensor([0, 4, 8], [1, 1, 3, 1])) as tf.Tensor;
  expect([...row.dataSync()]).toEqual([0, 1, 3, 5, 7, 8]);
  const corners = upSampling2d({ size: [1, 2], interpolation: "bilinear" });
  const other = corners.apply(tf.tensor([0, 4, 8], [1, 1, 3, 1])) as tf.Tensor;
  expect([...other.dataSync()]).toEqual([0, 2, 4, 6, 8, 8]);
});
