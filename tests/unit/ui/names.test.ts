import { describe, expect, it } from "vitest";
import { placeNames, visibleEnd } from "../../../src/ui/views/train/names";

const PLOT = { left: 0, right: 300, top: 0, bottom: 150 };
const ROOM = { ...PLOT, widthOf: (text: string) => 5.6 * text.length };
const end = (x: number, y: number, id = "a") => ({ id, name: "latent size 128", x, y });
/** A straight line from one height to another over the whole plot. */
const line = (from: number, to: number) => [
  { x: 0, y: from },
  { x: 300, y: to },
];

describe("names of curves", () => {
  it("stand right of an end with room, in line with it", () => {
    const own = [
      { x: 0, y: 20 },
      { x: 100, y: 60 },
    ];
    const [name] = placeNames([end(100, 60)], [own], ROOM);
    expect(name).toMatchObject({ anchor: "start", y: 60 });
    expect(name!.x).toBeGreaterThan(100);
  });

  it("stand left of an end at the edge, clear of every line", () => {
    const lines = [line(60, 60), line(40, 70), line(20, 30)];
    const [name] = placeNames([end(300, 60)], lines, ROOM);
    expect(name).toMatchObject({ anchor: "end" });
    for (const [, { y }] of lines as [unknown, { y: number }][]) {
      expect(Math.abs(name!.y - y)).toBeGreaterThanOrEqual(10);
    }
    expect(Math.abs(name!.y - 60)).toBeLessThan(30);
  });

  it("keep within the plot, and clear of each other", () => {
    const names = placeNames([end(300, 2), end(300, 20, "b")], [line(2, 2), line(20, 20)], ROOM);
    const [first, second] = names.map(({ y }) => y);
    expect(first).toBeGreaterThan(4);
    expect(Math.abs(first! - second!)).toBeGreaterThanOrEqual(13);
  });

  it("name one of two curves that end side by side", () => {
    expect(placeNames([end(200, 60), end(200, 66, "b")], [], ROOM)).toHaveLength(1);
  });

  it("stay by the end where all is full of lines", () => {
    const lines = Array.from({ length: 20 }, (_, i) => line(8 * i, 8 * i));
    expect(placeNames([end(300, 64)], lines, ROOM)[0]!.y).toBe(64);
  });

  it("are joined to ends that they stand away from, and to no others", () => {
    const [away] = placeNames([end(300, 60)], [line(60, 60)], ROOM);
    expect(away!.from).toEqual({ x: 300, y: 60 });
    const [near] = placeNames([end(100, 60)], [], ROOM);
    expect(near!.from).toBeNull();
  });

  it.each([
    ["at the left edge of a narrow plot", 0, 60],
    ["in the middle of one", 40, 80],
    ["at its right edge", 70, 70],
  ])("are never cut by the plot's edges: %s", (_, x, right) => {
    const room = { ...ROOM, right };
    for (const { name, x: at, anchor } of placeNames([end(x, 60)], [], room)) {
      const width = ROOM.widthOf(name);
      expect(anchor === "start" ? at : at - width).toBeGreaterThanOrEqual(0);
      expect(anchor === "start" ? at + width : at).toBeLessThanOrEqual(right);
      expect(name).toMatch(/^latent.*…$/);
    }
  });

  it("are left out where there is room for next to nothing", () => {
    expect(placeNames([end(20, 60)], [], { ...ROOM, right: 40 })).toEqual([]);
  });
});

describe("a curve's end in sight", () => {
  it("is its last point, or where it leaves the plot", () => {
    const inside = [
      { x: 0, y: 10 },
      { x: 100, y: 60 },
    ];
    expect(visibleEnd(inside, PLOT)).toEqual({ x: 100, y: 60 });
    expect(visibleEnd([...inside, { x: 500, y: 60 }], PLOT)).toEqual({ x: 300, y: 60 });
    expect(visibleEnd([...inside, { x: 200, y: -40 }], PLOT)).toEqual({ x: 160, y: 0 });
    // In through one edge and out through another, with no point inside.
    const across = [
      { x: -100, y: 75 },
      { x: 400, y: 75 },
    ];
    expect(visibleEnd(across, PLOT)).toEqual({ x: 300, y: 75 });
    expect(visibleEnd([{ x: 7, y: 8 }], PLOT)).toEqual({ x: 7, y: 8 });
  });

  it("is nowhere for a curve that is off the axis", () => {
    const below = [
      { x: 0, y: 200 },
      { x: 100, y: 160 },
    ];
    expect(visibleEnd(below, PLOT)).toBeNull();
    expect(visibleEnd([{ x: -5, y: 20 }], PLOT)).toBeNull();
    // Past a corner.
    const corner = [
      { x: -40, y: 20 },
      { x: 10, y: -40 },
    ];
    expect(visibleEnd(corner, PLOT)).toBeNull();
    expect(visibleEnd([], PLOT)).toBeNull();
  });
});
