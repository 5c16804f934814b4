/** Loops over arrays of numbers: two of linear algebra, over stretches of larger arrays, and means. */

/** Sum of a[aFrom + k] b[bFrom + k] over k < length, in four sums side by side to hide latency. */
export function dot(
  a: Float64Array,
  aFrom: number,
  b: Float64Array,
  bFrom: number,
  length: number,
): number {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let k = 0;
  for (; k + 3 < length; k += 4) {
    first += a[aFrom + k]! * b[bFrom + k]!;
    second += a[aFrom + k + 1]! * b[bFrom + k + 1]!;
    third += a[aFrom + k + 2]! * b[bFrom + k + 2]!;
    fourth += a[aFrom + k + 3]! * b[bFrom + k + 3]!;
  }
  for (; k < length; k++) first += a[aFrom + k]! * b[bFrom + k]!;
  return first + second + (third + fourth);
}

/** target[targetFrom + k] += factor source[sourceFrom + k] for k < length. */
export function addScaled(
  target: Float64Array,
  targetFrom: number,
  factor: number,
  source: Float64Array,
  sourceFrom: number,
  length: number,
): void {
  for (let k = 0; k < length; k++) {
    target[targetFrom + k] = target[targetFrom + k]! + factor * source[sourceFrom + k]!;
  }
}

/** The arithmetic mean; NaN of no values. */
export function mean(values: Iterable<number>): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    sum += value;
    count += 1;
  }
  return sum / count;
}

/** For `from` of a typed array: `Float32Array.from(indices, elementOf(values))` is values[indices]. */
export const elementOf =
  (values: ArrayLike<number>) =>
  (index: number): number =>
    values[index]!;
