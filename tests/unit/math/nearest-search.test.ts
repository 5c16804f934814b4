import { describe, expect, test } from "vitest";
import { createNearestSearch, vote } from "../../../src/math/nearest-search";
import { createRng } from "../../../src/math/rng";

const SIZE = 37;
const LENGTHS = [1, 2, 5, 16, 33, 37];

function random(count: number, stream: string): Float32Array {
  const rng = createRng(5, stream);
  // Small whole numbers: there are ties.
  return Float32Array.from({ length: count * SIZE }, () => rng.int(4));
}

describe("a search for the nearest rows", () => {
  const base = random(80, "base");
  const queries = random(12, "queries");

  test("finds at every length what sorting all distances finds", () => {
    const search = createNearestSearch(base, SIZE, LENGTHS, 3);
    for (let query = 0; query < 12; query++) {
      const { indices, squares } = search.find(queries, query * SIZE);
      for (const [place, length] of LENGTHS.entries()) {
        const all = Array.from({ length: 80 }, (_, row) => {
          let square = 0;
          for (let k = 0; k < length; k++) {
            square += (base[row * SIZE + k]! - queries[query * SIZE + k]!) ** 2;
          }
          return { row, square };
        }).sort((a, b) => a.square - b.square || a.row - b.row);
        const wanted = all.slice(0, 3);
        expect([...indices.subarray(3 * place, 3 * place + 3)]).toEqual(
          wanted.map(({ row }) => row),
        );
        expect([...squares.subarray(3 * place, 3 * place + 3)]).toEqual(
          wanted.map(({ square }) => square),
        );
      }
    }
  });

  test("finds a row itself, at no distance", () => {
    const { indices, squares } = createNearestSearch(base, SIZE, [SIZE], 1).find(base, 7 * SIZE);
    expect([indices[0], squares[0]]).toEqual([7, 0]);
  });

  test("needs as many rows as it is to find", () => {
    expect(() => createNearestSearch(base.subarray(0, 2 * SIZE), SIZE, [SIZE], 3)).toThrow(
      "There are 2 rows, and 3 are to be found.",
    );
  });
});

describe("a vote", () => {
  test("goes to the most frequent label, in a tie to the nearest neighbour's", () => {
    expect(vote([2, 0, 0, 1, 0])).toBe(0);
    expect(vote([1, 0, 0, 1, 2])).toBe(1);
    expect(vote([4])).toBe(4);
  });
});
