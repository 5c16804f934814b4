/** Keras 3's hard sigmoid, which tfjs has with Keras 2's slope alone. */

import * as tf from "@tensorflow/tfjs";

/**
 * min(max(x / 6 + 1/2, 0), 1), under a name of its own: tfjs's `hardSigmoid` has the slope 1/5.
 *
 * tfjs's layers take it by that name as their activation; a saved net names it too.
 */
class KerasHardSigmoid extends tf.serialization.Serializable {
  static readonly className = "kerasHardSigmoid";

  apply(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() =>
      x
        .mul(1 / 6)
        .add(0.5)
        .clipByValue(0, 1),
    );
  }

  getConfig(): tf.serialization.ConfigDict {
    return {};
  }
}

tf.serialization.registerClass(KerasHardSigmoid);
