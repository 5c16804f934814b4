import { describe, expect, it } from "vitest";
import { firstPlace, frameTime, nextPlace } from "../../../src/ui/pictures/film";

describe("the film", () => {
  it("goes frame by frame to its end, or round and round", () => {
    expect([nextPlace(0, 3, false), nextPlace(1, 3, false)]).toEqual([1, 2]);
    expect(nextPlace(2, 3, false)).toBeNull();
    expect(nextPlace(2, 3, true)).toBe(0);
  });

  it("ends where there is nothing to play", () => {
    expect(nextPlace(-1, 0, true)).toBeNull();
    expect(nextPlace(0, 1, true)).toBeNull();
  });

  it("begins where it stands, and at its start once it is over", () => {
    expect(firstPlace(1, 5)).toBe(1);
    expect(firstPlace(4, 5)).toBe(0);
  });

  it("runs at the speed chosen; for those who want less motion a picture stays a second", () => {
    expect(frameTime(4, false)).toBe(frameTime(1, false) / 4);
    expect(frameTime(4, true)).toBe(1000);
  });
});
