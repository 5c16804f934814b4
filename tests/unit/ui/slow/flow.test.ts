import { expect, it } from "vitest";
import type { SlowLayer } from "../../../../src/protocol/messages";
import { fatesOf, logShare, twoDigits } from "../../../../src/ui/views/train/slow/flow";

const SPREAD = { most: 1, rms: 0.5, counts: Uint32Array.of(1, 2, 1) };
const layers = (norms: readonly (number | null)[]): SlowLayer[] =>
  norms.map((gradientNorm, i) => ({
    layer: `layer ${i}`,
    output: SPREAD,
    gradient: gradientNorm === null ? null : SPREAD,
    gradientNorm,
    units: 4,
    dead: 0,
    weights: null,
  }));

it("a gradient vanishes or explodes by what it is at the error", () => {
  expect(fatesOf(layers([1.9e-5, 2.1e-5, 1, 0.02]))).toEqual(["vanishing", "fine", "fine", "fine"]);
  expect(fatesOf(layers([21, 19, 0.02]))).toEqual(["exploding", "fine", "fine"]);
  expect(fatesOf(layers([Number.POSITIVE_INFINITY, Number.NaN, 0.02]))).toEqual([
    "exploding",
    "exploding",
    "fine",
  ]);
  expect(fatesOf(layers([null, 0, 0.02]))).toEqual(["nothing", "nothing", "fine"]);
});

it("bars go by powers of ten", () => {
  const all = [0.001, 0.1, 10, 0, Number.POSITIVE_INFINITY];
  expect(logShare(10, all)).toBe(1);
  expect(logShare(0.001, all)).toBeCloseTo(0.1);
  expect(logShare(0.1, all)).toBeCloseTo(0.55);
  expect(logShare(0, all)).toBe(0);
  expect(logShare(3, [3])).toBe(1);
});

it("numbers of any size have two digits", () => {
  expect([0, 0.0421, -12.34, 1234, 0.00004213, -2.5e12].map(twoDigits)).toEqual([
    "0",
    "0.042",
    "−12",
    "1200",
    "4.2 · 10⁻⁵",
    "−2.5 · 10¹²",
  ]);
});
