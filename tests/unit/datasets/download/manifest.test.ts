import { describe, expect, test } from "vitest";
import { DataError } from "../../../../src/datasets/download/errors";
import { parseManifest, shardFileName } from "../../../../src/datasets/download/manifest";
import { testStore } from "./store";

const { manifest } = testStore([]);

test("a manifest is read back as it was written", () => {
  expect(parseManifest(JSON.stringify(manifest))).toEqual(manifest);
});

test("shards are named by class, and not as gzip files", () => {
  expect(shardFileName(0)).toBe("0-t-shirt-top.shard");
  expect(shardFileName(1)).toBe("1-trouser.shard");
  expect(shardFileName(9)).toBe("9-ankle-boot.shard");
  expect(() => shardFileName(10)).toThrow(RangeError);
});

describe("what is not a manifest of this version is refused, with what is wrong", () => {
  const [first, ...others] = manifest.classes;
  const withFirst = (change: object) => ({
    ...manifest,
    classes: [{ ...first, ...change }, ...others],
  });
  test.each([
    ["no JSON", "{", /manifest/],
    ["another version", { ...manifest, version: 2 }, /version/],
    ["nine classes", { ...manifest, classes: others }, /classes/],
    ["classes out of order", { ...manifest, classes: manifest.classes.toReversed() }, /order/],
    ["a path out of the store", withFirst({ file: "../secret.shard" }), /classes\.0\.file/],
    ["no object", 5, /all of it must be an object/],
    ["no classes", { version: 1 }, /classes is missing/],
    [
      "a shard of terabytes",
      withFirst({ compressedBytes: 1e12 }),
      /classes\.0\.compressedBytes must/,
    ],
    [
      "a shard of half a byte",
      withFirst({ compressedBytes: 0.5 }),
      /classes\.0\.compressedBytes must/,
    ],
    ["another number of images", withFirst({ count: 6999 }), /classes\.0\.count must be 7000/],
    ["a size that is not a number", withFirst({ compressedBytes: "1" }), /compressedBytes/],
    ["a short checksum", withFirst({ sha256: "abc" }), /classes\.0\.sha256/],
  ])("%s", (_, content, message) => {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    expect(() => parseManifest(text)).toThrow(DataError);
    expect(() => parseManifest(text)).toThrow(message);
    expect(() => parseManifest(text)).toThrow(expect.objectContaining({ trouble: "damaged" }));
    // One sentence, and no words of valibot's or V8's.
    expect(() => parseManifest(text)).toThrow(/^The stored data set's manifest .*[^.]\.$/);
    expect(() => parseManifest(text)).not.toThrow(/Invalid|Expected|received|Unexpected/);
  });
});
