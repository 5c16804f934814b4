/** A layer that turns channels into pixels: up-sampling without a product. */

import * as tf from "@tensorflow/tfjs";

interface DepthToSpaceConfig {
  readonly blockSize: number;
  readonly name?: string;
}

/**
 * TensorFlow's `depth_to_space` for images with their channels last:
 * [n, h, w, b²·c] → [n, b·h, b·w, c].
 *
 * Pixel (b·y + i, b·x + j) of channel k is channel (i·b + j)·c + k of pixel (y, x). Reshaping and
 * transposing do it, since tfjs has no gradient for its own depthToSpace.
 */
export class DepthToSpace extends tf.layers.Layer {
  static readonly className = "DepthToSpace";
  readonly #blockSize: number;

  /** @throws RangeError when the block is not a whole number from 2 on */
  constructor(config: DepthToSpaceConfig) {
    super({ ...config });
    const { blockSize } = config;
    if (!Number.isInteger(blockSize) || blockSize < 2) {
      throw new RangeError(`DepthToSpace takes blocks of 2 or more, not ${blockSize}.`);
    }
    this.#blockSize = blockSize;
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    const [batch, height, width, channels] = inputShape as [number, number, number, number];
    const block = this.#blockSize;
    if (channels % block ** 2 !== 0) {
      throw new RangeError(
        `DepthToSpace with blocks of ${block} takes a multiple of ${block ** 2} channels, not ${channels}.`,
      );
    }
    return [batch, height * block, width * block, channels / block ** 2];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    const [batch, height, width, channels] = x.shape as [number, number, number, number];
    const block = this.#blockSize;
    return x
      .reshape([batch * height, width, block, channels / block])
      .transpose([0, 2, 1, 3])
      .reshape([batch, height * block, width * block, channels / block ** 2]);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), blockSize: this.#blockSize };
  }
}

tf.serialization.registerClass(DepthToSpace);
