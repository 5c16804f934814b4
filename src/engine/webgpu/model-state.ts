/** What a net has learned: its way between the GPU's flat buffers and the model. */

import * as tf from "@tensorflow/tfjs";
import type { Parameter } from "../graph";
import type { OptimizerState } from "../optimizer";
import type { Plan } from "../plan";
import {
  readModelStatistics,
  readModelWeights,
  writeModelStatistics,
  writeModelWeights,
} from "../weights";
import type { Executor } from "./executor";
import { concatenate, putTogether, separate, takeApart } from "./flat";
import { GPU_COPY_DST, GPU_COPY_SRC, GPU_STORAGE, type Store } from "./stores";

/** Copies the executor's weights and moving averages to the model, exactly. @throws DeviceLostError */
export async function pullWeights(
  { lowered, reader }: Executor,
  { parameters, statistics: averages }: Plan,
  model: tf.LayersModel,
): Promise<void> {
  const { weights, statistics, trainedWords } = lowered;
  const values = await reader.read("weights", [
    { store: weights, from: 0, words: trainedWords },
    { store: statistics, from: 0, words: statistics.words },
  ]);
  const own = values.subarray(0, trainedWords);
  const others = values.subarray(trainedWords);
  writeModelWeights(model, takeApart(own, parameters, lowered.offsets));
  writeModelStatistics(model, takeApart(others, averages, lowered.statisticOffsets));
}

/** Copies the model's weights and moving averages to the executor. */
export async function pushWeights(
  { lowered, stores }: Executor,
  model: tf.LayersModel,
): Promise<void> {
  const { weights, statistics, offsets, statisticOffsets, trainedWords, stillAt } = lowered;
  const values = await readModelWeights(model);
  const moving = await readModelStatistics(model);
  const still = putTogether(moving, statisticOffsets, statistics.words);
  stores.write(weights, putTogether(values, offsets, trainedWords));
  stores.write(statistics, still);
  if (stillAt !== null) stores.write(weights, still, stillAt);
}

/**
 * Gives the model the executor's weights and moving averages as tensors of tfjs's current backend,
 * which computes on the same GPUDevice: nothing leaves the GPU.
 */
export function shareWeights(
  { lowered, stores }: Executor,
  { parameters, statistics }: Plan,
  device: GPUDevice,
  model: tf.LayersModel,
): void {
  const copy = (
    variables: tf.LayersModel["weights"],
    arrays: readonly Parameter[],
    store: Store,
    offsets: readonly number[],
  ) => {
    for (const [place, { size, shape }] of arrays.entries()) {
      const usage = GPU_STORAGE | GPU_COPY_SRC | GPU_COPY_DST;
      const buffer = device.createBuffer({ label: "shared weights", size: size * 4, usage });
      const encoder = device.createCommandEncoder();
      const from = stores.buffer(store);
      encoder.copyBufferToBuffer(from, offsets[place]! * 4, buffer, 0, size * 4);
      device.queue.submit([encoder.finish()]);
      // It copies the buffer to one of its own, which it frees with the tensor.
      const tensor = tf.tensor({ buffer }, [...shape]);
      variables[place]!.write(tensor);
      tensor.dispose();
      buffer.destroy();
    }
  };
  copy(model.trainableWeights, parameters, lowered.weights, lowered.offsets);
  copy(model.nonTrainableWeights, statistics, lowered.statistics, lowered.statisticOffsets);
}

/** What the optimiser keeps, packed as `OptimizerState` has them. @throws DeviceLostError */
export async function pullMoments(
  { lowered, reader }: Executor,
  { parameters }: Plan,
): Promise<Omit<OptimizerState, "step">> {
  const { first, second, means } = lowered;
  const { words } = first;
  const stores = [first, second, ...(means ? [means] : [])];
  const values = await reader.read(
    "moments",
    stores.map((store) => ({ store, from: 0, words })),
  );
  const packed = (place: number) => {
    const part = values.subarray(place * words, (place + 1) * words);
    return concatenate(takeApart(part, parameters, lowered.offsets));
  };
  return { m: packed(0), v: packed(1), ...(means ? { a: packed(2) } : {}) };
}

export function pushMoments(
  { lowered, stores }: Executor,
  { parameters }: Plan,
  { m, v, a }: Omit<OptimizerState, "step">,
): void {
  const { first, second, means, offsets } = lowered;
  const write = (store: Store, values: Float32Array) => {
    stores.write(store, putTogether(separate(values, parameters), offsets, store.words));
  };
  write(first, m);
  write(second, v);
  if (means && a) write(means, a);
}
