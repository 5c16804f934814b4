/** A linear classifier in closed form: ridge regression of the classes' indicators. */

import { cholesky, solveLower, solveUpper } from "./cholesky";
import type { Moments } from "./covariance";

/** The penalty, as a share of the rows' total variance: it settles what has next to none. */
const PENALTY = 1e-5;

export interface LinearClassifier {
  /** Numbers of a row that it looks at. */
  readonly order: number;
  /** classes × order. */
  readonly weights: Float64Array;
  /** One a class. */
  readonly bias: Float64Array;
}

export interface Ridge {
  /** The classifier that looks at the first `order` numbers alone, 1 to size. */
  at(order: number): LinearClassifier;
}

/**
 * Least squares on one indicator a class, with a penalty on the squared weights (Hastie, Tibshirani
 * and Friedman 2009, "The Elements of Statistical Learning", sections 3.4.1 and 4.2).
 *
 * One factor serves every order: the equations of the first k numbers are a leading block. The
 * penalty is 10⁻⁵ of the total variance, so that turning the rows' axes changes nothing.
 * @param moments of all rows, at least two
 * @param sums classes × size, of each class's rows
 * @param counts rows of each class
 */
export function fitRidge(moments: Moments, sums: Float64Array, counts: Uint32Array): Ridge {
  const { size, count } = moments;
  const mean = moments.mean();
  const matrix = moments.covariance();
  let total = 0;
  for (let i = 0; i < size; i++) total += matrix[i * size + i]!;
  // Rows that never vary have no weights; any penalty says so.
  const penalty = PENALTY * total || 1;
  for (let i = 0; i < size; i++) matrix[i * size + i] = matrix[i * size + i]! + penalty;
  const factor = cholesky(matrix, size);
  const halfway = Array.from(counts, (own, label) => {
    const covariances = mean.map((each, i) => (sums[label * size + i]! - own * each) / (count - 1));
    return solveLower(factor, size, covariances);
  });
  return {
    at(order) {
      const weights = new Float64Array(counts.length * order);
      const bias = new Float64Array(counts.length);
      for (const [label, y] of halfway.entries()) {
        const own = solveUpper(factor, size, order, y);
        weights.set(own, label * order);
        bias[label] = own.reduce(
          (rest, weight, i) => rest - weight * mean[i]!,
          counts[label]! / count,
        );
      }
      return { order, weights, bias };
    },
  };
}

/** The class whose indicator comes out highest, for the row that begins at `from`. */
export function classify(
  { order, weights, bias }: LinearClassifier,
  rows: Float32Array,
  from: number,
): number {
  let best = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (let label = 0; label < bias.length; label++) {
    let value = bias[label]!;
    for (let i = 0; i < order; i++) value += weights[label * order + i]! * rows[from + i]!;
    if (value > highest) {
      highest = value;
      best = label;
    }
  }
  return best;
}
