import { describe, expect, it } from "vitest";
import { createArithmetic } from "../../../../src/state/space/arithmetic";
import { codeOf, nameOf, nearestPlace } from "../../../../src/state/space/ends";
import { createMorph, FRAMES } from "../../../../src/state/space/morph";
import { openSpace } from "./openSpace";

const garment = (place: number) => ({ kind: "garment", place }) as const;
const mean = (label: number) => ({ kind: "mean", label }) as const;

describe("ends", () => {
  it("have a garment's code, or the mean of its class", async () => {
    const state = (await openSpace()).space.store.getState();
    const { codes, size } = state.codes!;
    expect(codeOf(state, garment(3))).toEqual(codes.slice(3 * size, 4 * size));
    let sum = 0;
    for (let place = 1; place < 30; place += 2) sum += codes[place * size + 9]!;
    expect(codeOf(state, mean(1))![9]).toBeCloseTo(sum / 15, 5);
    expect(nameOf(state, garment(3))).toBe("Trouser 4");
    expect(nameOf(state, mean(0))).toBe("mean T-shirt/top");
  });

  it("are nearest to themselves, unless they are left out", async () => {
    const state = (await openSpace()).space.store.getState();
    const code = codeOf(state, garment(12))!;
    expect(nearestPlace(state, code, new Set())).toBe(12);
    const other = nearestPlace(state, code, new Set([12]))!;
    const distance = (place: number) =>
      Math.hypot(...codeOf(state, garment(place))!.map((value, i) => value - code[i]!));
    const others = Array.from({ length: 30 }, (_, i) => i).filter((place) => place !== 12);
    expect(distance(other)).toBe(Math.min(...others.map(distance)));
  });
});

describe("a morph", () => {
  it("goes straight between the codes, and straight between their pictures", async () => {
    const { space, settle, asked } = await openSpace();
    const morph = createMorph(space);
    await settle(() => morph.store.getState().latent !== null);
    const { from, to, latent, pixel } = morph.store.getState();
    expect([from, to]).toEqual([garment(0), garment(1)]);
    const points = asked.decode.at(-1)!.codes;
    const [a, b] = [codeOf(space.store.getState(), from)!, codeOf(space.store.getState(), to)!];
    expect(points).toHaveLength(FRAMES * 64);
    for (const [i, value] of a.entries()) {
      expect(points[i]).toBe(value);
      expect(points[16 * 64 + i]).toBeCloseTo((value + b[i]!) / 2, 6);
      expect(points[32 * 64 + i]).toBe(b[i]);
    }
    const at = (strip: typeof latent, frame: number, i: number) => strip!.pixels[frame * 784 + i]!;
    for (const i of [0, 5, 63, 700]) {
      expect(at(pixel, 0, i)).toBe(at(latent, 0, i));
      expect(at(pixel, 32, i)).toBe(at(latent, 32, i));
      const half = (at(latent, 0, i) + at(latent, 32, i)) / 2;
      expect(Math.abs(at(pixel, 16, i) - half)).toBeLessThanOrEqual(0.5);
    }
    morph.set({ to: mean(1) });
    await settle(() => asked.decode.length === 2);
  });
});

describe("a sum of codes", () => {
  it("is a − b + c, with the garment that is nearest to it", async () => {
    const { space, settle, asked } = await openSpace();
    const arithmetic = createArithmetic(space);
    const { terms } = arithmetic.store.getState();
    expect(terms).toEqual({ a: mean(1), b: mean(0), c: garment(0) });
    arithmetic.set({ a: garment(5), b: garment(8), c: garment(8) });
    await settle(() => asked.decode.length === 2);
    const codes = asked.decode[1]!.codes;
    const state = space.store.getState();
    expect(codes).toHaveLength(4 * 64);
    for (const [i, value] of codeOf(state, garment(5))!.entries()) {
      expect(codes[3 * 64 + i]).toBeCloseTo(value, 6);
    }
    // The terms themselves would be too easy an answer.
    const { nearest } = arithmetic.store.getState();
    expect(nearest).toBe(nearestPlace(state, codeOf(state, garment(5))!, new Set([5, 8])));
  });
});
