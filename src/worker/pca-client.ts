/** The PCA worker as a source of fits and figures. */

import type { Pca } from "../math/pca";
import { errorOfEnd } from "./not-loaded";
import type { PcaAnswer, PcaCommand, PcaData } from "./pca-figures";
import type { PcaFigures, PcaSource } from "./reference";

/** What is needed of a Worker. */
export interface PcaWorker {
  postMessage(command: PcaCommand): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<PcaAnswer>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

interface Waiting<T> {
  resolve(answer: T): void;
  reject(error: Error): void;
}

/**
 * Hands the images to a worker, and to another after it has ended by itself; `dispose` ends it and
 * rejects what is still asked for.
 */
export function createPcaSource(data: PcaData, startWorker: () => PcaWorker): PcaSource {
  const waiting = new Map<number, Waiting<PcaFigures>>();
  let waitingForFit: Waiting<Pca> | null = null;
  let worker: PcaWorker | null = null;

  const failAll = (error: Error): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    waitingForFit?.reject(error);
    waitingForFit = null;
  };

  const takeFigures = (latentSize: number): Waiting<PcaFigures> | undefined => {
    const request = waiting.get(latentSize);
    waiting.delete(latentSize);
    return request;
  };

  const fail = (latentSize: number | null, message: string): void => {
    const request = latentSize === null ? waitingForFit : takeFigures(latentSize);
    request?.reject(new Error(`PCA failed: ${message}`));
  };

  const start = (): PcaWorker => {
    const started = startWorker();
    let hasSpoken = false;
    started.onmessage = ({ data: answer }) => {
      hasSpoken = true;
      if (answer.type === "error") fail(answer.latentSize, answer.message);
      else if (answer.type === "pca") waitingForFit?.resolve(answer.pca);
      else takeFigures(answer.figures.latentSize)?.resolve(answer.figures);
    };
    started.onerror = (error) => {
      error.preventDefault();
      started.terminate();
      worker = null;
      failAll(errorOfEnd("PCA's worker", error.message, hasSpoken));
    };
    started.postMessage({ type: "fit", data });
    return started;
  };
  const ask = (command: PcaCommand): void => {
    worker ??= start();
    worker.postMessage(command);
  };
  worker = start();

  return {
    pca: () =>
      new Promise((resolve, reject) => {
        waitingForFit = { resolve, reject };
        ask({ type: "pca" });
      }),
    figures: (latentSize) =>
      new Promise((resolve, reject) => {
        waiting.set(latentSize, { resolve, reject });
        ask({ type: "figures", latentSize });
      }),
    dispose() {
      worker?.terminate();
      failAll(new Error("PCA is no longer needed."));
    },
  };
}
