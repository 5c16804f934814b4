import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UsageError } from "../../../src/cli/errors";
import { exportModel } from "../../../src/cli/export";
import { type ImportHost, importModel } from "../../../src/cli/import";
import { modelFolder } from "../../../src/cli/model-files";
import { pack } from "../../../src/cli/pack";
import { noisyBoxes } from "../training/fixtures";

const file = (name: string) => fileURLToPath(new URL(`../import/files/${name}`, import.meta.url));
const DATASET = noisyBoxes(40);

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latent-loom-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the command; what it printed, and what it said on the way. */
async function run(...argv: string[]) {
  const said: string[] = [];
  let printed = "";
  const host: ImportHost = {
    print: (text) => {
      printed += text;
    },
    say: (line) => said.push(line),
    readDataset: async () => ({ dataset: DATASET, note: "" }),
  };
  const failure = await importModel(argv, host).then(
    () => null,
    (error: unknown) => error,
  );
  return { printed, said, failure };
}

describe("import", () => {
  it("writes a folder that export takes without a run, and says what is in it", async () => {
    const out = join(folder, "nested");
    const { printed, failure } = await run("--from", file("nested.keras"), "--out", out, "--json");
    expect(failure).toBeNull();
    const told = JSON.parse(printed);
    expect(told).toMatchObject({
      name: "autoencoder",
      parameters: 282,
      latent: { layer: "encoder/dense", shape: [3] },
      problems: [],
    });
    expect(told.layers).toContainEqual({
      name: "latent",
      kind: "Dense",
      shape: [3],
      parameters: 99,
    });
    expect((await readdir(out)).sort()).toEqual(["import.json", "model.json", "weights.bin"]);
    const model = await tf.loadLayersModel(modelFolder(out));
    expect(model.countParams()).toBe(282);
    model.dispose();

    const exported = join(folder, "onnx");
    await exportModel(["--model", out, "--to", "onnx", "--out", exported], {
      print: () => {},
      say: () => {},
      readDataset: () => Promise.reject(new Error("No images are needed.")),
    });
    expect(await readdir(exported)).toContain("decoder.onnx");
  });

  it("has exports with images say which they want", async () => {
    const out = join(folder, "nested");
    const to = (...argv: string[]) =>
      exportModel(["--model", out, "--out", join(folder, "out"), ...argv], {
        print: () => {},
        say: () => {},
        readDataset: async () => ({ dataset: DATASET, note: "" }),
      });
    // It is of images of 8 × 8.
    await expect(to("--to", "tsv")).rejects.toThrow(UsageError);
    await expect(to("--to", "tsv")).rejects.toThrow(
      /^--data: .*Name images that it takes by --data\./,
    );
    await expect(pack(["--from", out])).rejects.toThrow(/^--from: the net in .* was imported/);
  });

  it("takes halves, and what is chosen", async () => {
    const out = join(folder, "halves");
    const from = `${file("encoder.keras")},${file("decoder.keras")}`;
    const chosen = ["--code", "encoder/conv2d", "--takes", "0..255", "--makes", "0..1"];
    const { printed, failure } = await run("--from", from, "--out", out, ...chosen);
    expect(failure).toBeNull();
    expect(printed).toContain("The code is what encoder/conv2d makes, 4 × 4 × 2 numbers");
    expect(printed).toContain("0..255 for what it takes and 0..1 for what it makes");
    const { config } = JSON.parse(await readFile(join(out, "import.json"), "utf8"));
    expect(config.net).toMatch(/^rescale 255 > conv 2 3 relu/);
  });

  it.each([
    ["what is no model", "expected.json", /^--from: .*expected\.json is JSON/],
    ["weights alone", "alone.weights.h5", /^--from: .*has a model's weights and not its layers/],
    ["what is not there", "nothing.keras", /^--from: .*nothing\.keras cannot be read/],
  ])("writes nothing of %s", async (_, name, message) => {
    const out = join(folder, "refused");
    const { failure } = await run("--from", file(name), "--out", out);
    expect(failure).toBeInstanceOf(UsageError);
    expect(String(failure)).toMatch(new RegExp(message.source.replace("^", "^UsageError: ")));
    await expect(readdir(out)).rejects.toThrow("ENOENT");
  });

  it("lists problems in its JSON, too", async () => {
    const { printed, failure } = await run("--from", file("encoder.keras"), "--out", "x", "--json");
    expect(failure).toBeInstanceOf(UsageError);
    expect(JSON.parse(printed)).toMatchObject({
      latent: null,
      problems: [expect.stringContaining("An encoder comes with the file of its decoder.")],
    });
  });

  it("tells a SavedModel folder, and one of nothing", async () => {
    const saved = await mkdtemp(join(folder, "saved-"));
    expect(String((await run("--from", saved, "--out", "x")).failure)).toMatch(/is a folder: name/);
    await writeFile(join(saved, "saved_model.pb"), "");
    expect(String((await run("--from", saved, "--out", "x")).failure)).toMatch(
      /is a SavedModel folder.*load_model/,
    );
  });
});
