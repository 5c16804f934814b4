/**
 * A lab in the page's thread, with real figures of images drawn by code.
 *
 * Its PCA makes blocks of 4 × 4 pixels of an image and its net blocks of 7 × 7: a fit would take
 * seconds.
 */

import type { LabClient } from "../../../src/client/lab";
import { IMAGE_PIXELS, IMAGE_SIDE } from "../../../src/core/config";
import type { DataChoice } from "../../../src/core/config-schema";
import { imageQuality } from "../../../src/core/metrics";
import { splitDataset } from "../../../src/core/split";
import { surveyClasses } from "../../../src/core/survey";
import { syntheticDataset } from "../../../src/core/synthetic";
import type { Images, LabQuestion, Reconstructions, Survey } from "../../../src/protocol/lab";

/** Of each class: 160 to train on, 20 to validate, 20 to test. */
const PER_CLASS = 200;

export interface FakeLab extends LabClient {
  /** Kinds of the questions asked, in their order. */
  readonly asked: string[];
}

export function createFakeLab(): FakeLab {
  const asked: string[] = [];
  const prepared = new Map<string, ReturnType<typeof prepare>>();
  const dataOf = (choice: DataChoice) => {
    const key = JSON.stringify([choice.classes, choice.seed]);
    const known = prepared.get(key) ?? prepare(choice);
    prepared.set(key, known);
    return known;
  };
  /** The choice of the net opened last. */
  let own: DataChoice | null = null;

  const rebuild = (choice: DataChoice, images: Images, block: number): Reconstructions => {
    const { dataset, split } = dataOf(choice);
    const pixels = "pixels" in images ? images.pixels : dataset.images;
    const indices =
      "pixels" in images
        ? Uint32Array.from({ length: images.pixels.length / IMAGE_PIXELS }, (_, i) => i)
        : "part" in images
          ? split[images.part]
          : images.indices;
    const rebuilt = blocks(pixels, indices, block);
    const { mean, ...figures } = imageQuality(pixels, indices, rebuilt);
    return {
      count: indices.length,
      pixels: Uint8Array.from(rebuilt, (value) => Math.round(255 * value)),
      figures,
      mean,
    };
  };

  const answer = (question: LabQuestion, ask: never): unknown => {
    const { data, images, net, examples } = ask as {
      data: DataChoice;
      images: Images;
      net: { config: DataChoice };
      examples: number;
    };
    switch (question) {
      case "open":
        own = net.config;
        return { net: 1, config: net.config, parameters: 10, nested: false, packed: null };
      case "close":
        return null;
      case "images": {
        const { dataset, split } = dataOf(data);
        const pixels = new Uint8Array(split.test.length * IMAGE_PIXELS);
        for (const [row, index] of split.test.entries()) {
          const from = index * IMAGE_PIXELS;
          pixels.set(dataset.images.subarray(from, from + IMAGE_PIXELS), row * IMAGE_PIXELS);
        }
        return {
          count: split.test.length,
          pixels,
          labels: Uint8Array.from(split.test, (index) => dataset.labels[index]!),
          indices: split.test,
          source: "synthetic",
          sourceNote: "Drawn by code.",
        };
      }
      case "pcaReconstruct":
        return rebuild(data, images, 4);
      case "reconstruct":
        return rebuild(own!, images, 7);
      case "survey": {
        const { dataset, split } = dataOf(data);
        const survey: Survey = {
          source: "synthetic",
          sourceNote: "Drawn by code.",
          classes: surveyClasses(dataset, split),
          examples: {
            count: examples * dataset.classes.length,
            pixels: dataset.images.slice(0, examples * dataset.classes.length * IMAGE_PIXELS),
          },
        };
        return survey;
      }
      default:
        throw new Error(`The fake lab knows no ${question}.`);
    }
  };

  return {
    asked,
    async ask(question, ask) {
      asked.push(question);
      return answer(question, ask as never) as never;
    },
    dispose() {},
  };
}

function prepare({ classes, split: name, seed }: DataChoice) {
  const dataset = syntheticDataset(classes, PER_CLASS, 1);
  const split = splitDataset(dataset, name, seed);
  return { dataset, split };
}

/** Each image with every pixel replaced by the mean of its block. */
function blocks(pixels: Uint8Array, indices: Uint32Array, block: number): Float32Array {
  const rebuilt = new Float32Array(indices.length * IMAGE_PIXELS);
  const sums = new Float64Array((IMAGE_SIDE / block) ** 2);
  const cell = (pixel: number) =>
    Math.floor(Math.floor(pixel / IMAGE_SIDE) / block) * (IMAGE_SIDE / block) +
    Math.floor((pixel % IMAGE_SIDE) / block);
  for (const [row, index] of indices.entries()) {
    sums.fill(0);
    for (let i = 0; i < IMAGE_PIXELS; i++) {
      sums[cell(i)] = sums[cell(i)]! + pixels[index * IMAGE_PIXELS + i]! / 255;
    }
    for (let i = 0; i < IMAGE_PIXELS; i++) {
      rebuilt[row * IMAGE_PIXELS + i] = sums[cell(i)]! / block ** 2;
    }
  }
  return rebuilt;
}
