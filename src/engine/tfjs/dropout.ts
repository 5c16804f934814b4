/** Dropout on the tfjs device, with the masks that every device draws. */

import * as tf from "@tensorflow/tfjs";
import type { StochasticLayer } from "../../math/philox";
import { maskTensor } from "./dropout-mask";

interface SharedDropoutConfig {
  /** 0 to below 1. */
  readonly rate: number;
  /** Place among the model's dropout layers, from 0. */
  readonly number: number;
  readonly name?: string;
}

/**
 * Takes the place of tfjs's Dropout in the copy of a model that is trained.
 *
 * tfjs's own repeats one mask at every step where it has a seed, and cannot be repeated where it
 * has none; this one's masks come from seed and step, so that all devices train alike.
 */
export class SharedDropout extends tf.layers.Layer implements StochasticLayer {
  static readonly className = "LatentLoomSharedDropout";
  readonly #rate: number;
  readonly #number: number;
  #seed = 0;
  #step = 0;

  constructor(config: SharedDropoutConfig) {
    super({ ...config });
    this.#rate = config.rate;
    this.#number = config.number;
  }

  draw(seed: number, step: number): void {
    this.#seed = seed;
    this.#step = step;
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  override call(
    inputs: tf.Tensor | tf.Tensor[],
    { training = false }: { training?: boolean },
  ): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    if (!training || this.#rate === 0) return x;
    const [images, ...shape] = x.shape;
    const size = shape.reduce((product, axis) => product * axis, 1);
    const mask = maskTensor({
      seed: this.#seed,
      step: this.#step,
      layer: this.#number,
      rate: this.#rate,
      images: images!,
      size,
    });
    return x.mul(mask.reshape(x.shape));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.#rate, number: this.#number };
  }
}

tf.serialization.registerClass(SharedDropout);
