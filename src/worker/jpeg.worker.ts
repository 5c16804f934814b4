/** The thread that makes JPEG files: one of 1,400 images at a time, which no slider can wait for. */

import decode from "@jsquash/jpeg/decode.js";
import encode from "@jsquash/jpeg/encode.js";
import type { ImageSet } from "../math/image-set";
import { JpegSheet } from "../metrics/jpeg-sheet";
import { AnswerError, inWords } from "../protocol/rpc";
import { type JudgedJpeg, judgeJpeg } from "./inference/jpeg";
import type { JpegQuestions } from "./inference/jpeg-client";
import { serve } from "./rpc";

/** What MozJPEG's loader says where its WebAssembly does not come, or something else does. */
const OF_CODEC = /wasm|webassembly/i;

let given: { readonly set: ImageSet; readonly indices: Uint32Array } | null = null;
let sheet: JpegSheet | null = null;
let before: Promise<unknown> = Promise.resolve();

serve<JpegQuestions>(
  self,
  {
    images(images) {
      given = images;
      return null;
    },
    best({ bytes }) {
      // One after the other: a search for one size leaves files that the next one needs.
      const judged = before.then(() => judge(bytes));
      before = judged.catch(() => {});
      return judged;
    },
  },
  (error) => {
    const message = inWords(error);
    return OF_CODEC.test(message)
      ? new AnswerError("JPEG's codec could not be loaded from the server", "", true)
      : new AnswerError(message, "");
  },
);

async function judge(bytes: number): Promise<JudgedJpeg | null> {
  if (!given) throw new Error("JPEG was asked for before its images came.");
  const { set, indices } = given;
  sheet ??= new JpegSheet({ encode, decode }, set, indices);
  return judgeJpeg(sheet, set, indices, bytes);
}
