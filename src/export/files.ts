/** Files in memory, and many of them as one. */

import { type Zippable, zipSync } from "fflate";

export interface ExportFile {
  /** Inside the zip, or below a folder: "onnx/encoder.onnx". */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export function textFile(path: string, text: string): ExportFile {
  return { path, bytes: new TextEncoder().encode(text) };
}

export function jsonFile(path: string, value: unknown): ExportFile {
  return textFile(path, `${JSON.stringify(value, null, 1)}\n`);
}

/**
 * What a zip says of its files' time, which nobody needs: the same files make the same bytes.
 *
 * Noon, since a zip's times have no zone and cannot be before 1980.
 */
const MADE = new Date(2000, 0, 1, 12);

/** Bytes of trained weights hardly compress: storing them takes a tenth of the time. */
const STORED = /\.(bin|onnx|npz|png|h5|keras)$/;

export function zipFiles(files: readonly ExportFile[]): Uint8Array<ArrayBuffer> {
  const entries: Zippable = {};
  for (const { path, bytes } of files) {
    entries[path] = [bytes, { level: STORED.test(path) ? 0 : 6, mtime: MADE }];
  }
  return zipSync(entries);
}
