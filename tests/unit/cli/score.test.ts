import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { UsageError } from "../../../src/cli/errors";
import { score } from "../../../src/cli/score";
import { ssimWang, ssimWriteup } from "../../../src/metrics/ssim";
import golden from "../../golden/ssim.json";
import { pattern } from "../image-sets";

const GOLDEN = "tests/golden/ssim.json";

test("scores the golden pairs as scikit-image does", async () => {
  let printed = "";
  await score(["--pairs", GOLDEN, "--json"], (text) => {
    printed += text;
  });
  const scores = JSON.parse(printed);
  expect(scores).toHaveLength(golden.pairs.length);
  for (const [index, pair] of golden.pairs.entries()) {
    expect(Math.abs(scores[index].ssim - pair.gaussian11_valid_range1)).toBeLessThan(1e-6);
    expect(Math.abs(scores[index].ssimWriteup - pair.uniform7_range2)).toBeLessThan(1e-6);
  }
});

test("prints a table without --json", async () => {
  let printed = "";
  await score(["--pairs", GOLDEN], (text) => {
    printed += text;
  });
  expect(printed.trimEnd().split("\n")).toHaveLength(golden.pairs.length + 1);
});

test.each([
  ["nowhere.json", "cannot be read"],
  ["README.md", "not JSON"],
  ["package.json", "in package.json, pairs is missing. It must be {"],
])("says what is wrong with %s", async (file, message) => {
  const attempt = score(["--pairs", file]);
  await expect(attempt).rejects.toThrow(UsageError);
  await expect(attempt).rejects.toThrow(message);
});

const COLOUR = { height: 12, width: 16, channels: 3 };
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "score-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(content: object): Promise<string> {
  const file = join(folder, "pairs.json");
  await writeFile(file, JSON.stringify(content));
  return file;
}

test("scores pairs of the shape that they say", async () => {
  const [original, reconstruction] = [pattern(COLOUR, 1), pattern(COLOUR, 1, 1)];
  const pairs = [{ original: [...original], reconstruction: [...reconstruction] }];
  let printed = "";
  await score(["--pairs", await fileOf({ shape: COLOUR, pairs }), "--json"], (text) => {
    printed += text;
  });
  const unit = (bytes: Uint8Array) => Float64Array.from(bytes, (byte) => byte / 255);
  const [x, y] = [unit(original), unit(reconstruction)];
  expect(JSON.parse(printed)).toEqual([
    { ssim: ssimWang(x, y, COLOUR), ssimWriteup: ssimWriteup(x, y, COLOUR) },
  ]);
});

test.each([
  ["two channels", { ...COLOUR, channels: 2 }, "shape.channels must be 1 or 3"],
  ["no width", { height: 12, channels: 3 }, "shape.width is missing"],
  ["fewer pixels than a window", { ...COLOUR, height: 6 }, "at least 7 pixels"],
  ["other images than it says", { ...COLOUR, channels: 1 }, "must have 192 numbers"],
])("refuses pairs of %s", async (_, shape, message) => {
  const image = [...pattern(COLOUR, 1)];
  const file = await fileOf({ shape, pairs: [{ original: image, reconstruction: image }] });
  await expect(score(["--pairs", file])).rejects.toThrow(UsageError);
  await expect(score(["--pairs", file])).rejects.toThrow(message);
});
