import { describe, expect, test } from "vitest";
import { DataError } from "../../../src/data/errors";
import { parseManifest, shardFileName } from "../../../src/data/manifest";
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

describe("what is not a manifest of this version is refused, with what to do", () => {
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
    ["a size that is not a number", withFirst({ compressedBytes: "1" }), /compressedBytes/],
    ["a short checksum", withFirst({ sha256: "abc" }), /classes\.0\.sha256/],
  ])("%s", (_, content, message) => {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    expect(() => parseManifest(text)).toThrow(DataError);
    expect(() => parseManifest(text)).toThrow(message);
    expect(() => parseManifest(text)).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining("npm run data -- --force") }),
    );
  });
});
