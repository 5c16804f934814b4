/** The JPEG worker as a source of judged files. */

import type { ImageSet } from "../../math/image-set";
import { AnswerError, type Question, type RpcWorker } from "../../protocol/rpc";
import { createRpcClient } from "../../protocol/rpc-client";
import { errorOfEnd, errorOfRefusal } from "../thread-errors";
import type { JpegSource, JudgedJpeg } from "./jpeg";

export type JpegQuestions = {
  /** Comes first, once. */
  images: Question<{ readonly set: ImageSet; readonly indices: Uint32Array }, null>;
  /** A passing error is that of a codec that could not be loaded. */
  best: Question<{ readonly bytes: number }, JudgedJpeg | null>;
};

/**
 * Hands the images to a worker, and to another after it has ended by itself; `dispose` ends it and
 * rejects what is still asked for.
 */
export function createJpegSource(
  set: ImageSet,
  indices: Uint32Array,
  start: () => RpcWorker<JpegQuestions>,
): JpegSource {
  const { ask, end } = createRpcClient<JpegQuestions>({
    name: "JPEG's worker",
    start,
    toError: errorOfEnd,
    first: { question: "images", ask: { set, indices } },
  });
  return {
    best: (bytes) =>
      ask("best", { bytes }).catch((error) => {
        const reason = errorOfRefusal("JPEG", error);
        // A worker that has missed its codec once does not ask for it again.
        if (error instanceof AnswerError && error.isPassing) end(reason);
        throw reason;
      }),
    dispose: () => end(new Error("JPEG is no longer needed.")),
  };
}
