import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ImageShape } from "../../../src/math/image-set";
import { ssimMap, ssimWang, ssimWriteup } from "../../../src/metrics/ssim";
import { GREY_28, pattern } from "../image-sets";

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

/** Wang's SSIM of one channel by its definition: σ 1.5, windows of that side, of sum 1. */
function ofChannel(
  x: Float64Array,
  y: Float64Array,
  { height, width, channels }: ImageShape,
  channel: number,
  side: number,
): number {
  const half = (side - 1) / 2;
  const places = Array.from({ length: side * side }, (_, i) => [Math.floor(i / side), i % side]);
  const raw = places.map(([row, column]) =>
    Math.exp(-((row! - half) ** 2 + (column! - half) ** 2) / (2 * 1.5 ** 2)),
  );
  const sum = raw.reduce((total, weight) => total + weight);
  let total = 0;
  for (let top = 0; top + side <= height; top++) {
    for (let left = 0; left + side <= width; left++) {
      const mean = (value: (at: number) => number) =>
        places.reduce((all, [row, column], i) => {
          const at = ((top + row!) * width + left + column!) * channels + channel;
          return all + (raw[i]! / sum) * value(at);
        }, 0);
      const [mx, my] = [mean((at) => x[at]!), mean((at) => y[at]!)];
      const vx = mean((at) => (x[at]! - mx) ** 2);
      const vy = mean((at) => (y[at]! - my) ** 2);
      const vxy = mean((at) => (x[at]! - mx) * (y[at]! - my));
      total +=
        ((2 * mx * my + 1e-4) * (2 * vxy + 9e-4)) / ((mx * mx + my * my + 1e-4) * (vx + vy + 9e-4));
    }
  }
  return total / ((height - side + 1) * (width - side + 1));
}

test.each([
  [{ height: 8, width: 8, channels: 1 }, 7],
  [{ height: 10, width: 12, channels: 3 }, 9],
  [{ height: 13, width: 11, channels: 3 }, 11],
])("of %o Wang's window has %i pixels, and of colours it is the mean", (shape, side) => {
  const x = Float64Array.from(pattern(shape, 1), (byte) => byte / 255);
  const y = x.map((value, i) => 0.8 * value + 0.1 * Math.sin(i) ** 2);
  const channels = Array.from({ length: shape.channels }, (_, c) =>
    ofChannel(x, y, shape, c, side),
  );
  const mean = channels.reduce((sum, value) => sum + value) / channels.length;
  expect(ssimWang(x, y, shape)).toBeCloseTo(mean, 12);
  const map = ssimMap("ssim", x, y, shape);
  expect([map.height, map.width]).toEqual([shape.height - side + 1, shape.width - side + 1]);
  const values = map.values.reduce((sum, value) => sum + value, 0) / map.values.length;
  expect(values).toBeCloseTo(mean, 6);
});

test("images under 7 pixels have none", () => {
  const shape = { height: 6, width: 20, channels: 1 };
  const x = new Float32Array(120);
  for (const ssim of [ssimWang, ssimWriteup]) expect(() => ssim(x, x, shape)).toThrow("7 × 7");
});
