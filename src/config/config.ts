/** Settings of one training run: everything that, with the data, determines its result. */

import type { LossWeights } from "./loss";
import type { NumberRule } from "./number-text";

/** Nets that `models/` knows how to build; recipes.ts says what each is for. */
export const PRESETS = ["baseline", "baseline-linear", "modified", "loom", "nested"] as const;
export type PresetName = (typeof PRESETS)[number];

/** `stratified` keeps the classes' proportions in each part; `writeup` is one plain shuffle. */
export const SPLITS = ["stratified", "writeup"] as const;
export type SplitName = (typeof SPLITS)[number];

/**
 * `auto` takes the fastest device that works; `wasm` and `webgpu` are this engine's own, `tfjs`
 * names follow tfjs's backends.
 */
export const DEVICES = ["auto", "wasm", "webgpu", "tfjs-webgpu", "tfjs-webgl", "tfjs-cpu"] as const;
export type DeviceName = (typeof DEVICES)[number];

/** How the learning rate goes over the steps of a run; schedule.ts has the formulas. */
export const SCHEDULES = ["constant", "cosine", "oneCycle"] as const;
export type ScheduleName = (typeof SCHEDULES)[number];

/** What early stopping and best weights look at, on the validation split. */
export const MONITORS = ["validationLoss", "ssimWriteup", "ssim", "mse"] as const;
export type MonitorName = (typeof MONITORS)[number];

export interface RunConfig {
  readonly preset: PresetName;
  /** Numbers in the latent vector, 1 to 512. */
  readonly latentSize: number;
  /** Class ids 0 to 9, ascending, without repeats, at least one. */
  readonly classes: readonly number[];
  readonly split: SplitName;
  /** 0 to 2³² − 1; draws the split, the initial weights and the order of the batches. */
  readonly seed: number;
  /** 1 to 1000. */
  readonly epochs: number;
  /** Images a step, 1 to 1024. */
  readonly batchSize: number;
  /** What is minimised; binaryCrossentropy only for nets that end in a sigmoid. */
  readonly loss: LossWeights;
  /** Adam's step size, over 0 and at most 1; with a schedule or warm-up, its peak. */
  readonly learningRate: number;
  readonly schedule: ScheduleName;
  /** Fraction of all steps over which the learning rate rises, 0 to 0.5. */
  readonly warmup: number;
  /** Adam's decay of the squared gradients' mean, 0 to 0.9999. */
  readonly beta2: number;
  /** AdamW's decoupled weight decay, 0 to 1; 0 is Adam. */
  readonly weightDecay: number;
  /** Largest norm of the gradient over all weights, 0.001 to 1000; null for no limit. */
  readonly clipNorm: number | null;
  /** Mirror training images left to right at random. */
  readonly flips: boolean;
  readonly monitor: MonitorName;
  /** Epochs without a better monitored value before training stops; null trains them all. */
  readonly patience: number | null;
  /** Keep the weights of the best monitored value; otherwise the last epoch's. */
  readonly restoreBest: boolean;
  readonly device: DeviceName;
  /** Threads of the WASM device, 1 to 64; null takes what the machine has. */
  readonly threads: number | null;
}

/** Settings that decide which layers a net has, and how large they are. */
export type NetChoice = Pick<RunConfig, "preset" | "latentSize">;

/** The write-up's baseline with its recipe: latent 128, batch 128, Adam 1e-3, 50 epochs, BCE. */
export const DEFAULT_CONFIG: RunConfig = {
  preset: "baseline",
  latentSize: 128,
  classes: [0, 1],
  split: "stratified",
  seed: 1,
  epochs: 50,
  batchSize: 128,
  loss: { binaryCrossentropy: 1 },
  learningRate: 0.001,
  schedule: "constant",
  warmup: 0,
  beta2: 0.999,
  weightDecay: 0,
  clipNorm: null,
  flips: false,
  monitor: "validationLoss",
  patience: null,
  restoreBest: false,
  device: "auto",
  threads: null,
};

/** What the numeric settings may be (the learning rate is over 0). */
export const LIMITS = {
  latentSize: { min: 1, max: 512, whole: true },
  seed: { min: 0, max: 4294967295, whole: true },
  epochs: { min: 1, max: 1000, whole: true },
  batchSize: { min: 1, max: 1024, whole: true },
  /** Of one term of the loss. */
  lossWeight: { min: 0.001, max: 1000, whole: false },
  learningRate: { min: 1e-6, max: 1, whole: false },
  warmup: { min: 0, max: 0.5, whole: false },
  beta2: { min: 0, max: 0.9999, whole: false },
  weightDecay: { min: 0, max: 1, whole: false },
  clipNorm: { min: 0.001, max: 1000, whole: false },
  patience: { min: 1, max: 1000, whole: true },
  threads: { min: 1, max: 64, whole: true },
} as const satisfies Readonly<Record<string, NumberRule>>;

/** The ten classes of Fashion-MNIST, by id. */
export const CLASS_NAMES = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
] as const;
