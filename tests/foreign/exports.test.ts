/** Every net's notebook in Keras and TensorFlow, and its ONNX files in onnxruntime: the real ones. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { learningRateAt } from "../../src/config/schedule";
import { FASHION_MNIST } from "../../src/datasets/fashion-mnist";
import { splitDataset } from "../../src/datasets/split";
import { importNet } from "../../src/import";
import { pickImages } from "../../src/math/image-set";
import { truncationThresholds } from "../../src/math/philox";
import { imageQuality } from "../../src/metrics/metrics";
import { netOf, PRESETS } from "../../src/nets/presets";
import { startsFromPca } from "../../src/nets/spec";
import { netText, withUsualNames } from "../../src/nets/text";
import { outputsOf } from "../unit/export/nets";
import { DATASET, NETS, writeNet } from "./nets";
import { python } from "./python";

/** What run.py tells of a net; differences are in parts of the largest value, but for Adam's. */
interface Found {
  /** Of `model.keras`, as Keras opens it; null where there is none. */
  readonly opened: number | null | { readonly error: string };
  readonly keras: {
    readonly error?: string;
    /** Largest difference of a pixel, as the notebook itself finds it. */
    readonly difference: number;
    readonly test: Readonly<Record<"loss" | "mse" | "ssim" | "ssim_writeup", number>>;
    /** By schedule and warm-up. */
    readonly rates: Readonly<Record<string, readonly number[]>>;
    readonly truncations: readonly number[] | null;
    readonly gradients: Readonly<Record<string, number>>;
    readonly after: Readonly<Record<string, number>>;
    readonly adam: Readonly<Record<string, number>>;
    /** Of the 20 steps of five epochs. */
    readonly losses: readonly number[];
    readonly saved: number;
    /** What `to_json()` writes of it. */
    readonly json: string;
  };
  readonly onnx: {
    readonly error?: string;
    readonly whole: number;
    readonly codes?: number;
    readonly halves?: number;
  };
}

const isPreset = (name: string) => PRESETS.some((preset) => preset === name);

const folder = mkdtempSync(join(tmpdir(), "latent-loom-"));
const models = new Map<string, tf.LayersModel>();
let found: Readonly<Record<string, Found>> = {};

beforeAll(async () => {
  await tf.setBackend("cpu");
  for (const net of NETS) models.set(net.name, await writeNet(join(folder, "nets"), net));
  // All in one process: importing TensorFlow takes as long as most nets do.
  await python([fileURLToPath(new URL("./run.py", import.meta.url)), join(folder, "nets")]);
  found = JSON.parse(readFileSync(join(folder, "found.json"), "utf8")).nets;
});
afterAll(() => {
  for (const model of models.values()) model.dispose();
  rmSync(folder, { recursive: true });
});

describe.each(NETS)("$name in Keras", ({ name, config, steps }) => {
  const keras = () => {
    const { keras: told } = found[name]!;
    expect(told.error).toBeUndefined();
    return told;
  };

  it("reconstructs what it did here", () => {
    const outputs = outputsOf(models.get(name)!, DATASET.images.subarray(0, 4 * 784));
    // Neither black nor white throughout.
    expect(outputs.filter((value) => value > 0.05 && value < 0.95).length).toBeGreaterThan(500);
    expect(keras().difference).toBeLessThan(1e-5);
  });

  it("opens as Keras's own file, and makes what it made here", () => {
    const { opened } = found[name]!;
    // Up-sampling as tfjs has it is the one layer that Keras's own cannot say.
    if (isPreset(name)) expect(opened).not.toBeNull();
    if (opened !== null) expect(opened).toBeLessThan(1e-5);
  });

  it("has the figures that it has here", async () => {
    const { test } = splitDataset(DATASET, config.split, config.seed);
    const outputs = outputsOf(models.get(name)!, pickImages(DATASET, test));
    const { mean } = imageQuality(DATASET, test, outputs);
    expect(keras().test.mse).toBeCloseTo(mean.mse, 6);
    expect(keras().test.ssim).toBeCloseTo(mean.ssim, 5);
    expect(keras().test.ssim_writeup).toBeCloseTo(mean.ssimWriteup, 5);
  });

  it("has the learning rates that it has here", () => {
    for (const schedule of ["constant", "cosine", "oneCycle"] as const) {
      for (const warmup of [0, 0.25]) {
        const rates = keras().rates[`${schedule} ${warmup === 0 ? "0.0" : warmup}`]!;
        expect(rates).toHaveLength(40);
        for (const [i, rate] of rates.entries()) {
          expect(rate).toBeCloseTo(learningRateAt({ ...config, schedule, warmup }, i + 1, 40), 12);
        }
      }
    }
  });

  it.runIf(steps)("takes this project's step: gradients, and batch norm's averages", () => {
    const { gradients, after } = keras();
    expect(Object.keys(after)).toHaveLength(models.get(name)!.weights.length);
    for (const [key, apart] of Object.entries(gradients)) expect(apart, key).toBeLessThan(1e-4);
    for (const [key, apart] of Object.entries(after)) expect(apart, key).toBeLessThan(1e-5);
  });

  it.runIf(steps)("has this project's Adam, its clipping and its weight decay", () => {
    const { adam } = keras();
    expect(Object.keys(adam)).toHaveLength(models.get(name)!.trainableWeights.length);
    for (const [key, apart] of Object.entries(adam)) expect(apart, key).toBeLessThan(2e-6);
  });

  it("goes on training, and keeps what it has learnt", () => {
    const { losses, saved } = keras();
    expect(losses).toHaveLength(20);
    const epoch = (from: number) => losses.slice(from, from + 4).reduce((sum, loss) => sum + loss);
    expect(losses.every(Number.isFinite)).toBe(true);
    // What starts as PCA has little to gain from 32 images.
    if (isPreset(name) && !startsFromPca(netOf(config, FASHION_MNIST)))
      expect(epoch(16)).toBeLessThan(epoch(0));
    expect(saved).toBeLessThan(1e-6);
  });
});

describe.each(NETS.filter(({ name }) => isPreset(name)))("$name from Keras", ({ name, config }) => {
  it("is read as the net that it was", () => {
    const { net, notes } = importNet(found[name]!.keras.json, FASHION_MNIST);
    // That some of its layers start as PCA is no part of a model.
    const text = netText(withUsualNames(netOf(config, FASHION_MNIST)));
    expect(netText(net)).toBe(text.replaceAll(/ pca-(en|de)code/g, ""));
    expect(notes).toEqual([]);
  });
});

describe.each(NETS)("$name in onnxruntime", ({ name }) => {
  it("reconstructs what it did here, whole and in halves", () => {
    const { error, whole, codes, halves } = found[name]!.onnx;
    expect(error).toBeUndefined();
    for (const apart of isPreset(name) ? [whole, codes, halves] : [whole]) {
      expect(apart).toBeLessThan(1e-5);
    }
  });
});

it("nested cuts codes off as often at each place as here", () => {
  const counts = found.nested!.keras.truncations!;
  const draws = counts.reduce((sum, count) => sum + count, 0);
  const evenTo = Number(
    models
      .get("nested")!
      .layers.find((layer) => layer.getClassName() === "NestedDropout")!
      .getConfig().evenTo,
  );
  const thresholds = [...truncationThresholds(256, evenTo), 2 ** 32];
  expect(counts[0]).toBe(0);
  // Of a quarter of a thousand counts none is five standard deviations off, but by one chance in 7,000.
  for (let kept = 1; kept <= 256; kept++) {
    const expected = (draws * (thresholds[kept]! - thresholds[kept - 1]!)) / 2 ** 32;
    expect(Math.abs(counts[kept]! - expected), `${kept}`).toBeLessThan(5 * Math.sqrt(expected));
  }
});
