/** Models that real Keras has saved, 3 and 2, read here: they make of images what they made there. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeWasmPlatform } from "../../src/cli/wasm-platform";
import { createWasmPredictor } from "../../src/engine/wasm/predictor";
import { createWasmTrainer } from "../../src/engine/wasm/trainer";
import { ImportError } from "../../src/import";
import { type ModelFile, openModel, type Ranges } from "../../src/import/file";
import { settingsOf } from "../../src/import/file/settings";
import { createRng } from "../../src/math/rng";
import { trainedOf, weightedModel } from "../../src/training/imported";
import { trainerOptions } from "../../src/training/trainer";
import { python } from "./python";

/** What models.py tells of a model. */
interface Told extends Ranges {
  readonly files: readonly string[];
  readonly image: readonly [number, number, number];
  /** Its layer that makes the code, where that is known. */
  readonly code: string | null;
}

const IMAGES = 5;
const SHAPES = ["28x28x1", "32x32x3", "8x8x1"];

const folder = mkdtempSync(join(tmpdir(), "latent-loom-"));
const pixels = new Map<string, Uint8Array>();
let told: Readonly<Record<string, Told>> = {};

beforeAll(async () => {
  await tf.setBackend("cpu");
  for (const shape of SHAPES) {
    const size = shape.split("x").reduce((product, side) => product * Number(side), IMAGES);
    const rng = createRng(5, shape);
    const bytes = Uint8Array.from({ length: size }, () => rng.uint32() & 255);
    pixels.set(shape, bytes);
    writeFileSync(join(folder, `${shape}.u8`), bytes);
  }
  await python([fileURLToPath(new URL("./models.py", import.meta.url)), folder]);
  told = JSON.parse(readFileSync(join(folder, "models.json"), "utf8")).models;
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (path: string): ModelFile => ({
  path,
  bytes: new Uint8Array(readFileSync(join(folder, path))),
});
const floats = (name: string) =>
  new Float32Array(new Uint8Array(readFileSync(join(folder, `${name}.f32`))).buffer);

/** As many as models.py makes. */
const MODELS = [
  "dense",
  "deep",
  "without-channel",
  "tutorial",
  "nested",
  "nested-names",
  "nested-deep",
  "sequences",
  "two-files",
  "windows",
  "edges",
  "bilinear",
  "norms",
  "slopes",
  "activations",
  "softmax",
  "noise",
  "regularised",
  "global-pools",
  "merges",
  "operators",
  "skips",
  "bytes-in",
  "both-signs",
  "bytes-through",
  "variational",
  "colour",
  "small",
  "called",
  "one-pixel",
  "by-name",
  "by-name-nested",
  "keras-2-h5",
  "keras-2-keras",
  "keras-2-dense-h5",
  "keras-2-dense-keras",
];

it("tries each model that Keras has made", () => {
  expect(Object.keys(told).sort()).toEqual([...MODELS].sort());
});

describe.each(MODELS)("%s", (name) => {
  it("makes what it made in Keras, to 1e-5", async () => {
    const { files, takes, makes, image, code } = told[name]!;
    const model = await openModel(files.map(file));
    // What the file says of black and white is what is meant; where it says nothing, it is among what is tried.
    expect(model.ranges).toContainEqual({ takes, makes });
    const { net, weights, latent } = model.build({ takes, makes });
    expect([net.image.height, net.image.width, net.image.channels]).toEqual(image);
    if (code !== null) expect(latent.layer).toBe(code);
    const built = weightedModel({ net, weights });
    const predictor = await createWasmPredictor(built, nodeWasmPlatform);
    const outputs = await predictor.predict(pixels.get(image.join("x"))!);
    predictor.dispose();
    built.dispose();
    const [white, black] = { "0..1": [1, 0], "-1..1": [2, -1], "0..255": [255, 0] }[makes] as [
      number,
      number,
    ];
    const expected = floats(name).map((value) => (value - black) / white);
    expect(outputs.length).toBe(expected.length);
    const apart = outputs.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - expected[i]!)),
      0,
    );
    // Neither black nor white throughout.
    expect(expected.filter((value) => value > 0.02 && value < 0.98).length).toBeGreaterThan(100);
    expect(apart).toBeLessThan(1e-5);
  });
});

describe("what it was compiled with", () => {
  const settings = async (name: string) => {
    const { files, takes, makes } = told[name]!;
    const { config, notes } = settingsOf(
      (await openModel(files.map(file))).build({ takes, makes }),
    );
    const { optimizer, learningRate, beta2, momentum, nesterov, loss, netName } = config;
    return { optimizer, learningRate, beta2, momentum, nesterov, loss, netName, notes };
  };
  it("is what it trains on with", async () => {
    expect(await settings("nested")).toMatchObject({
      optimizer: "adam",
      learningRate: 0.0003,
      beta2: 0.99,
      loss: { meanSquaredError: 1 },
      netName: "autoencoder",
      notes: [],
    });
    expect(await settings("dense")).toMatchObject({
      optimizer: "adam",
      learningRate: 0.001,
      loss: { binaryCrossentropy: 1 },
    });
    expect(await settings("both-signs")).toMatchObject({
      optimizer: "sgd",
      learningRate: 0.05,
      momentum: 0.9,
      nesterov: true,
      loss: { meanAbsoluteError: 1 },
    });
    for (const form of ["h5", "keras"]) {
      expect(await settings(`keras-2-${form}`)).toMatchObject({
        optimizer: "adam",
        loss: { binaryCrossentropy: 1 },
        netName: "old",
      });
    }
  });
});

describe.each(["adam", "sgd", "rmsprop"])("%s goes on from what it has kept", (optimizer) => {
  /** What the net makes after two steps from the file's state, or from none. */
  async function twoStepsOn(isKept: boolean): Promise<Float32Array> {
    const found = (await openModel([file(`going-on-${optimizer}.keras`)])).build({
      takes: "0..1",
      makes: "0..1",
    });
    const { config } = settingsOf(found);
    const { moments, net } = found;
    expect(config.optimizer).toBe(optimizer);
    expect(moments?.steps).toBe(5);
    const model = weightedModel(found);
    const options = { ...trainerOptions(config, model), flips: false };
    const trainer = await createWasmTrainer(model, options, nodeWasmPlatform, 1);
    const inputs = pixels.get("28x28x1")!;
    await trainer.setSamples({ count: IMAGES, inputs });
    if (isKept) {
      const [m, v] = [await trainedOf(net, moments!.m), await trainedOf(net, moments!.v)];
      await trainer.setOptimizerState({ m, v, step: 5 });
    }
    const all = Uint32Array.from({ length: IMAGES }, (_, i) => i);
    for (let step = 0; step < 2; step++) await trainer.step(all, config.learningRate);
    await trainer.pullWeights();
    trainer.dispose();
    const predictor = await createWasmPredictor(model, nodeWasmPlatform);
    const outputs = await predictor.predict(inputs);
    predictor.dispose();
    model.dispose();
    return outputs;
  }

  it("as Keras does", async () => {
    const expected = floats(`going-on-${optimizer}-after`);
    const apart = (outputs: Float32Array) =>
      outputs.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
    const kept = apart(await twoStepsOn(true));
    expect(kept).toBeLessThan(1e-4);
    // Begun anew it goes elsewhere.
    expect(apart(await twoStepsOn(false))).toBeGreaterThan(4 * kept);
  });
});

describe("files that are refused", () => {
  const problemsOf = async (...files: ModelFile[]): Promise<readonly string[]> => {
    try {
      (await openModel(files)).build();
    } catch (error) {
      if (error instanceof ImportError) return error.message.split("\n");
      throw error;
    }
    return [];
  };
  it("have all that there is no form of listed at once", async () => {
    expect(await problemsOf(file("lambda.keras"))).toEqual([
      "double (Lambda): a function of one's own is no data: use Rescaling, Activation or Reshape.",
      "memory (LSTM): recurrent layers are not supported: use Dense or Conv2D.",
    ]);
  });
  it("are told how to be saved otherwise", async () => {
    expect(await problemsOf(file("subclassed.keras"))).toEqual([
      expect.stringContaining('keras.Model(x, model.call(x)).save("model.keras")'),
    ]);
    expect(await problemsOf(file("alone.weights.h5"))).toEqual([
      expect.stringMatching(/^alone\.weights\.h5 has a model's weights and not its layers: load/),
    ]);
    expect(await problemsOf(file("saved/saved_model.pb"))).toEqual([
      expect.stringMatching(/is of a SavedModel folder.*load_model/),
    ]);
  });
  it("that are cut, at any place, have one sentence", async () => {
    for (const name of ["dense.keras", "by-name.h5"]) {
      const whole = file(name).bytes;
      for (const part of [0, 3, 100, 0.3, 0.7, 0.999]) {
        const length = part < 1 && part > 0 ? Math.floor(whole.length * part) : part;
        const problems = await problemsOf({ path: name, bytes: whole.slice(0, length) });
        expect(problems, `${name} of ${length} bytes`).toHaveLength(1);
        expect(problems[0]).toMatch(new RegExp(`^${name} .*(get it again|save the model|empty)`));
      }
    }
  });
});
