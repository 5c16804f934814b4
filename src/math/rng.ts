/** Seeded random numbers that are the same in every browser, in workers and in Node. */

export interface Rng {
  /** A whole number in 0 … 2³² − 1. */
  uint32(): number;
  /** In [0, 1), a multiple of 2⁻²⁴: a Float32Array holds it exactly, so it never rounds up to 1. */
  float(): number;
  /** A whole number in 0 … below − 1, unbiased; `below` is 1 … 2³². */
  int(below: number): number;
}

const TWO_32 = 2 ** 32;

/**
 * A generator for one purpose of one run: streams of one seed are independent of each other.
 *
 * Blackman & Vigna's xoshiro128** (2018), its 128 bits of state hashed from seed and stream.
 * @param seed 0 to 2³² − 1
 * @param stream what the numbers are for, such as "split", "init" or "order/3"
 * @throws RangeError when the seed is out of range
 */
export function createRng(seed: number, stream: string): Rng {
  if (!Number.isInteger(seed) || seed < 0 || seed >= TWO_32) {
    throw new RangeError(`The seed must be a whole number from 0 to 4294967295, not ${seed}.`);
  }
  let [a, b, c, d] = initialState(seed, stream);

  const uint32 = (): number => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };

  return {
    uint32,
    float: () => (uint32() >>> 8) / 2 ** 24,
    int: (below) => {
      if (!Number.isInteger(below) || below < 1 || below > TWO_32) {
        throw new RangeError(`int(below) takes a whole number from 1 to 2³², not ${below}.`);
      }
      // Draws past the last whole multiple of `below` would favour small remainders.
      const limit = TWO_32 - (TWO_32 % below);
      let drawn = uint32();
      while (drawn >= limit) drawn = uint32();
      return drawn % below;
    },
  };
}

/** Puts the values in random order, in place (Fisher–Yates). */
export function shuffle(values: Uint32Array, rng: Rng): void {
  for (let last = values.length - 1; last > 0; last--) {
    const other = rng.int(last + 1);
    const value = values[last]!;
    values[last] = values[other]!;
    values[other] = value;
  }
}

/** Four hashed words; the counter in each hash makes them differ, and all four being 0 is ruled out. */
function initialState(seed: number, stream: string): [number, number, number, number] {
  let hash = mix(seed ^ 0x9e3779b9);
  for (let i = 0; i < stream.length; i++) hash = mix(Math.imul(hash, 31) + stream.charCodeAt(i));
  const word = (counter: number) => mix(hash + mix(seed + Math.imul(counter, 0x9e3779b9)));
  // xoshiro never leaves the all-zero state.
  return [word(1) | 1, word(2), word(3), word(4)];
}

/** MurmurHash3's finaliser: a bijection of 32 bits in which each input bit reaches each output bit. */
function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
