/** Puts the samples of a batch together. */

import * as tf from "@tensorflow/tfjs";

/** Mirrors one image of [height, width, channels] left to right, in place. */
function mirror(image: Float32Array, [, width, channels]: readonly number[]): void {
  const row = width! * channels!;
  for (let start = 0; start < image.length; start += row) {
    let [a, b] = [start, start + row - channels!];
    for (; a < b; a += channels!, b -= channels!) {
      const pixel = image.slice(a, a + channels!);
      image.copyWithin(a, b, b + channels!);
      image.set(pixel, b);
    }
  }
}

/**
 * A batch of samples as [samples, …shape]; bytes are divided by 255.
 *
 * @param count samples that there are
 * @param flips which places of the batch are mirrored; samples that are no images never are
 * @param row numbers of a sample, of which those of the shape begin `at` the first: all of them where
 *   nothing is said
 * @throws RangeError when an index is out of range
 */
export function gatherBatch(
  values: Uint8Array | Float32Array,
  indices: Uint32Array,
  shape: readonly number[],
  count: number,
  flips: readonly boolean[] = [],
  row?: { readonly size: number; readonly at: number },
): tf.Tensor {
  const width = shape.reduce((product, length) => product * length, 1);
  const { size, at } = row ?? { size: width, at: 0 };
  const batch = new Float32Array(indices.length * width);
  for (const [place, index] of indices.entries()) {
    if (index >= count) {
      throw new RangeError(`Sample ${index} is asked for, but there are ${count}.`);
    }
    const sample = batch.subarray(place * width, (place + 1) * width);
    const from = index * size + at;
    sample.set(values.subarray(from, from + width));
    if (flips[place] && shape.length === 3) mirror(sample, shape);
  }
  if (values instanceof Uint8Array) for (let i = 0; i < batch.length; i++) batch[i]! /= 255;
  return tf.tensor(batch, [indices.length, ...shape]);
}
