/** The JPEG worker as a source of judged files. */

import type { ImageSet } from "../../core/image-set";
import type { JpegSource, JudgedJpeg } from "./jpeg";

export type JpegCommand =
  /** Comes first, once. */
  | { readonly type: "images"; readonly set: ImageSet; readonly indices: Uint32Array }
  | { readonly type: "best"; readonly bytes: number };

/** One for each `best`, in their order. */
export type JpegResult =
  | { readonly type: "best"; readonly best: JudgedJpeg | null }
  | { readonly type: "error"; readonly message: string };

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

/** Hands the images to a worker; `dispose` ends it and rejects what is still asked for. */
export function createJpegSource(
  set: ImageSet,
  indices: Uint32Array,
  worker: JpegWorker,
): JpegSource {
  const waiting: Waiting[] = [];
  const failAll = (message: string): void => {
    for (const { reject } of waiting.splice(0)) reject(new Error(message));
  };
  worker.onmessage = ({ data: result }) => {
    const request = waiting.shift();
    if (result.type === "best") request?.resolve(result.best);
    else request?.reject(new Error(`JPEG failed: ${result.message}`));
  };
  worker.onerror = (error) => {
    error.preventDefault();
    failAll(`The JPEG worker crashed: ${error.message || "no reason given"}`);
  };
  worker.postMessage({ type: "images", set, indices });
  return {
    best: (bytes) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        worker.postMessage({ type: "best", bytes });
      }),
    dispose() {
      worker.terminate();
      failAll("JPEG is no longer needed.");
    },
  };
}
