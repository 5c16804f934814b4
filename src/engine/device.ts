/** What a device (WASM, tfjs, …) offers to the training loop: one trainer for one model. */

import type { LayersModel } from "@tensorflow/tfjs";
import type { LossWeights } from "../config/loss";
import type { ImageShape } from "../math/image-set";
import { ADAM_DEFAULTS, type OptimizerOptions, type OptimizerState } from "./optimizer";

/** A term of the loss that looks at a layer's output, such as a code: how far it is from 0. */
export interface ActivityPenalty {
  /** Its name: any but the one that makes the model's output, of which `loss` speaks. */
  readonly layer: string;
  /** The mean of squares, or of absolute values, over its numbers and the batch. */
  readonly term: "meanSquaredError" | "meanAbsoluteError";
  /** Over 0. */
  readonly weight: number;
}

/**
 * A term that looks at the means and log-variances that a layer puts out, each half of a pixel's channels:
 * how far the normal distributions of those are from the standard one.
 */
export interface DivergencePenalty {
  readonly layer: string;
  /** (mean² + variance − 1 − log-variance) / 2: in nats, summed over a sample's numbers, averaged over the batch. */
  readonly term: "divergence";
  /** Over 0. */
  readonly weight: number;
  /** Nats of each number of each sample that cost nothing, from 0 on (Kingma et al. 2016). */
  readonly free: number;
  /** Steps in which the weight grows from 0, in proportion to their number; 0 for none. Outside training all of it counts. */
  readonly warmUp: number;
}

export type LayerPenalty = ActivityPenalty | DivergencePenalty;

export interface TrainerOptions {
  /** Of the model's output, or of each output that has none of its own. */
  readonly loss: LossWeights;
  /** Of some of a model's several outputs, by the names of the layers that make them; all add up. */
  readonly losses?: Readonly<Record<string, LossWeights>>;
  /** None where it is left out. */
  readonly penalties?: readonly LayerPenalty[];
  readonly optimizer: OptimizerOptions;
  /** Largest number of samples that one step or predict chunk takes. */
  readonly batchSize: number;
  /** 0 to 2³² − 1; with the step's number it draws dropout masks, truncations and flips. */
  readonly seed: number;
  /** Mirror each training image left to right in half of the steps; targets go with inputs. */
  readonly flips: boolean;
}

/** The loss of the output that a layer makes. */
export function lossOf(
  { loss, losses = {} }: Pick<TrainerOptions, "loss" | "losses">,
  layer: string,
): LossWeights {
  return losses[layer] ?? loss;
}

/** Layers whose outputs the loss looks at. */
export function layersOf({ penalties = [] }: TrainerOptions): string[] {
  return penalties.map(({ layer }) => layer);
}

export const TRAINER_DEFAULTS: TrainerOptions = {
  loss: { binaryCrossentropy: 1 },
  optimizer: ADAM_DEFAULTS,
  batchSize: 128,
  seed: 0,
  flips: false,
};

export interface DeviceInfo {
  readonly name: "wasm" | "webgpu" | "tfjs-webgpu" | "tfjs-webgl" | "tfjs-cpu";
  /** For people: "WASM relaxed SIMD, 2 threads". */
  readonly label: string;
  readonly threads: number;
}

/** Samples, resident on the device: bytes are scaled by 1/255, floats taken as they are. */
export interface Samples {
  readonly count: number;
  /** Of one input, where inputs are images: whoever scores outputs away from the device needs it. */
  readonly shape?: ImageShape;
  /** count × (elements of one input). */
  readonly inputs: Uint8Array | Float32Array;
  /**
   * count × (elements of one output, or of all outputs, one behind the other, in their order); an
   * autoencoder leaves it out: its targets are its inputs.
   */
  readonly targets?: Uint8Array | Float32Array;
}

/** Figures of each sample, in their order; outputs outside [0, 1] count as its nearer end. */
export interface Scores {
  /** The trainer's own loss, penalties of weights included. */
  readonly loss: Float64Array;
  /** Binary cross-entropy, mean over pixels, in nats. */
  readonly bce: Float32Array;
  readonly mse: Float32Array;
  /** Wang et al. 2004. */
  readonly ssim: Float32Array;
  /** The write-up's protocol. */
  readonly ssimWriteup: Float32Array;
}

/**
 * Trains one model on one device. Calls are made one at a time; each awaits the one before.
 *
 * All devices refuse wrong arguments alike (`checks.ts`). On a GPU any call may reject with a
 * DeviceLostError.
 */
export interface Trainer {
  readonly info: DeviceInfo;
  readonly model: LayersModel;
  readonly options: TrainerOptions;
  setSamples(samples: Samples): Promise<void>;
  /** One step on those samples (1 to batchSize of them): resolves the batch's mean loss before the update. */
  step(indices: Uint32Array, learningRate?: number): Promise<number>;
  /**
   * Many steps in one call, on devices that would lose time between calls: one for each of the
   * learning rates, on `batchSize` samples each, the last perhaps on fewer. Resolves their losses.
   */
  steps?(indices: Uint32Array, learningRates: readonly number[]): Promise<Float32Array>;
  /** Mean loss over those samples (any number), no update. */
  evaluate(indices: Uint32Array): Promise<number>;
  /**
   * How near outputs come to their targets, for those samples (any number), worked out on the
   * device: on devices that would lose time fetching outputs, whose samples are images in [0, 1]
   * of at least 7 × 7 pixels. No update.
   */
  score?(indices: Uint32Array): Promise<Scores>;
  /** Outputs for those samples (any number), a row for each, of what targets have. */
  predict(indices: Uint32Array): Promise<Float32Array>;
  /**
   * How many of its first numbers a model's NestedDropout keeps in `evaluate` and `predict`: null
   * for all, as where it is never called, unless the layer itself says otherwise. Throws where the
   * model has no such layer.
   */
  setKept(kept: number | null): void;
  /** Copies the device's weights to the model, exactly. */
  pullWeights(): Promise<void>;
  /** Copies the model's weights to the device. */
  pushWeights(): Promise<void>;
  optimizerState(): Promise<OptimizerState>;
  setOptimizerState(state: OptimizerState): Promise<void>;
  /** Bytes that the trainer holds: on tfjs, all that its backend holds. */
  memoryBytes(): number;
  /**
   * Frees memory and threads; all calls but this one are refused from then on. The model stays
   * usable, with the weights last pulled.
   */
  dispose(): void;
}
