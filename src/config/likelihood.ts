/** What nats are in the losses of nets, which are means over pixels. */

import { GAUSSIAN_DEVIATION, type Likelihood } from "../metrics/likelihood";
import type { LossWeights } from "./loss";

/** Which likelihood a loss stands for: cross-entropy Bernoulli's, any other a Gaussian one. */
export const likelihoodOf = ({ binaryCrossentropy }: LossWeights): Likelihood =>
  binaryCrossentropy === undefined ? "gaussian" : "bernoulli";

/**
 * What one nat an image is in a loss, which is a mean over its pixels; 1 a pixel where neither
 * cross-entropy nor the squared error is part of it.
 *
 * @param size numbers of an image
 */
function lossPerNat(
  { binaryCrossentropy, meanSquaredError = 0 }: LossWeights,
  size: number,
): number {
  if (binaryCrossentropy !== undefined) return binaryCrossentropy / size;
  return (2 * GAUSSIAN_DEVIATION ** 2 * meanSquaredError || 1) / size;
}

/** How the divergence of a code's distributions counts. */
export interface Divergence {
  /** Of a nat, in the loss. */
  readonly weight: number;
  /** Nats of each number of an image that cost nothing. */
  readonly free: number;
  /** Steps in which the weight grows from 0. */
  readonly warmUp: number;
}

/** As settings have it, for images of so many numbers; null where it does not count. */
export function divergenceOf(
  {
    loss,
    beta,
    betaWarmup,
    freeNats,
  }: {
    readonly loss: LossWeights;
    readonly beta: number;
    readonly betaWarmup: number;
    readonly freeNats: number;
  },
  size: number,
): Divergence | null {
  if (beta === 0) return null;
  return { weight: beta * lossPerNat(loss, size), free: freeNats, warmUp: betaWarmup };
}
