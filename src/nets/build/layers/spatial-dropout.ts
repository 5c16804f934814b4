/** Dropout of whole channels, which Keras has a layer for and tfjs has not. */

import * as tf from "@tensorflow/tfjs";

interface SpatialDropoutConfig {
  /** At least 0, below 1. */
  readonly rate: number;
  readonly name?: string;
}

/** Keras's `SpatialDropout2D` (Tompson et al. 2015): in training, channels of images are 0 together. */
export class SpatialDropout2D extends tf.layers.Layer {
  static readonly className = "SpatialDropout2D";
  readonly #rate: number;

  constructor(config: SpatialDropoutConfig) {
    super({ ...config });
    this.#rate = config.rate;
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  override call(
    inputs: tf.Tensor | tf.Tensor[],
    { training = false }: { training?: boolean },
  ): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    if (!training) return x;
    const [images, , , channels] = x.shape as [number, number, number, number];
    return tf.dropout(x, this.#rate, [images, 1, 1, channels]);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.#rate };
  }
}

tf.serialization.registerClass(SpatialDropout2D);
