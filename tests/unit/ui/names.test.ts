import { describe, expect, it } from "vitest";
import { placeNames } from "../../../src/ui/training/names";

const ROOM = { right: 300, top: 0, bottom: 150 };
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
});
