import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { UsageError } from "../../../src/cli/errors";
import { net } from "../../../src/cli/net";
import { PRESETS } from "../../../src/nets/presets";
import { presetSummary } from "../preset-models";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latent-loom-"));
});

afterAll(() => rm(folder, { recursive: true }));

async function told(...argv: string[]): Promise<string> {
  let output = "";
  await net(argv, (text) => {
    output += text;
  });
  return output;
}

const report = async (...argv: string[]) => JSON.parse(await told(...argv, "--json"));

const SHORT = "conv 32 3 relu > pool 2 > latent 16 relu > mirror";

describe("net", () => {
  it.each(PRESETS)("prints a text of %s that is the same net again", async (preset) => {
    const first = await report("--preset", preset, "--latent", "24");
    const { parameters, multiplyAdds } = presetSummary({ preset, latentSize: 24 });
    expect(first).toMatchObject({ parameters, multiplyAdds, latent: 24, problems: [] });
    const again = await report("--net", first.text);
    expect(again.layers.map(({ shape }: { shape: number[] }) => shape)).toEqual(
      first.layers.map(({ shape }: { shape: number[] }) => shape),
    );
    expect(again).toEqual(first);
  });

  it("says of each layer its kind, shape, weights and work", async () => {
    const { layers } = await report("--net", SHORT);
    expect(layers[0]).toEqual({
      name: "encoder_conv",
      kind: "conv",
      shape: [28, 28, 32],
      parameters: 320,
      multiplyAdds: 28 * 28 * 9 * 32,
    });
    expect(layers.map(({ kind }: { kind: string }) => kind).join(" ")).toBe(
      "conv maxPool flatten dense dense reshape upsample conv conv",
    );
  });

  it("is the baseline of 128 numbers where nothing is said, for people too", async () => {
    const output = await told();
    expect(output).toContain("conv 32 3 relu > pool 2 > latent 128 relu > dense 6272 relu");
    expect(output).toContain("| latent | Dense ReLU | 128 | 802,944 | 802,816 |");
    expect(output).toContain("1,621,889 weights");
  });

  it("takes other images, another size of the code, and a file", async () => {
    const file = join(folder, "net.txt");
    await writeFile(file, `${SHORT}\n`);
    const { layers, latent } = await report("--net", file, "--latent", "5", "--shape", "8x12x3");
    expect(latent).toBe(5);
    expect(layers.at(-1).shape).toEqual([8, 12, 3]);
    expect((await report("--preset", "loom", "--shape", "64x64x3")).latent).toBe(128);
    // Twice halved, 10 and 13 are 3 and 4.
    const odd = await report("--preset", "modified", "--shape", "10x13x1");
    expect(odd.layers.at(-1).shape).toEqual([10, 13, 1]);
  });

  it("resizes the layers that a sum of the code is made of", async () => {
    const sum =
      "flatten > dense 4 as a > from image > conv 2 3 /2 > dense 4 > add a > code > dense 784 > shape 28x28x1";
    const { text, latent } = await report("--net", sum, "--latent", "9");
    expect(latent).toBe(9);
    expect(text).toContain("dense 9 as a");
    expect(text).not.toContain("dense 4");
  });

  it.each([
    [
      ["--net", "conv 8 3 > pool 3 > latent 4 > mirror"],
      /^--net: "pool 3" after 28×28×8 .* \(at "pool 3", character 12\)$/,
    ],
    [
      ["--net", "conv 8 3 /2 > code > mirror", "--latent", "4"],
      /only a dense layer's can be chosen/,
    ],
    [["--net", SHORT, "--preset", "loom"], /--preset and --net name two nets/],
    [["--shape", "28x28"], /--shape/],
    [["--shape", "7x28x1"], /a shape from 8x8x1 to 64x64x3/],
    [
      ["--preset", "baseline", "--latent", "512", "--shape", "64x64x3"],
      /has 33,598,723 weights; 20,000,000 is the most/,
    ],
    [["--net", ""], /--net/],
  ])("refuses %j", async (argv, message) => {
    await expect(net(argv, () => {})).rejects.toThrow(UsageError);
    await expect(net(argv, () => {})).rejects.toThrow(message);
  });

  it("takes a model's JSON, and says what is otherwise here", async () => {
    const said: string[] = [];
    vi.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
    const models = fileURLToPath(new URL("../import/models/", import.meta.url));
    const { text, latent, parameters } = await report(
      "--net",
      `${models}keras3-convolutional.json`,
    );
    expect([latent, parameters]).toEqual([392, 3249]);
    expect(text).toMatch(/^conv 16 3 relu > pool 2 > .* > code > .* > conv 1 3 sigmoid$/);
    expect(said).toHaveLength(2);
    expect(said[0]).toBe("conv2d_1 (Conv2D): it has a bias here, which starts at 0.\n");
    vi.restoreAllMocks();
    const refused = net(["--net", `${models}keras3-refused.json`], () => {});
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(/RandomFlip.*\n.*kernel_constraint.*\nmemory \(LSTM\): /);
    const other = report("--net", `${models}keras3-nested.json`, "--shape", "32x32x3");
    await expect(other).rejects.toThrow("The model takes 28×28×1, and the images here are 32×32×3");
  });
});
