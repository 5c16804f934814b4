/** Unpacks and checks shards, wherever they come from: the same code in the browser and in Node. */

import { sizeOf } from "../../math/image-set";
import type { Dataset } from "../dataset";
import { DataError } from "./errors";
import { type Manifest, type ManifestEntry, mostPackedBytes, specOfStore } from "./manifest";

/** Opens one of the store's files: its bytes as they come. @throws DataError when it is not there */
export type OpenShard = (file: string) => Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;

/** @param loadedBytes,totalBytes compressed bytes of all the classes chosen */
export type OnProgress = (loadedBytes: number, totalBytes: number) => void;

/**
 * Reads the classes' shards side by side and puts them together, class by class.
 *
 * Hosts that send a shard with Content-Encoding have it unpacked by the browser: it comes as it is.
 * Each shard's size and gzip checksum are verified, and its SHA-256 where the platform has
 * `crypto.subtle` (a page that comes over plain HTTP from another machine has none).
 * @param classes ids of the store's classes, in the order that the images are wanted in
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
  const spec = specOfStore(manifest);
  const size = sizeOf(spec);
  const images = new Uint8Array(count * size);
  const labels = new Uint8Array(count);
  let loaded = 0;
  let first = 0;
  onProgress(0, total);
  await Promise.all(
    entries.map((entry, i) => {
      const offset = first;
      first += entry.count;
      labels.fill(classes[i]!, offset, first);
      const target = images.subarray(offset * size, first * size);
      return readShard({ ...entry, id: classes[i]! }, open, target, (bytes) => {
        loaded = Math.min(total, loaded + bytes);
        onProgress(loaded, total);
      });
    }),
  );
  return { spec, shape: spec, classes: [...classes], count, images, labels };
}

/** With the id of its class. */
type Shard = ManifestEntry & { readonly id: number };

async function readShard(
  entry: Shard,
  open: OpenShard,
  target: Uint8Array<ArrayBuffer>,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const { isGzip, bytes } = await peek(await open(entry.file));
  // Progress is in compressed bytes, however they come.
  const weight = isGzip ? 1 : entry.compressedBytes / entry.bytes;
  let received = 0;
  const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      received += chunk.byteLength;
      if (received > mostPackedBytes(entry.bytes)) {
        throw tooLong(entry, mostPackedBytes(entry.bytes));
      }
      onBytes(chunk.byteLength * weight);
      controller.enqueue(chunk);
    },
  });
  const counted = bytes.pipeThrough(counter);
  const unpacked = isGzip ? counted.pipeThrough(new DecompressionStream("gzip")) : counted;
  const size = await fill(entry, target, unpacked).catch((error: unknown) => {
    if (error instanceof DataError) throw error;
    if (isGzip && received < entry.compressedBytes) throw cutOff(entry, received);
    throw damaged(entry, isGzip ? "they cannot be unpacked" : "the server sends no more of them");
  });
  if (!isGzip && size !== target.length) {
    throw damaged(
      entry,
      `they are no gzip file, and unpacked they should have ${target.length} bytes, not ${size}`,
    );
  }
  if (size !== target.length) {
    throw damaged(entry, `they have ${size} bytes and should have ${target.length}`);
  }
  const { subtle } = globalThis.crypto ?? {};
  if (subtle && (await sha256(subtle, target)) !== entry.sha256) {
    throw damaged(entry, "their SHA-256 is not the manifest's");
  }
}

/** The same bytes, and whether they begin as a gzip file does (RFC 1952). */
async function peek(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<{ isGzip: boolean; bytes: ReadableStream<Uint8Array<ArrayBuffer>> }> {
  const reader = stream.getReader();
  const first: Uint8Array<ArrayBuffer>[] = [];
  const begun = () => first.flatMap((chunk) => [...chunk.subarray(0, 2)]);
  while (begun().length < 2) {
    const { done, value } = await reader.read();
    if (done) break;
    first.push(value);
  }
  const [a, b] = begun();
  const bytes = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const known = first.shift();
      const { done, value } = known ? { done: false, value: known } : await reader.read();
      if (done) controller.close();
      else controller.enqueue(value!);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { isGzip: a === 0x1f && b === 0x8b, bytes };
}

/** Copies the stream into the target and returns how long it was. @throws DataError for too much */
async function fill(
  entry: Shard,
  target: Uint8Array,
  stream: ReadableStream<Uint8Array>,
): Promise<number> {
  const reader = stream.getReader();
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return size;
    if (size + value.length > target.length) {
      // 1 MB of gzip may hold 1 GB.
      await reader.cancel().catch(() => {});
      throw tooLong(entry, target.length);
    }
    target.set(value, size);
    size += value.length;
  }
}

async function sha256(subtle: SubtleCrypto, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function damaged(entry: Shard, detail: string): DataError {
  return new DataError(
    "damaged",
    `The stored images of class ${entry.id} (${entry.name}) are damaged: ${detail}.`,
  );
}

function tooLong(entry: Shard, most: number): DataError {
  return damaged(entry, `they have more than ${most} bytes`);
}

function cutOff(entry: Shard, received: number): DataError {
  return new DataError(
    "damaged",
    `The stored images of class ${entry.id} (${entry.name}) were cut off after ${received} of ${entry.compressedBytes} bytes.`,
  );
}
