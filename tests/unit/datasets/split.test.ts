import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SPLITS, splitDataset } from "../../../src/datasets/split";

/** Labels class by class, as datasets have them. */
function labelled(counts: Record<number, number>) {
  const classes = Object.keys(counts).map(Number);
  const labels = Uint8Array.from(
    classes.flatMap((label) => new Array<number>(counts[label]!).fill(label)),
  );
  return { labels, classes, count: labels.length };
}

const all = (split: ReturnType<typeof splitDataset>) => [
  ...split.train,
  ...split.validation,
  ...split.test,
];

/** Those that need no test part of the set's own. */
const DRAWN = SPLITS.filter((name) => name !== "own-test");

test.each(DRAWN)("%s: 14,000 images become 11,200 / 1,400 / 1,400", (name) => {
  const split = splitDataset(labelled({ 0: 7000, 1: 7000 }), name, 1);
  expect(split.train).toHaveLength(11_200);
  expect(split.validation).toHaveLength(1_400);
  expect(split.test).toHaveLength(1_400);
});

test("stratified keeps the classes' proportions; writeup only about", () => {
  const data = labelled({ 0: 7000, 1: 7000 });
  const ones = (indices: Uint32Array) => indices.filter((i) => data.labels[i] === 1).length;
  const stratified = splitDataset(data, "stratified", 1);
  expect(ones(stratified.train)).toBe(5600);
  expect(ones(stratified.validation)).toBe(700);
  expect(ones(stratified.test)).toBe(700);
  const writeup = splitDataset(data, "writeup", 1);
  expect(ones(writeup.test)).not.toBe(700);
  expect(Math.abs(ones(writeup.test) - 700)).toBeLessThan(100);
});

test.each(DRAWN)("%s is a partition for any counts, and each part is about a tenth", (name) => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.integer({ min: 0, max: 9 }).map(String), fc.integer({ min: 1, max: 60 }), {
        minKeys: 1,
      }),
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      (counts, seed) => {
        const data = labelled({ ...counts, 10: 60 });
        const split = splitDataset(data, name, seed);
        expect(all(split).sort((a, b) => a - b)).toEqual([...data.labels.keys()]);
        expect(split.test.length).toBe(split.validation.length);
        const slack = name === "stratified" ? data.classes.length / 2 : 0.5;
        expect(Math.abs(split.test.length - data.count / 10)).toBeLessThanOrEqual(slack);
      },
    ),
  );
});

test.each(DRAWN)("%s depends on the seed and on nothing else", (name) => {
  const data = labelled({ 0: 100, 1: 100 });
  expect(splitDataset(data, name, 4)).toEqual(splitDataset(data, name, 4));
  expect(splitDataset(data, name, 4)).not.toEqual(splitDataset(data, name, 5));
});

test("stratified puts an image into the same part whichever other classes are chosen", () => {
  const testsOfClass1 = (counts: Record<number, number>) => {
    const data = labelled(counts);
    const first = data.labels.indexOf(1);
    return [...splitDataset(data, "stratified", 9).test]
      .filter((i) => data.labels[i] === 1)
      .map((i) => i - first)
      .sort((a, b) => a - b);
  };
  expect(testsOfClass1({ 0: 50, 1: 80 })).toEqual(testsOfClass1({ 1: 80, 7: 30 }));
});

test.each(DRAWN)("%s: the first images of a part are of both classes", (name) => {
  const data = labelled({ 0: 7000, 1: 7000 });
  const first = splitDataset(data, name, 1).test.subarray(0, 100);
  const ones = first.filter((i) => data.labels[i] === 1).length;
  expect(ones).toBeGreaterThan(30);
  expect(ones).toBeLessThan(70);
});

describe("the set's own test part", () => {
  const data = {
    ...labelled({ 0: 70, 2: 35, 5: 12 }),
    spec: { title: "Boxes", testCounts: [10, 9, 8, 9, 9, 3] },
  };
  const counts = (indices: Uint32Array) =>
    data.classes.map((label) => indices.filter((i) => data.labels[i] === label).length);

  test("is tested on, and a ninth of each class's others validates", () => {
    const split = splitDataset(data, "own-test", 3);
    expect(all(split).sort((a, b) => a - b)).toEqual([...data.labels.keys()]);
    expect(counts(split.test)).toEqual([10, 8, 3]);
    expect(counts(split.validation)).toEqual([7, 3, 1]);
    const lastOf = (label: number) => data.labels.lastIndexOf(label);
    expect([...split.test].sort((a, b) => a - b)).toEqual(
      [0, 2, 5].flatMap((label) => {
        const count = data.spec.testCounts[label]!;
        return Array.from({ length: count }, (_, i) => lastOf(label) - count + 1 + i);
      }),
    );
    const other = splitDataset(data, "own-test", 4);
    expect([...other.test].sort()).toEqual([...split.test].sort());
    expect([...other.validation].sort()).not.toEqual([...split.validation].sort());
  });

  test("that is not there is refused, and so is one with nothing beside it", () => {
    const lacks = { ...data, spec: { title: "Boxes" } };
    expect(() => splitDataset(lacks, "own-test", 1)).toThrow(
      "Boxes has no test part of its own for these classes: choose another split, or more classes.",
    );
    const only = { ...data, spec: { title: "Boxes", testCounts: [70, 0, 35, 0, 0, 12] } };
    expect(() => splitDataset(only, "own-test", 1)).toThrow(/nothing but its test part/);
  });
});

test("classes too small to be split are refused, alone", () => {
  const small = labelled({ 0: 4, 1: 4, 2: 4 });
  expect(() => splitDataset(small, "stratified", 1)).toThrow(
    /^This data set has too few images .* fewer than 5 of a class are all trained on/,
  );
  expect(splitDataset(small, "writeup", 1).test).toHaveLength(1);
  expect(splitDataset(labelled({ 0: 4, 1: 5 }), "stratified", 1).test).toHaveLength(1);
});

test("labels that do not fit are refused", () => {
  const data = labelled({ 0: 10, 1: 10 });
  expect(() => splitDataset({ ...data, classes: [0] }, "stratified", 1)).toThrow(/not among/);
  expect(() => splitDataset({ ...data, count: 21 }, "writeup", 1)).toThrow(/20 labels for 21/);
});
