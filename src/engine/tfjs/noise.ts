/** Random layers on the tfjs device, with the numbers that every device draws. */

import * as tf from "@tensorflow/tfjs";
import { alphaDropout, normalNumbers, type StochasticLayer } from "../../math/philox";
import { maskTensor } from "./dropout-mask";

/** tfjs's classes of layers that it takes the place of. */
type Noise = "AlphaDropout" | "Dropout" | "GaussianDropout" | "GaussianNoise" | "SpatialDropout2D";

interface SharedNoiseConfig {
  /** The class that it stands for. */
  readonly noise: Noise;
  /** The rate, or of GaussianNoise the deviation. */
  readonly amount: number;
  /** Which stream it draws from: see layer-list.ts. */
  readonly number: number;
  readonly name?: string;
}

/**
 * Takes the place of such a layer in the copy of a model that is trained.
 *
 * tfjs's own Dropout repeats one mask at every step where it has a seed, and cannot be repeated where it
 * has none; what this one draws comes from seed and step, so that all devices train alike.
 */
export class SharedNoise extends tf.layers.Layer implements StochasticLayer {
  static readonly className = "LatentLoomSharedNoise";
  readonly #noise: Noise;
  readonly #amount: number;
  readonly #number: number;
  #seed = 0;
  #step = 0;

  constructor(config: SharedNoiseConfig) {
    super({ ...config });
    this.#noise = config.noise;
    this.#amount = config.amount;
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
    if (!training || this.#amount === 0) return x;
    const rate = this.#amount;
    switch (this.#noise) {
      case "GaussianNoise":
        return x.add(this.#normals(x.shape).mul(rate));
      case "GaussianDropout":
        return x.mul(
          this.#normals(x.shape)
            .mul(Math.sqrt(rate / (1 - rate)))
            .add(1),
        );
      case "SpatialDropout2D": {
        const [images, , , channels] = x.shape as [number, number, number, number];
        return x.mul(this.#mask(images, channels).reshape([images, 1, 1, channels]));
      }
      case "Dropout":
        return x.mul(this.#maskOf(x));
      case "AlphaDropout": {
        const { scale, offset, dropped } = alphaDropout(rate);
        const kept = this.#maskOf(x).greater(0);
        return tf.where(kept, x.mul(scale).add(offset), tf.fill(x.shape, dropped));
      }
    }
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {
      ...super.getConfig(),
      noise: this.#noise,
      amount: this.#amount,
      number: this.#number,
    };
  }

  #normals([images, ...shape]: readonly number[]): tf.Tensor {
    const drawn = normalNumbers(this.#seed, this.#step, this.#number, images!, sizeOf(shape));
    return tf.tensor(drawn, [images!, ...shape]);
  }

  /** A factor for each number. */
  #maskOf({ shape }: tf.Tensor): tf.Tensor {
    const [images = 1, ...sizes] = shape;
    return this.#mask(images, sizeOf(sizes)).reshape(shape);
  }

  #mask(images: number, size: number): tf.Tensor {
    const [seed, step, layer] = [this.#seed, this.#step, this.#number];
    return maskTensor({ seed, step, layer, images, size, rate: this.#amount });
  }
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, axis) => product * axis, 1);
}

tf.serialization.registerClass(SharedNoise);
