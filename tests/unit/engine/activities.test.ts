/** Losses that look at layers' outputs, such as codes: on every device the same, and what they say. */

import * as tf from "@tensorflow/tfjs";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { compile } from "../../../src/engine/compile";
import type { ActivityPenalty, Trainer } from "../../../src/engine/device";
import { chain, gradients, type Net, relativeError, samplesFor } from "./nets";
import { SAMPLES, Trainers } from "./pair";
import { GpuPairs, sharedGpu } from "./webgpu/gpu";

const { activation, conv2d, dense, flatten, reshape } = tf.layers;
const BATCH = Uint32Array.of(4, 0, 3, 1, 2);

/** Its maps are kept before ReLU, which would else be the convolution's own. */
const net: Net = () =>
  chain(
    [4, 5, 1],
    conv2d({ filters: 3, kernelSize: 3, padding: "same", name: "maps" }),
    activation({ activation: "relu" }),
    flatten(),
    dense({ units: 6, name: "code" }),
    dense({ units: 20 }),
    reshape({ targetShape: [4, 5, 1] }),
  );
const PENALTIES: readonly ActivityPenalty[] = [
  { layer: "code", term: "meanAbsoluteError", weight: 0.3 },
  { layer: "maps", term: "meanSquaredError", weight: 2 },
];

const trainers = new Trainers();
let pairs: GpuPairs;
beforeAll(async () => {
  await tf.setBackend("cpu");
  pairs = new GpuPairs(await sharedGpu());
}, 60_000);
afterEach(() => trainers.dispose());
afterAll(() => pairs.dispose());

/** The means that the penalties speak of, by tfjs alone. */
function meansOf({ model }: Trainer): number {
  const { inputs } = samplesFor(model, SAMPLES, 11);
  return tf.tidy(() => {
    const batch = tf.gather(
      tf.tensor(inputs, [SAMPLES, 4, 5, 1]),
      tf.tensor1d([...BATCH], "int32"),
    );
    return PENALTIES.reduce((sum, { layer, term, weight }) => {
      const { output } = model.getLayer(layer);
      const part = tf.model({ inputs: model.inputs, outputs: output as tf.SymbolicTensor });
      const values = part.predict(batch) as tf.Tensor;
      const sizes = term === "meanSquaredError" ? values.square() : values.abs();
      return sum + weight * sizes.mean().dataSync()[0]!;
    }, 0);
  });
}

test("the loss has their means on top, in evaluation and in training", async () => {
  const starts = [
    (choice: object) => trainers.ours(net, choice),
    (choice: object) => trainers.theirs(net, choice),
    (choice: object) => pairs.gpu(net, choice),
  ];
  for (const start of starts) {
    const [plain, penal] = [await start({}), await start({ penalties: PENALTIES })];
    const means = meansOf(plain);
    expect(means).toBeGreaterThan(0.1);
    const more = (await penal.evaluate(BATCH)) - (await plain.evaluate(BATCH));
    expect(more, plain.info.name).toBeCloseTo(means, 5);
    expect((await penal.step(BATCH, 0)) - (await plain.step(BATCH, 0))).toBeCloseTo(means, 5);
    expect(await penal.predict(BATCH)).toEqual(await plain.predict(BATCH));
  }
}, 120_000);

test("its gradient is tfjs's on every device, and another one than without them", async () => {
  const expected = await gradients(await trainers.theirs(net, { penalties: PENALTIES }), BATCH);
  const without = await gradients(await trainers.theirs(net), BATCH);
  const devices = [
    await trainers.ours(net, { penalties: PENALTIES }),
    await trainers.ours(net, { penalties: PENALTIES }, 2),
    await pairs.gpu(net, { penalties: PENALTIES }),
  ];
  for (const trainer of devices) {
    for (const [index, array] of (await gradients(trainer, BATCH)).entries()) {
      expect(relativeError(array, expected[index]!), `${index}`).toBeLessThan(1e-4);
    }
  }
  for (const index of [0, 1, 2, 3]) {
    expect(relativeError(without[index]!, expected[index]!)).toBeGreaterThan(0.01);
  }
}, 120_000);

test("a plan keeps the outputs that are looked at, and no others", () => {
  const kinds = (kept: readonly string[]) =>
    compile(net(), undefined, kept).operations.map(({ kind }) => kind);
  const shared = ["reshape", "dense", "dense", "reshape"];
  expect(kinds([])).toEqual(["conv", ...shared]);
  expect(kinds(["maps"])).toEqual(["conv", "activation", ...shared]);
});

test.each<[Partial<ActivityPenalty>, string]>([
  [{ layer: "none" }, "There is no layer none"],
  [{ weight: 0 }, "must be a number over 0, not 0"],
  [{ weight: Number.NaN }, "must be a number over 0, not NaN"],
])("%o is refused", async (change, message) => {
  const penalties = [{ ...PENALTIES[0]!, ...change }];
  await expect(trainers.ours(net, { penalties })).rejects.toThrow(message);
  await expect(trainers.theirs(net, { penalties })).rejects.toThrow(message);
});

test("the layer that makes the output is refused: its terms are the loss's own", async () => {
  const single: Net = () => chain([4], dense({ units: 4, name: "end" }));
  const penalties = [{ ...PENALTIES[0]!, layer: "end" }];
  await expect(trainers.ours(single, { penalties })).rejects.toThrow("has a loss of its own");
  const shaped: Net = () =>
    chain(
      [4],
      dense({ units: 4, name: "end", activation: "sigmoid" }),
      reshape({ targetShape: [2, 2, 1] }),
    );
  const loss = { binaryCrossentropy: 1 };
  await expect(trainers.ours(shaped, { penalties, loss })).rejects.toThrow("has a loss of its own");
});
