/** What both workers need of the browser. */

import { builtIn } from "../datasets/catalogue";
import { loadDataset } from "../datasets/download/load";
import { createPcaSource } from "./pca-client";
import type { PcaData } from "./pca-figures";
import type { ChosenClasses, LoadedImages } from "./platform";
import type { PcaSource } from "./reference";

/** The built worker lies in the page's `assets` folder; in development the page is at the root. */
export const PAGE = new URL(import.meta.env.DEV ? "/" : "..", self.location.href);

/** A data set's images of those classes: from this browser where somebody brought them, else from the page's server. */
export async function fetchDataset(
  { data, classes }: ChosenClasses,
  onProgress?: (loadedBytes: number, totalBytes: number) => void,
): Promise<LoadedImages> {
  if (!builtIn(data)) {
    const { readOwnDataset } = await import("./own-data/read");
    const dataset = await readOwnDataset(data, classes, onProgress);
    if (dataset) return { dataset, note: "" };
  }
  return loadDataset({
    data,
    classes,
    baseUrl: new URL(`data/${data}/`, PAGE).href,
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
