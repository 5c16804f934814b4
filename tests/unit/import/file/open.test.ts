import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { unzipSync, zipSync } from "fflate";
import { beforeAll, describe, expect, it } from "vitest";
import { ImportError } from "../../../../src/import";
import { type ModelFile, openModel } from "../../../../src/import/file";
import { bestRanges } from "../../../../src/import/file/guess";
import { settingsOf } from "../../../../src/import/file/settings";
import { weightedModel } from "../../../../src/training/imported";

const FOLDER = fileURLToPath(new URL("../files/", import.meta.url));

/** As Keras 3.15 wrote them: a nested model of images of 8 × 8, whole, in halves, and its weights alone. */
const file = (path: string): ModelFile => ({
  path,
  bytes: new Uint8Array(readFileSync(`${FOLDER}${path}`)),
});
/** Two images, and what that model made of them. */
const PIXELS = Uint8Array.from({ length: 128 }, (_, i) => (i * 37) % 256);
const EXPECTED: readonly number[] = JSON.parse(
  readFileSync(`${FOLDER}expected.json`, "utf8"),
).outputs;

const TEXT =
  "conv 2 3 relu /2 > norm epsilon 0.00001 > latent 3 > dense 32 > leaky-relu 0.1 > shape 4x4x2 > " +
  "norm frozen > up 2 > conv 1 3 sigmoid";

async function problemsOf(...files: ModelFile[]): Promise<readonly string[]> {
  try {
    (await openModel(files)).build();
  } catch (error) {
    if (error instanceof ImportError) return error.message.split("\n");
    throw error;
  }
  return [];
}

beforeAll(() => tf.setBackend("cpu"));

describe("a model of Keras", () => {
  it.each([
    ["a .keras file", ["nested.keras"]],
    ["an .h5 file", ["nested.h5"]],
    ["its halves", ["encoder.keras", "decoder.keras"]],
    ["its halves, the decoder first", ["decoder.keras", "encoder.keras"]],
  ])("from %s makes what it made there", async (_, files) => {
    const found = (await openModel(files.map(file))).build();
    const { net, text, weights, latent } = found;
    expect(text).toBe(TEXT);
    expect(latent).toEqual({ layer: "encoder/dense", shape: [3] });
    expect(net.image).toEqual({ height: 8, width: 8, channels: 1 });
    const model = weightedModel({ net, weights });
    const outputs = tf.tidy(() => {
      const images = tf.tensor(
        Float32Array.from(PIXELS, (byte) => byte / 255),
        [2, 8, 8, 1],
      );
      return (model.predict(images) as tf.Tensor).dataSync<"float32">().slice();
    });
    model.dispose();
    for (const [i, value] of EXPECTED.entries()) expect(outputs[i]).toBeCloseTo(value, 5);
  });

  it("trains on by what it was compiled with, under its own name", async () => {
    const { config, notes } = settingsOf((await openModel([file("nested.keras")])).build());
    expect(config).toMatchObject({
      netName: "autoencoder",
      latentSize: 3,
      optimizer: "adam",
      learningRate: 0.0003,
      beta2: 0.99,
      loss: { meanSquaredError: 1 },
    });
    expect(notes).toEqual([]);
    const without = settingsOf((await openModel([file("nested.h5")])).build());
    expect(without.config.loss).toEqual({ binaryCrossentropy: 1 });
    expect(without.notes).toEqual([expect.stringMatching(/does not say how it was compiled/)]);
  });

  it("has its code where somebody says", async () => {
    const opened = await openModel([file("nested.keras")]);
    const found = opened.build({ code: "encoder/conv2d" });
    expect(found.latent).toEqual({ layer: "encoder/conv2d", shape: [4, 4, 2] });
    expect(found.codes).toContain("decoder/dense");
    expect(() => opened.build({ code: "conv2d" })).toThrow(
      /^There is no layer "conv2d" that could make the code\. There are encoder\/conv2d, /,
    );
  });

  it("has its ranges where somebody says, or as they fit images best", async () => {
    const opened = await openModel([file("nested.keras")]);
    expect(opened.ranges[0]).toEqual({ takes: "0..1", makes: "0..1" });
    const found = opened.build({ takes: "-1..1", makes: "0..255" });
    expect(found.text).toBe(`rescale 2 -1 > ${TEXT} > rescale 0.00392156862745`);
    const errors = { "0..1": 0.2, "-1..1": 0.1, "0..255": 0.15 };
    const judge = async ({ ranges: { takes } }: typeof found) => errors[takes];
    expect(await bestRanges(opened, {}, judge)).toEqual({ takes: "-1..1", makes: "0..1" });
    expect(await bestRanges(opened, { takes: "0..255" }, judge)).toEqual({
      takes: "0..255",
      makes: "0..1",
    });
    // A little better may be chance.
    errors["-1..1"] = 0.19;
    errors["0..255"] = 0.18;
    expect(await bestRanges(opened, {}, judge)).toEqual({ takes: "0..1", makes: "0..1" });
  });
});

describe("what is no such model has a sentence each", () => {
  const parts = () => unzipSync(file("nested.keras").bytes);
  const zipped = (path: string, files: Record<string, Uint8Array>): ModelFile => ({
    path,
    bytes: new Uint8Array(zipSync(files)),
  });
  const text = (path: string, content: string): ModelFile => ({
    path,
    bytes: new TextEncoder().encode(content),
  });
  const config = (change: (config: string) => string) => {
    const content = change(new TextDecoder().decode(parts()["config.json"]));
    return zipped("m.keras", { ...parts(), "config.json": new TextEncoder().encode(content) });
  };

  it.each<[string, () => ModelFile, RegExp]>([
    [
      "weights alone",
      () => file("alone.weights.h5"),
      /has a model's weights and not its layers: load them/,
    ],
    [
      "no weights",
      () => zipped("m.keras", { "config.json": parts()["config.json"]! }),
      /layers and no model\.weights\.h5/,
    ],
    ["a run", () => zipped("m.keras", { "run.json": new Uint8Array(2) }), /is a run of this page/],
    [
      "a SavedModel",
      () => zipped("m.zip", { "m/saved_model.pb": new Uint8Array(2) }),
      /SavedModel folder.*load_model/,
    ],
    [
      "PyTorch's",
      () => zipped("m.h5", { "m/data.pkl": new Uint8Array(2) }),
      /is a file of PyTorch/,
    ],
    [
      "another zip",
      () => zipped("m.keras", { "cat.png": new Uint8Array(2) }),
      /is a zip, but of no model of Keras/,
    ],
    [
      "layers alone",
      () => text("m.keras", '{"class_name": "Sequential"}'),
      /is JSON, which has a model's layers/,
    ],
    ["a web page", () => text("m.keras", "<!doctype html><html>"), /is a web page \(HTML\)/],
    ["nothing", () => text("m.h5", ""), /is empty/],
    [
      "config that is no JSON",
      () => config((json) => json.slice(9)),
      /has a config\.json that is no JSON/,
    ],
    [
      "a bomb",
      () => zipped("m.keras", { ...parts(), "model.weights.h5": new Uint8Array(401e6) }),
      /unpacks to 401 MB of weights/,
    ],
    [
      "a class of one's own",
      () => config((json) => json.replace('"Functional"', '"Mine"')),
      /model\.call\(x\)\)\.save\("model\.keras"\)/,
    ],
    [
      "an encoder alone",
      () => file("encoder.keras"),
      /makes 3, and images of 8×8×1 are wanted.*comes with the file of its decoder/,
    ],
  ])("%s", async (_, made, why) => {
    const problems = await problemsOf(made());
    expect(problems).toEqual([expect.stringMatching(why)]);
    expect(problems[0]).toMatch(/[.!]$/);
  });

  it("other weights, each layer", async () => {
    const weights = unzipSync(file("encoder.keras").bytes)["model.weights.h5"]!;
    const mixed = zipped("m.keras", { ...parts(), "model.weights.h5": weights });
    expect(await problemsOf(mixed)).toEqual([
      expect.stringMatching(/^encoder \(Functional\): its weights are not in the file/),
      expect.stringMatching(/^decoder \(Functional\): its weights are not in the file/),
    ]);
    const other = config((json) => json.replace('"units": 3', '"units": 4'));
    expect(await problemsOf(other)).toContainEqual(
      "encoder/dense (Dense): its kernel is 32×3 in the file, and 32×4 by its settings: the weights are another model's.",
    );
  });

  it("layers that there is no form of, all at once", async () => {
    const json = (text: string) =>
      text
        .replace('"class_name": "Flatten"', '"class_name": "Lambda"')
        .replace('"class_name": "UpSampling2D"', '"class_name": "Mine"');
    expect(await problemsOf(config(json))).toEqual([
      expect.stringMatching(/^encoder\/flatten \(Lambda\): a function of one's own is no data/),
      expect.stringMatching(/^decoder\/up_sampling2d \(Mine\): there is no such layer here/),
    ]);
  });

  it("numbers that are none", async () => {
    const { bytes } = file("nested.h5");
    // All float32s of one value, which stands among the weights alone.
    const view = new DataView(bytes.buffer);
    const kernel = (await openModel([file("nested.h5")])).build().weights.get("latent")![0]!;
    let at = 0;
    while (view.getFloat32(at, true) !== kernel[0]) at += 4;
    view.setFloat32(at, Number.NaN, true);
    expect(await problemsOf({ path: "m.h5", bytes })).toEqual([
      expect.stringMatching(/^encoder\/dense \(Dense\): its kernel has numbers that are none/),
    ]);
  });

  it("cut off at any place", async () => {
    for (const name of ["nested.keras", "nested.h5"]) {
      const { bytes } = file(name);
      for (const part of [0, 0.001, 0.1, 0.5, 0.9, 0.9999]) {
        const cut = { path: name, bytes: bytes.slice(0, Math.floor(bytes.length * part)) };
        const problems = await problemsOf(cut);
        expect(problems, `${part} of ${name}`).toHaveLength(1);
        expect(problems[0]).toMatch(new RegExp(`^${name} .*(get it again|save the model)`));
      }
    }
  });
});
