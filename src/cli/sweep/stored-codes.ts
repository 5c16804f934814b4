/**
 * PCA whose codes are kept in one byte a number: what it costs to round them.
 *
 * On T-shirts and trousers it costs an SSIM (Wang) of 0.0002 at 32 numbers, 0.0005 at 128 and 0.0007
 * at 256. Nets lose as little, with ranges of thousands of images (400 cut too much off): 0.0002 for
 * the loom with 64 numbers, 0.0003 for the baseline with 128, on 200 test images.
 */

import type { Pca } from "../../math/pca";
import { addScaled, dot } from "../../math/vectors";

/** Of each number of the codes, by component. */
export interface CodeRanges {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

const STEPS = 255;

/** The ranges of the first `size` numbers over the images at `indices`. */
export function codeRanges(
  pca: Pca,
  size: number,
  images: Uint8Array,
  indices: Uint32Array,
): CodeRanges {
  const count = Math.min(size, pca.variances.length);
  const low = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  const pixels = pca.mean.length;
  const centred = new Float64Array(pixels);
  for (const index of indices) {
    centre(pca, images, index, centred);
    for (let component = 0; component < count; component++) {
      const code = dot(pca.components, component * pixels, centred, 0, pixels);
      if (code < low[component]!) low[component] = code;
      if (code > high[component]!) high[component] = code;
    }
  }
  return { low, high };
}

/**
 * Encodes images as `size` bytes each and decodes them, clamped to [0, 1].
 *
 * A byte counts equal steps from the low to the high end of its number's range; what lies beyond is
 * cut off. `reconstructWithPca` does the same without rounding.
 * @returns indices.length images
 */
export function reconstructFromBytes(
  pca: Pca,
  { low, high }: CodeRanges,
  size: number,
  images: Uint8Array,
  indices: Uint32Array,
): Float32Array {
  const count = Math.min(size, low.length);
  const pixels = pca.mean.length;
  const result = new Float32Array(indices.length * pixels);
  const centred = new Float64Array(pixels);
  const decoded = new Float64Array(pixels);
  indices.forEach((index, i) => {
    centre(pca, images, index, centred);
    decoded.set(pca.mean);
    for (let component = 0; component < count; component++) {
      const row = component * pixels;
      const code = dot(pca.components, row, centred, 0, pixels);
      const step = (high[component]! - low[component]!) / STEPS;
      const rounded = step > 0 ? Math.round((code - low[component]!) / step) : 0;
      const byte = Math.min(STEPS, Math.max(0, rounded));
      addScaled(decoded, 0, low[component]! + byte * step, pca.components, row, pixels);
    }
    for (let pixel = 0; pixel < pixels; pixel++) {
      result[i * pixels + pixel] = Math.min(1, Math.max(0, decoded[pixel]!));
    }
  });
  return result;
}

function centre(pca: Pca, images: Uint8Array, index: number, centred: Float64Array): void {
  for (let pixel = 0; pixel < centred.length; pixel++) {
    centred[pixel] = images[index * centred.length + pixel]! / 255 - pca.mean[pixel]!;
  }
}
