/** Stock tfjs: a net of its own layers, compiled and trained by tfjs-layers on one of its backends. */

import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import { affordableBatch, fastestRound, SLOW, TRIAL } from "../../src/cli/bench/timing";
import { FASHION_MNIST, IMAGE_PIXELS, IMAGE_SIDE } from "../../src/datasets/fashion-mnist";
import { ADAM_DEFAULTS } from "../../src/engine/optimizer";
import { buildNet } from "../../src/nets/build";
import { netOf } from "../../src/nets/presets";
import type { TrainingRequest } from "./messages";

/** Tfjs has names for few losses: a recipe with another one, or with flips, it cannot follow. */
export async function runTfjs(backend: string, request: TrainingRequest) {
  const { config, batch, images, trial } = request;
  const [loss = "", ...others] = Object.keys(config.loss);
  if (others.length > 0 || config.flips || config.weightDecay > 0 || config.clipNorm !== null) {
    throw new Error("stock tfjs cannot follow this net's recipe.");
  }
  // Without this, tfjs refuses a WebGL that is drawn by the CPU, the only one on many machines.
  tf.env().set("SOFTWARE_WEBGL_ENABLED", true);
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs has no ${backend} backend here.`);
  await tf.ready();
  const model = buildNet(netOf(config, FASHION_MNIST), config.seed);
  const { beta1, epsilon } = ADAM_DEFAULTS;
  const optimizer = tf.train.adam(config.learningRate, beta1, config.beta2, epsilon);
  model.compile({ optimizer, loss });
  const lastBias = model.trainableWeights.at(-1)!;

  const stepOf = async (size: number) => {
    const x = tf.tidy(() => {
      const bytes = images.subarray(0, size * IMAGE_PIXELS);
      return tf.tensor4d(Float32Array.from(bytes), [size, IMAGE_SIDE, IMAGE_SIDE, 1]).div(255);
    });
    await model.trainOnBatch(x, x);
    // The step is over when the last weight it changes can be read.
    await lastBias.read().data();
    x.dispose();
  };
  const used = await affordableBatch(stepOf, batch, 10);
  await stepOf(used);
  const plan = trial ? TRIAL : SLOW;
  return { batch: used, imagesPerSecond: await fastestRound(() => stepOf(used), used, plan) };
}
