import { decode } from "fast-png";
import { strFromU8 } from "fflate";
import { describe, expect, it } from "vitest";
import type { ExportFile } from "../../../src/export/files";
import { projectorFiles } from "../../../src/export/projector";
import { pickImages } from "../../../src/math/image-set";
import { createRng } from "../../../src/math/rng";
import { COLOUR_8_12, pattern } from "../image-sets";
import { boxes } from "../training/fixtures";

const DATASET = boxes(20);
const INDICES = Uint32Array.of(3, 17, 0, 9, 11);
const rng = createRng(1, "codes");
const CODES = Float32Array.from({ length: 5 * 3 }, () => (rng.float() - 0.5) * 20);
const PERFECT = Float32Array.from(pickImages(DATASET, INDICES), (byte) => byte / 255);

const files = projectorFiles({
  title: "Loom, 3 numbers",
  dataset: DATASET,
  indices: INDICES,
  codes: CODES,
  reconstructions: PERFECT,
});
const file = (path: string): ExportFile => files.find((each) => each.path === path)!;
const rows = (path: string) =>
  strFromU8(file(path).bytes)
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"));

describe("projectorFiles", () => {
  it("has one code a line, without a heading, that reads back to the bit", () => {
    const codes = rows("codes.tsv");
    expect(codes).toHaveLength(5);
    expect(Float32Array.from(codes.flat(), Number)).toEqual(CODES);
  });

  it("says of each image its class, its number and how well it was rebuilt", () => {
    expect(rows("metadata.tsv")).toEqual([
      ["class", "image", "ssim", "mse"],
      ["T-shirt/top", "3", "1.0000", "0.000000"],
      ["Trouser", "17", "1.0000", "0.000000"],
      ["T-shirt/top", "0", "1.0000", "0.000000"],
      ["T-shirt/top", "9", "1.0000", "0.000000"],
      ["Trouser", "11", "1.0000", "0.000000"],
    ]);
  });

  it("draws the images in the codes' order, row by row", () => {
    const { width, height, channels, data } = decode(file("sprites.png").bytes);
    expect([width, height, channels]).toEqual([84, 84, 1]);
    for (const [place, index] of INDICES.entries()) {
      const [left, top] = [(place % 3) * 28, Math.floor(place / 3) * 28];
      const drawn = Array.from({ length: 784 }, (_, i) => {
        return data[(top + Math.floor(i / 28)) * width + left + (i % 28)];
      });
      expect(drawn).toEqual([...pickImages(DATASET, Uint32Array.of(index))]);
    }
  });

  it("draws images in colour", () => {
    const images = pattern(COLOUR_8_12, 20);
    const dataset = { ...DATASET, spec: COLOUR_8_12, shape: COLOUR_8_12, images };
    const indices = Uint32Array.of(5, 11);
    const made = projectorFiles({
      title: "",
      dataset,
      indices,
      codes: CODES.slice(0, 6),
      reconstructions: new Float32Array(2 * 288),
    });
    const sprites = made.find(({ path }) => path === "sprites.png")!;
    const { width, height, channels, data } = decode(sprites.bytes);
    expect([width, height, channels]).toEqual([24, 16, 3]);
    for (const [place, index] of indices.entries()) {
      const drawn = Array.from({ length: 288 }, (_, i) => {
        const [row, column] = [Math.floor(i / 36), i % 36];
        return data[row * 72 + place * 36 + column];
      });
      expect(drawn).toEqual([...images.subarray(index * 288, (index + 1) * 288)]);
    }
  });

  it("has a configuration that names the others", () => {
    const { embeddings } = JSON.parse(strFromU8(file("projector_config.json").bytes));
    expect(embeddings).toEqual([
      {
        tensorName: "Loom, 3 numbers",
        tensorShape: [5, 3],
        tensorPath: "codes.tsv",
        metadataPath: "metadata.tsv",
        sprite: { imagePath: "sprites.png", singleImageDim: [28, 28] },
      },
    ]);
    for (const path of ["codes.tsv", "metadata.tsv", "sprites.png"]) {
      expect(file(path).bytes.length).toBeGreaterThan(0);
    }
  });
});
