/** How each number of many codes is spread. */

/** Bins of each number's histogram. */
export const NUMBER_BINS = 24;

export interface NumberSpread {
  /** Codes that were looked at. */
  readonly count: number;
  /** One of each for every number: mean, and the range that 98% of the codes lie in
   * (all, where those 98% have one value). */
  readonly means: Float32Array;
  readonly lows: Float32Array;
  readonly highs: Float32Array;
  /** 1 where all codes have the same value: the number says nothing. */
  readonly dead: Uint8Array;
  /** numbers × `NUMBER_BINS` counts, from low to high; what lies beyond counts in the end bins. */
  readonly bins: Uint32Array;
}

/** Ranges under this share of the widest are rounding. */
const NO_RANGE = 1e-6;

/** @param codes count × size, at least one code */
export function spreadOfNumbers(codes: Float32Array, size: number): NumberSpread {
  const count = codes.length / size;
  const make = () => new Float32Array(size);
  const [means, lows, highs, ranges] = [make(), make(), make(), make()];
  const bins = new Uint32Array(size * NUMBER_BINS);
  const column = new Float32Array(count);
  for (let number = 0; number < size; number++) {
    let sum = 0;
    for (let row = 0; row < count; row++) {
      column[row] = codes[row * size + number]!;
      sum += column[row]!;
    }
    column.sort();
    const at = (share: number) => column[Math.round(share * (count - 1))]!;
    means[number] = sum / count;
    // A number that hardly ever wakes still has a range to slide in.
    const asleep = at(0.01) === at(0.99);
    lows[number] = at(asleep ? 0 : 0.01);
    highs[number] = at(asleep ? 1 : 0.99);
    ranges[number] = at(1) - at(0);
    const width = (highs[number]! - lows[number]!) / NUMBER_BINS;
    for (const value of column) {
      const bin = width > 0 ? Math.floor((value - lows[number]!) / width) : 0;
      const place = number * NUMBER_BINS + Math.min(NUMBER_BINS - 1, Math.max(0, bin));
      bins[place] = bins[place]! + 1;
    }
  }
  const widest = ranges.reduce((most, range) => Math.max(most, range), 0);
  const dead = Uint8Array.from(ranges, (range) => (range <= NO_RANGE * widest ? 1 : 0));
  return { count, means, lows, highs, dead, bins };
}
