/** What both workers need of the browser. */

import { loadDataset } from "../datasets/download/load";
import { createPcaSource } from "./pca-client";
import type { PcaData } from "./pca-figures";
import type { LoadedImages } from "./platform";
import type { PcaSource } from "./reference";

/** The built worker lies in the page's `assets` folder; in development the page is at the root. */
export const PAGE = new URL(import.meta.env.DEV ? "/" : "..", self.location.href);

/** The classes' images, from the page's server. */
export function fetchDataset(
  classes: readonly number[],
  onProgress?: (loadedBytes: number, totalBytes: number) => void,
): Promise<LoadedImages> {
  return loadDataset({
    classes,
    baseUrl: new URL("data/fashion-mnist/", PAGE).href,
    fetch: (...request) => fetch(...request),
    ...(onProgress ? { onProgress } : {}),
  });
}

/** Begins to fit PCA in a thread of its own. */
export function startPca(data: PcaData): PcaSource {
  return createPcaSource(
    data,
    () => new Worker(new URL("./pca.worker.ts", import.meta.url), { type: "module", name: "pca" }),
  );
}
