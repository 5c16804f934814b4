import "fake-indexeddb/auto";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Dataset } from "../../../src/datasets/dataset";
import { specOfRead } from "../../../src/datasets/own-data";
import { type OwnDataDatabase, openOwnData } from "../../../src/storage/own-data";

const SHAPE = { height: 64, width: 64, channels: 3 };
const SIZE = 64 * 64 * 3;

/** 500 images of 6 MB in two classes: the first takes two pieces. */
async function data(title = "patches", seed = 1): Promise<Dataset> {
  const [first, second] = [400, 100];
  const images = new Uint8Array((first + second) * SIZE);
  for (let i = 0; i < images.length; i++) images[i] = (i * seed + (i >> 11)) % 253;
  const classes = [
    { name: "sea", count: first, test: 40 },
    { name: "sand", count: second, test: 0 },
  ];
  const labels = new Uint8Array(first + second).fill(1, first);
  const spec = await specOfRead(title, SHAPE, classes, images);
  return { spec, shape: SHAPE, classes: [0, 1], count: labels.length, images, labels };
}

const WITH = { from: "patches.npz" };
let databases = 0;
let database: OwnDataDatabase;
const open = (): OwnDataDatabase => {
  databases += 1;
  database = openOwnData(`own-${databases}`);
  return database;
};
afterEach(() => {
  vi.restoreAllMocks();
  database.close();
});

describe("own data sets in the browser's database", () => {
  it("come back as they were, whole or by classes", async () => {
    const { put, list, read } = open();
    const given = await data();
    const { spec } = given;
    const seen: number[] = [];
    const kept = await put(given, { ...WITH, onProgress: (written) => seen.push(written) });
    expect(kept).toMatchObject({
      counts: [400, 100],
      spec: { testCounts: [40, 0] },
      bytes: 500 * SIZE,
    });
    expect(seen.at(-1)).toBe(500 * SIZE);
    expect(await list()).toEqual([kept]);
    const whole = (await read(spec.id, null))!.dataset;
    expect(Buffer.compare(whole.images, given.images)).toBe(0);
    expect(whole.labels).toEqual(given.labels);
    const sand = (await read(spec.id, [1]))!.dataset;
    expect(sand).toMatchObject({ classes: [1], count: 100, spec });
    expect(Buffer.compare(sand.images, given.images.subarray(400 * SIZE))).toBe(0);
    expect(await read("0000", null)).toBeNull();
  });

  it("show some images of a class, across pieces", async () => {
    const { put, images } = open();
    const given = await data();
    const kept = await put(given, WITH);
    const some = await images(kept, 0, 339, 5);
    expect(Buffer.compare(some, given.images.subarray(339 * SIZE, 344 * SIZE))).toBe(0);
    expect(await images(kept, 1, 98, 10)).toHaveLength(2 * SIZE);
  });

  it("are not there at all where storing ends early", async () => {
    const { put, list, read } = open();
    const given = await data();
    const stop = () => {
      throw new DOMException("", "QuotaExceededError");
    };
    await expect(put(given, { ...WITH, onProgress: stop })).rejects.toMatchObject({
      trouble: "full",
      message: "This browser has no room left for this data set.",
    });
    expect(await list()).toEqual([]);
    expect(await read(given.spec.id, null)).toBeNull();
    await put(given, WITH);
    expect(await list()).toHaveLength(1);
  });

  it("can be put back until they are purged", async () => {
    const { put, list, remove, restore, purge, read } = open();
    const { spec } = await put(await data(), WITH);
    await remove(spec.id);
    expect(await list()).toEqual([]);
    expect(await read(spec.id, null)).toBeNull();
    expect((await restore(spec.id))?.spec).toEqual(spec);
    expect(await list()).toHaveLength(1);
    await remove(spec.id);
    await purge(Date.now() - 1000);
    expect(await restore(spec.id)).not.toBeNull();
    await remove(spec.id);
    await purge(Number.POSITIVE_INFINITY);
    expect(await restore(spec.id)).toBeNull();
  });

  it("take another's place in one, and new names with the same id", async () => {
    const { put, list, rename } = open();
    const before = await put(await data("patches", 1), WITH);
    const after = await put(await data("patches", 2), { ...WITH, replaces: before.spec.id });
    expect(await list()).toEqual([after]);
    const named = await rename(after.spec.id, { title: "Coast", classNames: ["a", "b"] });
    expect(named?.spec).toEqual({ ...after.spec, title: "Coast", classNames: ["a", "b"] });
    expect(await rename(before.spec.id, { title: "x" })).not.toBeNull();
    expect(await rename("0000", { title: "x" })).toBeNull();
  });

  it("are refused in words where the browser stores nothing", async () => {
    vi.spyOn(indexedDB, "open").mockImplementation(() => {
      throw new DOMException("", "SecurityError");
    });
    await expect(open().list()).rejects.toMatchObject({
      trouble: "refused",
      remedy: "Use a window that is not private, or allow this page to store data.",
    });
  });
});
