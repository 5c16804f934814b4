/** What every device refuses, in the same words: arguments of all trainers are checked here alone. */

import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs";
import { LOSS_TERMS, type LossWeights, termsOf } from "../config/loss";
import type { AdamOptions, OptimizerState, Samples, TrainerOptions } from "./device";
import { allLayers } from "./layer-list";
import { finalSigmoid } from "./logits";

const MOST_THREADS = 64;

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

/** @throws RangeError that names what was wrong, what is allowed, and what came */
function refuse(what: string, allowed: string, value: unknown): never {
  throw new RangeError(`The ${what} must be ${allowed}, not ${value}.`);
}

/** @throws RangeError where it is no whole number from 1 to 64 */
export function checkThreads(threads: number): void {
  if (isWhole(threads, 1, MOST_THREADS)) return;
  refuse("number of threads", `a whole number from 1 to ${MOST_THREADS}`, threads);
}

/** @throws RangeError where it is no whole number from 1 on */
export function checkBatchSize(batchSize: number): void {
  if (isWhole(batchSize, 1, Number.MAX_SAFE_INTEGER)) return;
  refuse("batch size", "a whole number from 1 on", batchSize);
}

/**
 * @param canKeep whether the model has a layer that keeps them
 * @throws RangeError where `kept` is no number of numbers
 * @throws Error where there is no layer that keeps them
 */
export function checkKept(kept: number | null, canKeep: boolean): void {
  if (kept !== null && !isWhole(kept, 0, Number.MAX_SAFE_INTEGER)) {
    throw new RangeError(`A code keeps a whole number of its numbers, not ${kept}.`);
  }
  if (!canKeep) {
    throw new Error("The model has no NestedDropout layer, so that its codes cannot be cut off.");
  }
}

function checkRate(learningRate: number): void {
  if (learningRate >= 0 && Number.isFinite(learningRate)) return;
  refuse("learning rate", "a number from 0 on", learningRate);
}

function checkAdam(adam: AdamOptions): void {
  const { learningRate, beta1, beta2, epsilon, weightDecay, clipNorm } = adam;
  checkRate(learningRate);
  for (const [name, beta] of Object.entries({ beta1, beta2 })) {
    if (!(beta >= 0 && beta < 1)) refuse(name, "a number from 0 to below 1", beta);
  }
  if (!(epsilon > 0 && Number.isFinite(epsilon))) refuse("epsilon", "a number over 0", epsilon);
  if (!(weightDecay >= 0 && Number.isFinite(weightDecay))) {
    refuse("weight decay", "a number from 0 on", weightDecay);
  }
  if (clipNorm !== null && !(clipNorm > 0 && Number.isFinite(clipNorm))) {
    refuse("limit of the gradient's norm", "null or a number over 0", clipNorm);
  }
}

function checkLoss(loss: LossWeights, model: LayersModel, output: readonly number[]): void {
  for (const term of Object.keys(loss)) {
    if (LOSS_TERMS.some((known) => known === term)) continue;
    throw new RangeError(`There is no loss "${term}"; there are ${LOSS_TERMS.join(", ")}.`);
  }
  const [height, width] = output.length === 3 ? output : [1, 1];
  termsOf(loss, { height: height!, width: width!, channels: output.at(-1) ?? 1 });
  if (loss.binaryCrossentropy !== undefined) finalSigmoid(model);
}

function checkPenalties({ loss, penalties = [] }: TrainerOptions, model: LayersModel): void {
  const layers = allLayers(model);
  const ends = new Set(model.outputs.map(({ sourceLayer }) => sourceLayer.name));
  // Cross-entropy takes its logits: what it puts out is not there.
  if (loss.binaryCrossentropy !== undefined) ends.add(finalSigmoid(model).name);
  for (const { layer, weight } of penalties) {
    if (!(weight > 0 && Number.isFinite(weight))) {
      refuse(`weight of the penalty of layer ${layer}`, "a number over 0", weight);
    }
    if (!layers.some(({ name }) => name === layer)) {
      throw new Error(`There is no layer ${layer}, whose output has a penalty.`);
    }
    if (ends.has(layer)) {
      throw new Error(`Layer ${layer} makes the model's output, which has a loss of its own.`);
    }
  }
}

/** Sizes of one sample, without the batch's axis. */
function sampleShape(tensors: readonly SymbolicTensor[], what: string): number[] {
  const [tensor, ...others] = tensors;
  if (!tensor || others.length > 0) throw new Error(`The model needs exactly one ${what}.`);
  return tensor.shape.slice(1).map((length) => {
    if (length === null) throw new Error(`The model's ${what} has an unknown size.`);
    return length;
  });
}

function sizeOf(shape: readonly (number | null)[]): number {
  return shape.reduce<number>((product, length) => product * (length ?? 1), 1);
}

/** Checks a trainer's options when it is made, and then the arguments of its calls. */
export class TrainerChecks {
  /** Of one sample, without the batch's axis. */
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  readonly #options: TrainerOptions;
  /** Numbers that are trained. */
  readonly #weights: number;
  readonly #canKeep: boolean;
  #samples: { readonly count: number; readonly hasTargets: boolean } | null = null;
  #isDisposed = false;

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  /**
   * @throws RangeError for options out of range, or a loss that does not fit the model's output
   * @throws Error for flips of vectors, cross-entropy without a sigmoid at the end, and a model with
   *   other than one input and output of known sizes
   */
  constructor(model: LayersModel, options: TrainerOptions) {
    this.inputShape = sampleShape(model.inputs, "input");
    this.outputShape = sampleShape(model.outputs, "output");
    this.#options = options;
    this.#weights = model.trainableWeights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    this.#canKeep = allLayers(model).some((layer) => layer.getClassName() === "NestedDropout");
    const { batchSize, adam, seed, flips, loss } = options;
    checkBatchSize(batchSize);
    checkAdam(adam);
    if (!isWhole(seed, 0, 2 ** 32 - 1)) {
      refuse("seed", `a whole number from 0 to ${2 ** 32 - 1}`, seed);
    }
    if (flips && this.inputShape.length !== 3) {
      throw new Error("Flips mirror images, but the model's input is a vector.");
    }
    checkLoss(loss, model, this.outputShape);
    checkPenalties(options, model);
  }

  /** @throws Error once the trainer is disposed of */
  alive(): void {
    if (this.#isDisposed) throw new Error("The trainer has been disposed of.");
  }

  /** @throws Error before there are samples, or once the trainer is disposed of */
  ready(): void {
    this.alive();
    if (!this.#samples) throw new Error("setSamples must be called first.");
  }

  dispose(): void {
    this.#isDisposed = true;
  }

  /** @throws RangeError where they are not as many numbers as the model takes */
  samples({ count, inputs, targets }: Samples): void {
    this.alive();
    if (!isWhole(count, 1, 2 ** 32 - 1))
      refuse("number of samples", "a whole number from 1 on", count);
    const [input, output] = [sizeOf(this.inputShape), sizeOf(this.outputShape)];
    if (!targets && input !== output) {
      throw new RangeError("A model whose output is not as large as its input needs targets.");
    }
    const hasTargets = targets !== undefined;
    if (this.#samples && this.#samples.hasTargets !== hasTargets) {
      throw new Error("A trainer keeps to samples with targets, or without.");
    }
    checkLength("inputs", count, input, inputs);
    if (targets) checkLength("targets", count, output, targets);
    this.#samples = { count, hasTargets };
  }

  /** One step on those samples. */
  step(indices: Uint32Array, learningRate: number): void {
    this.ready();
    const { batchSize } = this.#options;
    if (indices.length < 1 || indices.length > batchSize) {
      throw new RangeError(`A step takes 1 to ${batchSize} samples, not ${indices.length}.`);
    }
    this.#indices(indices);
    checkRate(learningRate);
  }

  /** Steps of whole batches, the last one maybe smaller. */
  steps(indices: Uint32Array, learningRates: readonly number[]): void {
    this.ready();
    const steps = Math.ceil(indices.length / this.#options.batchSize);
    if (steps === 0 || steps !== learningRates.length) {
      throw new RangeError(
        `${indices.length} samples are ${steps} steps, but there are ${learningRates.length} learning rates.`,
      );
    }
    this.#indices(indices);
    for (const rate of learningRates) checkRate(rate);
  }

  /** Samples whose mean is wanted. */
  evaluate(indices: Uint32Array): void {
    this.ready();
    if (indices.length === 0) throw new RangeError("There is no sample to evaluate.");
    this.#indices(indices);
  }

  /** Samples whose outputs are wanted. */
  predict(indices: Uint32Array): void {
    this.ready();
    this.#indices(indices);
  }

  kept(kept: number | null): void {
    this.alive();
    checkKept(kept, this.#canKeep);
  }

  optimizerState({ step, m, v }: OptimizerState): void {
    if (!isWhole(step, 0, Number.MAX_SAFE_INTEGER)) {
      refuse("number of steps taken", "a whole number from 0 on", step);
    }
    for (const { length } of [m, v]) {
      if (length === this.#weights) continue;
      throw new RangeError(
        `The optimiser's state has ${length} numbers, but the model has ${this.#weights} weights.`,
      );
    }
  }

  #indices(indices: Uint32Array): void {
    const count = this.#samples?.count ?? 0;
    for (const index of indices) {
      if (index < count) continue;
      throw new RangeError(`There is no sample ${index} of ${count}, counted from 0.`);
    }
  }
}

function checkLength(
  what: string,
  count: number,
  size: number,
  { length }: Uint8Array | Float32Array,
): void {
  if (length === count * size) return;
  throw new RangeError(
    `The ${what} of ${count} samples are ${count * size} numbers, but ${length} were given.`,
  );
}
