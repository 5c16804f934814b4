/** Data sets as Python writes and reads them. */

import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode as encodePng } from "fast-png";
import { gzipSync, strToU8 } from "fflate";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, beforeAll, expect, it } from "vitest";
import { decodePicture } from "../../src/cli/dataset/decode";
import { npzFile } from "../../src/export/npy";
import {
  byClass,
  csvText,
  idxImages,
  idxLabels,
  read,
  testImages,
  zipOf,
} from "../unit/datasets/formats/files";
import { python } from "./python";

const IMAGES = testImages(96, 14, 10, 1);
const { pixels, labels, height, width } = IMAGES;
const SIZE = height * width;
const COLOUR = {
  ...IMAGES,
  channels: 3 as const,
  pixels: Uint8Array.from({ length: 3 * pixels.length }, (_, at) => {
    const value = pixels[Math.floor(at / 3)]!;
    return [value, 255 - value, value >> 1][at % 3]!;
  }),
};
const png = (i: number) =>
  new Uint8Array(
    encodePng({ height, width, channels: 1, data: pixels.slice(i * SIZE, (i + 1) * SIZE) }),
  );

let folder = "";
let found: Record<string, string> = {};
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "latent-loom-data-"));
  mkdirSync(join(folder, "ours"));
  const write = (name: string, bytes: Uint8Array) =>
    writeFileSync(join(folder, "ours", name), bytes);
  write("images.idx", idxImages(IMAGES));
  write("labels.idx.gz", gzipSync(idxLabels(IMAGES)));
  const arrays = {
    x_train: { shape: [96, height, width], values: pixels },
    y_train: { shape: [96], values: Uint8Array.from(labels) },
  };
  write("set.npz", npzFile(arrays));
  write("set.csv.gz", gzipSync(strToU8(csvText(IMAGES, { header: true }))));
  const columnData = [
    { name: "image", data: labels.map((_, i) => png(i)), type: "BYTE_ARRAY" as const },
    { name: "label", data: [...labels], type: "INT32" as const },
  ];
  write("set.parquet", new Uint8Array(parquetWriteBuffer({ columnData })));
  write(
    "set.zip",
    zipOf(Object.fromEntries(labels.map((label, i) => [`${label}/${i}.png`, png(i)]))),
  );
  found = JSON.parse(await python(["tests/foreign/data.py", folder]));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const theirs = (...names: string[]) =>
  new Uint8Array(readFileSync(join(folder, "theirs", ...names)));

it("Python reads the same images from what the tests write", () => {
  const wanted = createHash("sha256").update(pixels).update(Uint8Array.from(labels)).digest("hex");
  const names = ["idx", "npz", "csv", "parquet", "zip"];
  expect(found).toEqual(Object.fromEntries(names.map((name) => [name, wanted])));
});

it.each(["bytes.npz", "halves.npz", "big-endian.npz", "minus-one.npz"])(
  "grey images of Python's %s",
  async (name) => {
    const dataset = await read({ [name]: theirs(name) });
    expect(dataset.spec).toMatchObject({ height, width, channels: 1, classNames: ["0", "1", "2"] });
    expect(Buffer.compare(dataset.images, byClass(IMAGES))).toBe(0);
  },
);

it.each([
  "colour-planes.npz",
  "snappy.parquet",
  "zstd.parquet",
  "gzip.parquet",
  "brotli.parquet",
  "pictures.zip",
  "many.zip",
])("colour images of Python's %s", async (name) => {
  const dataset = await read({ [name]: theirs(name) });
  expect(dataset.spec).toMatchObject({ height, width, channels: 3, classNames: ["0", "1", "2"] });
  expect(Buffer.compare(dataset.images, byClass(COLOUR))).toBe(0);
});

it("squares of Python's tables, arrays of rows, CIFAR's tar and a sheet", async () => {
  const dataset = await read({ "cifar.tar.gz": theirs("cifar.tar.gz") });
  expect(dataset.spec).toMatchObject({ height: 32, width: 32, channels: 3 });
  const first = dataset.images.subarray(0, 3 * width);
  expect([...first]).toEqual([...COLOUR.pixels.subarray(0, 3 * width)]);
  const sheet = await read({ "sheet.png": theirs("sheet.png") });
  expect(sheet.spec).toMatchObject({ height, width, channels: 1 });
  expect(Buffer.compare(sheet.images, pixels)).toBe(0);
  const square = labels.flatMap((_, i) => [...pixels.subarray(i * SIZE, i * SIZE + 10 * width)]);
  const squares = { ...IMAGES, height: 10, width: 10, pixels: Uint8Array.from(square) };
  for (const name of ["doubles.npz", "table.csv.gz"]) {
    const table = await read({ [name]: theirs(name) });
    expect(table.spec).toMatchObject({ height: 10, width: 10, classNames: ["0", "1", "2"] });
    expect(Buffer.compare(table.images, byClass(squares))).toBe(0);
  }
});

it("pictures of every depth: bits, palettes, alpha, 16 bits", async () => {
  const black = (i: number) => (pixels[i]! > 127 ? 255 : 0);
  for (const name of readdirSync(join(folder, "theirs", "modes"))) {
    const { rgba, ...shape } = await decodePicture(theirs("modes", name));
    expect({ name, ...shape }).toEqual({ name, height, width });
    const red = Array.from({ length: SIZE }, (_, i) => rgba[4 * i]!);
    expect(red).toEqual(Array.from({ length: SIZE }, (_, i) => black(i)));
  }
});
