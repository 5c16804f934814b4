/** What the commands read their images by, with few of them. */

import type { LoadedDataset } from "../../src/datasets/download/fallback";
import { syntheticDataset } from "../../src/datasets/synthetic";

export { data } from "../../src/cli/data";

/** 800 of the 1,000 images of two classes are trained on: more than PCA has directions. */
export async function readDataset(classes: readonly number[]): Promise<LoadedDataset> {
  const dataset = syntheticDataset(classes, Math.ceil(1000 / classes.length), 1);
  return { dataset, note: "Few images, for a test." };
}
