import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterAll, describe, expect, it } from "vitest";
import { CommandError, UsageError } from "../../../src/cli/errors";
import { modelFolder } from "../../../src/cli/model-files";
import { type TrainHost, train } from "../../../src/cli/train";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import { configFor } from "../../../src/config/recipes";
import type { RunResult } from "../../../src/runs/results";
import { noisyBoxes } from "../training/fixtures";

/** 1,000 images: 800 to train on, more than PCA has directions. */
const DATASET = noisyBoxes(1000);

function host() {
  const out: string[] = [];
  const err: string[] = [];
  const asked: (readonly number[])[] = [];
  const interrupts = new Set<() => void>();
  const fake: TrainHost = {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    readDataset: async (classes) => {
      asked.push(classes);
      return { dataset: DATASET, note: "Synthetic garments." };
    },
    onInterrupt(callback) {
      interrupts.add(callback);
      return () => interrupts.delete(callback);
    },
  };
  const result = (): RunResult => JSON.parse(out.join("").trimEnd().split("\n").at(-1)!);
  return { fake, out, err, asked, interrupts, result };
}

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

const SHORT = ["--latent", "4", "--epochs", "1", "--batch", "50", "--threads", "1", "--json"];

describe("train", () => {
  it("says before the start that memory does not hold the net", async () => {
    const { fake, out } = host();
    const net = "conv 1000 1 relu > norm > conv 1000 2 relu /2 > conv 1 1 > code > up 2";
    const attempt = train(["--net", net, "--batch", "1024", "--device", "wasm"], fake);
    await expect(attempt).rejects.toThrow(UsageError);
    await expect(attempt).rejects.toThrow(/takes [\d,]+ MB, .*take a smaller batch size/);
    expect(out).toEqual([]);
  });

  it("says of a code with as many numbers as an image that it is no task", async () => {
    const { fake, err } = host();
    const spec = { ...DATASET.spec, height: 7, width: 8 };
    const dataset = { ...DATASET, spec, shape: spec, images: DATASET.images.subarray(0, 56_000) };
    const small = { ...fake, readDataset: async () => ({ dataset, note: "" }) };
    await train([...SHORT.with(1, "56"), "--preset", "loom", "--classes", "0,1"], small);
    expect(err.join("")).toMatch(
      /PCA keeps them all in a code of 56, .* 8 numbers would be a task/,
    );
  });

  it("trains the baseline and prints one object with the documented keys", async () => {
    const { fake, out, err, asked, interrupts, result } = host();
    const folder = await mkdtemp(join(tmpdir(), "latent-loom-"));
    folders.push(folder);
    await train([...SHORT, "--classes", "0,1", "--seed", "3", "--save", folder], fake);
    expect(out).toHaveLength(1);
    expect(Object.keys(result())).toEqual([
      "preset",
      "latent",
      "seed",
      "split",
      "device",
      "threads",
      "data",
      "trainImages",
      "validationImages",
      "testImages",
      "parameters",
      "epochs",
      "bestEpoch",
      "trainLoss",
      "validationLoss",
      "test",
      "pca",
      "testChance",
      "imagesPerSecond",
      "config",
      "seconds",
    ]);
    expect(Object.keys(result().test).sort()).toEqual(
      ["bce", "bceGap", "mse", "psnr", "ssim", "ssimWriteup"].sort(),
    );
    expect(Object.keys(result().pca).sort()).toEqual(["mse", "psnr", "ssim", "ssimWriteup"]);
    expect(result()).toMatchObject({
      preset: "baseline",
      latent: 4,
      seed: 3,
      split: "stratified",
      device: "wasm",
      threads: 1,
      data: "synthetic",
      trainImages: 800,
      validationImages: 100,
      testImages: 100,
      epochs: 1,
      bestEpoch: 1,
    });
    expect(result().config).toEqual({
      ...DEFAULT_CONFIG,
      latentSize: 4,
      epochs: 1,
      batchSize: 50,
      seed: 3,
      threads: 1,
    });
    expect(asked).toEqual([[0, 1]]);
    expect(err.join("")).toMatch(/Synthetic garments\.\n/);
    expect(err.join("")).toMatch(/Automatic takes WASM\. It is the only device here/);
    expect(interrupts.size).toBe(0);

    const model = await tf.loadLayersModel(modelFolder(folder));
    expect(model.countParams()).toBe(result().parameters);
    model.dispose();

    // The same seed gives the same figures, with two threads too.
    const other = host();
    await train([...SHORT, "--seed", "3", "--threads", "2"], other.fake);
    const { trainLoss, validationLoss, test } = result();
    expect(other.result()).toMatchObject({ threads: 2, trainLoss, validationLoss, test });
  });

  it("refuses a folder that cannot be made before it reads an image", async () => {
    const { fake, asked } = host();
    const folder = await mkdtemp(join(tmpdir(), "latent-loom-"));
    folders.push(folder);
    await writeFile(join(folder, "file"), "");
    const attempt = train([...SHORT, "--save", join(folder, "file", "model")], fake);
    await expect(attempt).rejects.toThrow(UsageError);
    await expect(attempt).rejects.toThrow(/--save: .* cannot be written/);
    expect(asked).toEqual([]);
  });

  it("keeps the model elsewhere where its folder went away in training, and says where", async () => {
    const { fake, result } = host();
    const folder = await mkdtemp(join(tmpdir(), "latent-loom-"));
    folders.push(folder);
    const save = join(folder, "model");
    const losing: TrainHost = {
      ...fake,
      async readDataset(...chosen) {
        await rm(save, { recursive: true });
        await writeFile(save, "");
        return fake.readDataset(...chosen);
      },
    };
    const error = await train([...SHORT, "--save", save], losing).catch((e) => e);
    expect(error).toBeInstanceOf(CommandError);
    const [, other = ""] =
      /could not be saved in .*model \(.*\): it is in (.*)\.$/.exec(error.message) ?? [];
    folders.push(other);
    expect((await readdir(other)).sort()).toEqual(["model.json", "result.json", "weights.bin"]);
    const model = await tf.loadLayersModel(modelFolder(other));
    expect(model.countParams()).toBe(result().parameters);
    model.dispose();
  });

  it("trains by a recipe file, with options over it", async () => {
    const { fake, result } = host();
    const folder = await mkdtemp(join(tmpdir(), "latent-loom-"));
    folders.push(folder);
    const recipe = join(folder, "recipe.json");
    const loss = { meanSquaredError: 1 };
    await writeFile(recipe, JSON.stringify({ preset: "baseline-linear", loss, epochs: 9 }));
    await train([...SHORT, "--recipe", recipe, "--schedule", "cosine", "--beta2", "0.98"], fake);
    const settings = { loss, epochs: 1, latentSize: 4, batchSize: 50, threads: 1 };
    expect(result().config).toEqual(
      configFor("baseline-linear", { ...settings, schedule: "cosine", beta2: 0.98 }),
    );
    // The validation loss is the recipe's, not cross-entropy, which is over 0.2 on any images.
    expect(result().validationLoss).toBeLessThan(0.2);
    expect(result().test.bce).toBeGreaterThan(0.2);
  });

  it("starts the loom as PCA", async () => {
    const { fake, result } = host();
    await train([...SHORT, "--preset", "loom", "--lr", "1e-6"], fake);
    const { flips, loss } = configFor("loom");
    expect(result().config).toMatchObject({ flips, loss });
    // A rate so small changes next to nothing of what it started as.
    expect(result().test.mse / result().pca.mse).toBeCloseTo(1, 2);
    expect(result().test.ssim / result().pca.ssim).toBeCloseTo(1, 2);
  });

  it("on Ctrl-C stops after the step and evaluates what there is, told in words", async () => {
    const { fake, out, err, interrupts } = host();
    const words = SHORT.filter((word) => word !== "--json");
    const run = train([...words, "--epochs", "1000"], fake);
    while (interrupts.size === 0) await new Promise((resolve) => setImmediate(resolve));
    setTimeout(() => {
      for (const interrupt of interrupts) interrupt();
    }, 300);
    await run;
    expect(err.join("")).toMatch(/Stopping after this step/);
    expect(out.join("")).toMatch(/^Synthetic garments.*\nLoss .*\nTest split, 100 images/);
    expect(Number(/(\d+) epochs?,/.exec(out.join(""))![1])).toBeLessThan(1000);
  });

  it.each([
    [["--device", "gpu"], /--device takes one of auto, wasm, webgpu, tfjs, tfjs-webgpu/],
    [["--latent", "0"], /--latent takes a whole number from 1 to 512/],
    [["--lr", "2"], /--lr takes a number from/],
    [["--split", "kfold"], /stratified, writeup/],
    [["--classes", "0,11"], /A class must be a whole number from 0 to 9/],
    [["--classes", "0,x"], /--classes takes class ids/],
    [["--data", "signs"], /there is no data set and no file called signs\. There is fashion-mnist/],
    [["--epoch", "3"], /--epochs/],
    [["--preset", "resnet"], /--preset takes one of baseline, baseline-linear, modified, loom/],
    [["--loss", "rmse"], /--loss takes terms with weights/],
    [["--warmup", "0.6"], /--warmup takes a number from 0 to 0\.5/],
    [["--clip-norm", "0"], /--clip-norm takes a number from 0\.001 to 1000, or none/],
    [["--patience", "0"], /--patience takes a whole number from 1 to 1000, or none/],
    [["--preset", "loom", "--loss", "bce"], /loom cannot have binaryCrossentropy/],
    [["--recipe", "/no/such/file.json"], /file\.json cannot be read/],
  ])("refuses %o and says what is allowed", async (argv, message) => {
    const { fake, asked } = host();
    const attempt = train(argv, fake);
    await expect(attempt).rejects.toThrow(UsageError);
    await expect(attempt).rejects.toThrow(message);
    expect(asked).toEqual([]);
  });
});
