/** A run that has all that a run can have, as small as it can be. */

import { DEFAULT_CONFIG } from "../../../src/config/config";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { type RunFile, RunFileError, unpackRun } from "../../../src/storage/file/run-file";
import { newRecord } from "../../../src/storage/record";

const FIGURES = { mse: 0.01, psnr: 20, ssim: 0.8, ssimWriteup: 0.9 };
const STEPS = 4;
const CHANGE = {
  step: 6,
  from: "WebGPU",
  to: "WASM, 2 threads",
  reason: "The GPU is lost.",
  repeats: 2,
};

/** Two epochs of four steps, a net of three weights, two test images, and pictures of two moments. */
export const RUN: RunFile = {
  record: {
    ...newRecord("original", DEFAULT_CONFIG, 1_700_000_000_000),
    name: "amber-willow-12",
    status: "finished",
    source: "fashion-mnist",
    spec: FASHION_MNIST,
    start: {
      deviceLabel: "WASM, 2 threads",
      deviceName: "wasm",
      threads: 2,
      parameters: 3,
      stepsPerEpoch: STEPS,
      totalSteps: 2 * STEPS,
      lossFloor: 0.23,
    },
    imagesPerSecond: 412.5,
    losses: Float32Array.from({ length: 2 * STEPS }, (_, i) => 1 / (i + 1)),
    epochs: [1, 2].map((epoch) => ({
      epoch,
      step: epoch * STEPS,
      trainLoss: 1 / epoch,
      validationLoss: 0.9 / epoch,
      validation: FIGURES,
      isBest: true,
      seconds: 1.5,
    })),
    deviceChanges: [CHANGE],
    progress: {
      device: "wasm",
      epoch: 2,
      step: 2 * STEPS,
      images: 0,
      lossSum: 0,
      epochSeconds: 0,
      seconds: 3,
      trainedImages: 100,
      trainedSeconds: 2,
      best: { epoch: 2, value: 0.45 },
      kept: { epoch: 2, step: 2 * STEPS, trainLoss: 0.5, validationLoss: 0.45 },
    },
    result: {
      preset: "baseline",
      latent: 128,
      seed: 1,
      split: "stratified",
      device: "wasm",
      threads: 2,
      data: "fashion-mnist",
      trainImages: 10,
      validationImages: 2,
      testImages: 2,
      parameters: 3,
      epochs: 2,
      bestEpoch: 2,
      trainLoss: 0.5,
      validationLoss: 0.45,
      test: { ...FIGURES, bce: 0.3, bceGap: 0.07 },
      pca: FIGURES,
      imagesPerSecond: 412.5,
      config: DEFAULT_CONFIG,
      seconds: 3,
      deviceChanges: [CHANGE],
    },
    test: {
      ssim: Float32Array.of(0.8, 0.7),
      ssimWriteup: Float32Array.of(0.9, 0.8),
      mse: Float32Array.of(0.01, 0.02),
    },
  },
  arrays: {
    weights: Float32Array.of(1, -2, 3e-30),
    best: Float32Array.of(0.5, 0.25, 1),
    m: Float32Array.of(0.1, 0.2),
    v: Float32Array.of(0.3, 0.4),
  },
  frames: [0, STEPS].map((step) => ({
    epoch: step / STEPS,
    step,
    count: 2,
    pixels: Uint8Array.from({ length: 2 * 784 }, (_, i) => (i + step) % 256),
    ssim: [0.5, 0.6],
    ssimWriteup: [0.7, 0.8],
  })),
};

/** Why a run file is not taken in, or "accepted". */
export function refusal(file: Uint8Array): string {
  try {
    unpackRun(file, "copy");
  } catch (error) {
    if (error instanceof RunFileError) return error.message;
    throw error;
  }
  return "accepted";
}
