/** Bilinear up-sampling as Keras 3 has it: tfjs's UpSampling2D places pixels otherwise. */

import * as tf from "@tensorflow/tfjs";

interface BilinearConfig {
  /** Times as many pixels down and across. */
  readonly size: readonly [number, number];
  readonly name?: string;
}

/**
 * Keras 3's `UpSampling2D(size, interpolation="bilinear")`: [n, h, w, c] → [n, a·h, b·w, c].
 *
 * Pixels are taken by their middles: new pixel i lies at (i + 1/2) / a − 1/2 among the old ones, or at
 * the edge where that is outside. As products with two matrices, whose gradients tfjs has on every
 * backend; that of its own resizing is for other places.
 */
export class BilinearUpSampling2D extends tf.layers.Layer {
  static readonly className = "BilinearUpSampling2D";
  readonly #size: readonly [number, number];

  /** @throws RangeError where the size is not two whole numbers from 1 on */
  constructor(config: BilinearConfig) {
    super({ ...config });
    const { size } = config;
    if (size.length !== 2 || !size.every((factor) => Number.isInteger(factor) && factor > 0)) {
      throw new RangeError(`BilinearUpSampling2D takes two whole numbers, not ${size.join(", ")}.`);
    }
    this.#size = [size[0], size[1]];
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    const [batch, height, width, channels] = inputShape as [number, number, number, number];
    return [batch, height * this.#size[0], width * this.#size[1], channels];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = Array.isArray(inputs) ? inputs[0]! : inputs;
      return stretched(stretched(x, 1, this.#size[0]), 2, this.#size[1]);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), size: [...this.#size] };
  }
}

/** Images with `factor` times as many pixels along an axis. */
function stretched(x: tf.Tensor, axis: 1 | 2, factor: number): tf.Tensor {
  if (factor === 1) return x;
  const last = axis === 1 ? [0, 2, 3, 1] : [0, 1, 3, 2];
  const back = axis === 1 ? [0, 3, 1, 2] : [0, 1, 3, 2];
  const moved = x.transpose(last);
  const pixels = x.shape[axis]!;
  const made = moved.reshape<tf.Tensor2D>([-1, pixels]).matMul(shares(pixels, factor));
  return made.reshape([...moved.shape.slice(0, 3), pixels * factor]).transpose(back);
}

/** The share of each old pixel, by row, in each new one. */
function shares(pixels: number, factor: number): tf.Tensor2D {
  const columns = pixels * factor;
  const values = new Float32Array(pixels * columns);
  for (let i = 0; i < columns; i++) {
    const place = Math.min(Math.max((i + 0.5) / factor - 0.5, 0), pixels - 1);
    const before = Math.floor(place);
    const share = place - before;
    values[before * columns + i]! += 1 - share;
    values[Math.min(before + 1, pixels - 1) * columns + i]! += share;
  }
  return tf.tensor2d(values, [pixels, columns]);
}

tf.serialization.registerClass(BilinearUpSampling2D);
