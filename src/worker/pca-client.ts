/** The PCA worker as a source of fits and figures. */

import type { Pca } from "../core/pca";
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

/** Hands the images to a worker; `dispose` ends it and rejects what is still asked for. */
export function createPcaSource(data: PcaData, worker: PcaWorker): PcaSource {
  const waiting = new Map<number, Waiting<PcaFigures>>();
  let waitingForFit: Waiting<Pca> | null = null;

  const failAll = (message: string): void => {
    for (const { reject } of waiting.values()) reject(new Error(message));
    waiting.clear();
    waitingForFit?.reject(new Error(message));
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

  worker.onmessage = ({ data: answer }) => {
    if (answer.type === "error") fail(answer.latentSize, answer.message);
    else if (answer.type === "pca") waitingForFit?.resolve(answer.pca);
    else takeFigures(answer.figures.latentSize)?.resolve(answer.figures);
  };
  worker.onerror = (error) => {
    error.preventDefault();
    failAll(`The PCA worker crashed: ${error.message || "no reason given"}`);
  };
  worker.postMessage({ type: "fit", data });

  return {
    pca: () =>
      new Promise((resolve, reject) => {
        waitingForFit = { resolve, reject };
        worker.postMessage({ type: "pca" });
      }),
    figures: (latentSize) =>
      new Promise((resolve, reject) => {
        waiting.set(latentSize, { resolve, reject });
        worker.postMessage({ type: "figures", latentSize });
      }),
    dispose() {
      worker.terminate();
      failAll("PCA is no longer needed.");
    },
  };
}
