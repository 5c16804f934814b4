/** Keras's layer that tfjs has not: what goes through it should be small. */

import * as tf from "@tensorflow/tfjs";

export interface ActivityRates {
  /** From 0 on, as l2. */
  readonly l1?: number;
  readonly l2?: number;
}

/**
 * Gives what it takes, and adds l1 · Σ |x| + l2 · Σ x², summed over the numbers of a sample and averaged
 * over the batch, to the loss of a net that is trained.
 *
 * The engine's devices add it where they see this layer: tfjs has no losses of what layers put out.
 */
export class ActivityRegularization extends tf.layers.Layer {
  static readonly className = "ActivityRegularization";
  readonly l1: number;
  readonly l2: number;

  constructor({ l1 = 0, l2 = 0, ...config }: ActivityRates & { readonly name?: string } = {}) {
    super({ ...config });
    this.l1 = l1;
    this.l2 = l2;
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return Array.isArray(inputs) ? inputs[0]! : inputs;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), l1: this.l1, l2: this.l2 };
  }
}

tf.serialization.registerClass(ActivityRegularization);
