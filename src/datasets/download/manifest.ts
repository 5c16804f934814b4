/**
 * What the store of images holds: `manifest.json`, and one gzip file a class beside it.
 *
 * A shard is a class's images (7,000 of Fashion-MNIST, those of the training files first, in the
 * files' order), in the shape that the manifest's spec says. Its name ends in ".shard": for ".gz" some servers add Content-Encoding, and
 * browsers would then unpack it behind our back.
 */

import * as v from "valibot";
import { parseWith, SchemaError, text, whole } from "../../checks/schema";
import { sizeOf } from "../../math/image-set";
import type { DataSpec } from "../dataset";
import { FASHION_MNIST } from "../fashion-mnist";
import { DATA_SPEC } from "../spec-schema";
import { DataError } from "./errors";

export const MANIFEST_VERSION = 1;
export const MANIFEST_FILE = "manifest.json";
/** Of Fashion-MNIST. */
export const IMAGES_PER_CLASS = 7000;
/** Packed or not: gzip adds a few bytes to what cannot be packed. */
export const mostPackedBytes = (bytes: number): number => bytes + 65_536;
/** It has 3 kB. */
export const MOST_MANIFEST_BYTES = 1e6;
/** A class's images unpacked: what a page can take in. */
const MOST_SHARD_BYTES = 500e6;

const ENTRY = {
  name: text(60),
  /** Relative to the manifest. */
  file: v.pipe(v.string(), v.regex(/^[\w-]{1,100}\.shard$/, "must be a name that ends in .shard")),
  /** SHA-256 of what is in it, in hexadecimal. */
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits")),
};

/** @param count images of each class; null where a class may have any number of them */
function manifestSchema(spec: DataSpec, count: number | null) {
  const size = sizeOf(spec);
  const most = count ?? Math.floor(MOST_SHARD_BYTES / size);
  const entry = v.pipe(
    v.object({
      ...ENTRY,
      count:
        count === null
          ? whole({ min: 1, max: most })
          : v.pipe(whole({ min: 0, max: MOST_SHARD_BYTES }), v.value(count, `must be ${count}`)),
      /** Size of the gzip file. */
      compressedBytes: whole({ min: 1, max: mostPackedBytes(most * size) }),
      /** How many of its images, the last ones, the set itself has for testing; left out, none are known. */
      test: v.exactOptional(whole({ min: 0, max: most })),
      /** Size of what is in it. */
      bytes: whole({ min: size, max: MOST_SHARD_BYTES }),
    }),
    v.check(
      (shard) => shard.bytes === shard.count * size,
      `is not right: its images have ${size} bytes each`,
    ),
  );
  const { classNames } = spec;
  return v.object({
    version: v.literal(MANIFEST_VERSION, `must be ${MANIFEST_VERSION}`),
    /** Manifests from before it was kept lack it: they are Fashion-MNIST's. */
    spec: v.exactOptional(DATA_SPEC),
    /** One entry a class, in the order of the class ids. */
    classes: v.pipe(
      v.array(entry),
      v.length(classNames.length, `must be ${classNames.length}`),
      v.check(
        (shards) => shards.every(({ name }, id) => name === classNames[id]),
        "are not in order",
      ),
    ),
  });
}

const WITH_SPEC = v.object({ spec: DATA_SPEC });

export type Manifest = v.InferOutput<ReturnType<typeof manifestSchema>>;
export type ManifestEntry = Manifest["classes"][number];

/** What the images of a store are, with how many of each class its shards have for testing. */
export function specOfStore({
  spec,
  classes,
}: Pick<Manifest, "spec"> & {
  readonly classes: readonly Pick<ManifestEntry, "count" | "test">[];
}): DataSpec {
  if (!spec) return FASHION_MNIST;
  if (classes.every(({ test }) => test === undefined)) return spec;
  return { ...spec, testCounts: classes.map(({ count, test = 0 }) => Math.min(count, test)) };
}

/**
 * Reads a manifest's text.
 *
 * @throws DataError when it is not JSON, or not of this version and form
 */
export function parseManifest(text: string): Manifest {
  const manifest = "The stored data set's manifest is damaged or of another version";
  try {
    const input: unknown = JSON.parse(text);
    const own = (Object(input) as { spec?: unknown }).spec;
    if (own === undefined) return parseWith(manifestSchema(FASHION_MNIST, IMAGES_PER_CLASS), input);
    return parseWith(manifestSchema(parseWith(WITH_SPEC, input).spec, null), input);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new DataError("damaged", `${manifest}: it is not JSON.`);
    if (!(error instanceof SchemaError)) throw error;
    throw new DataError("damaged", `${manifest}: ${error.message}.`);
  }
}

/** "0-t-shirt-top.shard" for class 0. */
export function shardFileName(
  classId: number,
  { classNames }: Pick<DataSpec, "classNames"> = FASHION_MNIST,
): string {
  const name = classNames[classId];
  if (name === undefined) throw new RangeError(`There is no class ${classId}.`);
  return `${classId}-${name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}.shard`;
}
