/** Data sets made into every format, as other programs write them. */

import { type Zippable, zipSync } from "fflate";
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
