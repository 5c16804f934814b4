/** The JPEG worker as a source of judged files. */

import { NotLoadedError } from "../../engine/errors";
import type { ImageSet } from "../../math/image-set";
import { errorOfEnd } from "../not-loaded";
import type { JpegSource, JudgedJpeg } from "./jpeg";

export type JpegCommand =
  /** Comes first, once. */
  | { readonly type: "images"; readonly set: ImageSet; readonly indices: Uint32Array }
  | { readonly type: "best"; readonly bytes: number };

/** One for each `best`, in their order. */
export type JpegResult =
  | { readonly type: "best"; readonly best: JudgedJpeg | null }
  | { readonly type: "error"; readonly message: string }
  /** The codec could not be loaded; nothing more can be asked of this worker. */
  | { readonly type: "missing" };

/** What is needed of a Worker. */
export interface JpegWorker {
  postMessage(command: JpegCommand): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<JpegResult>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

interface Waiting {
  resolve(best: JudgedJpeg | null): void;
  reject(error: Error): void;
}

/**
 * Hands the images to a worker, and to another after it has ended by itself; `dispose` ends it and
 * rejects what is still asked for.
 */
export function createJpegSource(
  set: ImageSet,
  indices: Uint32Array,
  startWorker: () => JpegWorker,
): JpegSource {
  const waiting: Waiting[] = [];
  let worker: JpegWorker | null = null;
  const failAll = (error: Error): void => {
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  const start = (): JpegWorker => {
    const started = startWorker();
    let hasSpoken = false;
    const end = (error: Error): void => {
      started.terminate();
      worker = null;
      failAll(error);
    };
    started.onmessage = ({ data: result }) => {
      hasSpoken = true;
      if (result.type === "missing") {
        end(new NotLoadedError("JPEG's codec could not be loaded from the server"));
        return;
      }
      const request = waiting.shift();
      if (result.type === "best") request?.resolve(result.best);
      else request?.reject(new Error(`JPEG failed: ${result.message}`));
    };
    started.onerror = (error) => {
      error.preventDefault();
      end(errorOfEnd("JPEG's worker", error.message, hasSpoken));
    };
    started.postMessage({ type: "images", set, indices });
    return started;
  };
  return {
    best: (bytes) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        worker ??= start();
        worker.postMessage({ type: "best", bytes });
      }),
    dispose() {
      worker?.terminate();
      failAll(new Error("JPEG is no longer needed."));
    },
  };
}
