/** What every device refuses, in the same words: arguments of all trainers are checked here alone. */

import type { LayersModel, SymbolicTensor, layers as tfLayers } from "@tensorflow/tfjs";
import { LOSS_TERMS, type LossWeights, termsOf } from "../config/loss";
import { type DivergencePenalty, lossOf, type Samples, type TrainerOptions } from "./device";
import { allLayers } from "./layer-list";
import { squashingLayer, squashingOf } from "./logits";
import { isCentered, type OptimizerOptions, type OptimizerState } from "./optimizer";

type Layer = tfLayers.Layer;

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

/** @throws RangeError for the first number that is out of its range */
function checkOptimizer(options: OptimizerOptions): void {
  const { kind, learningRate, weightDecay, clipNorm, ...others } = options;
  const all = ["adam", "sgd", "rmsprop"];
  if (!all.includes(kind)) refuse("optimiser", `one of ${all.join(", ")}`, kind);
  checkRate(learningRate);
  for (const [name, value] of Object.entries(others)) {
    if (typeof value === "boolean") continue;
    if (name === "epsilon") {
      if (!(value > 0 && Number.isFinite(value))) refuse(name, "a number over 0", value);
    } else if (!(value >= 0 && value < 1)) refuse(name, "a number from 0 to below 1", value);
  }
  if (!(weightDecay >= 0 && Number.isFinite(weightDecay))) {
    refuse("weight decay", "a number from 0 on", weightDecay);
  }
  if (clipNorm !== null && !(clipNorm > 0 && Number.isFinite(clipNorm))) {
    refuse("limit of the gradient's norm", "null or a number over 0", clipNorm);
  }
}

function checkLoss(loss: LossWeights, model: LayersModel, { shape, symbol }: Output): void {
  for (const term of Object.keys(loss)) {
    if (LOSS_TERMS.some((known) => known === term)) continue;
    throw new RangeError(`There is no loss "${term}"; there are ${LOSS_TERMS.join(", ")}.`);
  }
  const [height, width] = shape.length === 3 ? shape : [1, 1];
  termsOf(loss, { height: height!, width: width!, channels: shape.at(-1) ?? 1 });
  const squashing = squashingOf(loss);
  if (squashing) squashingLayer(model, symbol, squashing);
}

function checkLosses(
  options: TrainerOptions,
  model: LayersModel,
  outputs: readonly Output[],
): void {
  const names = outputs.map(({ name }) => name);
  if (new Set(names).size < names.length) {
    throw new Error(`The model's outputs must come of different layers, not ${names.join(", ")}.`);
  }
  for (const name of Object.keys(options.losses ?? {})) {
    if (names.includes(name)) continue;
    throw new Error(
      `The model has no output ${name}, which has a loss; it has ${names.join(", ")}.`,
    );
  }
  for (const output of outputs) checkLoss(lossOf(options, output.name), model, output);
}

function checkPenalties(options: TrainerOptions, model: LayersModel): void {
  const layers = allLayers(model);
  const ends = new Set(model.outputs.map(({ sourceLayer }) => sourceLayer.name));
  // Cross-entropy takes logits: what is put out behind them is not there.
  for (const output of model.outputs) {
    const squashing = squashingOf(lossOf(options, output.sourceLayer.name));
    if (squashing) ends.add(squashingLayer(model, output, squashing).name);
  }
  for (const penalty of options.penalties ?? []) {
    const { layer, weight } = penalty;
    if (!(weight > 0 && Number.isFinite(weight))) {
      refuse(`weight of the penalty of layer ${layer}`, "a number over 0", weight);
    }
    const found = layers.find(({ name }) => name === layer);
    if (!found) throw new Error(`There is no layer ${layer}, whose output has a penalty.`);
    if (penalty.term === "divergence") checkDivergence(penalty, found);
    if (ends.has(layer)) {
      throw new Error(`Layer ${layer} makes the model's output, which has a loss of its own.`);
    }
  }
}

function checkDivergence({ layer, free, warmUp }: DivergencePenalty, { output }: Layer): void {
  if (!(free >= 0 && Number.isFinite(free))) {
    refuse(`free nats of layer ${layer}`, "a number from 0 on", free);
  }
  if (!isWhole(warmUp, 0, Number.MAX_SAFE_INTEGER)) {
    refuse(`warm-up of the penalty of layer ${layer}`, "a whole number of steps", warmUp);
  }
  const channels = [output].flat()[0]?.shape.at(-1) ?? 0;
  if (channels % 2 !== 0) {
    throw new Error(`Layer ${layer} puts out ${channels} channels: no means and log-variances.`);
  }
}

/** One of a model's outputs: as a plan's End, with its sizes by axis. */
export interface Output {
  /** Of the layer that makes it. */
  readonly name: string;
  readonly symbol: SymbolicTensor;
  readonly shape: readonly number[];
  /** Place of its first number in a sample's row. */
  readonly at: number;
}

function outputsOf({ outputs }: LayersModel): Output[] {
  let at = 0;
  return outputs.map((symbol) => {
    const shape = sampleShape(symbol, "output");
    const output = { name: symbol.sourceLayer.name, symbol, shape, at };
    at += sizeOf(shape);
    return output;
  });
}

/** Sizes of one sample, without the batch's axis. */
function sampleShape(tensor: SymbolicTensor, what: string): number[] {
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
  readonly outputs: readonly Output[];
  /** Numbers of all outputs for one sample. */
  readonly outputSize: number;
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
   * @throws Error for flips of vectors, cross-entropy without a sigmoid or softmax at the end, and a
   *   model with several inputs, or sizes that are not known
   */
  constructor(model: LayersModel, options: TrainerOptions) {
    const [input, ...others] = model.inputs;
    if (!input || others.length > 0) throw new Error("The model needs exactly one input.");
    this.inputShape = sampleShape(input, "input");
    this.outputs = outputsOf(model);
    this.outputSize = this.outputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    this.#options = options;
    if (model.trainableWeights.length === 0 && model.weights.length > 0) {
      throw new Error("All of the model's layers are frozen: there is nothing to train.");
    }
    this.#weights = model.trainableWeights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    this.#canKeep = allLayers(model).some((layer) => layer.getClassName() === "NestedDropout");
    const { batchSize, optimizer, seed, flips } = options;
    checkBatchSize(batchSize);
    checkOptimizer(optimizer);
    if (!isWhole(seed, 0, 2 ** 32 - 1)) {
      refuse("seed", `a whole number from 0 to ${2 ** 32 - 1}`, seed);
    }
    if (flips && this.inputShape.length !== 3) {
      throw new Error("Flips mirror images, but the model's input is a vector.");
    }
    checkLosses(options, model, this.outputs);
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
    const [input, output] = [sizeOf(this.inputShape), this.outputSize];
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

  optimizerState({ step, m, v, a }: OptimizerState): void {
    if (!isWhole(step, 0, Number.MAX_SAFE_INTEGER)) {
      refuse("number of steps taken", "a whole number from 0 on", step);
    }
    const wanted = isCentered(this.#options.optimizer);
    if ((a !== undefined) !== wanted) {
      const what = wanted ? "lacks the mean of gradients" : "has a mean of gradients";
      throw new RangeError(`The optimiser's state ${what}: it is another optimiser's.`);
    }
    for (const { length } of [m, v, ...(a ? [a] : [])]) {
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
