import { describe, expect, it } from "vitest";
import {
  cellStrengths,
  countZeros,
  strengthPixels,
} from "../../../src/ui/views/train/model/strengths";

describe("strengths", () => {
  it("are one colour, more opaque where a number is larger", () => {
    const pixels = strengthPixels(Uint8Array.of(0, 1, 64, 255), "rgb(11, 122, 117)");
    expect([...pixels.subarray(0, 4)]).toEqual([11, 122, 117, 0]);
    const alphas = [0, 1, 2, 3].map((i) => pixels[i * 4 + 3]!);
    expect(alphas[1]).toBeGreaterThan(0);
    expect(alphas).toEqual([...alphas].sort((a, b) => a - b));
    expect(alphas[3]).toBe(255);
  });

  it("stand in their cells: single numbers flat, maps by the means under each pixel", () => {
    const cells = { rows: 2, pitchX: 3, pitchY: 3, width: 2, height: 2, margin: 0 };
    const size = { width: 5, height: 5, ratio: 1 };
    const code = { layer: "latent", shape: [3], values: Uint8Array.of(10, 20, 30) };
    expect(rowsOf(cellStrengths(code, cells, size), 5)).toEqual([
      [10, 10, 0, 30, 30],
      [10, 10, 0, 30, 30],
      [0, 0, 0, 0, 0],
      [20, 20, 0, 0, 0],
      [20, 20, 0, 0, 0],
    ]);
    // Two maps of 4 × 4 in cells of 2 × 2: each pixel is the mean of four numbers.
    const first = [0, 4, 8, 8, 4, 8, 8, 8, 1, 1, 100, 100, 1, 1, 100, 100];
    const maps = { layer: "a", shape: [4, 4, 2], values: Uint8Array.from([...first, ...first]) };
    expect(rowsOf(cellStrengths(maps, cells, size), 5).map((row) => row.slice(0, 2))).toEqual([
      [4, 8],
      [1, 100],
      [0, 0],
      [4, 8],
      [1, 100],
    ]);
    // Twice as many pixels show the same numbers.
    const fine = cellStrengths(code, cells, { width: 10, height: 10, ratio: 2 });
    expect(rowsOf(fine, 10)[3]).toEqual([10, 10, 10, 10, 0, 0, 30, 30, 30, 30]);
  });

  it("count what is exactly 0", () => {
    expect(countZeros(Uint8Array.of(0, 3, 0, 255))).toBe(2);
  });
});

const rowsOf = (bytes: Uint8Array, width: number): number[][] =>
  Array.from({ length: bytes.length / width }, (_, row) => [
    ...bytes.subarray(row * width, (row + 1) * width),
  ]);
