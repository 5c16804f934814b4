/** A layer that cuts vectors off at random, so that their first numbers come to matter most. */

import * as tf from "@tensorflow/tfjs";
import { type StochasticLayer, truncationsOf } from "../../../math/philox";

interface NestedDropoutConfig {
  /** Numbers kept outside training; null or left out keeps all. */
  readonly kept?: number | null;
  /** Up to which size all are drawn alike, from 1 on: size k as often as 1 / max(k, evenTo), about. */
  readonly evenTo?: number;
  readonly name?: string;
}

/**
 * Nested dropout (Rippel, Gelbart & Adams 2014): [n, size] → [n, size].
 *
 * In training each image keeps its first k numbers and the others become 0, with k drawn anew from
 * 1 … size. With the default `evenTo` of 1 that is log-uniform: 1 to 2 numbers as often as 128 to
 * 256. Otherwise all numbers pass, or the first `kept`. Several of these layers with vectors of one
 * size cut an image's vectors at the same place.
 */
export class NestedDropout extends tf.layers.Layer implements StochasticLayer {
  static readonly className = "NestedDropout";
  /** Numbers kept outside training; null keeps all. */
  kept: number | null;
  readonly #evenTo: number;
  #seed = 0;
  #step = 0;
  #isDrawnFor = false;

  /** @throws RangeError when `evenTo` is not a finite number from 1 on */
  constructor(config: NestedDropoutConfig = {}) {
    super({ ...config });
    const { kept = null, evenTo = 1 } = config;
    if (!(evenTo >= 1 && Number.isFinite(evenTo))) {
      throw new RangeError(`NestedDropout takes an evenTo of 1 or more, not ${evenTo}.`);
    }
    this.kept = kept;
    this.#evenTo = evenTo;
  }

  /**
   * Draws the truncations of the next training step.
   *
   * Where nobody calls it (tfjs's own `fit`), each pass in training counts as a step of seed 0.
   */
  draw(seed: number, step: number): void {
    this.#seed = seed;
    this.#step = step;
    this.#isDrawnFor = true;
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  override call(
    inputs: tf.Tensor | tf.Tensor[],
    { training = false }: { training?: boolean },
  ): tf.Tensor {
    const codes = Array.isArray(inputs) ? inputs[0]! : inputs;
    const [images, size] = codes.shape as [number, number];
    if (!training) {
      return this.kept === null ? codes : codes.mul(mask([Math.min(this.kept, size)], size));
    }
    if (!this.#isDrawnFor) this.#step += 1;
    const drawn = truncationsOf(this.#seed, this.#step, images, size, this.#evenTo);
    return codes.mul(mask(drawn, size));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), kept: this.kept, evenTo: this.#evenTo };
  }
}

/** One row for each count: so many ones, then zeros. */
function mask(counts: ArrayLike<number>, size: number): tf.Tensor {
  const values = new Float32Array(counts.length * size);
  for (let row = 0; row < counts.length; row++) {
    values.fill(1, row * size, row * size + counts[row]!);
  }
  return tf.tensor(values, [counts.length, size]);
}

tf.serialization.registerClass(NestedDropout);
