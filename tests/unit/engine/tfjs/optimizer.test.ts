import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { ADAM_DEFAULTS, type AdamOptions } from "../../../../src/engine/optimizer";
import { KerasOptimizer } from "../../../../src/engine/tfjs/optimizer";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

/** Keras's update in float64. */
function reference(start: number, gradients: readonly number[], rate: number): number {
  let [w, m, v] = [start, 0, 0];
  for (const [i, g] of gradients.entries()) {
    m += 0.1 * (g - m);
    v += 0.001 * (g * g - v);
    const alpha = (rate * Math.sqrt(1 - 0.999 ** (i + 1))) / (1 - 0.9 ** (i + 1));
    w -= (alpha * m) / (Math.sqrt(v) + 1e-7);
  }
  return w;
}

describe("KerasOptimizer", () => {
  it("follows Keras's formula, also for gradients as small as epsilon", () => {
    const gradients = [
      [0.5, 1e-6, -2],
      [-0.1, 3e-6, 0],
      [0.25, 2e-6, 1],
    ];
    const start = [1, 0, -1];
    const variable = tf.variable(tf.tensor1d(start));
    const adam = new KerasOptimizer([variable], ADAM_DEFAULTS);
    for (const gradient of gradients) {
      adam.apply({ [variable.name]: tf.tensor1d(gradient) }, 0.01);
    }
    for (const [i, value] of variable.dataSync().entries()) {
      const expected = reference(
        start[i]!,
        gradients.map((gradient) => gradient[i]!),
        0.01,
      );
      expect(Math.abs(value - expected)).toBeLessThan(2e-7 + 1e-5 * Math.abs(expected - start[i]!));
    }
  });

  /** One step from `start`, and the change of each variable. */
  function change(options: Partial<AdamOptions>, start: tf.Tensor[], gradients: tf.Tensor[]) {
    const variables = start.map((tensor) => tf.variable(tensor));
    const adam = new KerasOptimizer(variables, { ...ADAM_DEFAULTS, ...options });
    const named = variables.map((variable, i) => [variable.name, gradients[i]!] as const);
    adam.apply(Object.fromEntries(named), 0.01);
    return variables.map((variable, i) => Array.from(variable.sub(start[i]!).dataSync()));
  }

  it("shrinks kernels by rate · weightDecay, but neither biases nor what has no gradient", () => {
    const start = [tf.tensor2d([[2, -4]]), tf.tensor1d([2, -4])];
    const zeros = [tf.zeros([1, 2]), tf.zeros([2])];
    const [kernel, bias] = change({ weightDecay: 0.5 }, start, zeros);
    expect(kernel![0]).toBeCloseTo(-0.01, 6);
    expect(kernel![1]).toBeCloseTo(0.02, 6);
    expect(bias).toEqual([0, 0]);
  });

  it("scales all gradients by clipNorm / norm, where the norm is larger", () => {
    const start = [tf.zeros([1, 2]), tf.zeros([1])];
    // With an ε far above √v, the step is in proportion to the gradient.
    const proportional = { epsilon: 1e6 };
    const gradients = [tf.tensor2d([[3, 0]]), tf.tensor1d([4])];
    const whole = change(proportional, start, gradients).flat();
    const halved = change({ ...proportional, clipNorm: 2.5 }, start, gradients).flat();
    const free = change({ ...proportional, clipNorm: 5.1 }, start, gradients).flat();
    for (const [i, step] of whole.entries()) expect(halved[i]).toBeCloseTo(step / 2, 15);
    expect(Math.abs(whole[0]!)).toBeGreaterThan(1e-10);
    expect(free).toEqual(whole);
  });

  it("keeps no tensor behind, clipping or not", () => {
    for (const clipNorm of [null, 1]) {
      const variable = tf.variable(tf.ones([3, 2]));
      const adam = new KerasOptimizer([variable], { ...ADAM_DEFAULTS, clipNorm, weightDecay: 0.1 });
      const gradients = { [variable.name]: tf.ones([3, 2]) };
      const before = tf.memory().numTensors;
      for (let step = 0; step < 3; step++) adam.apply(gradients, 0.1);
      expect(tf.memory().numTensors).toBe(before);
      expect(adam.step).toBe(3);
    }
  });

  it("refuses the state of another model", () => {
    const adam = new KerasOptimizer([tf.variable(tf.zeros([2, 3]))], ADAM_DEFAULTS);
    const state = { step: 1, m: new Float32Array(5), v: new Float32Array(5) };
    expect(() => adam.setState(state)).toThrow(/5 values.*6 trainable weights/);
  });
});
