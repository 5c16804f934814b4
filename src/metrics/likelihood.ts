/** How likely images are, given their reconstructions, and what a code that is drawn costs: in nats an image. */

/**
 * Of pixels: Bernoulli's distribution, taken of grey values too, or a Gaussian one of fixed deviation,
 * without its constant ln(σ √(2π)) a pixel, so that a perfect picture costs 0 nats.
 */
export type Likelihood = "bernoulli" | "gaussian";

/** Of a pixel's Gaussian distribution, pixels in [0, 1]: about what nets of 16 numbers are off by. */
export const GAUSSIAN_DEVIATION = 0.1;

/** Means over images; a variational net's figures. */
export interface ElboFigures {
  /** −ln p(image), from above: reconstruction + kl. */
  readonly elbo: number;
  /** −ln p(image | code), for codes that are drawn. */
  readonly reconstruction: number;
  /** Divergence of the codes' distributions from N(0, 1). */
  readonly kl: number;
  /** Numbers of the code whose means have a variance over 0.01 over the images. */
  readonly activeUnits: number;
}

/** After an epoch. */
export interface LiveElbo extends ElboFigures {
  /** The divergence of each number of the code, in the code's order. */
  readonly klOfNumbers?: readonly number[];
}

export interface BoundFigures extends ElboFigures {
  /** −ln p(image) by 64 importance samples an image (Burda et al. 2016): nearer to it than the ELBO. */
  readonly bound: number;
}

/** As Keras's cross-entropy. */
const PROBABILITY_EPSILON = 1e-7;

/**
 * −ln p of an image, given its reconstruction.
 *
 * @param pixels in [0, 1]
 * @param outputs the reconstruction's lie from `at` on
 */
export function natsOf(
  likelihood: Likelihood,
  pixels: Float64Array,
  outputs: Float32Array,
  at: number,
): number {
  let nats = 0;
  if (likelihood === "gaussian") {
    for (let i = 0; i < pixels.length; i++) nats += (outputs[at + i]! - pixels[i]!) ** 2;
    return nats / (2 * GAUSSIAN_DEVIATION ** 2);
  }
  for (let i = 0; i < pixels.length; i++) {
    const y = pixels[i]!;
    const output = outputs[at + i]!;
    const p = Math.min(Math.max(output, PROBABILITY_EPSILON), 1 - PROBABILITY_EPSILON);
    if (y < 1) nats -= (1 - y) * Math.log1p(-p);
    if (y > 0) nats -= y * Math.log(p);
  }
  return nats;
}
