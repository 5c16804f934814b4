import { describe, expect, it } from "vitest";
import { principalAxes } from "../../../../../src/math/principal-axes";
import { createRng } from "../../../../../src/math/rng";
import {
  codesAt,
  MIXED,
  nearestGarment,
  ownPlane,
  planeChart,
  principalPlane,
  umapChart,
} from "../../../../../src/state/space/map/chart";
import { tileCentres, tileGrid } from "../../../../../src/state/space/map/tiles";

const SIZE = 6;
const COUNT = 80;
const rng = createRng(7, "chart");
const codes = {
  count: COUNT,
  size: SIZE,
  codes: Float32Array.from({ length: COUNT * SIZE }, (_, i) => rng.float() * (1 + (i % SIZE))),
};
const axes = principalAxes(codes.codes, SIZE);
const codeOf = (place: number) => codes.codes.subarray(place * SIZE, (place + 1) * SIZE);
const close = (found: ArrayLike<number>, expected: ArrayLike<number>, digits = 4) => {
  for (let i = 0; i < expected.length; i++) expect(found[i]).toBeCloseTo(expected[i]!, digits);
};

describe("a map on principal axes", () => {
  const chart = planeChart("pca", codes, principalPlane(axes));
  const at = (place: number) => ({ x: chart.x[place]!, y: chart.y[place]! });

  it("spreads the codes as widely as their variances say", () => {
    const variance = (values: Float32Array) => {
      const mean = values.reduce((a, b) => a + b, 0) / COUNT;
      return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (COUNT - 1);
    };
    expect(variance(chart.x)).toBeCloseTo(axes.variances[0]!, 4);
    expect(variance(chart.y)).toBeCloseTo(axes.variances[1]!, 4);
  });

  it("leads back to codes that stand at that very place", () => {
    const points = [at(3), { x: 0.4, y: -1.2 }, { x: 0, y: 0 }];
    for (const rest of ["mean", "near"] as const) {
      const found = codesAt(chart, codes, axes.mean, rest, points);
      const again = planeChart("pca", { count: 3, size: SIZE, codes: found }, principalPlane(axes));
      close(
        again.x,
        points.map(({ x }) => x),
      );
      close(
        again.y,
        points.map(({ y }) => y),
      );
    }
    // The middle is the mean; a garment's place with its own other numbers is that garment's code.
    close(codesAt(chart, codes, axes.mean, "mean", [{ x: 0, y: 0 }]), axes.mean);
    close(codesAt(chart, codes, axes.mean, "near", [at(3)]), codeOf(3));
  });
});

describe("a map on the net's own first two numbers", () => {
  const chart = planeChart("own", codes, ownPlane(SIZE));

  it("shows them as they are, and leaves the others as they are chosen", () => {
    expect(chart.x[5]).toBe(codeOf(5)[0]);
    expect(chart.y[5]).toBe(codeOf(5)[1]);
    const point = { x: 0.25, y: 1.5 };
    const rests = (rest: "mean" | "none") => codesAt(chart, codes, axes.mean, rest, [point]);
    close(rests("none"), [0.25, 1.5, 0, 0, 0, 0]);
    close(rests("mean"), [0.25, 1.5, ...axes.mean.subarray(2)]);
  });

  it("is heaps along a line where codes have one number", () => {
    const single = { count: 5, size: 1, codes: Float32Array.of(1, 2, 2.05, 5, 2.1) };
    const line = planeChart("own", single, ownPlane(1));
    expect([...line.x]).toEqual([...single.codes]);
    const [first, second, third, fourth, fifth] = line.y;
    expect([first, second, fourth]).toEqual([0, 0, 0]);
    expect(third).toBeGreaterThan(0);
    expect(fifth).toBeCloseTo(2 * third!, 5);
    // How high a place is means nothing, neither to the decoder nor to what is nearest.
    close(codesAt(line, single, Float64Array.of(2.75), "mean", [{ x: 4.5, y: 9 }]), [4.5]);
    expect(nearestGarment(line, { x: 2.06, y: 9 })).toBe(2);
    expect(nearestGarment(line, { x: 99, y: 0 })).toBe(3);
  });

  it("is one place where all codes are the same", () => {
    const dead = { count: 3, size: 1, codes: new Float32Array(3) };
    const place = planeChart("own", dead, ownPlane(1));
    expect([...place.x, ...place.y]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(nearestGarment(place, { x: 1, y: 1 })).toBe(0);
  });
});

describe("a map by UMAP", () => {
  const positions = Float32Array.from({ length: 2 * COUNT }, () => rng.float());
  const chart = umapChart(positions);

  it("draws a garment's place from its own code, and others from the nearest, the nearer the more", () => {
    const place = { x: chart.x[9]!, y: chart.y[9]! };
    close(codesAt(chart, codes, axes.mean, "mean", [place]), codeOf(9), 6);
    const point = { x: 0.5, y: 0.5 };
    const square = (i: number) => (chart.x[i]! - point.x) ** 2 + (chart.y[i]! - point.y) ** 2;
    const near = [...chart.x.keys()].sort((a, b) => square(a) - square(b)).slice(0, MIXED);
    const total = near.reduce((sum, i) => sum + 1 / square(i), 0);
    const expected = Array.from({ length: SIZE }, (_, k) =>
      near.reduce((sum, i) => sum + codeOf(i)[k]! / square(i) / total, 0),
    );
    close(codesAt(chart, codes, axes.mean, "mean", [point]), expected);
  });
});

describe("tiles", () => {
  it("cover the window with squares, line by line from the top left", () => {
    const grid = tileGrid({ left: 0, right: 15, bottom: 0, top: 9.5 }, 15, 1);
    expect(grid).toMatchObject({ columns: 15, rows: 10, width: 1, height: 1, left: 0 });
    expect(grid.top).toBeCloseTo(9.75, 10);
    const centres = tileCentres(grid);
    expect(centres).toHaveLength(150);
    expect(centres[0]).toEqual({ x: 0.5, y: 9.25 });
    expect(centres[16]).toEqual({ x: 1.5, y: 8.25 });
    expect(tileGrid({ left: 0, right: 4, bottom: 0, top: 4 }, 4, 1).rows).toBe(4);
  });
});
