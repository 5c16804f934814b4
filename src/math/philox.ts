/**
 * Random numbers that depend on place, not on order: flips, truncations and dropout masks.
 *
 * Any device and any thread can work out the number it needs from seed, step and index alone, and
 * again in the backward pass, without keeping it. All devices share the definitions in this file.
 */

/** A layer on the tfjs device that draws new numbers for each training step. */
export interface StochasticLayer {
  /** `seed` 0 to 2³² − 1; `step` is the optimiser's, counted from 1. Called before the step. */
  draw(seed: number, step: number): void;
}

export function isStochastic(layer: object): layer is StochasticLayer {
  return "draw" in layer && typeof layer.draw === "function";
}

/** What the numbers are for: the third word of the counter. The layer of number d takes DROPOUT + d. */
export const STREAM_FLIPS = 1;
export const STREAM_TRUNCATION = 2;
export const STREAM_DROPOUT = 16;

/** Numbers of layers that are random otherwise than Dropout: so many come before the first. */
export const FIRST_NOISE = 2 ** 16;

/** Numbers by which a net is judged that draws its codes: no layer's. */
export const JUDGING_NOISE = FIRST_NOISE - 1;

const TWO_32 = 2 ** 32;

/** Upper half of the 64-bit product of two 32-bit words. */
function multiplyHigh(a: number, b: number): number {
  const [aHigh, aLow, bHigh, bLow] = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff];
  // Both sums stay below 2³².
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const other = aLow * bHigh + (middle & 0xffff);
  return aHigh * bHigh + (middle >>> 16) + (other >>> 16);
}

/**
 * Four random words for a counter of four words and a key of two: Philox4x32-10.
 *
 * Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3".
 * @param to where they go, from `at` on
 */
export function philox(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
  to: Uint32Array,
  at = 0,
): void {
  let [a, b, c, d] = counter;
  let [left, right] = key;
  for (let round = 0; round < 10; round++) {
    const highA = multiplyHigh(a, 0xd2511f53);
    const lowA = Math.imul(a, 0xd2511f53);
    const highC = multiplyHigh(c, 0xcd9e8d57);
    const lowC = Math.imul(c, 0xcd9e8d57);
    a = (highC ^ b ^ left) >>> 0;
    b = lowC >>> 0;
    c = (highA ^ d ^ right) >>> 0;
    d = lowA >>> 0;
    left = (left + 0x9e3779b9) >>> 0;
    right = (right + 0xbb67ae85) >>> 0;
  }
  to[at] = a;
  to[at + 1] = b;
  to[at + 2] = c;
  to[at + 3] = d;
}

/** `count` words of a stream: four for each block, from block `first` on. */
function words(seed: number, step: number, stream: number, first: number, count: number) {
  const values = new Uint32Array(Math.ceil(count / 4) * 4);
  const key = [seed, 0] as const;
  for (let at = 0; at < values.length; at += 4) {
    philox([(first + at / 4) >>> 0, step >>> 0, stream, 0], key, values, at);
  }
  return values;
}

/** First word of the block of each of a batch's images. */
function imageWords(seed: number, step: number, stream: number, images: number): Uint32Array {
  const all = words(seed, step, stream, 0, images * 4);
  return Uint32Array.from({ length: images }, (_, image) => all[image * 4]!);
}

/** Which images of a training batch are mirrored left to right: each with probability 1/2. */
export function flipsOf(seed: number, step: number, images: number): boolean[] {
  return Array.from(imageWords(seed, step, STREAM_FLIPS, images), (word) => word >= 2 ** 31);
}

/**
 * Where truncations change, as random words: a word w keeps as many numbers as there are
 * thresholds ≤ w.
 *
 * k is ⌊x⌋ of an x in [1, n + 1) with density ∝ 1 / max(x, c): k ≥ j where w / 2³² ≥ F(j) / F(n + 1),
 * with F(x) = (min(x, c) − 1) / c + ln(max(x, c) / c). Sizes below c are drawn alike, and above it all
 * octaves alike; c = 1 is log-uniform (k = ⌊exp(u·ln(n + 1))⌋).
 * As whole numbers the thresholds leave no device's exp room to differ.
 * @param size n, from 1 on
 * @param evenTo c, from 1 on
 */
export function truncationThresholds(size: number, evenTo: number): Uint32Array {
  const below = (x: number) =>
    (Math.min(x, evenTo) - 1) / evenTo + Math.log(Math.max(x, evenTo) / evenTo);
  const scale = TWO_32 / below(size + 1);
  return Uint32Array.from({ length: size }, (_, i) => Math.ceil(below(i + 1) * scale));
}

/**
 * How many of its first numbers each image of a training batch keeps, 1 to `size`.
 *
 * @param evenTo see truncationThresholds
 */
export function truncationsOf(
  seed: number,
  step: number,
  images: number,
  size: number,
  evenTo: number,
): Uint32Array {
  const thresholds = truncationThresholds(size, evenTo);
  return imageWords(seed, step, STREAM_TRUNCATION, images).map((word) => {
    // Kept counts from `low` on are still possible, and none above `high`.
    let [low, high] = [1, size];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (thresholds[middle - 1]! <= word) low = middle;
      else high = middle - 1;
    }
    return low;
  });
}

/** Smallest random word that keeps a number, for a dropout rate in [0, 1). */
export function dropoutThreshold(rate: number): number {
  if (!(rate >= 0 && rate < 1)) {
    throw new RangeError(`A dropout rate is at least 0 and below 1, not ${rate}.`);
  }
  return Math.min(Math.ceil(rate * TWO_32), TWO_32 - 1);
}

/**
 * Factors for one training batch through dropout: 0 with probability `rate`, else 1 / (1 − rate).
 *
 * @param layer the dropout layer's number d, in the model's order of layers, from 0
 * @param size numbers in one image; the result has images × size
 */
export function dropoutMask(
  seed: number,
  step: number,
  layer: number,
  images: number,
  size: number,
  rate: number,
): Float32Array {
  const threshold = dropoutThreshold(rate);
  const kept = 1 / (1 - rate);
  const mask = new Float32Array(images * size);
  const blocks = Math.ceil(size / 4);
  for (let image = 0; image < images; image++) {
    const drawn = words(seed, step, STREAM_DROPOUT + layer, image * blocks, size);
    for (let i = 0; i < size; i++) {
      if (drawn[i]! >= threshold) mask[image * size + i] = kept;
    }
  }
  return mask;
}

/**
 * Normal numbers, of mean 0 and deviation 1, for one training batch: images × size.
 *
 * Each block of four words makes four of them, two from a radius and an angle, √(−2 ln u) and 2πv
 * (Box & Muller 1958). Of a word the first 23 bits count, so that u is a float on every device and
 * never 0; devices differ by rounding alone.
 *
 * @param layer the layer's number, from 0
 * @param size numbers in one image
 */
export function normalNumbers(
  seed: number,
  step: number,
  layer: number,
  images: number,
  size: number,
): Float32Array {
  const blocks = Math.ceil(size / 4);
  const share = (word: number) => ((word >>> 9) + 0.5) / 2 ** 23;
  const normals = new Float32Array(images * size);
  for (let image = 0; image < images; image++) {
    const drawn = words(seed, step, STREAM_DROPOUT + layer, image * blocks, size);
    for (let i = 0; i < size; i++) {
      const pair = i - (i % 2);
      const radius = Math.sqrt(-2 * Math.log(share(drawn[pair]!)));
      const angle = 2 * Math.PI * share(drawn[pair + 1]!);
      normals[image * size + i] = radius * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
    }
  }
  return normals;
}

/**
 * What a number x becomes in AlphaDropout (Klambauer et al. 2017), which keeps mean 0 and variance 1:
 * scale · x + offset where it is kept, else `dropped`.
 *
 * @param rate 0 to below 1
 */
export function alphaDropout(rate: number) {
  // What SELU tends to far below 0: −α · scale.
  const lowest = -1.7580993408473766;
  const scale = 1 / Math.sqrt((1 - rate) * (1 + rate * lowest ** 2));
  const offset = -scale * lowest * rate;
  return { scale, offset, dropped: scale * lowest + offset };
}
