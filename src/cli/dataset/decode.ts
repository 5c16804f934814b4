/**
 * Pictures in Node, which has no decoder: Squoosh's WebAssembly builds of the usual libraries, as for JPEG
 * already. sharp would bring 16 MB for one kind of machine alone; fast-png, which the project writes PNG
 * with, leaves palettes, bits and transparent colours to its caller.
 */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import decodeJpeg from "@jsquash/jpeg/decode.js";
import decodePng, { init as initPng } from "@jsquash/png/decode.js";
import decodeWebp, { init as initWebp } from "@jsquash/webp/decode.js";
import { GifReader } from "omggif";
import type { DecodedPicture, DecodePicture } from "../../datasets/formats/input";
import { startJpeg } from "../jpeg";

const { resolve } = createRequire(import.meta.url);
const compiled = async (file: string) => WebAssembly.compile(await readFile(resolve(file)));

/** Each kind of file is begun with when the first one comes. */
const starts = {
  png: once(async () => initPng(await compiled("@jsquash/png/codec/pkg/squoosh_png_bg.wasm"))),
  webp: once(async () => initWebp(await compiled("@jsquash/webp/codec/dec/webp_dec.wasm"))),
};

function once(start: () => Promise<unknown>): () => Promise<unknown> {
  let started: Promise<unknown> | null = null;
  return () => {
    started ??= start();
    return started;
  };
}

/** Pixels of a PNG, JPEG, WebP, or of a GIF's first frame. */
export const decodePicture: DecodePicture = async (bytes) => {
  const { width, height, data } = await decoded(bytes);
  return { width, height, rgba: data };
};

async function decoded(bytes: Uint8Array<ArrayBuffer>): Promise<ImageDataLike> {
  // The decoders take a whole buffer for the file.
  const { buffer } = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
  switch (bytes[0]) {
    case 0x89:
      await starts.png();
      return decodePng(buffer);
    case 0xff:
      await startJpeg();
      return decodeJpeg(buffer, { preserveOrientation: true });
    case 0x47:
      return firstFrame(bytes);
    default:
      await starts.webp();
      return decodeWebp(buffer);
  }
}

type ImageDataLike = Omit<DecodedPicture, "rgba"> & { readonly data: DecodedPicture["rgba"] };

function firstFrame(bytes: Uint8Array): ImageDataLike {
  const gif = new GifReader(bytes);
  const { width, height } = gif;
  const data = new Uint8ClampedArray(width * height * 4);
  gif.decodeAndBlitFrameRGBA(0, data);
  return { width, height, data };
}
