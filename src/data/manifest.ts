/**
 * What the store of images holds: `manifest.json`, and one gzip file a class beside it.
 *
 * A shard is a class's 7,000 images, those of the training files first, in the files' order, 784
 * bytes each. Its name ends in ".shard": for ".gz" some servers add Content-Encoding, and
 * browsers would then unpack it behind our back.
 */

import * as v from "valibot";
import { CLASS_NAMES, IMAGE_PIXELS } from "../core/config";
import { DataError, REBUILD } from "./errors";

export const MANIFEST_VERSION = 1;
export const MANIFEST_FILE = "manifest.json";
export const IMAGES_PER_CLASS = 7000;
export const SHARD_BYTES = IMAGES_PER_CLASS * IMAGE_PIXELS;

const ClassEntry = v.object({
  name: v.picklist(CLASS_NAMES),
  /** Relative to the manifest. */
  file: v.pipe(v.string(), v.regex(/^[\w-]+\.shard$/)),
  count: v.literal(IMAGES_PER_CLASS),
  /** Size of the gzip file. */
  compressedBytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Size of what is in it. */
  bytes: v.literal(SHARD_BYTES),
  /** SHA-256 of what is in it, in hexadecimal. */
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

/** One entry a class, in the order of the class ids. */
const ManifestSchema = v.object({
  version: v.literal(MANIFEST_VERSION),
  classes: v.pipe(
    v.array(ClassEntry),
    v.length(CLASS_NAMES.length),
    v.check(
      (entries) => entries.every((entry, id) => entry.name === CLASS_NAMES[id]),
      "the classes are not in order",
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
  const result = v.safeParse(ManifestSchema, parseJson(text));
  if (result.success) return result.output;
  const issue = result.issues[0];
  const place = v.getDotPath(issue) ?? "the whole";
  throw new DataError(
    `The stored data set's manifest is damaged or of another version (${place}: ${issue.message}).`,
    REBUILD,
  );
}

/** "0-t-shirt-top.shard" for class 0. */
export function shardFileName(classId: number): string {
  const name = CLASS_NAMES[classId];
  if (name === undefined) throw new RangeError(`There is no class ${classId}.`);
  return `${classId}-${name.toLowerCase().replace(/[^a-z]+/g, "-")}.shard`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
