/** Losses over a batch, as scalars that tfjs can differentiate. */

import * as tf from "@tensorflow/tfjs";
import {
  COSINE_EPSILON,
  type LossTerm,
  type LossWeights,
  ssimOfTerm,
  termsOf,
} from "../../config/loss";
import { type Squashing, squashingOf } from "../logits";
import { ssimLoss } from "./ssim";

/**
 * Mean binary cross-entropy of logits z against targets y: max(z, 0) − z·y + ln(1 + e^−|z|).
 *
 * The gradient is given, (σ(z) − y) / n: derived from the formula term by term it would be −y
 * where z is exactly 0, and with zero biases the first step has many such pixels.
 */
export function binaryCrossEntropyFromLogits(logits: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  const loss = tf.customGrad((...inputs) => {
    const [z, y, save] = inputs as [tf.Tensor, tf.Tensor, (tensors: tf.Tensor[]) => void];
    save([z, y]);
    const value: tf.Tensor = z.relu().sub(z.mul(y)).add(z.abs().neg().exp().log1p()).mean();
    return {
      value,
      gradFunc: (dy: tf.Tensor | tf.Tensor[], saved: tf.Tensor[]) => {
        const [savedZ, savedY] = saved as [tf.Tensor, tf.Tensor];
        const scale = (Array.isArray(dy) ? dy[0]! : dy).div(savedZ.size);
        return [savedZ.sigmoid().sub(savedY).mul(scale), tf.zerosLike(savedY)];
      },
    };
  });
  return loss(logits, targets).asScalar();
}

/** Mean squared error over all elements. */
export function meanSquaredError(outputs: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  return outputs.sub(targets).square().mean<tf.Scalar>();
}

/**
 * Mean absolute error over all elements.
 *
 * Its gradient is 0 where both are equal; that of tfjs's `abs` would be −1.
 */
export function meanAbsoluteError(outputs: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  const difference = outputs.sub(targets);
  return difference.relu().add(difference.neg().relu()).mean<tf.Scalar>();
}

/** Mean of Huber's loss over all elements: near 0 half the square, from 1 on the absolute value less ½. */
function huberLoss(outputs: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  const off = outputs.sub(targets).abs();
  const near = off.minimum(1);
  return near.mul(off.sub(near.mul(0.5))).mean<tf.Scalar>();
}

/** Mean over the samples of 1 − the cosine between outputs and targets. */
function cosineLoss(outputs: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  const [x, y] = [outputs, targets].map((tensor) => tensor.reshape([tensor.shape[0] ?? 1, -1]));
  const [own, other] = [x!, y!].map((rows) => rows.square().sum(1).maximum(COSINE_EPSILON).sqrt());
  const cosines = x!.mul(y!).sum(1).div(own!.mul(other!));
  return tf.scalar(1).sub(cosines.mean<tf.Scalar>());
}

/** Mean over samples and pixels of the cross-entropy between targets and the logits' softmax. */
function categoricalCrossEntropyFromLogits(logits: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  return tf.logSoftmax(logits).mul(targets).sum(-1).mean<tf.Scalar>().neg();
}

/** How far a tensor is from 0. */
export function activityLoss(
  term: "meanSquaredError" | "meanAbsoluteError",
  values: tf.Tensor,
): tf.Scalar {
  return valueTerm(term, values, tf.zerosLike(values));
}

/**
 * The divergence of normal distributions, whose means and log-variances are the halves of the last axis,
 * from the standard one: summed over a sample's numbers, of which each counts `free` nats at least.
 */
export function divergenceLoss(values: tf.Tensor, free: number): tf.Scalar {
  const [mean, logVariance] = tf.split(values, 2, -1) as [tf.Tensor, tf.Tensor];
  const spread = logVariance.expm1().sub(logVariance);
  const nats = mean.square().add(spread).mul(0.5);
  // tfjs's maximum lets gradients pass where both are equal.
  const counted = free > 0 ? nats.sub(free).relu().add(free) : nats;
  return counted.sum().div<tf.Scalar>(values.shape[0] ?? 1);
}

/** One term, of outputs (not logits). */
function valueTerm(
  term: Exclude<LossTerm, "binaryCrossentropy" | "categoricalCrossentropy">,
  outputs: tf.Tensor,
  targets: tf.Tensor,
): tf.Scalar {
  switch (term) {
    case "meanSquaredError":
      return meanSquaredError(outputs, targets);
    case "meanAbsoluteError":
      return meanAbsoluteError(outputs, targets);
    case "huber":
      return huberLoss(outputs, targets);
    case "cosineSimilarity":
      return cosineLoss(outputs, targets);
    case "ssimUniform":
    case "ssimGaussian":
    case "ssimWriteup": {
      const shape = outputs.shape as [number, number, number, number];
      const protocol = ssimOfTerm(term, { height: shape[1], width: shape[2] });
      if (!protocol) throw new Error(`${term} is an SSIM.`);
      return ssimLoss(protocol, outputs.as4D(...shape), targets.reshape(shape));
    }
  }
}

/** Shape of one sample, a vector being one pixel of many channels. */
function sampleShape([, ...shape]: readonly number[]) {
  const [height, width] = shape.length === 3 ? shape : [1, 1];
  return { height: height!, width: width!, channels: shape.at(-1) ?? 1 };
}

/** What a model puts out whose copy ends in logits. */
export function squash(outputs: tf.Tensor, squashing: Squashing | null): tf.Tensor {
  if (squashing === null) return outputs;
  return squashing === "sigmoid" ? outputs.sigmoid() : outputs.softmax();
}

/**
 * The weighted sum of a loss's terms.
 *
 * With cross-entropy among them, `outputs` are logits and the other terms see their sigmoid or softmax.
 * @throws RangeError where loss and outputs do not fit, as of termsOf
 */
export function weightedLoss(
  weights: LossWeights,
  outputs: tf.Tensor,
  targets: tf.Tensor,
): tf.Scalar {
  const values = squash(outputs, squashingOf(weights));
  return termsOf(weights, sampleShape(outputs.shape))
    .map(([term, weight]) => {
      const value =
        term === "binaryCrossentropy"
          ? binaryCrossEntropyFromLogits(outputs, targets)
          : term === "categoricalCrossentropy"
            ? categoricalCrossEntropyFromLogits(outputs, targets)
            : valueTerm(term, values, targets);
      return value.mul<tf.Scalar>(weight);
    })
    .reduce((sum, term) => sum.add<tf.Scalar>(term));
}
