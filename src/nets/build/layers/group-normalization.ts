/** Group normalisation, which Keras has a layer for and tfjs has not. */

import * as tf from "@tensorflow/tfjs";

interface GroupNormalizationConfig {
  /** Into how many the channels are divided: 32, as in Keras, where nothing is said; −1 for one each. */
  readonly groups?: number;
  /** Of the channels, which must be the last. */
  readonly axis?: number;
  readonly epsilon?: number;
  /** Whether there is an offset β, and a factor γ, for each channel. */
  readonly center?: boolean;
  readonly scale?: boolean;
  readonly name?: string;
}

/**
 * Keras's `GroupNormalization` (Wu & He 2018): [n, …, c] → the same, each image's groups of channels
 * brought to mean 0 and variance 1 over all pixels, times γ, plus β.
 */
export class GroupNormalization extends tf.layers.Layer {
  static readonly className = "GroupNormalization";
  readonly #settings: Required<Omit<GroupNormalizationConfig, "name">>;
  #gamma: tf.LayerVariable | null = null;
  #beta: tf.LayerVariable | null = null;

  /** @throws RangeError where the axis is not the last, or groups are no whole number */
  constructor(config: GroupNormalizationConfig = {}) {
    super({ ...config });
    const { groups = 32, axis = -1, epsilon = 1e-3, center = true, scale = true } = config;
    if (!Number.isInteger(groups) || groups === 0 || groups < -1) {
      throw new RangeError(`GroupNormalization takes a number of groups, or −1, not ${groups}.`);
    }
    this.#settings = { groups, axis, epsilon, center, scale };
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = inputShape as tf.Shape;
    const channels = shape.at(-1)!;
    const { groups, axis, center, scale } = this.#settings;
    if (axis !== -1 && axis !== shape.length - 1) {
      throw new RangeError("GroupNormalization works along the last axis alone.");
    }
    if (channels % (groups === -1 ? channels : groups) !== 0) {
      throw new RangeError(
        `GroupNormalization cannot divide ${channels} channels into ${groups} groups.`,
      );
    }
    if (scale) {
      this.#gamma = this.addWeight("gamma", [channels], "float32", tf.initializers.ones());
    }
    if (center) {
      this.#beta = this.addWeight("beta", [channels], "float32", tf.initializers.zeros());
    }
    this.built = true;
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = Array.isArray(inputs) ? inputs[0]! : inputs;
      const [images, ...rest] = x.shape as [number, ...number[]];
      const channels = rest.at(-1)!;
      const groups = this.#settings.groups === -1 ? channels : this.#settings.groups;
      const apart = x.reshape([images, -1, groups, channels / groups]);
      const { mean, variance } = tf.moments(apart, [1, 3], true);
      const normed = apart.sub(mean).mul(variance.add(this.#settings.epsilon).rsqrt());
      const whole = normed.reshape(x.shape);
      const scaled = this.#gamma ? whole.mul(this.#gamma.read()) : whole;
      return this.#beta ? scaled.add(this.#beta.read()) : scaled;
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#settings };
  }
}

tf.serialization.registerClass(GroupNormalization);
