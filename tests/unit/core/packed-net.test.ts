import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  PACKED_VERSION,
  PackedNetError,
  packWeights,
  parsePackedManifest,
  unpackNet,
} from "../../../src/core/packed-net";
import { configFor } from "../../../src/core/recipes";

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

  it("is refused with any bit of its weights changed", () => {
    for (let bit = 0; bit < 8 * BYTES.length; bit++) {
      const flipped = BYTES.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => unpackNet(MANIFEST, flipped), `bit ${bit}`).toThrow(/their SHA-256 is not/);
    }
  });

  it.each([
    ["nothing", undefined, /the whole/],
    ["another version", { ...MANIFEST, version: 2 }, /version/],
    ["a file elsewhere", { ...MANIFEST, file: "../nested.bin" }, /file/],
    ["an unknown net", { ...MANIFEST, config: { ...MANIFEST.config, preset: "vae" } }, /The net/],
    ["an empty axis", { ...MANIFEST, arrays: [{ name: "a", shape: [0] }] }, /arrays\.0\.shape/],
    ["no arrays", { ...MANIFEST, arrays: [] }, /arrays/],
  ])("is refused with a manifest that has %s", (_, manifest, message) => {
    expect(() => parsePackedManifest(manifest)).toThrow(PackedNetError);
    expect(() => parsePackedManifest(manifest)).toThrow(message);
  });

  it("cannot be made of values that do not fill the shape", () => {
    expect(() => packWeights([{ ...ARRAYS[0]!, shape: [2, 2] }])).toThrow(/code\/kernel has 6/);
  });
});
