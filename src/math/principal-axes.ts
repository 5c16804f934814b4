/** Principal axes of codes: the directions in which they vary most. */

import { Moments } from "./covariance";
import { symmetricEigen } from "./eigen";
import { fixSign } from "./pca";

/** Shares of the largest variance that rounding leaves where there is none. */
const TRACE = 1e-13;

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
  const moments = new Moments(size);
  moments.add(codes);
  const { values, vectors } = symmetricEigen(moments.covariance(), size);
  for (let i = 0; i < size; i++) fixSign(vectors.subarray(i * size, (i + 1) * size));
  // Rounding may leave less than nothing where there is no variance, or a trace.
  const trace = TRACE * (values[0] ?? 0);
  const variances = values.map((value) => (value > trace ? value : 0));
  return { size, mean: moments.mean(), variances, axes: vectors };
}
