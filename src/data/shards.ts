/** Unpacks and checks shards, wherever they come from: the same code in the browser and in Node. */

import { CLASS_NAMES, IMAGE_PIXELS } from "../core/config";
import type { Dataset } from "../core/dataset";
import { DataError, REBUILD } from "./errors";
import type { Manifest, ManifestEntry } from "./manifest";

/** Opens one of the store's files: its bytes as they come. @throws DataError when it is not there */
export type OpenShard = (file: string) => Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;

/** @param loadedBytes,totalBytes compressed bytes of all the classes chosen */
export type OnProgress = (loadedBytes: number, totalBytes: number) => void;

/**
 * Reads the classes' shards side by side and puts them together, class by class.
 *
 * Each shard's size and gzip checksum are verified, and its SHA-256 where the platform has
 * `crypto.subtle` (a page that comes over plain HTTP from another machine has none).
 * @param classes ids 0 to 9, in the order that the images are wanted in
 * @throws DataError when a shard is missing, cut off or damaged
 */
export async function readShards(
  manifest: Manifest,
  classes: readonly number[],
  open: OpenShard,
  onProgress: OnProgress = () => {},
): Promise<Dataset> {
  const entries = classes.map((id) => manifest.classes[id]!);
  const count = entries.reduce((sum, entry) => sum + entry.count, 0);
  const total = entries.reduce((sum, entry) => sum + entry.compressedBytes, 0);
  const images = new Uint8Array(count * IMAGE_PIXELS);
  const labels = new Uint8Array(count);
  let loaded = 0;
  let first = 0;
  onProgress(0, total);
  await Promise.all(
    entries.map((entry, i) => {
      const offset = first;
      first += entry.count;
      labels.fill(classes[i]!, offset, first);
      const target = images.subarray(offset * IMAGE_PIXELS, first * IMAGE_PIXELS);
      return readShard(entry, open, target, (bytes) => {
        loaded = Math.min(total, loaded + bytes);
        onProgress(loaded, total);
      });
    }),
  );
  return { source: "fashion-mnist", classes: [...classes], count, images, labels };
}

async function readShard(
  entry: ManifestEntry,
  open: OpenShard,
  target: Uint8Array<ArrayBuffer>,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const packed = await open(entry.file);
  let received = 0;
  const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      received += chunk.byteLength;
      onBytes(chunk.byteLength);
      controller.enqueue(chunk);
    },
  });
  const unpacked = packed.pipeThrough(counter).pipeThrough(new DecompressionStream("gzip"));
  const size = await fill(target, unpacked).catch((error: unknown) => {
    if (received < entry.compressedBytes) throw cutOff(entry, received);
    throw damaged(entry, error instanceof Error ? error.message : String(error));
  });
  if (size !== target.length) {
    throw damaged(entry, `it holds ${size} bytes and should hold ${target.length}`);
  }
  const { subtle } = globalThis.crypto ?? {};
  if (subtle && (await sha256(subtle, target)) !== entry.sha256) {
    throw damaged(entry, "its SHA-256 is not the manifest's");
  }
}

/** Copies the stream into the target and returns how long it was; what is too much is only counted. */
async function fill(target: Uint8Array, stream: ReadableStream<Uint8Array>): Promise<number> {
  const reader = stream.getReader();
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return size;
    if (size < target.length) target.set(value.subarray(0, target.length - size), size);
    size += value.length;
  }
}

async function sha256(subtle: SubtleCrypto, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function damaged(entry: ManifestEntry, detail: string): DataError {
  return new DataError(
    `The stored images of class ${CLASS_NAMES.indexOf(entry.name)} (${entry.name}) are damaged: ${detail}.`,
    REBUILD,
  );
}

function cutOff(entry: ManifestEntry, received: number): DataError {
  return new DataError(
    `The stored images of class ${CLASS_NAMES.indexOf(entry.name)} (${entry.name}) were cut off after ${received} of ${entry.compressedBytes} bytes.`,
    "Try again; if that does not help, run `npm run data -- --force`.",
  );
}
