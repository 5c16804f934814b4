/** Arrays of weights as they lie in one flat buffer, with gaps, or one right after another. */

import type { Parameter } from "../graph";

/** The arrays out of a flat one, from their places on. */
export function takeApart(
  flat: Float32Array,
  arrays: readonly Parameter[],
  offsets: readonly number[],
): Float32Array[] {
  return arrays.map(({ size }, index) => flat.slice(offsets[index], offsets[index]! + size));
}

/** One flat array with the arrays at their places, and zeros in the gaps. */
export function putTogether(
  arrays: readonly Float32Array[],
  offsets: readonly number[],
  words: number,
): Float32Array<ArrayBuffer> {
  const flat = new Float32Array(words);
  for (const [index, values] of arrays.entries()) flat.set(values, offsets[index]);
  return flat;
}

/** The arrays of one that has them without gaps; they share its memory. */
export function separate(whole: Float32Array, arrays: readonly Parameter[]): Float32Array[] {
  let end = 0;
  return arrays.map(({ size }) => {
    end += size;
    return whole.subarray(end - size, end);
  });
}

/** The arrays without gaps. */
export function concatenate(arrays: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    whole.set(array, at);
    at += array.length;
  }
  return whole;
}
