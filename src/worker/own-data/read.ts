/** Images that somebody brought, for the workers that train and look at nets. */

import type { DataRef, Dataset } from "../../datasets/dataset";
import { checkedClasses } from "../../datasets/download/load";
import { openOwnData } from "../../storage/own-data";

/**
 * Those classes' images from this browser; null where it has no such data set.
 *
 * @throws StorageError where they cannot be read, ClassesError for classes that it has not
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
    return read?.dataset ?? null;
  } finally {
    database.close();
  }
}
