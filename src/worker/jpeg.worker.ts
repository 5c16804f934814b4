/** The thread that makes JPEG files: one of 1,400 images at a time, which no slider can wait for. */

import decode from "@jsquash/jpeg/decode.js";
import encode from "@jsquash/jpeg/encode.js";
import type { ImageSet } from "../math/image-set";
import { JpegSheet } from "../metrics/jpeg-sheet";
import { judgeJpeg } from "./lab/jpeg";
import type { JpegCommand, JpegResult } from "./lab/jpeg-client";

/** What MozJPEG's loader says where its WebAssembly does not come, or something else does. */
const OF_CODEC = /wasm|webassembly/i;

let set: ImageSet | null = null;
let indices = new Uint32Array();
let sheet: JpegSheet | null = null;
let before: Promise<void> = Promise.resolve();

self.onmessage = ({ data: command }: MessageEvent<JpegCommand>) => {
  if (command.type === "images") {
    set = command.set;
    indices = new Uint32Array(command.indices);
    return;
  }
  // One after the other: a search for one size leaves files that the next one needs.
  before = before.then(() => answer(command.bytes));
};

async function answer(bytes: number): Promise<void> {
  try {
    if (!set) throw new Error("JPEG was asked for before its images came.");
    sheet ??= new JpegSheet({ encode, decode }, set, indices);
    post({ type: "best", best: await judgeJpeg(sheet, set, indices, bytes) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    post(OF_CODEC.test(message) ? { type: "missing" } : { type: "error", message });
  }
}

function post(result: JpegResult): void {
  self.postMessage(result);
}
