import * as tf from "@tensorflow/tfjs";
import { DEFAULT_CONFIG, type RunConfig } from "../../../src/config/config";
import type { Dataset, Split } from "../../../src/datasets/dataset";
import { IMAGE_PIXELS, SYNTHETIC_GARMENTS } from "../../../src/datasets/fashion-mnist";
import {
  type DeviceInfo,
  TRAINER_DEFAULTS,
  type Trainer,
  type TrainerOptions,
} from "../../../src/engine/device";
import { createRng } from "../../../src/math/rng";
import { RunControl } from "../../../src/training/control";
import type { RunEvent } from "../../../src/training/events";
import type { RunOptions } from "../../../src/training/run-options";

export const PCA_FIGURES = { mse: 0.01, psnr: 20, ssim: 0.8, ssimWriteup: 0.9 };

/** Bright rectangles on black, wider in class 1, of a size that differs from image to image. */
export function boxes(count: number): Dataset {
  const images = new Uint8Array(count * IMAGE_PIXELS);
  const labels = Uint8Array.from({ length: count }, (_, i) => (i < count / 2 ? 0 : 1));
  for (let i = 0; i < count; i++) {
    const width = 4 + labels[i]! * 8 + (i % 5);
    for (let y = 6; y < 20 + (i % 3); y++) {
      const from = i * IMAGE_PIXELS + y * 28 + 8;
      images.fill(120 + (i % 10) * 10, from, from + width);
    }
  }
  return {
    spec: SYNTHETIC_GARMENTS,
    shape: SYNTHETIC_GARMENTS,
    classes: [0, 1],
    count,
    images,
    labels,
  };
}

/** Boxes with noise in every pixel, so that PCA finds variance in all 784 directions. */
export function noisyBoxes(count: number): Dataset {
  const dataset = boxes(count);
  const rng = createRng(1, "noise");
  const images = dataset.images.map((byte) => Math.min(255, byte + rng.int(30)));
  return { ...dataset, images };
}

const range = (from: number, to: number) =>
  Uint32Array.from({ length: to - from }, (_, i) => from + i);

/** 20 images: 10 to train on, 4 to validate, 6 to test. */
export const DATASET = boxes(20);
export const SPLIT: Split = { train: range(0, 10), validation: range(10, 14), test: range(14, 20) };

/** 784 → latentSize → 784. */
export function tinyModel(config: Pick<RunConfig, "latentSize" | "seed">): tf.LayersModel {
  const init = (seed: number) => tf.initializers.glorotUniform({ seed: seed + config.seed });
  const { dense, flatten, reshape } = tf.layers;
  return tf.sequential({
    layers: [
      flatten({ inputShape: [28, 28, 1] }),
      dense({ units: config.latentSize, kernelInitializer: init(1) }),
      dense({ units: IMAGE_PIXELS, activation: "sigmoid", kernelInitializer: init(2) }),
      reshape({ targetShape: [28, 28, 1] }),
    ],
  });
}

/**
 * A trainer that plays a script: each step adds 1 to the only weight, and losses come from
 * functions of the step. What it computes is known, so the loop's own sums can be checked.
 */
export class ScriptedTrainer implements Trainer {
  readonly info: DeviceInfo = { name: "tfjs-cpu", label: "script", threads: 1 };
  readonly options: TrainerOptions;
  readonly model = tf.sequential({
    layers: [
      tf.layers.conv2d({
        filters: 1,
        kernelSize: 1,
        useBias: false,
        activation: "sigmoid",
        inputShape: [28, 28, 1],
      }),
    ],
  });
  readonly batches: number[][] = [];
  readonly rates: (number | undefined)[] = [];
  weight = 0;
  stepLoss: (step: number) => number = (step) => 1 / step;
  evaluationLoss: (step: number) => number = (step) => 1 / (step + 1);
  onStep: (step: number) => void = () => {};

  constructor(batchSize: number) {
    this.options = { ...TRAINER_DEFAULTS, batchSize };
  }

  async setSamples() {}

  async step(indices: Uint32Array, learningRate?: number) {
    this.batches.push([...indices]);
    this.rates.push(learningRate);
    this.weight += 1;
    this.onStep(this.weight);
    return this.stepLoss(this.weight);
  }

  async evaluate() {
    return this.evaluationLoss(this.weight);
  }

  /** Pixels of one grey that tells the weight: weight / 100. */
  async predict(indices: Uint32Array) {
    return new Float32Array(indices.length * IMAGE_PIXELS).fill(this.weight / 100);
  }

  setKept(_kept: number | null): void {
    throw new Error("a script has no NestedDropout");
  }

  async pullWeights() {
    this.model.setWeights([tf.tensor([[[[this.weight]]]])]);
  }

  async pushWeights() {
    this.weight = this.model.getWeights()[0]!.dataSync()[0]!;
  }

  async optimizerState() {
    return { step: this.weight, m: new Float32Array(1), v: new Float32Array(1) };
  }

  async setOptimizerState() {}

  memoryBytes(): number {
    return 0;
  }

  dispose() {}
}

/** A script for a device that takes many steps in one call, and how many it was asked for. */
export class StridingTrainer extends ScriptedTrainer {
  readonly calls: number[] = [];

  async steps(indices: Uint32Array, rates: readonly number[]): Promise<Float32Array> {
    const { batchSize } = this.options;
    this.calls.push(rates.length);
    const losses: number[] = [];
    for (const [i, rate] of rates.entries()) {
      losses.push(await this.step(indices.subarray(i * batchSize, (i + 1) * batchSize), rate));
    }
    return Float32Array.from(losses);
  }
}

export interface Recorded {
  readonly events: RunEvent[];
  readonly control: RunControl;
  readonly options: RunOptions;
}

/** Options for a run over `DATASET` whose events are recorded; the clock ticks 100 ms a look. */
export function runOptions(
  trainer: Trainer,
  config: Partial<RunConfig> = {},
  more: Partial<RunOptions> = {},
): Recorded {
  const events: RunEvent[] = [];
  const control = more.control ?? new RunControl();
  let time = 0;
  const options: RunOptions = {
    config: { ...DEFAULT_CONFIG, batchSize: 4, epochs: 3, ...config },
    dataset: DATASET,
    split: SPLIT,
    trainer,
    previewIndices: SPLIT.validation.slice(0, 2),
    control,
    emit: (event) => events.push(event),
    pca: async () => PCA_FIGURES,
    now: () => (time += 100),
    yieldToHost: () => new Promise((resolve) => setImmediate(resolve)),
    ...more,
  };
  return { events, control, options };
}

export function ofType<T extends RunEvent["type"]>(events: readonly RunEvent[], type: T) {
  return events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);
}
