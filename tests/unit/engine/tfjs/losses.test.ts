import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  binaryCrossEntropyFromLogits,
  meanAbsoluteError,
  meanSquaredError,
  weightedLoss,
} from "../../../../src/engine/tfjs/losses";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const LOGITS = [-3, -0.5, 0, 0.25, 2, 6];
const TARGETS = [0, 0.3, 0.2, 1, 0.9, 0];

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

describe("binaryCrossEntropyFromLogits", () => {
  it("equals the definition by probabilities", () => {
    const expected =
      LOGITS.reduce((sum, z, i) => {
        const [p, y] = [sigmoid(z), TARGETS[i]!];
        return sum - y * Math.log(p) - (1 - y) * Math.log(1 - p);
      }, 0) / LOGITS.length;
    const loss = binaryCrossEntropyFromLogits(tf.tensor(LOGITS), tf.tensor(TARGETS));
    expect(loss.dataSync()[0]).toBeCloseTo(expected, 6);
  });

  it("has the gradient (σ(z) − y) / n, at z = 0 too, and scales it", () => {
    const gradient = tf.grad((z) =>
      binaryCrossEntropyFromLogits(z, tf.tensor(TARGETS)).mul<tf.Scalar>(3),
    )(tf.tensor(LOGITS));
    const expected = LOGITS.map((z, i) => (3 * (sigmoid(z) - TARGETS[i]!)) / LOGITS.length);
    for (const [i, value] of gradient.dataSync().entries())
      expect(value).toBeCloseTo(expected[i]!, 6);
  });

  it("stays finite and exact where the sigmoid has saturated", () => {
    const loss = binaryCrossEntropyFromLogits(tf.tensor([90, -90]), tf.tensor([0, 0]));
    expect(loss.dataSync()[0]).toBeCloseTo(45, 5);
  });
});

describe("meanSquaredError", () => {
  it("is the mean over all elements", () => {
    const loss = meanSquaredError(
      tf.tensor([
        [1, 2],
        [3, 4],
      ]),
      tf.tensor([
        [1, 0],
        [0, 4],
      ]),
    );
    expect(loss.dataSync()[0]).toBeCloseTo(13 / 4, 6);
  });
});

describe("meanAbsoluteError", () => {
  it("is the mean over all elements, with slope 0 where both are equal", () => {
    const targets = tf.tensor([1, 0, 0.5, 4]);
    const outputs = tf.tensor([1, 2, 0.25, 4]);
    expect(meanAbsoluteError(outputs, targets).dataSync()[0]).toBeCloseTo(2.25 / 4, 6);
    const gradient = tf.grad((x) => meanAbsoluteError(x, targets))(outputs);
    expect(Array.from(gradient.dataSync())).toEqual([0, 0.25, -0.25, 0]);
  });
});

describe("weightedLoss", () => {
  const logits = tf.tensor2d([LOGITS]);
  const outputs = tf.tensor2d([LOGITS.map(sigmoid)]);
  const targets = tf.tensor2d([TARGETS]);
  const value = (loss: tf.Scalar) => loss.dataSync()[0]!;

  it("adds its terms by weight", () => {
    const loss = weightedLoss({ meanSquaredError: 2, meanAbsoluteError: 0.5 }, outputs, targets);
    const [squared, absolute] = [meanSquaredError, meanAbsoluteError].map((term) =>
      value(term(outputs, targets)),
    );
    expect(value(loss)).toBeCloseTo(2 * squared! + 0.5 * absolute!, 6);
  });

  it("takes logits where cross-entropy is a term, and the others see their sigmoid", () => {
    const loss = weightedLoss({ meanSquaredError: 3, binaryCrossentropy: 0.5 }, logits, targets);
    const crossEntropy = value(binaryCrossEntropyFromLogits(logits, targets));
    const squared = value(meanSquaredError(outputs, targets));
    expect(value(loss)).toBeCloseTo(0.5 * crossEntropy + 3 * squared, 5);
  });
});
