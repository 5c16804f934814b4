/** What the commands read their images by, with few of them. */

import type { LoadedDataset } from "../../src/datasets/download/fallback";
import { syntheticDataset } from "../../src/datasets/synthetic";

export { data } from "../../src/cli/data";

/** 320 of the 400 images of two classes are trained on: PCA has more directions than a net has numbers. */
export async function readDataset(classes: readonly number[]): Promise<LoadedDataset> {
  const dataset = syntheticDataset(classes, Math.ceil(400 / classes.length), 1);
  return { dataset, note: "Few images, for a test." };
}
