import { describe, expect, test } from "vitest";
import { Canvas, curve, mirrored, type Point } from "../../../../src/datasets/garments/canvas";
import { createRng } from "../../../../src/math/rng";

const white = () => 1;

function bytes(canvas: Canvas): Uint8Array {
  const result = new Uint8Array(784);
  canvas.writeTo(result, 0);
  return result;
}

/** Brightness of the whole picture in pixels of white. */
function area(canvas: Canvas): number {
  return bytes(canvas).reduce((sum, value) => sum + value / 255, 0);
}

const rectangle = (left: number, top: number, right: number, bottom: number): Point[] => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
];

describe("fill", () => {
  test("covers whole pixels wholly and parts of pixels in part", () => {
    const canvas = new Canvas();
    canvas.fill(rectangle(2, 3, 4.5, 5), white);
    const pixels = bytes(canvas);
    expect(pixels[3 * 28 + 2]).toBe(255);
    expect(pixels[3 * 28 + 4]).toBe(128);
    expect(pixels[3 * 28 + 5]).toBe(0);
    expect(pixels[5 * 28 + 2]).toBe(0);
    expect(area(canvas)).toBeCloseTo(5, 1);
  });

  test("has the outline's area, whatever way round it is drawn", () => {
    const triangle: Point[] = [
      [3, 3],
      [23, 5],
      [9, 25],
    ];
    for (const outline of [triangle, triangle.toReversed()]) {
      const canvas = new Canvas();
      canvas.fill(outline, white);
      // Half the cross product of two sides: (20 · 22 − 2 · 6) / 2.
      expect(area(canvas)).toBeCloseTo(214, 0);
    }
  });

  test("leaves out what the outline encloses twice, and what is outside the picture", () => {
    const canvas = new Canvas();
    canvas.fill([...rectangle(2, 2, 12, 12), [2, 2], ...rectangle(4, 4, 8, 8), [4, 4]], white);
    expect(area(canvas)).toBeCloseTo(100 - 16, 1);
    const outside = new Canvas();
    outside.fill(rectangle(-10, -10, 5, 40), white);
    expect(area(outside)).toBeCloseTo(5 * 28, 5);
  });

  test("lets what was there shine through by opacity", () => {
    const canvas = new Canvas();
    canvas.fill(rectangle(0, 0, 28, 28), white);
    canvas.fill(rectangle(0, 0, 28, 28), () => 0, 0.25);
    expect(bytes(canvas)[0]).toBe(191);
  });
});

test("a stroke is as wide as asked, along its whole length", () => {
  const canvas = new Canvas();
  canvas.stroke(
    [
      [4, 14],
      [24, 14],
    ],
    3,
    white,
  );
  const column = (x: number) =>
    Array.from({ length: 28 }, (_, y) => bytes(canvas)[y * 28 + x]! / 255).reduce((a, b) => a + b);
  expect(column(10)).toBeCloseTo(3, 1);
  expect(column(20)).toBeCloseTo(3, 1);
  expect(column(1)).toBe(0);
});

test("grain leaves black black", () => {
  const canvas = new Canvas();
  canvas.fill(rectangle(10, 10, 20, 20), () => 0.5);
  canvas.addGrain(createRng(1, "grain"), 0.1);
  const pixels = bytes(canvas);
  expect(pixels[0]).toBe(0);
  expect(new Set(pixels).size).toBeGreaterThan(5);
});

test("curves end where they should, and mirrors keep the height", () => {
  const points = curve([0, 0], [5, 10], [10, 0]);
  expect(points.at(-1)).toEqual([10, 0]);
  expect(Math.max(...points.map(([, y]) => y))).toBeCloseTo(5, 5);
  expect(mirrored([[3, 7]], 14)).toEqual([[25, 7]]);
});
