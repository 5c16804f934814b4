/** What training minimises: a weighted sum of terms, each a mean over the batch. */

import {
  SSIM_GAUSSIAN,
  SSIM_UNIFORM,
  SSIM_WRITEUP,
  type SsimProtocol,
} from "../metrics/ssim-protocols";

/**
 * Terms of a loss, pixels in [0, 1].
 *
 * - `binaryCrossentropy`: wants a net that ends in a sigmoid; taken from its logits.
 * - `meanSquaredError`, `meanAbsoluteError`: over pixels.
 * - `ssimUniform`: 1 − SSIM, uniform 7 × 7 windows, sample covariance, range 1.
 * - `ssimGaussian`: 1 − SSIM as of Wang et al. 2004, Gaussian 11 × 11, σ 1.5, range 1.
 * - `ssimWriteup`: 1 − SSIM by the write-up's protocol, uniform 7 × 7 and range 2.
 */
export const LOSS_TERMS = [
  "binaryCrossentropy",
  "meanSquaredError",
  "meanAbsoluteError",
  "ssimUniform",
  "ssimGaussian",
  "ssimWriteup",
] as const;
export type LossTerm = (typeof LOSS_TERMS)[number];

/** Weight of each term, over 0; a term that is not there does not count. At least one is there. */
export type LossWeights = Readonly<Partial<Record<LossTerm, number>>>;

/** The SSIM of each term; null for those that are none. */
export const SSIM_OF_TERM = {
  binaryCrossentropy: null,
  meanSquaredError: null,
  meanAbsoluteError: null,
  ssimUniform: SSIM_UNIFORM,
  ssimGaussian: SSIM_GAUSSIAN,
  ssimWriteup: SSIM_WRITEUP,
} as const satisfies Readonly<Record<LossTerm, SsimProtocol | null>>;

/** Shape of a net's output for one sample. */
interface OutputShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * The terms of a loss with their weights, always in the order of LOSS_TERMS.
 *
 * @throws RangeError where there is no term, a weight is not finite and over 0, or SSIM's window
 *   does not fit into an output of that shape, which must have one channel
 */
export function termsOf(weights: LossWeights, output: OutputShape): [LossTerm, number][] {
  const terms: [LossTerm, number][] = [];
  for (const term of LOSS_TERMS) {
    const weight = weights[term];
    if (weight === undefined) continue;
    if (!(weight > 0 && Number.isFinite(weight))) {
      throw new RangeError(`the loss's weight of ${term} must be over 0, not ${weight}`);
    }
    const side = SSIM_OF_TERM[term]?.taps.length ?? 0;
    const { height, width, channels } = output;
    if (side > 0 && (height < side || width < side || channels !== 1)) {
      throw new RangeError(
        `${term} needs images of one channel and at least ${side} × ${side} pixels, but the model's output is ${height} × ${width} × ${channels}`,
      );
    }
    terms.push([term, weight]);
  }
  if (terms.length === 0) throw new RangeError("a loss needs at least one term");
  return terms;
}
