/** UMAP as the page sees it: codes go in, positions come out while they are being improved. */

import { LabError } from "../protocol/lab";
import type { UmapEvent, UmapRequest } from "../protocol/umap";
import { endOfWorker, isNotLoaded } from "../protocol/worker-end";
import { type Explain, explainMissing } from "./worker-end";

/** What this needs of a Worker. */
export interface UmapWorkerLike {
  postMessage(request: UmapRequest): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<UmapEvent>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

export interface UmapOptions {
  /** Ends the worker: the promise rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** At most about 10 times a second. */
  readonly onProgress: (event: UmapEvent & { type: "progress" }) => void;
}

/**
 * Lays codes out in two dimensions, in a worker of its own; count × 2 positions.
 *
 * @throws LabError where that fails, with what to do about it
 */
export function layOutByUmap(
  workerFactory: () => UmapWorkerLike,
  request: UmapRequest,
  { signal, onProgress }: UmapOptions,
  explain: Explain = explainMissing,
): Promise<Float32Array> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const worker = workerFactory();
    let hasSpoken = false;
    const notLoaded = async () => {
      const { message, remedy } = await explain("UMAP");
      reject(signal.aborted ? signal.reason : new LabError(message, remedy, true));
    };
    const end = (act: () => void): void => {
      signal.removeEventListener("abort", stop);
      worker.onmessage = null;
      worker.onerror = null;
      worker.terminate();
      act();
    };
    const stop = () => end(() => reject(signal.reason));
    const fail = (message: string, remedy: string | null) =>
      end(() => reject(new LabError(message, remedy ?? "Choose fewer points, or another map.")));
    signal.addEventListener("abort", stop);
    worker.onmessage = ({ data }) => {
      hasSpoken = true;
      if (data.type === "progress") onProgress(data);
      else if (data.type === "done") end(() => resolve(data.positions));
      else fail(data.message, data.remedy);
    };
    worker.onerror = (error) => {
      error.preventDefault();
      const { message } = error;
      if (isNotLoaded(message, hasSpoken)) end(() => void notLoaded());
      else fail(`${endOfWorker("UMAP's worker", message, hasSpoken)}.`, null);
    };
    worker.postMessage(request);
  });
}
