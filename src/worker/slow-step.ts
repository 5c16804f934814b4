/** A training step taken apart: what it does to a batch, layer by layer, by the engine's own numbers. */

import type { LayersModel, layers as tfLayers } from "@tensorflow/tfjs";
import type { TrainerOptions } from "../engine/device";
import type { OptimizerState } from "../engine/optimizer";
import type { WasmTracer } from "../engine/wasm/tracer";
import { histogram } from "../math/histogram";
import { type ImageSet, pickImages } from "../math/image-set";
import type { SlowLayer, SlowStep, SlowWeight, Spread } from "../protocol/messages";

/** A step that is about to be taken. */
export interface SlowTask {
  /** With the weights before it. */
  readonly model: LayersModel;
  readonly options: TrainerOptions;
  readonly dataset: ImageSet;
  /** Of the batch's images. */
  readonly indices: Uint32Array;
  readonly learningRate: number;
  readonly state: OptimizerState;
}

export type CreateTracer = (model: LayersModel, options: TrainerOptions) => Promise<WasmTracer>;

/** Pictures of a batch that are shown, at most. */
const MOST_PICTURES = 32;
/** Bins of a histogram, on both sides of 0 alike. */
const BINS = 31;

/** Takes that step on a copy of the net: the model and its run stay where they are. */
export async function takeSlowStep(create: CreateTracer, task: SlowTask): Promise<SlowStep> {
  const { model, dataset, indices, learningRate, state } = task;
  const { length: count } = indices;
  const options = { ...task.options, batchSize: count };
  const tracer = await create(model, options);
  try {
    const inputs = pickImages(dataset, indices);
    await tracer.setSamples({ count, shape: dataset.shape, inputs });
    await tracer.setOptimizerState(state);
    const all = Uint32Array.from(indices.keys());
    const lossBefore = await tracer.evaluate(all);
    const before = [...model.trainableWeights.keys()].map((index) => tracer.array(index).weights);
    const loss = await tracer.step(all, learningRate);
    const after = before.map((_, index) => tracer.array(index));
    const changes = before.map((weights, index) => ({ before: weights, ...after[index]! }));
    const layers = model.layers.filter((layer) => layer.getClassName() !== "InputLayer");
    const shown = inputs.slice(0, MOST_PICTURES * (inputs.length / count));
    return {
      images: { shape: dataset.shape, count: Math.min(count, MOST_PICTURES), pixels: shown },
      count,
      learningRate,
      lossBefore,
      loss,
      lossAfter: await tracer.evaluate(all),
      layers: layers.map((layer) => slowLayer(layer, model, tracer, count, changes)),
      weight: await slowWeight(tracer, task, changes),
    };
  } finally {
    tracer.dispose();
  }
}

/** A trained array. */
interface Change {
  readonly before: Float32Array;
  readonly weights: Float32Array;
  readonly gradient: Float32Array;
}

function slowLayer(
  layer: tfLayers.Layer,
  model: LayersModel,
  tracer: WasmTracer,
  count: number,
  changes: readonly Change[],
): SlowLayer {
  const { output, gradient } = tracer.trace(layer.name, count);
  const maps = Number((layer.outputShape as (number | null)[]).at(-1));
  const own = layer.trainableWeights.map(
    (variable) => changes[model.trainableWeights.indexOf(variable)]!,
  );
  return {
    layer: layer.name,
    output: spreadOf([output]),
    gradient: gradient && spreadOf([gradient]),
    gradientNorm: gradient && lengthOf([gradient]),
    units: maps,
    dead: deadOf(output, maps),
    weights:
      own.length === 0
        ? null
        : {
            values: spreadOf(own.map(({ weights }) => weights)),
            gradient: spreadOf(own.map((each) => each.gradient)),
            gradientNorm: lengthOf(own.map((each) => each.gradient)),
            change: changeOf(own),
          },
  };
}

/** Maps, or numbers, that are 0 everywhere in the whole batch. */
function deadOf(output: Float32Array, maps: number): number {
  const isAlive = new Uint8Array(maps);
  for (const [i, value] of output.entries()) if (value !== 0) isAlive[i % maps] = 1;
  return isAlive.reduce((dead, alive) => dead + (alive ? 0 : 1), 0);
}

function squaresOf(arrays: readonly Float32Array[]): number {
  let sum = 0;
  for (const array of arrays) for (const value of array) sum += value * value;
  return sum;
}

const lengthOf = (arrays: readonly Float32Array[]): number => Math.sqrt(squaresOf(arrays));

/** How far the weights went, as a share of their length; null from nothing. */
function changeOf(changes: readonly Change[]): number | null {
  const moved = changes.map(({ before, weights }) => weights.map((each, i) => each - before[i]!));
  const length = lengthOf(changes.map(({ before }) => before));
  return length === 0 ? null : lengthOf(moved) / length;
}

function spreadOf(arrays: readonly Float32Array[]): Spread {
  const count = arrays.reduce((sum, { length }) => sum + length, 0);
  let most = 0;
  for (const array of arrays) for (const value of array) most = Math.max(most, Math.abs(value));
  const counts = new Uint32Array(BINS);
  for (const array of arrays) {
    const own = histogram(array, -most, most || 1, BINS).counts;
    for (const [bin, each] of own.entries()) counts[bin] = counts[bin]! + each;
  }
  return { most, rms: Math.sqrt(squaresOf(arrays) / Math.max(1, count)), counts };
}

/** What Adam does with the weight whose gradient is the largest; null for other optimisers. */
async function slowWeight(
  tracer: WasmTracer,
  { model, options: { optimizer }, state }: SlowTask,
  changes: readonly Change[],
): Promise<SlowWeight | null> {
  if (optimizer.kind !== "adam") return null;
  let found = { array: 0, place: 0, size: -1 };
  for (const [array, { gradient }] of changes.entries()) {
    for (const [place, value] of gradient.entries()) {
      if (Math.abs(value) > found.size) found = { array, place, size: Math.abs(value) };
    }
  }
  const { array, place } = found;
  const change = changes[array];
  if (!change) return null;
  const offset = changes.slice(0, array).reduce((sum, { before }) => sum + before.length, place);
  const after = await tracer.optimizerState();
  const variable = model.trainableWeights[array]!;
  const owner = model.layers.find(({ trainableWeights }) => trainableWeights.includes(variable));
  return {
    layer: owner?.name ?? "",
    before: change.before[place]!,
    gradient: change.gradient[place]!,
    mean: { before: state.m[offset]!, after: after.m[offset]! },
    square: { before: state.v[offset]!, after: after.v[offset]! },
    after: change.weights[place]!,
  };
}
