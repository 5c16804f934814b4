/** Garments for when Fashion-MNIST cannot be had, with a note that says so wherever they are shown. */

import type { Dataset } from "../dataset";
import { syntheticDataset } from "../synthetic";

/** As many as two classes of the real data set, so that a run is as long with them. */
const IMAGES = 14_000;
const MOST_PER_CLASS = 7000;
/** The garments are the same on every machine and for every run. */
const SEED = 1;

export interface LoadedDataset {
  readonly dataset: Dataset;
  /** Why the garments are synthetic, for people; empty for the real ones. */
  readonly note: string;
}

/** @param why a sentence: why there are none of Fashion-MNIST, and who can change that */
export function syntheticFallback(classes: readonly number[], why: string): LoadedDataset {
  const perClass = Math.min(MOST_PER_CLASS, Math.floor(IMAGES / classes.length));
  return {
    dataset: syntheticDataset(classes, perClass, SEED),
    note: `Synthetic garments, drawn by code: ${why}`,
  };
}
