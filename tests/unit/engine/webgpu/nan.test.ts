import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { keepNan } from "../../../../src/engine/webgpu/kernel";
import { scoreKernel } from "../../../../src/engine/webgpu/kernels/score";
import type { Store } from "../../../../src/engine/webgpu/stores";
import { score } from "../../../../src/training/score";
import { boxes } from "../../training/fixtures";
import { expectLost, expectMomentsCount, POOLS, samplesWithNan, TRAPS } from "../nan";
import { chain } from "../nets";
import { GpuPairs, sharedGpu } from "./gpu";

// A GPU in software needs half a second for each kernel, and more on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let pairs: GpuPairs;
beforeAll(async () => {
  await tf.setBackend("cpu");
  pairs = new GpuPairs(await sharedGpu());
});
afterEach(() => pairs.dispose());

test.each(Object.entries(TRAPS))("a number that is none spoils %s", async (_, [net, choice]) => {
  await expectLost(await pairs.gpu(net, choice, samplesWithNan(16, 3, [5])));
});

test("it spoils the weights from either of Adam's moments", async () => {
  const [net] = TRAPS["a dense layer"]!;
  await expectMomentsCount(() => pairs.gpu(net, {}, samplesWithNan(16, 3, [])));
});

test.each([1, 4])("pooling of %d channels passes it on from every place", async (channels) => {
  for (const place of [0, 1, 2, 3]) {
    const samples = samplesWithNan(4 * channels, 2, [place * channels]);
    const trainer = await pairs.gpu(POOLS[channels]!, {}, samples);
    expect(await trainer.evaluate(Uint32Array.of(0)), `place ${place}`).toBeNaN();
    expect(await trainer.evaluate(Uint32Array.of(1))).not.toBeNaN();
  }
});

test("the scores' kernel does not leave it to the GPU's clamp, which may make a number of it", () => {
  // The software driver's passes it on, so that the test below cannot tell.
  const store = {} as Store;
  const { functions, body } = scoreKernel({
    shape: { height: 28, width: 28, channels: 1 },
    output: store,
    target: store,
    scores: store,
    scratch: store,
    capacity: 8,
  });
  expect(functions).toContain(keepNan("x", "clamp(x, 0.0, 1.0)", "f32"));
  expect(body).toContain(keepNan("value", "y * yes + (1.0 - y) * no", "f32"));
});

test("outputs that are no numbers have no scores, here or on the CPU", async () => {
  const set = boxes(3);
  const inputs = Float32Array.from(set.images, (byte) => byte / 255);
  inputs[300] = Number.NaN;
  const net = () =>
    chain([28, 28, 1], tf.layers.conv2d({ filters: 1, kernelSize: 1, activation: "relu" }));
  const trainers = await pairs.both(net, {}, { count: 3, inputs });
  expect(trainers[0].score).toBeDefined();
  for (const trainer of trainers) {
    const scores = await score(trainer, set, Uint32Array.of(0, 1));
    for (const figure of ["bce", "mse", "ssim", "ssimWriteup"] as const) {
      expect([...scores[figure]].map(Number.isNaN), figure).toEqual([true, false]);
    }
    expect(scores.loss[0]).toBeNaN();
  }
});
