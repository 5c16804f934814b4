import { describe, expect, it } from "vitest";
import { nearestNeighbours } from "../../../src/math/neighbours";
import { createRng } from "../../../src/math/rng";

describe("nearest neighbours", () => {
  it("are those that sorting all distances finds, the code itself first", () => {
    const [count, size, wanted] = [90, 5, 7];
    const rng = createRng(3, "codes");
    const codes = Float32Array.from({ length: count * size }, () => rng.float());
    const { indices, distances, each } = nearestNeighbours(codes, size, wanted);
    expect(each).toBe(wanted);
    const distance = (a: number, b: number) =>
      Math.hypot(...[0, 1, 2, 3, 4].map((k) => codes[a * size + k]! - codes[b * size + k]!));
    for (let row = 0; row < count; row++) {
      const sorted = [...Array(count).keys()].sort((a, b) => distance(row, a) - distance(row, b));
      const found = [...indices.subarray(row * wanted, (row + 1) * wanted)];
      expect(found).toEqual(sorted.slice(0, wanted));
      expect(found[0]).toBe(row);
      expect(distances[row * wanted + 6]).toBeCloseTo(distance(row, found[6]!), 5);
    }
  });

  it("are all codes where there are no more, and say how far the search is", () => {
    const shares: number[] = [];
    const codes = Float32Array.from({ length: 200 }, (_, i) => i);
    const { indices, each } = nearestNeighbours(codes.subarray(0, 3), 1, 15);
    expect(each).toBe(3);
    expect([...indices]).toEqual([0, 1, 2, 1, 0, 2, 2, 1, 0]);
    nearestNeighbours(codes, 1, 4, (share) => shares.push(share));
    expect(shares).toEqual([64, 128, 192].map((done) => (done / 200) ** 2));
  });
});
