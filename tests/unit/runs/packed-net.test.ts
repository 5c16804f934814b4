import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { configFor } from "../../../src/config/recipes";
import {
  PACKED_VERSION,
  PackedNetError,
  packWeights,
  unpackNet,
} from "../../../src/runs/packed-net";

const figures = { mse: 0.01, psnr: 20, ssim: 0.8, ssimWriteup: 0.9 };

/** A kernel whose third channel is all zeros, one of four axes, and a vector. */
const ARRAYS = [
  {
    name: "code/kernel",
    shape: [2, 3],
    values: Float32Array.of(1, -0.5, 0, 0.25, 1e-3, 0),
  },
  {
    name: "conv/kernel",
    shape: [2, 1, 2, 2],
    values: Float32Array.from({ length: 8 }, (_, i) => Math.sin(i) * 10 ** (i % 2)),
  },
  { name: "conv/bias", shape: [2], values: Float32Array.of(Math.PI, -1e-20) },
];
const BYTES = packWeights(ARRAYS);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

const MANIFEST = {
  version: PACKED_VERSION,
  file: "nested.bin",
  bytes: BYTES.length,
  sha256: sha256(BYTES),
  config: configFor("nested", { seed: 7 }),
  arrays: ARRAYS.map(({ name, shape }) => ({ name, shape })),
  testImages: 1400,
  figures: [{ kept: 1, net: figures, pca: figures }],
};

describe("a packed net", () => {
  it("takes a byte a kernel's number, four a channel and four a vector's number", () => {
    expect(BYTES.length).toBe(3 * 4 + 6 + (2 * 4 + 8) + 2 * 4);
  });

  it("comes back with vectors exact and kernels within half a 127th of their channel's largest", () => {
    const { config, weights, manifest } = unpackNet(JSON.parse(JSON.stringify(MANIFEST)), BYTES);
    expect(config).toEqual(MANIFEST.config);
    expect(manifest.figures).toEqual(MANIFEST.figures);
    let at = 0;
    for (const { name, shape, values } of ARRAYS) {
      const channels = shape.at(-1)!;
      for (const [i, value] of values.entries()) {
        const largest = Math.max(
          ...values.filter((_, j) => j % channels === i % channels).map(Math.abs),
        );
        const bound = shape.length === 1 ? 0 : (largest / 127 / 2) * (1 + 1e-5);
        expect(Math.abs(weights[at + i]! - value), `${name} ${i}`).toBeLessThanOrEqual(bound);
      }
      at += values.length;
    }
    expect(weights.length).toBe(at);
  });

  it("can lie anywhere in a buffer", () => {
    const within = new Uint8Array(BYTES.length + 7);
    within.set(BYTES, 5);
    const part = within.subarray(5, 5 + BYTES.length);
    expect(unpackNet(MANIFEST, part).weights).toEqual(unpackNet(MANIFEST, BYTES).weights);
  });

  it("packs again to the same bytes", () => {
    const { weights } = unpackNet(MANIFEST, BYTES);
    let at = 0;
    const again = ARRAYS.map(({ name, shape, values }) => {
      at += values.length;
      return { name, shape, values: weights.slice(at - values.length, at) };
    });
    expect(packWeights(again)).toEqual(BYTES);
  });

  it.each([
    ["too few bytes", MANIFEST, BYTES.subarray(1), /cut off or damaged/],
    ["too many bytes", MANIFEST, new Uint8Array(BYTES.length + 1), /cut off or damaged/],
    [
      "sizes that contradict the arrays",
      { ...MANIFEST, bytes: BYTES.length + 1 },
      BYTES,
      /contradicts itself/,
    ],
    [
      "bytes that are no numbers",
      { ...MANIFEST, sha256: sha256(BYTES.map(() => 255)) },
      BYTES.map(() => 255),
      /no numbers/,
    ],
  ])("is refused with %s", (_, manifest, bytes, message) => {
    expect(() => unpackNet(manifest, bytes)).toThrow(PackedNetError);
    expect(() => unpackNet(manifest, bytes)).toThrow(message);
  });

  const [kernel, ...others] = MANIFEST.arrays;
  const [first] = MANIFEST.figures;
  it.each<[string, unknown, RegExp]>([
    ["nothing", undefined, /all of it is missing/],
    ["no object", 7, /all of it must be an object/],
    [
      "an unknown net",
      { ...MANIFEST, config: { ...MANIFEST.config, preset: "vae" } },
      /the net must/,
    ],
    ["an empty axis", { ...MANIFEST, arrays: [{ name: "a", shape: [0] }] }, /arrays\.0\.shape\.0/],
    ["no figures", { ...MANIFEST, figures: undefined }, /figures is missing/],
    ["another version", { ...MANIFEST, version: 2 }, /version must be 1/],
    ["a path", { ...MANIFEST, file: "../x.bin" }, /file must be a name that ends in \.bin/],
    ["terabytes", { ...MANIFEST, bytes: 1e12 }, /bytes must be a whole number from 1 to 32000000/],
    ["half a byte", { ...MANIFEST, bytes: 1.5 }, /bytes must be a whole number/],
    ["a short checksum", { ...MANIFEST, sha256: "ab" }, /sha256 must be 64 hexadecimal digits/],
    ["no arrays", { ...MANIFEST, arrays: [] }, /arrays must be one or more/],
    [
      "a thousand and one arrays",
      { ...MANIFEST, arrays: Array(1001).fill(kernel) },
      /arrays must be a list of at most 1000/,
    ],
    [
      "an array of billions",
      { ...MANIFEST, arrays: [{ ...kernel, shape: [1e9, 1e9] }, ...others] },
      /arrays\.0\.shape\.0 must be a whole number/,
    ],
    [
      "an array without a size",
      { ...MANIFEST, arrays: [{ ...kernel, shape: [] }, ...others] },
      /arrays\.0\.shape must have a size/,
    ],
    [
      "arrays larger than the file",
      { ...MANIFEST, arrays: [{ ...kernel, shape: [30_000, 30_000] }, ...others] },
      /contradicts itself/,
    ],
    [
      "SSIM 5",
      { ...MANIFEST, figures: [{ ...first, net: { ...figures, ssim: 5 } }] },
      /figures\.0\.net\.ssim must be a number from -1/,
    ],
    [
      "more numbers than a code has",
      { ...MANIFEST, figures: [{ ...first, kept: 513 }] },
      /figures\.0\.kept must be a whole number from 1 to 512/,
    ],
    ["a billion test images", { ...MANIFEST, testImages: 1e9 }, /testImages must be/],
    [
      "a setting that is not allowed",
      { ...MANIFEST, config: { ...MANIFEST.config, batchSize: 0 } },
      /config is not allowed: the batch size must be a whole number from 1 to 1024\.$/,
    ],
  ])("is refused with a manifest of %s, in one sentence", (_, manifest, message) => {
    const attempt = () => unpackNet(manifest, BYTES);
    expect(attempt).toThrow(PackedNetError);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(/[^.]\.$/);
    expect(attempt).not.toThrow(/Invalid|Expected|received/);
  });

  it("is refused with any bit of its weights changed", () => {
    for (let bit = 0; bit < 8 * BYTES.length; bit++) {
      const flipped = BYTES.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => unpackNet(MANIFEST, flipped), `bit ${bit}`).toThrow(/their SHA-256 is not/);
    }
  });

  it("cannot be made of values that do not fill the shape", () => {
    expect(() => packWeights([{ ...ARRAYS[0]!, shape: [2, 2] }])).toThrow(/code\/kernel has 6/);
  });
});
