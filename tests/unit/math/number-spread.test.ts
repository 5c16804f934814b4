import { expect, test } from "vitest";
import { NUMBER_BINS, spreadOfNumbers } from "../../../src/math/number-spread";

/** 201 codes: a ramp, a dead number, one that is hardly ever awake, and one that rounding moves. */
const CODES = Float32Array.from({ length: 201 * 4 }, (_, k) => {
  const row = Math.floor(k / 4);
  return [row, 3, row === 17 ? 8 : 0, 2 + (row % 2) * 3e-7][k % 4]!;
});

test("numbers are spread between their percentiles, and dead ones are told", () => {
  const spread = spreadOfNumbers(CODES, 4);
  expect(spread.count).toBe(201);
  expect([...spread.dead]).toEqual([0, 1, 0, 1]);
  expect([...spread.means].map((mean) => Math.round(1000 * mean) / 1000)).toEqual([
    100, 3, 0.04, 2,
  ]);
  expect([spread.lows[0], spread.highs[0]]).toEqual([2, 198]);
  // All of a number that hardly ever wakes: its percentiles are one value.
  expect([spread.lows[2], spread.highs[2]]).toEqual([0, 8]);
  for (let number = 0; number < 4; number++) {
    const bins = spread.bins.subarray(number * NUMBER_BINS, (number + 1) * NUMBER_BINS);
    expect(bins.reduce((sum, count) => sum + count, 0)).toBe(201);
  }
  expect(spread.bins[2 * NUMBER_BINS]).toBe(200);
  expect(spread.bins[3 * NUMBER_BINS - 1]).toBe(1);
});
