import { describe, expect, it } from "vitest";
import type { OwnData } from "../../../../src/datasets/own-data";
import {
  groupsOf,
  groupsProblem,
  imagesOf,
  isChanged,
  leftOut,
  merged,
  newClasses,
  renamed,
  split,
} from "../../../../src/ui/views/data/edit/groups";

const SET: OwnData = {
  spec: {
    id: "set",
    title: "Set",
    height: 8,
    width: 8,
    channels: 1,
    classNames: ["a", "b", "c", "d"],
    source: "own",
  },
  counts: [10, 20, 30, 40],
  bytes: 6400,
  keptAt: 0,
  from: "a.csv",
};

describe("a set's classes that are being changed", () => {
  it("are as they were until something is changed, and after it is taken back", () => {
    const groups = groupsOf(SET);
    expect(isChanged(groups, SET)).toBe(false);
    expect(isChanged(renamed(groups, 1, "B"), SET)).toBe(true);
    expect(isChanged(split(merged(groups, new Set([1, 3])), 1, SET), SET)).toBe(false);
    expect(isChanged(leftOut(leftOut(groups, 2, true), 2, false), SET)).toBe(false);
  });

  it("become one where they are merged, in the first one's place, and merge further", () => {
    const once = merged(groupsOf(SET), new Set([3, 1]));
    expect(once.map(({ name, of }) => [name, of])).toEqual([
      ["a", [0]],
      ["b", [1, 3]],
      ["c", [2]],
    ]);
    expect(imagesOf(once[1]!, SET)).toBe(60);
    const twice = merged(once, new Set([0, 1]));
    expect(newClasses(twice)).toEqual([
      { name: "a", of: [0, 1, 3] },
      { name: "c", of: [2] },
    ]);
  });

  it("cannot be saved with a name missing or twice, or with too few images", () => {
    const groups = groupsOf(SET);
    expect(groupsProblem(groups, SET)).toBe(null);
    expect(groupsProblem(renamed(groups, 0, " "), SET)).toBe("Every class needs a name.");
    expect(groupsProblem(renamed(groups, 0, "b "), SET)).toMatch(/Two classes are called b/);
    // One that is left out has no name.
    expect(groupsProblem(leftOut(renamed(groups, 0, "b"), 0, true), SET)).toBe(null);
    expect(groupsProblem(leftOut(groups, 3, true), SET)).toMatch(/^60 images would be left/);
  });
});
