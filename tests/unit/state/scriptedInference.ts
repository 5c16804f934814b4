/** An inference worker that answers from a script, one turn later. */

import type { InferenceClient } from "../../../src/client/inference";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { spreadOfNumbers } from "../../../src/math/number-spread";
import { principalAxes } from "../../../src/math/principal-axes";
import type { QualityFigures } from "../../../src/metrics/metrics";
import type {
  Answer,
  Asked,
  Cloud,
  Codes,
  InferenceQuestion,
  Kept,
  NetConfig,
  Reconstructions,
} from "../../../src/protocol/inference";
import { AnswerError } from "../../../src/protocol/rpc";
import { strip28 } from "../image-sets";

export const CONFIG: NetConfig = {
  preset: "nested",
  net: null,
  latentSize: 64,
  data: "fashion-mnist",
  classes: [0, 1],
  split: "stratified",
  seed: 1,
};
const TEST_IMAGES = 30;
/** Numbers that say nothing. */
export const DEAD = [3, 10];
const quality = (ssim: number): QualityFigures => ({
  mse: 1 - ssim,
  psnr: 20,
  ssim,
  ssimWriteup: ssim,
});

/** Reconstructions whose every byte and figure say how much was kept. */
function reconstructions(count: number, kept: Kept, size: number): Reconstructions {
  const of = (row: number) => (kept instanceof Uint16Array ? kept[row]! : (kept ?? size));
  const pixels = Uint8Array.from({ length: count * 784 }, (_, i) => of(Math.floor(i / 784)));
  const figures = Float32Array.from({ length: count }, (_, row) => of(row) / 1000);
  return {
    ...strip28(pixels),
    figures: { mse: figures, psnr: figures, ssim: figures, ssimWriteup: figures },
    mean: quality(of(0) / 1000),
  };
}

/** Codes that differ from image to image and from number to number. */
function codesOf(count: number, size: number): Codes {
  const codes = Float32Array.from({ length: count * size }, (_, i) =>
    Math.sin(Math.floor(i / size) * (1 + (i % size))),
  );
  return { count, size, codes };
}

/** A worker that answers in the next turn; JPEG takes 10 bytes at least, and has steps of 8. */
export function scriptedInference(config: NetConfig = CONFIG, fail?: InferenceQuestion) {
  const asked: { [Q in InferenceQuestion]: Asked<Q>[] } = {
    open: [],
    close: [],
    images: [],
    survey: [],
    encode: [],
    looksFor: [],
    axes: [],
    decode: [],
    reconstruct: [],
    pcaEncode: [],
    pcaReconstruct: [],
    spread: [],
    ablation: [],
    samples: [],
    probe: [],
    jpeg: [],
  };
  const countOf = (images: Asked<"reconstruct">["images"]) =>
    "indices" in images ? images.indices.length : TEST_IMAGES;
  const answers: { [Q in InferenceQuestion]: (ask: Asked<Q>) => Answer<Q> } = {
    open: () => ({
      net: 7,
      config,
      parameters: 9,
      nested: config.preset === "nested",
      drawn: false,
      packed: null,
    }),
    close: () => null,
    images: () => ({
      ...strip28(new Uint8Array(TEST_IMAGES * 784)),
      ofPart: TEST_IMAGES,
      labels: Uint8Array.from({ length: TEST_IMAGES }, (_, i) => i % 2),
      indices: Uint32Array.from({ length: TEST_IMAGES }, (_, i) => 100 + i),
      spec: FASHION_MNIST,
      sourceNote: "",
    }),
    survey: () => {
      throw new Error("The lab has no use for a survey.");
    },
    encode: ({ images }) => codesOf(countOf(images), config.latentSize),
    looksFor: () => {
      throw new Error("Neither lab nor space asks for gradients.");
    },
    axes: ({ images }) => {
      const { codes, size } = codesOf(countOf(images), config.latentSize);
      return principalAxes(codes, size);
    },
    decode: ({ codes, kept }) => {
      const size = config.latentSize;
      const strip = reconstructions(codes.length / size, kept, size);
      // A picture's first pixels are its code's numbers.
      for (const [i, value] of codes.entries()) {
        strip.pixels[Math.floor(i / size) * 784 + (i % size)] = 128 + 100 * value;
      }
      return strip;
    },
    reconstruct: ({ images, kept }) => reconstructions(countOf(images), kept, config.latentSize),
    pcaEncode: () => ({ count: 0, size: 0, codes: new Float32Array() }),
    pcaReconstruct: ({ images, kept }) => reconstructions(countOf(images), kept, config.latentSize),
    spread: ({ images }) => {
      const { codes, size } = codesOf(countOf(images), config.latentSize);
      const dead = Uint8Array.from({ length: size }, (_, number) =>
        DEAD.includes(number) ? 1 : 0,
      );
      return { ...spreadOfNumbers(codes, size), dead };
    },
    // Every fifth number is worth the more the later it comes, all others nothing.
    ablation: () => ({
      ssim: 0.9,
      losses: Float32Array.from({ length: config.latentSize }, (_, i) => (i % 5 ? 0 : i / 1000)),
    }),
    samples: ({ pictures, seed }) => {
      const cloud = (distance: number): Cloud => ({
        pictures: reconstructions(pictures, seed, 0),
        distances: new Float32Array(20).fill(distance),
        drifts: new Float32Array(20).fill(distance / 4),
      });
      const clouds = { fitted: cloud(3), independent: cloud(4), unit: cloud(15) };
      return { trained: 100, heldOut: cloud(1.5), clouds };
    },
    probe: ({ of, sizes }) => ({
      points: (of === "pixels" ? [784] : sizes).map((size) => ({
        size,
        nearest: of === "pca" ? 0.8 : 0.85 + size / 10_000,
        linear: of === "pca" ? 0.7 : 0.75 + size / 10_000,
      })),
      train: 100,
      allTrain: 100,
      test: 30,
      allTest: TEST_IMAGES,
    }),
    jpeg: ({ places, bytes }) => {
      if (bytes < 10) return null;
      const from = bytes - (bytes % 8);
      return {
        quality: from / 8,
        bytes: Math.max(10, from),
        nextBytes: from + 8,
        reconstructions: reconstructions(places.length, from, 0),
        test: quality(from / 1000),
      };
    },
  };
  const inference: InferenceClient = {
    ask: (question, ask, { signal } = {}) =>
      new Promise((resolve, reject) => {
        (asked[question] as unknown[]).push(ask);
        const takeBack = () => reject(signal?.reason);
        signal?.addEventListener("abort", takeBack);
        setTimeout(() => {
          signal?.removeEventListener("abort", takeBack);
          if (question === fail) reject(new AnswerError("It broke.", "Mend it."));
          else resolve(answers[question](ask as never) as never);
        });
      }),
    dispose() {},
  };
  const settle = async (until: () => boolean) => {
    for (let turn = 0; turn < 500; turn++) {
      if (until()) return;
      await new Promise((resolve) => setTimeout(resolve));
    }
    throw new Error("It did not happen in 500 turns.");
  };
  return { inference, asked, settle };
}
