import { describe, expect, it } from "vitest";
import {
  galleryLayout,
  placeAfter,
  placeAt,
  rowsInSight,
  scrollTo,
} from "../../../src/ui/pictures/layout";
import { afterKey, dragged } from "../../../src/ui/pictures/range";
import { selectImages } from "../../../src/ui/views/images/order";
import { nearest, plotPoints } from "../../../src/ui/views/images/scatterPoints";
import { GREY_28 } from "../image-sets";

const figures = {
  labels: Uint8Array.of(0, 1, 0, 1, 0),
  values: Float32Array.of(0.9, 0.5, 0.7, 0.95, 0.6),
  rival: Float32Array.of(0.8, 0.6, 0.95, 0.9, 0.6),
};
const all = { order: "worst", garment: null, range: null } as const;
const select = (change: object) => [...selectImages(figures, { ...all, ...change })];

describe("the images shown", () => {
  it("are ordered by their figure, or by how far PCA is ahead", () => {
    expect(select({})).toEqual([1, 4, 2, 0, 3]);
    expect(select({ order: "best" })).toEqual([3, 0, 2, 4, 1]);
    expect(select({ order: "behind" })).toEqual([2, 1, 4, 3, 0]);
  });

  it("are of one garment, and within the range", () => {
    expect(select({ garment: 0 })).toEqual([4, 2, 0]);
    // 0.7 and 0.9 as a Float32Array holds them.
    const range = [figures.values[2], figures.values[0]];
    expect(select({ range })).toEqual([2, 0]);
    expect(select({ range: [0.1, 0.2] })).toEqual([]);
  });

  it("keep their random order while others are taken away", () => {
    const random = select({ order: "random" });
    expect([...random].sort()).toEqual([0, 1, 2, 3, 4]);
    const some = select({ order: "random", garment: 1 });
    expect(some).toEqual(random.filter((place) => figures.labels[place] === 1));
  });
});

describe("the gallery's grid", () => {
  const layout = galleryLayout(640, 1400, GREY_28, 56);

  it("has as many columns as fit, and rows for all", () => {
    expect(layout).toMatchObject({
      image: { width: 56, height: 56 },
      columns: 10,
      rows: 140,
      pitchX: 64,
      pitchY: 82,
    });
    expect(galleryLayout(20, 5, GREY_28, 56)).toMatchObject({ columns: 1, rows: 5 });
  });

  it("paints only the rows in sight", () => {
    expect(rowsInSight(layout, 0, 600)).toEqual([0, 8]);
    expect(rowsInSight(layout, 81.5, 82)).toEqual([0, 2]);
    expect(rowsInSight(layout, 139 * 82, 600)).toEqual([139, 140]);
  });

  it("finds the image under a point", () => {
    expect(placeAt(layout, 1400, 70, 90)).toBe(11);
    expect(placeAt(layout, 12, 200, 90)).toBeNull();
    expect(placeAt(layout, 1400, 641, 5)).toBeNull();
  });

  it("scrolls no further than an image needs", () => {
    expect(scrollTo(layout, 55, 300, 400)).toBe(300);
    expect(scrollTo(layout, 0, 300, 400)).toBe(0);
    expect(scrollTo(layout, 1399, 300, 400)).toBe(140 * 82 - 400);
  });

  it("is walked through by keys, and never left", () => {
    const press = (key: string, place: number) => placeAfter(key, place, 1400, 10, 5);
    expect(press("ArrowRight", 3)).toBe(4);
    expect(press("ArrowUp", 3)).toBe(0);
    expect(press("ArrowDown", 3)).toBe(13);
    expect(press("PageDown", 3)).toBe(53);
    expect([press("Home", 700), press("End", 700)]).toEqual([0, 1399]);
    expect(press("ArrowDown", 1398)).toBe(1399);
    expect(press("x", 3)).toBeNull();
  });
});

describe("the brush", () => {
  it("takes what was dragged over, in either direction; a click takes everything", () => {
    expect(dragged(0.4, 0.8, [0, 1])).toEqual([0.4, 0.8]);
    expect(dragged(0.8, 0.4, [0, 1])).toEqual([0.4, 0.8]);
    expect(dragged(0.8, 0.805, [0, 1])).toBeNull();
  });

  it("moves by keys, its ends within each other and the axis", () => {
    const press = (key: string, end: 0 | 1, range: readonly [number, number]) =>
      afterKey(key, end, range, [0, 1], 0.25);
    expect(press("ArrowRight", 0, [0, 1])).toEqual([0.25, 1]);
    expect(press("ArrowRight", 0, [0.5, 0.6])).toEqual([0.6, 0.6]);
    expect(press("Home", 0, [0.5, 0.6])).toEqual([0, 0.6]);
    expect(press("ArrowLeft", 0, [0.25, 1])).toBeNull();
    expect(press("Escape", 1, [0.25, 0.5])).toBeNull();
    expect(press("a", 1, [0.25, 0.5])).toBeUndefined();
  });
});

describe("the scatter", () => {
  const area = { left: 40, top: 10, width: 400, height: 200 };
  const mse = Float32Array.from({ length: 100 }, (_, i) => 0.0001 * (i + 1));
  const ssim = mse.map((value) => 1 - 40 * value);
  const plot = plotPoints(mse, ssim, area);

  it("keeps every point within its area, better ones higher and further left", () => {
    for (const [i, x] of plot.x.entries()) {
      expect(x).toBeGreaterThanOrEqual(40);
      expect(x).toBeLessThanOrEqual(440);
      expect(plot.y[i]).toBeGreaterThanOrEqual(10);
      expect(plot.y[i]).toBeLessThanOrEqual(210);
    }
    expect(plot.x[0]).toBeLessThan(plot.x[50]!);
    expect(plot.y[0]).toBeLessThan(plot.y[50]!);
  });

  it("finds the point under the pointer, and none where none is near", () => {
    expect(nearest(plot, plot.x[30]! + 1, plot.y[30]!, 12)).toBe(30);
    expect(nearest(plot, 440, 12, 5)).toBeNull();
  });
});
