import { describe, expect, test } from "vitest";
import {
  dropoutMask,
  dropoutThreshold,
  flipsOf,
  philox,
  truncationsOf,
  truncationThresholds,
} from "../../../src/math/philox";

type Counter = readonly [number, number, number, number];

describe("philox", () => {
  // "philox4x32 10" in Random123's kat_vectors: counter, key, words.
  test.each<[Counter, readonly [number, number], readonly number[]]>([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])("gives the published words for counter %j and key %j", (counter, key, expected) => {
    const words = new Uint32Array(6);
    philox(counter, key, words, 1);
    expect([...words]).toEqual([0, ...expected, 0]);
  });
});

/** How far a count of successes is from its mean, in standard deviations. */
function deviations(successes: number, trials: number, probability: number): number {
  const spread = Math.sqrt(trials * probability * (1 - probability));
  return Math.abs(successes - trials * probability) / spread;
}

describe("flips", () => {
  test("are the first word's highest bit, block by block", () => {
    const words = new Uint32Array(4);
    for (const [image, flipped] of flipsOf(7, 3, 20).entries()) {
      philox([image, 3, 1, 0], [7, 0], words);
      expect(flipped).toBe(words[0]! >= 2 ** 31);
    }
  });

  test("come to half of the images, differ by step and seed, and do not depend on the batch", () => {
    const flips = flipsOf(1, 1, 10_000);
    expect(deviations(flips.filter(Boolean).length, 10_000, 0.5)).toBeLessThan(4);
    expect(flipsOf(1, 1, 50)).toEqual(flips.slice(0, 50));
    expect(flipsOf(1, 2, 50)).not.toEqual(flips.slice(0, 50));
    expect(flipsOf(2, 1, 50)).not.toEqual(flips.slice(0, 50));
  });
});

describe("truncations", () => {
  test("even to 1 are ⌊exp(u·ln(n + 1))⌋, even beyond n ⌊1 + u·n⌋", () => {
    const words = new Uint32Array(4);
    for (const size of [1, 2, 7, 128, 512]) {
      const halves = truncationsOf(5, 9, 500, size, size + 1);
      for (const [image, kept] of truncationsOf(5, 9, 500, size, 1).entries()) {
        philox([image, 9, 2, 0], [5, 0], words);
        const u = words[0]! / 2 ** 32;
        expect(kept).toBe(Math.floor(Math.exp(u * Math.log(size + 1))));
        expect(halves[image]).toBe(Math.floor(1 + u * size));
      }
    }
  });

  test.each([
    [1, (x: number) => Math.log(x)],
    [5, (x: number) => (x < 5 ? x / 5 : 1 + Math.log(x / 5))],
    [100, (x: number) => x],
  ])("even to %s keep 1 to n numbers, as often as its density says", (evenTo, below) => {
    const size = 16;
    const images = 50_000;
    const counts = new Array<number>(size + 1).fill(0);
    for (const kept of truncationsOf(3, 1, images, size, evenTo)) counts[kept]!++;
    expect(counts[0]).toBe(0);
    for (let k = 1; k <= size; k++) {
      const probability = (below(k + 1) - below(k)) / (below(size + 1) - below(1));
      expect(deviations(counts[k]!, images, probability), `k = ${k}`).toBeLessThan(4);
    }
  });

  test("have thresholds that rise from 0 and stay below 2³²", () => {
    for (const size of [1, 2, 300, 100_000]) {
      for (const evenTo of [1, 6, 100]) {
        const thresholds = truncationThresholds(size, evenTo);
        expect(thresholds[0]).toBe(0);
        expect(thresholds.every((value, i) => i === 0 || value > thresholds[i - 1]!)).toBe(true);
        expect(thresholds.length).toBe(size);
      }
    }
  });
});

describe("dropout masks", () => {
  test("take word e & 3 of block i·⌈n / 4⌉ + (e >> 2) of stream 16 + d", () => {
    const [images, size, rate] = [3, 10, 0.3];
    const mask = dropoutMask(11, 4, 2, images, size, rate);
    const words = new Uint32Array(4);
    for (let image = 0; image < images; image++) {
      for (let e = 0; e < size; e++) {
        philox([image * 3 + (e >> 2), 4, 18, 0], [11, 0], words);
        const kept = words[e & 3]! >= rate * 2 ** 32;
        expect(mask[image * size + e]).toBe(kept ? Math.fround(1 / (1 - rate)) : 0);
      }
    }
  });

  test.each([0, 0.1, 0.2, 0.5, 0.9])("keep 1 − %d of the numbers, scaled to mean 1", (rate) => {
    const mask = dropoutMask(1, 1, 0, 40, 1000, rate);
    const kept = mask.filter((factor) => factor > 0);
    if (rate === 0) expect(kept.length).toBe(40_000);
    else expect(deviations(kept.length, 40_000, 1 - rate)).toBeLessThan(4);
    expect(new Set(kept)).toEqual(new Set([Math.fround(1 / (1 - rate))]));
  });

  test("differ between steps, seeds, layers and images", () => {
    const masks = [
      dropoutMask(1, 1, 0, 1, 64, 0.5),
      dropoutMask(2, 1, 0, 1, 64, 0.5),
      dropoutMask(1, 2, 0, 1, 64, 0.5),
      dropoutMask(1, 1, 1, 1, 64, 0.5),
      dropoutMask(1, 1, 0, 2, 64, 0.5).slice(64),
    ];
    expect(new Set(masks.map((mask) => mask.join())).size).toBe(masks.length);
    expect(dropoutMask(1, 1, 0, 2, 64, 0.5).slice(0, 64)).toEqual(masks[0]);
  });

  test("refuse a rate that leaves nothing", () => {
    for (const rate of [1, -0.1, Number.NaN]) {
      expect(() => dropoutThreshold(rate)).toThrow(/at least 0 and below 1/);
    }
  });
});
