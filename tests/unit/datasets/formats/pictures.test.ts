import { encode as encodePng } from "fast-png";
import { gzipSync } from "fflate";
import { parquetWriteBuffer } from "hyparquet-writer";
import { GifWriter } from "omggif";
import { describe, expect, it } from "vitest";
import { nodeJpegCodec } from "../../../../src/cli/jpeg";
import { pictureSize } from "../../../../src/datasets/formats/picture-size";
import {
  byClass,
  folders,
  parquet,
  png,
  propose,
  read,
  sheet,
  tarOf,
  testImages,
  zipOf,
} from "./files";

const IMAGES = testImages(66, 16, 12, 3);
const NAMES = ["cat", "dog", "emu"];

/** YCbCr, of a quality that changes little. */
const JPEG = {
  progressive: true,
  baseline: false,
  optimize_coding: true,
  quant_table: 1,
  color_space: 3,
  quality: 95,
} as const;

const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

describe("pictures", () => {
  it("in folders, a zip and a tar are the same data set, with the folders' classes", async () => {
    const files = folders(IMAGES, NAMES);
    const dataset = await read({ ...files, "set/.DS_Store": "x", "set/readme.txt": "hello" });
    expect(dataset.spec).toMatchObject({ height: 16, width: 12, channels: 3, classNames: NAMES });
    expect(isSame(dataset.images, byClass(IMAGES))).toBe(true);
    const archive = await tarOf(files);
    for (const packed of [
      { "a.zip": zipOf(files) },
      { "a.tgz": new Uint8Array(gzipSync(archive)) },
    ]) {
      expect((await read(packed)).spec).toEqual({ ...dataset.spec, title: "test" });
    }
    const choices = { images: "64" };
    const sample = await read(files, { choices });
    expect(sample.count).toBe(64);
    const rows = await read({ "train.parquet": parquet(IMAGES, NAMES) }, { choices });
    expect(rows.spec).toEqual(sample.spec);
  });

  it("in test's folders are the set's own test part; classes may be in the files' names", async () => {
    const entries = IMAGES.labels.map((label, i) => [
      `${i < 15 ? "test" : "train"}/${NAMES[label]}/${i}.png`,
      png(IMAGES, i),
    ]);
    expect((await read(Object.fromEntries(entries))).spec.testCounts).toEqual([5, 5, 5]);
    const named = IMAGES.labels.map((label, i) => [`all/${NAMES[label]}.${i}.png`, png(IMAGES, i)]);
    const proposal = await propose(Object.fromEntries(named));
    expect(proposal.classes.map(({ name }) => name)).toEqual(NAMES);
    const none = await propose(Object.fromEntries(named), { choices: { classes: "none" } });
    expect(none.classes).toHaveLength(1);
  });

  it("of Parquet are those of their rows, with the hub's names of the labels or the labels' own", async () => {
    const dataset = await read({ "train.parquet": parquet(IMAGES, NAMES) });
    expect(dataset.spec).toMatchObject({ height: 16, width: 12, channels: 3, classNames: NAMES });
    expect(isSame(dataset.images, byClass(IMAGES))).toBe(true);
    const named = await read({ "a.parquet": parquet(IMAGES, NAMES, { isNamed: true }) });
    expect(named.spec).toEqual(dataset.spec);
  });

  it("in a sheet are cut out of it, whatever their size", async () => {
    for (const images of [testImages(66, 16, 12, 1), testImages(66, 9, 14, 3)]) {
      const dataset = await read({ "sheet.png": sheet(images, 11) });
      const { height, width, channels } = images;
      expect(dataset.spec).toMatchObject({ height, width, channels });
      expect(isSame(dataset.images, images.pixels)).toBe(true);
    }
  });

  it("of several kinds and sizes come to one: cut, or framed on black or white", async () => {
    const wide = new Uint8ClampedArray(40 * 80 * 4);
    for (let i = 0; i < 40 * 80; i++) wide.set([i % 80 < 40 ? 200 : 40, 90, 90, 255], 4 * i);
    const pixels = { width: 80, height: 40, data: wide, colorSpace: "srgb" } as const;
    const jpeg = new Uint8Array(await nodeJpegCodec.encode(pixels, JPEG));
    const gif = new Uint8Array(4000);
    const writer = new GifWriter(gif, 40, 40, { palette: [0x000000, 0xffffff] });
    writer.addFrame(
      0,
      0,
      40,
      40,
      Array.from({ length: 1600 }, (_, i) => Number(i % 40 < 20)),
    );
    const files: Record<string, Uint8Array<ArrayBuffer>> = {};
    for (let i = 0; i < 40; i++) files[`a/${i}.jpg`] = jpeg;
    for (let i = 0; i < 30; i++) files[`b/${i}.gif`] = gif.slice(0, writer.end());
    const proposal = await propose(files, {
      choices: { size: "20x20", fit: "pad", background: "white" },
    });
    expect(proposal).toMatchObject({
      isMixed: true,
      shape: { height: 20, width: 20, channels: 3 },
    });
    const framed = await read(files, {
      choices: { size: "20x20", fit: "pad", background: "white" },
    });
    expect([...framed.images.subarray(0, 3)]).toEqual([255, 255, 255]);
    const middle = 3 * (10 * 20 + 4);
    expect(Math.abs(framed.images[middle]! - 200)).toBeLessThan(8);
    const cut = await read(files, { choices: { size: "20x20" } });
    expect(Math.abs(cut.images[0]! - 200)).toBeLessThan(8);
    const ofGif = cut.images.subarray(40 * 1200);
    expect([...ofGif.subarray(0, 3), ...ofGif.subarray(57, 60)]).toEqual([255, 255, 255, 0, 0, 0]);
  });

  it("show the ground where they are transparent", async () => {
    const data = new Uint8Array(16 * 16 * 4).map((_, at) => (at % 4 === 3 ? 0 : 120));
    const clear = new Uint8Array(encodePng({ width: 16, height: 16, channels: 4, data }));
    const files = Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`a/${i}.png`, clear]));
    const proposal = await propose(files);
    expect(proposal.guesses.map(({ name }) => name)).toContain("background");
    expect((await read(files)).images[0]).toBe(0);
    expect((await read(files, { choices: { background: "white" } })).images[0]).toBe(255);
  });

  it("that are damaged are named with what would do", async () => {
    const files = { ...folders(IMAGES, NAMES), "set/cat/0.png": png(IMAGES, 0).slice(0, 60) };
    await expect(read(files)).rejects.toThrow(
      /set\/cat\/0\.png is damaged, .*: take it out, or save it/,
    );
    await expect(read({ "a.parquet": parquet(IMAGES, NAMES).slice(0, 3000) })).rejects.toThrow(
      /a\.parquet is cut off or damaged: .*get it again/,
    );
    const table = { columnData: [{ name: "x", data: [1, 2], type: "INT32" as const }] };
    const numbers = new Uint8Array(parquetWriteBuffer(table));
    await expect(read({ "a.parquet": numbers })).rejects.toThrow(
      /a\.parquet has no column of pictures: there is x; a picture is/,
    );
  });

  it.each([
    // As Pillow 12 begins a picture of 301 × 57.
    ["lossy WebP", "5249464692000000574542505650382086000000d007009d012a2d013900"],
    ["lossless WebP", "5249464624000000574542505650384c170000002f2c010e0007508f2217"],
    ["WebP with alpha", "52494646bc00000057454250565038580a000000100000002c0100380000"],
  ])("say their size first: %s", (_, head) => {
    const bytes = Uint8Array.from(Buffer.from(head, "hex"));
    expect(pictureSize(bytes)).toEqual({ width: 301, height: 57 });
    expect(pictureSize(bytes.slice(0, 20))).toBeNull();
  });

  it("say their size first, as PNG, JPEG and GIF", async () => {
    expect(pictureSize(png(IMAGES, 0))).toEqual({ width: 12, height: 16 });
    const data = new Uint8ClampedArray(30 * 20 * 4);
    const pixels = { width: 30, height: 20, data, colorSpace: "srgb" } as const;
    const jpeg = new Uint8Array(await nodeJpegCodec.encode(pixels, JPEG));
    expect(pictureSize(jpeg)).toEqual({ width: 30, height: 20 });
    const gif = new Uint8Array(100);
    new GifWriter(gif, 40, 35, { palette: [0x000000, 0xffffff] });
    expect(pictureSize(gif)).toEqual({ width: 40, height: 35 });
    expect(pictureSize(Uint8Array.of(1, 2, 3))).toBeNull();
  });

  it("that would not fit the memory are refused before they are unpacked", async () => {
    const bomb = png(IMAGES, 0);
    new DataView(bomb.buffer).setUint32(16, 65_000);
    new DataView(bomb.buffer).setUint32(20, 65_000);
    await expect(read({ ...folders(IMAGES, NAMES), "set/cat/0.png": bomb })).rejects.toThrow(
      /set\/cat\/0\.png has 65000 × 65000 pixels, and 100 million can be taken: make it smaller/,
    );
  });
});
