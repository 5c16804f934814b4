/** Principal axes of codes: the directions in which they vary most. */

import { symmetricEigen } from "./eigen";
import { fixSign } from "./pca";

export interface PrincipalAxes {
  /** Numbers in a code. */
  readonly size: number;
  /** size means. */
  readonly mean: Float64Array;
  /** size sample variances along the axes, largest first; 0 where the codes do not vary. */
  readonly variances: Float64Array;
  /** size × size: orthonormal rows, each row's entry of largest magnitude positive. */
  readonly axes: Float64Array;
}

/**
 * Fits the axes to codes.
 *
 * @param codes count × size
 * @throws RangeError when there are fewer than two codes
 */
export function principalAxes(codes: Float32Array, size: number): PrincipalAxes {
  const count = codes.length / size;
  if (count < 2) throw new RangeError("Principal axes need at least two codes.");
  const mean = new Float64Array(size);
  for (let i = 0; i < codes.length; i++) mean[i % size] = mean[i % size]! + codes[i]! / count;

  const covariance = new Float64Array(size * size);
  const row = new Float64Array(size);
  for (let from = 0; from < codes.length; from += size) {
    for (let i = 0; i < size; i++) row[i] = codes[from + i]! - mean[i]!;
    for (let i = 0; i < size; i++) {
      const factor = row[i]! / (count - 1);
      // A dead number is 0 in many codes, and a net's may be dead by the hundred.
      if (factor === 0) continue;
      const at = i * size;
      for (let j = 0; j <= i; j++) covariance[at + j] = covariance[at + j]! + factor * row[j]!;
    }
  }
  const { values, vectors } = symmetricEigen(covariance, size);
  for (let i = 0; i < size; i++) fixSign(vectors.subarray(i * size, (i + 1) * size));
  // Rounding may leave less than nothing where there is no variance.
  return { size, mean, variances: values.map((value) => Math.max(0, value)), axes: vectors };
}
