/** A small stand-in for `npm run data`'s store, served by a fake fetch. */

import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import {
  IMAGES_PER_CLASS,
  type Manifest,
  shardFileName,
} from "../../../../src/datasets/download/manifest";
import { FASHION_MNIST } from "../../../../src/datasets/fashion-mnist";

/** Of a class of Fashion-MNIST. */
export const SHARD_BYTES = IMAGES_PER_CLASS * 784;

export const BASE = "http://store.test/data/";

/** Class c's pixels are (c + 1) × their position, as bytes. */
export function shardPixels(classId: number): Uint8Array<ArrayBuffer> {
  const pixels = new Uint8Array(SHARD_BYTES);
  for (let i = 0; i < pixels.length; i++) pixels[i] = ((classId + 1) * i) & 255;
  return pixels;
}

export interface TestStore {
  readonly manifest: Manifest;
  /** File name to contents; tests damage or delete them. */
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
}

/** Only the classes given have shards; the manifest names all ten. */
export function testStore(classes: readonly number[]): TestStore {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const entries = FASHION_MNIST.classNames.map((name, id) => {
    const entry = {
      name,
      file: shardFileName(id),
      count: IMAGES_PER_CLASS,
      compressedBytes: 1,
      bytes: SHARD_BYTES,
      sha256: "0".repeat(64),
    } as const;
    if (!classes.includes(id)) return entry;
    const pixels = shardPixels(id);
    const packed = new Uint8Array(gzipSync(pixels, { level: 1 }));
    files.set(entry.file, packed);
    const sha256 = createHash("sha256").update(pixels).digest("hex");
    return { ...entry, compressedBytes: packed.length, sha256 };
  });
  const manifest: Manifest = { version: 1, classes: entries };
  files.set("manifest.json", new TextEncoder().encode(JSON.stringify(manifest)));
  return { manifest, files };
}

/** Serves the store's files, in chunks of 10,000 bytes, and notes what was asked for. */
export function serve(store: TestStore): { fetch: typeof fetch; asked: string[] } {
  const asked: string[] = [];
  const fakeFetch: typeof fetch = async (input) => {
    const file = String(input).slice(BASE.length);
    asked.push(file);
    const bytes = store.files.get(file);
    if (!bytes) return new Response("not here", { status: 404 });
    return new Response(chunked(bytes));
  };
  return { fetch: fakeFetch, asked };
}

function chunked(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(at, at + 10_000));
      at += 10_000;
    },
  });
}
