/** Student's t distribution: how sure a mean of few values is. */

import type { Interval } from "./bootstrap";
import { mean } from "./vectors";

/** Below it lie 2.5% of a standard normal distribution. */
const NORMAL = -1.959963984540054;
const TAILS = 0.05;

/**
 * The t that 5% of all values lie beyond, on either side, for so many degrees of freedom.
 *
 * By Hill's algorithm 396 (Communications of the ACM 13, 1970), to 6 digits.
 * @param freedom a whole number from 1 on
 */
export function studentQuantile(freedom: number): number {
  const n = freedom;
  if (n === 1) return 1 / Math.tan((TAILS * Math.PI) / 2);
  if (n === 2) return Math.sqrt(2 / (TAILS * (2 - TAILS)) - 2);
  const a = 1 / (n - 0.5);
  const b = 48 / a ** 2;
  let c = (((20700 * a) / b - 98) * a - 16) * a + 96.36;
  const d = ((94.5 / (b + c) - 3) / b + 1) * Math.sqrt((a * Math.PI) / 2) * n;
  let y = (d * TAILS) ** (2 / n);
  if (y > 0.05 + a) {
    const x = NORMAL;
    y = x ** 2;
    if (n < 5) c += 0.3 * (n - 4.5) * (x + 0.6);
    c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c;
    y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x;
    y = a * y ** 2;
    y = y > 0.002 ? Math.exp(y) - 1 : 0.5 * y ** 2 + y;
  } else {
    const tail = ((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3;
    y = ((1 / tail + 0.5 / (n + 4)) * y - 1) * ((n + 1) / (n + 2)) + 1 / y;
  }
  return Math.sqrt(n * y);
}

/**
 * Where the mean lies that values were drawn around, with 95% confidence: x̄ ± t s / √n (Student 1908).
 *
 * @param values at least two
 * @throws RangeError for fewer
 */
export function meanInterval(values: readonly number[]): Interval {
  const count = values.length;
  if (count < 2) throw new RangeError("An interval of a mean needs at least two values.");
  const middle = mean(values);
  const variance = mean(values.map((value) => (value - middle) ** 2)) / (count - 1);
  const half = studentQuantile(count - 1) * Math.sqrt(variance);
  return { low: middle - half, high: middle + half };
}
