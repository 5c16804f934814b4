/** A normal distribution over codes, and samples of it. */

import { cholesky } from "./cholesky";
import type { Moments } from "./covariance";
import type { Rng } from "./rng";
import { dot } from "./vectors";

export interface Gaussian {
  /** Numbers in a sample. */
  readonly size: number;
  readonly mean: Float64Array;
  /** size × size, lower triangular: L of the covariance L Lᵀ. */
  readonly factor: Float64Array;
}

/** With all covariances of the rows that were counted, at least two. */
export function fitGaussian(moments: Moments): Gaussian {
  const { size } = moments;
  return { size, mean: moments.mean(), factor: cholesky(moments.covariance(), size) };
}

/** The same spread of each number by itself, without what ties one number to another. */
export function independent({ size, mean, factor }: Gaussian): Gaussian {
  const own = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    // A number's variance is the squared length of its row of L.
    own[i * size + i] = Math.sqrt(dot(factor, i * size, factor, i * size, i + 1));
  }
  return { size, mean, factor: own };
}

/** Mean 0, variance 1, no covariances: what a variational autoencoder is trained to decode. */
export function unitNormal(size: number): Gaussian {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++) factor[i * size + i] = 1;
  return { size, mean: new Float64Array(size), factor };
}

/** @returns count × size */
export function sampleGaussian(
  { size, mean, factor }: Gaussian,
  count: number,
  rng: Rng,
): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(count * size);
  const normal = normals(rng);
  const draw = new Float64Array(size);
  for (let sample = 0; sample < count; sample++) {
    for (let i = 0; i < size; i++) draw[i] = normal();
    for (let i = 0; i < size; i++) {
      samples[sample * size + i] = mean[i]! + dot(factor, i * size, draw, 0, i + 1);
    }
  }
  return samples;
}

/** Standard normal numbers, two for every two uniform ones (Box and Muller 1958). */
function normals(rng: Rng): () => number {
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - rng.float()));
    const angle = 2 * Math.PI * rng.float();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
