/** Python for the layers that Keras has not; each computes what its namesake in models/layers does. */

import type { CustomLayer } from "./net";

const CLAMP = `@tf.custom_gradient
def clamp(x):
    """Clips to [0, 1]; the gradient passes but where it would lead further out."""
    y = tf.clip_by_value(x, 0.0, 1.0)

    def gradient(dy):
        leads_out = ((y <= 0) & (dy > 0)) | ((y >= 1) & (dy < 0))
        return tf.where(leads_out, tf.zeros_like(dy), dy)

    return y, gradient


@keras.saving.register_keras_serializable("latent_loom")
class Clamp(layers.Layer):
    def call(self, inputs):
        return clamp(inputs)`;

const ACTIVITY_REGULARIZATION = `@keras.saving.register_keras_serializable("latent_loom")
class ActivityRegularization(layers.Layer):
    """What goes through it should be small: a sum over an image's numbers, averaged over the batch."""

    def __init__(self, l1=0.0, l2=0.0, **kwargs):
        super().__init__(**kwargs)
        self.l1, self.l2 = l1, l2

    def call(self, inputs):
        sums = self.l1 * tf.reduce_sum(tf.abs(inputs)) + self.l2 * tf.reduce_sum(tf.square(inputs))
        self.add_loss(sums / tf.cast(tf.shape(inputs)[0], tf.float32))
        return inputs

    def get_config(self):
        return {**super().get_config(), "l1": self.l1, "l2": self.l2}`;

const DEPTH_TO_SPACE = `@keras.saving.register_keras_serializable("latent_loom")
class DepthToSpace(layers.Layer):
    """Turns channels into pixels: [n, h, w, b * b * c] to [n, b * h, b * w, c]."""

    def __init__(self, block_size, **kwargs):
        super().__init__(**kwargs)
        self.block_size = block_size

    def call(self, inputs):
        return tf.nn.depth_to_space(inputs, self.block_size)

    def get_config(self):
        return {**super().get_config(), "block_size": self.block_size}`;

const NESTED_DROPOUT = `# Counts the steps: in each, all of the net's NestedDropout layers cut at the same place.
with strategy.scope():
    truncations = tf.Variable([RUN["seed"] % 2**31, 0], trainable=False)


@keras.saving.register_keras_serializable("latent_loom")
class NestedDropout(layers.Layer):
    """In training each image keeps its first k numbers, size k drawn as 1 / max(k, even_to)."""

    def __init__(self, kept=None, even_to=1, **kwargs):
        super().__init__(**kwargs)
        self.kept, self.even_to = kept, even_to

    def draw(self, images, size):
        u = tf.random.stateless_uniform([images, 1], seed=truncations)
        even = min(self.even_to, size + 1)
        flat = (even - 1) / self.even_to
        place = u * (flat + math.log((size + 1) / even))
        sizes = tf.where(place < flat, 1 + place * self.even_to, even * tf.exp(place - flat))
        return tf.floor(sizes)

    def call(self, inputs, training=False):
        size = inputs.shape[-1]
        places = tf.range(size, dtype=inputs.dtype)
        if training:
            kept = self.draw(tf.shape(inputs)[0], size)
            return inputs * tf.cast(places < kept, inputs.dtype)
        if self.kept is None:
            return inputs
        return inputs * tf.cast(places < self.kept, inputs.dtype)

    def get_config(self):
        return {**super().get_config(), "kept": self.kept, "even_to": self.even_to}`;

const SAMPLING = `@keras.saving.register_keras_serializable("latent_loom")
class Sampling(layers.Layer):
    """Of the last axis half are means, half log-variances: in training a number is drawn of each pair.

    In training the loss has \`weight\` times their divergence from N(0, 1) on top: in nats, \`free\` of
    each number at least, summed over an image's numbers and averaged over the batch.
    """

    def __init__(self, weight=0.0, free=0.0, **kwargs):
        super().__init__(**kwargs)
        self.weight, self.free = weight, free

    def call(self, inputs, training=False):
        mean, log_variance = tf.split(inputs, 2, axis=-1)
        if not training:
            return mean
        nats = 0.5 * (tf.square(mean) + tf.exp(log_variance) - 1.0 - log_variance)
        if self.free > 0:
            nats = tf.maximum(nats, self.free)
        self.add_loss(self.weight * tf.reduce_sum(nats) / tf.cast(tf.shape(mean)[0], tf.float32))
        return mean + tf.exp(0.5 * log_variance) * tf.random.normal(tf.shape(mean))

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] // 2)

    def get_config(self):
        return {**super().get_config(), "weight": self.weight, "free": self.free}`;

const TFJS_UP_SAMPLING = `@keras.saving.register_keras_serializable("latent_loom")
class TfjsUpSampling2D(layers.Layer):
    """Bilinear up-sampling as in tfjs: a new pixel's place is its index over the factor."""

    def __init__(self, size, **kwargs):
        super().__init__(**kwargs)
        self.size = tuple(size)

    def call(self, inputs):
        height, width = inputs.shape[1:3]
        sides = [height * self.size[0], width * self.size[1]]
        return tf.compat.v1.image.resize_bilinear(inputs, sides)

    def get_config(self):
        return {**super().get_config(), "size": self.size}`;

const TFJS_HARD_SIGMOID = `@keras.saving.register_keras_serializable("latent_loom")
def tfjs_hard_sigmoid(x):
    """Of tfjs: that of Keras 3 has another slope."""
    return tf.clip_by_value(0.2 * x + 0.5, 0.0, 1.0)`;

export const CUSTOM_LAYER_CODE: Readonly<Record<CustomLayer, string>> = {
  ActivityRegularization: ACTIVITY_REGULARIZATION,
  Clamp: CLAMP,
  DepthToSpace: DEPTH_TO_SPACE,
  NestedDropout: NESTED_DROPOUT,
  Sampling: SAMPLING,
  TfjsUpSampling2D: TFJS_UP_SAMPLING,
  tfjs_hard_sigmoid: TFJS_HARD_SIGMOID,
};
