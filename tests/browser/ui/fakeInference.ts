/**
 * An inference worker in the page's thread, with real figures of images drawn by code.
 *
 * Its PCA makes blocks of 4 × 4 pixels of an image and its net blocks of 7 × 7, whose means are the
 * codes: a fit would take seconds.
 */

import type { InferenceClient } from "../../../src/client/inference";
import type { DataChoice } from "../../../src/config/config-schema";
import { IMAGE_PIXELS, IMAGE_SIDE, SYNTHETIC_GARMENTS } from "../../../src/datasets/fashion-mnist";
import { splitDataset } from "../../../src/datasets/split";
import { surveyClasses } from "../../../src/datasets/survey";
import { syntheticDataset } from "../../../src/datasets/synthetic";
import { principalAxes } from "../../../src/math/principal-axes";
import { imageQuality } from "../../../src/metrics/metrics";
import type {
  Codes,
  Images,
  InferenceQuestion,
  NetConfig,
  Reconstructions,
  Survey,
} from "../../../src/protocol/inference";
import { GREY_28, grey28, strip28 } from "../../unit/image-sets";

/** Of each class: 160 to train on, 20 to validate, 20 to test. */
const PER_CLASS = 200;
/** Side of the net's blocks, and how many numbers that makes. */
const BLOCK = 7;
const CODE_SIZE = (IMAGE_SIDE / BLOCK) ** 2;

/** The net that comes with this page. */
const SHIPPED: NetConfig = {
  preset: "loom",
  net: null,
  latentSize: CODE_SIZE,
  data: "fashion-mnist",
  classes: [0, 1],
  split: "stratified",
  seed: 1,
};

export interface FakeInference extends InferenceClient {
  /** Kinds of the questions asked, in their order. */
  readonly asked: string[];
}

export function createFakeInference(): FakeInference {
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

  const locate = (choice: DataChoice, images: Images) => {
    const { dataset, split } = dataOf(choice);
    const pixels = "pixels" in images ? images.pixels : dataset.images;
    const indices =
      "pixels" in images
        ? Uint32Array.from({ length: images.pixels.length / IMAGE_PIXELS }, (_, i) => i)
        : "part" in images
          ? split[images.part]
          : images.indices;
    return { pixels, indices };
  };

  const rebuild = (choice: DataChoice, images: Images, block: number): Reconstructions => {
    const { pixels, indices } = locate(choice, images);
    const rebuilt = spread(means(pixels, indices, block), block);
    const { mean, ...figures } = imageQuality(grey28(pixels), indices, rebuilt);
    return {
      shape: GREY_28,
      count: indices.length,
      pixels: bytes(rebuilt),
      figures,
      mean,
    };
  };

  const encode = (images: Images): Codes => {
    const { pixels, indices } = locate(own!, images);
    return { count: indices.length, size: CODE_SIZE, codes: means(pixels, indices, BLOCK) };
  };

  const answer = (question: InferenceQuestion, ask: never): unknown => {
    const { data, images, net, examples, codes } = ask as {
      data: DataChoice;
      images: Images;
      net: { config: DataChoice } | "shipped";
      examples: number;
      codes: Float32Array;
    };
    switch (question) {
      case "open":
        own = net === "shipped" ? SHIPPED : net.config;
        return { net: 1, config: own, parameters: 10, nested: false, drawn: false, packed: null };
      case "encode":
        return encode(images);
      case "axes":
        return principalAxes(encode(images).codes, CODE_SIZE);
      case "decode":
        return strip28(bytes(spread(codes, BLOCK)));
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
          ...strip28(pixels),
          ofPart: split.test.length,
          labels: Uint8Array.from(split.test, (index) => dataset.labels[index]!),
          indices: split.test,
          spec: SYNTHETIC_GARMENTS,
          sourceNote: "Drawn by code.",
        };
      }
      case "pcaReconstruct":
        return rebuild(data, images, 4);
      case "reconstruct":
        return rebuild(own!, images, BLOCK);
      case "survey": {
        const { dataset, split } = dataOf(data);
        const survey: Survey = {
          spec: SYNTHETIC_GARMENTS,
          sourceNote: "Drawn by code.",
          classes: surveyClasses(dataset, split),
          examples: strip28(
            dataset.images.slice(0, examples * dataset.classes.length * IMAGE_PIXELS),
          ),
        };
        return survey;
      }
      default:
        throw new Error(`The fake inference worker knows no ${question}.`);
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

/** Of each image, the mean brightness of its blocks, 0 to 1, line by line. */
function means(pixels: Uint8Array, indices: Uint32Array, block: number): Float32Array {
  const size = (IMAGE_SIDE / block) ** 2;
  const found = new Float32Array(indices.length * size);
  for (const [row, index] of indices.entries()) {
    for (let i = 0; i < IMAGE_PIXELS; i++) {
      const at = row * size + cellOf(i, block);
      found[at] = found[at]! + pixels[index * IMAGE_PIXELS + i]! / 255 / block ** 2;
    }
  }
  return found;
}

/** Images of blocks, each as bright as its mean. */
function spread(codes: Float32Array, block: number): Float32Array {
  const size = (IMAGE_SIDE / block) ** 2;
  return Float32Array.from({ length: (codes.length / size) * IMAGE_PIXELS }, (_, i) => {
    const image = Math.floor(i / IMAGE_PIXELS);
    return codes[image * size + cellOf(i % IMAGE_PIXELS, block)]!;
  });
}

const cellOf = (pixel: number, block: number): number =>
  Math.floor(Math.floor(pixel / IMAGE_SIDE) / block) * (IMAGE_SIDE / block) +
  Math.floor((pixel % IMAGE_SIDE) / block);

const bytes = (values: Float32Array): Uint8Array =>
  Uint8Array.from(values, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
