import { describe, expect, it } from "vitest";
import { createRng } from "../../../src/math/rng";
import type { UmapProgress, UmapRequest } from "../../../src/protocol/umap";
import { layOut } from "../../../src/worker/umap";

const SIZE = 8;

/** Three clouds, far apart in 8 dimensions; their start does not tell them apart. */
function clouds(each: number, seed = 1): UmapRequest {
  const rng = createRng(5, "clouds");
  const codes = Float32Array.from({ length: 3 * each * SIZE }, (_, i) => {
    const cloud = Math.floor(i / SIZE) % 3;
    return rng.float() + (i % SIZE === cloud ? 20 : 0);
  });
  const start = Float32Array.from({ length: 6 * each }, () => rng.float() - 0.5);
  return { codes, size: SIZE, start, seed };
}

const silent = () => {};

describe("UMAP", () => {
  it("keeps neighbours together and clouds apart", () => {
    const positions = layOut(clouds(30), silent, () => 0);
    const distance = (a: number, b: number) =>
      Math.hypot(
        positions[2 * a]! - positions[2 * b]!,
        positions[2 * a + 1]! - positions[2 * b + 1]!,
      );
    // Of each point, the nearest in the layout is of its own cloud.
    for (let row = 0; row < 90; row++) {
      const others = [...Array(90).keys()].filter((other) => other !== row);
      const nearest = others.sort((a, b) => distance(row, a) - distance(row, b))[0]!;
      expect(nearest % 3).toBe(row % 3);
    }
  });

  it("is the same each time, and another with another seed", () => {
    const first = layOut(clouds(12), silent, () => 0);
    expect(layOut(clouds(12), silent, () => 0)).toEqual(first);
    expect(layOut(clouds(12, 2), silent, () => 0)).not.toEqual(first);
  });

  it("tells its steps and shows the layout on its way", () => {
    const events: UmapProgress[] = [];
    let time = 0;
    layOut(
      clouds(40),
      (event) => events.push(event),
      () => (time += 60),
    );
    expect([...new Set(events.map(({ step }) => step))]).toEqual(["neighbours", "graph", "layout"]);
    const layouts = events.filter(({ step }) => step === "layout");
    expect(layouts[0]!.positions).toHaveLength(240);
    const shares = layouts.map(({ share }) => share);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBeGreaterThan(0.9);
  });

  it("begins where it is told to", () => {
    const request = clouds(12);
    const far = request.start.map((_, i) => (i % 2 === 0 ? 1 : -0.5));
    let first: Float32Array | null = null;
    let time = 0;
    layOut(
      { ...request, start: far },
      ({ positions }) => {
        first ??= positions;
      },
      () => (time += 1000),
    );
    const mean = (axis: number) =>
      first!.filter((_, i) => i % 2 === axis).reduce((sum, value) => sum + value, 0) / 36;
    expect(mean(0)).toBeGreaterThan(5);
    expect(mean(1)).toBeLessThan(-2);
  });

  it("refuses codes of which there is nothing to see, and says what helps", () => {
    const request = clouds(12);
    const refused = (codes: Float32Array) => () => layOut({ ...request, codes }, silent, () => 0);
    expect(refused(request.codes.map(() => 1))).toThrow(
      expect.objectContaining({
        message: expect.stringContaining("all images the same one"),
        remedy: expect.stringMatching(/^Choose another net/),
      }),
    );
    expect(refused(request.codes.subarray(0, 16))).toThrow("three codes");
  });
});
