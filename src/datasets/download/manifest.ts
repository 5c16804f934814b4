/**
 * What the store of images holds: `manifest.json`, and one gzip file a class beside it.
 *
 * A shard is a class's 7,000 images, those of the training files first, in the files' order, 784
 * bytes each. Its name ends in ".shard": for ".gz" some servers add Content-Encoding, and
 * browsers would then unpack it behind our back.
 */

import * as v from "valibot";
import { CLASS_NAMES, IMAGE_PIXELS } from "../../config/config";
import { oneOf, parseWith, SchemaError, whole } from "../../config/schema";
import { DataError } from "./errors";

export const MANIFEST_VERSION = 1;
export const MANIFEST_FILE = "manifest.json";
export const IMAGES_PER_CLASS = 7000;
export const SHARD_BYTES = IMAGES_PER_CLASS * IMAGE_PIXELS;
/** Packed or not: gzip adds a few bytes to what cannot be packed. */
export const MOST_PACKED_BYTES = SHARD_BYTES + 65_536;
/** It has 3 kB. */
export const MOST_MANIFEST_BYTES = 1e6;

const ClassEntry = v.object({
  name: oneOf(CLASS_NAMES),
  /** Relative to the manifest. */
  file: v.pipe(v.string(), v.regex(/^[\w-]{1,100}\.shard$/, "must be a name that ends in .shard")),
  count: v.literal(IMAGES_PER_CLASS, `must be ${IMAGES_PER_CLASS}`),
  /** Size of the gzip file. */
  compressedBytes: whole({ min: 1, max: MOST_PACKED_BYTES }),
  /** Size of what is in it. */
  bytes: v.literal(SHARD_BYTES, `must be ${SHARD_BYTES}`),
  /** SHA-256 of what is in it, in hexadecimal. */
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits")),
});

/** One entry a class, in the order of the class ids. */
const ManifestSchema = v.object({
  version: v.literal(MANIFEST_VERSION, `must be ${MANIFEST_VERSION}`),
  classes: v.pipe(
    v.array(ClassEntry),
    v.length(CLASS_NAMES.length, `must be ${CLASS_NAMES.length}`),
    v.check(
      (entries) => entries.every((entry, id) => entry.name === CLASS_NAMES[id]),
      "are not in order",
    ),
  ),
});

export type Manifest = v.InferOutput<typeof ManifestSchema>;
export type ManifestEntry = Manifest["classes"][number];

/**
 * Reads a manifest's text.
 *
 * @throws DataError when it is not JSON, or not of this version and form
 */
export function parseManifest(text: string): Manifest {
  const manifest = "The stored data set's manifest is damaged or of another version";
  try {
    return parseWith(ManifestSchema, JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new DataError("damaged", `${manifest}: it is not JSON.`);
    if (!(error instanceof SchemaError)) throw error;
    throw new DataError("damaged", `${manifest}: ${error.message}.`);
  }
}

/** "0-t-shirt-top.shard" for class 0. */
export function shardFileName(classId: number): string {
  const name = CLASS_NAMES[classId];
  if (name === undefined) throw new RangeError(`There is no class ${classId}.`);
  return `${classId}-${name.toLowerCase().replace(/[^a-z]+/g, "-")}.shard`;
}
