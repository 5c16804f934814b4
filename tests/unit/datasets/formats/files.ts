/** Data sets made into every format, as other programs write them. */

import { encode as encodePng } from "fast-png";
import { type Zippable, zipSync } from "fflate";
import { parquetWriteBuffer } from "hyparquet-writer";
import { packTar } from "modern-tar";
import { decodePicture } from "../../../../src/cli/dataset/decode";
import { openData } from "../../../../src/datasets/formats";
import { inMemory } from "../../../../src/datasets/formats/input";
import type { Choices } from "../../../../src/datasets/proposal";

export interface TestImages {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly labels: readonly number[];
}

/** Images of three classes one after another, no two alike: bright squares that grow on a slope. */
export function testImages(
  count: number,
  height: number,
  width: number,
  channels: 1 | 3,
): TestImages {
  const pixels = new Uint8Array(count * height * width * channels);
  const labels = Array.from({ length: count }, (_, i) => i % 3);
  let at = 0;
  for (const [i, label] of labels.entries()) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const isIn = x > label && y > label && x < width - 1 - (i % 3) && y < height - 2;
        for (let channel = 0; channel < channels; channel++) {
          pixels[at++] = isIn ? 255 - ((i * 7 + 40 * channel + x) % 90) : (y + 3 * i) % 60;
        }
      }
    }
  }
  return { height, width, channels, pixels, labels };
}

/** The images class by class, as a data set has them. */
export function byClass({ pixels, labels }: TestImages): Uint8Array {
  const size = pixels.length / labels.length;
  const order = [...labels.keys()].sort((a, b) => labels[a]! - labels[b]! || a - b);
  const ordered = new Uint8Array(pixels.length);
  for (const [to, from] of order.entries()) {
    ordered.set(pixels.subarray(from * size, (from + 1) * size), to * size);
  }
  return ordered;
}

export function idx(sizes: readonly number[], bytes: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(4 + 4 * sizes.length + bytes.length);
  const view = new DataView(file.buffer);
  view.setUint32(0, 0x800 + sizes.length);
  for (const [i, size] of sizes.entries()) view.setUint32(4 + 4 * i, size);
  file.set(bytes, 4 + 4 * sizes.length);
  return file;
}

export const idxImages = ({ height, width, pixels, labels }: TestImages) =>
  idx([labels.length, height, width], pixels);
export const idxLabels = ({ labels }: TestImages) => idx([labels.length], labels);

export function csvText(
  { pixels, labels }: TestImages,
  { isLast = false, header = false, scale = 1, separator = "," } = {},
): string {
  const size = pixels.length / labels.length;
  const names = Array.from({ length: size }, (_, i) => `pixel${i}`);
  const lines = labels.map((label, i) => {
    const values = [...pixels.subarray(i * size, (i + 1) * size)].map((value) => value * scale);
    return (isLast ? [...values, label] : [label, ...values]).join(separator);
  });
  const first = (isLast ? [...names, "label"] : ["label", ...names]).join(separator);
  return `${header ? `${first}\n` : ""}${lines.join("\n")}\n`;
}

/** The images channel by channel. */
export function planar({ pixels, height, width }: TestImages): Uint8Array<ArrayBuffer> {
  const plane = height * width;
  return Uint8Array.from(pixels, (_, at) => {
    const place = at % (3 * plane);
    return pixels[at - place + (place % plane) * 3 + Math.floor(place / plane)]!;
  });
}

/** Of images of 32 × 32 in colour, as CIFAR-10's. */
export function cifarBatch(images: TestImages): Uint8Array<ArrayBuffer> {
  const pixels = planar(images);
  const file = new Uint8Array(images.labels.length * 3073);
  for (const [i, label] of images.labels.entries()) {
    file[i * 3073] = label;
    file.set(pixels.subarray(i * 3072, (i + 1) * 3072), i * 3073 + 1);
  }
  return file;
}

export function imageOf({ pixels, labels }: TestImages, i: number): Uint8Array<ArrayBuffer> {
  const size = pixels.length / labels.length;
  return pixels.slice(i * size, (i + 1) * size);
}

export function png(images: TestImages, i: number): Uint8Array<ArrayBuffer> {
  const { height, width, channels } = images;
  return new Uint8Array(encodePng({ height, width, channels, data: imageOf(images, i) }));
}

/** A PNG each, in folders of the classes' names. */
export const folders = (images: TestImages, names: readonly string[]): Files =>
  Object.fromEntries(
    images.labels.map((label, i) => [`set/${names[label]}/${i}.png`, png(images, i)]),
  );

/** Rows of PNGs and labels, with the labels' names where the hub keeps them, or as the labels themselves. */
export function parquet(
  images: TestImages,
  names: readonly string[],
  { isNamed = false } = {},
): Uint8Array<ArrayBuffer> {
  const labels = isNamed ? images.labels.map((label) => names[label]!) : [...images.labels];
  const features = { label: { names } };
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: "image", data: labels.map((_, i) => png(images, i)), type: "BYTE_ARRAY" },
      { name: "label", data: labels, type: isNamed ? "STRING" : "INT32" },
    ],
    kvMetadata: isNamed
      ? []
      : [{ key: "huggingface", value: JSON.stringify({ info: { features } }) }],
    rowGroupSize: 25,
  });
  return new Uint8Array(buffer);
}

/** One PNG with all images, row by row. */
export function sheet(images: TestImages, columns: number): Uint8Array<ArrayBuffer> {
  const { height, width, channels, labels } = images;
  const row = width * channels;
  const data = new Uint8Array(images.pixels.length);
  for (const i of labels.keys()) {
    const image = imageOf(images, i);
    for (let y = 0; y < height; y++) {
      const to = (Math.floor(i / columns) * height + y) * columns + (i % columns);
      data.set(image.subarray(y * row, (y + 1) * row), to * row);
    }
  }
  const rows = labels.length / columns;
  return new Uint8Array(
    encodePng({ height: height * rows, width: width * columns, channels, data }),
  );
}

export type Files = Readonly<Record<string, Uint8Array<ArrayBuffer> | string>>;

const bytesOf = (content: Uint8Array<ArrayBuffer> | string): Uint8Array<ArrayBuffer> =>
  typeof content === "string" ? new TextEncoder().encode(content) : content;

export const inputs = (files: Files) =>
  Object.entries(files).map(([path, content]) => inMemory(path, bytesOf(content)));

export function zipOf(files: Files): Uint8Array<ArrayBuffer> {
  const entries: Zippable = {};
  for (const [path, content] of Object.entries(files)) entries[path] = bytesOf(content);
  return zipSync(entries);
}

export const tarOf = (files: Files): Promise<Uint8Array<ArrayBuffer>> =>
  packTar(
    Object.entries(files).map(([name, content]) => {
      const body = bytesOf(content);
      return { header: { name, size: body.length }, body };
    }),
  ) as Promise<Uint8Array<ArrayBuffer>>;

export interface Asked {
  readonly choices?: Choices;
  readonly beside?: Files;
}

const brought = (files: Files, { choices = {}, beside = {} }: Asked) => ({
  files: inputs(files),
  beside: inputs(beside),
  choices,
});

const opened = (files: Files, asked: Asked) =>
  openData(brought(files, asked), { decode: decodePicture });

export const propose = async (files: Files, asked: Asked = {}) =>
  (await opened(files, asked)).propose();

export const read = async (files: Files, asked: Asked = {}) =>
  await (await opened(files, asked)).read("test");
