/** Small nets and data for comparing devices. */

import * as tf from "@tensorflow/tfjs";
import type { LossWeights } from "../../../src/config/loss";
import { TRAINER_DEFAULTS, type Trainer, type TrainerOptions } from "../../../src/engine/device";
import { ADAM_DEFAULTS } from "../../../src/engine/optimizer";
import { createTfjsTrainer } from "../../../src/engine/tfjs/trainer";
import type { KernelVariant } from "../../../src/engine/wasm/platform";
import { createWasmTrainer } from "../../../src/engine/wasm/trainer";
import { readModelWeights, writeModelWeights } from "../../../src/engine/weights";
import { createRng } from "../../../src/math/rng";
import { testWasmPlatform } from "./threads";

type Layer = tf.layers.Layer;
export type Net = () => tf.LayersModel;

/** Initial weights of every array (biases too, so that their signs matter), from one seed. */
export function randomise(model: tf.LayersModel, seed: number): tf.LayersModel {
  const rng = createRng(seed, "test weights");
  // Frozen ones come behind; moving averages stay as they are.
  const frozen = model.nonTrainableWeights.filter(({ name }) => !name.includes("/moving_"));
  for (const variable of [...model.trainableWeights, ...frozen]) {
    const shape = variable.shape as number[];
    const size = shape.reduce((a, b) => a * b, 1);
    const fan = shape.length > 1 ? size / (shape.at(-1) ?? 1) : 10;
    const values = Float32Array.from(
      { length: size },
      () => (rng.float() * 2 - 1) / Math.sqrt(fan),
    );
    variable.write(tf.tensor(values, shape));
  }
  return model;
}

export function chain(inputShape: number[], ...layers: Layer[]): tf.LayersModel {
  const input = tf.input({ shape: inputShape });
  const output = layers.reduce<tf.SymbolicTensor>(
    (tensor, layer) => layer.apply(tensor) as tf.SymbolicTensor,
    input,
  );
  return tf.model({ inputs: input, outputs: output });
}

/** Values in [0, 1), a third of them 0, as images have. */
function randomFloats(length: number, seed: number): Float32Array {
  const rng = createRng(seed, "test data");
  return Float32Array.from({ length }, () => (rng.int(3) === 0 ? 0 : rng.float()));
}

function options(loss: LossWeights, batchSize: number): TrainerOptions {
  return { ...TRAINER_DEFAULTS, loss, batchSize };
}

export function wasm(
  model: tf.LayersModel,
  loss: LossWeights,
  batchSize: number,
  threads = 1,
  variant?: KernelVariant,
): Promise<Trainer> {
  return createWasmTrainer(model, options(loss, batchSize), testWasmPlatform, threads, variant);
}

export function reference(
  model: tf.LayersModel,
  loss: LossWeights,
  batchSize: number,
): Promise<Trainer> {
  return createTfjsTrainer(model, options(loss, batchSize), "cpu");
}

export function sizeOf(shape: tf.Shape): number {
  return shape.slice(1).reduce<number>((product, axis) => product * (axis ?? 1), 1);
}

/** Samples for a model: random inputs, and random targets where its output has another size. */
export function samplesFor(model: tf.LayersModel, count: number, seed: number) {
  const inputs = randomFloats(count * sizeOf(model.inputs[0]!.shape), seed);
  const outputs = sizeOf(model.outputs[0]!.shape);
  if (outputs === inputs.length / count) return { count, inputs };
  return { count, inputs, targets: randomFloats(count * outputs, seed + 1) };
}

/** Gradient of a batch's mean loss, by parameter, read from Adam's first moment after one step. */
export async function gradients(trainer: Trainer, indices: Uint32Array): Promise<Float32Array[]> {
  const sizes = trainer.model.trainableWeights.map((variable) => sizeOf([1, ...variable.shape]));
  await trainer.step(indices, 0);
  const { m } = await trainer.optimizerState();
  let at = 0;
  return sizes.map((size) => {
    at += size;
    return m.slice(at - size, at).map((value) => value / (1 - ADAM_DEFAULTS.beta1));
  });
}

/**
 * Slope of a batch's loss where every weight moves up its gradient's sign: measured by finite differences
 * over a distance, and as the gradients say. The weights stay a little off.
 */
export async function lossSlopes(
  trainer: Trainer,
  batch: Uint32Array,
  distance: number,
): Promise<{ measured: number; expected: number }> {
  const analytic = await gradients(trainer, batch);
  const weights = await readModelWeights(trainer.model);
  const lossAt = async (by: number) => {
    writeModelWeights(
      trainer.model,
      weights.map((array, i) => array.map((w, j) => w + by * Math.sign(analytic[i]![j]!))),
    );
    await trainer.pushWeights();
    return trainer.evaluate(batch);
  };
  const expected = analytic
    .flatMap((gradient) => Array.from(gradient, Math.abs))
    .reduce((sum, value) => sum + value);
  const measured = ((await lossAt(distance)) - (await lossAt(-distance))) / (2 * distance);
  return { measured, expected };
}

/** ‖a − b‖ / ‖b‖, 0 where both are 0. */
export function relativeError(a: Float32Array, b: Float32Array): number {
  let off = 0;
  let norm = 0;
  for (let i = 0; i < b.length; i++) {
    off += (a[i]! - b[i]!) ** 2;
    norm += b[i]! ** 2;
  }
  if (norm === 0) return off === 0 ? 0 : Number.POSITIVE_INFINITY;
  return Math.sqrt(off / norm);
}
