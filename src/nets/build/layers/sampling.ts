/** A layer that draws a number for each pair of a mean and a log-variance. */

import * as tf from "@tensorflow/tfjs";
import { FIRST_NOISE, normalNumbers, type StochasticLayer } from "../../../math/philox";

interface SamplingConfig {
  /** Which stream it draws from (engine/layer-list.ts): that of a net's first such layer, where nothing is said. */
  readonly number?: number;
  readonly name?: string;
}

/**
 * The sample of a variational autoencoder (Kingma & Welling 2014): [n, …, 2c] → [n, …, c].
 *
 * Of the last axis the first half are means, and the second log-variances. In training it gives
 * mean + exp(log-variance / 2) · ε with normal numbers ε, else the means.
 */
export class Sampling extends tf.layers.Layer implements StochasticLayer {
  static readonly className = "Sampling";
  readonly #number: number;
  #seed = 0;
  #step = 0;
  #isDrawnFor = false;

  constructor({ number = FIRST_NOISE, ...config }: SamplingConfig = {}) {
    super({ ...config });
    this.#number = number;
  }

  /** As NestedDropout's: where nobody calls it, each pass in training counts as a step of seed 0. */
  draw(seed: number, step: number): void {
    this.#seed = seed;
    this.#step = step;
    this.#isDrawnFor = true;
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    const channels = inputShape.at(-1);
    return [...inputShape.slice(0, -1), typeof channels === "number" ? channels / 2 : null];
  }

  override call(
    inputs: tf.Tensor | tf.Tensor[],
    { training = false }: { training?: boolean },
  ): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    const [mean, logVariance] = tf.split(x, 2, -1) as [tf.Tensor, tf.Tensor];
    if (!training) return mean;
    if (!this.#isDrawnFor) this.#step += 1;
    const [images = 0] = mean.shape;
    const drawn = normalNumbers(
      this.#seed,
      this.#step,
      this.#number,
      images,
      mean.size / Math.max(images, 1),
    );
    return mean.add(logVariance.mul(0.5).exp().mul(tf.tensor(drawn, mean.shape)));
  }
}

tf.serialization.registerClass(Sampling);
