/** Images that somebody brought, for the workers that train and look at nets. */

import type { DataRef, Dataset } from "../../datasets/dataset";
import { DataError } from "../../datasets/download/errors";
import { checkedClasses } from "../../datasets/download/load";
import { openOwnData } from "../../storage/own-data";

/**
 * Those classes' images from this browser; null where it has no such data set.
 *
 * @throws StorageError where they cannot be read, ClassesError for classes that it has not, DataError where
 * they were deleted
 */
export async function readOwnDataset(
  data: DataRef,
  classes: readonly number[],
  onProgress?: (read: number, total: number) => void,
): Promise<Dataset | null> {
  const database = openOwnData();
  try {
    const set = await database.get(data);
    if (!set) return null;
    const read = await database.read(data, checkedClasses(classes, set.spec), onProgress);
    if (read) return read.dataset;
    // Until it is deleted for good, what it was called is known.
    throw new DataError(
      "missing",
      `The data set “${set.spec.title}” was deleted from this browser.`,
    );
  } finally {
    database.close();
  }
}
