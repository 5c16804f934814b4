import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IdxError, parseIdxImages, parseIdxLabels } from "../../../src/datasets/idx";

/** Writes an IDX file of unsigned bytes. */
function idx(sizes: readonly number[], values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * sizes.length + values.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x0800 + sizes.length);
  sizes.forEach((size, i) => {
    view.setUint32(4 + 4 * i, size);
  });
  bytes.set(values, 4 + 4 * sizes.length);
  return bytes;
}

const size = fc.integer({ min: 1, max: 6 });

test("images round-trip, from any place in a buffer", () => {
  const file = fc.tuple(size, size, size).chain((sizes) =>
    fc.tuple(
      fc.constant(sizes),
      fc.uint8Array({
        minLength: sizes[0] * sizes[1] * sizes[2],
        maxLength: sizes[0] * sizes[1] * sizes[2],
      }),
      fc.integer({ min: 0, max: 5 }),
    ),
  );
  fc.assert(
    fc.property(file, ([[count, rows, columns], pixels, padding]) => {
      const bytes = idx([count, rows, columns], pixels);
      const padded = new Uint8Array(bytes.length + 2 * padding);
      padded.set(bytes, padding);
      const view = padded.subarray(padding, padding + bytes.length);
      expect(parseIdxImages(view, "file")).toEqual({ count, rows, columns, pixels });
    }),
  );
});

test("labels round-trip", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 50 }), (labels) => {
      expect(parseIdxLabels(idx([labels.length], labels), "file")).toEqual(labels);
    }),
  );
});

describe("a file that is not good is refused by name", () => {
  const good = idx([2, 3, 3], new Uint8Array(18));

  test("cut off in its header or in its pixels", () => {
    expect(() => parseIdxImages(good.subarray(0, 10), "a.idx")).toThrow(
      /a\.idx is cut off.*16 bytes/,
    );
    expect(() => parseIdxImages(good.subarray(0, 33), "a.idx")).toThrow(
      /cut off: 2 × 3 × 3 images take 34 bytes, and it has 33/,
    );
  });

  test("too long", () => {
    const long = new Uint8Array(35);
    long.set(good);
    expect(() => parseIdxImages(long, "a.idx")).toThrow(/too long/);
  });

  test("labels where images should be, and the other way round", () => {
    expect(() => parseIdxImages(idx([20], new Uint8Array(20)), "a.idx")).toThrow(
      /begins with 0x00000801, not 0x00000803/,
    );
    expect(() => parseIdxLabels(good, "a.idx")).toThrow(IdxError);
  });

  test("still compressed", () => {
    const gzip = new Uint8Array(40);
    gzip.set([0x1f, 0x8b, 8, 0]);
    expect(() => parseIdxImages(gzip, "a.idx")).toThrow(/gzip: decompress it first/);
  });

  test("without images", () => {
    expect(() => parseIdxImages(idx([0, 28, 28], []), "a.idx")).toThrow(/is empty/);
  });
});
