import { describe, expect, it } from "vitest";
import { countZeros, strengthPixels } from "../../../src/ui/model/strengths";

describe("strengths", () => {
  it("are one colour, more opaque where a number is larger", () => {
    const pixels = strengthPixels(Uint8Array.of(0, 1, 64, 255), "rgb(11, 122, 117)");
    expect([...pixels.subarray(0, 4)]).toEqual([11, 122, 117, 0]);
    const alphas = [0, 1, 2, 3].map((i) => pixels[i * 4 + 3]!);
    expect(alphas[1]).toBeGreaterThan(0);
    expect(alphas).toEqual([...alphas].sort((a, b) => a - b));
    expect(alphas[3]).toBe(255);
  });

  it("count what is exactly 0", () => {
    expect(countZeros(Uint8Array.of(0, 3, 0, 255))).toBe(2);
  });
});
