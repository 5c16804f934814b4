/** The store of images on disk: one gzip shard a class and a manifest, as the page fetches them. */

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { DataRef, DataSpec, Dataset } from "../../datasets/dataset";
import { DataError } from "../../datasets/download/errors";
import { checkedClasses } from "../../datasets/download/load";
import {
  IMAGES_PER_CLASS,
  MANIFEST_FILE,
  MANIFEST_VERSION,
  type Manifest,
  MOST_MANIFEST_BYTES,
  parseManifest,
  shardFileName,
  specOfStore,
} from "../../datasets/download/manifest";
import { readShards } from "../../datasets/download/shards";
import { FASHION_MNIST } from "../../datasets/fashion-mnist";
import { parseIdxImages, parseIdxLabels } from "../../datasets/idx";
import { sizeOf } from "../../math/image-set";
import { CommandError } from "../errors";
import { readFileWithin } from "../input-file";
import type { Files } from "./files";
import type { Report } from "./sources";

/** A data set's folder. */
export const storeOf = (data: DataRef): string =>
  fileURLToPath(new URL(`../../../public/data/${data}`, import.meta.url));

/** Fashion-MNIST's, which `npm run data` fills. */
export const STORE = storeOf(FASHION_MNIST.id);

const zip = promisify(gzip);

/** The manifest, or null where there is none. @throws DataError when it is damaged */
export async function readManifest(folder: string): Promise<Manifest | null> {
  try {
    const bytes = await readFileWithin(join(folder, MANIFEST_FILE), MOST_MANIFEST_BYTES);
    return parseManifest(bytes.toString("utf8"));
  } catch (error) {
    if (error instanceof DataError) throw error;
    return null;
  }
}

/** Is the store whole? Looks at the manifest and the shards' sizes: reading checks the rest. */
export async function isComplete(folder: string): Promise<boolean> {
  try {
    const manifest = await readManifest(folder);
    if (!manifest) return false;
    const sizes = await Promise.all(
      manifest.classes.map(async ({ file }) => (await stat(join(folder, file))).size),
    );
    return manifest.classes.every((entry, id) => entry.compressedBytes === sizes[id]);
  } catch {
    return false;
  }
}

/** A class's images: those of the training files first, in the files' order. */
function imagesOfClass(files: Files, id: number): Uint8Array {
  const size = sizeOf(FASHION_MNIST);
  const images = new Uint8Array(IMAGES_PER_CLASS * size);
  let count = 0;
  for (const part of ["train", "t10k"] as const) {
    const { pixels } = parseIdxImages(files[`${part}-images-idx3-ubyte`], `${part} images`);
    const labels = parseIdxLabels(files[`${part}-labels-idx1-ubyte`], `${part} labels`);
    for (const [index, label] of labels.entries()) {
      if (label !== id) continue;
      if (count === IMAGES_PER_CLASS) throw new CommandError(`class ${id} has too many images`);
      images.set(pixels.subarray(index * size, (index + 1) * size), count++ * size);
    }
  }
  if (count !== IMAGES_PER_CLASS) throw new CommandError(`class ${id} has ${count} images`);
  return images;
}

/** Writes a file beside its place, then moves it there: an interrupted run leaves no half file. */
async function writeWhole(file: string, content: Uint8Array | string): Promise<void> {
  const partial = `${file}.${process.pid}.partial`;
  try {
    await writeFile(partial, content);
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}

/** Writes Fashion-MNIST's shards and, last, the manifest that makes them count. */
export async function writeStore(folder: string, files: Files, report: Report): Promise<void> {
  const imagesOf = (id: number) => imagesOfClass(files, id);
  await writeShards(folder, { spec: FASHION_MNIST, imagesOf }, report);
}

/** Writes a data set, of which all classes are there, as `writeStore` does. */
export async function writeDataset(
  folder: string,
  { spec, images, labels }: Dataset,
): Promise<void> {
  const size = sizeOf(spec);
  const imagesOf = (id: number) =>
    images.subarray(labels.indexOf(id) * size, (labels.lastIndexOf(id) + 1) * size);
  await writeShards(folder, { spec, imagesOf }, () => {});
}

interface Shards {
  readonly spec: DataSpec;
  /** A class's images. */
  imagesOf(id: number): Uint8Array;
}

async function writeShards(
  folder: string,
  { spec: { testCounts, ...spec }, imagesOf }: Shards,
  report: Report,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await rm(join(folder, MANIFEST_FILE), { force: true });
  const classes: Manifest["classes"] = [];
  const { classNames } = spec;
  for (const [id, name] of classNames.entries()) {
    report(id / classNames.length, `packing ${name}`);
    const images = imagesOf(id);
    const packed = await zip(images, { level: 6 });
    const file = shardFileName(id, spec);
    await writeWhole(join(folder, file), packed);
    classes.push({
      name,
      file,
      count: images.length / sizeOf(spec),
      compressedBytes: packed.length,
      bytes: images.length,
      sha256: createHash("sha256").update(images).digest("hex"),
      ...(testCounts && { test: testCounts[id]! }),
    });
  }
  const manifest: Manifest = {
    version: MANIFEST_VERSION,
    spec: { ...spec, classNames: [...classNames] },
    classes,
  };
  await writeWhole(join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * The classes' images from the store, or null where there is no store.
 *
 * @throws DataError when the store is there but damaged
 * @throws RangeError for classes that it does not have
 */
export async function readStore(
  folder: string,
  classes: readonly number[],
): Promise<Dataset | null> {
  const manifest = await readManifest(folder);
  if (!manifest) return null;
  const ids = checkedClasses(classes, specOfStore(manifest));
  return readShards(manifest, ids, async (file) => {
    const path = join(folder, file);
    await stat(path).catch(() => {
      throw new DataError("damaged", `Stored images are missing: there is no ${path}.`);
    });
    return Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array<ArrayBuffer>>;
  });
}
