import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import * as ort from "onnxruntime-web";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UsageError } from "../../../src/cli/errors";
import { type ExportHost, exportModel } from "../../../src/cli/export";
import { modelFolder } from "../../../src/cli/model-files";
import { train } from "../../../src/cli/train";
import { splitDataset } from "../../../src/datasets/split";
import { noisyBoxes } from "../training/fixtures";

const DATASET = noisyBoxes(40);
let folder = "";
let saved = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latent-loom-"));
  saved = join(folder, "saved");
  ort.env.wasm.numThreads = 1;
  const silent = { write: () => true };
  const argv = ["--preset", "loom", "--latent", "6", "--epochs", "1", "--batch", "16"];
  await train([...argv, "--threads", "1", "--save", saved], {
    stdout: silent,
    stderr: silent,
    readDataset: async () => ({ dataset: DATASET, note: "" }),
    onInterrupt: () => () => {},
  });
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the command; what it printed, and what it said on the way. */
async function run(...argv: string[]): Promise<{ printed: string; said: string[] }> {
  const said: string[] = [];
  let printed = "";
  const host: ExportHost = {
    print: (text) => {
      printed += text;
    },
    say: (line) => said.push(line),
    readDataset: async () => ({ dataset: DATASET, note: "Garments drawn by code." }),
  };
  await exportModel(argv, host);
  return { printed, said };
}

describe("export", () => {
  it.each([
    ["keras", ["expected.npz", "images.npz", "latent-loom.ipynb", "split.npz", "train.py"]],
    ["onnx", ["README.md", "autoencoder.onnx", "decoder.onnx", "encoder.onnx"]],
    ["tfjs", ["README.md", "layers.js", "model.json", "weights.bin"]],
    ["tsv", ["README.md", "codes.tsv", "metadata.tsv", "projector_config.json", "sprites.png"]],
  ])("--to %s writes its files and names them", async (to, files) => {
    const out = join(folder, to);
    const { printed } = await run("--model", saved, "--to", to, "--out", out);
    expect((await readdir(out)).sort()).toEqual(expect.arrayContaining(files));
    for (const file of files) expect(printed).toContain(`${join(out, file)}\n`);
  });

  it("says where the images come from", async () => {
    const { said } = await run("--model", saved, "--to", "tsv", "--out", join(folder, "tsv"));
    expect(said).toEqual(["Garments drawn by code."]);
  });

  it("gives halves that onnxruntime runs as tfjs does, and codes that agree with them", async () => {
    const out = join(folder, "onnx");
    await run("--model", saved, "--to", "onnx", "--out", out);
    await run("--model", saved, "--to", "tsv", "--out", join(folder, "tsv"));
    const { test } = splitDataset(DATASET, "stratified", 1);
    const images = new Float32Array(test.length * 784);
    for (const [row, index] of test.entries()) {
      const from = index * 784;
      const bytes = DATASET.images.subarray(from, from + 784);
      images.set(
        Float32Array.from(bytes, (byte) => byte / 255),
        row * 784,
      );
    }
    const dims = [test.length, 28, 28, 1];
    const session = async (name: string) =>
      ort.InferenceSession.create(new Uint8Array(await readFile(join(out, name))));
    const image = new ort.Tensor("float32", images, dims);
    const { code } = await (await session("encoder.onnx")).run({ image });
    const { reconstruction } = await (await session("decoder.onnx")).run({ code: code! });
    const whole = (await (await session("autoencoder.onnx")).run({ image })).reconstruction!;

    const model = await tf.loadLayersModel(modelFolder(saved));
    const expected = (model.predict(tf.tensor(images, dims)) as tf.Tensor).dataSync();
    expect(apart(reconstruction!.data as Float32Array, expected)).toBeLessThan(1e-5);
    expect(apart(whole.data as Float32Array, expected)).toBeLessThan(1e-5);
    // Reconstructions of garments: neither black nor white throughout.
    expect(expected.filter((value) => value > 0.05 && value < 0.95).length).toBeGreaterThan(500);

    const rows = (await readFile(join(folder, "tsv", "codes.tsv"), "utf8")).trimEnd().split("\n");
    const codes = Float32Array.from(rows.flatMap((row) => row.split("\t").map(Number)));
    expect(apart(codes, code!.data as Float32Array)).toBeLessThan(1e-4);
    model.dispose();
  });

  it.each([
    [["--model", "nowhere", "--out", "x"], UsageError, "--model: nowhere"],
    [["--out", "x"], UsageError, "--model DIR is needed"],
    [["--model", "x", "--out", "y", "--to", "pdf"], UsageError, "one of keras, onnx, tfjs, tsv"],
  ] as const)("refuses %j", async (argv, kind, message) => {
    const attempt = run(...argv);
    await expect(attempt).rejects.toThrow(kind);
    await expect(attempt).rejects.toThrow(message);
  });
});

it.each([
  ["weights cut off", (at: string) => truncate(join(at, "weights.bin"), 1000)],
  ["no weights", (at: string) => rm(join(at, "weights.bin"))],
  ["a model of no JSON", (at: string) => writeFile(join(at, "model.json"), "{")],
  ["a model of nothing", (at: string) => writeFile(join(at, "model.json"), "{}")],
  ["no result", (at: string) => rm(join(at, "result.json"))],
  ["a result of nothing", (at: string) => writeFile(join(at, "result.json"), "{}")],
])("refuses %s, naming the option and how to get a model", async (_what, damage) => {
  const at = await mkdtemp(join(folder, "damaged-"));
  await cp(saved, at, { recursive: true });
  await damage(at);
  const attempt = run("--model", at, "--out", join(at, "out"));
  await expect(attempt).rejects.toThrow(UsageError);
  await expect(attempt).rejects.toThrow(
    /^--model: .* (cannot be read \(.+\)|is not JSON: .+|holds no result of a run: .+)\. `npm run -s train -- --save/,
  );
  // No words of tfjs, valibot or V8.
  await expect(attempt).rejects.not.toThrow(/Invalid|Unexpected|Expected|received|\bat position/);
});

function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}
