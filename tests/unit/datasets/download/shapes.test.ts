import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { DataSpec } from "../../../../src/datasets/dataset";
import { loadDataset } from "../../../../src/datasets/download/load";
import {
  type Manifest,
  parseManifest,
  shardFileName,
} from "../../../../src/datasets/download/manifest";
import { FASHION_MNIST } from "../../../../src/datasets/fashion-mnist";
import { COLOUR_8_12, GREY_16, pattern } from "../../image-sets";
import { BASE, serve, type TestStore, testStore } from "./store";

/** Classes of 5, 6 and 7 images. */
const countOf = (id: number): number => 5 + id;

function storeOf(spec: DataSpec): TestStore {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const classes = spec.classNames.map((name, id) => {
    const images = pattern(spec, countOf(id), id);
    const packed = new Uint8Array(gzipSync(images));
    const file = shardFileName(id, spec);
    files.set(file, packed);
    return {
      name,
      file,
      count: countOf(id),
      compressedBytes: packed.length,
      bytes: images.length,
      sha256: createHash("sha256").update(images).digest("hex"),
    };
  });
  const manifest: Manifest = {
    version: 1,
    spec: { ...spec, classNames: [...spec.classNames] },
    classes,
  };
  files.set("manifest.json", new TextEncoder().encode(JSON.stringify(manifest)));
  return { manifest, files };
}

describe.each([COLOUR_8_12, GREY_16])("a store of $title", (spec) => {
  const store = storeOf(spec);

  it("comes with its shape, its classes' names and every byte", async () => {
    const { dataset, note } = await loadDataset({
      classes: [0, 2],
      baseUrl: BASE,
      fetch: serve(store).fetch,
    });
    expect(note).toBe("");
    expect(dataset.spec).toEqual(spec);
    expect(dataset.shape).toMatchObject({
      height: spec.height,
      width: spec.width,
      channels: spec.channels,
    });
    expect([...dataset.labels]).toEqual([...Array(5).fill(0), ...Array(7).fill(2)]);
    expect([...dataset.images]).toEqual([...pattern(spec, 5, 0), ...pattern(spec, 7, 2)]);
  });

  it("has the classes that it says, and no others", async () => {
    const load = loadDataset({ classes: [3], baseUrl: BASE, fetch: serve(store).fetch });
    await expect(load).rejects.toThrow(/ids from 0 to 2, at least one; got \[3\]/);
  });

  it("names the class whose images are damaged", async () => {
    const files = new Map(store.files).set(shardFileName(1, spec), new Uint8Array(gzipSync("no")));
    const load = loadDataset({
      classes: [1],
      baseUrl: BASE,
      fetch: serve({ ...store, files }).fetch,
    });
    await expect(load).rejects.toThrow(/class 1 \(Yield\) are (damaged|cut off)/);
  });
});

describe("a manifest", () => {
  const { manifest } = storeOf(COLOUR_8_12);
  const text = (change: object) => JSON.stringify({ ...manifest, ...change });
  const [first, ...others] = manifest.classes;

  it("without a spec is Fashion-MNIST's, as all were", () => {
    const old = testStore([]).manifest;
    expect(parseManifest(JSON.stringify(old))).toEqual(old);
    const withSpec = {
      ...old,
      spec: { ...FASHION_MNIST, classNames: [...FASHION_MNIST.classNames] },
    };
    expect(parseManifest(JSON.stringify(withSpec))).toEqual(withSpec);
  });

  it.each([
    [
      "a spec of two channels",
      { spec: { ...COLOUR_8_12, channels: 2 } },
      /: spec\.channels must be 1 or 3\.$/,
    ],
    ["fewer classes than its spec", { classes: others }, /: classes must be 3\.$/],
    [
      "classes in another order",
      { classes: manifest.classes.toReversed() },
      /: classes are not in order\.$/,
    ],
    [
      "images of another size",
      { spec: { ...COLOUR_8_12, height: 9 } },
      /: classes\.0 is not right: its images have 324 bytes each\.$/,
    ],
    [
      "a class without images",
      { classes: [{ ...first, count: 0 }, ...others] },
      /: classes\.0\.count must be a whole number from 1 to \d+\.$/,
    ],
    [
      "a shard of terabytes",
      { classes: [{ ...first, count: 1e10, bytes: 288e10 }, ...others] },
      /: classes\.0\.count must/,
    ],
  ])("is refused with %s", (_, change, message) => {
    expect(() => parseManifest(text(change))).toThrow(message);
  });
});
