import { describe, expect, it } from "vitest";
import { changeOf, kernelsOf, sheetOf } from "../../../../src/ui/views/train/inside/kernels";
import { brief } from "../../../../src/ui/views/train/inside/words";

const counted = (shape: readonly number[]) => ({
  shape,
  values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
});

describe("kernels", () => {
  it("are told apart by filter, for one map of the input", () => {
    // [2, 2, 3 maps, 4 filters]: number ((row · 2 + column) · 3 + map) · 4 + filter.
    const kernels = kernelsOf({ kind: "conv" }, { kernel: counted([2, 2, 3, 4]) }, 1, null)!;
    expect(kernels).toMatchObject({ width: 2, height: 2 });
    expect(kernels.each.map((tile) => [...tile])).toEqual(
      [0, 1, 2, 3].map((filter) => [4, 16, 28, 40].map((from) => from + filter)),
    );
    // Of a transposed convolution the filters come before the maps.
    const other = kernelsOf({ kind: "convTranspose" }, { kernel: counted([2, 2, 4, 3]) }, 1, null)!;
    expect(other.each.map((tile) => tile[1])).toEqual([13, 16, 19, 22]);
  });

  it("of a dense layer are as large as the maps that it takes", () => {
    // 2 × 2 pixels of 3 maps, 5 units: number (pixel · 3 + map) · 5 + unit.
    const weights = { kernel: counted([12, 5]) };
    const kernels = kernelsOf({ kind: "dense" }, weights, 2, [2, 2, 3])!;
    expect([...kernels.each[3]!]).toEqual([13, 28, 43, 58]);
    expect(kernelsOf({ kind: "dense" }, weights, 0, null)).toBeNull();
    expect(kernelsOf({ kind: "maxPool" }, {}, 0, null)).toBeNull();
  });

  it("stand on a sheet with nothing between them", () => {
    const each = [1, 2, 3].map((value) => new Float32Array(4).fill(value));
    const { width, values } = sheetOf({ width: 2, height: 2, each }, 2);
    expect(width).toBe(5);
    const rows = Array.from({ length: 5 }, (_, row) =>
      [...values.subarray(5 * row, 5 * row + 5)].map((x) => (Number.isNaN(x) ? "." : x)).join(""),
    );
    expect(rows).toEqual(["11.22", "11.22", ".....", "33...", "33..."]);
  });

  it("have changed by a share of their length", () => {
    expect(changeOf(Float32Array.of(3, 5), Float32Array.of(3, 4))).toBeCloseTo(0.2);
    expect(changeOf(Float32Array.of(1), Float32Array.of(0))).toBeNull();
  });
});

it("numbers in cells have about three digits, and no sign at 0", () => {
  expect([0.41234, -0.0412, 1.234, -12.345, 1234.5, -0.00001].map(brief)).toEqual([
    "0.412",
    "−0.041",
    "1.23",
    "−12.3",
    "1235",
    "0.000",
  ]);
});
