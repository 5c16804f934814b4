import { describe, expect, it, vi } from "vitest";
import type { Dataset } from "../../../src/datasets/dataset";
import { changedData, countsOf, specOfRead } from "../../../src/datasets/own-data";

const SHAPE = { height: 8, width: 8, channels: 1 };
const SIZE = 64;

/** Image i of class c is all of the number 10c + i; the last of each class is of the test part. */
async function data(counts: readonly number[], testCounts: readonly number[]): Promise<Dataset> {
  const classes = counts.map((count, id) => ({ name: `c${id}`, count, test: testCounts[id]! }));
  const numbers = counts.flatMap((count, id) =>
    Array.from({ length: count }, (_, i) => (100 * id + i) % 251),
  );
  const images = Uint8Array.from(numbers.flatMap((value) => Array(SIZE).fill(value)));
  const labels = Uint8Array.from(counts.flatMap((count, id) => Array(count).fill(id)));
  const spec = await specOfRead("set", SHAPE, classes, images);
  return {
    spec,
    shape: SHAPE,
    classes: counts.map((_, id) => id),
    count: numbers.length,
    images,
    labels,
  };
}

/** What each image is all of. */
const values = ({ count, images }: Dataset) =>
  Array.from({ length: count }, (_, i) => images[i * SIZE]!);

const WHOLE = await data([40, 30, 20], [4, 3, 2]);

describe("a data set's id", () => {
  it("is the same where the host digests nothing by itself, and goes on over its pieces' ends", async () => {
    const images = new Uint8Array(256_000 * SIZE).map((_, i) => i % 251);
    const classes = [{ name: "all", count: images.length / SIZE, test: 0 }];
    const idOf = async (given: Uint8Array) => (await specOfRead("set", SHAPE, classes, given)).id;
    const ids = [await idOf(images), await idOf(images.with(images.length - 1, 0))];
    expect(new Set(ids).size).toBe(2);
    vi.stubGlobal("crypto", {});
    expect(await idOf(images)).toBe(ids[0]);
    vi.unstubAllGlobals();
  });
});

describe("changedData", () => {
  it("gives classes other names, which changes no id", async () => {
    const names = ["x", "y", "z"];
    const classes = names.map((name, id) => ({ name, of: [id] }));
    const changed = await changedData(WHOLE, { kind: "classes", classes });
    expect(changed.spec).toEqual({ ...WHOLE.spec, classNames: names });
    expect(changed.images).toEqual(WHOLE.images);
    expect(changed.spec.testCounts).toEqual([4, 3, 2]);
  });

  it("merges classes, with all of their test parts last", async () => {
    const classes = [
      { name: "both", of: [2, 0] },
      { name: "c1", of: [1] },
    ];
    const changed = await changedData(WHOLE, { kind: "classes", classes });
    expect(countsOf(changed)).toEqual([60, 30]);
    expect(changed.spec.testCounts).toEqual([6, 3]);
    const [train, test] = [values(changed).slice(0, 54), values(changed).slice(54, 60)];
    expect(train.slice(34, 38)).toEqual([34, 35, 200, 201]);
    expect(test).toEqual([36, 37, 38, 39, 218, 219]);
    expect(changed.spec.id).not.toBe(WHOLE.spec.id);
  });

  it("leaves out images by their numbers, and classes that are empty then", async () => {
    const images = [0, 39, ...Array.from({ length: 20 }, (_, i) => 70 + i)];
    const changed = await changedData(WHOLE, { kind: "without", images });
    expect(countsOf(changed)).toEqual([38, 30]);
    expect(changed.spec.testCounts).toEqual([3, 3]);
    expect(changed.spec.classNames).toEqual(["c0", "c1"]);
    expect(values(changed).slice(0, 2)).toEqual([1, 2]);
    const again = await changedData(changed, { kind: "without", images: [] });
    expect(again.spec.id).toBe(changed.spec.id);
  });

  it("stays a camera's", async () => {
    const taken = { ...WHOLE, spec: { ...WHOLE.spec, isCamera: true } };
    const without = async (set: Dataset) =>
      (await changedData(set, { kind: "without", images: [0] })).spec;
    expect((await without(taken)).isCamera).toBe(true);
    expect(await without(WHOLE)).not.toHaveProperty("isCamera");
  });

  it("says what leaves no data set", async () => {
    const change = (classes: readonly { name: string; of: readonly number[] }[]) =>
      changedData(WHOLE, { kind: "classes", classes });
    await expect(change([{ name: "c1", of: [1] }])).rejects.toThrow(
      "30 images would be left, and training takes 64 at least: leave out fewer.",
    );
    const [a, b] = [
      { name: "a", of: [0] },
      { name: "a ", of: [1] },
    ];
    await expect(change([a, b])).rejects.toThrow(
      "Two classes are called a: merge them, or rename one.",
    );
    await expect(change([a, { name: "b", of: [0, 1] }])).rejects.toThrow(/one other class only/);
    await expect(change([a, { name: " ", of: [1] }])).rejects.toThrow(
      "A class has no name: give it one.",
    );
  });
});
