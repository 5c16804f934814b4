/** A module for those who load an exported net in tfjs without this project: its own layers. */

const HEADER = `// The layers of this net that tfjs has not. Import this before tf.loadLayersModel.
import * as tf from "@tensorflow/tfjs";

const first = (inputs) => (Array.isArray(inputs) ? inputs[0] : inputs);
`;

/** By the class, or the activation, that `model.json` names. */
const CLASSES: Readonly<Record<string, string>> = {
  Clamp: `// Clips to [0, 1]; the gradient passes but where it would lead further out.
const clamp = tf.customGrad((x, save) => {
  const value = x.clipByValue(0, 1);
  save([value]);
  const gradFunc = (dy, [y]) => {
    const below = y.lessEqual(0).logicalAnd(dy.greater(0));
    const above = y.greaterEqual(1).logicalAnd(dy.less(0));
    return dy.mul(below.logicalOr(above).logicalNot().cast("float32"));
  };
  return { value, gradFunc };
});

class Clamp extends tf.layers.Layer {
  static className = "Clamp";
  computeOutputShape(shape) {
    return shape;
  }
  call(inputs) {
    return clamp(first(inputs));
  }
}
tf.serialization.registerClass(Clamp);
`,
  ActivityRegularization: `// Gives what it takes: its penalty counts in training with Latent Loom alone.
class ActivityRegularization extends tf.layers.Layer {
  static className = "ActivityRegularization";
  constructor(config) {
    super(config);
    this.rates = { l1: config.l1, l2: config.l2 };
  }
  computeOutputShape(shape) {
    return shape;
  }
  call(inputs) {
    return first(inputs);
  }
  getConfig() {
    return { ...super.getConfig(), ...this.rates };
  }
}
tf.serialization.registerClass(ActivityRegularization);
`,
  DepthToSpace: `// Turns channels into pixels: [n, h, w, b * b * c] to [n, b * h, b * w, c].
class DepthToSpace extends tf.layers.Layer {
  static className = "DepthToSpace";
  constructor(config) {
    super(config);
    this.blockSize = config.blockSize;
  }
  computeOutputShape([n, h, w, c]) {
    const b = this.blockSize;
    return [n, h * b, w * b, c / b ** 2];
  }
  call(inputs) {
    const x = first(inputs);
    const [n, h, w, c] = x.shape;
    const b = this.blockSize;
    const rows = x.reshape([n * h, w, b, c / b]).transpose([0, 2, 1, 3]);
    return rows.reshape([n, h * b, w * b, c / b ** 2]);
  }
  getConfig() {
    return { ...super.getConfig(), blockSize: this.blockSize };
  }
}
tf.serialization.registerClass(DepthToSpace);
`,
  NestedDropout: `// In training each image keeps its first k numbers, size k drawn as 1 / max(k, evenTo).
class NestedDropout extends tf.layers.Layer {
  static className = "NestedDropout";
  constructor(config = {}) {
    super(config);
    this.kept = config.kept ?? null;
    this.evenTo = config.evenTo ?? 1;
  }
  computeOutputShape(shape) {
    return shape;
  }
  draw(n, size) {
    const even = Math.min(this.evenTo, size + 1);
    const flat = (even - 1) / this.evenTo;
    const place = tf.randomUniform([n, 1]).mul(flat + Math.log((size + 1) / even));
    const sizes = tf.where(
      place.less(flat),
      place.mul(this.evenTo).add(1),
      place.sub(flat).exp().mul(even),
    );
    return sizes.floor();
  }
  call(inputs, { training = false }) {
    const x = first(inputs);
    const [n, size] = x.shape;
    const places = tf.range(0, size).reshape([1, size]);
    if (training) {
      return x.mul(places.less(this.draw(n, size)).cast("float32"));
    }
    return this.kept === null ? x : x.mul(places.less(this.kept).cast("float32"));
  }
  getConfig() {
    return { ...super.getConfig(), kept: this.kept, evenTo: this.evenTo };
  }
}
tf.serialization.registerClass(NestedDropout);
`,
  Sampling: `// Of the last axis half are means, half log-variances: in training a number is drawn of each pair.
class Sampling extends tf.layers.Layer {
  static className = "Sampling";
  computeOutputShape(shape) {
    return [...shape.slice(0, -1), shape[shape.length - 1] / 2];
  }
  call(inputs, { training = false }) {
    const [mean, logVariance] = tf.split(first(inputs), 2, -1);
    if (!training) return mean;
    return mean.add(logVariance.mul(0.5).exp().mul(tf.randomNormal(mean.shape)));
  }
}
tf.serialization.registerClass(Sampling);
`,
  BilinearUpSampling2D: `// Bilinear as in Keras 3, by the pixels' middles: tfjs's own places them otherwise.
class BilinearUpSampling2D extends tf.layers.Layer {
  static className = "BilinearUpSampling2D";
  constructor(config) {
    super(config);
    this.size = config.size;
  }
  computeOutputShape([n, h, w, c]) {
    return [n, h * this.size[0], w * this.size[1], c];
  }
  stretched(x, axis) {
    const factor = this.size[axis - 1];
    const pixels = x.shape[axis];
    const places = tf.range(0, pixels * factor).add(0.5).div(factor).sub(0.5);
    const near = places.clipByValue(0, pixels - 1).reshape([1, -1]);
    const shares = tf.sub(1, near.sub(tf.range(0, pixels).reshape([-1, 1])).abs()).relu();
    const last = axis === 1 ? [0, 2, 3, 1] : [0, 1, 3, 2];
    const back = axis === 1 ? [0, 3, 1, 2] : [0, 1, 3, 2];
    const moved = x.transpose(last);
    const made = moved.reshape([-1, pixels]).matMul(shares);
    return made.reshape([...moved.shape.slice(0, 3), pixels * factor]).transpose(back);
  }
  call(inputs) {
    return this.stretched(this.stretched(first(inputs), 1), 2);
  }
  getConfig() {
    return { ...super.getConfig(), size: this.size };
  }
}
tf.serialization.registerClass(BilinearUpSampling2D);
`,
  GroupNormalization: `// Each image's groups of channels to mean 0 and variance 1, times gamma, plus beta.
class GroupNormalization extends tf.layers.Layer {
  static className = "GroupNormalization";
  constructor(config) {
    super(config);
    const { groups, axis, epsilon, center, scale } = config;
    this.settings = { groups, axis, epsilon, center, scale };
  }
  build(shape) {
    const { scale, center } = this.settings;
    const channels = [shape[shape.length - 1]];
    if (scale) this.gamma = this.addWeight("gamma", channels, "float32", tf.initializers.ones());
    if (center) this.beta = this.addWeight("beta", channels, "float32", tf.initializers.zeros());
    this.built = true;
  }
  computeOutputShape(shape) {
    return shape;
  }
  call(inputs) {
    const x = first(inputs);
    const channels = x.shape[x.shape.length - 1];
    const groups = this.settings.groups === -1 ? channels : this.settings.groups;
    const apart = x.reshape([x.shape[0], -1, groups, channels / groups]);
    const { mean, variance } = tf.moments(apart, [1, 3], true);
    let y = apart.sub(mean).mul(variance.add(this.settings.epsilon).rsqrt()).reshape(x.shape);
    if (this.gamma) y = y.mul(this.gamma.read());
    return this.beta ? y.add(this.beta.read()) : y;
  }
  getConfig() {
    return { ...super.getConfig(), ...this.settings };
  }
}
tf.serialization.registerClass(GroupNormalization);
`,
  SpatialDropout2D: `class SpatialDropout2D extends tf.layers.Layer {
  static className = "SpatialDropout2D";
  constructor(config) {
    super(config);
    this.rate = config.rate;
  }
  computeOutputShape(shape) {
    return shape;
  }
  call(inputs, { training = false }) {
    const x = first(inputs);
    const [n, , , c] = x.shape;
    return training ? tf.dropout(x, this.rate, [n, 1, 1, c]) : x;
  }
  getConfig() {
    return { ...super.getConfig(), rate: this.rate };
  }
}
tf.serialization.registerClass(SpatialDropout2D);
`,
  Subtract: `class Subtract extends tf.layers.Layer {
  static className = "Subtract";
  computeOutputShape([shape]) {
    return shape;
  }
  call([from, what]) {
    return from.sub(what);
  }
}
tf.serialization.registerClass(Subtract);
`,
  kerasHardSigmoid: `// Keras 3's: tfjs's own has another slope.
class KerasHardSigmoid extends tf.serialization.Serializable {
  static className = "kerasHardSigmoid";
  apply(x) {
    return x.div(6).add(0.5).clipByValue(0, 1);
  }
  getConfig() {
    return {};
  }
}
tf.serialization.registerClass(KerasHardSigmoid);
`,
};

/** The module for a net that names those classes and activations; null where tfjs has them all. */
export function tfjsLayersModule(named: readonly string[]): string | null {
  const used = Object.keys(CLASSES).filter((name) => named.includes(name));
  return used.length === 0 ? null : [HEADER, ...used.map((name) => CLASSES[name])].join("\n");
}
