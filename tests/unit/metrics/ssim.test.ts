import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ssimMap, ssimWang, ssimWriteup } from "../../../src/metrics/ssim";
import { GREY_28 } from "../image-sets";

const image = fc.float64Array({ minLength: 784, maxLength: 784, min: 0, max: 1, noNaN: true });

/** The definition, window by window, without any of the module's shortcuts. */
function reference(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  side: number,
  weight: (row: number, column: number) => number,
  range: number,
  factor: number,
): number {
  const windows = 28 - side + 1;
  let total = 0;
  for (let top = 0; top < windows; top++) {
    for (let left = 0; left < windows; left++) {
      const moment = (value: (at: number) => number) => {
        let sum = 0;
        for (let row = 0; row < side; row++) {
          for (let column = 0; column < side; column++) {
            sum += weight(row, column) * value((top + row) * 28 + left + column);
          }
        }
        return sum;
      };
      const ux = moment((i) => x[i]!);
      const uy = moment((i) => y[i]!);
      const vx = factor * moment((i) => (x[i]! - ux) ** 2);
      const vy = factor * moment((i) => (y[i]! - uy) ** 2);
      const vxy = factor * moment((i) => (x[i]! - ux) * (y[i]! - uy));
      const c1 = (0.01 * range) ** 2;
      const c2 = (0.03 * range) ** 2;
      total += ((2 * ux * uy + c1) * (2 * vxy + c2)) / ((ux ** 2 + uy ** 2 + c1) * (vx + vy + c2));
    }
  }
  return total / windows ** 2;
}

const gaussian = (() => {
  const at = (i: number, j: number) => Math.exp(-((i - 5) ** 2 + (j - 5) ** 2) / (2 * 1.5 ** 2));
  let sum = 0;
  for (let i = 0; i < 11; i++) for (let j = 0; j < 11; j++) sum += at(i, j);
  return (i: number, j: number) => at(i, j) / sum;
})();

const protocols = [
  {
    name: "ssimWang",
    ssim: ssimWang,
    definition: (x: ArrayLike<number>, y: ArrayLike<number>) => reference(x, y, 11, gaussian, 1, 1),
  },
  {
    name: "ssimWriteup",
    ssim: ssimWriteup,
    definition: (x: ArrayLike<number>, y: ArrayLike<number>) =>
      reference(x, y, 7, () => 1 / 49, 2, 49 / 48),
  },
];

describe.each(protocols)("$name", ({ ssim, definition }) => {
  test("equals its definition, window by window", () => {
    fc.assert(
      fc.property(image, image, (x, y) => Math.abs(ssim(x, y, GREY_28) - definition(x, y)) < 1e-9),
      { numRuns: 10 },
    );
  });

  test("is symmetric, at most 1, and 1 for equal images", () => {
    fc.assert(
      fc.property(image, image, (x, y) => {
        expect(ssim(x, y, GREY_28)).toBe(ssim(y, x, GREY_28));
        expect(ssim(x, y, GREY_28)).toBeLessThanOrEqual(1 + 1e-12);
        expect(ssim(x, y, GREY_28)).toBeGreaterThanOrEqual(-1 - 1e-12);
        expect(ssim(x, x, GREY_28)).toBeCloseTo(1, 9);
      }),
      { numRuns: 30 },
    );
  });

  test("falls as noise grows", () => {
    const x = Float64Array.from({ length: 784 }, (_, i) => (i % 28 > 8 && i % 28 < 20 ? 0.7 : 0));
    const noisy = (amount: number) => x.map((value, i) => value + amount * Math.sin(i * 12.9898));
    const scores = [0, 0.01, 0.05, 0.1, 0.3].map((amount) => ssim(x, noisy(amount), GREY_28));
    for (let i = 1; i < scores.length; i++) expect(scores[i]).toBeLessThan(scores[i - 1]!);
  });

  test("offsets choose an image in a longer array; calls leave nothing behind", () => {
    const strip = Float32Array.from({ length: 3 * 784 }, (_, i) => (Math.sin(i) + 1) / 2);
    const second = strip.slice(784, 1568);
    const third = strip.slice(1568);
    const before = ssim(second, third, GREY_28);
    expect(ssim(strip, strip, GREY_28, 784, 1568)).toBe(before);
    expect(ssim(second, strip, GREY_28, 0, 1568)).toBe(before);
  });

  test("a NaN in a pixel comes out as NaN", () => {
    const x = new Float32Array(784).fill(0.5);
    const broken = x.slice();
    broken[400] = Number.NaN;
    expect(ssim(x, broken, GREY_28)).toBeNaN();
  });

  test("too few pixels are refused", () => {
    const x = new Float32Array(784);
    expect(() => ssim(x, new Float32Array(783), GREY_28)).toThrow(/784 numbers/);
    expect(() => ssim(x, x, GREY_28, 1)).toThrow(RangeError);
    expect(() => ssim(x, x, GREY_28, 0, -1)).toThrow(RangeError);
  });
});

describe("ssimMap", () => {
  const x = Float32Array.from({ length: 784 }, (_, i) => (Math.sin(i / 9) + 1) / 2);
  const y = x.map((value, i) => (i % 28 < 14 ? value : 0.4));

  test.each([
    ["ssim", 18, ssimWang],
    ["ssimWriteup", 22, ssimWriteup],
  ] as const)("of %s has %i windows a side, and the figure is their mean", (name, side, figure) => {
    const map = ssimMap(name, x, y, GREY_28);
    expect([map.height, map.width]).toEqual([side, side]);
    expect(map.values).toHaveLength(side * side);
    const mean = map.values.reduce((sum, value) => sum + value, 0) / map.values.length;
    expect(mean).toBeCloseTo(figure(x, y, GREY_28), 6);
  });

  test("is 1 where images agree and lower where they do not", () => {
    const { width: side, values } = ssimMap("ssimWriteup", x, y, GREY_28);
    // Windows of the first columns lie within the half that agrees.
    expect(values[0]).toBeCloseTo(1, 6);
    expect(values[side - 1]).toBeLessThan(0.9);
  });
});
