/** Whether a device computes gradients as it should: some phone GPUs return zeros. */

import * as tf from "@tensorflow/tfjs";
import { DEFAULT_CONFIG, type RunConfig } from "../config/config";
import type { Trainer } from "../engine/device";
import { ADAM_DEFAULTS } from "../engine/optimizer";
import { createRng } from "../math/rng";

/** What a device came to. */
interface Course {
  /** Of the first step, weight by weight in the order of `model.trainableWeights`. */
  readonly gradients: readonly Float32Array[];
  /** Of three steps. */
  readonly losses: readonly number[];
}

/** Starts a trainer of that model on the device under test. */
export type Start = (model: tf.LayersModel, config: RunConfig) => Promise<Trainer>;

const SIDE = 8;
const IMAGES = 4;
const STEPS = 3;
const CONFIG: RunConfig = {
  ...DEFAULT_CONFIG,
  batchSize: IMAGES,
  loss: { binaryCrossentropy: 1 },
  learningRate: 0.01,
};
/** Of the gradient's norm, for each weight: half precision stays within it, a wrong kernel does not. */
const GRADIENT_TOLERANCE = 0.01;
const LOSS_TOLERANCE = 0.001;

/** Every kind of layer that the baseline has, on images of 8 × 8: 300 weights. */
function tinyNet(): tf.LayersModel {
  const { conv2d, dense, flatten, maxPooling2d, reshape, upSampling2d } = tf.layers;
  const init = (seed: number) => tf.initializers.glorotUniform({ seed });
  return tf.sequential({
    layers: [
      conv2d({
        filters: 3,
        kernelSize: 3,
        padding: "same",
        activation: "relu",
        inputShape: [SIDE, SIDE, 1],
        kernelInitializer: init(1),
      }),
      maxPooling2d({ poolSize: 2 }),
      flatten(),
      dense({ units: 2, kernelInitializer: init(2) }),
      dense({ units: 32, activation: "relu", kernelInitializer: init(3) }),
      reshape({ targetShape: [SIDE / 2, SIDE / 2, 2] }),
      upSampling2d({ size: [2, 2] }),
      conv2d({
        filters: 1,
        kernelSize: 3,
        padding: "same",
        activation: "sigmoid",
        kernelInitializer: init(4),
      }),
    ],
  });
}

/** Noise: no two pixels of a pooling window are equal, so that there is one right gradient. */
function noise(): Float32Array {
  const rng = createRng(1, "self-test");
  return Float32Array.from({ length: IMAGES * SIDE * SIDE }, () => rng.float());
}

/** Three steps; Adam's first moment after one of them is the gradient, times 1 − β₁. */
async function course(start: Start): Promise<Course> {
  const model = tinyNet();
  try {
    const trainer = await start(model, CONFIG);
    try {
      await trainer.setSamples({ count: IMAGES, inputs: noise() });
      const all = Uint32Array.from({ length: IMAGES }, (_, i) => i);
      const losses = [await trainer.step(all)];
      const { m } = await trainer.optimizerState();
      while (losses.length < STEPS) losses.push(await trainer.step(all));
      let at = 0;
      const gradients = model.trainableWeights.map(({ shape }) => {
        const size = shape.reduce<number>((product, axis) => product * (axis ?? 1), 1);
        at += size;
        return m.slice(at - size, at).map((value) => value / (1 - ADAM_DEFAULTS.beta1));
      });
      return { gradients, losses };
    } finally {
      trainer.dispose();
    }
  } finally {
    model.dispose();
  }
}

function norm(values: Float32Array): number {
  return Math.hypot(...values);
}

/** The first thing in which a device's course is not the reference's; empty where it is. */
function difference(found: Course, right: Course): string {
  for (const [i, expected] of right.gradients.entries()) {
    const gradient = found.gradients[i]!;
    if (gradient.some((value) => !Number.isFinite(value))) {
      return "It fails the self-test: a gradient is not a number.";
    }
    const off = norm(gradient.map((value, at) => value - expected[at]!));
    if (off <= GRADIENT_TOLERANCE * norm(expected)) continue;
    return norm(gradient) === 0
      ? "It fails the self-test: gradients come out as zero."
      : "It fails the self-test: gradients come out wrong.";
  }
  const wrong = right.losses.some(
    (loss, i) => !(Math.abs(found.losses[i]! - loss) <= LOSS_TOLERANCE * loss),
  );
  return wrong ? "It fails the self-test: a net does not train as it should." : "";
}

/**
 * Tests devices against a reference, such as tfjs in plain JavaScript.
 *
 * @returns tests one device: what is wrong with it, for people; empty where nothing is. It throws
 *   what the device throws.
 */
export function createSelfTest(reference: Start): (device: Start) => Promise<string> {
  let right: Promise<Course> | null = null;
  return async (device) => {
    right ??= course(reference);
    const expected = await right;
    return difference(await course(device), expected);
  };
}
