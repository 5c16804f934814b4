import fc from "fast-check";
import { expect, test } from "vitest";
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

test.each(SPLITS)("%s: 14,000 images become 11,200 / 1,400 / 1,400", (name) => {
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

test.each(SPLITS)("%s is a partition for any counts, and each part is about a tenth", (name) => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.integer({ min: 0, max: 9 }).map(String), fc.integer({ min: 1, max: 60 }), {
        minKeys: 1,
      }),
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      (counts, seed) => {
        const data = labelled(counts);
        const split = splitDataset(data, name, seed);
        expect(all(split).sort((a, b) => a - b)).toEqual([...data.labels.keys()]);
        expect(split.test.length).toBe(split.validation.length);
        const slack = name === "stratified" ? data.classes.length / 2 : 0.5;
        expect(Math.abs(split.test.length - data.count / 10)).toBeLessThanOrEqual(slack);
      },
    ),
  );
});

test.each(SPLITS)("%s depends on the seed and on nothing else", (name) => {
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

test.each(SPLITS)("%s: the first images of a part are of both classes", (name) => {
  const data = labelled({ 0: 7000, 1: 7000 });
  const first = splitDataset(data, name, 1).test.subarray(0, 100);
  const ones = first.filter((i) => data.labels[i] === 1).length;
  expect(ones).toBeGreaterThan(30);
  expect(ones).toBeLessThan(70);
});

test("labels that do not fit are refused", () => {
  const data = labelled({ 0: 10, 1: 10 });
  expect(() => splitDataset({ ...data, classes: [0] }, "stratified", 1)).toThrow(/not among/);
  expect(() => splitDataset({ ...data, count: 21 }, "writeup", 1)).toThrow(/20 labels for 21/);
});
