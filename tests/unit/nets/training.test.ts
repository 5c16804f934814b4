/** What a net's text says of training: frozen layers, and penalties on weights and on outputs. */

import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, expect, test } from "vitest";
import { compile } from "../../../src/engine/compile";
import { readGraph } from "../../../src/export/graph";
import { buildModelCode, customLayers } from "../../../src/export/keras/net";
import { buildNet } from "../../../src/nets/build";
import { decoderOf, encoderOf } from "../../../src/nets/build/halves";
import { summarizeNet } from "../../../src/nets/summary";
import { netText, parseNet } from "../../../src/nets/text";
import { apart, Trainers, train, weightsOf } from "../engine/pair";

const IMAGE = { height: 8, width: 8, channels: 1 };
const TEXT =
  "conv 4 3 relu /2 l2 1e-4 > norm frozen > latent 3 relu frozen l1 0.01 bias-l2 0.002 activity-l1 0.05 > " +
  "dense 64 activity-l2 0.003 > shape 8x8x1 > conv 1 3 sigmoid";
const net = parseNet(TEXT, IMAGE);

const trainers = new Trainers();
beforeAll(async () => {
  await tf.setBackend("cpu");
});
afterEach(() => trainers.dispose());

test("is read into the layers, and written as it was", () => {
  const [conv, norm, , latent, wide] = net.layers;
  expect(conv).toMatchObject({ penalties: { kernel: { l2: 1e-4 } } });
  expect(norm).toMatchObject({ frozen: true });
  expect(latent).toMatchObject({
    frozen: true,
    penalties: { kernel: { l1: 0.01 }, bias: { l2: 0.002 }, activity: { l1: 0.05 } },
  });
  expect(wide).toMatchObject({ penalties: { activity: { l2: 0.003 } } });
  expect(parseNet(netText(net), IMAGE)).toEqual(net);
  expect(netText(net)).toContain("latent 3 relu frozen l1 0.01 bias-l2 0.002 activity-l1 0.05");
  const details = summarizeNet(net).layers.map(({ detail }) => detail);
  expect(details[0]).toContain("L2 0.0001");
  expect(details[3]).toContain("frozen, L1 0.01, L2 of biases 0.002, L1 of outputs 0.05");
});

test.each(["relu", "relu 6", "rescale 2", "rescale 2 1", "pad 1", "crop 0 1 1 0", "permute 2 1 3"])(
  "is read behind %s",
  (first) => {
    const text = `${first} activity-l1 0.1 > latent 3 > dense 64 > flatten activity-l2 1 > shape 8x8x1`;
    const read = parseNet(text, IMAGE);
    expect(read.layers[0]).toMatchObject({ penalties: { activity: { l1: 0.1 } } });
    expect(read.layers.some(({ penalties }) => penalties?.activity?.l2 === 1)).toBe(true);
    expect(netText(read)).toBe(text);
  },
);

test.each([
  ["conv 4 3 l2 > latent 3 > mirror", "wants a rate over 0 for l2"],
  ["conv 4 3 l2 0 > latent 3 > mirror", 'Wanted a rate over 0 for l2, not "0"'],
  ["conv 4 3 l2 1 l2 2 > latent 3 > mirror", "is given twice"],
  ["pool 2 frozen > latent 3 > mirror", '"frozen" says nothing here'],
  ["conv 4 3 > norm l2 1 > latent 3 > mirror", '"l2" says nothing here'],
])("%s is refused", (text, message) => {
  expect(() => parseNet(text, IMAGE)).toThrow(message);
});

test("normalisations of every kind and slopes can be frozen, here and in Keras", async () => {
  const text =
    "conv 4 3 > layer-norm frozen > prelu frozen > group-norm 2 frozen > prelu each frozen > " +
    "latent 3 > dense 64 > shape 8x8x1";
  const frozen = parseNet(text, IMAGE);
  expect(parseNet(netText(frozen), IMAGE)).toEqual(frozen);
  const model = buildNet(frozen, 1);
  // What is trained: kernel and bias of the convolution, of the code and of the dense layer.
  expect(compile(model).parameters).toHaveLength(6);
  expect(buildModelCode(await readGraph(model)).match(/trainable=False/g)).toHaveLength(4);
  expect(() => parseNet("conv 4 3 > prelu l2 1 > latent 3 > mirror", IMAGE)).toThrow(
    '"l2" says nothing here',
  );
});

test("does not go into a mirror, nor does a layer's name become a word", () => {
  const mirrored = parseNet(
    "conv 4 3 relu l2 1e-4 > latent 3 frozen activity-l1 1 > mirror",
    IMAGE,
  );
  const places = mirrored.layers.flatMap(({ frozen, penalties }, place) =>
    frozen || penalties ? [place] : [],
  );
  expect(places).toEqual([0, 2]);
  const joined = parseNet(
    "conv 1 3 as frozen > conv 1 3 > add frozen > latent 64 > shape 8x8x1 > conv 1 3",
    IMAGE,
  );
  expect(joined.layers[2]!.inputs).toContain("frozen");
});

test("is in the model, its plan, its halves and its Keras code", async () => {
  const model = buildNet(net, 1);
  expect(model.getLayer("latent").trainable).toBe(false);
  const plan = compile(model);
  // A frozen layer's kernel and biases count nothing.
  expect(plan.penalties.map(({ l1, l2 }) => [l1, l2])).toEqual([[0, 1e-4]]);
  expect(plan.activities.map(({ l1, l2 }) => [l1, l2])).toEqual([
    [0.05, 0],
    [0, 0.003],
  ]);
  expect(encoderOf(model).outputs[0]!.shape).toEqual([null, 3]);
  expect(decoderOf(model).outputs[0]!.shape).toEqual([null, 8, 8, 1]);
  const graph = await readGraph(model);
  expect(customLayers(graph)).toEqual(["ActivityRegularization"]);
  const code = buildModelCode(graph);
  expect(code).toContain("kernel_regularizer=keras.regularizers.L1L2(l2=0.0001)");
  expect(code).toContain("trainable=False");
  expect(code).toMatch(/ActivityRegularization\(\s*l1=0\.05,\s*l2=0,/);
});

test("can be said of every kind of layer with weights", async () => {
  const text =
    "conv 4 3 > depthwise 3 frozen > separable 4 3 frozen > layer-norm frozen > group-norm 2 frozen > prelu frozen > " +
    "norm frozen > latent 3 > dense 64 frozen > shape 8x8x1 > conv-transpose 1 3 frozen";
  const make = () => buildNet(parseNet(text, IMAGE), 1);
  const ours = await trainers.ours(make, { loss: { meanSquaredError: 1 } });
  const read = () => ours.model.weights.map((weight) => weight.read().dataSync().join());
  const before = read();
  await train(ours, 2);
  await ours.pullWeights();
  const after = read();
  const moved = ours.model.weights.filter((_, place) => after[place] !== before[place]);
  expect(moved.map(({ originalName }) => originalName)).toEqual([
    "encoder_conv/kernel",
    "encoder_conv/bias",
    "latent/kernel",
    "latent/bias",
  ]);
  expect(buildModelCode(await readGraph(make())).match(/trainable=False/g)).toHaveLength(8);
});

test("trains as on tfjs, leaves frozen layers alone, and counts penalties", async () => {
  const make = () => buildNet(net, 1);
  const loss = { binaryCrossentropy: 1 };
  const [ours, theirs] = [
    await trainers.ours(make, { loss }, 2),
    await trainers.theirs(make, { loss }),
  ];
  expect(apart(await train(ours, 6), await train(theirs, 6))).toBeLessThan(1e-5);
  expect(await weightsOf(ours)).toHaveLength(6);
  const plain = () => buildNet(parseNet(TEXT.replaceAll(/ activity-l\d [\d.]+/g, ""), IMAGE), 1);
  const batch = Uint32Array.of(0, 1, 2);
  const [fresh, without] = [
    await trainers.ours(make, { loss }),
    await trainers.ours(plain, { loss }),
  ];
  expect(await fresh.evaluate(batch)).toBeGreaterThan(await without.evaluate(batch));
});
