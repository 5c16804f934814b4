import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Scores, Trainer } from "../../../../src/engine/device";
import { countCalls } from "../../../../src/engine/webgpu/counting";
import type { ImageSet } from "../../../../src/math/image-set";
import { score } from "../../../../src/training/score";
import { COLOUR_8_12, pattern } from "../../image-sets";
import { boxes } from "../../training/fixtures";
import { chain, type Net } from "../nets";
import { type Choice, train } from "../pair";
import { GpuPairs, sharedGpu } from "./gpu";

// A GPU in software needs half a second for each kernel, and more on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const { conv2d } = tf.layers;

const COUNT = 12;
const GREY = boxes(COUNT);
const COLOUR: ImageSet = { shape: COLOUR_8_12, images: pattern(COLOUR_8_12, COUNT) };
/** Two full batches of 8 and a partial one, in no order. */
const INDICES = Uint32Array.from({ length: 21 }, (_, i) => (i * 7) % COUNT);

let pairs: GpuPairs;
let device: GPUDevice;
beforeAll(async () => {
  await tf.setBackend("cpu");
  const platform = await sharedGpu();
  device = platform.device;
  pairs = new GpuPairs(platform);
});
afterEach(() => pairs.dispose());

const samplesOf = ({ images }: ImageSet) => ({ count: COUNT, inputs: images });

function scored(trainer: Trainer, indices: Uint32Array): Promise<Scores> {
  if (!trainer.score) throw new Error("The device scores nothing.");
  return trainer.score(indices);
}

const NETS: Readonly<Record<string, readonly [Net, Choice, ImageSet]>> = {
  "with a sigmoid, trained on logits": [
    () =>
      chain(
        [28, 28, 1],
        conv2d({ filters: 1, kernelSize: 3, padding: "same", activation: "sigmoid" }),
      ),
    { loss: { binaryCrossentropy: 1, ssimUniform: 0.5 } },
    GREY,
  ],
  "for small images in colour": [
    () => chain([8, 12, 3], conv2d({ filters: 3, kernelSize: 3, padding: "same" })),
    { loss: { meanSquaredError: 1, ssimGaussian: 1 } },
    COLOUR,
  ],
  "whose outputs leave [0, 1], with a penalty": [
    () =>
      chain(
        [28, 28, 1],
        conv2d({
          filters: 1,
          kernelSize: 3,
          padding: "same",
          kernelRegularizer: tf.regularizers.l2({ l2: 0.1 }),
        }),
      ),
    { loss: { meanSquaredError: 1 } },
    GREY,
  ],
};

describe.each(Object.entries(NETS))("scores of a net %s", (_, [net, choice, set]) => {
  test("are those that the CPU makes of its outputs", async () => {
    const [ours, theirs] = await pairs.both(net, choice, samplesOf(set));
    for (const trainer of [ours, theirs]) await train(trainer, 2);
    const found = await scored(ours, INDICES);
    const outputs = await ours.predict(INDICES);
    const expected = await score(
      Object.assign(Object.create(theirs) as Trainer, { predict: async () => outputs }),
      set,
      INDICES,
    );
    for (const figure of ["bce", "mse"] as const) {
      for (const [i, value] of expected[figure].entries()) {
        const off = Math.abs(found[figure][i]! / value - 1);
        expect(off, `${figure} of image ${i}`).toBeLessThan(1e-5);
      }
    }
    // Of −1 to 1: in flat parts a variance is what two numbers of 24 bits leave of each other.
    for (const figure of ["ssim", "ssimWriteup"] as const) {
      for (const [i, value] of expected[figure].entries()) {
        const off = Math.abs(found[figure][i]! - value);
        expect(off, `${figure} of image ${i}`).toBeLessThan(1e-5);
      }
    }
    const mean = found.loss.reduce((sum, loss) => sum + loss, 0) / INDICES.length;
    expect(mean / (await ours.evaluate(INDICES))).toBeCloseTo(1, 10);
    expect(mean / expected.loss[0]!).toBeCloseTo(1, 4);
    // Not one figure for all.
    expect(new Set(found.ssim).size).toBeGreaterThan(COUNT / 2);
  });
});

test("scores are the same bits again, in calls of any length, and one read of a call", async () => {
  const [net, choice, set] = NETS["with a sigmoid, trained on logits"]!;
  const trainer = await pairs.gpu(net, choice, samplesOf(set));
  const once = await scored(trainer, INDICES);
  const look = countCalls(device);
  expect(await scored(trainer, INDICES)).toEqual(once);
  // Load, net, loss and scores, of three batches.
  expect(look()).toMatchObject({ dispatches: 12, submissions: 1, uploads: 2, buffers: 0 });
  const parts = [
    await scored(trainer, INDICES.subarray(0, 5)),
    await scored(trainer, INDICES.subarray(5)),
  ];
  for (const figure of ["loss", "bce", "mse", "ssim", "ssimWriteup"] as const) {
    expect(parts.flatMap((part) => [...part[figure]])).toEqual([...once[figure]]);
  }
  await expect(trainer.score!(Uint32Array.of(COUNT))).rejects.toThrow("sample 12 of 12");
});

test("outputs that are no images of SSIM's size are not scored", async () => {
  const trainer = await pairs.gpu(() => chain([6, 28, 1], conv2d({ filters: 1, kernelSize: 1 })));
  expect(trainer.score).toBeUndefined();
});
