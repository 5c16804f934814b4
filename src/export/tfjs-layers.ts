/** A module for those who load an exported net in tfjs without this project: its own layers. */

const HEADER = `// The layers of this net that tfjs has not. Import this before tf.loadLayersModel.
import * as tf from "@tensorflow/tfjs";

const first = (inputs) => (Array.isArray(inputs) ? inputs[0] : inputs);
`;

/** By the class that `model.json` names. */
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
};

/** The module for a net with layers of those classes; null where tfjs has them all. */
export function tfjsLayersModule(classNames: readonly string[]): string | null {
  const used = Object.keys(CLASSES).filter((name) => classNames.includes(name));
  return used.length === 0 ? null : [HEADER, ...used.map((name) => CLASSES[name])].join("\n");
}
