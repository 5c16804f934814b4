/**
 * A trained net small enough to come with the page: a manifest, and a file with its weights.
 *
 * Arrays of two or more axes (kernels) take a byte a number: w of output channel c is kept as
 * round(w / s), −127 to 127, with the channel's scale s = max |w| / 127. That rounds by at most half
 * a 127th of the channel's largest weight. Vectors (biases) stay 32-bit floats: they are a
 * hundredth of all weights. The file has one array after the other, in the order of
 * `model.getWeights()`: a kernel's scales, then its bytes; all floats are little-endian.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import * as v from "valibot";
import { list, parseWith, SchemaError, text, whole } from "../checks/schema";
import type { RunConfig } from "../config/config";
import { ConfigError, parseConfig } from "../config/config-schema";
import { SETTINGS } from "../config/settings";
import { specFor } from "../datasets/catalogue";
import type { ImageShape } from "../math/image-set";
import { QUALITY_FIGURES, RANGES, RUN_CONFIG } from "./results-schema";

export const PACKED_VERSION = 1;
const STEPS = 127;

/** A packed net that cannot be read; the message says why. */
export class PackedNetError extends Error {
  override readonly name = "PackedNetError";
}

/** The nested net's has 30 kB. */
export const MOST_MANIFEST_BYTES = 1e6;
/** A byte for each weight of the largest net, and as much again. */
const MOST_PACKED_BYTES = 32e6;
/** Arrays, and axes of one. */
const MOST_ARRAYS = 1000;
const MOST_AXES = 8;

const SIZE = whole({ min: 1, max: MOST_PACKED_BYTES });

const MANIFEST = v.object({
  version: v.literal(PACKED_VERSION, `must be ${PACKED_VERSION}`),
  /** The weights' file, beside the manifest. */
  file: v.pipe(v.string(), v.regex(/^[\w-]{1,100}\.bin$/, "must be a name that ends in .bin")),
  /** Size of the file. */
  bytes: SIZE,
  /** SHA-256 of the file, in hexadecimal. */
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits")),
  /** What the net was trained with: `netOf(config, …)` is it. */
  config: RUN_CONFIG,
  /** In the order of `model.getWeights()`. */
  arrays: v.pipe(
    list(
      v.object({
        name: text(200),
        shape: v.pipe(list(SIZE, MOST_AXES), v.minLength(1, "must have a size")),
      }),
      MOST_ARRAYS,
    ),
    v.minLength(1, "must be one or more"),
  ),
  /** Judged after rounding, on the whole test split. */
  testImages: whole({ ...RANGES.images, min: 1 }),
  /** By ascending size: with the first `kept` numbers of the code, and PCA with as many. */
  figures: list(
    v.object({
      kept: whole(SETTINGS.latentSize.type.limits),
      net: QUALITY_FIGURES,
      pca: QUALITY_FIGURES,
    }),
    SETTINGS.latentSize.type.limits.max,
  ),
});

export type PackedManifest = Readonly<v.InferOutput<typeof MANIFEST>>;
export type PackedArray = Readonly<PackedManifest["arrays"][number]>;

export interface PackedNet {
  readonly config: RunConfig;
  /** Of its images. */
  readonly shape: ImageShape;
  /** All arrays, one after the other, in the order of `model.getWeights()`. */
  readonly weights: Float32Array;
  readonly manifest: PackedManifest;
}

/** @throws PackedNetError for what is no manifest of this version */
export function parsePackedManifest(content: unknown): PackedManifest {
  try {
    return parseWith(MANIFEST, content);
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    throw new PackedNetError(
      `The stored net's manifest is damaged or of another version: ${error.message}.`,
    );
  }
}

/**
 * Reads a net.
 *
 * @param content the manifest, as JSON.parse gives it
 * @param bytes the file that it names
 * @throws PackedNetError where either is not what it should be
 */
export function unpackNet(content: unknown, bytes: Uint8Array): PackedNet {
  const manifest = parsePackedManifest(content);
  const { arrays, config } = manifest;
  const expected = arrays.reduce((sum, { shape }) => sum + packedBytes(shape), 0);
  if (expected !== manifest.bytes) {
    throw new PackedNetError(
      `The stored net's manifest contradicts itself: its arrays take ${expected} bytes, not ${manifest.bytes}.`,
    );
  }
  if (bytes.length !== expected) {
    throw new PackedNetError(
      `The stored net's weights are cut off or damaged: ${bytes.length} bytes of ${expected}.`,
    );
  }
  // Not by Web Crypto: a page that comes over plain HTTP from another machine has none.
  if (bytesToHex(sha256(bytes)) !== manifest.sha256) {
    throw new PackedNetError(
      "The stored net's weights are damaged, or belong to another version: their SHA-256 is not the manifest's.",
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const weights = new Float32Array(arrays.reduce((sum, { shape }) => sum + sizeOf(shape), 0));
  let at = 0;
  let to = 0;
  const nextFloat = () => {
    const value = view.getFloat32(at, true);
    at += 4;
    return value;
  };
  for (const { shape } of arrays) {
    const array = weights.subarray(to, to + sizeOf(shape));
    if (shape.length === 1) {
      for (let i = 0; i < array.length; i++) array[i] = nextFloat();
    } else {
      const scales = Float32Array.from({ length: shape.at(-1)! }, nextFloat);
      for (let i = 0; i < array.length; i++) {
        array[i] = view.getInt8(at + i) * scales[i % scales.length]!;
      }
      at += array.length;
    }
    to += array.length;
  }
  if (!weights.every(Number.isFinite)) {
    throw new PackedNetError("The stored net's weights are damaged: some are no numbers.");
  }
  return { ...ofImages(config), weights, manifest };
}

/** @throws PackedNetError for a net that is none for the images of its settings */
function ofImages(settings: RunConfig): Pick<PackedNet, "config" | "shape"> {
  try {
    const config = parseConfig(settings);
    const { height, width, channels } = specFor(config.data);
    return { config, shape: { height, width, channels } };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new PackedNetError(`The stored net's manifest is damaged: ${error.message}`);
  }
}

/**
 * The file of a net's weights.
 *
 * @param arrays in the order of `model.getWeights()`
 * @throws RangeError where values and shape do not agree
 */
export function packWeights(
  arrays: readonly (PackedArray & { readonly values: Float32Array })[],
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(arrays.reduce((sum, { shape }) => sum + packedBytes(shape), 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  const addFloat = (value: number) => {
    view.setFloat32(at, value, true);
    at += 4;
  };
  for (const { name, shape, values } of arrays) {
    if (values.length !== sizeOf(shape)) {
      throw new RangeError(`${name} has ${values.length} numbers, not ${sizeOf(shape)}.`);
    }
    if (shape.length === 1) {
      values.forEach(addFloat);
    } else {
      const scales = scalesOf(values, shape.at(-1)!);
      scales.forEach(addFloat);
      for (const [i, value] of values.entries()) {
        const scale = scales[i % scales.length]!;
        view.setInt8(at++, scale === 0 ? 0 : Math.round(value / scale));
      }
    }
  }
  return bytes;
}

/** Largest magnitude of each output channel, the last axis, in 127 steps. */
function scalesOf(values: Float32Array, channels: number): Float32Array {
  const scales = new Float32Array(channels);
  for (const [i, value] of values.entries()) {
    const channel = i % channels;
    scales[channel] = Math.max(scales[channel]!, Math.abs(value) / STEPS);
  }
  return scales;
}

function packedBytes(shape: readonly number[]): number {
  return shape.length === 1 ? 4 * sizeOf(shape) : 4 * shape.at(-1)! + sizeOf(shape);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
